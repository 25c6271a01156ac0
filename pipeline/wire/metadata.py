"""What the headers of a message, or a `STORY.meta.json` beside a file, say about its article.

A header's name is the field's with hyphens: `article-id` (the field `id`), `headline`, `published`, `embargoed-until` and so
on. Its value is UTF-8 text; `subjects` and `keywords` are separated by semicolons. In `STORY.meta.json` the names are the
fields', lists are lists, and `content_type` says what the file is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson

from pipeline.errors import InputError
from pipeline.wire import times

__all__ = ("FIELDS", "SIDECAR", "from_headers", "headers_of_sidecar")

# What stands at the end of the name of the file that describes STORY.txt: STORY.meta.json.
SIDECAR: Final = ".meta.json"

TEXTS: Final = ("status", "signal", "headline", "byline", "dateline", "located", "language", "source", "url")
TIMES: Final = ("published", "modified", "embargoed_until")
LISTS: Final = ("subjects", "keywords")
NUMBERS: Final = ("version", "urgency")
FIELDS: Final = ("id", *TEXTS, *TIMES, *LISTS, *NUMBERS)

SEPARATOR: Final = ";"


class Sidecar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a `STORY.meta.json`."""

    content_type: str | None = None
    id: str | None = None
    version: int | None = None
    status: str | None = None
    signal: str | None = None
    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    located: str | None = None
    language: str | None = None
    urgency: int | None = None
    published: str | None = None
    modified: str | None = None
    source: str | None = None
    url: str | None = None
    embargoed_until: str | None = None
    subjects: list[str] = []
    keywords: list[str] = []


def from_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the Article that the headers supply, checked. Names of headers are in lower case.

    Raises InputError that names the header.
    """
    found: dict[str, Any] = {}
    for name in FIELDS:
        header = _header(name)
        text = " ".join(headers.get(header, "").split())
        if not text:
            continue
        if name in TIMES:
            found[name] = _time(header, text)
        elif name in NUMBERS:
            found[name] = _number(header, text, 9 if name == "urgency" else 2**63 - 1)
        elif name in LISTS:
            found[name] = [part for part in map(str.strip, text.split(SEPARATOR)) if part]
        else:
            found[name] = text
    return found


def headers_of_sidecar(data: bytes, where: str) -> dict[str, bytes]:
    """The headers that a `STORY.meta.json` stands for. `where` names the file in errors.

    Raises InputError for unknown names, wrong types and times that are none.
    """
    try:
        described = msgspec.convert(orjson.loads(data), Sidecar)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"no valid JSON: {error.msg}", "Correct the file", format="meta.json", where=f"{where} line {error.lineno}"
        ) from None
    except msgspec.ValidationError as error:
        raise InputError(
            f"{error}", f"Known are {', '.join(Sidecar.__struct_fields__)}", format="meta.json", where=where
        ) from None
    headers: dict[str, str] = {"content-type": described.content_type} if described.content_type else {}
    for name in FIELDS:
        value = getattr(described, name)
        if value not in (None, []):
            headers[_header(name)] = f"{SEPARATOR} ".join(value) if isinstance(value, list) else str(value)
    from_headers(headers)
    return {name: value.encode() for name, value in headers.items()}


def _header(name: str) -> str:
    return "article-id" if name == "id" else name.replace("_", "-")


def _time(header: str, text: str) -> str:
    found = times.rfc3339(text)
    if found is None:
        raise InputError(f"no time: {text[:80]!r}", "Write RFC 3339: 2022-07-29T18:05:00Z", where=f"header {header}")
    return found


def _number(header: str, text: str, highest: int) -> int:
    if not (len(text) <= 19 and text.isascii() and text.isdigit() and int(text) <= highest):
        raise InputError(
            f"no whole number from 0 to {highest}: {text[:80]!r}",
            "Correct the header or leave it out",
            where=f"header {header}",
        )
    return int(text)

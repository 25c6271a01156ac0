"""What the headers of a message, or a `STORY.meta.json` beside a file, say about its article.

A header's name is the field's with hyphens: `article-id` (the field `id`), `headline`, `published`, `embargoed-until` and so
on. Its value is UTF-8 text; `subjects` and `keywords` are separated by semicolons. In `STORY.meta.json` the names are the
fields', lists are lists, and `content_type` says what the file is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import orjson

from newswire.errors import InputError
from newswire.wire import times

__all__ = ("FIELDS", "HEADERS", "SIDECAR", "fault_of_id", "from_headers", "headers_of_sidecar", "known_status")

# What stands at the end of the name of the file that describes STORY.txt: STORY.meta.json.
SIDECAR: Final = ".meta.json"

TEXTS: Final = ("status", "signal", "headline", "byline", "dateline", "located", "language", "source", "url")
TIMES: Final = ("published", "modified", "embargoed_until")
LISTS: Final = ("subjects", "keywords")
NUMBERS: Final = ("version", "urgency")
FIELDS: Final = ("id", *TEXTS, *TIMES, *LISTS, *NUMBERS)


def _header(name: str) -> str:
    return "article-id" if name == "id" else name.replace("_", "-")


HEADERS: Final = frozenset(map(_header, FIELDS))

SEPARATOR: Final = ";"

# Kafka's keys and the headers of every record repeat the id.
LONGEST_ID: Final = 1024

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

STATUSES: Final = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    # Words of agencies' own: Superdesk kills, AP deletes; what LSEG withdraws may come again.
    "killed": "canceled",
    "recalled": "canceled",
    "deleted": "canceled",
    "withdrawn": "withheld",
}

# The lowest and highest value. A version is a 64-bit integer for every reader of the records.
RANGES: Final = {"version": (0, 2**63 - 1), "urgency": (1, 9)}


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
    if headers.keys() <= {"content-type"}:
        return found
    for name in FIELDS:
        text = " ".join(headers.get(_header(name), "").split())
        if not text:
            continue
        try:
            found[name] = _value(name, text)
        except InputError as error:
            raise InputError(error.what, error.remedy, where=f"header {_header(name)}") from None
    return found


def headers_of_sidecar(data: bytes) -> dict[str, bytes]:
    """The headers that the content of a `STORY.meta.json` stands for.

    Raises InputError, with the line or the JSON path, for what is no JSON, unknown names, wrong types, and values that the
    headers could not have.
    """
    try:
        described = msgspec.convert(orjson.loads(data), Sidecar)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"no valid JSON: {error.msg}",
            "Write one JSON object, in UTF-8",
            where=f"line {error.lineno}, column {error.colno}",
        ) from None
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise InputError(
            what, f"Known are {', '.join(map(_type, Sidecar.__struct_fields__))}", where=path.rstrip("`") or "$"
        ) from None
    headers: dict[str, str] = {"content-type": described.content_type} if described.content_type else {}
    for name in FIELDS:
        value = getattr(described, name)
        if value in (None, []):
            continue
        written = f"{SEPARATOR} ".join(value) if isinstance(value, list) else str(value)
        try:
            from_headers({_header(name): written})
        except InputError as error:
            raise InputError(error.what, error.remedy, where=f"$.{name}") from None
        headers[_header(name)] = written
    return {name: value.encode() for name, value in headers.items()}


def known_status(written: str) -> str:
    """The status as records have it. Raises InputError for one that is not known, since a kill must not pass as a story."""
    # qcodes carry the scheme's alias before a colon: stat:canceled
    found = STATUSES.get(written.strip().lower().rpartition(":")[2])
    if found is None:
        raise InputError(f"unknown status {written[:80]!r}", "Known are usable, withheld and canceled")
    return found


def fault_of_id(id: str) -> tuple[str, str] | None:
    """What is wrong with an id, and the remedy."""
    if len(id) > LONGEST_ID:
        return f"the id has {len(id)} characters, more than {LONGEST_ID}", "Send a shorter one"
    if CONTROL.search(id):
        return "the id has control characters", "Send one without"
    return None


def _value(name: str, text: str) -> Any:
    if name in TIMES:
        return _time(text)
    if name in NUMBERS:
        return _number(text, *RANGES[name])
    if name in LISTS:
        return [part for part in map(str.strip, text.split(SEPARATOR)) if part]
    if name == "status":
        return known_status(text)
    if name == "id":
        fault = fault_of_id(text)
        if fault is not None:
            raise InputError(*fault)
    return text


def _time(text: str) -> str:
    found = times.rfc3339(text)
    if found is None:
        raise InputError(f"no time: {text[:80]!r}", "Write RFC 3339: 2022-07-29T18:05:00Z")
    return found


def _number(text: str, lowest: int, highest: int) -> int:
    if not (len(text) <= 19 and text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
        raise InputError(f"no whole number from {lowest} to {highest}: {text[:80]!r}", "Correct it or leave it out")
    return int(text)


def _type(name: str) -> str:
    return f"{name} (number)" if name in NUMBERS else f"{name} (list of texts)" if name in LISTS else f"{name} (text)"

"""From what a reader found to an Article: what is the same for every format."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article, body_sha256
from newswire.wire import charset, embargoes, metadata, notices, times
from newswire.wire.message import Message

__all__ = ("Draft", "finish", "identifier")

# A version is a 64-bit integer for every reader of the records.
HIGHEST_VERSION: Final = 2**63 - 1

# Statuses that need a time to become ours: a story under embargo is usable from then on.
EMBARGOED: Final = frozenset({"embargoed", "embargo"})

# orjson writes 254 levels; nothing that an editor reads nests deeper than a few.
DEEPEST_EXTRA: Final = 32


@dataclass(kw_only=True)
class Draft:
    """What a reader found in one item. Values are as the wire wrote them; `finish` checks and normalises them.

    `where` leads to the item inside the message, for errors. What cannot be used (a time that is none) moves to `extra`.
    `slugline`, `tags` (further parts of a keyword line) and `notes` to editors are read for kills and corrections; slugline
    and notes come into `extra` as `slugline` and `ednote`, unless they are there.
    """

    format: str
    where: str = ""
    id: str | None = None
    version: int | str | None = None
    status: str | None = None
    signal: str | None = None
    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    located: str | None = None
    language: str | None = None
    urgency: int | str | None = None
    published: str | None = None
    modified: str | None = None
    source: str | None = None
    url: str | None = None
    embargoed_until: str | None = None
    slugline: str | None = None
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    body: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def finish(draft: Draft, message: Message, *, alone: bool = True) -> Article:
    """The article. Headers of the message fill what the item leaves open, when it is `alone` in the message.

    The status must be known, since a kill must not pass as a story; words of kills and corrections (`notices`) count where
    the wire has no word of its own, and a kill always. A missing id comes from `identifier`; a missing version is `modified`
    in Unix seconds, else one more than the number of the update or lead, else 1; without a body the headline becomes the
    body. Control characters of ISO 6429 (U+0080 to U+009F) are read as the windows-1252 that was meant.

    Raises InputError.
    """
    if message.may_have_controls:
        _repair(draft)
    given = metadata.from_headers(message.headers) if alone else {}
    extra = dict(draft.extra)
    values = {name: _pick(name, draft, given, extra) for name in ("published", "modified", "embargoed_until")}
    headline = _line(draft.headline) or given.get("headline")
    notice = notices.understood(headline, draft.slugline, draft.tags, draft.notes, draft.body or "")
    if notice.embargoes and not values["embargoed_until"]:
        values["embargoed_until"] = _embargo_end(notice.embargoes, values)
    status = notice.status or _status(draft, given, values)
    if draft.signal == "kill" and status == "usable":
        status = "canceled"
    if notice.embargoes and status == "usable" and not values["embargoed_until"]:
        # The time is in words that we do not read, and until then nothing leaves.
        status = "withheld"
    if notice.target:
        given_by_wire = extra.get("notice")
        named = given_by_wire if isinstance(given_by_wire, dict) else {}
        extra["notice"] = {**named, "kind": notice.signal, **notice.target}
    _add_lines(draft, extra)
    body = _body(draft, headline, status)
    source = _line(draft.source) or given.get("source")
    url = _line(draft.url) or given.get("url")
    _check_depth(extra, draft)
    return Article(
        id=_id(draft, given, source, url, headline, body),
        body=body,
        version=_version(draft, given, values["modified"], notice.ordinal, extra),
        status=status,
        signal=(notice.signal if notice.status else None)
        or _line(draft.signal)
        or given.get("signal")
        or notice.signal,
        headline=headline,
        byline=_line(draft.byline) or given.get("byline"),
        dateline=_line(draft.dateline) or given.get("dateline"),
        located=_line(draft.located) or given.get("located"),
        language=_line(draft.language) or given.get("language"),
        urgency=_urgency(draft, given, extra),
        source=source,
        url=url,
        subjects=_unique(draft.subjects) or given.get("subjects", []),
        keywords=_unique(draft.keywords) or given.get("keywords", []),
        body_sha256=body_sha256(body),
        format=draft.format,
        extra=extra,
        **values,
    )


def identifier(*parts: str) -> str:
    """An id for an article whose wire gives none: a URN with 128 bits of the SHA-256 of the parts."""
    return "urn:newswire:" + hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _id(
    draft: Draft, given: Mapping[str, Any], source: str | None, url: str | None, headline: str | None, body: str
) -> str:
    found = (draft.id or "").strip() or given.get("id")
    if not found:
        if url:
            return identifier(source or "", url)
        if not body:
            raise _fault("no id, and no text to make one from", draft, "Send an id, a body or a headline")
        return identifier(headline or "", body)
    fault = metadata.fault_of_id(found)
    if fault is not None:
        what, remedy = fault
        raise _fault(what, draft, remedy)
    return str(found)


def _embargo_end(told: tuple[str, ...], values: Mapping[str, str | None]) -> str | None:
    """When the embargoes that notes tell of end, where all that say it say the same."""
    written = values["modified"] or values["published"]
    found = {time for text in told if (time := embargoes.end(text, written))}
    return found.pop() if len(found) == 1 else None


def _repair(draft: Draft) -> None:
    for name, value in vars(draft).items():
        repaired = charset.without_controls(value)
        if repaired is not value:
            setattr(draft, name, repaired)


def _add_lines(draft: Draft, extra: dict[str, Any]) -> None:
    slugline = _line(draft.slugline)
    if slugline:
        extra.setdefault("slugline", slugline)
    notes = "\n".join(_unique(draft.notes))
    if notes and not any(name.lower() == "ednote" for name in extra):
        extra["ednote"] = notes


def _version(
    draft: Draft, given: Mapping[str, Any], modified: str | None, ordinal: int | None, extra: dict[str, Any]
) -> int:
    for written in (draft.version, given.get("version")):
        if written is None:
            continue
        found = _integer(written)
        if found is not None and 0 <= found <= HIGHEST_VERSION:
            return found
        extra["version"] = written
    return max(times.unix_seconds(modified), 1) if modified else (ordinal or 0) + 1


def _urgency(draft: Draft, given: Mapping[str, Any], extra: dict[str, Any]) -> int | None:
    if draft.urgency is None:
        return given.get("urgency")
    found = _integer(draft.urgency)
    if found is not None and 1 <= found <= 9:
        return found
    extra["urgency"] = draft.urgency
    return given.get("urgency")


def _status(draft: Draft, given: Mapping[str, Any], values: Mapping[str, str | None]) -> str:
    if draft.status is None:
        return str(given.get("status", "usable"))
    if draft.status.strip().lower().rpartition(":")[2] in EMBARGOED:
        # Until when nobody knows is until further notice.
        return "usable" if values["embargoed_until"] else "withheld"
    try:
        return metadata.known_status(draft.status)
    except InputError as error:
        raise _fault(error.what, draft, error.remedy, name="status") from None


def _body(draft: Draft, headline: str | None, status: str) -> str:
    body = (draft.body or "").replace("\r\n", "\n").replace("\r", "\n")
    if body.strip():
        return body
    if headline:
        return headline
    if status == "usable":
        raise _fault("neither a body nor a headline", draft, "Send the text, or for a flash the headline")
    return ""


def _pick(name: str, draft: Draft, given: Mapping[str, Any], extra: dict[str, Any]) -> str | None:
    """A time as RFC 3339; one that cannot be read moves to `extra`."""
    written = getattr(draft, name)
    if not written or not written.strip():
        return given.get(name)
    found = times.rfc3339(written)
    if found is None:
        extra[name] = written
        return given.get(name)
    return found


def _integer(written: int | str) -> int | None:
    if isinstance(written, bool):
        return None
    if isinstance(written, int):
        return written
    text = written.strip()
    # 19 digits are what HIGHEST_VERSION has.
    return int(text) if len(text) <= 19 and text.isascii() and text.isdigit() else None


def _line(text: str | None) -> str | None:
    """Text on one line, or None when there is none."""
    return " ".join(text.split()) or None if text else None


def _unique(texts: list[str]) -> list[str]:
    lines = (_line(text) for text in texts)
    return list(dict.fromkeys(line for line in lines if line))


def _check_depth(extra: dict[str, Any], draft: Draft) -> None:
    level: list[Any] = [extra]
    for _ in range(DEEPEST_EXTRA):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise _fault(f"nested deeper than {DEEPEST_EXTRA} levels", draft, "Leave out what is not the story's")


def _fault(what: str, draft: Draft, remedy: str, *, name: str = "") -> InputError:
    where = f"{draft.where}.{name}" if draft.where.startswith("$") and name else draft.where or name
    return InputError(what, remedy, format=draft.format, where=where)

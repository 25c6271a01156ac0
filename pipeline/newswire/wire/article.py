"""This project's own JSON: an Article as `newswire.records` defines it, or an array of them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import times
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count

__all__ = ("READER",)

MEDIA_TYPE: Final = "application/vnd.newswire.article+json"

# What only ninjs has: it tells apart a ninjs item without any body from an Article without one.
FOREIGN: Final = frozenset(
    {"uri", "guid", "versioncreated", "versionCreated", "pubstatus", "pubStatus", "headlines", "bodies"}
)


def _recognises(message: Message) -> bool:
    if message.media_type == MEDIA_TYPE:
        return True
    if not message.looks_like_json:
        return False
    try:
        document = message.json
    except InputError:
        return False
    objects = document if isinstance(document, list) else [document]
    return bool(objects) and all(isinstance(one, dict) and _is_article(one) for one in objects)


def _is_article(one: dict[str, Any]) -> bool:
    return "body" in one or (
        "headline" in one and FOREIGN.isdisjoint(one) and not any(k.startswith("body_") for k in one)
    )


def _read(message: Message) -> list[Article]:
    document = message.json
    if isinstance(document, list):
        check_count(len(document), "article")
        return [_article(one, f"$[{index}]", message, alone=len(document) == 1) for index, one in enumerate(document)]
    return [_article(document, "$", message, alone=True)]


def _article(one: Any, where: str, message: Message, *, alone: bool) -> Article:
    if not isinstance(one, dict):
        raise InputError("not a JSON object", "Send one object for each article", format="article", where=where)
    # A placeholder of the right type for what may be missing or null, so that the rest is checked as an Article.
    given = {name: value for name, value in one.items() if value is not None}
    try:
        checked = msgspec.convert({"id": "", "body": "", **given}, Article)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise InputError(
            f"not a valid Article: {what}",
            "docs/records.md has the type of every field, schemas/newswire.article.v1.json too",
            format="article",
            where=where + path.rstrip("`").removeprefix("$"),
        ) from None
    for name in ("published", "modified", "embargoed_until"):
        time = getattr(checked, name)
        if time is not None and times.rfc3339(time) is None:
            raise InputError(
                f"no time: {time[:80]!r}",
                "Write RFC 3339: 2022-07-29T18:05:00Z",
                format="article",
                where=f"{where}.{name}",
            )
    for name, lowest, highest in (("version", 0, 2**63 - 1), ("urgency", 1, 9)):
        number = getattr(checked, name)
        if number is not None and not lowest <= number <= highest:
            raise InputError(
                f"{number} is not from {lowest} to {highest}",
                f"Send a {name} in that range, or none",
                format="article",
                where=f"{where}.{name}",
            )
    taken = {name: getattr(checked, name) for name in Draft.__dataclass_fields__ if name in given and name != "format"}
    return finish(Draft(format="article", where=where, **taken), message, alone=alone)


READER: Final = Reader(
    name="article", media_types=(MEDIA_TYPE, "application/json", "text/json"), recognises=_recognises, read=_read
)

"""JSON Feed 1.0 and 1.1: a whole feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import markup
from newswire.wire.draft import Draft, finish, identifier
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count, told_apart

__all__ = ("READER",)

VERSION: Final = "jsonfeed.org/version/"

TAKEN: Final = frozenset({
    "id", "url", "title", "content_html", "content_text", "date_published", "date_modified", "author", "authors", "tags",
    "language",
})  # fmt: skip


def _recognises(message: Message) -> bool:
    if not message.looks_like_json:
        return False
    try:
        return _is_feed(message.json)
    except InputError:
        return False


def _is_feed(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("version"), str)
        and VERSION in document["version"]
        and isinstance(document.get("items"), list)
    )


def _read(message: Message) -> list[Article]:
    feed = message.json
    if not _is_feed(feed):
        raise InputError(
            "no JSON Feed: without its version, or without items", "Send the whole feed", format="json_feed", where="$"
        )
    items = feed["items"]
    check_count(len(items), "json_feed")
    alone = len(items) == 1
    return told_apart(
        [finish(_draft(item, f"$.items[{index}]", feed), message, alone=alone) for index, item in enumerate(items)]
    )


def _draft(item: Any, where: str, feed: Mapping[str, Any]) -> Draft:
    if not isinstance(item, dict):
        raise InputError("not a JSON object", "Send one object for each item", format="json_feed", where=where)
    html, text = _text(item, "content_html"), _text(item, "content_text")
    source = _text(feed, "title")
    identity = _identity(item.get("id"))
    return Draft(
        format="json_feed",
        where=where,
        # As of a guid in RSS: what is no address is unique within its feed.
        id=identifier(source, identity) if identity and source and ":" not in identity else identity,
        headline=markup.line(_text(item, "title")),
        byline=", ".join(_authors(item) or _authors(feed)) or None,
        published=_text(item, "date_published"),
        modified=_text(item, "date_modified"),
        language=_text(item, "language") or _text(feed, "language"),
        source=source,
        url=_address(item.get("url")) or _address(item.get("external_url")),
        keywords=[one for one in item.get("tags") or () if isinstance(one, str)]
        if isinstance(item.get("tags"), list)
        else [],
        body="\n\n".join(markup.paragraphs(html)) if html else text or _text(item, "summary"),
        extra={name: value for name, value in item.items() if name not in TAKEN and value not in (None, "", [], {})},
    )


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _identity(value: Any) -> str | None:
    # 1.0 let writers give numbers.
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _authors(found: Mapping[str, Any]) -> list[str]:
    authors = found.get("authors")
    people = [*(authors if isinstance(authors, list) else []), found.get("author")]
    return [name for one in people if isinstance(one, dict) and (name := _text(one, "name"))]


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


READER: Final = Reader(
    name="json_feed",
    media_types=("application/feed+json", "application/json", "text/json"),
    recognises=_recognises,
    read=_read,
)

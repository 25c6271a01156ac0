"""Entries of a JSON Feed (jsonfeed.org, 1 and 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newswire.feed.atom_entry import Listed, Text, entry
from newswire.wire.draft import identifier

__all__ = ("json_entries",)


def json_entries(document: Mapping[str, Any]) -> list[Listed]:
    """Its items, in the feed's order; what is no object is passed over."""
    return [_item(item, document) for item in document["items"] if isinstance(item, dict)]


def _item(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Listed:
    source = _line(feed.get("title"))
    given = item.get("id")
    guid = str(given).strip() if isinstance(given, str | int | float) else ""
    bare = bool(guid) and ":" not in guid and source is not None
    html, text = _line(item.get("content_html")), _line(item.get("content_text"))
    content = Text(html) if html else Text(text, "text") if text else None
    title, summary = _line(item.get("title")), _line(item.get("summary"))
    tags = item.get("tags")
    element = entry(
        id=identifier(source or "", guid) if bare else guid or None,
        title=Text(title, "text") if title else None,
        link=_line(item.get("url")) or _line(item.get("external_url")),
        published=_line(item.get("date_published")),
        updated=_line(item.get("date_modified")),
        content=content,
        summary=Text(summary, "text") if summary else None,
        source=source,
        language=_line(item.get("language")) or _line(feed.get("language")),
        authors=_authors(item) or _authors(feed),
        tags=[term for one in tags if (term := _line(one))] if isinstance(tags, list) else (),
    )
    return Listed(element, guid if bare else None, _line(feed.get("home_page_url")))


def _authors(found: Mapping[str, Any]) -> list[str]:
    people = found.get("authors") or [found.get("author")]  # 1.1 has several, 1.0 one
    names = [_line(one.get("name")) for one in people if isinstance(one, dict)] if isinstance(people, list) else []
    return [name for name in names if name]


def _line(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None

"""Entries of feeds that cannot be made well formed, or that no reader of whole feeds knows, as feedparser reads them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any, Final

from newswire.errors import InputError
from newswire.feed.atom_entry import Listed, Text, entry
from newswire.wire.draft import identifier

__all__ = ("Repaired", "repaired")


# The tags of entries, and the end tags of what they stand in.
TAG: Final = re.compile(rb"<(/?)(?:[A-Za-z][\w.-]*:)?(item|entry|channel|rss|feed|rdf)\b", re.IGNORECASE)


class Repaired:
    """A feed that was repaired: its entries, in its order, and its channel's `ttl` in minutes as it is written."""

    def __init__(self, entries: list[Listed], ttl: str | None) -> None:
        self.entries = entries
        self.ttl = ttl


def repaired(body: bytes, content_type: str | None) -> Repaired:
    """The feed as feedparser reads it.

    Raises InputError for what is no feed even so, and for whatever feedparser itself raises: it does so on a few feeds in a
    thousand, and one of them must not end the polling of the others.
    """
    import feedparser

    try:
        # A stream: bytes could pass for the name of a file. HTML stays the publisher's, as in a well-formed feed.
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type} if content_type else None,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        if not found.get("entries") and not found.get("version"):
            reason = _line(str(found.get("bozo_exception") or "nothing in it is a feed")) or ""
            raise InputError(f"not a feed: {reason[:200]}", format="feed")
        feed = _mapping(found.get("feed"))
        atom = str(found.get("version")).startswith("atom")
        listed = found.get("entries") or []
        entries = [_entry(_mapping(one), feed, atom=atom) for one in (listed[:-1] if _is_cut(body) else listed)]
        return Repaired(entries, _line(feed.get("ttl")))
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"a broken feed that cannot be repaired: {type(error).__name__}: {error}"[:200], format="feed"
        ) from None


def _is_cut(body: bytes) -> bool:
    """Whether the feed breaks off inside its last entry: half a story is none, and the whole one comes with the next poll."""
    last = None
    for last in TAG.finditer(body):  # noqa: B007
        pass
    return last is not None and not last[1] and last[2].lower() in (b"item", b"entry")


def _entry(found: Mapping[str, Any], feed: Mapping[str, Any], *, atom: bool) -> Listed:
    source = _line(_mapping(found.get("source")).get("title")) or _line(feed.get("title"))
    guid = _line(found.get("id"))
    bare = guid is not None and not atom and ":" not in guid and source is not None
    # `get` of feedparser's own mapping gives `published` in place of `updated`.
    published = _line(dict.get(found, "published")) if isinstance(found, dict) else None
    updated = _line(dict.get(found, "updated")) if isinstance(found, dict) else None
    if not atom and published is None:
        published, updated = updated, None  # dc:date, which in RSS is the time of publication
    element = entry(
        id=identifier(source or "", guid or "") if bare else guid,
        title=_words(found, "title", atom=atom),
        link=_line(found.get("link")),
        published=published,
        updated=updated,
        content=_content(found, atom=atom),
        summary=_words(found, "summary", atom=atom),
        source=source,
        language=_line(found.get("language")) or _line(feed.get("language")),
        authors=_authors(found),
        tags=_tags(found),
    )
    return Listed(element, guid if bare else None, _line(feed.get("link")))


def _words(found: Mapping[str, Any], name: str, *, atom: bool) -> Text | None:
    value = _stripped(found.get(name))
    return _typed(value, _mapping(found.get(f"{name}_detail")).get("type"), atom=atom) if value else None


def _content(found: Mapping[str, Any], *, atom: bool) -> Text | None:
    """The longest content that is text."""
    contents = found.get("content")
    texts = [
        _typed(value, _mapping(one).get("type"), atom=atom)
        for one in (contents if isinstance(contents, list) else ())
        if (value := _stripped(_mapping(one).get("value")))
    ]
    return max(texts, key=lambda text: len(text.value), default=None)


def _typed(value: str, kind: Any, *, atom: bool) -> Text:
    """All text of RSS may be HTML; Atom says what each is."""
    return Text(value, "text" if atom and kind == "text/plain" else "html")


def _authors(found: Mapping[str, Any]) -> list[str]:
    authors = found.get("authors")
    names = [_line(_mapping(one).get("name")) for one in authors] if isinstance(authors, list) else []
    return [name for name in names if name] or [name for name in [_line(found.get("author"))] if name]


def _tags(found: Mapping[str, Any]) -> list[str]:
    tags = found.get("tags")
    terms = [_line(_mapping(one).get("label")) or _line(_mapping(one).get("term")) for one in tags or ()]
    return [term for term in terms if term]


def _stripped(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _line(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

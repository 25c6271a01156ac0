"""A polled feed taken apart: each entry as an Atom entry document of its own.

The raw topic gets Atom, and not this project's own JSON, because Atom carries what every feed format says while the content
stays the provider's HTML: turning it into text is intake's work, and a better reader can read the topic again.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from newswire.errors import InputError
from newswire.wire import rss, times, xml
from newswire.wire.draft import identifier

__all__ = ("Entry", "Feed", "parse")

ATOM: Final = "http://www.w3.org/2005/Atom"
DEFAULT: Final[Any] = {None: ATOM}  # the stubs know no default namespace
TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
XML: Final = "http://www.w3.org/XML/1998/namespace"

# What XML 1.0 has no way to write (production 2).
UNWRITABLE: Final = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

# By an item's id or link: when it was published and when it was changed, as the feed writes it.
Written = dict[str, tuple[str | None, str | None]]

# Minutes; a ttl beyond a day is a mistake more often than meant.
LONGEST_TTL: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its id, its document, and a fingerprint of what it says (its times do not count: some feeds change them
    with every answer)."""

    id: str
    document: bytes
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a feed, the oldest first where it lists the newest first, then the deleted ones; and its `ttl` in
    seconds."""

    entries: list[Entry]
    ttl: float | None = None


def parse(body: bytes, content_type: str | None = None) -> Feed:
    """The feed in the body of an answer, in RSS, Atom, RDF or JSON Feed; ill-formed ones are repaired where possible.

    Raises InputError for what is no feed.
    """
    # Without its NULs UTF-16 reads as ASCII here. No feed needs entities of its own, and bombs are made of them.
    if b"<!entity" in body.replace(b"\0", b"").lower():
        raise InputError("a feed that declares entities is refused", format="feed")
    parsed = _parsed(body, content_type)
    feed = _mapping(parsed.get("feed"))
    source = _text(feed.get("title"))
    try:
        root = xml.parse(body)
    except InputError:  # repaired by the parsers, or JSON
        root = None
    written = _written(root)
    language = _text(feed.get("language")) or (_language(root) if root is not None else None)
    entries = [_entry(_mapping(one), source, language, written) for one in parsed.get("entries") or ()]
    deleted = _tombstones(root) if root is not None else ()
    return Feed([*reversed(entries), *deleted], _ttl(root))


def _parsed(body: bytes, content_type: str | None) -> Mapping[str, Any]:
    import fastfeedparser

    fast: Exception | None = None
    try:
        found: Mapping[str, Any] = fastfeedparser.parse(body)
        if found.get("entries"):
            return found
    except Exception as error:  # whatever it stumbles over, the patient parser has its turn
        fast = error
    import feedparser

    # A stream: bytes could pass for the name of a file.
    slow: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(body), response_headers={"content-type": content_type} if content_type else None
    )
    if not slow.get("entries") and not slow.get("version"):
        reason = " ".join(str(slow.get("bozo_exception") or fast or "nothing in it is a feed").split())[:200]
        raise InputError(f"not a feed: {reason}", format="feed")
    return slow


def _entry(entry: Mapping[str, Any], source: str | None, language: str | None, written: Written) -> Entry:
    title = _text(entry.get("title"))
    link = _text(entry.get("link"))
    content = _content(entry)
    summary = _text(entry.get("summary")) or _text(entry.get("description"))
    own_source = _text(_mapping(entry.get("source")).get("title")) or source
    found = _text(entry.get("id"))
    if not found:
        found = identifier(own_source or "", link) if link else identifier(title or "", content or summary or "")
    elif ":" not in found and own_source:
        found = identifier(own_source, found)  # as the RSS reader does
    published, modified = written.get(_text(entry.get("id")) or "") or written.get(link or "") or (None, None)
    modified = _time(modified or entry.get("updated"))
    published = _time(published or entry.get("published"))

    root = etree.Element(f"{{{ATOM}}}entry", nsmap=DEFAULT)
    spoken = _text(entry.get("language")) or language
    if spoken:
        root.set(f"{{{XML}}}lang", spoken)
    _add(root, "id", found)
    _add(root, "title", title, type="html")
    for name in _authors(entry):
        _add(_add(root, "author", ""), "name", name)
    if link:
        _add(root, "link", "", rel="alternate", href=link)
    _add(root, "published", published)
    _add(root, "updated", modified)
    for term in _tags(entry):
        _add(root, "category", "", term=term)
    if own_source:
        _add(_add(root, "source", ""), "title", own_source)
    _add(root, "content", content, type="html")
    if summary != content:
        _add(root, "summary", summary, type="html")
    said = "\x1f".join((title or "", content or "", summary or "", link or ""))
    fingerprint = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Entry(found, etree.tostring(root, encoding="utf-8", xml_declaration=True), fingerprint)


def _tombstones(root: etree._Element) -> Iterator[Entry]:
    """The entries that the feed says are deleted (RFC 6721)."""
    for element in root.iter(TOMBSTONE):
        reference = element.get("ref", "").strip()
        if reference:
            element.tail = None
            document = etree.tostring(element, encoding="utf-8", xml_declaration=True)
            yield Entry(reference, document, f"deleted {element.get('when', '')}"[:64])


def _written(root: etree._Element | None) -> Written:
    """The times of each item as they are written, by its id and its link.

    fastfeedparser gives times in UTC; relative dates in a story need the offset that its publisher wrote.
    """
    found: Written = {}
    for item in root.iter(*rss.ITEMS, f"{{{ATOM}}}entry") if root is not None else ():
        children = xml.children(item)
        published = xml.first_text(children, *rss.PUBLISHED, f"{{{ATOM}}}published")
        times_of = (published, xml.first_text(children, *rss.MODIFIED))
        names = (xml.first_text(children, *kind) for kind in (rss.GUID, (f"{{{ATOM}}}id",), rss.LINK))
        for name in names:
            if name:
                found.setdefault(name, times_of)
    return found


def _language(root: etree._Element) -> str | None:
    channel = xml.children(next(root.iter(*rss.CHANNELS), None))
    return xml.first_text(channel, *rss.LANGUAGE) or xml.language(root)


def _add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> etree._Element:
    """A child element; none for text that is None."""
    element = etree.Element(f"{{{ATOM}}}{name}", {key: UNWRITABLE.sub("", value) for key, value in attributes.items()})
    if text is not None:
        element.text = UNWRITABLE.sub("", text)
        parent.append(element)
    return element


def _content(entry: Mapping[str, Any]) -> str | None:
    """The longest content that is text."""
    contents = entry.get("content")
    texts = [_text(_mapping(one).get("value")) or "" for one in contents] if isinstance(contents, list) else []
    return max(texts, key=len, default="") or None


def _authors(entry: Mapping[str, Any]) -> list[str]:
    authors = entry.get("authors")
    names = [_text(_mapping(one).get("name")) for one in authors] if isinstance(authors, list) else []
    return [name for name in names if name] or [name for name in [_text(entry.get("author"))] if name]


def _tags(entry: Mapping[str, Any]) -> list[str]:
    tags = entry.get("tags")
    terms = [_text(_mapping(one).get("label")) or _text(_mapping(one).get("term")) for one in tags or ()]
    return [term for term in terms if term]


def _ttl(root: etree._Element | None) -> float | None:
    """Seconds that RSS asks to wait between two polls."""
    channel = xml.children(next(root.iter(*rss.CHANNELS), None) if root is not None else None)
    minutes = xml.first_text(channel, "ttl") or ""
    known = minutes.isascii() and minutes.isdigit() and len(minutes) < 9
    return min(int(minutes), LONGEST_TTL) * 60.0 if known else None


def _time(value: Any) -> str | None:
    text = _text(value)
    return (times.rfc3339(text) or text) if text else None


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

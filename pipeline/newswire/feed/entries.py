"""A polled feed taken apart: each entry as an Atom entry document of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from newswire.errors import InputError
from newswire.feed.atom_entry import ATOM, Listed, markup_of, set_id
from newswire.feed.illformed import repaired
from newswire.feed.jsonfeed import json_entries
from newswire.feed.mending import mended
from newswire.feed.wellformed import TOMBSTONE, atom_entries, rss_entries
from newswire.records import Article
from newswire.wire import atom, json_feed, read, rss, xml
from newswire.wire.draft import identifier
from newswire.wire.message import Message

__all__ = ("HEADERS", "Entry", "Feed", "parse", "renamed")

HEADERS: Final = {"content-type": b"application/atom+xml;type=entry"}
"""The headers of an entry's document as a message."""

# Entries of one feed. Archives have some thousands; each takes a millisecond, in which other feeds wait for the processor.
MOST: Final = 20_000

# Minutes; a ttl beyond a day is a mistake more often than meant.
LONGEST_TTL: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its id, its document, and a fingerprint of what it says (its times do not count: some feeds change them
    with every answer).

    `marks` tell the same entry under another id: what it says with its link, and its guid with its link or its title, where
    that guid names it only within the feeds of one publisher. `time` is when it was published or changed, as it is written.
    """

    id: str
    document: bytes
    fingerprint: str
    marks: tuple[str, ...] = ()
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a feed, the oldest first where it lists the newest first, then the deleted ones; and its `ttl` in
    seconds."""

    entries: list[Entry]
    ttl: float | None = None


def parse(body: bytes, content_type: str | None = None) -> Feed:
    """The feed in the body of an answer, in RSS, Atom, RDF or JSON Feed; ill-formed ones are repaired where possible.

    A well-formed one, also one that is so when it is mended, is read by the names and charset that the readers of whole feeds
    go by; everything else by feedparser.
    Raises InputError for what is no feed, whatever its bytes are.
    """
    # Without its NULs UTF-16 reads as ASCII here. No feed needs entities of its own, and bombs are made of them.
    plain = body.replace(b"\0", b"").lower()
    if b"<!entity" in plain:
        raise InputError("a feed that declares entities is refused", format="feed")
    if max(plain.count(tag) for tag in (b"<item", b"<entry", b'"id"')) > MOST:
        raise InputError(f"a feed of more than {MOST:,} entries is refused", format="feed")
    message = Message.of(body, {"content-type": (content_type or "").encode()})
    found = _wellformed(message)
    if found is not None:
        return found
    if json_feed.READER.recognises(message):
        return Feed(_entries(json_entries(message.json)))
    text = mended(body, message.declared_charset)
    if text is None:
        patient = repaired(body, content_type)
    else:
        found = _wellformed(Message.of(text, {"content-type": b"application/xml; charset=utf-8"}))
        if found is not None:
            return found
        kind = (content_type or "application/xml").partition(";")[0]
        patient = repaired(text, f"{kind}; charset=utf-8")
    return Feed(_entries(patient.entries), _seconds(patient.ttl))


def _wellformed(message: Message) -> Feed | None:
    """The feed, if it is well-formed XML and one of those that the readers of whole feeds know."""
    if atom.READER.recognises(message):
        return Feed(_entries(atom_entries(message.xml)))
    if not rss.READER.recognises(message):
        return None
    channel = xml.children(next(message.xml.iter(*rss.CHANNELS), None))
    return Feed(_entries(rss_entries(message.xml)), _seconds(xml.first_text(channel, "ttl")))


def _entries(listed: Sequence[Listed]) -> list[Entry]:
    deleted = [one.element for one in listed if one.element.tag == TOMBSTONE]
    living = [_entry(one) for one in listed if one.element.tag != TOMBSTONE]
    return [
        *reversed(_told_apart(living)),
        *(_tombstone(element) for element in deleted if element.get("ref", "").strip()),
    ]


def _entry(listed: Listed) -> Entry:
    element = listed.element
    title, content, summary = (_words(element, name) for name in ("title", "content", "summary"))
    link = _link(element)
    said = "\x1f".join((title, content, summary, link or ""))
    fingerprint = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    document = _document(element)
    marks = [fingerprint] if link else []
    if listed.guid:
        publisher = urlsplit(_web(listed.page) or _web(link) or "").hostname or ""
        named = (publisher.removeprefix("www."), listed.guid)
        marks += [_mark(*named, title)] if title else []
        marks += [_mark(*named, link.partition("?")[0])] if link else []
    times = (element.findtext(f"{{{ATOM}}}{name}") for name in ("published", "updated"))
    time = next((time.strip() for time in times if time and time.strip()), None)
    found = (element.findtext(f"{{{ATOM}}}id") or "").strip()
    if not found:
        article = _article(document)
        # One that cannot be read will be a dead letter, and needs a name until then.
        found = article.id if article else identifier(title, content or summary)
    return Entry(found, document, fingerprint, tuple(marks), time)


def _told_apart(found: list[Entry]) -> list[Entry]:
    """The entries, where those that share an id with one of another headline get an id of their own, as in a whole feed.

    Live blogs give all their posts one link, and some writers give all their items one guid.
    """
    shared = {id for id, count in Counter(entry.id for entry in found).items() if count > 1}
    if not shared:
        return found
    articles = [_article(entry.document) if entry.id in shared else None for entry in found]
    headlines = Counter(id for id, _ in {(article.id, article.headline) for article in articles if article})
    return [
        renamed(entry, identifier(entry.id, article.headline or "")) if article and headlines[article.id] > 1 else entry
        for entry, article in zip(found, articles, strict=True)
    ]


def _tombstone(element: etree._Element) -> Entry:
    fingerprint = f"deleted {element.get('when', '')}"[:64]
    return Entry(element.get("ref", "").strip(), _document(element), fingerprint)


def renamed(entry: Entry, id: str) -> Entry:
    """The same entry under another id."""
    element = etree.fromstring(entry.document)
    set_id(element, id)
    return replace(entry, id=id, document=_document(element))


def _article(document: bytes) -> Article | None:
    """The article of an entry; None when it is none."""
    try:
        (article,) = read(document, HEADERS)
    except InputError:
        return None
    return article


def _document(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", xml_declaration=True)


def _words(element: etree._Element, name: str) -> str:
    found = element.find(f"{{{ATOM}}}{name}")
    return "" if found is None else markup_of(found)


def _link(element: etree._Element) -> str | None:
    links = element.findall(f"{{{ATOM}}}link")
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)


def _web(address: str | None) -> str | None:
    return address if address and address.startswith(("http://", "https://")) and _is_address(address) else None


def _is_address(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _mark(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _seconds(ttl: str | None) -> float | None:
    """Seconds that RSS asks to wait between two polls."""
    minutes = ttl or ""
    known = minutes.isascii() and minutes.isdigit() and len(minutes) < 9
    return min(int(minutes), LONGEST_TTL) * 60.0 if known else None

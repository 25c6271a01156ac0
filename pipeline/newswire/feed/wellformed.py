"""Entries of well-formed feeds, by the names that the readers of whole feeds go by: what is polled reads as what is fed from a
file."""

from __future__ import annotations

import copy
from typing import Final

from lxml import etree

from newswire.feed.atom_entry import ATOM, XML, Listed, Text, add, entry, markup_of
from newswire.wire import rss, xml
from newswire.wire.draft import identifier

__all__ = ("TOMBSTONE", "atom_entries", "rss_entries")

TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
ABOUT: Final = f"{rss.RDF}about"


def rss_entries(root: etree._Element) -> list[Listed]:
    """The items of RSS or RDF, in the feed's order."""
    channel = xml.children(next(root.iter(*rss.CHANNELS), None))
    return [_item(item, channel) for item in root.iter(*rss.ITEMS)]


def _item(item: etree._Element, channel: xml.Children) -> Listed:
    found = xml.children(item)
    source = xml.first_text(found, *rss.SOURCE) or xml.first_text(channel, *rss.TITLE)
    guid = xml.first_text(found, *rss.GUID) or item.get(ABOUT)
    bare = bool(guid) and ":" not in (guid or "") and source is not None
    content = _html(found, *rss.ENCODED)
    authors = xml.first_text(found, *rss.CREATOR)
    element = entry(
        id=identifier(source or "", guid or "") if bare else guid,
        title=_html(found, *rss.TITLE),
        link=_link(found),
        published=xml.first_text(found, *rss.PUBLISHED),
        updated=xml.first_text(found, *rss.MODIFIED),
        content=content,
        summary=_html(found, *rss.DESCRIPTION),
        source=source,
        language=xml.first_text(found, *rss.LANGUAGE) or xml.language(item) or xml.first_text(channel, *rss.LANGUAGE),
        authors=[authors] if authors else [],
        tags=[text for name in rss.CATEGORY for child in found.get(name, ()) if (text := xml.inner_text(child))],
    )
    return Listed(element, guid if bare else None, xml.first_text(channel, *rss.LINK))


def _html(found: xml.Children, *names: str) -> Text | None:
    """The markup of the first child that has any text."""
    return next(
        (Text(markup_of(child)) for name in names for child in found.get(name, ()) if xml.inner_text(child)), None
    )


def _link(found: xml.Children) -> str | None:
    for link in (one for name in rss.LINK for one in found.get(name, ())):
        address = link.get("href") or xml.inner_text(link)
        if address and link.get("rel", "alternate") == "alternate":
            return address
    for guid in (one for name in rss.GUID for one in found.get(name, ())):
        address = xml.inner_text(guid)
        if address and guid.get("isPermaLink", "true") == "true" and address.startswith(("http://", "https://")):
            return address
    return None


def atom_entries(root: etree._Element) -> list[Listed]:
    """The entries of an Atom feed as they are, in the feed's order, then what it says is deleted (RFC 6721). What the feed says
    for all of them goes into each: `source`, the author where it has none, the language."""
    feed = root if root.tag == f"{{{ATOM}}}feed" else None
    tags = (f"{{{ATOM}}}entry", TOMBSTONE)
    items = [root] if root.tag in tags else list(root.iterchildren(*tags))
    return [_whole(item, feed) for item in sorted(items, key=lambda item: item.tag == TOMBSTONE)]


def _whole(item: etree._Element, feed: etree._Element | None) -> Listed:
    language = xml.language(item)
    element = copy.deepcopy(item)
    element.tail = None
    if language:
        element.set(f"{{{XML}}}lang", language)
    if feed is not None and element.find(f"{{{ATOM}}}source") is None:
        source = add(element, "source", "")
        for child in (*feed.findall(f"{{{ATOM}}}title"), *feed.findall(f"{{{ATOM}}}author")):
            source.append(copy.deepcopy(child))
        if not len(source):
            element.remove(source)
    return Listed(element)

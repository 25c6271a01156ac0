"""RSS 2.0, its forerunners, and RSS 1.0 (RDF): a whole feed, or one `item`."""

from __future__ import annotations

from typing import Final

from lxml import etree

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import markup, xml
from newswire.wire.draft import Draft, finish, identifier
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count, told_apart

__all__ = (
    "CATEGORY", "CHANNELS", "CREATOR", "DESCRIPTION", "ENCODED", "GUID", "ITEMS", "LANGUAGE", "LINK", "MODIFIED", "PUBLISHED",
    "RDF", "READER", "SOURCE", "TITLE",
)  # fmt: skip

# RSS itself has no namespace in 0.91 to 2.0; the others are those of 1.0, 0.90 and of some writers of 2.0.
RSS: Final = (
    "",
    "{http://purl.org/rss/1.0/}",
    "{http://my.netscape.com/rdf/simple/0.9/}",
    "{http://backend.userland.com/rss2}",
)
DC: Final = "{http://purl.org/dc/elements/1.1/}"
DCTERMS: Final = "{http://purl.org/dc/terms/}"
CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"

ROOTS: Final = frozenset(f"{namespace}{name}" for namespace in RSS for name in ("rss", "channel", "item"))
ITEMS: Final = tuple(f"{namespace}item" for namespace in RSS)
CHANNELS: Final = tuple(f"{namespace}channel" for namespace in RSS)


def _own(name: str) -> tuple[str, ...]:
    return tuple(namespace + name for namespace in RSS)


TITLE: Final = _own("title")
LINK: Final = (*_own("link"), f"{ATOM}link")
GUID: Final = _own("guid")
DESCRIPTION: Final = _own("description")
ENCODED: Final = (f"{CONTENT}encoded",)
LANGUAGE: Final = (*_own("language"), f"{DC}language")
SOURCE: Final = (*_own("source"), f"{DC}publisher")
CREATOR: Final = (f"{DC}creator", *_own("author"))
PUBLISHED: Final = (*_own("pubDate"), f"{DCTERMS}issued", f"{DCTERMS}created", f"{DC}date")
MODIFIED: Final = (f"{ATOM}updated", f"{DCTERMS}modified")
CATEGORY: Final = (*_own("category"), f"{DC}subject")

TAKEN: Final = frozenset(
    (*TITLE, *LINK, *GUID, *DESCRIPTION, *ENCODED, *LANGUAGE, *SOURCE, *CREATOR, *PUBLISHED, *MODIFIED, *CATEGORY)
)


def _recognises(message: Message) -> bool:
    if not message.looks_like_xml:
        return False
    try:
        return _is_rss(message.xml)
    except InputError:
        return False


def _is_rss(root: etree._Element) -> bool:
    if root.tag == f"{RDF}RDF":
        return any(child.tag in ROOTS for child in root)
    return root.tag in ROOTS


def _read(message: Message) -> list[Article]:
    root = message.xml
    if not _is_rss(root):
        raise InputError(
            f"the root element {root.tag!r} is none of RSS",
            "Send a feed, a channel or an item",
            format="rss",
            where="/*",
        )
    items = [root] if root.tag in ITEMS else list(root.iter(*ITEMS))
    check_count(len(items), "rss")
    channel = xml.children(next(root.iter(*CHANNELS), None))
    alone = len(items) == 1
    return told_apart(
        [_article(item, f"(//item)[{number}]", channel, message, alone=alone) for number, item in enumerate(items, 1)]
    )


def _article(item: etree._Element, where: str, channel: xml.Children, message: Message, *, alone: bool) -> Article:
    found = xml.children(item)
    source = xml.first_text(found, *SOURCE) or xml.first_text(channel, *TITLE)
    content = xml.first_text(found, *ENCODED)
    description = xml.first_text(found, *DESCRIPTION)
    extra = xml.leftovers(found, TAKEN)
    if content and description:
        extra["summary"] = description
    draft = Draft(
        format="rss",
        where=where,
        id=_id(found, item.get(f"{RDF}about"), source),
        headline=markup.line(xml.first_text(found, *TITLE)),
        byline=xml.first_text(found, *CREATOR),
        published=xml.first_text(found, *PUBLISHED),
        modified=xml.first_text(found, *MODIFIED),
        language=xml.first_text(found, *LANGUAGE) or xml.language(item) or xml.first_text(channel, *LANGUAGE),
        source=source,
        url=_url(found),
        keywords=[text for name in CATEGORY for child in found.get(name, ()) if (text := xml.inner_text(child))],
        body="\n\n".join(markup.paragraphs(content or description or "")),
        extra=extra,
    )
    return finish(draft, message, alone=alone)


def _id(found: xml.Children, about: str | None, source: str | None) -> str | None:
    """The item's guid. One without a colon is unique only within its feed: the source makes it so among feeds."""
    guid = xml.first_text(found, *GUID) or about
    if not guid or ":" in guid:
        return guid
    return identifier(source, guid) if source else guid


def _url(found: xml.Children) -> str | None:
    for link in (one for name in LINK for one in found.get(name, ())):
        address = link.get("href") or xml.inner_text(link)
        if address and link.get("rel", "alternate") == "alternate" and address.startswith(("http://", "https://")):
            return address
    for guid in (one for name in GUID for one in found.get(name, ())):
        address = xml.inner_text(guid)
        # RSS 2.0: a guid is a permanent link unless it says otherwise.
        if address and guid.get("isPermaLink", "true") == "true" and address.startswith(("http://", "https://")):
            return address
    return None


READER: Final = Reader(
    name="rss",
    media_types=("application/rss+xml", "application/rdf+xml", "application/xml", "text/xml"),
    recognises=_recognises,
    read=_read,
)

"""Atom (RFC 4287) and its draft 0.3: a whole feed, or one `entry`; and `at:deleted-entry` (RFC 6721), which cancels."""

from __future__ import annotations

from typing import Final

from lxml import etree

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset, markup, xml
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count

__all__ = ("READER",)

ATOM: Final = "{http://www.w3.org/2005/Atom}"
TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
ITEMS: Final = (f"{ATOM}entry", TOMBSTONE)

# Atom 0.3, which software of 2004 still writes: its namespace, and its names of what Atom renamed.
DRAFT: Final = "{http://purl.org/atom/ns#}"
RENAMED: Final = {"issued": "published", "modified": "updated", "tagline": "subtitle", "copyright": "rights"}

ROOTS: Final = frozenset((f"{ATOM}feed", f"{DRAFT}feed", f"{DRAFT}entry", *ITEMS))

TAKEN: Final = frozenset(
    ATOM + name
    for name in (
        *("id", "title", "link", "author", "contributor", "published", "updated"),
        *("category", "content", "summary", "source"),
    )
)


def _recognises(message: Message) -> bool:
    if not message.looks_like_xml:
        return False
    try:
        return message.xml.tag in ROOTS
    except InputError:
        return False


def _read(message: Message) -> list[Article]:
    root = message.xml
    if root.tag not in ROOTS:
        raise InputError(
            f"the root element {root.tag!r} is none of Atom", "Send a feed or an entry", format="atom", where="/*"
        )
    if root.tag.startswith(DRAFT):
        _modernise(root)
    items = [root] if root.tag in ITEMS else list(root.iterchildren(*ITEMS))
    check_count(len(items), "atom")
    alone = len(items) == 1
    return [
        (_deleted if item.tag == TOMBSTONE else _article)(item, f"(//{xml.name(item)})[{number}]", message, alone=alone)
        for number, item in enumerate(items, 1)
    ]


def _modernise(root: etree._Element) -> None:
    """Makes Atom of Atom 0.3, whose constructs say by `mode` how they are written down (draft 0.3, 3.1)."""
    for element in root.iter(f"{DRAFT}*"):
        name = xml.name(element)
        element.tag = ATOM + RENAMED.get(name, name)
        if name not in ("title", "content", "summary", "tagline", "copyright"):
            continue
        kind, mode = element.get("type", "text/plain").lower(), element.get("mode", "xml").lower()
        if mode != "base64":
            is_html = "html" in kind
            element.set(
                "type", ("xhtml" if len(element) else "html") if is_html else "xhtml" if len(element) else "text"
            )
        elif kind.startswith("text/") or kind.endswith(("+xml", "/xml")):
            element.set("type", f"application/octet-stream; was={kind}")


def _article(entry: etree._Element, where: str, message: Message, *, alone: bool) -> Article:
    found = xml.children(entry)
    origin = _origin(entry, found)
    content = _content(found, "content")
    summary = _content(found, "summary")
    extra = xml.leftovers(found, TAKEN)
    if content and summary:
        extra["summary"] = "\n\n".join(summary)
    people = found.get(f"{ATOM}author") or origin.get(f"{ATOM}author") or []
    names = (xml.first_text(xml.children(person), f"{ATOM}name") for person in people)
    modified = xml.first_text(found, f"{ATOM}updated")
    draft = Draft(
        format="atom",
        where=where,
        id=xml.first_text(found, f"{ATOM}id"),
        headline=" ".join(_content(found, "title")),
        byline=", ".join(name for name in names if name),
        # An entry that was never revised says its time only as `updated`, which RFC 4287 requires.
        published=xml.first_text(found, f"{ATOM}published") or modified,
        modified=modified,
        language=xml.language(entry),
        source=xml.first_text(origin, f"{ATOM}title"),
        url=_url(found),
        keywords=[
            label for child in found.get(f"{ATOM}category", ()) if (label := child.get("label") or child.get("term"))
        ],
        body="\n\n".join(content or summary),
        extra=extra,
    )
    return finish(draft, message, alone=alone)


def _deleted(tombstone: etree._Element, where: str, message: Message, *, alone: bool) -> Article:
    found = xml.children(tombstone)
    reference = tombstone.get("ref", "").strip()
    if not reference:
        raise InputError(
            "a deleted entry without ref", "Name the entry's id in ref", format="atom", where=f"{where}/@ref"
        )
    draft = Draft(
        format="atom",
        where=where,
        id=reference,
        status="canceled",
        modified=tombstone.get("when"),
        source=xml.first_text(_origin(tombstone, found), f"{ATOM}title"),
        language=xml.language(tombstone),
        extra=xml.leftovers(found, TAKEN),
    )
    return finish(draft, message, alone=alone)


def _content(found: xml.Children, name: str) -> list[str]:
    """The paragraphs of a text construct or content element, by its `type` (RFC 4287, 3.1.1 and 4.1.3.3)."""
    element = next(iter(found.get(ATOM + name, ())), None)
    if element is None:
        return []
    kind = element.get("type", "text").strip().lower()
    if kind == "xhtml" or (kind.endswith(("+xml", "/xml")) and len(element)):
        return markup.text_of(element)
    text = xml.inner_text(element)
    if text is None:
        return []
    if "/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml")):
        # All media types but text and XML have Base64 (RFC 4287, 4.1.3.3).
        text = charset.of_base64(text)
        if text is None:
            return []
        return markup.paragraphs(text) if "html" in kind or text.lstrip().startswith("<") else [text.strip()]
    return markup.paragraphs(text) if "html" in kind else [text]


def _origin(entry: etree._Element, found: xml.Children) -> xml.Children:
    """The metadata of the feed that the entry comes from: its own `source` element, else the feed around it."""
    own = next(iter(found.get(f"{ATOM}source", ())), None)
    feed = entry.getparent()
    if own is not None or feed is None:
        return xml.children(own)
    return {tag: elements for tag in (f"{ATOM}title", f"{ATOM}author") if (elements := feed.findall(tag))}


def _url(found: xml.Children) -> str | None:
    for link in found.get(f"{ATOM}link", ()):
        address = link.get("href", "")
        if link.get("rel", "alternate") == "alternate" and address.startswith(("http://", "https://")):
            return str(address)
    return None


READER: Final = Reader(
    name="atom", media_types=("application/atom+xml", "application/xml", "text/xml"), recognises=_recognises, read=_read
)

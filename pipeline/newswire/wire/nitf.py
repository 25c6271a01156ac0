"""NITF 3.x, IPTC's News Industry Text Format: a document, or what other formats carry inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import markup, times, xml
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader

__all__ = ("READER", "add_to", "add_written", "is_nitf", "paragraphs_of", "without_headline")

MEDIA_TYPES: Final = (
    "application/nitf+xml", "application/vnd.iptc.nitf+xml", "text/vnd.iptc.nitf", "text/nitf", "application/xml", "text/xml",
)  # fmt: skip

# Beside HTML's: elements of NITF that stand in lines of their own, and those whose text is not the story's.
BLOCKS: Final = markup.BLOCKS | {
    "body.content",
    "block",
    "hl1",
    "hl2",
    "bq",
    "credit",
    "nitf-table",
    "fn",
    "custom-table",
}
DROPPED: Final = markup.DROPPED | {"media", "note", "nitf-table-metadata", "body.head", "body.end"}

# What the agency marks in the text or lists in the head (`identified-content`).
ENTITIES: Final = frozenset({"person", "org", "location", "event", "object.title", "virtloc", "function"})

# Names inside of names ("Bank of England"): the text of each is gathered once more for all that it stands in.
DEEPEST_ENTITY: Final = 3

# Parts of a by-line that follow without a mark between.
TITLES: Final = frozenset({"byttl"})

STATUS_OF_KILLED: Final = frozenset({"canceled", "cancelled", "killed", "deleted"})


def _recognises(message: Message) -> bool:
    if not message.looks_like_xml:
        return False
    try:
        return is_nitf(message.xml)
    except InputError:
        return False


def is_nitf(root: etree._Element) -> bool:
    """Whether an element is the root of a NITF document, with its namespace or without."""
    return xml.name(root) == "nitf"


def _read(message: Message) -> list[Article]:
    root = message.xml
    if not is_nitf(root):
        raise InputError(f"the root element {root.tag!r} is not nitf", "Send a document", format="nitf", where="/*")
    head = xml.named(xml.path(root, "head"))
    docdata = next(iter(head.get("docdata", ())), None)
    data = xml.named(docdata)
    front = _heading(root)
    extra = front.extra
    issued = _norm(data, "date.issue")
    released = _norm(data, "date.release")
    status = docdata.get("management-status") if docdata is not None else None
    key = _attributes(data, "du-key")
    info = _attributes(data, "ed-msg")
    correction = data.get("correction")
    keywords = [text for one in data.get("key-list", ()) for word in one if (text := word.get("key"))]
    meta = {name: one.get("content", "") for one in head.get("meta", ()) if (name := one.get("name"))}
    for name, value in (
        ("meta", {name: value for name, value in meta.items() if value}),
        ("du-key", key),
        ("date.expire", _norm(data, "date.expire")),
        ("doc.rights", _attributes(data, "doc.rights")),
        ("series", _attributes(data, "series")),
        ("evloc", _attributes(data, "evloc")),
        ("correction", _said(correction[0]) if correction else None),
        ("pubdata", _attributes(head, "pubdata")),
        ("tobject.subject", [_said(one) for one in _subjects(head)]),
    ):
        if value:
            extra[name] = value
    killed = _killed(docdata)
    if killed:
        extra["notice"] = {"kind": "kill", "id": killed}
    published = issued or _norm(head, "pubdata", "date.publication") or front.published
    draft = Draft(
        format="nitf",
        where="/nitf",
        id=_attributes(data, "doc-id").get("id-string"),
        version=key.get("version"),
        status="canceled" if killed else status or None,
        signal="correction" if correction else None,
        headline=front.headline,
        byline=front.byline,
        dateline=front.dateline,
        located=front.located or _place(_attributes(data, "evloc")),
        language=xml.language(root) or root.get("baselang"),
        urgency=_attributes(data, "urgency").get("ed-urg"),
        published=published,
        modified=issued,
        embargoed_until=released if _is_embargo(status, released, issued) else None,
        source=front.source
        or _attributes(data, "doc.copyright").get("holder")
        or _attributes(data, "doc-id").get("regsrc")
        or _attributes(data, "doc.rights").get("owner"),
        slugline=meta.get("slug") or meta.get("slugline") or meta.get("anpa-keyword") or key.get("key"),
        tags=[text for text in (meta.get("anpa-takekey"), info.get("msg-type")) if text],
        notes=[text for text in (info.get("info"), (extra.get("correction") or {}).get("info")) if text],
        subjects=[text for one in _subjects(head) if (text := _subject(one))],
        keywords=keywords,
        extra=extra,
    )
    draft.body = "\n\n".join(without_headline(_body(root, front), draft.headline))
    return [finish(draft, message)]


def add_to(draft: Draft, root: etree._Element) -> list[str]:
    """The paragraphs of a document inside another format. What its head says fills the fields that the draft leaves open.

    Raises InputError for elements nested too deep.
    """
    front = _heading(root)
    for name in ("headline", "byline", "dateline", "located"):
        if getattr(draft, name) is None:
            setattr(draft, name, getattr(front, name))
    for name, value in front.extra.items():
        draft.extra.setdefault(name, value)
    return _body(root, front)


def add_written(draft: Draft, text: str) -> list[str]:
    """The same for a document that stands in another as text, or for a piece of one; broken XML is read as HTML is."""
    try:
        root = xml.parse(text.encode("utf-8", "replace"), "utf-8")
    except InputError:
        return markup.paragraphs(text)
    return add_to(draft, root) if is_nitf(root) else paragraphs_of(root)


def _heading(root: etree._Element) -> Draft:
    """What the head of the body says (headline, by-line, dateline, place, source, its time), and in `extra` the entities that the
    agency marked anywhere, the abstract, further headlines and captions."""
    content = xml.path(root, "body")
    front = xml.named(xml.path(content, "body.head"))
    # AP writes `headline` where the standard has `hedline`.
    headlines = xml.named(next(iter(front.get("hedline") or front.get("headline") or ()), None))
    dateline = next(iter(front.get("dateline", ())), None)
    date = xml.path(dateline, "story.date")
    norm = date.get("norm") if date is not None else None
    extra: dict[str, Any] = _entities(root)
    for name, found in (
        ("abstract", [text for one in front.get("abstract", ()) for text in paragraphs_of(one)]),
        ("hl2", [text for one in headlines.get("hl2", ()) if (text := xml.line(one))]),
        ("caption", _lines(content, "media-caption")),
        ("note", _lines(content, "note")),
        ("tagline", _lines(content, "tagline")),
    ):
        if found:
            extra[name] = found
    return Draft(
        format="nitf",
        headline=xml.line(next(iter(headlines.get("hl1", ())), None)) or xml.line(xml.path(root, "head", "title")),
        byline=", ".join(text for one in front.get("byline", ()) if (text := _byline(one))) or None,
        dateline=_dateline(dateline, date),
        located=_location(xml.path(dateline, "location")),
        source=xml.line(next(iter(front.get("distributor", ())), None)),
        published=norm,
        extra=extra,
    )


def _body(root: etree._Element, front: Draft) -> list[str]:
    """The paragraphs of the story; its abstract where there is nothing else."""
    found = xml.named(xml.path(root, "body")).get("body.content", ())
    return [text for content in found for text in paragraphs_of(content)] or list(front.extra.get("abstract", ()))


def paragraphs_of(element: etree._Element) -> list[str]:
    """The paragraphs inside an element of NITF. Raises InputError for elements nested too deep."""
    return markup.text_of(element, dropped=DROPPED, blocks=BLOCKS, typewritten=True)


def without_headline(paragraphs: list[str], headline: str | None) -> list[str]:
    """The paragraphs, without a first one that only repeats the headline."""
    if headline and len(paragraphs) > 1 and " ".join(paragraphs[0].split()) == " ".join(headline.split()):
        return paragraphs[1:]
    return paragraphs


def _entities(root: etree._Element) -> dict[str, Any]:
    """Whom and what the agency marked, by the name of the element: what is written there, with the attributes."""
    found: dict[str, dict[tuple[tuple[str, str], ...], dict[str, str]]] = {}
    waiting = [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        name = xml.name(element)
        if name not in ENTITIES:
            waiting.extend((child, depth) for child in reversed(element))
            continue
        if depth < DEEPEST_ENTITY:
            waiting.extend((child, depth + 1) for child in reversed(element))
        text = xml.line(element) or element.get("value")
        if text:
            said = {"name": text, **_said(element)}
            found.setdefault(name, {}).setdefault(tuple(said.items()), said)
    return {name: list(values.values()) for name, values in found.items()}


def _attributes(found: xml.Children, name: str) -> dict[str, str]:
    """The attributes of the first element of a name that say something."""
    element = next(iter(found.get(name, ())), None)
    return _said(element) if element is not None else {}


def _said(element: etree._Element) -> dict[str, str]:
    return {xml.local_name(key): str(value) for key, value in element.attrib.items() if str(value).strip()}


def _norm(found: xml.Children, name: str, attribute: str = "norm") -> str | None:
    return _attributes(found, name).get(attribute)


def _lines(root: etree._Element | None, name: str) -> list[str]:
    if root is None:
        return []
    return [text for one in root.iter(f"{{*}}{name}") if (text := xml.line(one))]


def _byline(element: etree._Element) -> str | None:
    pieces: list[str] = []
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            before = "".join(pieces).rstrip()
            if xml.name(one) in TITLES and before and not before.endswith((",", "-", "–", "—")):
                pieces = [before, ", "]
            elif before[-1:].isalnum() and (one.text or "")[:1].isalnum():
                pieces = [before, " "]
            pieces.append(one.text or "")
        elif one is not element:
            pieces.append(one.tail or "")
    return " ".join("".join(pieces).split()) or None


def _dateline(element: etree._Element | None, date: etree._Element | None) -> str | None:
    written = xml.line(element)
    # Some write nothing but the time of a machine.
    return None if date is not None and written == xml.line(date) and times.rfc3339(written or "") else written


def _location(element: etree._Element | None) -> str | None:
    return (xml.line(xml.path(element, "city")) or xml.line(element)) if element is not None else None


def _place(evloc: dict[str, str]) -> str | None:
    return next((evloc[name] for name in ("city", "county-dist", "state-prov", "iso-cc") if name in evloc), None)


def _subjects(head: xml.Children) -> Iterator[etree._Element]:
    for tobject in head.get("tobject", ()):
        yield from xml.named(tobject).get("tobject.subject", ())


def _subject(element: etree._Element) -> str | None:
    """The subject by its closest name, else by its number."""
    names = ("detail", "matter", "type", "refnum", "code")
    return next((text for name in names if (text := element.get(f"tobject.subject.{name}"))), None)


def _killed(docdata: etree._Element | None) -> str | None:
    """The id of another document that this one says is dead."""
    if docdata is None or docdata.get("management-idref-status", "").lower() not in STATUS_OF_KILLED:
        return None
    return docdata.get("management-doc-idref")


def _is_embargo(status: str | None, released: str | None, issued: str | None) -> bool:
    """Whether the time of release is one to wait for: a document that was issued after it is out."""
    if not released or (status or "").lower() == "embargoed":
        return bool(released)
    release, issue = times.rfc3339(released), times.rfc3339(issued or "")
    return release is not None and (issue is None or times.unix_seconds(release) > times.unix_seconds(issue))


READER: Final = Reader(name="nitf", media_types=MEDIA_TYPES, recognises=_recognises, read=_read, stands_out=True)

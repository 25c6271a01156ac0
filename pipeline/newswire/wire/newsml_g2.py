"""NewsML-G2: a news item, a message with several (`newsMessage`), or a bare `contentSet`; text as NITF, XHTML or data.

Items that hold no text of their own (packages, concepts, plans) are passed over where a message has others, and refused where
it has none. Elements are known by their local names, since some writers get the namespaces wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset, markup, nitf, typescript, xml
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count
from newswire.wire.signals import signal

__all__ = ("READER",)

MEDIA_TYPES: Final = (
    "application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.packageitem+xml",
    "application/xml", "text/xml",
)  # fmt: skip

MESSAGES: Final = frozenset({"newsMessage", "newsItem", "packageItem", "contentSet"})

# What an item may be whose text is not the story itself, but what is said of a picture or a film.
CAPTIONED: Final = frozenset({"picture", "graphic", "audio", "video", "animation"})

NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"

# A page's head repeats what has elements of its own: headline, slugline, time.
DROPPED: Final = markup.DROPPED | {"header", "time"}

# Elements of contentMeta and itemMeta whose words go to `extra`, beside those that have fields.
ITEM_WORDS: Final = ("service", "genre", "creditline", "title", "profile", "product")

# How the types of subjects end that are entities and not topics: the scheme is IPTC's cpnat, or the agency's.
ENTITIES: Final = frozenset(
    {"person", "organisation", "organization", "company", "geoArea", "geoarea", "poi", "place", "event"}
)


def _recognises(message: Message) -> bool:
    if not message.looks_like_xml:
        return False
    try:
        return xml.name(message.xml) in MESSAGES
    except InputError:
        return False


def _read(message: Message) -> list[Article]:
    root = message.xml
    if xml.name(root) not in MESSAGES:
        raise InputError(
            f"the root element {root.tag!r} is none of NewsML-G2",
            "Send a newsMessage or a newsItem",
            format="newsml_g2",
            where="/*",
        )
    items = list(_items(root))
    check_count(len(items), "newsml_g2")
    drafts: list[Draft] = []
    elsewhere: list[Draft] = []
    without: list[str] = []
    for number, item in enumerate(items, 1):
        where = f"(//{xml.name(item)})[{number}]"
        if xml.name(item) == "contentSet":
            drafts.append(_bare(item, where))
        elif xml.name(item) == "newsItem":
            draft = _draft(item, where)
            by_link = "remoteContent" in draft.extra and not draft.body and not _is_stopped(draft)
            (elsewhere if by_link else drafts).append(draft)
        elif xml.name(item) == "packageItem" and _is_stopped(draft := _draft(item, where)):
            drafts.append(draft)
        else:
            without.append(_nature(item))
    if not drafts and (elsewhere or without):
        raise InputError(
            f"no text in it: {', '.join(without) or 'a text that is a link'}",
            "Feed the news items that it names" if without else f"Fetch {_addresses(elsewhere)}, and feed that",
            format="newsml_g2",
            where="/*",
        )
    found = drafts + elsewhere
    return [finish(draft, message, alone=len(found) == 1) for draft in found]


def _is_stopped(draft: Draft) -> bool:
    """Whether it is a kill or a hold, which needs no text."""
    return (draft.status or "usable").lower() != "usable"


def _items(root: etree._Element) -> Iterator[etree._Element]:
    if xml.name(root) != "newsMessage":
        yield root
        return
    for child in root:
        if xml.name(child) == "itemSet":
            yield from child


def _nature(item: etree._Element) -> str:
    """What an item without text is, in words."""
    name = xml.name(item)
    guid = item.get("guid") or "without guid"
    if name == "packageItem":
        count = sum(1 for one in item.iter("{*}itemRef"))
        return f"the package {guid} that names {count} item{'s' * (count != 1)}"
    return f"the {name} {guid}"


def _addresses(drafts: list[Draft]) -> str:
    found = (one.get("href") or one.get("residref") for draft in drafts for one in draft.extra["remoteContent"])
    return ", ".join(address for address in found if address)[:300] or "the content"


def _bare(content: etree._Element, where: str) -> Draft:
    draft = Draft(format="newsml_g2", where=where)
    _add_content(draft, content)
    return draft


def _draft(item: etree._Element, where: str) -> Draft:
    meta = xml.named(xml.path(item, "itemMeta"))
    about = xml.named(xml.path(item, "contentMeta"))
    kind = _code(next(iter(meta.get("itemClass", ())), None)).lower()
    language = next((tag for one in about.get("language", ()) if (tag := one.get("tag"))), None) or xml.language(item)
    embargoes = meta.get("embargoed", ())
    status = _code(next(iter(meta.get("pubStatus", ())), None)) or None
    until = xml.inner_text(embargoes[0]) if embargoes else None
    places = [text for one in about.get("located", ()) if (text := _name(one))]
    rights = xml.named(xml.path(item, "rightsInfo"))
    parties = (*meta.get("provider", ()), *about.get("infoSource", ()), *rights.get("copyrightHolder", ()))
    # A name says more than the address or code of who comes before.
    sources = [text for one in parties if (text := _called(one))] or [text for one in parties if (text := _name(one))]
    extra = _extra(meta, about, rights)
    if kind and kind != "text":
        extra["type"] = kind
    draft = Draft(
        format="newsml_g2",
        where=where,
        id=item.get("guid"),
        version=item.get("version"),
        # An embargo that is nil lasts until further notice; an empty one is how some writers say that there is none.
        status="embargoed" if any(one.get(NIL) == "true" for one in embargoes) and not until else status,
        signal=signal(
            code for one in meta.get("signal", ()) for code in (one.get("qcode") or one.get("uri"), *_of_scheme(one))
        ),
        headline=_headline(about) or _text(meta, "title"),
        byline=", ".join(text for one in about.get("by", ()) if (text := xml.line(one))) or None,
        dateline=_text(about, "dateline"),
        located=places[0] if places else None,
        language=language,
        urgency=_text(about, "urgency"),
        published=_text(meta, "firstCreated") or _text(about, "contentCreated") or _text(meta, "versionCreated"),
        modified=_text(meta, "versionCreated"),
        embargoed_until=until,
        source=sources[0] if sources else None,
        slugline=_text(about, "slugline"),
        notes=[text for one in meta.get("edNote", ()) for text in _note(one)],
        subjects=[text for one in about.get("subject", ()) if (text := _name(one))],
        keywords=[text for one in about.get("keyword", ()) if (text := xml.line(one))],
        extra=extra,
    )
    for content in item:
        if xml.name(content) == "contentSet":
            _add_content(draft, content)
    if not draft.body and kind in CAPTIONED:
        draft.body = "\n\n".join(extra.pop("description", ())) or None
    return draft


def _of_scheme(element: etree._Element) -> Iterator[str]:
    # The scheme says it where the code says how much ("update:append-major-content").
    alias, colon, _ = element.get("qcode", "").partition(":")
    if colon:
        yield alias


def _code(element: etree._Element | None) -> str:
    """The code of a concept, without the alias or address of its scheme; its literal where it has none."""
    if element is None:
        return ""
    code = element.get("qcode")
    if code:
        return str(code.partition(":")[2] or code)
    return str(element.get("uri", "").rstrip("/").rpartition("/")[2] or element.get("literal", ""))


def _called(element: etree._Element) -> str | None:
    """The name of a concept, or its literal."""
    for child in element:
        if xml.name(child) == "name" and (text := xml.line(child)):
            return text
    return element.get("literal") or None


def _name(element: etree._Element) -> str | None:
    """What a concept is called: its name, its literal, or its code."""
    return _called(element) or element.get("qcode") or element.get("uri") or None


def _text(found: xml.Children, name: str) -> str | None:
    return next((text for one in found.get(name, ()) if (text := xml.line(one))), None)


def _headline(about: xml.Children) -> str | None:
    """The headline that counts: that of the best rank among those that are no sub-headlines."""
    found = [one for one in about.get("headline", ()) if xml.line(one)]
    main = [one for one in found if "sub" not in one.get("role", "").lower()]
    return xml.line(min(main or found, key=_rank, default=None))


def _rank(element: etree._Element) -> int:
    rank = element.get("rank", "1")
    return int(rank) if rank.isascii() and rank.isdigit() and len(rank) < 9 else 1


def _note(element: etree._Element) -> list[str]:
    return [text for piece in element.itertext() if (text := " ".join(str(piece).split()))]


def _extra(meta: xml.Children, about: xml.Children, rights: xml.Children) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    for name in ITEM_WORDS:
        words = [text for one in (*meta.get(name, ()), *about.get(name, ())) if (text := xml.line(one) or _name(one))]
        if words:
            extra[name] = words[0] if len(words) == 1 else words
    for name in ("copyrightNotice", "usageTerms"):
        if text := _text(rights, name):
            extra[name] = text
    described = [text for one in about.get("description", ()) if (text := xml.line(one))]
    if described:
        extra["description"] = described
    subheadlines = [
        text for one in about.get("headline", ()) if "sub" in one.get("role", "").lower() and (text := xml.line(one))
    ]
    if subheadlines:
        extra["subheadline"] = subheadlines
    for name, elements in (
        ("altId", about.get("altId", ())),
        ("located", about.get("located", ())),
        ("creator", about.get("creator", ())),
        ("infoSource", about.get("infoSource", ())),
        ("link", meta.get("link", ())),
    ):
        values = [_concept(one) for one in elements]
        if any(values):
            extra[name] = [value for value in values if value]
    for one in about.get("subject", ()):
        kind = one.get("type", "").rpartition(":")[2]
        if kind in ENTITIES and (text := _name(one)):
            extra.setdefault(kind, []).append({"name": text, **_attributes(one)})
    return extra


def _concept(element: etree._Element) -> dict[str, Any]:
    """A concept as it stands there: its attributes, name or text, and what is around it."""
    found: dict[str, Any] = _attributes(element)
    text = _name(element) if len(element) else xml.line(element)
    if text:
        found.setdefault("name", text)
    broader = [name for child in element if xml.name(child) == "broader" and (name := _name(child))]
    if broader:
        found["broader"] = broader
    return found


def _attributes(element: etree._Element) -> dict[str, Any]:
    return {xml.local_name(key): value for key, value in element.attrib.items()}


def _add_content(draft: Draft, content: etree._Element) -> None:
    """Adds the text of a content set to the draft: the first rendition that has any, the others are the same in other words."""
    remote = []
    for one in content:
        name = xml.name(one)
        if name == "remoteContent":
            remote.append(_attributes(one))
        elif draft.body:
            continue
        elif name == "inlineXML":
            draft.body = "\n\n".join(nitf.without_headline(_marked(one, draft), draft.headline))
        elif name == "inlineData":
            draft.body = "\n\n".join(nitf.without_headline(_data(one), draft.headline))
    if remote:
        draft.extra["remoteContent"] = remote


def _marked(inline: etree._Element, draft: Draft) -> list[str]:
    root = next(iter(inline), None)
    if root is not None and nitf.is_nitf(root):
        return nitf.add_to(draft, root)
    if root is None:
        return typescript.paragraphs(inline.text or "")
    page = xml.path(root, "body") if xml.name(root) == "html" else None
    page = inline if page is None else page
    return markup.text_of(page, dropped=DROPPED, typewritten=True) or markup.text_of(page, typewritten=True)


def _data(inline: etree._Element) -> list[str]:
    """The paragraphs of data: text, or markup that is escaped; in Base64 where it says so."""
    text = inline.text or ""
    if "base64" in inline.get("encoding", "").lower():
        text = charset.of_base64(text) or ""
    if "html" in inline.get("contenttype", "") or text.lstrip().startswith("<"):
        return markup.paragraphs(text, typewritten=True)
    return typescript.paragraphs(text)


READER: Final = Reader(name="newsml_g2", media_types=MEDIA_TYPES, recognises=_recognises, read=_read, stands_out=True)

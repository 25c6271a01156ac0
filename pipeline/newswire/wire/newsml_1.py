"""NewsML 1.0 to 1.2: a `NewsML` document with one or more items, text as NITF, XHTML or data."""

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

MEDIA_TYPES: Final = ("application/vnd.iptc.newsml+xml", "text/vnd.iptc.newsml", "application/xml", "text/xml")

# Roles of components whose text is said of a picture.
CAPTIONS: Final = frozenset({"caption", "legend"})

# The lines of NewsLines that no field takes.
LINES: Final = ("SubHeadLine", "CreditLine", "CopyrightLine", "RightsLine", "SeriesLine")


def _recognises(message: Message) -> bool:
    if not message.looks_like_xml:
        return False
    try:
        return xml.name(message.xml) == "NewsML"
    except InputError:
        return False


def _read(message: Message) -> list[Article]:
    root = message.xml
    if xml.name(root) != "NewsML":
        raise InputError(
            f"the root element {root.tag!r} is not NewsML", "Send a NewsML 1 document", format="newsml_1", where="/*"
        )
    # Items may hold items: each is an article of its own.
    items = list(root.iter("{*}NewsItem"))
    check_count(len(items), "newsml_1")
    drafts = []
    without = []
    for number, item in enumerate(items, 1):
        draft = _draft(item, f"(//NewsItem)[{number}]")
        # An item may be nothing but links to others, or instructions that change a part of another.
        if draft.body or (draft.status or "usable").lower() != "usable" or not _refers(item):
            drafts.append(draft)
        else:
            without.append(draft.id or "without identifier")
    if not drafts:
        raise InputError(
            f"no text in it: {', '.join(without)[:200]} only names or changes other items",
            "Feed the items that hold text",
            format="newsml_1",
            where="/NewsML",
        )
    return [finish(draft, message, alone=len(drafts) == 1) for draft in drafts]


def _refers(item: etree._Element) -> bool:
    return any(xml.name(one) in ("NewsItemRef", "Update", "TopicSet", "Catalog") for one in _own(item)) and not any(
        xml.name(one) in ("ContentItem", "HeadLine") for one in _own(item)
    )


def _own(item: etree._Element) -> Iterator[etree._Element]:
    """The elements inside an item, but for those of items inside it and of its texts."""
    waiting = list(reversed(item))
    while waiting:
        element = waiting.pop()
        name = xml.name(element)
        if name == "NewsItem":
            continue
        yield element
        if name != "DataContent":
            waiting.extend(reversed(element))


def _draft(item: etree._Element, where: str) -> Draft:
    found: xml.Children = {}
    for element in _own(item):
        found.setdefault(xml.name(element), []).append(element)
    identity, revision = _identity(found)
    headline = _text(found, "HeadLine")
    until = _change(found)
    place = _place(found)
    extra = _extra(found)
    draft = Draft(
        format="newsml_1",
        where=where,
        id=identity,
        version=revision,
        status=_formal(found, "Status"),
        signal=signal(one.get("FormalName") for name in ("Instruction", "Update") for one in found.get(name, ()))
        or _signal_of_revision(found),
        headline=headline,
        byline=_text(found, "ByLine"),
        dateline=_text(found, "DateLine"),
        located=place,
        language=_language(found, item),
        urgency=_formal(found, "Urgency") or _priority(item),
        published=_text(found, "FirstCreated") or _text(found, "DateLineDate"),
        modified=_text(found, "ThisRevisionCreated"),
        embargoed_until=until,
        source=_party(found, "Provider") or _party(found, "Source") or _text(found, "ProviderId"),
        slugline=_text(found, "SlugLine") or _text(found, "NameLabel"),
        notes=list(_notes(found)),
        subjects=_subjects(found),
        keywords=[
            *(
                value
                for one in found.get("Property", ())
                if one.get("FormalName") == "Keyword" and (value := one.get("Value"))
            ),
            *(text for one in found.get("KeywordLine", ()) if (text := xml.line(one))),
        ],
        extra=extra,
    )
    _add_texts(draft, found)
    return draft


def _identity(found: xml.Children) -> tuple[str | None, str | None]:
    """The id that all revisions share, and the revision: the public identifier ends with it."""
    number = next(iter(found.get("RevisionId", ())), None)
    revision = xml.line(number)
    public = _text(found, "PublicIdentifier")
    if public and revision:
        for update in (number.get("Update", "") if number is not None else "", "N", "U", "A", ""):
            if public.endswith(f":{revision}{update}"):
                return public[: -len(f":{revision}{update}")], revision
    if public:
        return public, revision
    parts = [_text(found, name) for name in ("ProviderId", "DateId", "NewsItemId")]
    return (":".join(("urn:newsml", *map(str, parts))) if all(parts) else parts[2]), revision


def _text(found: xml.Children, name: str) -> str | None:
    return next((text for one in found.get(name, ()) if (text := xml.line(one))), None)


def _formal(found: xml.Children, name: str) -> str | None:
    return next((value for one in found.get(name, ()) if (value := one.get("FormalName"))), None)


def _party(found: xml.Children, name: str) -> str | None:
    for one in found.get(name, ()):
        party = xml.path(one, "Party")
        if party is not None and (text := party.get("FormalName") or xml.line(party)):
            return str(text)
    return None


def _priority(item: etree._Element) -> str | None:
    envelope = xml.path(item.getroottree().getroot(), "NewsEnvelope")
    return _formal(xml.named(envelope), "Priority")


def _language(found: xml.Children, item: etree._Element) -> str | None:
    written = _formal(found, "Language") or xml.language(item)
    return written.lower() if written and len(written) == 2 else written


def _change(found: xml.Children) -> str | None:
    """When an embargo ends: the time at which the status will change to usable."""
    for change in found.get("StatusWillChange", ()):
        future = xml.path(change, "FutureStatus")
        if future is not None and future.get("FormalName", "").lower() == "usable":
            return xml.line(xml.path(change, "DateAndTime"))
    return None


def _signal_of_revision(found: xml.Children) -> str | None:
    number = next(iter(found.get("RevisionId", ())), None)
    before = number.get("PreviousRevision", "0") if number is not None else "0"
    return "update" if before.strip() not in ("", "0") else None


def _place(found: xml.Children) -> str | None:
    for location in found.get("Location", ()):
        properties = {one.get("FormalName"): one.get("Value") for one in xml.named(location).get("Property", ())}
        for name in ("City", "CountryArea", "Country"):
            if properties.get(name):
                return properties[name]
    values = {one.get("FormalName"): one.get("Value") for one in found.get("Property", ())}
    return values.get("City") or values.get("Country")


def _notes(found: xml.Children) -> Iterator[str]:
    for name in ("Instruction", "Comment"):
        for one in found.get(name, ()):
            if text := xml.line(one):
                yield text
    for one in found.get("NewsLine", ()):
        kind = xml.path(one, "NewsLineType")
        if (
            kind is not None
            and "note" in kind.get("FormalName", "").lower()
            and (text := xml.line(xml.path(one, "NewsLineText")))
        ):
            yield text


def _subjects(found: xml.Children) -> list[str]:
    """Topics by the name that the item gives them, else by their code."""
    names: dict[str, str] = {}
    for topic in found.get("Topic", ()):
        parts = xml.named(topic)
        code = _text(parts, "FormalName")
        described = [
            one for one in parts.get("Description", ()) if one.get("Variant", "Name") == "Name" and xml.line(one)
        ]
        english = [
            one for one in described if one.get("{http://www.w3.org/XML/1998/namespace}lang", "").startswith("en")
        ]
        name = xml.line(next(iter(english or described), None))
        if code and name:
            names[code] = name
    codes = (code for one in found.get("SubjectCode", ()) for child in one if (code := child.get("FormalName")))
    return [names.get(code, code) for code in codes] or list(names.values())


def _extra(found: xml.Children) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    for name in (*LINES, "PublicIdentifier", "NameLabel"):
        if text := _text(found, name):
            extra[name] = text
    for name in ("Genre", "OfInterestTo", "NewsItemType", "UsageType"):
        values = [value for one in found.get(name, ()) if (value := one.get("FormalName") or xml.line(one))]
        if values:
            extra[name] = values
    related = [value for one in found.get("AssociatedWith", ()) if (value := one.get("NewsItem"))]
    if related:
        extra["AssociatedWith"] = related
    return extra


def _add_texts(draft: Draft, found: xml.Children) -> None:
    """The texts of the item's components in their order; captions only where there is nothing else."""
    texts: list[str] = []
    captions: list[str] = []
    for data in found.get("DataContent", ()):
        kinds = {kind.lower() for kind in _kinds(data)}
        if not kinds.isdisjoint({"photo", "graphic", "video", "audio", "animation"}):
            continue
        text = _paragraphs(data, kinds, draft)
        (captions if _role(data) in CAPTIONS else texts).extend(text)
    if texts and captions:
        draft.extra["caption"] = captions
    draft.body = "\n\n".join(nitf.without_headline(texts or captions, draft.headline))


def _kinds(data: etree._Element) -> Iterator[str]:
    for one in (data, *data.iterancestors()):
        if xml.name(one) == "ContentItem":
            for child in one:
                if xml.name(child) in ("MediaType", "Format", "MimeType") and child.get("FormalName"):
                    yield str(child.get("FormalName"))
            return


def _role(data: etree._Element) -> str:
    for one in data.iterancestors():
        if xml.name(one) == "NewsComponent":
            role = xml.path(one, "Role")
            return str(role.get("FormalName", "")).lower() if role is not None else ""
    return ""


def _paragraphs(data: etree._Element, kinds: set[str], draft: Draft) -> list[str]:
    root = next(iter(data), None)
    if root is not None and nitf.is_nitf(root):
        return nitf.add_to(draft, root)
    if root is not None:
        page = xml.path(root, "body") if xml.name(root) == "html" else data
        return nitf.paragraphs_of(data if page is None else page)
    text = data.text or ""
    parent = data.getparent()
    if parent is not None and xml.name(parent) == "Encoding" and parent.get("Notation", "").lower() == "base64":
        text = charset.of_base64(text) or ""
    if any("html" in kind for kind in kinds) or text.lstrip().startswith("<"):
        return markup.paragraphs(text, typewritten=True)
    return typescript.paragraphs(text)


READER: Final = Reader(name="newsml_1", media_types=MEDIA_TYPES, recognises=_recognises, read=_read, stands_out=True)

"""ninjs, IPTC's news in JSON: 1.x (flat), 2.x (arrays) and 3.x (arrays, camel case), with what Superdesk and AP add.

Property names are folded to lower case, which is all that tells 3.x from 2.x. What no field takes lands in `extra` under the
name that the item gives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import markup, nitf
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count
from newswire.wire.signals import signal

__all__ = ("READER",)

MEDIA_TYPES: Final = ("application/vnd.iptc.ninjs+json", "application/ninjs+json", "application/json", "text/json")

# Properties, in lower case, that together with an id show an object to be ninjs.
MARKS: Final = frozenset({
    "type", "version", "versioncreated", "firstcreated", "contentcreated", "pubstatus", "headline", "headlines",
    "bodies", "body_text", "body_html", "body_xhtml", "slugline", "representationtype",
})  # fmt: skip
IDS: Final = ("uri", "guid")

# How a list of items may be wrapped: Superdesk's content API and BBC's local news partnership.
ENVELOPES: Final = ("_items", "items", "item")

# Properties, in lower case, that become fields of the Article. Of several the first that says something counts.
FIELDS: Final = {
    "version": ("version",),
    "status": ("pubstatus",),
    "headline": ("headline", "headlines"),
    "byline": ("byline", "by", "bylines"),
    "dateline": ("dateline",),
    "located": ("located",),
    "language": ("language",),
    "urgency": ("urgency",),
    "published": ("firstpublished", "firstcreated", "contentcreated", "versioncreated"),
    "modified": ("versioncreated",),
    "embargoed_until": ("embargoeduntil", "embargoed"),
    "source": ("source", "provider", "infosources", "infosource", "copyrightholder"),
}

# Bodies are not repeated in `extra`.
BODIES: Final = ("bodies", "body_")

# Flat bodies by preference among those of the same kind; ninjs 1.x allows any `body_*`.
BODY_ORDER: Final = {"body_text": 0, "body_html": 1, "body_xhtml": 2}

# A body may be a document of NITF, whatever its property or content type says.
NITF: Final = re.compile(r"<nitf[\s>]|<body\.content[\s>]")

# Roles of headlines (2.x and later) by preference; one without a role, or with another, comes after them.
HEADLINE_ROLES: Final = ("main", "title", "")

# What is said of a picture or a film, by preference: its text, where it has no other.
CAPTIONS: Final = ("description_text", "description_caption", "description_html", "descriptions")

# Superdesk's states of a story that is dead, whatever `pubstatus` says.
DEAD: Final = frozenset({"killed", "recalled"})


def _recognises(message: Message) -> bool:
    if not message.looks_like_json:
        return False
    try:
        document = message.json
    except InputError:
        return False
    items = list(_items(document))
    return bool(items) and all(isinstance(item, dict) and _is_ninjs(item) for _, item in items)


def _is_ninjs(item: Mapping[str, Any]) -> bool:
    names = {name.lower() for name in item}
    return not names.isdisjoint(IDS) and not names.isdisjoint(MARKS)


def _items(document: Any) -> Iterator[tuple[str, Any]]:
    """The items of a document with their JSON paths: one, those of an array, or those of an envelope."""
    if isinstance(document, dict):
        for name in ENVELOPES:
            if isinstance(document.get(name), list) and not any(one in document for one in IDS):
                yield from ((f"$.{name}[{index}]", item) for index, item in enumerate(document[name]))
                return
        yield "$", document
    elif isinstance(document, list):
        yield from ((f"$[{index}]", item) for index, item in enumerate(document))


def _read(message: Message) -> list[Article]:
    items = list(_items(message.json))
    check_count(len(items), "ninjs")
    return [_article(item, where, message, alone=len(items) == 1) for where, item in items]


def _article(item: Any, where: str, message: Message, *, alone: bool) -> Article:
    if not isinstance(item, dict):
        raise InputError("not a JSON object", "Send one object for each item", format="ninjs", where=where)
    names = {name.lower(): name for name in item}
    values = {folded: item[name] for folded, name in names.items()}
    taken: set[str] = set()
    found: dict[str, Any] = {}
    for field, candidates in FIELDS.items():
        for name in candidates:
            found[field] = _text(values.get(name))
            if found[field] is not None:
                taken.add(name)
                break
    identity = next((text for name in IDS if (text := _text(values.get(name)))), None)
    if identity is None:
        raise InputError(
            "no id", "ninjs requires the property uri (guid in Superdesk)", format="ninjs", where=f"{where}.uri"
        )
    status = values.get("pubstatus")
    if status is not None and not isinstance(status, str):
        raise InputError(
            "the status is not text",
            "Write usable, withheld or canceled",
            format="ninjs",
            where=f"{where}.{names['pubstatus']}",
        )
    inside = Draft(format="ninjs")  # what a body in NITF says beside its text
    body, body_names = _body(values, names, where, inside)
    if body is None and values.get("type") in ("picture", "graphic", "video", "audio"):
        body = next((text for name in CAPTIONS if (text := _caption(values.get(name)))), None)
    if values.get("state") in DEAD:
        found["status"] = values["state"]
    taken |= {"uri" if "uri" in values else "guid", "keyword", "keywords"} | body_names
    draft = Draft(
        format="ninjs",
        where=where,
        id=identity,
        signal=_signal(values),
        slugline=_text(values.get("slugline")),
        notes=[text for text in (_text(values.get("ednote")),) if text],
        url=next((text for name in ("url", *IDS) if (text := _address(values.get(name)))), None),
        subjects=_names(values, "subject", "subjects"),
        keywords=_names(values, "keyword", "keywords"),
        body=body,
        extra=inside.extra
        | {
            name: item[name]
            for folded, name in names.items()
            if folded not in taken and item[name] not in (None, "", [], {})
        },
        **found,
    )
    return finish(draft, message, alone=alone)


def _text(value: Any) -> str | None:
    """What a property says in words: text, a number, an object's name or value, or the best of an array of objects."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return next(
            (text for key in ("value", "text", "name", "literal", "city") if (text := _plain(value.get(key)))), None
        )
    if isinstance(value, list):
        ranked = sorted(value, key=_rank)
        return next((text for one in ranked if not isinstance(one, list) and (text := _text(one))), None)
    return None


def _plain(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _rank(value: Any) -> int:
    role = value.get("role", "") if isinstance(value, dict) else ""
    return HEADLINE_ROLES.index(role) if role in HEADLINE_ROLES else len(HEADLINE_ROLES)


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else None


def _names(values: Mapping[str, Any], *properties: str) -> list[str]:
    for name in properties:
        value = values.get(name)
        if isinstance(value, str):
            return [value]
        if isinstance(value, list):
            return [text for one in value if not isinstance(one, list) and (text := _text(one))]
    return []


def _signal(values: Mapping[str, Any]) -> str | None:
    """What kind of version this is: the item's own word, else what Superdesk's chain of rewrites says."""
    for name in ("signal", "signals"):
        value = values.get(name)
        for one in value if isinstance(value, list) else [value]:
            said = _text(one) or (_plain(one.get("code") or one.get("qcode")) if isinstance(one, dict) else None)
            word = signal((said,))
            if word:
                return word
    if _positive(values.get("correction_sequence")):
        return "correction"
    if values.get("rewrite_of") or values.get("evolvedfrom") or _positive(values.get("rewrite_sequence")):
        return "update"
    return None


def _caption(value: Any) -> str | None:
    return "\n\n".join(markup.paragraphs(text)) if (text := _text(value)) and "<" in text else _text(value)


def _positive(value: Any) -> bool:
    return isinstance(value, int) and value > 0


def _body(
    values: Mapping[str, Any], names: Mapping[str, str], where: str, inside: Draft
) -> tuple[str | None, set[str]]:
    """The body as text, and the names of the properties that hold bodies.

    Plain text is taken as it came, unless it has one line where the markup has paragraphs: some writers make it from the
    markup and run the paragraphs together.
    """
    holders = {name for name in values if name.startswith(BODIES)}
    plain: list[str] = []
    marked: list[str] = []
    for content, markup_is, place in _bodies(values, names, where):
        if not isinstance(content, str):
            if content is None:
                continue
            raise InputError("the body is not text", "Write it as a string", format="ninjs", where=place)
        (marked if markup_is else plain).append(content)
    text = next((one for one in plain if one.strip()), None)
    if text is not None and "\n" in text.strip():
        return text, holders
    found = next((found for one in marked if (found := _paragraphs(one, inside))), [])
    if text is not None and len(found) < 2:
        return text, holders
    return "\n\n".join(found) or None, holders


def _paragraphs(marked: str, inside: Draft) -> list[str]:
    return nitf.add_written(inside, marked) if NITF.search(marked[:1000]) else markup.paragraphs(marked)


def _bodies(values: Mapping[str, Any], names: Mapping[str, str], where: str) -> Iterator[tuple[Any, bool, str]]:
    """Each body with whether it is markup and its JSON path."""
    flat = (name for name in sorted(values) if name.startswith("body_"))
    for name in sorted(flat, key=lambda name: BODY_ORDER.get(name, len(BODY_ORDER))):
        yield values[name], name != "body_text", f"{where}.{names[name]}"
    bodies = values.get("bodies")
    for index, one in enumerate(bodies if isinstance(bodies, list) else []):
        place = f"{where}.{names['bodies']}[{index}]"
        if not isinstance(one, dict):
            raise InputError(
                "not a JSON object", "Send an object for each body or headline", format="ninjs", where=place
            )
        folded = {name.lower(): value for name, value in one.items()}
        kind = folded.get("contenttype")
        content = folded.get("value")
        if isinstance(kind, str):
            is_markup = any(name in kind.lower() for name in ("html", "xml", "nitf"))
        else:
            is_markup = isinstance(content, str) and content.lstrip().startswith("<")
        yield content, is_markup, f"{place}.value"


READER: Final = Reader(name="ninjs", media_types=MEDIA_TYPES, recognises=_recognises, read=_read)

"""AP Media API: the answer for an item or a feed, or an item alone.

Its stories come as links to renditions. An answer that holds nothing but such links is refused with their addresses; beside
other items they come along as what they say themselves, their headline.
"""

from __future__ import annotations

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

MEDIA_TYPES: Final = ("application/json", "text/json")

# AP: what has no such signal is not to be published.
PUBLISHABLE: Final = "newscontent"

# Where AP's clients put the text of a rendition that they fetched, as NITF or HTML.
BODIES: Final = ("body_nitf", "body_html", "body_text")
CAPTIONS: Final = ("description_caption", "description_summary", "description_editorialsummary")

TAKEN: Final = frozenset({
    "version", "pubstatus", "headline", "language", "urgency", "firstcreated", "versioncreated", "embargoed", "provider",
    "slugline", "keywords", *BODIES,
})  # fmt: skip


def _recognises(message: Message) -> bool:
    if not message.looks_like_json:
        return False
    try:
        document = message.json
    except InputError:
        return False
    if not isinstance(document, dict):
        return False
    return (
        isinstance(document.get("data"), dict) and ("api_version" in document or "item" in document["data"])
    ) or _is_item(document)


def _is_item(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("altids"), dict) and "itemid" in item["altids"]


def _items(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    data = document.get("data")
    if _is_item(document):
        yield "$", document
    elif isinstance(data, dict) and isinstance(data.get("items"), list):
        for index, one in enumerate(data["items"]):
            inside = isinstance(one, dict) and "item" in one
            yield f"$.data.items[{index}]" + (".item" if inside else ""), one["item"] if inside else one
    elif isinstance(data, dict) and "item" in data:
        yield "$.data.item", data["item"]


def _read(message: Message) -> list[Article]:
    document = message.json
    items = list(_items(document)) if isinstance(document, dict) else []
    check_count(len(items), "ap")
    drafts = [_draft(item, where) for where, item in items]
    if all(_is_link(draft) for draft in drafts):
        raise InputError(
            "no text in it: AP gives the text of a story as a link",
            f"Fetch {_addresses(drafts)}, and feed that",
            format="ap",
            where="$.data",
        )
    return [finish(draft, message, alone=len(drafts) == 1) for draft in drafts]


def _is_link(draft: Draft) -> bool:
    return not draft.body and (draft.status or "usable").lower() == "usable" and bool(draft.extra.get("renditions"))


def _addresses(drafts: list[Draft]) -> str:
    found = []
    for draft in drafts:
        renditions = draft.extra["renditions"]
        kinds = renditions if isinstance(renditions, dict) else {}
        chosen = kinds.get("nitf") or next(iter(kinds.values()), None)
        address = chosen.get("href") if isinstance(chosen, dict) else None
        found.append(str(address or draft.id))
    return ", ".join(found)[:300]


def _draft(item: Any, where: str) -> Draft:
    if not isinstance(item, dict):
        raise InputError("not a JSON object", "Send the answer as it came", format="ap", where=where)
    altids = item.get("altids")
    identity = _text((altids if isinstance(altids, dict) else {}).get("itemid"))
    if identity is None:
        raise InputError("no id", "AP gives it as altids.itemid", format="ap", where=f"{where}.altids.itemid")
    signals = (
        [one for one in item.get("signals") or () if isinstance(one, str)]
        if isinstance(item.get("signals"), list)
        else []
    )
    status = _text(item.get("pubstatus"))
    advisory = bool(signals) and PUBLISHABLE not in signals
    if advisory and (status or "usable").lower() == "usable":
        status = "withheld"
    kind = _text(item.get("type"))
    draft = Draft(
        format="ap",
        where=where,
        id=identity,
        version=_text(item.get("version")),
        status=status,
        signal=signal(signals) or ("advisory" if advisory else None),
        headline=_text(item.get("headline")) or _text(item.get("title")),
        byline=", ".join(_names(item.get("bylines"), "by", "name")) or _text(item.get("byline")),
        located=next(iter(_names(item.get("datelinelocation"), "city", "countryareaname", "countryname")), None),
        language=_text(item.get("language")),
        urgency=_text(item.get("urgency")),
        published=_text(item.get("firstcreated")) or _text(item.get("versioncreated")),
        modified=_text(item.get("versioncreated")),
        embargoed_until=_text(item.get("embargoed")),
        source=next(iter(_names(item.get("provider"), "name")), None),
        slugline=_text(item.get("slugline")),
        notes=[text for text in (_text(item.get("ednote")),) if text],
        subjects=_names(item.get("subject"), "name", "code"),
        keywords=_names(item.get("keywords"), "name"),
        extra={name: value for name, value in item.items() if name not in TAKEN and value not in (None, "", [], {})},
    )
    draft.body = _body(item, draft)
    if not draft.body and kind and kind != "text":
        draft.body = next((text for name in CAPTIONS if (text := markup.line(_text(item.get(name))))), None)
        draft.body = draft.body or draft.headline
    return draft


def _body(item: Mapping[str, Any], draft: Draft) -> str | None:
    for name in BODIES:
        text = _text(item.get(name))
        if text is None:
            continue
        if name == "body_nitf":
            return "\n\n".join(nitf.add_written(draft, text))
        return "\n\n".join(markup.paragraphs(text)) if text.lstrip().startswith("<") else text
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def _names(value: Any, *keys: str) -> list[str]:
    """What things are called: a text, an object's first of the keys, or of each object of a list."""
    if isinstance(value, list):
        return [name for one in value if not isinstance(one, list) for name in _names(one, *keys)]
    if isinstance(value, dict):
        return next(([text] for key in keys if (text := _text(value.get(key)))), [])
    text = _text(value)
    return [text] if text else []


READER: Final = Reader(name="ap", media_types=MEDIA_TYPES, recognises=_recognises, read=_read)

"""Formats that are known by sight but not read: a message in one of them gets an error that names it, where it would else be
"no known format", or pass as plain text as a PDF would.
"""

from __future__ import annotations

from typing import Final, NoReturn

from lxml import etree

from newswire.errors import InputError
from newswire.wire import xml
from newswire.wire.message import Message
from newswire.wire.reader import Reader
from newswire.wire.signatures import signature

__all__ = ("READER",)

ITEM: Final = "Feed the news items"

# Root elements (local names in lower case) of XML that comes with news and holds no story, with the remedy.
ROOTS: Final = {
    "conceptitem": ("a concept of NewsML-G2", ITEM),
    "conceptset": ("a part of NewsML-G2", ITEM),
    "knowledgeitem": ("a vocabulary of NewsML-G2", ITEM),
    "planningitem": ("a plan of coverage of NewsML-G2", ITEM),
    "catalogitem": ("a catalog of NewsML-G2", ITEM),
    "contentmeta": ("a part of NewsML-G2 that holds no text", ITEM),
    "itemmeta": ("a part of NewsML-G2 that holds no text", ITEM),
    "opml": ("OPML, a list of feeds", "Give it to `newswire feed`, or feed what the feeds bring"),
}
CDF: Final = ("CDF (Channel Definition Format), which holds titles and links only", "Poll the site's RSS or Atom")
POLL: Final = (
    "a list of items of Reuters Connect, which holds no text",
    "Fetch the items that it names, and feed those",
)


def _refusal(message: Message) -> tuple[str, str] | None:
    """What the message is, and the remedy; None when it is none of these."""
    if not message.looks_like_xml:
        return None
    try:
        root = message.xml
    except InputError:
        return None
    if _is_cdf(root):
        return CDF
    if xml.name(root) == "results" and xml.path(root, "result", "guid") is not None:
        return POLL
    return ROOTS.get(xml.name(root).lower())


def _is_cdf(root: etree._Element) -> bool:
    """Whether it is what Microsoft wrote before RSS: its channel has an address for an attribute, and RSS has none."""
    return xml.name(root).lower() == "channel" and any(xml.local_name(name).lower() == "href" for name in root.attrib)


def _recognises(message: Message) -> bool:
    return signature(message.value) is not None or _refusal(message) is not None


def _read(message: Message) -> NoReturn:
    found = signature(message.value)
    if found is not None:
        raise InputError(f"this is {found.format}, not text", found.remedy, format="unsupported", where="byte 0")
    what, remedy = _refusal(message) or ("nothing that is read", "")
    raise InputError(f"this is {what}", remedy, format="unsupported", where="/*")


READER: Final = Reader(name="unsupported", media_types=(), recognises=_recognises, read=_read, stands_out=True)

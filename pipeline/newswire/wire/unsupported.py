"""Formats that are known by sight but not read: a message in one of them gets an error that names it.

Without this a NewsML document would be "no known format", an ANPA one would pass as plain text with its control lines, and so
would a PDF.
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

# Root elements (local names in lower case) of XML formats of news.
ROOTS: Final = {
    "newsmessage": "NewsML-G2",
    "newsitem": "NewsML-G2",
    "packageitem": "NewsML-G2",
    "conceptitem": "NewsML-G2",
    "knowledgeitem": "NewsML-G2",
    "planningitem": "NewsML-G2",
    "catalogitem": "NewsML-G2",
    "newsml": "NewsML 1.x",
    "nitf": "NITF",
    "contentset": "a part of NewsML-G2",
    "contentmeta": "a part of NewsML-G2",
}

SYN: Final = 0x16
SOH: Final = 0x01
STX: Final = b"\x02"


def _format(message: Message) -> str | None:
    """The wire format's name, or None when it is none of these."""
    value = message.value
    # ANPA 1312 synchronises a line with SYN SYN SOH; IPTC 7901 begins with SOH. Both mark the text's start with STX.
    if value[:2] == bytes((SYN, SYN)):
        return "ANPA 1312"
    if value[:1] == bytes((SOH,)) and STX in message.head:
        return "IPTC 7901"
    if message.looks_like_json:
        return _format_of_json(message)
    if message.looks_like_xml:
        try:
            root = message.xml
        except InputError:
            return None
        return "CDF (Channel Definition Format)" if _is_cdf(root) else ROOTS.get(xml.name(root).lower())
    return None


def _is_cdf(root: etree._Element) -> bool:
    """Whether it is what Microsoft wrote before RSS: its channel has an address for an attribute, and RSS has none."""
    return xml.name(root).lower() == "channel" and any(xml.local_name(name).lower() == "href" for name in root.attrib)


def _format_of_json(message: Message) -> str | None:
    try:
        document = message.json
    except InputError:
        return None
    if isinstance(document, dict) and "api_version" in document and isinstance(document.get("data"), dict):
        return "AP Media API"
    return None


def _recognises(message: Message) -> bool:
    return signature(message.value) is not None or _format(message) is not None


def _read(message: Message) -> NoReturn:
    found = signature(message.value)
    if found is not None:
        raise InputError(f"this is {found.format}, not text", found.remedy, format="unsupported", where="byte 0")
    raise InputError(
        f"{_format(message)} is not supported yet",
        "Convert the item to ninjs before feeding it",
        format="unsupported",
        where="byte 0",
    )


READER: Final = Reader(name="unsupported", media_types=(), recognises=_recognises, read=_read)

"""A message as it came, decoded and parsed once for all readers that look at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property, lru_cache
from typing import Any, Final

import orjson
from lxml import etree

from newswire.errors import InputError
from newswire.wire import charset, metadata, xml

__all__ = ("Message",)

# A media type as RFC 6838, 4.2 restricts its names.
MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}\s*(;|$)", re.ASCII)

# The first byte is a brace, or a bracket that holds an object: "[1/2] A view of" is how captions begin.
JSON: Final = re.compile(rb"\s*(\{|\[\s*[{\]])")

# Names of HTML elements that a fragment may begin with. Everything else that begins with an angle bracket is XML.
# A comment can be read in one way only, so many of them cost no more than one: a dash in it begins no "-->", anything else is
# no dash. (A possessive quantifier would say the same, but those of Python 3.11.2 swallow the dash behind such a lookahead.)
HTML: Final = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^-]*(?:-(?!->)[^-]*)*-->\s*)*"
    rb"<(?:!doctype\s+html|(?:html|head|body|article|section|main|div|p|h[1-6]|span|a|b|i|em|strong|ul|ol|table|blockquote"
    rb"|figure|img|br|hr)(?=[\s/>]))",
    re.IGNORECASE | re.DOTALL,
)
XML: Final = re.compile(rb"\s*<[?!A-Za-z_]")

# The headers that are read; whoever sends others means somebody else.
KNOWN_HEADERS: Final = frozenset({"content-type", *metadata.HEADERS})

# U+0080 to U+009F in UTF-8, and as references of XML and HTML and escapes of JSON.
CONTROLS: Final = re.compile(rb"\xc2[\x80-\x9f]")
CONTROLS_LEAD: Final = b"\xc2"
ESCAPES: Final = (b"&#", b"\\u008", b"\\u009", b"\0")

# Sniffing looks at no more bytes than this; what comes before the first element is shorter.
HEAD: Final = 4096


@dataclass(frozen=True)
class Message:
    """The value of a message and those of its headers that we know. Header names are in lower case; an empty `media_type` means
    that none is named."""

    value: bytes
    headers: Mapping[str, str]
    media_type: str
    declared_charset: str | None

    @classmethod
    def of(cls, value: bytes, headers: Mapping[str, bytes]) -> Message:
        """Headers that no reader asks for are left out: tracing puts bytes into them that are no text.

        Raises InputError for a header of ours that is no UTF-8 text.
        """
        named = {name.lower(): raw for name, raw in headers.items() if raw is not None}
        texts = {name: _header(name, raw) for name, raw in named.items() if name in KNOWN_HEADERS}
        return cls(value, texts, *_content_type(texts.get("content-type", "")))

    @cached_property
    def decoded(self) -> tuple[str, str | None]:
        """The value as text, with a note where the charset was guessed. Raises InputError."""
        return charset.decode(self.value, self.declared_charset)

    @property
    def text(self) -> str:
        """The value as text. Raises InputError."""
        return self.decoded[0]

    @cached_property
    def json(self) -> Any:
        """The value as parsed JSON; of equal keys the last counts. Raises InputError."""
        text, _ = charset.decode(self.value, self.declared_charset, format="json", guess=False)
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise InputError(
                f"no valid JSON: {error.msg}",
                "Send the whole document, in UTF-8",
                format="json",
                where=f"line {error.lineno}, column {error.colno}",
            ) from None

    @cached_property
    def xml(self) -> etree._Element:
        """The root element of the value. Raises InputError."""
        return xml.parse(self.value, self.declared_charset)

    @cached_property
    def head(self) -> bytes:
        """The first bytes without a byte order mark, in ASCII-compatible form where the mark shows UTF-16 or UTF-32."""
        start = self.value[:HEAD]
        for mark, name in charset.MARKS:
            if start.startswith(mark):
                whole = len(start) // 4 * 4
                return start[len(mark) : whole if whole > len(mark) else None].decode(name, "ignore").encode()
        return start

    @cached_property
    def may_have_controls(self) -> bool:
        """Whether control characters of ISO 6429 can come out of the value: as bytes of UTF-8 or another charset, or escaped."""
        # Each of these looks runs over the bytes at the speed of memory; a regular expression over all of them does not.
        if any(escape in self.value for escape in ESCAPES):
            return True
        if self.value.isascii():
            return False
        try:
            self.value.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return CONTROLS_LEAD in self.value and CONTROLS.search(self.value) is not None

    @property
    def looks_like_json(self) -> bool:
        """Whether the first characters are those of a JSON object, or of an array of them."""
        return JSON.match(self.head) is not None

    @property
    def declares_json(self) -> bool:
        """Whether the media type says that it is JSON of some kind (RFC 6839: `+json` names the syntax)."""
        return self.media_type.endswith(("/json", "+json"))

    @property
    def looks_like_html(self) -> bool:
        """Whether the first element is one of HTML."""
        return HTML.match(self.head) is not None

    @property
    def looks_like_xml(self) -> bool:
        """Whether the first characters are markup, but not HTML's."""
        return not self.looks_like_html and XML.match(self.head) is not None


@lru_cache(maxsize=256)  # a feed's messages all have the same
def _content_type(written: str) -> tuple[str, str | None]:
    """The media type and the charset that a header names."""
    header = EmailMessage()
    header["content-type"] = " ".join(written.split())
    # The email package takes what it cannot read for plain text. We look at the value then.
    if not MEDIA_TYPE.match(header["content-type"]):
        return "", None
    declared = header.get_param("charset")
    return header.get_content_type(), declared.strip() or None if isinstance(declared, str) else None


def _header(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"header is no UTF-8 text: {error.reason} at byte {error.start}",
            "Send headers in UTF-8",
            where=f"header {name[:80]}",
        ) from None

"""The text of an ill-formed feed, with what is commonly wrong in it put right: its charset, references, ampersands, control
characters. Most ill-formed feeds are well formed then."""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterator
from typing import Final

from newswire.errors import InputError
from newswire.wire import charset

__all__ = ("mended",)

DECLARATION: Final = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
# The head of a document, where an XML declaration stands.
HEAD: Final = 512

OPENING: Final = "<![CDATA["
CLOSING: Final = "]]>"

# What begins with an ampersand: a number or a name for a character, or nothing but itself.
REFERENCE: Final = re.compile(r"&(?:#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));|([A-Za-z][A-Za-z0-9]{0,31});|)")
# Inside CDATA only numbers are of interest: names and bare ampersands are HTML's there, or an address.
NUMBER: Final = re.compile(r"&#(?:[xX]([0-9A-Fa-f]+)|([0-9]+));")

# Those that XML itself knows: what they stand for may not stand there itself.
PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})

# What XML 1.0 cannot hold, lone surrogates aside, which are dealt with after it.
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

HIGHEST: Final = 0x10FFFF
MISSING: Final = "\ufffd"


def mended(body: bytes, declared: str | None) -> bytes | None:
    """The feed in UTF-8. `declared` is the charset of the content type. None for bytes of which no charset is known."""
    text = _text(body, declared)
    if text is None:
        return None
    text = CONTROL.sub("", "".join(_parts(text.lstrip())))
    # Java and JavaScript write an emoji as references to the halves of UTF-16. Two become one character here, one alone a mark
    # that something is missing.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _text(body: bytes, declared: str | None) -> str | None:
    """By the rules of whole feeds where the bytes keep to them; else as UTF-8 in which every byte that is none is one of
    windows-1252, for that is where such bytes come from."""
    named = DECLARATION.match(body[:HEAD].lstrip())
    try:
        return charset.decode(body, declared or (named[1].decode() if named else None), guess=False)[0]
    except InputError:
        return None if b"\0" in body else body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "newswire-windows-1252")


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("newswire-windows-1252", _windows)


def _parts(text: str) -> Iterator[str]:
    """The text in pieces, those inside CDATA and those outside of it."""
    place = 0
    while (start := text.find(OPENING, place)) >= 0:
        yield REFERENCE.sub(_outside, text[place:start])
        place = text.find(CLOSING, start)
        if place < 0:
            yield NUMBER.sub(_number, text[start:])
            return
        yield NUMBER.sub(_number, text[start:place])
    yield REFERENCE.sub(_outside, text[place:])


def _outside(reference: re.Match[str]) -> str:
    name = reference[3]
    if name is not None:
        known = None if name in PREDEFINED else html.entities.html5.get(f"{name};")
        # &LT; and its like are names of HTML alone, for characters that may not stand there.
        return reference[0] if name in PREDEFINED else html.escape(known) if known else f"&amp;{reference[0][1:]}"
    return "&amp;" if reference[0] == "&" else _number(reference)


def _number(reference: re.Match[str]) -> str:
    # Longer numbers are no characters, and Python refuses to read very long ones.
    digits = (reference[1] or reference[2]).lstrip("0")
    code = int(digits or "0", 16 if reference[1] else 10) if len(digits) <= 8 else HIGHEST + 1
    if 0xD800 <= code <= 0xDFFF:
        return chr(code)
    return MISSING if code > HIGHEST or (code < 0x20 and code not in (9, 10, 13)) else reference[0]

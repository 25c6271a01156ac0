"""From bytes to text: byte order mark, declared charset, UTF-8, windows-1252."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import Any, Final

from newswire.errors import InputError
from newswire.wire.signatures import signature

__all__ = ("decode", "of_base64", "without_controls")

# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Python's names of the charsets that news comes in. A list of what is let in, since a name that a stranger writes may also
# select codecs that are no charsets (idna, unicode_escape, utf-7), some of them slow or able to make lone surrogates.
KNOWN: Final = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|ascii|iso8859-\d\d?|cp125\d|cp4?37|cp85[028]|cp86[1-9]|cp87[45]|cp93[26]"
    r"|cp949|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|big5(hkscs)?|shift_jis|euc_jp|iso2022_jp|euc_kr|tis-620"
)

# What Windows software means by these two names (WHATWG Encoding, 4.2), quote marks included.
MISNAMED: Final = frozenset({"ascii", "iso8859-1"})

CONTROLS: Final = re.compile("[\x80-\x9f]")

# What windows-1252 has in the place of the control characters; five places are empty there and stay as they are.
MEANT: Final = {number: meant for number in range(0x80, 0xA0) if (meant := bytes([number]).decode("cp1252", "ignore"))}


def decode(
    value: bytes, declared: str | None = None, *, format: str = "text", guess: bool = True
) -> tuple[str, str | None]:
    """The text of `value`, and a note where a charset had to be guessed.

    A byte order mark decides, then the `declared` charset, then UTF-8, then (with `guess`) windows-1252, whose bytes
    outside of ASCII are letters and quote marks.

    Raises InputError with the offset of the first byte that does not fit, and for a declared charset that is not known.
    """
    for mark, charset in MARKS:
        if value.startswith(mark):
            return _strict(value[len(mark) :], charset, format, before=len(mark)), None
    if declared:
        return _declared(value, declared, format)
    try:
        return value.decode("utf-8"), None
    except UnicodeDecodeError:
        if not guess or b"\0" in value:
            return _strict(value, "utf-8", format), None
    try:
        return value.decode("cp1252"), "windows-1252 guessed: no charset declared and not UTF-8"
    except UnicodeDecodeError:
        return _strict(value, "utf-8", format), None


def of_base64(written: str) -> str | None:
    """The text that stands there in Base64; None for what is no Base64, and for bytes that are no text."""
    try:
        content = base64.b64decode("".join(written.split()), validate=True)
        text, _ = decode(content)
    except (binascii.Error, ValueError, InputError):
        return None
    return None if signature(content) or "\0" in text else str(without_controls(text))


def without_controls(value: Any) -> Any:
    """The text, or what lists and objects hold of it, with the characters of windows-1252 in the place of the control
    characters that it has by mistake: software that took the one charset for ISO-8859-1 made them. Without any, the same object.
    """
    if isinstance(value, str):
        return value.translate(MEANT) if CONTROLS.search(value) else value
    if isinstance(value, list):
        found = [without_controls(one) for one in value]
        return found if any(new is not old for new, old in zip(found, value, strict=True)) else value
    if isinstance(value, dict):
        changed = {key: without_controls(one) for key, one in value.items()}
        return changed if any(changed[key] is not one for key, one in value.items()) else value
    return value


def _declared(value: bytes, declared: str, format: str) -> tuple[str, str | None]:
    try:
        charset = codecs.lookup(declared).name
    except (LookupError, ValueError):
        charset = ""
    if not KNOWN.fullmatch(charset):
        raise InputError(
            f"unknown charset {declared[:80]!r}",
            "Send UTF-8",
            format=format,
            where="charset of content-type or document",
        )
    if charset in MISNAMED:
        try:
            return value.decode("cp1252"), None
        except UnicodeDecodeError:
            charset = "iso8859-1"
    return _strict(value, charset, format), None


def _strict(value: bytes, charset: str, format: str, before: int = 0) -> str:
    try:
        return value.decode(charset)
    except UnicodeDecodeError as error:
        raise InputError(
            f"not {charset.upper()} text: {error.reason}",
            "Send UTF-8, or name the charset in content-type",
            format=format,
            where=f"byte {error.start + before}",
        ) from None

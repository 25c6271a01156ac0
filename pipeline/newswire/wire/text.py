"""Plain text: the value is the body, the headers say the rest."""

from __future__ import annotations

from typing import Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader

__all__ = ("READER",)


def _recognises(message: Message) -> bool:
    return bool(message.value) and not message.looks_like_json and not message.looks_like_xml


def _read(message: Message) -> list[Article]:
    text, note = message.decoded
    zero = text.find("\0")
    if zero >= 0:
        raise InputError(
            "a NUL character: not plain text",
            "Name the format in content-type",
            format="text",
            where=f"character {zero}",
        )
    if not text.strip():
        raise InputError("empty: no text to read", "Send the story's text as the value", format="text", where="byte 0")
    return [finish(Draft(format="text", body=text, extra={"charset": note} if note else {}), message)]


READER: Final = Reader(name="text", media_types=("text/plain",), recognises=_recognises, read=_read)

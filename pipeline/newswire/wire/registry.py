"""The formats that can be read, and how the one of a message is found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset
from newswire.wire.message import Message
from newswire.wire.reader import Reader

__all__ = ("FORMATS", "check_type", "read")

# Modules of this package, each with a READER, in the order in which a message is shown to them: the particular before the
# general. Plain text is last, since any text is plain text.
FORMATS: Final = (
    "unsupported", "iptc7901", "anpa1312", "newsml_g2", "newsml_1", "nitf", "mail", "ap", "json_feed", "article", "ninjs", "rss",
    "atom", "html", "text",
)  # fmt: skip

# Media types that say nothing about the format.
VAGUE: Final = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-unknown"})


def read(value: bytes, headers: Mapping[str, bytes]) -> list[Article]:
    """The articles that one message holds: one for most formats, as many as there are entries for a whole feed.

    `headers` are the message's; their names do not distinguish case. Besides `content-type` they may supply what the value
    does not say (`newswire.wire.metadata`). The same message always gives equal articles.

    Raises InputError, which names the format and the place of the fault. A message is read as a whole or not at all.
    """
    message = Message.of(value, headers)
    return _reader(message).read(message)


def check_type(content_type: bytes) -> None:
    """Raises InputError for the content type of a description when no value at all could be read under it."""
    message = Message.of(b"", {"content-type": content_type})
    where = "$.content_type"
    if all(reader.stands_out for reader in _candidates(message.media_type)):
        raise InputError(f"no known content type: {message.media_type}", f"Known are {_known_types()}", where=where)
    try:
        charset.decode(b"", message.declared_charset)
    except InputError as error:
        raise InputError(error.what, "Name a charset that exists, or none", where=where) from None


def _known_types() -> str:
    return ", ".join(dict.fromkeys(kind for reader in _readers() for kind in reader.media_types))


@cache
def _readers() -> tuple[Reader, ...]:
    return tuple(import_module(f"newswire.wire.{name}").READER for name in FORMATS)


def _reader(message: Message) -> Reader:
    candidates = _candidates(message.media_type)
    for reader in candidates:
        if reader.recognises(message):
            return reader
    named = [reader for reader in candidates if message.media_type in reader.media_types]
    if len(named) == 1:
        return named[0]  # it says what is wrong with the message
    formats = ", ".join(reader.name for reader in _readers() if reader.media_types)
    what, where = _description(message)
    raise InputError(
        f"no known format: {what}",
        f"Readable formats are {formats}; the project's own JSON needs a body or a headline",
        where=where,
    )


def _candidates(media_type: str) -> list[Reader]:
    """The readers that may read a message of this media type, and those whose format stands out whatever it is called."""
    readers = _readers()
    if media_type in VAGUE:
        return list(readers)
    wanted = {media_type}
    if not any(media_type in reader.media_types for reader in readers):
        # RFC 6839: +json and +xml name the syntax. RFC 2046, 4.1.4: an unknown kind of text is read as plain text.
        # Servers say text/rss+xml where they mean application.
        if media_type.endswith("+json"):
            wanted = {"application/json"}
        elif media_type.endswith("+xml"):
            wanted = {"application/xml"}
        elif media_type.startswith("text/"):
            wanted = {"text/plain"}
    return [reader for reader in readers if reader.stands_out or wanted.intersection(reader.media_types)]


def _description(message: Message) -> tuple[str, str]:
    """What a message looks like, and where that is seen. Raises the InputError of its syntax when it is broken JSON or XML."""
    kind = f"content type {message.media_type}" if message.media_type else "no content type"
    if message.looks_like_json or message.declares_json:
        document = message.json
        if isinstance(document, dict):
            keys = ", ".join(sorted(map(repr, document))[:8]) or "none"
            return f"{kind}, a JSON object with the keys {keys[:200]}", "$"
        return f"{kind}, a JSON {type(document).__name__}", "$"
    if message.looks_like_xml:
        return f"{kind}, XML with the root element {message.xml.tag!r}", "/*"
    return kind, "header content-type" if message.media_type not in VAGUE else "byte 0"

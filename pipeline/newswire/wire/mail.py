"""Mail (RFC 5322): the plain part is the story, or the HTML part where there is none; the subject is the headline."""

from __future__ import annotations

import re
from email import errors, policy
from email.header import decode_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.utils import parseaddr
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset, markup, typescript
from newswire.wire.draft import Draft, finish
from newswire.wire.message import Message
from newswire.wire.reader import Reader

__all__ = ("READER",)

# Header fields that tell mail from text that begins with a name and a colon: where it comes from, and one that mail has.
FIELD: Final = re.compile(rb"([!-9;-~]{1,70}):[ \t]?[^\n]{0,1000}\n(?:[ \t][^\n]{0,1000}\n){0,50}")
ORIGINS: Final = frozenset({b"from", b"received", b"return-path", b"delivered-to", b"sender"})
OTHERS: Final = frozenset({b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"to"})
ENVELOPE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:From [^\n]{1,200}\n)?")

# Fields that say something of the story and have no field of the Article.
KEPT: Final = ("to", "cc", "reply-to", "in-reply-to", "list-id", "x-priority")

# Where a signature begins (RFC 3676, 4.3).
SIGNATURE: Final = re.compile(r"^-- \n", re.MULTILINE)

# Parts of a message, each inside another or beside it; the standard library walks them recursively.
DEEPEST: Final = 20
MOST_PARTS: Final = 1_000


def _recognises(message: Message) -> bool:
    value = message.value
    start = ENVELOPE.match(value)
    position = start.end() if start else 0
    names = set()
    for _ in range(60):
        field = FIELD.match(value, position)
        if field is None:
            break
        names.add(field[1].lower())
        position = field.end()
    ended = (
        position >= len(value) or value[position : position + 2] == b"\r\n" or value[position : position + 1] == b"\n"
    )
    return ended and not names.isdisjoint(ORIGINS) and not names.isdisjoint(OTHERS)


def _read(message: Message) -> list[Article]:
    if message.value.count(b"\n--") > MOST_PARTS:
        raise InputError("a mail of too many parts", "Send the story alone", format="mail")
    try:
        # The newer policy takes ten times as long.
        mail = BytesParser(policy=policy.compat32).parsebytes(message.value)
        return [finish(_draft(mail), message)]
    except (
        errors.MessageError,
        RecursionError,
        LookupError,
        ValueError,
        AttributeError,
        IndexError,
        TypeError,
    ) as error:
        # The library raises all of these for headers and parts that are broken.
        raise InputError(
            f"no readable mail: {type(error).__name__}", "Send it as it came, or its text alone", format="mail"
        ) from None


def _draft(mail: Mail) -> Draft:
    fields: dict[str, str] = {}
    for name, raw in mail.raw_items():
        fields.setdefault(name.lower(), " ".join(_bytes_meant(str(raw)).split()))
    text, note, attachments = _text(mail)
    name, address = parseaddr(fields.get("from", ""))
    extra: dict[str, Any] = {name: _decoded(fields[name]) for name in KEPT if fields.get(name)}
    if attachments:
        extra["attachments"] = attachments
    if note:
        extra["charset"] = note
    sent = fields.get("date") or fields.get("received", "").rpartition(";")[2]
    return Draft(
        format="mail",
        id=fields.get("message-id", "").strip("<> "),
        headline=_decoded(fields.get("subject", "")),
        language=fields.get("content-language"),
        published=sent,
        modified=sent,
        source=_decoded(name) or address or None,
        keywords=[word.strip() for word in _decoded(fields.get("keywords", "")).split(",")],
        body=text,
        extra=extra,
    )


def _bytes_meant(written: str) -> str:
    """A field with the letters that its bytes mean; the library hands bytes outside of ASCII on as lone surrogates."""
    if written.isascii():
        return written
    return charset.decode(written.encode("utf-8", "surrogateescape"), format="mail")[0]


def _decoded(written: str) -> str:
    """A field with its encoded words (RFC 2047) in plain letters."""
    if "=?" not in written:
        return written
    try:
        words = decode_header(written)
    except errors.HeaderParseError:
        return written
    pieces = []
    for piece, declared in words:
        if isinstance(piece, bytes):
            pieces.append(charset.decode(piece, declared or None, format="mail")[0])
        else:
            pieces.append(piece)
    return " ".join("".join(pieces).split())


def _text(mail: Mail) -> tuple[str, str | None, list[str]]:
    """The story, a note where its charset was guessed, and the names of what is attached."""
    plain: list[tuple[str, str | None]] = []
    html: list[tuple[str, str | None]] = []
    attachments: list[str] = []
    waiting: list[tuple[Any, int]] = [(mail, 0)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise InputError(f"parts inside parts, deeper than {DEEPEST}", "Send the story alone", format="mail")
        if part.is_multipart():
            waiting.extend((one, depth + 1) for one in reversed(part.get_payload()))
            continue
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment" or part.get_content_maintype() != "text":
            attachments.append(_decoded(_bytes_meant(name or part.get_content_type())))
        else:
            is_html = part.get_content_subtype() == "html"
            (html if is_html else plain).append(_content(part, is_html=is_html))
    texts = next((found for found in (plain, html) if any(text.strip() for text, _ in found)), [])
    notes = [note for _, note in texts if note]
    return "\n\n".join(text for text, _ in texts if text), notes[0] if notes else None, attachments


def _content(part: Any, *, is_html: bool) -> tuple[str, str | None]:
    raw = part.get_payload(decode=True)
    value = raw if isinstance(raw, bytes) else b""
    declared = part.get_content_charset()
    # Senders who know no better declare ASCII.
    text, note = charset.decode(value, None if declared in (None, "us-ascii") else declared, format="mail")
    if is_html:
        return "\n\n".join(markup.paragraphs(text)), note
    text = SIGNATURE.split(text.replace("\r\n", "\n").replace("\r", "\n"), maxsplit=1)[0]
    if part.get_param("format") == "flowed":
        text = _flowed(text)
    return "\n\n".join(typescript.paragraphs(text)), note


def _flowed(text: str) -> str:
    """Lines that end with a blank go on in the next (RFC 3676, 4.2)."""
    lines = [line.removeprefix(" ") for line in text.split("\n")]
    return "".join(line if line.endswith(" ") else line + "\n" for line in lines)


READER: Final = Reader(
    name="mail", media_types=("message/rfc822",), recognises=_recognises, read=_read, stands_out=True
)

"""Headers of a message that is one JSON event (CloudEvents 1.0, Kafka protocol binding in binary mode, 3.2)."""

from __future__ import annotations

from typing import Final

from newswire.records import SCHEMA_IDS

__all__ = ("JSON", "Headers", "headers", "utf8")

Headers = tuple[tuple[str, bytes], ...]

JSON: Final[Headers] = (("content-type", b"application/json"),)


def headers(kind: str, *, id: str, source: bytes, time: str, subject: str | None = None) -> Headers:
    """`kind` is the type, whose JSON Schema `ce_dataschema` names, `source` who made it, `subject` the article it is about, and
    `time` when it happened, in RFC 3339.
    """
    about = () if subject is None else (("ce_subject", utf8(subject)),)
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", utf8(id)),
        ("ce_type", kind.encode()),
        ("ce_dataschema", f"{SCHEMA_IDS}{kind}".encode()),
        ("ce_source", source),
        *about,
        ("ce_time", utf8(time)),
        *JSON,
    )


def utf8(text: str) -> bytes:
    """The text in UTF-8; a lone surrogate, as JSON may hold, becomes a question mark."""
    return text.encode("utf-8", "replace")

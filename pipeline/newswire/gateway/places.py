"""Places in a stream: what a client has been told, as the id of a server-sent event has it.

A place is a vector: for each partition of the topic the offset behind the last message that has been told. Offsets are Kafka's,
so a place means the same to a gateway that has lost its store, or to another one. While a client is being told what stands, which
is done in the order of time, the place also says how far that has come; the vector is then where the changes go on afterwards.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from newswire.errors import InputError

__all__ = ("BEGINNING", "Cursor", "Place", "place", "vector")

Offset = Annotated[int, msgspec.Meta(ge=0)]

# Partitions of a topic, far more than any has: what a client sends must not make us keep much.
MOST_PARTITIONS: Final = 10_000

Cursor = tuple[int, int, int]
"""Of a record that stands: the time of its message in Unix milliseconds, its partition, its offset."""

BEGINNING: Final[Cursor] = (-1, -1, -1)


class Place(msgspec.Struct, frozen=True, array_like=True):
    """What a client has been told of a stream."""

    stream: str
    told: Annotated[tuple[Offset, ...], msgspec.Meta(max_length=MOST_PARTITIONS)]
    """For each partition the offset behind the last message that has been told."""
    standing: Cursor | None = None
    """The last record that was told of those that stand; None when they have all been told."""

    def id(self) -> str:
        """The place as the id of an event."""
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(self)).rstrip(b"=").decode()


def place(id: str, stream: str) -> Place:
    """The place that the id of an event names. Raises InputError when it is none, or one of another stream."""
    try:
        raw = base64.b64decode(id.encode("ascii") + b"=" * (-len(id) % 4), altchars=b"-_", validate=True)
        found = msgspec.msgpack.decode(raw, type=Place)
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError):
        raise InputError(f"{id!r} is no id of an event", "Send the `id` of the last event as it came") from None
    if found.stream != stream:
        raise InputError(
            f"The id {id!r} is one of the stream {found.stream}", f"Send it to /stream/{found.stream}, or send none"
        )
    return found


def vector(offsets: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Pairs of a partition and its offset as the vector of a place."""
    found = dict(offsets)
    return tuple(found.get(number, 0) for number in range(max(found, default=-1) + 1))

"""What travels between the worker and its pool processes: pickled Python values, each after its length.

Both ends are this program on this machine, over a socket pair that nobody else can open, so unpickling is safe. What one
process makes for another is pickled twice: the worker passes it on unread, for reading it would load the language model's
library, which takes it a second and a half and forty megabytes.
"""

from __future__ import annotations

import asyncio
import pickle
import struct
from dataclasses import dataclass
from typing import Any, Final, Protocol

__all__ = (
    "Begin",
    "Drop",
    "Dropped",
    "Failed",
    "HandedEntities",
    "HandedParse",
    "Hello",
    "Output",
    "Parsed",
    "Source",
    "Succeeded",
    "pack",
    "read",
    "receive",
)

LENGTH: Final = struct.Struct("!Q")


class Source(Protocol):
    """A blocking file, buffered or not."""

    def read(self, size: int, /) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Begin:
    """To a process: do this. `kind` is a method of `Tasks`, `arguments` are its arguments."""

    task: int
    kind: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class HandedParse:
    """To a process that recognises names as `task`: the parse that another one made of the same article, pickled."""

    task: int
    parse: bytes


@dataclass(frozen=True, slots=True)
class HandedEntities:
    """To a process: the entities that another one found, pickled, to be joined with what this one has parsed as `task`."""

    task: int
    entities: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """To a process: what `task` waits for will not come; forget it."""

    task: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """From a process: `task` is forgotten."""

    task: int


@dataclass(frozen=True, slots=True)
class Hello:
    """From a process: ready for work. From the fork server: the model is loaded."""

    pid: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """From a process: `task` is parsed; the parse, pickled, is for the other half. The quotes and the join are to come."""

    task: int
    parse: bytes


@dataclass(frozen=True, slots=True)
class Succeeded:
    """From a process: the result of a task, and the seconds that it took."""

    task: int
    result: Any
    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """From a process or the fork server: the error that a task, or the start, ended in, with its traceback as text."""

    task: int
    error: Exception
    trace: str


@dataclass(frozen=True, slots=True)
class Output:
    """What a task makes: one encoded record with the id of its article, which is its key. `indexed` is what the index keeps of
    an Article, encoded."""

    article: str
    value: bytes
    indexed: bytes | None = None


def pack(value: object) -> bytes:
    """The value as bytes with their length before them."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def read(file: Source) -> Any:
    """The next value of a blocking file, or None at its end."""
    head = _exactly(file, LENGTH.size)
    if head is None:
        return None
    data = _exactly(file, *LENGTH.unpack(head))
    return None if data is None else pickle.loads(data)  # noqa: S301


def _exactly(file: Source, length: int) -> bytes | None:
    data = bytearray()
    while len(data) < length:
        part = file.read(length - len(data))
        if not part:
            return None
        data += part
    return bytes(data)


async def receive(reader: asyncio.StreamReader) -> Any:
    """The next value of a stream, or None at its end."""
    try:
        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301
    except (asyncio.IncompleteReadError, ConnectionError):
        return None

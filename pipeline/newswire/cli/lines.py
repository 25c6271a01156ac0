"""Lines of a file descriptor, read as they come, none longer than a limit in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

__all__ = ("lines",)

# Bytes of one read: what a pipe holds on Linux.
BLOCK: Final = 64 * 1024


def lines(descriptor: int, limit: int) -> Iterator[tuple[bytes, int]]:
    """Each line without its line end, and its length in bytes; of a line that is longer than `limit` only the beginning.

    Reads from the descriptor itself: a thread that waits in Python's own stdin keeps the interpreter from ending.
    """
    kept = bytearray()
    length = 0
    while block := os.read(descriptor, BLOCK):
        *ended, rest = block.split(b"\n")
        for part in ended:
            kept += part[: max(0, limit - length)]
            yield bytes(kept), length + len(part)
            kept.clear()
            length = 0
        kept += rest[: max(0, limit - length)]
        length += len(rest)
    if length:
        yield bytes(kept), length

"""Rows: into which row of a table of weights a text is hashed."""

from __future__ import annotations

from zlib import crc32

__all__ = ("Rows",)


class Rows(dict[str, int]):
    """The row of each text, kept once it is known: looking it up is many times as fast as hashing it again.

    `count` is the number of rows; a text goes into the row of its CRC-32. At most `kept` texts are kept: noise fills any cache,
    and then it starts anew.
    """

    def __init__(self, count: int, *, kept: int) -> None:
        super().__init__()
        self._count, self._kept = count, kept

    def __missing__(self, text: str) -> int:
        if len(self) >= self._kept:
            self.clear()
        row = self[text] = crc32(text.encode("utf-8", "surrogatepass")) % self._count
        return row

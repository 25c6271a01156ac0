"""Reading lines from a descriptor."""

from __future__ import annotations

import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from newswire.cli.lines import lines

LIMIT = 8


def _through_a_pipe(pieces: list[bytes], limit: int) -> list[tuple[bytes, int]]:
    reading, writing = os.pipe()

    def write() -> None:
        for piece in pieces:
            os.write(writing, piece)
        os.close(writing)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        return list(lines(reading, limit))
    finally:
        writer.join()
        os.close(reading)


@given(st.lists(st.binary(min_size=1, max_size=30) | st.sampled_from([b"\n", b"a\n", b"\r\n", b"\n\n"]), max_size=8))
def test_lines_are_those_of_the_bytes_however_they_come_in_pieces(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert _through_a_pipe(pieces, LIMIT) == [(line[:LIMIT], len(line)) for line in expected]


def test_of_a_line_longer_than_the_limit_only_the_beginning_is_kept() -> None:
    found = _through_a_pipe([b"x" * 500_000 + b"\nshort\n"], LIMIT)
    assert found == [(b"x" * LIMIT, 500_000), (b"short", 5)]

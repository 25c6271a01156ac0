"""How words fall into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.language.pieces import LONGEST, pieces_of

VOCABULARY = {
    piece: number
    for number, piece in enumerate(["[UNK]", "u", "un", "##n", "##w", "##want", "##ed", "runn", "##ing", "a", "-", "."])
}
PIECES = list(VOCABULARY)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("unwanted", ["un", "##want", "##ed"]),
        ("UNWANTED", ["un", "##want", "##ed"]),
        ("Ünwanted", ["un", "##want", "##ed"]),
        ("running", ["runn", "##ing"]),
        ("un-a.", ["un", "-", "a", "."]),
        ("runs", ["[UNK]"]),
        ("un-zz", ["un", "-", "[UNK]"]),
        ("", ["[UNK]"]),
        ("\u0301", ["[UNK]"]),
        ("a" * (LONGEST + 1), ["[UNK]"]),
    ],
)
def test_the_longest_known_piece_comes_first(word: str, pieces: list[str]) -> None:
    assert [PIECES[number] for number in pieces_of(word, VOCABULARY)] == pieces


@given(st.text())
def test_every_word_has_a_piece_and_none_raises(word: str) -> None:
    assert pieces_of(word, VOCABULARY)

"""Lines that somebody broke by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire.typescript import paragraphs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One line", ["One line"]),
        (
            "A ferry with two hundred and twelve people on board ran aground\noff Oslo on Friday.\n\nAll are safe.",
            ["A ferry with two hundred and twelve people on board ran aground off Oslo on Friday.", "All are safe."],
        ),
        (
            "A ferry ran\naground.\n    All are safe.\nNobody fell.",
            ["A ferry ran aground.", "All are safe.\nNobody fell."],
        ),
        ("\n      A ferry ran\n      Aground off\n       Oslo.\n   ", ["A ferry ran Aground off Oslo."]),
        ("Oslo\nNorway", ["Oslo\nNorway"]),
        ("Oslo       1  2\nBergen     3  4", ["Oslo       1  2\nBergen     3  4"]),
        ("Points:\n- one\n- two", ["Points:\n- one\n- two"]),
        ("", []),
        (" \n\t\n ", []),
    ],
)
def test_line_ends_are_read_for_what_they_are(text: str, found: list[str]) -> None:
    assert paragraphs(text) == found


@given(st.text("ab .-\n\t", max_size=200))
def test_no_word_is_lost(text: str) -> None:
    assert " ".join(paragraphs(text)).split() == text.split()

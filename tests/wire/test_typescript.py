"""Lines that somebody broke by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire import typescript
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


LAYOUTS = st.lists(st.sampled_from(["", " ", "  ", "    ", "\t", "\xa0", "  \xa0"]), max_size=6)


@given(LAYOUTS, st.lists(st.text("aB .-", max_size=12), min_size=6, max_size=6), st.sampled_from(["", "   "]))
def test_lines_of_one_indent_are_what_they_are_when_each_is_looked_at(
    indents: list[str], words: list[str], last: str
) -> None:
    text = "\n".join([*(indent + word for indent, word in zip(indents, words, strict=False)), last])
    lines = [line.rstrip() for line in text.expandtabs(8).split("\n")]
    assert paragraphs(text) == typescript._set_out(lines)


@given(st.integers(1, 9), st.lists(st.text("aB.-", min_size=1, max_size=12), min_size=1, max_size=6))
def test_an_element_that_was_pretty_printed_is_one_paragraph(indent: int, words: list[str]) -> None:
    text = "".join(f"\n{' ' * indent}{word}" for word in words)
    assert paragraphs(f"{text}\n  ") == [" ".join(words)]

"""Where paragraphs begin and end: a line each, or blocks of lines broken at a column."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.document.paragraphs import paragraphs

WRAPPED = """\
PORTO, May 4 (Example Wire) - The town council voted on Monday to
rebuild the old bridge over the river, which was closed after the
floods of last winter.

Work will begin in June and take a year, the mayor said, adding that
the money had been found."""


def texts(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraphs(text)]


def test_a_line_is_a_paragraph() -> None:
    assert texts("One sentence.\nAnother one.\n\n  A third. \n") == ["One sentence.", "Another one.", "A third."]


def test_lines_broken_at_a_column_are_one_paragraph_to_the_blank_line() -> None:
    assert [text[:5] for text in texts(WRAPPED)] == ["PORTO", "Work "]
    assert texts(WRAPPED)[1].endswith("found.")


def test_a_wrapped_text_of_one_paragraph_is_one() -> None:
    assert len(texts(WRAPPED.split("\n\n")[0])) == 1


def test_a_line_that_is_set_in_begins_a_paragraph() -> None:
    first, second = WRAPPED.split("\n\n")
    assert [text[:5] for text in texts(f"   {first}\n   {second}")] == ["PORTO", "Work "]


def test_short_lines_that_end_like_sentences_stay_paragraphs() -> None:
    text = (
        "The council voted on Monday to rebuild the bridge.\nWork begins in June.\nIt will take a year, the mayor said."
    )
    assert len(texts(text)) == 3


@pytest.mark.parametrize("text", ["Porto 1\nBraga 0\nFaro 2\nLisbon 2", "Mon\nTue\nWed", "a\n" * 50])
def test_tables_and_lists_keep_their_lines(text: str) -> None:
    assert len(texts(text)) == len(text.split()) // (2 if "1" in text else 1)


def test_a_long_line_tells_that_nothing_is_wrapped() -> None:
    assert len(texts(WRAPPED + "\n\n" + "word " * 40)) == 6


def test_paragraph_separators_end_paragraphs() -> None:
    assert texts("One\u2029Two\u2028Three") == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    "text", [" " * 500_000, "\n" * 500_000, "a\n" * 250_000, "a" + " " * 500_000 + "b", " \n" * 250_000]
)
def test_time_grows_with_the_length_alone(text: str) -> None:
    before = time.process_time()
    paragraphs(text)
    assert time.process_time() - before < 5


@settings(max_examples=100)
@given(st.text(alphabet="ab. \n\t\r\u2028\u2029\u00a0”", max_size=400) | st.text(max_size=200))
def test_paragraphs_hold_all_that_is_not_white_space(text: str) -> None:
    found = paragraphs(text)
    position = 0
    for start, end in found:
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        position = end
    assert not text[position:].strip()


def test_lines_within_a_quotation_are_one_paragraph() -> None:
    text = 'The mayor spoke.\n" The bridge is old .\nIt will be closed , " he said .\nWork begins in June .'
    assert texts(text) == [
        "The mayor spoke.",
        '" The bridge is old .\nIt will be closed , " he said .',
        "Work begins in June .",
    ]


def test_a_mark_left_at_the_end_of_a_line_opens_the_quotation_of_the_next() -> None:
    text = '" It is old , " he said . "\nIt will be closed . "\nWork begins in June .'
    assert texts(text)[0].endswith('closed . "')
    assert len(texts(text)) == 2


def test_a_speech_whose_paragraphs_repeat_the_opening_mark_keeps_them() -> None:
    assert len(texts("“The bridge is old.\n“It will be closed,” he said.")) == 2


def test_a_mark_that_nothing_closes_joins_no_lines() -> None:
    assert len(texts('He is 6\' 2" tall.\nHe plays for Porto.\nHe is "ready".')) == 3


def test_a_blank_line_ends_a_paragraph_within_a_quotation_too() -> None:
    assert len(texts('" The bridge is old .\n\nIt will be closed , " he said .')) == 2

"""Pairs of invented sentences: what must come, and what would harm a subscriber."""

from __future__ import annotations

from functools import cache

from benchmarks.event_pairs import Tally, extracted, read, tallies

# Shares as `python -m benchmarks.event_pairs` prints them, rounded down for what must come and up for what would do harm.
COME = 0.85
CONFIDENT = 0.73
HARM = 0.02


@cache
def counted(mark: str) -> Tally:
    rows = [row for row in read() if row.mark == mark]
    by_kind = tallies(rows, extracted(rows)).values()
    return Tally(*(sum(column) for column in zip(*by_kind, strict=True)))


def test_there_are_hundreds_of_sentences_each_of_them_once() -> None:
    sentences = [row.sentence for row in read()]
    assert len(set(sentences)) == len(sentences) >= 300


def test_hardly_anything_that_does_harm_comes_with_confidence() -> None:
    assert counted("-").confident <= HARM * counted("-").sentences


def test_most_of_what_must_come_comes() -> None:
    assert counted("+").come >= COME * counted("+").sentences


def test_more_than_half_of_what_must_come_comes_with_confidence() -> None:
    assert counted("+").confident >= CONFIDENT * counted("+").sentences

"""Spans: where what is quoted begins and ends, given the quote marks of its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from newswire.extract.document.dateline import dateline
from newswire.extract.document.marks import Quotation

__all__ = (
    "EDGE_MARKS",
    "TRAILING",
    "WORD",
    "Stretches",
    "fitted",
    "inside_marks",
    "letters",
    "merged",
    "quote_type",
    "trimmed",
    "word_count",
    "worded",
)

WORD: Final = re.compile(r"\w+")

# A quote is direct when at least this share of its letters stands inside marks, the scorers' convention.
DIRECT_SHARE: Final = 0.95

# Stretches of text, each from its first code point to behind its last.
Stretches = tuple[tuple[int, int], ...]

# What may stand at the edge of a span and does not belong to what was said.
EDGE_MARKS: Final = ' \t\n\u00a0"“”„‟«»‹›`＂'
LEADING: Final = EDGE_MARKS + ",.;:–—-)]"
TRAILING: Final = EDGE_MARKS + ",;:–—-([ "

# A full stop behind a single letter or a short capitalised word is part of the word: U.S., Mr., Jan.
ABBREVIATION: Final = re.compile(r"(?:\b[A-Za-z]|\b[A-Z][a-z]{1,3})\.$")


def fitted(
    text: str, start: int, end: int, cut: tuple[bool, bool], outer: list[Quotation], cue: tuple[int, int]
) -> tuple[int, int]:
    """A stretch of content with its ends where the quote marks tell that they are; empty where there are only marks in it.

    `cut` says which of its ends the labeller could not see beyond, `outer` are the quotations of the text, `cue` is the
    stretch of the cue.
    """
    return _whole(*trimmed(text, *_to_marks(start, end, cut, outer, cue), outer), outer)


def _to_marks(
    start: int, end: int, cut: tuple[bool, bool], outer: list[Quotation], cue: tuple[int, int]
) -> tuple[int, int]:
    """A stretch of content widened to the whole of each quotation of which it has the greater part, or which goes on where the
    window has cut the stretch off.
    """
    for quotation in outer:
        if quotation.first >= end or quotation.last <= start or (quotation.first < cue[1] and cue[0] < quotation.last):
            continue
        shared = min(end, quotation.last) - max(start, quotation.first)
        goes_on = (cut[0] and quotation.first < start) or (cut[1] and end < quotation.last)
        if goes_on or 2 * shared > quotation.last - quotation.first:
            start, end = min(start, quotation.first), max(end, quotation.last)
    return start, end


def trimmed(text: str, start: int, end: int, outer: list[Quotation]) -> tuple[int, int]:
    """The stretch without a dateline, and the marks, commas and white space at its edges; a full stop stays only inside marks."""
    line = dateline(text, start)
    if line is not None and start < line[1]:
        start = min(line[1], end)
    for quotation in outer:  # single marks are stripped only where they are marks and no apostrophes
        if start == quotation.start and quotation.first <= end:
            start = quotation.first
        if end == quotation.end and quotation.last >= start:
            end = quotation.last
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(LEADING))
    piece = text[start:end].rstrip(TRAILING)
    last = start + len(piece)
    inside = any(quotation.first < last <= quotation.last for quotation in outer)
    if piece.endswith(".") and not inside and not piece.endswith("..") and not ABBREVIATION.search(piece):
        last -= 1
    return start, last


def _whole(start: int, end: int, outer: list[Quotation]) -> tuple[int, int]:
    """The stretch with the mark that pairs with one inside it, where trimming took only one of both."""
    for quotation in outer:
        if not quotation.closed:
            continue
        if start <= quotation.start and quotation.first < end < quotation.end:
            end = quotation.end if quotation.last <= end + 1 else end
        elif quotation.start < start < quotation.last and quotation.end <= end:
            start = quotation.start if start - 1 <= quotation.first else start
    return start, end


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in text order, overlapping ones made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def inside_marks(spans: Sequence[tuple[int, int]], outer: list[Quotation]) -> Stretches:
    """The parts of the spans that stand inside marks."""
    return tuple(
        (max(start, quotation.first), min(end, quotation.last))
        for start, end in spans
        for quotation in outer
        if quotation.first < end and start < quotation.last
    )


def quote_type(text: str, spans: Sequence[tuple[int, int]], verbatim: Sequence[tuple[int, int]]) -> str:
    """direct, indirect or mixed, by the share of the letters of the spans that stands inside marks."""
    inside = letters(text, verbatim)
    if not inside:
        return "indirect"
    return "direct" if inside >= DIRECT_SHARE * letters(text, spans) else "mixed"


def word_count(text: str, start: int, end: int) -> int:
    """The number of words of a stretch of text."""
    return len(WORD.findall(text, start, end))


def letters(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """The number of characters of words in stretches of text."""
    return sum(len(word) for start, end in spans for word in WORD.findall(text, start, end))


def worded(words: Sequence[str]) -> bool:
    """Whether words name something: they have letters, and are no address of a page or a picture."""
    return any(map(str.isalpha, "".join(words))) and not any("://" in word for word in words)

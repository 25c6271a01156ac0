"""Quote marks: which characters open and close quotations, and where the quotations lie.

The marks are paired on the characters of each paragraph, above sentences: a quotation may hold several. Known are curly and
straight double marks, low marks, guillemets in both directions, doubled back-ticks and apostrophes, and single marks, which
share their characters with the apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.extract.paragraphs import paragraphs

__all__ = ("Quotation", "quotations", "typographic")

# Marks that are never an apostrophe: each opening one with those that may close it.
DOUBLE: Final = {"“": '”"', "„": '“”"', "‟": '”"', "«": "»", "»": "«", "``": ("''", '"', "”"), "＂": "＂"}
MARK: Final = re.compile(r"``|''|[\"“”„‟«»＂]")

# Marks that open a quotation when they stand before a word; the first is mostly an apostrophe.
SINGLE: Final = "'‘‚‹"

# Words that begin with an apostrophe, which is no opening mark: 'em, '90s, 'tis.
ELIDED: Final = re.compile(r"(?:em|til|tis|twas|cause|bout|round|n|\d\ds?)(?!\w)", re.IGNORECASE)

# What may stand right before an opening mark.
BEFORE_OPEN: Final = frozenset(' \t\n\u00a0([{—–-/“„«"`…')


@dataclass(frozen=True, slots=True)
class Quotation:
    """Text in quote marks: code points `start` to `end` with the marks, `first` to `last` without them.

    `closed` is False where the closing mark is missing: the quotation then runs to the end of its paragraph, or to the next
    opening mark. `nested` tells a quotation inside another one. `continues` says that it takes up the quotation that the
    paragraph before left open.
    """

    start: int
    end: int
    first: int
    last: int
    closed: bool
    nested: bool = False
    continues: bool = False


def quotations(text: str) -> list[Quotation]:
    """The quotations of a text in order of their opening marks. Never raises, whatever the marks."""
    found: list[Quotation] = []
    if not MARK.search(text) and not any(mark in text for mark in SINGLE):
        return found
    open_before = False
    for start, end in paragraphs(text):
        here = list(_paragraph(text, start, end))
        outer = [quotation for quotation in here if not quotation.nested]
        if open_before and outer and outer[0].start == start:
            i = here.index(outer[0])
            first = outer[0]
            here[i] = Quotation(first.start, first.end, first.first, first.last, first.closed, continues=True)
        found += here
        open_before = bool(outer) and not outer[-1].closed and outer[-1].end == end
    return [quotation for quotation in found if quotation.first < quotation.last]


def typographic(text: str) -> str:
    """The text with straight double marks made into paired curly ones, character for character, so that offsets stay.

    The parser takes a straight closing mark for the beginning of a sentence four times in ten, a curly one hardly ever.
    """
    if '"' not in text:
        return text
    characters = list(text)
    for start, end in paragraphs(text):
        inside = False
        for i in range(start, end):
            character = text[i]
            if character == '"':
                inside = not inside if _balanced(text, i, start, end) else _opens(text, i, start, end)
                characters[i] = "“" if inside else "”"
            elif character in "“”":
                inside = character == "“"
    return "".join(characters)


def _opens(text: str, i: int, start: int, end: int) -> bool:
    """Whether a mark at `i` stands where only an opening one can: before a word and not behind one."""
    before = text[i - 1] if i > start else " "
    after = text[i + 1] if i + 1 < end else " "
    return before in BEFORE_OPEN and not after.isspace()


def _closes(text: str, i: int, start: int, end: int) -> bool:
    """Whether a mark at `i` stands where only a closing one can: behind a word or full stop, before none."""
    before = text[i - 1] if i > start else " "
    after = text[i + 1] if i + 1 < end else " "
    return not before.isspace() and not after.isalnum()


def _balanced(text: str, i: int, start: int, end: int) -> bool:
    """Whether the surroundings leave open if the mark at `i` opens or closes, so that it has to alternate."""
    return _opens(text, i, start, end) == _closes(text, i, start, end)


def _paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    found: list[Quotation] = []
    double: tuple[int, int, str] | None = None  # start, first, mark of the quotation that is open
    for match in MARK.finditer(text, start, end):
        mark, i, behind = match.group(), match.start(), match.end()
        if mark == '"':
            if double is None:
                if _closes(text, i, start, end) and not _opens(text, i, start, end):
                    continue  # inches, or a quotation whose opening mark is missing
                double = (i, behind, mark)
            elif double[2] == '"' and _opens(text, i, start, end) and not _closes(text, i, start, end):
                found.append(_cut(text, double, i))  # a second opening mark: the first was never closed
                double = (i, behind, mark)
            elif double[2] == '"' or mark in DOUBLE.get(double[2], ()):
                found.append(Quotation(double[0], behind, double[1], i, closed=True))
                double = None
        elif double is not None:
            if mark in DOUBLE.get(double[2], ()) or (double[2] == '"' and mark == "”"):
                found.append(Quotation(double[0], behind, double[1], i, closed=True))
                double = None
            elif mark == double[2] and mark in "“``":
                found.append(_cut(text, double, i))
                double = (i, behind, mark)
        elif mark in DOUBLE:
            double = (i, behind, mark)
    if double is not None:
        found.append(Quotation(double[0], end, double[1], end, closed=False))
    yield from sorted(
        [*found, *_singles(text, start, end, found)], key=lambda quotation: (quotation.start, -quotation.end)
    )


def _cut(text: str, opened: tuple[int, int, str], at: int) -> Quotation:
    end = opened[1] + len(text[opened[1] : at].rstrip())
    return Quotation(opened[0], end, opened[1], end, closed=False)


def _singles(text: str, start: int, end: int, doubles: list[Quotation]) -> Iterator[Quotation]:
    """Quotations in single marks; only closed ones, for an opening single mark alone is an apostrophe."""
    position = start
    while (i := _single_open(text, position, end, start)) >= 0:
        around = next((d for d in doubles if d.first <= i < d.last), None)
        limit = around.last if around else next((d.start for d in doubles if d.start > i), end)
        closing = _single_close(text, i, limit)
        if closing < 0:
            position = i + 1
            continue
        yield Quotation(i, closing + 1, i + 1, closing, closed=True, nested=around is not None)
        position = closing + 1


def _single_open(text: str, position: int, end: int, start: int) -> int:
    for i in range(position, end - 1):
        if text[i] in SINGLE:
            before = text[i - 1] if i > start else " "
            after = text[i + 1]
            if before in BEFORE_OPEN and (after.isalnum() or after in "…$£€[") and not ELIDED.match(text, i + 1):
                return i
    return -1


def _single_close(text: str, opened: int, limit: int) -> int:
    """Where the single mark at `opened` is closed before `limit`, or -1.

    A mark behind a plural's s may be the genitive: it closes only when no surer one follows, and of several the last one
    before another quotation opens.
    """
    closers = {"‚": "‘’", "‹": "›", "‘": "’"}.get(text[opened], "'’")
    genitive = -1
    for i in range(opened + 2, limit):
        character = text[i]
        before = text[i - 1]
        after = text[i + 1] if i + 1 < len(text) else " "
        if character in "'‘" and before.isspace() and after.isalnum() and not ELIDED.match(text, i + 1):
            break
        if character not in closers or before.isspace() or after.isalnum():
            continue
        if before not in "sS" or after != " " or not text[i + 2 : i + 3].islower():
            return i
        genitive = i
    return genitive

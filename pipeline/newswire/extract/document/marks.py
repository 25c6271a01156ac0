"""Quote marks: which characters open and close quotations, and where the quotations lie.

The marks are paired on the characters of each paragraph, above sentences: a quotation may hold several. Known are curly and
straight double marks, low marks, guillemets in both directions, doubled back-ticks and apostrophes, and single marks, which
share their characters with the apostrophe. A curly mark that is turned the wrong way counts for what it stands for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from newswire.extract.document.paragraphs import paragraphs
from newswire.lexicon import rows

__all__ = ("Quotation", "quotations", "typographic")

# Marks that are never an apostrophe: each opening one with those that may close it, its own partner first. The last four look
# the same at both ends, or (the curly one, as in Swedish) should. Two apostrophes may end what a straight mark begins, and the
# other way round: word processors correct one of both only.
CLOSERS: Final = {
    "“": ("”", '"', "“"),
    "„": ("“", "”"),
    "‟": ("”",),
    "«": ("»",),
    "»": ("«",),
    "``": ("''", '"', "”"),
    "＂": ("＂",),
    '"': ('"', "”", "''"),
    "''": ("''", '"'),
    "”": ("”", "“"),
}
MARK: Final = re.compile(r"``|''|[\"“”„‟«»＂]")

# Of these only the surroundings tell whether they open or close; of a curly closing mark that stands where one opens, too.
STRAIGHT: Final = ('"', "''")
ASCII: Final = (*STRAIGHT, "``")

# Marks that open a quotation when they stand before a word; the first is mostly an apostrophe.
SINGLE: Final = "'‘‚‹"

# Words that begin with an apostrophe, which is no opening mark: 'em, '90s, 'tis. Marks are paired where no user's list is at
# hand, so the words are ours alone.
ELIDED: Final = re.compile(
    rf"(?:{'|'.join(re.escape(word) for (word,) in rows('elisions.tsv', 1))}|\d\ds?)(?!\w)", re.IGNORECASE
)

# A dash, or two hyphens, that touches a closing mark and the word behind it.
DASHED: Final = re.compile(r"(?<=[\w.,!?…][\"”»])(--|[—–])(?=\w)")

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
    """The text with straight double marks made into paired curly ones, character for character, so that offsets stay: one of
    two apostrophes or back-ticks becomes a curly one and a space inside the quotation.

    The parser takes a straight closing mark for the beginning of a sentence four times in ten, a curly one hardly ever. A dash
    between a closing mark and the tag becomes a space too, where it touches both: the three would be one word.
    """
    text = DASHED.sub(lambda match: " " * len(match[1]), text)
    if not any(mark in text for mark in ASCII):
        return text
    characters = list(text)
    for start, end in paragraphs(text):
        inside = False
        for match in MARK.finditer(text, start, end):
            mark, i = match.group(), match.start()
            if mark in ASCII:
                side = None if mark == "``" else _side(text, i, match.end(), start, end)
                inside = side is _Side.OPENING if side else mark == "``" or not inside
                curly = "“" if inside else "”"
                characters[i : match.end()] = curly if mark == '"' else f"{curly} " if inside else f" {curly}"
            elif mark in "“”":
                inside = mark == "“"
    return "".join(characters)


class _Side(Enum):
    OPENING = "opening"
    CLOSING = "closing"


def _side(text: str, i: int, behind: int, start: int, end: int) -> _Side | None:
    """What a mark from `i` to `behind` can only be by its surroundings: an opening one stands before a word and not behind one,
    a closing one behind a word or full stop and before none. None where they leave it open, so that marks have to alternate.
    """
    before = text[i - 1] if i > start else " "
    after = text[behind] if behind < end else " "
    opening = before in BEFORE_OPEN and not after.isspace()
    closing = not before.isspace() and not after.isalnum()
    if opening == closing:
        return None
    return _Side.OPENING if opening else _Side.CLOSING


def _is_bullet(text: str, i: int, behind: int) -> bool:
    """Whether a guillemet from `i` to `behind` begins a point of a list: on its line nothing is before it, and a space behind it.
    One that opens a quotation stands right before a word.
    """
    return text[behind : behind + 1].isspace() and not text[text.rfind("\n", 0, i) + 1 : i].strip()


# A quotation that is open: where its mark and its words begin, and the mark.
Opened = tuple[int, int, str]


def _paragraph(text: str, start: int, end: int) -> Iterator[Quotation]:
    found: list[Quotation] = []
    opened: list[Opened] = []  # the outer one, and one nested in it
    for match in MARK.finditer(text, start, end):
        mark, i, behind = match.group(), match.start(), match.end()
        if mark == "»" and _is_bullet(text, i, behind):
            continue
        side = _side(text, i, behind, start, end)
        closed = _closed(opened, mark, side)
        if closed is not None:
            first, words, _ = opened[closed]
            found.append(Quotation(first, behind, words, i, closed=True, nested=closed > 0))
            del opened[closed:]
        elif not opened:
            # Else inches, or a quotation whose opening mark is missing.
            if mark in CLOSERS and (side is _Side.OPENING if mark == "”" else side is not _Side.CLOSING):
                opened.append((i, behind, mark))
        elif mark == opened[0][2] and side is not _Side.CLOSING:
            found.append(_cut(text, opened[0], i))  # a second opening mark: the first was never closed
            opened[:] = [(i, behind, mark)]
        elif len(opened) == 1 and (mark == "“" or (mark in STRAIGHT and side is _Side.OPENING)):
            opened.append((i, behind, mark))
    if opened:
        found.append(Quotation(opened[0][0], end, opened[0][1], end, closed=False))
    yield from sorted(
        [*found, *_singles(text, start, end, found)], key=lambda quotation: (quotation.start, -quotation.end)
    )


def _closed(opened: list[Opened], mark: str, side: _Side | None) -> int | None:
    """Which of the open quotations a mark closes: the innermost one whose partner it is, else the innermost that it may close."""
    if side is _Side.OPENING and mark not in "«»":
        return None
    if mark == "“" and side is not _Side.CLOSING and not any(other == "„" for _, _, other in opened):
        return None  # turned the wrong way it closes only where nothing can open
    for count in (1, None):
        for i in reversed(range(len(opened))):
            if mark in CLOSERS[opened[i][2]][:count]:
                return i
    return None


def _cut(text: str, opened: Opened, at: int) -> Quotation:
    end = opened[1] + len(text[opened[1] : at].rstrip())
    return Quotation(opened[0], end, opened[1], end, closed=False)


def _singles(text: str, start: int, end: int, doubles: list[Quotation]) -> Iterator[Quotation]:
    """Quotations in single marks, none of which crosses one in double marks. Only closed ones: an opening single mark alone is an
    apostrophe.
    """
    edges = sorted(edge for double in doubles for edge in (double.start, double.last))
    outer = sorted((double.first, double.last) for double in doubles if not double.nested)
    position = start
    while (i := _single_open(text, position, end, start)) >= 0:
        behind = bisect_right(edges, i)
        closing = _single_close(text, i, edges[behind] if behind < len(edges) else end)
        if closing < 0:
            position = i + 1
            continue
        around = bisect_right(outer, (i, end)) - 1
        yield Quotation(i, closing + 1, i + 1, closing, closed=True, nested=around >= 0 and i < outer[around][1])
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

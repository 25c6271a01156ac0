"""Where the paragraphs of a body begin and end."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ("paragraphs",)

LINE: Final = re.compile("[^\n\u2028\u2029]+")
SPACE: Final = re.compile(r"\s")

# Wire text that is broken at a column keeps its lines within a screen's width (69 columns on the old wires, 72 to 80 in
# mail); of paragraphs that stand on one line each, one is longer than that sooner or later.
WRAP_COLUMN: Final = 100

# No wire breaks its text at fewer columns; narrower lines are lists, tables, results.
NARROWEST: Final = 40

# Shares of the line breaks within blocks that tell a text broken at a column. "Full": the next word would not have fitted;
# all are full but those before a word that was hyphenated or edited later. "Running on": the line does not end like a
# sentence; by chance one in ten does, whereas of paragraphs on a line of their own only headlines and bylines do not.
FULL: Final = 0.8
RUNNING_ON: Final = 0.5
SENTENCE_ENDS: Final = tuple(".!?…:;\"”’')")

# Columns by which a line must be set in to begin a paragraph.
INDENT: Final = 2

# A mark that is open at the end of a line is looked for on so many lines behind it; where it is not closed there, it never is.
QUOTED_LINES: Final = 6

# Marks of a quotation that may be broken: straight ones, which close as they open, and curly ones.
MARK: Final = re.compile('["“”]')


# Texts whose paragraphs are kept: each part of the extraction asks for them, and a batch has some eight articles.
KEPT: Final = 16


@lru_cache(KEPT)
def paragraphs(text: str) -> list[tuple[int, int]]:
    """The paragraphs as half-open ranges of code points, without the white space around them.

    A line is a paragraph, unless the text is broken at a column: no line is longer than a screen's width, and the lines
    break because the next word would not have fitted, in the midst of sentences. Then a paragraph ends at a blank line, at
    a line that is set in, or at a paragraph separator. A text with a line for each sentence is broken within quotations, too:
    the lines up to the closing mark are the paragraph of the opening one.

    Takes time in proportion to the text's length, whatever it holds. The list is kept for who asks next: nobody may change it.
    """
    lines: list[tuple[int, int]] = []
    indents: list[int] = []
    for match in LINE.finditer(text):
        start, end = match.span()
        line = match.group()
        bare = line.lstrip()
        if bare:
            indents.append(len(line) - len(bare))
            lines.append((start + len(line) - len(bare), end - (len(line) - len(line.rstrip()))))
    joined = set()
    if NARROWEST <= max((end - start for start, end in lines), default=0) <= WRAP_COLUMN:
        joined = _joined(text, lines, indents)
    joined = joined or _quoted(text, lines)
    if not joined:
        return lines
    found = [lines[0]]
    for number in range(1, len(lines)):
        if number in joined:
            found[-1] = (found[-1][0], lines[number][1])
        else:
            found.append(lines[number])
    return found


def _joined(text: str, lines: list[tuple[int, int]], indents: list[int]) -> set[int]:
    """The lines that take up the paragraph of the line before; none in a text that is not broken at a column."""
    margin = min(indents)
    inner = [
        number
        for number in range(1, len(lines))
        if indents[number] < margin + INDENT and _one_break(text, lines[number - 1][1], lines[number][0])
    ]
    if not inner:
        return set()
    width = max(end - start for start, end in lines)
    full = running_on = 0
    for number in inner:
        (start, end), (after, last) = lines[number - 1], lines[number]
        space = SPACE.search(text, after, last)
        word = (space.start() if space else last) - after
        full += end - start + 1 + word > width
        running_on += not text.endswith(SENTENCE_ENDS, start, end)
    return set(inner) if full >= FULL * len(inner) and running_on >= RUNNING_ON * len(inner) else set()


def _quoted(text: str, lines: list[tuple[int, int]]) -> set[int]:
    """The lines that go on with a quotation that the line before left open. One that begins with a mark begins anew: it repeats
    the opening mark of a speech of several paragraphs."""
    marks = [[match.start() for match in MARK.finditer(text, start, end)] for start, end in lines]
    found: set[int] = set()
    opened = False
    for number, here in enumerate(marks):
        if number not in found:
            opened = False
        for at in here:
            opened = not opened if text[at] == '"' else text[at] == "“"
        if not opened:
            continue
        for closing in range(number + 1, min(number + 1 + QUOTED_LINES, len(lines))):
            if not _one_break(text, lines[closing - 1][1], lines[closing][0]):
                break
            if not marks[closing]:
                continue
            first = marks[closing][0]
            behind = text[first + 1 : first + 2]
            if text[first] != "“" and first > lines[closing][0] and not behind.isalnum():
                found.update(range(number + 1, closing + 1))
            break
    return found


def _one_break(text: str, end: int, start: int) -> bool:
    """Whether nothing but the end of a line lies between two lines."""
    return text.count("\n", end, start) == 1 and "\u2029" not in text[end:start]

"""Typewritten text to paragraphs: lines broken by hand at a column, as teleprinters had them and some wires still do."""

from __future__ import annotations

import re
from typing import Final

__all__ = ("paragraphs",)

# Columns of a table are apart by more blanks than follow a full stop.
GAP: Final = "   "

BULLET: Final = re.compile(r"(?:[-*•–—·+]|\d{1,3}[.)])\s")

# Columns. Wires set lines of 60 to 75; what is shorter than this is a list, an address or a table.
NARROWEST: Final = 40

# An indent of one column comes from the blank behind a tag.
INDENT: Final = 2

# Share of the lines that are no longer than the measure: a few hold an address that could not be broken.
MEASURED: Final = 0.8

# A line longer than the measure by this factor was not broken at it.
OVERLONG: Final = 1.25


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: apart by empty lines or begun by an indent.

    Their lines are joined, with a blank between them, where the first word of the next would not have fitted: all others were
    broken for a reason and keep their line end. Where every line is indented, indents and line ends are layout: they begin
    nothing, and the lines are joined.
    """
    lines = [line.rstrip() for line in text.expandtabs(8).split("\n")]
    return _laid_out(lines) or _set_out(lines)


def _laid_out(lines: list[str]) -> list[str]:
    """The only paragraph of lines that all begin at one indent, as of an element of XML that was pretty-printed: most are so,
    and need no look at each line. Nothing for others.
    """
    words = [line.strip() for line in lines]
    begin, end = (0 if words[0] else 1), (len(words) if words[-1] else len(words) - 1)
    behind = [line for line in lines[max(begin, 1) : end] if line]
    if not behind or "" in words[begin:end]:
        return []
    indent = len(behind[0]) - len(behind[0].lstrip())
    margin = " " * indent
    if not indent or not all(line.startswith(margin) and not line[indent].isspace() for line in behind):
        return []
    return [" ".join(words[begin:end])]


def _set_out(lines: list[str]) -> list[str]:
    """The paragraphs of lines of which each is looked at."""
    indents = [len(line) - len(line.lstrip()) for line in lines]
    # The text before the first line end stands behind a tag or a mark: its indent says nothing.
    flush = any(line and not indent for line, indent in zip(lines[1:], indents[1:], strict=True))
    filled = sorted(len(line.strip()) for line in lines if line)
    if not filled:
        return []
    measure = max(filled[round((len(filled) - 1) * MEASURED)], NARROWEST)
    found: list[list[str]] = []
    base = 0
    before = ""
    for number, (line, indent) in enumerate(zip(lines, indents, strict=True)):
        words = line.strip()
        if words:
            if not before:
                base = 0 if flush else _base(lines, indents, number)
            if not before or (number and indent - base >= INDENT):
                found.append([words])
            else:
                found[-1] += (" " if not flush or _broken(before, words, measure) else "\n", words)
        before = words
    return ["".join(pieces) for pieces in found]


def _base(lines: list[str], indents: list[int], start: int) -> int:
    """The least indent of the lines of a block, but for the first line of the text."""
    found = []
    for number in range(max(start, 1), len(lines)):
        if not lines[number]:
            break
        found.append(indents[number])
    return min(found, default=0)


def _broken(line: str, following: str, measure: int) -> bool:
    """Whether a line ends because the measure did, and not for a reason of its own."""
    if GAP in line or GAP in following:
        return False
    if following[0].islower():
        return True
    if not following[0].isalpha() and BULLET.match(following):
        return False
    return measure < len(line) + 1 + len(following.split(None, 1)[0]) and len(line) <= measure * OVERLONG

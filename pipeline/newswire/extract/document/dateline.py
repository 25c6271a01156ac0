"""Datelines: where a story was written, in front of its first sentence ("LAGOS, March 4 (Wire) - ")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from newswire.extract.document.paragraphs import KEPT, paragraphs

__all__ = ("Dateline", "dateline", "story_dateline")

# Up to three parts behind commas (a state, a country, a date).
PARTS: Final = r"(?:,[ \xa0][^\W_a-z][\w.]*(?:[ \xa0][\w.]+){0,2}){0,3}"

# An agency in parentheses; a dash with white space behind it, which tells a dateline from a headline in capitals; and a day
# ("CAIRO - 21 July 2022: ").
BEHIND: Final = (
    r"(?:[ \xa0]\([^()\n]{2,40}\))?[ \xa0]{0,2}(?P<dash>--|[-–—―])[ \xa0](?:\d{1,2} [^\W\d_]{3,9} \d{4}:[ \xa0])?"
)

# A place in capitals (two for "LOS ANGELES/MEXICO CITY").
CAPITALS: Final = re.compile(
    rf"\s*(?P<place>[^\W\d_a-z](?:[^\W\d_a-z]|[.'’]|[ /-](?=[^\W\d_a-z])){{2,40}}){PARTS}{BEHIND}"
)

# A place of up to three words, each with a capital, and behind the dash a word with another ("Cape Town - Police said").
CAPITALISED: Final = re.compile(
    rf"\s*(?P<place>[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][^\W\d_]+){{0,2}}){PARTS}{BEHIND}(?=[\"“‘']?[^\W_a-z])"
)

# What follows such a place is a sentence, not the rest of a headline, and no second dash makes the first one open an aside.
SENTENCE: Final = re.compile(r"(?:(?! (?:--|[-–—―]) )[^\n]){40,}?[.!?][\"”’)]*(?=\s|$)")

# Paragraphs among which the dateline is: behind a headline, a byline and a line with the day, nothing else comes first.
LEADING: Final = 4


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline as half-open ranges of code points: its place ("LOS ANGELES"), and all of it to behind the dash."""

    place: tuple[int, int]
    span: tuple[int, int]


def dateline(text: str, start: int) -> tuple[int, int] | None:
    """The dateline that the paragraph of offset `start` begins with: from the place to behind the dash. None without one."""
    begin = text.rfind("\n", 0, start) + 1
    found = _in_capitals(text, begin)
    if found is None:
        found = story_dateline(text)
        if found is not None and text.rfind("\n", 0, found.span[0]) + 1 != begin:
            return None
    return None if found is None else found.span


@lru_cache(KEPT)
def story_dateline(text: str) -> Dateline | None:
    """The dateline of a story, in the first paragraph that has one: a headline and a byline may stand above it."""
    for start, end in paragraphs(text)[:LEADING]:
        found = _in_capitals(text, start) or _capitalised(text, start, end)
        if found is not None:
            return found
    return None


def _in_capitals(text: str, start: int) -> Dateline | None:
    match = CAPITALS.match(text, start)
    return None if match is None or any(map(str.islower, match["place"])) else _dateline(match)


def _capitalised(text: str, start: int, end: int) -> Dateline | None:
    match = CAPITALISED.match(text, start, end)
    return None if match is None or SENTENCE.match(text, match.end(), end) is None else _dateline(match)


def _dateline(match: re.Match[str]) -> Dateline:
    return Dateline(match.span("place"), (match.start("place"), match.end()))

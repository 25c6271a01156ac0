"""Datelines: where a story was written, in front of its first sentence ("LAGOS, March 4 (Wire) - ")."""

from __future__ import annotations

import re
from typing import Final

__all__ = ("dateline", "dateplace")

# A place in capitals (two for "LOS ANGELES/MEXICO CITY"); up to three parts behind commas (a state, a country, a date); an
# agency in parentheses; and a dash with white space behind it. The dash is what tells it from a headline in capitals.
DATELINE: Final = re.compile(
    r"\s*(?P<place>[^\W\d_a-z](?:[^\W\d_a-z]|[.'’]|[ /-](?=[^\W\d_a-z])){2,40})"
    r"(?:,[ \xa0][^\W_a-z][\w.]*(?:[ \xa0][\w.]+){0,2}){0,3}"
    r"(?:[ \xa0]\([^()\n]{2,40}\))?"
    r"[ \xa0]{0,2}(?:--|[-–—―])[ \xa0]"
)


def dateline(text: str, start: int) -> tuple[int, int] | None:
    """The dateline that the paragraph of offset `start` begins with: from the place to behind the dash. None without one."""
    match = _match(text, start)
    return None if match is None else (match.start("place"), match.end())


def dateplace(text: str, start: int) -> tuple[int, int] | None:
    """The place of that dateline ("LOS ANGELES")."""
    match = _match(text, start)
    return None if match is None else match.span("place")


def _match(text: str, start: int) -> re.Match[str] | None:
    match = DATELINE.match(text, text.rfind("\n", 0, start) + 1)
    return None if match is None or any(character.islower() for character in match["place"]) else match

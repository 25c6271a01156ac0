"""Text from a stranger made fit for one line of a terminal."""

from __future__ import annotations

import re
from typing import Final

__all__ = ("printable",)

# White space; control characters, with which a story could otherwise move the cursor or set the title of the window; marks that
# turn the direction of the rest of the line (Unicode Standard Annex 9, 2.1 to 2.4).
UNFIT: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """The text on one line, without anything that a terminal would obey."""
    return UNFIT.sub(" ", text).strip()

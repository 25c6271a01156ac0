"""Which version of a story rules: the one rule that subscribers and the tables share."""

from __future__ import annotations

from typing import Final

__all__ = ("BEFORE_ALL", "WITHDRAWN", "Ruling", "ruling")

WITHDRAWN: Final = ("canceled", "withheld")
"""An article in one of these states is as if it had never been: nothing of it holds any more."""

Ruling = tuple[int, bool, int]
"""What orders the Extractions of one story: the article's version, whether it withdraws the story, and the offset of the
Extraction. The highest rules, in whatever order and however often they come: of equal versions the last one (another model, or a
text that changed), but nothing of the version that was killed, nor of one before it, takes the place of a kill.
"""

BEFORE_ALL: Final[Ruling] = (-1, False, -1)


def ruling(version: int, status: str, offset: int) -> Ruling:
    """The place of an Extraction among those of its story."""
    return (version, status in WITHDRAWN, offset)

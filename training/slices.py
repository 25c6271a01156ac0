"""Which articles of PolNeAR's train part the quote networks learn from, and which of these the networks of each fold do not."""

from __future__ import annotations

import hashlib
from typing import Final

__all__ = ("FOLDS", "fold", "held_back")

# The articles that the networks learn from are extracted in so many parts, each by networks that learnt from the others, to
# learn from how far an attribution can be believed.
FOLDS: Final = 5


def held_back(id: str) -> bool:
    """Whether an article belongs to the tenth on which nothing is learnt or set."""
    return int(hashlib.sha256(id.encode()).hexdigest(), 16) % 10 == 0


def fold(number: int) -> int:
    """The fold of an article, by its number among those that are learnt from, in the order of the file."""
    return number % FOLDS

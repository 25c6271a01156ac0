"""The kinds of figures: precision with recall and F1, shares (both in percent), and rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import add
from typing import NamedTuple

__all__ = ("Counts", "Figure", "Rate", "Share", "added")


class Counts(NamedTuple):
    """How many of what was found are right, and how many there are to find."""

    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 0 when nothing was found."""
        return Share(self.right, self.found).percent

    @property
    def recall(self) -> float:
        """The share of what there is to find that was found; 0 when there is nothing."""
        return Share(self.right, self.gold).percent

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return Share(2 * self.right, self.found + self.gold).percent

    def __str__(self) -> str:
        return (
            f"P {self.precision:5.1f}  R {self.recall:5.1f}  F1 {self.f1:5.1f}  ({self.gold} gold, {self.found} found)"
        )


class Share(NamedTuple):
    """How many of how many."""

    right: int
    of: int

    @property
    def percent(self) -> float:
        """The share; 0 of nothing."""
        return 100 * self.right / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.percent:.1f} %  ({self.right} of {self.of})"


class Rate(NamedTuple):
    """How many there are in how many texts."""

    number: int
    texts: int

    def __str__(self) -> str:
        return f"{self.number / self.texts if self.texts else 0:.2f}  ({self.number} in {self.texts})"


Figure = Counts | Share | Rate


def added(scores: Iterable[Mapping[str, Figure]]) -> dict[str, Figure]:
    """The figures of several texts together, by name, in the order in which they come first."""
    total: dict[str, Figure] = {}
    for score in scores:
        for name, figure in score.items():
            total[name] = type(figure)(*map(add, total[name], figure)) if name in total else figure
    return total

"""Choices: which of several options a text means, or none of them, with a learnt confidence.

A conditional logit: each option has traits, each trait a weight, and the probability of an option is its share of the
exponentials of the sums. None of them is an option too, with traits of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ("ChoiceModel", "load_choice_model")


@dataclass(frozen=True, slots=True)
class ChoiceModel:
    """The weights of traits; a trait that was never learnt weighs nothing."""

    weights: dict[str, float]

    def sum(self, traits: Iterable[str]) -> float:
        """The evidence of an option's traits."""
        weights = self.weights
        return sum([weights[trait] for trait in traits if trait in weights])

    def probabilities(self, options: Sequence[Iterable[str]]) -> list[float]:
        """The probability of each option, of which one is right, by their traits."""
        sums = [self.sum(traits) for traits in options]
        most = max(sums)
        shares = [math.exp(each - most) for each in sums]
        whole = sum(shares)
        return [share / whole for share in shares]


@cache
def load_choice_model(name: str) -> ChoiceModel:
    """The weights that come with the project, by the name of their file ("countries")."""
    text = (files("newswire.extract.weights") / f"{name}.json").read_text(encoding="utf-8")
    return ChoiceModel(json.loads(text))

"""The event classifier: two linear models over hashed features, one for pairs of ends, one for types.

Weights are small integers, so that sums are exact and the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Final

import numpy as np

from newswire.extract.document.rows import Rows

__all__ = ("BUCKETS", "ROOTS", "Classifier", "bucket", "load_classifier")

# The features of the training data number some 60,000; of those that count (seen twice) two seldom share a bucket.
BUCKETS: Final = 1 << 16

# What the type model tells apart: PLOVER's types, with CONCEDE and RETREAT as one, which differ by what is yielded.
ROOTS: Final = (
    "AGREE", "CONSULT", "SUPPORT", "YIELD", "COOPERATE", "AID", "REQUEST", "ACCUSE", "REJECT", "SANCTION", "THREATEN",
    "PROTEST", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip


class Classifier:
    """`pairs` and `types` are integer weights (buckets, and buckets x roots), `scales` what one of either's units is worth."""

    def __init__(self, pairs: Any, types: Any, scales: Sequence[float]) -> None:
        self._pairs: list[int] = pairs.tolist()
        self._types = types.astype(np.int64)
        self._scales = (float(scales[0]), float(scales[1]))

    def pair(self, features: Sequence[str]) -> float:
        """The probability that a candidate is an event between its ends."""
        weights = self._pairs
        return 1 / (1 + exp(-self._scales[0] * sum([weights[_rows[feature]] for feature in features])))

    def types(self, features: Sequence[str]) -> list[float]:
        """The probability of each root, in the order of ROOTS."""
        sums = self._types[[_rows[feature] for feature in set(features)]].sum(axis=0).tolist()
        top = max(sums)
        values = [exp(self._scales[1] * (value - top)) for value in sums]
        total = sum(values)
        return [value / total for value in values]


def bucket(feature: str) -> int:
    """The row of a feature's weights."""
    return _rows[feature]


_rows = Rows(BUCKETS, kept=200_000)  # a thousand articles have some 60,000 different features


@cache
def load_classifier() -> Classifier:
    """The classifier with the weights that come with the project."""
    with (files("newswire.extract") / "weights" / "events.npz").open("rb") as file:
        stored = np.load(file, allow_pickle=False)
        return Classifier(stored["pairs"], stored["types"], stored["scales"])

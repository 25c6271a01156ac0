"""The fit of a conditional logit, by which roles and countries are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from newswire.extract.entities.choices import ChoiceModel

__all__ = ("Example", "fit")

# Steps of Adam over all examples at once, its rate, which falls to nothing, and its memories. More steps change no figure.
STEPS: Final = 400
RATE: Final = 0.1
MOMENTUM: Final = 0.9
SCALE: Final = 0.99

# Examples that a trait must occur in: what is rarer says nothing, and words of single articles are kept out of the weights.
RAREST: Final = 3

# Decimal places of a weight: coarser ones change probabilities in the third place at most.
DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class Example:
    """The traits of each option, and which of them is right; any of the `others` would be as right."""

    options: Sequence[Iterable[str]]
    right: int
    others: frozenset[int] = frozenset()


def fit(examples: Sequence[Example], decay: float, rarest: int = RAREST) -> ChoiceModel:
    """The weights under which the right options are likeliest (of several, their sum), pulled towards zero by `decay`; the same
    for the same examples. A trait that fewer than `rarest` examples have gets none."""
    counts = Counter(trait for example in examples for trait in {t for traits in example.options for t in traits})
    columns = {trait: number for number, trait in enumerate(sorted(t for t, n in counts.items() if n >= rarest))}
    rows: list[int] = []
    cells: list[int] = []
    right: list[float] = []
    begins: list[int] = []
    for example in examples:
        begins.append(len(right))
        for number, traits in enumerate(example.options):
            # In a fixed order: sums of floats depend on it, and the order of a set of strings on the process.
            found = sorted({columns[trait] for trait in traits if trait in columns})
            cells += found
            rows += [len(right)] * len(found)
            right.append(float(number == example.right or number in example.others))
    row, cell = np.array(rows, np.intp), np.array(cells, np.intp)
    truth, starts = np.array(right), np.array(begins)
    sizes = np.diff([*begins, len(right)])
    weights, mean, square = np.zeros(len(columns)), np.zeros(len(columns)), np.zeros(len(columns))
    for step in range(STEPS):
        sums = np.bincount(row, weights[cell], len(right))
        shares = np.exp(sums - np.repeat(np.maximum.reduceat(sums, starts), sizes))
        wanted = shares * truth
        wanted /= np.repeat(np.add.reduceat(wanted, starts), sizes)
        shares /= np.repeat(np.add.reduceat(shares, starts), sizes)
        gradient = np.bincount(cell, (shares - wanted)[row], len(columns)) + decay * weights
        mean = MOMENTUM * mean + (1 - MOMENTUM) * gradient
        square = SCALE * square + (1 - SCALE) * gradient**2
        unbiased = mean / (1 - MOMENTUM ** (step + 1))
        spread = np.sqrt(square / (1 - SCALE ** (step + 1))) + 1e-9
        weights -= RATE * (1 - step / STEPS) * unbiased / spread
    return ChoiceModel({t: w for t, c in sorted(columns.items()) if (w := round(float(weights[c]), DECIMALS))})

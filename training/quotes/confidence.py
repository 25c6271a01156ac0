"""Learns the forest that says how likely an attribution is right (`pipeline/newswire/extract/quotes/confidence.py`).

Gradient boosting of oblivious trees on the logistic loss, each with Newton's steps in its leaves (Friedman 2001, Greedy Function
Approximation; Prokhorenkova et al. 2018, CatBoost, for the trees). Nothing is drawn at random.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

__all__ = ("forest",)

# Chosen by cross-validation on the articles that the networks learn from, by the loss; see training/quotes/CARD.md.
TREES: Final = 200
DEPTH: Final = 5
STEP: Final = 0.08

# How many questions are tried for a feature at most, and what is added to the weight of a leaf against chance.
QUESTIONS: Final = 40
PENALTY: Final = 8.0


def _questions(values: np.ndarray) -> np.ndarray:
    """Values between those that a feature has; where it has many, between some that are evenly spread over the examples."""
    distinct = np.unique(values)
    if len(distinct) > QUESTIONS:
        distinct = np.unique(np.quantile(values, np.linspace(0, 1, QUESTIONS + 1), method="nearest"))
    between: np.ndarray = ((distinct[1:] + distinct[:-1]) / 2).astype(np.float32)
    return between


def _competing(scores: np.ndarray, starts: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """The probabilities of the candidates of each list, of which some are allowed."""
    lists = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(scores))))
    power = np.exp(scores - np.maximum.reduceat(scores, starts)[lists]) * allowed
    shares: np.ndarray = power / np.add.reduceat(power, starts)[lists]
    return shares


def forest(
    features: np.ndarray,
    right: np.ndarray,
    *,
    starts: np.ndarray | None = None,
    trees: int = TREES,
    depth: int = DEPTH,
    step: float = STEP,
) -> dict[str, Any]:
    """A forest for `newswire.extract.document.forests`, learnt from features (a row an example) and which are right.

    Where `starts` tells at which rows lists of candidates begin, the candidates of a list compete: the forest makes it likely
    that one of the right ones is chosen. Each list has a right one.
    """
    asked = [_questions(features[:, i]) for i in range(features.shape[1])]
    width = max(len(values) for values in asked) + 1
    bins = np.stack([np.searchsorted(asked[i], features[:, i], side="left") for i in range(len(asked))])
    bias = 0.0 if starts is not None else float(np.log(right.mean() / (1 - right.mean())))
    scores = np.full(len(right), bias)
    feature = np.zeros((trees, depth), np.int16)
    above = np.zeros((trees, depth), np.float32)
    leaf = np.zeros((trees, 1 << depth), np.float32)
    allowed = np.zeros((len(asked), width), bool)
    for i, values in enumerate(asked):
        allowed[i, : len(values)] = True
    for tree in range(trees):
        if starts is None:
            guess = 1 / (1 + np.exp(-scores))
            slope = right - guess
        else:
            guess = _competing(scores, starts, np.ones(len(scores)))
            slope = _competing(scores, starts, right) - guess
        weight = guess * (1 - guess)
        index = np.zeros(len(right), np.int64)
        for level in range(depth):
            leaves, gain = 1 << level, np.zeros((len(asked), width))
            for i in range(len(asked)):
                cell = index * width + bins[i]
                sums = [
                    np.bincount(cell, of, leaves * width).reshape(leaves, width).cumsum(1) for of in (slope, weight)
                ]
                below = sums[0] ** 2 / (sums[1] + PENALTY)
                rest = (sums[0][:, -1:] - sums[0]) ** 2 / (sums[1][:, -1:] - sums[1] + PENALTY)
                gain[i] = (below + rest).sum(0)
            best = int(np.where(allowed, gain, -np.inf).argmax())
            i, at = divmod(best, width)
            feature[tree, level], above[tree, level] = i, asked[i][at]
            index |= (bins[i] > at).astype(np.int64) << level
        total = np.bincount(index, slope, 1 << depth) / (np.bincount(index, weight, 1 << depth) + PENALTY)
        leaf[tree] = step * total
        scores += leaf[tree][index]
    return {"trait": feature, "above": above, "leaf": leaf, "bias": np.float32(bias)}

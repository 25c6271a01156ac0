"""Forests of small decision trees over numbers.

The trees are *oblivious*: all nodes of one depth ask the same question, so that the answers, read as the digits of a number, say
in which leaf a row of features ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ("forest_sums", "logistic")

Floats = npt.NDArray[np.float32]

# Rows of a block: what 200 trees ask of them takes 200 KB, which stays in a processor's second-level cache.
BLOCK: Final = 256


def forest_sums(weights: Mapping[str, Any], name: str, features: Floats) -> Floats:
    """What the trees of a forest add up to, for each row of features.

    `feature` (in the weights `trait`) and `above` have a row a tree and a column a depth: what is asked for, and the value above
    which the answer is yes.
    `leaf` has a row a tree and a column for each row of answers, the first answer being the lowest binary digit.
    """
    feature, above, leaf, bias = (weights[f"{name}.{part}"] for part in ("trait", "above", "leaf", "bias"))
    trees, depth = feature.shape
    asked = np.ascontiguousarray(feature.T, np.intp)
    first = (np.arange(trees) * leaf.shape[1])[:, None]
    total = np.empty(len(features), np.float32)
    for begin in range(0, len(features), BLOCK):
        # All trees ask a question of one depth at once, and each of all rows: so the rows stand side by side.
        columns = np.ascontiguousarray(features[begin : begin + BLOCK].T)
        reached = np.zeros((trees, columns.shape[1]), np.uint8)
        for level in range(depth):
            answers = columns.take(asked[level], axis=0, mode="clip") > above[:, level, None]
            reached |= answers.view(np.uint8) << np.uint8(level)
        leaves = leaf.take(reached + first, mode="clip")
        total[begin : begin + BLOCK] = np.ascontiguousarray(leaves.T).sum(axis=1)
    total += bias
    return total


def logistic(values: Floats) -> Floats:
    return (1 / (1 + np.exp(-values))).astype(np.float32)

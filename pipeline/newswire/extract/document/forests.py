"""Forests of small decision trees over numbers.

The trees are *oblivious*: all nodes of one depth ask the same question, so that the answers, read as the digits of a number, say
in which leaf a row of features ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ("forest_sums", "logistic")

Floats = npt.NDArray[np.float32]


def forest_sums(weights: Mapping[str, Any], name: str, features: Floats) -> Floats:
    """What the trees of a forest add up to, for each row of features.

    `feature` (in the weights `trait`) and `above` have a row a tree and a column a depth: what is asked for, and the value above
    which the answer is yes.
    `leaf` has a row a tree and a column for each row of answers, the first answer being the lowest binary digit.
    """
    feature, above, leaf, bias = (weights[f"{name}.{part}"] for part in ("trait", "above", "leaf", "bias"))
    answers = (features[:, feature.ravel()] > above.ravel()).reshape(len(features), *feature.shape)
    reached = np.packbits(answers, axis=-1, bitorder="little")[:, :, 0]
    total: Floats = leaf[np.arange(len(leaf)), reached].sum(axis=1) + bias
    return total


def logistic(values: Floats) -> Floats:
    return (1 / (1 + np.exp(-values))).astype(np.float32)

"""The layers that the networks on parses are made of: each row sees its neighbours in the text and its links in the tree.

The functions take the array module as an argument: numpy when extracting, another one with the same names, which can
differentiate them, in training. `drop` is training's dropout; extraction leaves values as they are. `see` is training's way of
laying the rows that a layer reads beside each other, whose derivative is cheaper; without it they are gathered block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ("BLOCK", "DILATIONS", "See", "Weights", "layer_in_blocks", "layers", "neighbours", "norm", "same")

Array = Any
Weights = Mapping[str, Any]
Floats = npt.NDArray[np.float32]
See = Callable[[Array, int, Array, Array, Array], Array]

# How far the neighbours of each layer lie: together the layers see seven tokens to either side, on top of the four that the
# language model's vectors know.
DILATIONS: Final = (1, 2, 4)

# Rows of a block: what they see takes 590 KB at the wider layers, half of a second-level cache. 128 and 512 are a tenth slower,
# all rows at once (a story's thousand) half as slow again.
BLOCK: Final = 256


def same(values: Array) -> Array:
    """No dropout."""
    return values


def neighbours(dilation: int, first: Array, last: Array, links: Array) -> npt.NDArray[np.intp]:
    """For each row its own number, its two neighbours at that distance and its links; the number of rows where there is none.

    `links` has one column for each, -1 for none; `first` and `last` are the rows that bound each row's neighbourhood.
    """
    count = len(first)
    here = np.arange(count)
    rows = np.empty((count, 3 + links.shape[1]), np.intp)
    rows[:, 0] = here
    rows[:, 1] = np.where(here - dilation >= first, here - dilation, count)
    rows[:, 2] = np.where(here + dilation <= last, here + dilation, count)
    rows[:, 3:] = np.where(links < 0, count, links)
    return rows


def layer_in_blocks(
    weights: Weights, name: str, values: Floats, dilation: int, first: Array, last: Array, links: Array
) -> Floats:
    """One layer over all rows. What a block of rows sees stays in the processor's second-level cache until it is multiplied."""
    rows = neighbours(dilation, first, last, links)
    padded = np.concatenate([values, np.zeros((1, values.shape[1]), values.dtype)])
    result = np.empty_like(values)
    for begin in range(0, len(values), BLOCK):
        block = slice(begin, begin + BLOCK)
        seen = padded.take(rows[block].ravel(), axis=0, mode="clip").reshape(-1, rows.shape[1] * values.shape[1])
        result[block] = _layer(np, weights, name, values[block], seen)
    return result


def norm(xp: Any, values: Array, weights: Weights, name: str) -> Array:
    centred = values - values.mean(axis=-1, keepdims=True)
    scale = xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
    return centred / scale * weights[f"{name}.gain"] + weights[f"{name}.bias"]


def layers(
    xp: Any,
    weights: Weights,
    stack: str,
    values: Array,
    first: Array,
    last: Array,
    links: Array,
    drop: Callable[[Array], Array],
    see: See | None,
    dilations: Sequence[int] = DILATIONS,
) -> Array:
    """The layers of one network, one upon the other."""
    for layer, dilation in enumerate(dilations):
        name = f"{stack}.{layer}"
        if see is None:
            values = layer_in_blocks(weights, name, values, dilation, first, last, links)
        else:
            values = _layer(xp, weights, name, values, see(drop(values), dilation, first, last, links))
    return values


def _layer(xp: Any, weights: Weights, name: str, values: Array, seen: Array) -> Array:
    """What each row sees through one rectified layer, added to what was there."""
    inner = xp.maximum(seen @ weights[f"{name}.w"] + weights[f"{name}.b"], 0)
    return norm(xp, values + inner, weights, name)

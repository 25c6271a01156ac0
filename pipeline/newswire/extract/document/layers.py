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

__all__ = (
    "BLOCK",
    "DILATIONS",
    "See",
    "Weights",
    "bias",
    "entry",
    "layers",
    "layers_in_blocks",
    "neighbours",
    "norm",
    "rows_in_blocks",
    "same",
)

Array = Any
Weights = Mapping[str, Any]
Floats = npt.NDArray[np.float32]
See = Callable[[Array, int, Array, Array, Array], Array]

# How far the neighbours of each layer lie: together the layers see seven tokens to either side, on top of the four that the
# language model's vectors know.
DILATIONS: Final = (1, 2, 4)

# Rows of a block: what they see takes 590 KB at the wider layers, about a second-level cache. 128 and 384 are a tenth slower,
# all rows at once (a story's thousand) half as slow again.
BLOCK: Final = 256

# Links of a row that are read of all; those behind most rows lack, and only those that have one are multiplied.
CLOSE: Final = 1

# What is added to a variance before numbers are divided by its root, so that equal numbers divide by no zero.
VARIANCE_FLOOR: Final = 1e-5


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


def layers_in_blocks(
    weights: Weights, stack: str, values: Floats, first: Array, last: Array, links: Array, dilations: Sequence[int]
) -> Floats:
    """The layers over all rows. What a block of rows sees stays in the processor's second-level cache until it is multiplied."""
    count, width = values.shape
    close = links[:, :CLOSE]
    rare = [(np.flatnonzero(link >= 0), link[link >= 0]) for link in links[:, CLOSE:].T]
    # Behind the rows stands one of zeros, for neighbours that there are not.
    here, there = np.zeros((2, count + 1, width), np.float32)
    here[:count] = values
    shape = min(BLOCK, count), width
    zeros = np.zeros(shape, np.float32)
    seen = np.empty((shape[0] * (3 + close.shape[1]), width), np.float32)
    for layer, dilation in enumerate(dilations):
        name = f"{stack}.{layer}"
        rows = neighbours(dilation, first, last, close)
        product, *products = np.split(weights[f"{name}.w"], np.arange(rows.shape[1], 3 + links.shape[1]) * width)
        linked = [
            (having, here.take(others, axis=0, mode="clip") @ more)
            for (having, others), more in zip(rare, products, strict=True)
        ]
        tiled, normal = _tiled(weights[f"{name}.b"], shape), _Normal(weights, name, shape)
        for begin in range(0, count, BLOCK):
            asked = rows[begin : begin + BLOCK]
            size = len(asked)
            block, out = seen[: asked.size], there[begin : begin + size]
            np.take(here, asked.ravel(), axis=0, mode="clip", out=block)
            np.matmul(block.reshape(size, -1), product, out=out)
            for having, more in linked:
                inside = slice(*np.searchsorted(having, (begin, begin + size)))
                out[having[inside] - begin] += more[inside]
            out += tiled[:size]
            np.maximum(out, zeros[:size], out=out)
            out += here[begin : begin + size]
            normal(out)
        here, there = there, here
    result: Floats = here[:count]
    return result


def rows_in_blocks(weights: Weights, name: str, parts: Sequence[tuple[Floats, Array]]) -> Floats:
    """The normalised sums of rows of tables, the numbers of the rows beside each table."""
    (table, rows), *rest = parts
    count, width = len(rows), table.shape[1]
    result = np.empty((count, width), np.float32)
    shape = min(BLOCK, count), width
    normal, more = _Normal(weights, name, shape), np.empty(shape, np.float32)
    for begin in range(0, count, BLOCK):
        here = slice(begin, begin + BLOCK)
        out = result[here]
        beside = more[: len(out)]
        np.take(table, rows[here], axis=0, mode="clip", out=out)
        for other, others in rest:
            np.take(other, others[here], axis=0, mode="clip", out=beside)
            out += beside
        normal(out)
    return result


def entry(xp: Any, weights: Weights, parts: Sequence[Array], columns: Array) -> Array:
    """What a network makes of each row before its layers: the normalised product of the numbers in `parts` and of what stands in
    tables for the row's value in each of `columns`."""
    product, at = weights["in.w"], sum(part.shape[1] for part in parts)
    numbers = xp.concatenate(parts, axis=-1) @ product[:at] + weights["in.b"]
    # A column has few different values, so each of them is multiplied once.
    told = []
    for i in range(columns.shape[1]):
        table = weights[f"column.{i}"]
        told.append((table @ product[at : at + table.shape[1]], columns[:, i]))
        at += table.shape[1]
    if xp is np:
        return rows_in_blocks(weights, "in", [(numbers, np.arange(len(numbers))), *told])
    return norm(xp, numbers + sum(table[rows] for table, rows in told), weights, "in")


def bias(weights: Weights, name: str, count: int) -> tuple[Array, Array]:
    """A layer's bias as a table of one row, which each of so many rows takes."""
    return weights[f"{name}.b"][None], np.zeros(count, np.intp)


def _tiled(row: Floats, shape: tuple[int, int]) -> Floats:
    """A row laid out as often as a block has rows: numpy adds two blocks in half the time of a block and a row."""
    tiled = np.empty(shape, np.float32)
    tiled[:] = row
    return tiled


def norm(xp: Any, values: Array, weights: Weights, name: str) -> Array:
    """The rows normalised, each to the mean 0 and the variance 1, then scaled and shifted as learnt."""
    if xp is np:
        rows = np.array(values, np.float32)
        normal = _Normal(weights, name, (min(BLOCK, len(rows)), rows.shape[1]))
        for begin in range(0, len(rows), BLOCK):
            normal(rows[begin : begin + BLOCK])
        return rows
    centred = values - values.mean(axis=-1, keepdims=True)
    scale = xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + VARIANCE_FLOOR)
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
    if see is None:
        return layers_in_blocks(weights, stack, values, first, last, links, dilations)
    for layer, dilation in enumerate(dilations):
        name = f"{stack}.{layer}"
        inner = see(drop(values), dilation, first, last, links) @ weights[f"{name}.w"] + weights[f"{name}.b"]
        values = norm(xp, values + xp.maximum(inner, 0), weights, name)
    return values


class _Normal:
    """Normalises blocks of rows in place, each to the mean 0 and the variance 1."""

    def __init__(self, weights: Weights, name: str, shape: tuple[int, int]) -> None:
        """For blocks of at most that shape."""
        self._gain, self._bias = (_tiled(weights[f"{name}.{part}"], shape) for part in ("gain", "bias"))
        self._squares = np.empty(shape, np.float32)
        # A product with a vector of these is the mean of each row, four times as fast as numpy's.
        self._shares = np.full(shape[1], 1 / shape[1], np.float32)

    def __call__(self, rows: Floats) -> None:
        size = len(rows)
        squares = self._squares[:size]
        rows -= (rows @ self._shares)[:, None]
        np.multiply(rows, rows, out=squares)
        moments = squares @ self._shares
        moments += VARIANCE_FLOOR
        np.sqrt(moments, out=moments)
        rows /= moments[:, None]
        rows *= self._gain[:size]
        rows += self._bias[:size]

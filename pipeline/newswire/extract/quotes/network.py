"""The quote networks' arithmetic: which tokens are cues, and what each cue attributes to whom.

Two networks, trained together. The *encoder* makes a vector of each token from its own columns, its neighbours and its links
in the tree, and scores each as the head of a cue. The *labeller* reads the window around one such anchor and scores every
position as content, source, cue or none of them; the best sequence of labels wins (a linear-chain conditional random field
whose transition scores depend on the position: entering and leaving a label is scored at each token).

The functions take the array module as an argument: numpy when extracting, another one with the same names, which can
differentiate them, in training. `drop` is training's dropout; extraction leaves values as they are. `see` is training's way of
laying the rows that a layer reads beside each other, whose derivative is cheaper; without it they are gathered block by block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.layers import See, Weights, bias, entry, layers, norm, rows_in_blocks, same

__all__ = (
    "CONTENT", "CUE", "LABELS", "OUTSIDE", "SOURCE", "encode", "label", "viterbi",
)  # fmt: skip

OUTSIDE: Final = 0
CONTENT: Final = 1
SOURCE: Final = 2
CUE: Final = 3
LABELS: Final = 4

# The labels in pairs, by which the best of three others is found in two comparisons.
PAIRS: Final = LABELS // 2

Array = Any
Floats = npt.NDArray[np.float32]


def encode(
    xp: Any,
    weights: Weights,
    words: Array,
    lemmas: Array,
    columns: Array,
    links: Array,
    first: Array,
    last: Array,
    vectors: Array,
    drop: Callable[[Array], Array] = same,
    drop_words: Callable[[Array], Array] = same,
    see: See | None = None,
) -> tuple[Array, Array]:
    """The vector of each token, and its score as the head of a cue (a logit).

    `links` may hold -1 for no token; `first` and `last` bound the paragraph of each, beyond which no neighbour is seen.
    """
    table = weights["words"]
    parts = [
        drop(vectors * weights["vectors.scale"]),
        drop_words(table[words[:, 0]] + table[words[:, 1]]),
        drop_words(weights["lemmas"][lemmas[:, 0]] + weights["lemmas"][lemmas[:, 1]]),
    ]
    hidden = entry(xp, weights, parts, columns)
    hidden = layers(xp, weights, "encoder", hidden, first, last, links, drop, see)
    scores = (drop(hidden) @ weights["anchor.w"])[:, 0] + weights["anchor.b"]
    return hidden, scores


def label(
    xp: Any,
    weights: Weights,
    hidden: Array,
    tokens: Array,
    anchors: Array,
    distance: Array,
    path: Array,
    heads: Array,
    first: Array,
    last: Array,
    drop: Callable[[Array], Array] = same,
    see: See | None = None,
) -> Array:
    """Three scores for each position and label: being in it, entering it here, leaving it behind here.

    `anchors` is the anchor token of each position, `heads` the position of the token's head or -1, `first` and `last`
    the positions that bound its window.
    """
    near = hidden @ weights["label.token"]
    centre = hidden @ weights["label.anchor"]
    parts = [bias(weights, "label", len(tokens)), (near, tokens), (centre, anchors)]
    parts += [(weights["label.distance"], distance), (weights["label.path"], path)]
    if see is None:
        state = rows_in_blocks(weights, "label", parts)
    else:
        state = norm(xp, sum(table[rows] for table, rows in parts), weights, "label")
    state = layers(xp, weights, "labeller", state, first, last, heads[:, None], drop, see)
    out = drop(state) @ weights["out.w"] + weights["out.b"]
    return out.reshape((out.shape[0], 3, LABELS))


def viterbi(scores: Floats, offsets: npt.NDArray[np.int32], forced: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    """The best sequence of labels for each window, laid end to end as the scores are; of equal ones the lower label.

    `forced` is the position in each window that must be labelled CUE: its anchor.
    """
    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    lengths = lengths[order]
    longest, count = int(lengths.max(initial=0)), len(lengths)
    best = np.zeros(len(scores), np.int8)
    if not longest:
        return best
    starts = offsets[:-1][order]
    # Windows side by side, longest first: at each step those that are not yet over are the first so many.
    alive = np.searchsorted(-lengths, -np.arange(longest), side="left").tolist()
    at = np.minimum(starts + np.arange(longest)[:, None], len(scores) - 1)
    beside = scores.reshape(len(scores), -1).take(at.ravel(), axis=0).reshape(longest, count, 3, LABELS)
    # One after the other: being in a label, entering it, leaving it; each steps x labels x windows.
    stay, enter, leave = np.ascontiguousarray(beside.transpose(2, 0, 3, 1))
    windows = np.arange(count)
    must = forced[order] - starts
    stay[must, :, windows] -= 1e4
    stay[must, CUE, windows] += 1e4
    totals = stay.copy()
    totals[0] += enter[0]
    left = np.zeros((longest, PAIRS, 2, count), np.float32)
    others = np.empty((PAIRS, 2, count), np.float32)
    change = others.reshape(LABELS, count)
    for step in range(1, longest):
        many = alive[step]
        before, now = totals[step - 1, :, :many], change[:, :many]
        leaving = left[step - 1, :, :, :many]
        np.add(before.reshape(PAIRS, 2, many), leave[step - 1, :, :many].reshape(PAIRS, 2, many), out=leaving)
        pairs = np.maximum(leaving[:, 0], leaving[:, 1])
        # The best of the three other labels: the other one of the pair, or the better one of the other pair.
        np.maximum(leaving[:, ::-1], pairs[::-1, None], out=others[:, :, :many])
        now += enter[step, :, :many]
        np.maximum(now, before, out=now)
        totals[step, :, :many] += now
    came = _came_from(totals[:-1], left[:-1].reshape(longest - 1, LABELS, count), enter[1:])
    ends = lengths - 1
    state = (totals[ends, :, windows] + leave[ends, :, windows]).argmax(axis=1)
    for step in range(longest - 1, 0, -1):
        many = alive[step]
        here = state[:many]
        best[at[step, :many]] = here
        state[:many] = came[step - 1, here, windows[:many]]
    best[at[0]] = state
    return best


def _came_from(before: Floats, left: Floats, enter: Floats) -> npt.NDArray[np.intp]:
    """For each step, label and window the label of the step before on the best way there; of equal ones the lower.

    `before` are the totals of the step before, `left` the same with leaving the label, `enter` is entering one at the step.
    """
    came = np.zeros(before.shape, np.intp)
    for label in range(LABELS):
        entering = enter[:, label]
        top: Floats | None = None
        for other in range(LABELS):
            way = before[:, label] if other == label else left[:, other] + entering
            if top is None:
                top = way
                continue
            np.copyto(came[:, label], other, where=way > top)
            top = np.maximum(top, way)
    return came

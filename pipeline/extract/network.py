"""The quote networks' arithmetic: which tokens are cues, and what each cue attributes to whom.

Two networks, trained together. The *encoder* makes a vector of each token from its own columns, its neighbours and its links
in the tree, and scores each as the head of a cue. The *labeller* reads the window around one such anchor and scores every
position as content, source, cue or none of them; the best sequence of labels wins (a linear-chain conditional random field
whose transition scores depend on the position: entering and leaving a label is scored at each token).

The functions take the array module as an argument: numpy when extracting, another one with the same names, which can
differentiate them, in training. `drop` is training's dropout; extraction leaves values as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ("CONTENT", "CUE", "LABELS", "OUTSIDE", "SOURCE", "encode", "label", "viterbi")

OUTSIDE: Final = 0
CONTENT: Final = 1
SOURCE: Final = 2
CUE: Final = 3
LABELS: Final = 4

Array = Any
Weights = Mapping[str, Any]
Floats = npt.NDArray[np.float32]

# How far the neighbours of each layer lie: together the layers see seven tokens to either side, on top of the four that the
# language model's vectors know.
DILATIONS: Final = (1, 2, 4)


def same(values: Array) -> Array:
    """No dropout."""
    return values


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
    parts += [weights[f"column.{i}"][columns[:, i]] for i in range(columns.shape[1])]
    hidden = _norm(xp, xp.concatenate(parts, axis=-1) @ weights["in.w"] + weights["in.b"], weights, "in")
    for layer, dilation in enumerate(DILATIONS):
        hidden = _layer(xp, weights, f"encoder.{layer}", hidden, dilation, first, last, links, drop)
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
) -> Array:
    """Three scores for each position and label: being in it, entering it here, leaving it behind here.

    `anchors` is the anchor token of each position, `heads` the position of the token's head or -1, `first` and `last`
    the positions that bound its window.
    """
    near = hidden @ weights["label.token"]
    centre = hidden @ weights["label.anchor"]
    mixed = near[tokens] + centre[anchors] + weights["label.distance"][distance] + weights["label.path"][path]
    state = _norm(xp, mixed + weights["label.b"], weights, "label")
    for layer, dilation in enumerate(DILATIONS):
        state = _layer(xp, weights, f"labeller.{layer}", state, dilation, first, last, heads[:, None], drop)
    out = drop(state) @ weights["out.w"] + weights["out.b"]
    return out.reshape((out.shape[0], 3, LABELS))


def _norm(xp: Any, values: Array, weights: Weights, name: str) -> Array:
    centred = values - values.mean(axis=-1, keepdims=True)
    scale = xp.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
    return centred / scale * weights[f"{name}.gain"] + weights[f"{name}.bias"]


def _layer(
    xp: Any,
    weights: Weights,
    name: str,
    values: Array,
    dilation: int,
    first: Array,
    last: Array,
    links: Array,
    drop: Callable[[Array], Array],
) -> Array:
    """Each row with its two neighbours at that distance and its links, through one rectified layer, added to what was there."""
    here = xp.arange(first.shape[0], dtype=first.dtype)
    kept = drop(values)
    none = xp.zeros((dilation, values.shape[1]), values.dtype)
    before = xp.concatenate([none, kept[:-dilation]])[: len(kept)]
    behind = xp.concatenate([kept[dilation:], none])[: len(kept)]
    padded = xp.concatenate([kept, none[:1]])
    seen = xp.concatenate(
        [
            kept,
            xp.where((here - dilation >= first)[:, None], before, 0),
            xp.where((here + dilation <= last)[:, None], behind, 0),
            *(padded[links[:, i]] for i in range(links.shape[1])),
        ],
        axis=-1,
    )
    inner = xp.maximum(seen @ weights[f"{name}.w"] + weights[f"{name}.b"], 0)
    return _norm(xp, values + inner, weights, name)


def viterbi(scores: Floats, offsets: npt.NDArray[np.int32], forced: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    """The best sequence of labels for each window, laid end to end as the scores are.

    `forced` is the position in each window that must be labelled CUE: its anchor.
    """
    lengths = np.diff(offsets)
    order = np.argsort(-lengths, kind="stable")
    longest = int(lengths.max(initial=0))
    count = len(lengths)
    stay, enter, leave = scores[:, 0].copy(), scores[:, 1], scores[:, 2]
    stay[forced] -= 1e4
    stay[forced, CUE] += 1e4
    best = np.zeros(len(scores), np.int8)
    back = np.zeros((longest, count, LABELS), np.int8)
    total = np.zeros((count, LABELS), np.float32)
    columns = np.arange(LABELS)
    sorted_lengths = lengths[order]
    starts = offsets[:-1][order]
    for step in range(longest):
        alive = int(np.searchsorted(-sorted_lengths, -step, side="left"))
        at = starts[:alive] + step
        if step == 0:
            total[:alive] = stay[at] + enter[at]
            continue
        before = total[:alive]
        change = (before + leave[at - 1])[:, :, None] + enter[at][:, None, :]
        change[:, columns, columns] = before
        origin = change.argmax(axis=1)
        back[step, :alive] = origin
        total[:alive] = np.take_along_axis(change, origin[:, None, :], axis=1)[:, 0] + stay[at]
    final = total + leave[starts + sorted_lengths - 1] if count else total
    state = final.argmax(axis=1)
    for step in range(longest - 1, -1, -1):
        alive = int(np.searchsorted(-sorted_lengths, -step, side="left"))
        best[starts[:alive] + step] = state[:alive]
        state[:alive] = back[step, np.arange(alive), state[:alive]]
    return best

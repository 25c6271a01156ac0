"""The event networks' arithmetic: which tokens tell an event of which type, and which parties are its ends.

Two networks. The *reader* makes a vector of each token from its own columns, its neighbours, its links in the tree, and what its
paragraph and its text are about, and scores each as a predicate of each type or of none, and as negated, planned, possible or
demanded. The *linker* reads a predicate, a party, with the reader's vectors of both, and the way between them, and scores the
party as actor and as recipient.

The functions take the array module as an argument: numpy when extracting, another one with the same names, which can
differentiate them, in training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.layers import See, Weights, entry, layers, norm, rows_in_blocks, same

__all__ = ("ACTOR", "DILATIONS", "RECIPIENT", "ROLES", "encode", "link", "means", "shares_of", "softmax")

ACTOR: Final = 0
RECIPIENT: Final = 1
ROLES: Final = 2

Array = Any

# How far the neighbours of each layer lie, on top of the four tokens that the language model's vectors know.
DILATIONS: Final = (1, 2)


def means(
    values: npt.NDArray[np.float32], first: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Beside each other the mean of each paragraph and that of all, a row a paragraph; and the row of each token, whose paragraph
    begins at `first`."""
    starts = np.flatnonzero(np.diff(first, prepend=-1))
    lengths = np.diff(np.append(starts, len(values)))
    sums = np.add.reduceat(values, starts)
    whole = np.broadcast_to(sums.sum(axis=0) / len(values), sums.shape)
    both: npt.NDArray[np.float32] = np.concatenate([sums / lengths[:, None], whole], axis=1).astype(np.float32)
    return both, np.repeat(np.arange(len(starts)), lengths)


def encode(
    xp: Any,
    weights: Weights,
    meanings: Array,
    lemmas: Array,
    columns: Array,
    links: Array,
    first: Array,
    last: Array,
    vectors: Array,
    drop: Callable[[Array], Array] = same,
    drop_words: Callable[[Array], Array] = same,
    see: See | None = None,
    mean: Callable[[Array, Array], tuple[Array, Array]] = means,
) -> tuple[Array, Array, Array]:
    """The vector of each token, its scores as a predicate (none, then the types in order), and those of its status.

    `links` may hold -1 for no token; `first` and `last` bound the paragraph of each, beyond which no neighbour is seen. `mean` is
    training's way to the means of paragraphs and texts, where several texts stand one behind the other.
    """
    parts = [
        drop(vectors * weights["vectors.scale"]),
        drop(weights["meanings"][meanings] * weights["meanings.scale"]),
        drop_words(weights["lemmas"][lemmas[:, 0]] + weights["lemmas"][lemmas[:, 1]]),
    ]
    hidden = entry(xp, weights, parts, columns)
    if "context.w" in weights:
        around, places = mean(hidden, first)
        around = xp.maximum(around @ weights["context.w"] + weights["context.b"], 0)
        hidden = norm(xp, hidden + drop(around[places]), weights, "context")
    hidden = layers(xp, weights, "encoder", hidden, first, last, links, drop, see, DILATIONS)
    out = drop(hidden)
    return hidden, out @ weights["type.w"] + weights["type.b"], out @ weights["status.w"] + weights["status.b"]


def link(
    xp: Any,
    weights: Weights,
    vectors: Array,
    meanings: Array,
    anchors: Array,
    parties: Array,
    kinds: Array,
    columns: Array,
    paths: Array,
    governors: Array,
    drop: Callable[[Array], Array] = same,
) -> Array:
    """The scores of each pair: how much the party is the actor, the recipient. `kinds` is the type of the predicate of each,
    `governors` what its party hangs on.

    The party of a predicate that is itself stands for nobody; the scores of one predicate compete.
    """
    table, scale = weights["meanings"], weights["link.scale"]
    told: Array = slice(None)
    named, tellers, places = told, told, told
    if xp is np:  # each predicate and each party stands in many pairs, and is multiplied once
        told, tellers = _distinct(anchors, len(vectors))
        named, places = _distinct(parties, len(vectors))
    anchors, parties, governors = anchors[told], parties[named], governors[named]
    teller = (
        drop(vectors[anchors] * scale[0]) @ weights["link.anchor.vector"]
        + drop(table[meanings[anchors]] * scale[1]) @ weights["link.anchor.meaning"]
        + weights["link.kind"][kinds[told]]
        + weights["link.b"]
    )
    party = (
        drop(vectors[parties] * scale[2]) @ weights["link.party.vector"]
        + drop(table[meanings[parties]] * scale[3]) @ weights["link.party.meaning"]
        + drop(table[meanings[governors]] * scale[3]) @ weights["link.governor.meaning"]
    )
    parts = [(teller, tellers), (party, places)]
    ways = [(weights["link.path"][i], paths[:, i]) for i in range(paths.shape[1])]
    rest = [(weights[f"link.column.{i}"], columns[:, i]) for i in range(columns.shape[1])]
    if xp is np:
        state = rows_in_blocks(weights, "link", [*parts, *ways, *rest])
    else:
        dropped = sum(drop(table[rows]) for table, rows in ways)
        state = norm(xp, dropped + sum(table[rows] for table, rows in (*parts, *rest)), weights, "link")
    state = drop(xp.maximum(state, 0))
    state = drop(xp.maximum(state @ weights["link.inner.w"] + weights["link.inner.b"], 0))
    return state @ weights["link.out.w"] + weights["link.out.b"]


def _distinct(tokens: npt.NDArray[np.int32], count: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """A place of each of some tokens, of which a text has so many, and for each place the number of its token among these."""
    places = np.full(count, -1)
    places[tokens] = np.arange(len(tokens))
    named = places >= 0
    return places[named], (np.cumsum(named) - 1)[tokens]


def shares_of(scores: npt.NDArray[np.float32], starts: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """What each score comes to as a probability where those from one start to the next compete: the pairs of one predicate, each
    as either end, or the candidates of one side. The last start is where all end."""
    begins = starts[:-1]
    lengths = np.diff(starts)
    top = np.maximum.reduceat(scores, begins)
    power = np.exp(scores - np.repeat(top, lengths, axis=0))
    shares: npt.NDArray[np.float32] = power / np.repeat(np.add.reduceat(power, begins), lengths, axis=0)
    return shares


def softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The scores of each row as shares of one."""
    power = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: npt.NDArray[np.float32] = power / power.sum(axis=1, keepdims=True)
    return shares

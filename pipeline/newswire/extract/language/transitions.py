"""spaCy's transition-based parser and recogniser, fed with vectors that were computed elsewhere.

Their state machines are compiled and stay as they are. What is replaced are the two layers in front of them: the vectors
are read from `Doc.tensor`, and what the states look up is computed in blocks into one piece of memory that is kept, instead
of tens of megabytes that the kernel has to clear for each batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.tokens import Doc
from thinc.api import Model

from newswire.extract.language.encoder import Affine, rounded

__all__ = ("Scratch", "feed_from_tensors")

Floats = npt.NDArray[np.float32]


class Scratch:
    """Memory for the numbers of one batch, used over and over by whoever comes next."""

    def __init__(self) -> None:
        self._memory = np.empty(0, np.float32)

    def rows(self, count: int, width: int) -> Floats:
        """`count` rows with whatever stands in them."""
        if self._memory.size < count * width:
            self._memory = np.empty(count * width, np.float32)
        return self._memory[: count * width].reshape(count, width)


def feed_from_tensors(component: Any, scratch: Scratch) -> None:
    """Makes a parser or recogniser read `Doc.tensor` in place of running its own token encoder.

    `component.model` must be spaCy's TransitionBasedParser: [encoder >> list2array >> linear, precomputable affine, upper].
    """
    chain, lower, _ = component.model.layers
    narrow = chain.layers[-1]
    entry = _Entry(Affine(narrow.get_param("W"), narrow.get_param("b")))
    outputs, inputs = lower.get_dim("nO"), lower.get_dim("nI")
    features, pieces = lower.get_dim("nF"), lower.get_dim("nP")
    weights = lower.get_param("W").reshape(features * outputs * pieces, inputs)
    lookup = _Lookup(Affine(weights, None), lower.get_param("pad"), scratch)
    replaced: list[Model[Any, Any]] = [
        Model("tensors", entry, dims={"nO": entry.narrow.outputs}),
        Model(
            "lookup",
            lookup,
            dims={"nO": outputs, "nI": inputs, "nF": features, "nP": pieces},
            params={"b": lower.get_param("b")},
        ),
    ]
    component.model.layers[:2] = replaced
    component.model.set_ref("tok2vec", replaced[0])
    component.model.set_ref("lower", replaced[1])


class _Entry:
    """The vectors of all documents end to end, narrowed to the width that the states use."""

    def __init__(self, narrow: Affine) -> None:
        self.narrow = narrow

    def __call__(self, model: Any, docs: Sequence[Doc], is_train: bool) -> tuple[Floats, Callable[[Any], Any]]:
        vectors = np.concatenate([doc.tensor for doc in docs])
        out = np.empty((rounded(len(vectors)), self.narrow.outputs), np.float32)
        self.narrow(vectors, out)
        return out[: len(vectors)], _no_training


class _Lookup:
    """For each token and each place in a state the sum that it adds to the hidden layer; in row 0 that of an empty place."""

    def __init__(self, lower: Affine, padding: Floats, scratch: Scratch) -> None:
        self._lower = lower
        self._padding = padding
        self._scratch = scratch

    def __call__(self, model: Any, vectors: Floats, is_train: bool) -> tuple[Floats, Callable[[Any], Any]]:
        rows = self._scratch.rows(1 + rounded(len(vectors)), self._lower.outputs)
        rows[0] = self._padding.reshape(-1)
        self._lower(vectors, rows[1:])
        return rows[: 1 + len(vectors)].reshape(1 + len(vectors), *self._padding.shape[1:]), _no_training


def _no_training(gradient: Any) -> Any:
    raise NotImplementedError("This model is only run, not trained")

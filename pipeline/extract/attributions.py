"""Attributions: who says what by which cue, as the learnt networks read it from a parse."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.features import Features, windows
from pipeline.extract.network import CONTENT, CUE, SOURCE, encode, label, viterbi

__all__ = ("Attribution", "Reader", "disjoint", "load_reader")

Weights = Mapping[str, npt.NDArray[np.float32]]

# Scores are rounded so far before they are compared: sums of another order, as other batches or processors make them,
# differ in the sixth place.
DIGITS: Final = 3


# How much lower a cue may score where words in marks wait for one: on the held-back articles half a point more of the
# speakers are right with it, and no more further down.
LENIENCY: Final = 1.0

TABLES: Final = ("words", "lemmas")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one cue attributes, in tokens (first and last, inclusive).

    `score` is the cue's, a logit; `confidence` how often attributions of such a score were right on articles held back from
    training, in steps.
    """

    anchor: int
    cue: tuple[int, int]
    source: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    score: float
    confidence: float


class Reader:
    """The two networks with their weights."""

    def __init__(self, weights: Weights) -> None:
        self._weights: dict[str, Any] = {name: np.asarray(value, np.float32) for name, value in weights.items()}
        # Another language model's vectors mean something else, and a parse from another process has none.
        self._width = self._weights["in.w"].shape[0] - sum(
            table.shape[1] for name, table in self._weights.items() if name in TABLES or name.startswith("column.")
        )
        self.threshold = float(self._weights.pop("threshold", np.float32(0)))
        # Confidence by steps of the score: `shares` has one value more than `edges`.
        self._edges: list[float] = self._weights.pop("confidence.edges", np.zeros(0)).tolist()
        self._shares: list[float] = self._weights.pop("confidence.shares", np.full(1, 0.5)).round(2).tolist()

    def read(self, columns: Features, lenient: npt.NDArray[np.bool_] | None = None) -> list[Attribution]:
        """The attributions of a text that score above the threshold, in text order; at `lenient` tokens, LENIENCY lower."""
        if not len(columns.first):
            return []
        vectors = columns.vectors
        if vectors.shape[1] != self._width:
            vectors = np.zeros((len(vectors), self._width), np.float32)
        hidden, scores = encode(
            np,
            self._weights,
            columns.words,
            columns.lemmas,
            columns.columns,
            columns.links,
            columns.first,
            columns.last,
            vectors,
        )
        scores = scores.round(DIGITS)
        least = self.threshold if lenient is None else self.threshold - LENIENCY * lenient
        anchors = np.flatnonzero(scores > least).astype(np.int32)
        if not len(anchors):
            return []
        around = windows(columns, anchors)
        sequence = label(
            np,
            self._weights,
            hidden,
            around.tokens,
            anchors[around.anchors],
            around.distance,
            around.path,
            around.heads,
            around.offsets[around.anchors],
            around.offsets[around.anchors + 1] - 1,
        )
        start = around.tokens[around.offsets[:-1]]
        labels = viterbi(sequence.round(DIGITS), around.offsets, around.offsets[:-1] + anchors - start)
        return [
            self._attribution(int(anchor), float(scores[anchor]), int(begin), labels[low:high])
            for anchor, begin, low, high in zip(anchors, start, around.offsets[:-1], around.offsets[1:], strict=True)
        ]

    def _attribution(self, anchor: int, score: float, begin: int, labels: npt.NDArray[np.int8]) -> Attribution:
        runs: dict[int, list[tuple[int, int]]] = {CONTENT: [], SOURCE: [], CUE: []}
        edges = np.flatnonzero(np.diff(labels)) + 1
        for low, high in zip([0, *edges.tolist()], [*edges.tolist(), len(labels)], strict=True):
            if labels[low] in runs:
                runs[int(labels[low])].append((begin + low, begin + high - 1))
        cue = next((run for run in runs[CUE] if run[0] <= anchor <= run[1]), (anchor, anchor))
        # A cue has one source; of several stretches the one nearest to it counts.
        source = min(runs[SOURCE], key=lambda run: min(abs(run[0] - anchor), abs(run[1] - anchor)), default=None)
        confidence = round(self._shares[bisect_right(self._edges, score)], 2)
        return Attribution(anchor, cue, source, tuple(runs[CONTENT]), score, confidence)


def disjoint(found: Sequence[Attribution]) -> list[Attribution]:
    """The attributions of which no two share words, the surer ones kept.

    What a quote reports inside itself is part of its content, so a cue inside the content of a surer one falls away; so
    does one of whose content most is taken.
    """
    taken: set[int] = set()
    kept = []
    for one in sorted(found, key=lambda one: (-one.score, one.anchor)):
        content = [token for first, last in one.content for token in range(first, last + 1)]
        if not content or any(token in taken for token in range(one.cue[0], one.cue[1] + 1)):
            continue
        if 2 * sum(token in taken for token in content) > len(content):
            continue
        taken.update(content)
        kept.append(one)
    return kept


@cache
def load_reader() -> Reader:
    """The networks with the weights that come with the package."""
    with (files("pipeline.extract") / "weights" / "quotes.npz").open("rb") as file, np.load(file) as weights:
        return Reader(dict(weights))

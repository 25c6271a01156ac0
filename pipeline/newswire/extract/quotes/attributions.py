"""Attributions: who says what by which cue, as the learnt networks read it from a parse."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.token_columns import NONE
from newswire.extract.quotes.confidence import (
    ATTRIBUTION_FEATURES,
    DIGITS,
    NO_SOURCE,
    attribution_features,
    score_attributions,
)
from newswire.extract.quotes.features import WINDOW, Features, Windows, windows
from newswire.extract.quotes.network import CONTENT, CUE, OUTSIDE, SOURCE, encode, label, viterbi

__all__ = ("Attribution", "Networks", "disjoint", "load_networks")

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, npt.NDArray[np.float32]]

# The logit from which on a token is looked at as the head of a cue. A fifth of those right above it are right, a sixth of those
# right below it; with -1 as the gate two points less of the indirect quotes are found, and with -2.5 no more.
GATE: Final = -2.0

# A cue that introduces a quotation stands at most so many tokens before it: a colon, "that", a recipient.
CLOSE: Final = 4

# The tag behind a quotation has its cue at most so many tokens behind it: a name with its title, or an inverted one.
TAG_REACH: Final = 8

TABLES: Final = ("words", "lemmas")

# Positions of windows that are labelled at once: some 120 MB of arrays. A story of seven thousand words, half of its sentences
# quotes, has fewer; a text whose every second word may be a cue has twenty times as many for its length.
BLOCK: Final = 32_768


@dataclass(frozen=True, slots=True)
class Attribution:
    """What one cue attributes, in tokens (first and last, inclusive).

    `score` and `confidence` are those of `newswire.extract.quotes.confidence`: the score decides what is
    kept, the confidence is the probability that at least half of the content and the source are right.
    """

    anchor: int
    cue: tuple[int, int]
    source: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    score: float
    confidence: float = 0.0


class Networks:
    """The two networks with their weights."""

    def __init__(self, weights: Weights) -> None:
        self._weights: dict[str, Any] = {
            name: value if name.endswith(".trait") else np.asarray(value, np.float32) for name, value in weights.items()
        }
        # Another language model's vectors mean something else, and a parse from another process has none.
        self._width = self._weights["in.w"].shape[0] - sum(
            table.shape[1] for name, table in self._weights.items() if name in TABLES or name.startswith("column.")
        )
        self.threshold = float(self._weights.pop("threshold", np.float32(0)))

    def read(self, columns: Features) -> list[Attribution]:
        """What the text attributes, in text order, the unlikely too."""
        found, features = self.candidates(columns)
        scores, confidences = score_attributions(self._weights, features)
        return [
            Attribution(one.anchor, one.cue, one.source, one.content, score, confidence)
            for one, score, confidence in zip(
                found, scores.round(DIGITS).tolist(), confidences.astype(float).round(2).tolist(), strict=True
            )
        ]

    def candidates(self, columns: Features) -> tuple[list[Attribution], Floats]:
        """The attributions whose cues pass the gate, scored by the cue alone, and the features of each."""
        nothing = np.zeros((0, len(ATTRIBUTION_FEATURES)), np.float32)
        if not len(columns.first):
            return [], nothing
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
        anchors = np.flatnonzero(scores > GATE).astype(np.int32)
        if not len(anchors):
            return [], nothing
        around = windows(columns, anchors)
        sequence = np.concatenate(
            [self._label(hidden, anchors, around, begin, end) for begin, end in _blocks(around.offsets)]
        ).round(DIGITS)
        start = around.tokens[around.offsets[:-1]]
        labels = viterbi(sequence, around.offsets, around.offsets[:-1] + anchors - start)
        found = _attributions(anchors, scores, start, around.offsets, labels)
        kept = [i for i, one in enumerate(found) if one.content]
        if not kept:
            return [], nothing
        spans = np.array([_row(one) for one in found], np.int32)
        features = attribution_features(columns, scores[anchors], around, sequence[:, 0], labels, spans)
        return [found[i] for i in kept], features[kept]

    def _label(
        self, hidden: Floats, anchors: npt.NDArray[np.int32], around: Windows, begin: int, end: int
    ) -> npt.NDArray[np.float32]:
        """The scores of the positions `begin` to `end`, which are whole windows."""
        here = slice(begin, end)
        rows, heads = around.anchors[here], around.heads[here]
        scores: npt.NDArray[np.float32] = label(
            np,
            self._weights,
            hidden,
            around.tokens[here],
            anchors[rows],
            around.distance[here],
            around.path[here],
            np.where(heads == NONE, NONE, heads - begin),
            around.offsets[rows] - begin,
            around.offsets[rows + 1] - 1 - begin,
        )
        return scores


def _attributions(
    anchors: npt.NDArray[np.int32],
    scores: Floats,
    starts: npt.NDArray[np.int32],
    offsets: npt.NDArray[np.int32],
    labels: npt.NDArray[np.int8],
) -> list[Attribution]:
    """What the labels of each anchor's window say. It begins at a token of `starts`, and in `labels` at one of `offsets`."""
    changes = np.flatnonzero(np.diff(labels)) + 1
    begins = np.union1d(changes, offsets[:-1])
    inside = labels[begins] != OUTSIDE
    ends = np.append(begins[1:], len(labels))[inside]
    begins = begins[inside]
    windows = np.searchsorted(offsets, begins, side="right") - 1
    shift = (starts - offsets[:-1])[windows]
    runs: list[dict[int, list[tuple[int, int]]]] = [{CONTENT: [], SOURCE: [], CUE: []} for _ in anchors]
    for window, kind, first, last in zip(
        windows.tolist(), labels[begins].tolist(), (begins + shift).tolist(), (ends + shift - 1).tolist(), strict=True
    ):
        runs[window][kind].append((first, last))
    found = []
    for anchor, score, each in zip(anchors.tolist(), scores[anchors].tolist(), runs, strict=True):
        cue = next((run for run in each[CUE] if run[0] <= anchor <= run[1]), (anchor, anchor))
        # A cue has one source; of several stretches the one nearest to it counts.
        sources = each[SOURCE]
        source = min(sources, key=lambda run: min(abs(run[0] - anchor), abs(run[1] - anchor))) if sources else None
        found.append(Attribution(anchor, cue, source, tuple(each[CONTENT]), score))
    return found


def _row(one: Attribution) -> tuple[int, ...]:
    """The tokens of an attribution that its features are made of; one without content has its anchor for that."""
    content = (one.content[0][0], one.content[-1][1]) if one.content else (one.anchor, one.anchor)
    return (one.anchor, one.cue[1], *content, *(one.source or (NO_SOURCE, NO_SOURCE)))


def _blocks(offsets: npt.NDArray[np.int32]) -> Iterator[tuple[int, int]]:
    """Stretches of whole windows, each of at most BLOCK positions (a window is far shorter)."""
    begin = 0
    while begin < offsets[-1]:
        end = int(offsets[np.searchsorted(offsets, begin + BLOCK, side="right") - 1])
        yield begin, end
        begin = end


def disjoint(found: Sequence[Attribution], quoted: npt.NDArray[np.bool_]) -> list[Attribution]:
    """The attributions of which no two share words, the surer ones kept. `quoted` says which tokens stand in marks.

    What a quote reports inside itself is part of its content, so a cue inside the content of a surer one falls away; so
    does one of whose content most is taken.
    """
    taken: set[int] = set()
    kept = []
    for one in sorted(_shared_out(found, quoted), key=lambda one: (-one.score, one.anchor)):
        content = _tokens(one.content)
        if not content or any(token in taken for token in range(one.cue[0], one.cue[1] + 1)):
            continue
        if 2 * len(taken & content) > len(content):
            continue
        taken |= content
        kept.append(one)
    return kept


def _shared_out(found: Sequence[Attribution], quoted: npt.NDArray[np.bool_]) -> list[Attribution]:
    """The attributions, which come in text order, without the stretches that belong to a cue of their own.

    In "X, he said, adding that Y" each cue is read by itself, and the first may take Y for a second half of X. A cue with
    several stretches leaves to another one what is all that the other has, and what begins with the other's words. In "he
    said that X, a man yelled “Y”" what is said ends before the man, if he is more likely to be quoted than not; and in "“X,” he
    said, according to the Post" X is his.
    """
    anchors = [one.anchor for one in found]
    contents = [_tokens(one.content) for one in found]
    introducing = [one.score > 0 and _introduces(one, quoted) for one in found]
    tagging = [one.score > 0 and _tags(one, quoted) for one in found]
    result = []
    for number, one in enumerate(found):
        runs = list(one.content)
        # Content lies within a window of its cue, so only cues within two of them can claim the same words.
        low, high = (bisect_right(anchors, one.anchor + 2 * side * WINDOW) for side in (-1, 1))
        for at in range(low, high):
            if at == number:
                continue
            other = found[at]
            if len(runs) > 1:
                runs = [run for run in runs if not _belongs(run, one, other, contents[number], contents[at])] or runs
            if introducing[at]:
                runs = [_before(run, other, quoted) for run in runs]
            if tagging[at]:
                runs = _without(runs, one, other)
        result.append(one if runs == [*one.content] else replace(one, content=tuple(runs)))
    return result


def _belongs(run: tuple[int, int], one: Attribution, other: Attribution, own: set[int], others: set[int]) -> bool:
    """Whether a stretch of the content of `one` is rather the content of `other`, or its words. `own` and `others` are the tokens
    of the content of both."""
    if one.cue[1] < run[0] <= other.cue[0] <= run[0] + 1:
        return True
    tokens = range(run[0], run[1] + 1)
    if other.cue[0] in tokens or own <= others:
        return False
    shared = len(others.intersection(tokens))
    return shared > 0 and 2 * shared >= len(others) + len(tokens) - shared


def _introduces(one: Attribution, quoted: npt.NDArray[np.bool_]) -> bool:
    """Whether a cue outside marks stands right before its content, which is all in marks."""
    if len(one.content) != 1 or quoted[one.anchor]:
        return False
    first, last = one.content[0]
    return 0 < first - one.cue[1] <= CLOSE and bool(quoted[first] and quoted[last])


def _tags(one: Attribution, quoted: npt.NDArray[np.bool_]) -> bool:
    """Whether a cue outside marks, with its source, stands right behind its content, which is all in marks."""
    if quoted[one.anchor] or one.source is None:
        return False
    first, last = one.content[0]
    return bool(last < one.cue[0] <= last + TAG_REACH and quoted[first] and quoted[last])


def _without(runs: list[tuple[int, int]], one: Attribution, other: Attribution) -> list[tuple[int, int]]:
    """The stretches without those in which a quotation stands with its tag: it is said by whom that tag names, and not by who
    tells of it ("“We lost,” Berg said, according to the Post"). None where that is most of what a cue behind it has.
    """
    rest = [run for run in runs if not (run[0] <= other.content[0][0] and other.cue[1] <= run[1])]
    retold = other.cue[1] < one.cue[0] and 2 * len(_tokens(rest)) < len(_tokens(runs))
    return [] if retold else rest


def _before(run: tuple[int, int], other: Attribution, quoted: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """A stretch outside marks that ends with the whole of what another cue introduces, without that cue and its source."""
    first, last = other.content[0]
    if quoted[run[0]] or not run[0] < other.cue[0] or not first <= run[1] <= last + 1:
        return run
    cut = other.cue[0]
    if other.source and run[0] < other.source[0] <= other.source[1] < cut:
        cut = other.source[0]
    return (run[0], cut - 1)


def _tokens(runs: Sequence[tuple[int, int]]) -> set[int]:
    return {token for first, last in runs for token in range(first, last + 1)}


@cache
def load_networks() -> Networks:
    """The networks with the weights that come with the package."""
    with (files("newswire.extract") / "weights" / "quotes.npz").open("rb") as file, np.load(file) as weights:
        return Networks(dict(weights))

"""Predictions: which predicates of a parse tell which events between whom, as the learnt networks read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.forests import forest_sums, logistic
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import coordinated
from newswire.extract.events.confidence import event_features
from newswire.extract.events.features import (
    Features,
    Meanings,
    Pairs,
    candidate_parties,
    features,
    pairs,
)
from newswire.extract.events.network import ACTOR, RECIPIENT, encode, link
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.recurrence import Absent, Sides, absent_ends

__all__ = (
    "GATE",
    "EventNetworks",
    "Prediction",
    "Sketch",
    "completed",
    "load_event_networks",
    "shares_of",
    "sides_of",
    "sketched",
)

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, npt.NDArray[Any]]

# Probability from which on a token is looked at as a predicate; of those below it one in thirty tells an event.
GATE: Final = 0.12

# A sentence of more tokens is a table or a list without stops, whose parse says nothing.
LONGEST: Final = 250

# A second party is an end beside the likeliest one from this share of its probability on: coordinated ones share it.
BESIDE: Final = 0.15


# Probability from which on an end from elsewhere in the text is taken.
ABSENT: Final = 0.4


@dataclass(frozen=True, slots=True)
class Listed:
    """An event as lexicon and grammar read it: the tokens of its predicate, the number of its type, the parties at its ends."""

    predicate: tuple[int, ...]
    kind: int
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A predicate taken for an event. `kind` is the number of its type, `actors` and `recipients` are tokens of parties;
    `features` is what `confidence` was told by."""

    anchor: int
    kind: int
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    features: Floats
    confidence: float = 0.0


class EventNetworks:
    """Reader, linker and forest with their weights."""

    def __init__(self, weights: Weights) -> None:
        """`weights` holds what `training.events.networks` writes."""
        table = weights["meanings"].astype(np.float32)
        if "meanings.unit" in weights:
            table = table * weights["meanings.unit"].astype(np.float32)
        self._meanings = Meanings(bytes(weights["vocabulary"]).decode().split("\n"))
        kept = {
            name: value for name, value in weights.items() if name not in ("meanings", "meanings.unit", "vocabulary")
        }
        self._weights: dict[str, npt.NDArray[Any]] = {
            name: value.astype(np.float32) if value.dtype == np.float16 else value for name, value in kept.items()
        }
        self._weights["meanings"] = np.concatenate([np.zeros((1, table.shape[1]), np.float32), table])

    @property
    def threshold(self) -> float:
        """The confidence from which on a prediction is an event."""
        return float(self._weights["threshold"])

    def columns(
        self, parse: Parse, known: Mapping[int, Party], quotes: Sequence[QuoteDraft], lexicon: Lexicon
    ) -> Features:
        """What the networks read of a text."""
        return features(parse, known, quotes, paragraphs(parse.text), lexicon, self._meanings)

    def predict(
        self,
        parse: Parse,
        known: Mapping[int, Party],
        quotes: Sequence[QuoteDraft],
        lexicon: Lexicon,
        listed: Sequence[Listed],
    ) -> list[Prediction]:
        """All predicates that may tell an event, in text order, with the confidence that type and ends are right."""
        if not len(parse):
            return []
        sketch = sketched(self._weights, parse, known, quotes, self.columns(parse, known, quotes, lexicon))
        if sketch is None:
            return []
        found = completed(self._weights, sketch, listed)
        sure = logistic(forest_sums(self._weights, "trust", np.stack([one.features for one in found])))
        return [replace(one, confidence=share) for one, share in zip(found, sure.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What reader and linker find in a text: predicates (`anchors`, tokens; `kinds`, numbers of types) with the ends that their
    sentences give them, and `asked`, the empty sides.

    `shares` are the probabilities of none and the types for each token, `states` the scores of status, `rows` the pairs, `roles`
    their probabilities as either end, `starts` where those of each predicate begin.
    """

    parse: Parse
    columns: Features
    shares: Floats
    states: Floats
    anchors: list[int]
    kinds: list[int]
    rows: Pairs
    roles: Floats
    starts: npt.NDArray[np.intp]
    ends: list[Sides]
    asked: list[Absent]


def sketched(
    weights: Weights, parse: Parse, known: Mapping[int, Party], quotes: Sequence[QuoteDraft], columns: Features
) -> Sketch | None:
    """What the networks find in a text; None where there is nothing."""
    _, scores, states = encode(
        np, weights, columns.meanings, columns.lemmas, columns.columns, columns.links, columns.first, columns.last,
        columns.vectors,
    )  # fmt: skip
    shares = _softmax(scores)
    told = 1 - shares[:, 0] > GATE
    for first, last in parse.sentences:
        if last - first > LONGEST:
            told[first:last] = False
    found = np.flatnonzero(told)
    if not len(found):
        return None
    likeliest = 1 + shares[:, 1:].argmax(axis=1)
    anchors, kinds = found.tolist(), (likeliest[found] - 1).tolist()
    rows = pairs(parse, known, quotes, columns, candidate_parties(parse, known), anchors, likeliest[found].tolist())
    linked = link(
        np, weights, columns.vectors, columns.meanings, rows.anchors, rows.parties, likeliest[rows.anchors], rows.columns,
        rows.paths, rows.governors,
    )  # fmt: skip
    starts = np.append(np.searchsorted(rows.anchors, found), len(rows.anchors))
    roles = shares_of(linked, starts)
    ends = [sides_of(parse, roles[first:last], rows.parties[first:last].tolist()) for first, last in pairwise(starts)]
    asked = absent_ends(
        parse, known, columns, weights["meanings"], anchors, kinds, (1 - shares[found, 0]).tolist(),
        roles[starts[:-1]].tolist(), ends,
    )  # fmt: skip
    return Sketch(parse, columns, shares, states, anchors, kinds, rows, roles, starts, ends, asked)


def completed(weights: Weights, sketch: Sketch, listed: Sequence[Listed]) -> list[Prediction]:
    """The predictions of a sketch, empty sides filled from elsewhere in the text; without confidence."""
    ends, taken = _filled(weights, sketch.asked, sketch.ends)
    told = event_features(
        sketch.parse, sketch.columns, sketch.shares, sketch.anchors, sketch.rows, sketch.roles, sketch.starts, ends, taken,
        sketch.states,
    )  # fmt: skip
    return [Prediction(anchor, sketch.kinds[i], *ends[i], told[i]) for i, anchor in enumerate(sketch.anchors)]


def _reading(anchor: int, kind: int, ends: Sides, listed: Sequence[Listed]) -> tuple[float, float, float]:
    """How lexicon and grammar read a predicate: as no event, as one of another type, of the same; which ends are the same as well
    (0 to 2); and how sure they are. The last three features of a prediction."""
    one = next((one for one in listed if anchor in one.predicate), None)
    if one is None:
        return 0.0, 0.0, 0.0
    same = [
        bool({*mine} & {*other}) or not (mine or other)
        for mine, other in zip(ends, (one.actors, one.recipients), strict=True)
    ]
    return 1.0 + (one.kind == kind), float(sum(same)), round(one.confidence, 3)


def _filled(
    weights: Weights, asked: Sequence[Absent], ends: Sequence[Sides]
) -> tuple[list[Sides], list[tuple[float, float]]]:
    """The ends with those from elsewhere that are likely enough, and how likely the likeliest of each side is."""
    filled = [list(sides) for sides in ends]
    likely = [[0.0, 0.0] for _ in ends]
    if asked and "absent.bias" in weights:
        scores = logistic(forest_sums(weights, "absent", np.concatenate([one.features for one in asked])))
        at = 0
        for one in asked:
            own = scores[at : at + len(one.groups)]
            at += len(one.groups)
            top = int(own.argmax())
            likely[one.number][one.side] = float(own[top])
            if own[top] >= ABSENT:
                filled[one.number][one.side] = one.groups[top]
    return [(one[0], one[1]) for one in filled], [(one[0], one[1]) for one in likely]


def shares_of(scores: Floats, starts: npt.NDArray[np.intp]) -> Floats:
    """The probability of each pair as either end: the pairs of one predicate, from one start to the next, compete."""
    begins = starts[:-1]
    lengths = np.diff(starts)
    top = np.maximum.reduceat(scores, begins)
    power = np.exp(scores - np.repeat(top, lengths, axis=0))
    shares: Floats = power / np.repeat(np.add.reduceat(power, begins), lengths, axis=0)
    return shares


def sides_of(parse: Parse, roles: Floats, tokens: list[int]) -> Sides:
    """Actors and recipients of one predicate; its first pair stands for nobody. A side is the likeliest party and those that are
    coordinated with it; a party is on one side only, the likelier."""
    sides: list[tuple[int, ...]] = []
    for role in (ACTOR, RECIPIENT):
        own, other = roles[:, role], roles[:, 1 - role]
        top = int(own.argmax())
        if top == 0:
            sides.append(())
            continue
        first, least = _coordination(parse, tokens[top]), BESIDE * own[top]
        sides.append(
            tuple(
                token
                for i, token in enumerate(tokens)
                if i == top or (i and own[i] >= least and own[i] >= other[i] and _coordination(parse, token) == first)
            )
        )
    actors, recipients = sides
    return actors, tuple(token for token in recipients if token not in actors)


def _coordination(parse: Parse, token: int) -> int:
    """The first of the words that a word is coordinated with."""
    while (before := coordinated(parse, token)) is not None and before < token:
        token = before
    return token


def _softmax(scores: Floats) -> Floats:
    power = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = power / power.sum(axis=1, keepdims=True)
    return shares


@cache
def load_event_networks() -> EventNetworks:
    """The networks with the weights that come with the package."""
    with (files("newswire.extract") / "weights" / "event_networks.npz").open("rb") as file, np.load(file) as weights:
        return EventNetworks(dict(weights))

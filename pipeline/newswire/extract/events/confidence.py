"""What tells how likely a predicted event is right in type and both ends: each feature of it is a number.

A forest over them, learnt on articles that the networks did not learn from, gives the probability. Training and extraction share
this module.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.parse import Parse
from newswire.extract.events.ends import Choice, Listed, Sides, party_key
from newswire.extract.events.features import COLUMNS, Features, Pairs
from newswire.extract.events.network import ACTOR, RECIPIENT, ROLES
from newswire.extract.events.parties import Party

__all__ = ("DIGITS", "EVENT_FEATURES", "cautious", "event_features")

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

# In the order of `event_features`, which says what they are.
EVENT_FEATURES: Final = (
    "event", "type", "second type", "both", "kind", "actor", "recipient", "no actor", "no recipient", "second actor",
    "second recipient", "actors", "recipients", "ends", "tag", "dep", "reading", "reading agrees", "second reading",
    "actor sector", "actor label", "actor known", "recipient sector", "recipient label", "recipient known", "actor away",
    "recipient away", "quoted", "status", "negated", "actual", "sentence", "length", "events beside", "surest beside",
    "rival", "depth", "meaning", "shape", "candidates", "actor as recipient", "recipient as actor",
    "told before", "actor share", "actor next", "actor source", "actor typed", "recipient share", "recipient next",
    "recipient source", "recipient typed", "all", "told between them",
    "listed", "listed type", "listed ends", "least type", "least actor", "least recipient",
)  # fmt: skip

# Features are rounded so far before they are compared: sums of another order, as other processors make them, differ in the
# sixth place.
DIGITS: Final = 3

# By so much, in log-odds, a record's confidence lies below the probability that it is right: whoever takes all from 0.5 on gets
# 76 right of 100 or more, where probabilities of 0.5 and more give 71. So 0.5 stands for 0.60, 0.9 for 0.93.
CAUTION: Final = 0.41

COLUMN: Final = {name: i for i, name in enumerate(COLUMNS)}
STRENGTHS: Final = 3

# Further away or longer is all the same.
FAR: Final = 60


def cautious(probability: float) -> float:
    """The confidence of a record that is right with this probability: a little lower, as a wrong event harms more than a missing
    one."""
    odds = probability * math.exp(-CAUTION)
    return odds / (odds + 1 - probability)


def event_features(
    parse: Parse,
    columns: Features,
    known: Mapping[int, Party],
    shares: Floats,
    anchors: Sequence[int],
    rows: Pairs,
    roles: Floats,
    starts: npt.NDArray[np.intp],
    ends: Sequence[Sides],
    choices: Sequence[tuple[Choice, Choice]],
    states: Floats,
    listed: Mapping[int, Listed],
    least_shares: Floats,
    least_roles: Floats,
) -> Floats:
    """The features of each predicate, one row each.

    `shares` are the probabilities of the types of each token, `roles` those of the pairs `rows` as either end, `starts` where the
    pairs of each predicate begin, `ends` whom each is between, `choices` how sure that is, `listed` what lexicon and grammar read
    at a token. *Both* is the product of the probabilities of type and ends as the linker has them, *all* the same as they were
    chosen. *Told between them* is how much else of that type the text tells between the same.
    *Rival* is by how much a predicate of the same type and with a common end in the sentence is likelier. *Least* are the lowest
    shares that any of the networks gives to the type and the ends that are likeliest on average: of `least_shares` and
    `least_roles`, which are the lowest place by place.
    """
    tokens = np.array(anchors)
    each = np.arange(len(tokens))
    told, states = columns.columns[tokens], states[tokens].astype(np.float64)
    sentences = np.searchsorted(parse.sentence_starts, tokens, side="right") - 1
    event = 1 - shares[tokens, 0]
    order = np.sort(shares[tokens, 1:], axis=1)
    likeliest = shares[tokens, 1:].argmax(axis=1)
    kinds, events = likeliest.tolist(), event.tolist()
    # The pairs of each predicate in one row, nobody first; what is below all shares fills up.
    first, size = starts[:-1], np.diff(starts)
    own = np.full((len(tokens), max(2, int(size.max())), ROLES), -1, np.float32)
    own[np.repeat(each, size), np.arange(len(roles)) - np.repeat(first, size)] = roles
    tops, best = own.argmax(axis=1), own.max(axis=1)
    somebody, pair = tops > 0, first[:, None] + tops
    reading, other = told[:, COLUMN["first reading"]], told[:, COLUMN["second reading"]]
    counts = np.array([[len(side) for side in sides] for sides in ends])
    picked = np.array(
        [
            [(one.share, one.second, one.source, any(known[head].typed for head in side))]
            for both, sides in zip(choices, ends, strict=True)
            for one, side in zip(both, sides, strict=True)
        ]
    ).reshape(len(tokens), ROLES, 4)
    before, between = _told_alike(parse, known, kinds, events, ends)
    found = np.column_stack(
        (
            event,
            order[:, -1],
            order[:, -2],
            order[:, -1] * best[:, ACTOR] * best[:, RECIPIENT],
            likeliest,
            best,
            own[:, 0],
            np.where(size[:, None] > 1, np.sort(own, axis=1)[:, -2], 0),
            counts,
            (counts > 0).sum(axis=1),
            told[:, COLUMN["tag"]],
            told[:, COLUMN["dep"]],
            np.where(reading > 0, (reading - 1) % STRENGTHS, -1),
            np.where(reading > 0, (reading - 1) // STRENGTHS == likeliest, -1),
            np.where(other > 0, (other - 1) // STRENGTHS == likeliest, -1),
            np.where(somebody[:, :, None], rows.columns[pair, 2:5], -1).reshape(len(tokens), -1),
            np.clip(rows.parties[pair] - tokens[:, None], -FAR, FAR),
            told[:, COLUMN["quoted"]],
            told[:, COLUMN["modality"]],
            states[:, 1] - states[:, 0],
            states[:, 2],
            np.minimum(sentences, FAR),
            np.minimum(np.diff(parse.sentences)[sentences, 0], FAR),
            _beside(sentences.tolist(), kinds, events, ends),
            [parse.depths[anchor] for anchor in anchors],
            columns.meanings[tokens] > 0,
            told[:, COLUMN["shape"]],
            size,
            np.where(somebody, own[each[:, None], tops, ROLES - 1 - np.arange(ROLES)], 0),
            before,
            picked.reshape(len(tokens), -1),
            order[:, -1] * picked[:, ACTOR, 0] * picked[:, RECIPIENT, 0],
            between,
            [
                (0, -1, -1) if one is None else (one.confidence, one.kind == kind, _agreeing(sides, one))
                for one, kind, sides in zip(map(listed.get, anchors), kinds, ends, strict=True)
            ],
            least_shares[tokens, 1 + likeliest],
            least_roles[pair, np.arange(ROLES)],
        )
    )
    return found.astype(np.float32).round(DIGITS)


def _beside(
    sentences: Sequence[int], kinds: Sequence[int], events: Sequence[float], ends: Sequence[Sides]
) -> list[tuple[int, float, float]]:
    """How many other predicates the sentence of each has, how likely the surest of them is an event, and the rival."""
    mine = [{*actors, *recipients} for actors, recipients in ends]
    places = _numbers(sentences)
    found = []
    for i, sentence in enumerate(sentences):
        beside = [j for j in places[sentence] if j != i]
        rivals = [events[j] - events[i] for j in beside if kinds[j] == kinds[i] and not mine[i].isdisjoint(mine[j])]
        found.append((len(beside), max((events[j] for j in beside), default=0.0), max(rivals, default=-1.0)))
    return found


def _told_alike(
    parse: Parse, known: Mapping[int, Party], kinds: Sequence[int], events: Sequence[float], ends: Sequence[Sides]
) -> tuple[list[int], list[float]]:
    """How many predicates before each are of its type, and how much of that type the text tells elsewhere between the same."""
    numbers: dict[object, int] = {}

    def sides(heads: tuple[int, ...]) -> int:
        """A side as a number with a binary digit for each party, so that comparing two sides is one step."""
        bits = 0
        for head in heads:
            bits |= 1 << numbers.setdefault(party_key(parse, known[head], head), len(numbers))
        return bits

    keys = [(sides(actors), sides(recipients)) for actors, recipients in ends]
    before, between = [0] * len(kinds), [0.0] * len(kinds)
    for places in _numbers(kinds).values():
        rows = [(j, *keys[j], events[j]) for j in places]
        for rank, i in enumerate(places):
            actors, recipients = keys[i]
            before[i] = rank
            between[i] = sum(event for j, a, r, event in rows if a & actors and r & recipients and j != i)
    return before, between


def _numbers(values: Sequence[int]) -> dict[int, list[int]]:
    """By value the numbers of the places where it stands, in their order."""
    found: dict[int, list[int]] = {}
    for number, value in enumerate(values):
        found.setdefault(value, []).append(number)
    return found


def _agreeing(ends: Sides, read: Listed) -> float:
    """How many sides of an event lexicon and grammar read alike."""
    return float(
        sum(
            (not mine and not other) or not {*mine}.isdisjoint(other)
            for mine, other in zip(ends, (read.actors, read.recipients), strict=True)
        )
    )

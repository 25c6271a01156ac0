"""What tells how likely a predicted event is right in type and both ends: each feature of it is a number.

A forest over them, learnt on articles that the networks did not learn from, gives the probability. Training and extraction share
this module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.parse import Parse
from newswire.extract.events.ends import Choice, Listed, Sides, party_key
from newswire.extract.events.features import COLUMNS, Features, Pairs
from newswire.extract.events.network import ACTOR, RECIPIENT
from newswire.extract.events.parties import Party

__all__ = ("DIGITS", "EVENT_FEATURES", "event_features")

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
    "listed", "listed type", "listed ends",
)  # fmt: skip

# Features are rounded so far before they are compared: sums of another order, as other processors make them, differ in the
# sixth place.
DIGITS: Final = 3

COLUMN: Final = {name: i for i, name in enumerate(COLUMNS)}
STRENGTHS: Final = 3

# Further away or longer is all the same.
FAR: Final = 60


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
) -> Floats:
    """The features of each predicate, one row each.

    `shares` are the probabilities of the types of each token, `roles` those of the pairs `rows` as either end, `starts` where the
    pairs of each predicate begin, `ends` whom each is between, `choices` how sure that is, `listed` what lexicon and grammar read
    at a token. *Both* is the product of the probabilities of type and ends as the linker has them, *all* the same as they were
    chosen. *Told between them* is how much else of that type the text tells between the same.
    *Rival* is by how much a predicate of the same type and with a common end in the sentence is likelier.
    """
    told = dict(zip(anchors, columns.columns[list(anchors)].tolist(), strict=True))
    states, near = states[list(anchors)].tolist(), rows.columns[:, 2:5].tolist()
    parties = rows.parties.tolist()
    found = np.zeros((len(anchors), len(EVENT_FEATURES)), np.float32)
    sentences = np.searchsorted(parse.sentence_starts, anchors, side="right") - 1
    event = 1 - shares[list(anchors), 0]
    kinds = shares[list(anchors), 1:]
    keys = [[{party_key(parse, known[head], head) for head in side} for side in sides] for sides in ends]
    order = np.sort(kinds, axis=1)
    likeliest = kinds.argmax(axis=1).tolist()
    of_type, in_sentence = _numbers(likeliest), _numbers(sentences.tolist())
    for i, anchor in enumerate(anchors):
        first, last = starts[i], starts[i + 1]
        own = roles[first:last]
        row: list[float] = [event[i], order[i, -1], order[i, -2], 0, likeliest[i]]
        tops = own.argmax(axis=0)
        best = own.max(axis=0)
        second = [float(np.partition(own[:, role], -2)[-2]) if len(own) > 1 else 0.0 for role in (ACTOR, RECIPIENT)]
        row[3] = float(order[i, -1] * best[ACTOR] * best[RECIPIENT])
        row += [*best.tolist(), own[0, ACTOR], own[0, RECIPIENT], *second, len(ends[i][0]), len(ends[i][1])]
        row.append(float(bool(ends[i][0])) + float(bool(ends[i][1])))
        reading = told[anchor][COLUMN["first reading"]]
        kind = (reading - 1) // STRENGTHS if reading else -1
        other = told[anchor][COLUMN["second reading"]]
        row += [
            told[anchor][COLUMN["tag"]],
            told[anchor][COLUMN["dep"]],
            (reading - 1) % STRENGTHS if reading else -1,
            float(kind == likeliest[i]) if reading else -1,
            float((other - 1) // STRENGTHS == likeliest[i]) if other else -1,
        ]
        for role in (ACTOR, RECIPIENT):
            row += near[first + tops[role]] if tops[role] else [-1, -1, -1]
        for role in (ACTOR, RECIPIENT):
            away = parties[first + tops[role]] - anchor
            row.append(max(-FAR, min(FAR, away)))
        begin, end = parse.sentences[sentences[i]]
        beside = [j for j in in_sentence[int(sentences[i])] if j != i]
        mine = {*ends[i][0], *ends[i][1]}
        rivals = [
            event[j] - event[i] for j in beside if likeliest[j] == likeliest[i] and mine & {*ends[j][0], *ends[j][1]}
        ]
        row += [
            told[anchor][COLUMN["quoted"]],
            told[anchor][COLUMN["modality"]],
            states[i][1] - states[i][0],
            states[i][2],
            min(sentences[i], FAR),
            min(end - begin, FAR),
            len(beside),
            max((event[j] for j in beside), default=0.0),
            max(rivals, default=-1.0),
            parse.depths[anchor],
            float(columns.meanings[anchor] > 0),
            told[anchor][COLUMN["shape"]],
            last - first,
            own[tops[ACTOR], RECIPIENT] if tops[ACTOR] else 0.0,
            own[tops[RECIPIENT], ACTOR] if tops[RECIPIENT] else 0.0,
            bisect_left(of_type[likeliest[i]], i),
        ]
        for side, choice in enumerate(choices[i]):
            typed = any(known[head].typed for head in ends[i][side])
            row += [choice.share, choice.second, choice.source, float(typed)]
        row.append(float(order[i, -1]) * choices[i][ACTOR].share * choices[i][RECIPIENT].share)
        row.append(
            sum(
                float(event[j])
                for j in of_type[likeliest[i]]
                if j != i and all(not mine.isdisjoint(other) for mine, other in zip(keys[i], keys[j], strict=True))
            )
        )
        read = listed.get(anchor)
        row += (
            [0.0, -1.0, -1.0]
            if read is None
            else [read.confidence, read.kind == likeliest[i], _agreeing(ends[i], read)]
        )
        found[i] = row
    return found.round(DIGITS)


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

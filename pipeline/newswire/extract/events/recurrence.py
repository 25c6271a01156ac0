"""Ends from elsewhere: whom an event is between where its own sentence does not say ("nine civilians were killed").

For each empty side of a predicate there are some candidates: whom other predicates of the text have on that side, the forces and
authorities that it speaks of, and whom it speaks of most. Each is described by numbers, and a forest over them, learnt on
articles that the networks did not learn from, tells how likely the side is that one. Training and extraction share this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.parse import Parse
from newswire.extract.events.features import LABEL_IDS, SECTOR_IDS, Features
from newswire.extract.events.parties import Party

__all__ = ("CANDIDATE_FEATURES", "Absent", "Sides", "absent_ends")

Floats = npt.NDArray[np.float32]
Sides = tuple[tuple[int, ...], tuple[int, ...]]

# Probability from which on a predicate without a side is looked at, and from which on one lends its sides.
ASKING: Final = 0.2
LENDING: Final = 0.3

# Predicates before and behind that lend; most that are right are the last ones before.
BEFORE: Final = 8
BEHIND: Final = 2

# Sectors of those who act without being named in the sentence: "was arrested", "were shelled".
AUTHORITIES: Final = ("COP", "MIL", "JUD", "GOV", "REB")

# So many of those whom the text names most.
MAIN: Final = 3

# Distances in sentences beyond which all is the same.
FAR: Final = 20

CANDIDATE_FEATURES: Final = (
    "kind", "side", "nobody", "event", "other side", "source", "same type", "same lemma", "likeness", "lender", "sentences",
    "sides agree", "own country", "same role and type", "same role", "other role", "mentions", "sector", "label", "country",
    "first sentence", "tag", "dep", "number", "rank",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Absent:
    """An empty side of the predicate with this number, and who may be it: groups of parties, with a row of features each."""

    number: int
    side: int
    groups: tuple[tuple[int, ...], ...]
    features: Floats


def absent_ends(
    parse: Parse,
    known: Mapping[int, Party],
    columns: Features,
    table: Floats,
    anchors: Sequence[int],
    kinds: Sequence[int],
    events: Sequence[float],
    nobody: Sequence[Sequence[float]],
    ends: Sequence[Sides],
) -> list[Absent]:
    """The empty sides of all predicates with their candidates.

    `table` are the word vectors, `events` the probability of each predicate to be one, `nobody` that each side is nobody's.
    """
    asked = [(i, side) for i in range(len(anchors)) if events[i] >= ASKING for side in (0, 1) if not ends[i][side]]
    if not asked:
        return []
    keys = {head: _key(parse, known[head], head) for head in known}
    mentions = Counter(party.entity for party in known.values() if party.entity is not None)
    roles: defaultdict[tuple[object, ...], float] = defaultdict(float)
    for i, sides in enumerate(ends):
        for side in (0, 1):
            for key in {keys[head] for head in sides[side]}:
                roles[key, side, kinds[i]] += events[i]
                roles[key, side] += events[i]
    sentences = [parse.sentence(anchor) for anchor in anchors]
    vectors = table[columns.meanings[list(anchors)]]
    vectors = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6)
    typed = [head for head in sorted(known) if known[head].sector in AUTHORITIES]
    main = [entity for entity, _ in mentions.most_common(MAIN)]
    last = {known[head].entity: head for head in sorted(known, reverse=True) if known[head].entity in main}
    found = []
    for i, side in asked:
        groups: dict[tuple[object, ...], tuple[int, ...]] = {}
        rows: list[list[float]] = []
        lenders = [*range(i - 1, max(-1, i - 1 - BEFORE), -1), *range(i + 1, min(len(anchors), i + 1 + BEHIND))]
        offers = [(ends[j][side], j) for j in lenders if events[j] >= LENDING and ends[j][side]]
        for sector in AUTHORITIES:
            near = [head for head in typed if known[head].sector == sector and head < anchors[i]]
            if near:
                offers.append(((near[-1],), -1))
        offers += [((head,), -2) for head in last.values()]
        other = {keys[head] for head in ends[i][1 - side]}
        countries = {known[head].country for head in ends[i][1 - side]} - {None}
        for group, lender in offers:
            key = (keys[group[0]],)
            if key in groups or keys[group[0]] in other or anchors[i] in group:
                continue
            groups[key] = group
            party = known[group[0]]
            lent = lender >= 0
            agree = -1.0
            if lent and ends[lender][1 - side] and other:
                agree = float(bool(other & {keys[head] for head in ends[lender][1 - side]}))
            place = sentences[lender] if lent else parse.sentence(group[0])
            rows.append(
                [
                    kinds[i],
                    side,
                    nobody[i][side],
                    events[i],
                    float(bool(other)),
                    float(min(lender, 0)),
                    float(lent and kinds[lender] == kinds[i]),
                    float(lent and parse.lemmas[anchors[lender]] == parse.lemmas[anchors[i]]),
                    float(vectors[i] @ vectors[lender]) if lent else -1.0,
                    events[lender] if lent else -1.0,
                    max(-FAR, min(FAR, sentences[i] - place)),
                    agree,
                    -1.0 if party.country is None or not countries else float(party.country in countries),
                    roles[keys[group[0]], side, kinds[i]],
                    roles[keys[group[0]], side],
                    roles[keys[group[0]], 1 - side],
                    mentions[party.entity] if party.entity is not None else 0,
                    SECTOR_IDS.get(party.sector or "", 0),
                    LABEL_IDS.get(party.label or "", 0),
                    float(party.country is not None),
                    float(sentences[i] == 0),
                    columns.columns[anchors[i], 0],
                    columns.columns[anchors[i], 1],
                    len(group),
                    len(groups),
                ]
            )
        if groups:
            found.append(Absent(i, side, tuple(groups.values()), np.array(rows, np.float32).round(3)))
    return found


def _key(parse: Parse, party: Party, head: int) -> object:
    """What makes two parties the same: the entity, or country, sector and noun."""
    return party.entity if party.entity is not None else (party.country, party.sector, parse.lemmas[head])

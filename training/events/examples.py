"""Labelled texts as examples that the event networks learn from: tokens with their types, predicates with their ends."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np

from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import actors, recipients
from newswire.extract.events.features import (
    MODALITIES,
    POLARITIES,
    Features,
    Meanings,
    Pairs,
    candidate_parties,
    features,
    pairs,
    readings_at,
)
from newswire.extract.events.network import ACTOR, RECIPIENT, ROLES
from newswire.extract.events.ontology import SYMMETRIC, TYPES
from newswire.extract.lexicons import Lexicons
from training.events.judgement import LONGER, unlabelled
from training.events.texts import Text

__all__ = ("Example", "example", "grouped", "marked_example", "parts", "thinned", "top_token")

# What the type that a label gives first is worth; its alternatives share the rest.
FIRST_TYPE = 0.75


@dataclass(frozen=True)
class Example:
    """One article. `words` are its tokens; `kinds` is what each should be taken for (none, then the types: shares), `counted`
    which tokens are judged; `status` polarity and modality of each predicate (-1: none); `roles` what share of each end each pair
    is, `weights` how much a pair is judged."""

    id: str
    words: list[str]
    columns: Features
    kinds: np.ndarray
    counted: np.ndarray
    status: np.ndarray
    pairs: Pairs
    roles: np.ndarray
    weights: np.ndarray


def top_token(parse: Parse, start: int, end: int) -> int | None:
    """The token of a stretch of text that hangs highest."""
    inside = parse.tokens(start, end)
    return min(inside, key=lambda token: (parse.depths[token], token)) if len(inside) else None


def example(row: dict[str, Any], text: Text, lexicons: Lexicons, meanings: Meanings) -> Example:
    """The example of a labelled article."""
    parse, known, entities, quotes = text.parse, text.known, text.entities, text.quotes
    columns = features(parse, known, quotes, paragraphs(parse.text), lexicons.predicates, meanings)
    n = len(parse)
    kinds = np.zeros((n, len(TYPES) + 1), np.float32)
    kinds[:, 0] = 1
    counted = np.ones(n, np.float32)
    status = np.full((n, 2), -1, np.int32)
    headline = parse.tokens(0, unlabelled(row))
    counted[headline.start : headline.stop] = 0
    labels: dict[int, dict[str, Any]] = {}
    for gold in row["events"]:
        anchor = top_token(parse, gold["predicate"]["start"], gold["predicate"]["end"])
        if anchor is None or anchor in labels:
            continue
        for token in parse.tokens(gold["predicate"]["start"], gold["predicate"]["end"]):
            if token != anchor and kinds[token, 0] == 1:
                counted[token] = 0
        counted[anchor] = 1
        kinds[anchor] = 0
        others = [TYPES.index(kind) + 1 for kind in gold["alternatives"] if kind in TYPES]
        kinds[anchor, TYPES.index(gold["type"]) + 1] = FIRST_TYPE if others else 1
        for kind in others:
            kinds[anchor, kind] += (1 - FIRST_TYPE) / len(others)
        status[anchor] = POLARITIES.index(gold["polarity"]), MODALITIES.index(gold["modality"])
        labels[anchor] = gold
    candidates = candidate_parties(parse, known)
    anchors = sorted(labels)
    found = pairs(parse, known, quotes, columns, candidates, anchors, [int(kinds[each].argmax()) for each in anchors])
    roles = np.zeros((len(found.anchors), ROLES), np.float32)
    weights = np.ones(len(found.anchors), np.float32)
    names = [{name.lower() for name in (entity.name, *entity.aliases)} for entity in entities]
    for i, (anchor, end) in enumerate(zip(found.anchors.tolist(), found.parties.tolist(), strict=True)):
        gold = labels[anchor]
        if anchor == end:
            continue
        party = known.get(end)
        low, high = (party.first, party.last) if party else (end, end)
        start, stop = parse.starts[low], parse.ends[high]
        for side, role in (("actors", ACTOR), ("recipients", RECIPIENT)):
            for one in gold[side]:
                most = len(parse.text[one["start"] : one["end"]].split()) + LONGER
                if one["start"] < stop and start < one["end"] and len(parse.text[start:stop].split()) <= most:
                    roles[i, role] = 1
        if not roles[i].any() and party is not None and party.entity is not None:
            named = {one["name"].lower() for side in ("actors", "recipients") for one in gold[side]}
            if named & names[party.entity]:
                weights[i] = 0  # the same party elsewhere in the sentence
    for anchor in anchors:
        of_anchor = np.flatnonzero(found.anchors == anchor)
        for role in range(ROLES):
            if not roles[of_anchor, role].any():
                roles[of_anchor[0], role] = 1
            roles[of_anchor, role] /= roles[of_anchor, role].sum()
    return Example(row["id"], list(parse.words), columns, kinds, counted, status, found, roles, weights)


# A sentence of PLV in which no predicate reaches this score is left out: nothing tells which word the coders meant.
CLEAR = 4.0


def marked_example(
    key: str,
    source: tuple[int, int],
    target: tuple[int, int],
    root: str,
    text: Text,
    lexicons: Lexicons,
    meanings: Meanings,
) -> Example | None:
    """The example of a sentence of PLV, which marks two ends and the root of what passes between them, but no predicate: that is
    the one that the lexicon and the grammar agree best on with the marks. Other predicates of the sentence are not judged.

    None where no predicate is clear.
    """
    parse, known, quotes = text.parse, text.known, text.quotes
    columns = features(parse, known, quotes, paragraphs(parse.text), lexicons.predicates, meanings)
    kinds_of_root = ("RETREAT", "CONCEDE") if root == "YIELD" else (root,)

    def touches(head: int, span: tuple[int, int]) -> bool:
        return parse.starts[known[head].first] < span[1] and span[0] < parse.ends[known[head].last]

    best, most = None, CLEAR
    sides: tuple[list[int], list[int]] = ([], [])
    for token, tag in enumerate(parse.tags):
        if tag[:2] not in ("VB", "NN") or (token in known and known[token].typed):
            continue
        readings = readings_at(parse, token, lexicons.predicates)
        fitting = [rank for rank, one in enumerate(readings) if one.type in kinds_of_root]
        doers = [end.head for end in actors(parse, token, known, tag[:2] == "VB")]
        others = [end.head for end in recipients(parse, token, known, frozenset(doers))]
        spans = (source, target)
        if root in SYMMETRIC and any(touches(end, target) for end in doers):
            spans = (target, source)
        told = any(touches(end, spans[0]) for end in doers), any(touches(end, spans[1]) for end in others)
        score = (3 / (1 + 0.3 * fitting[0]) if fitting else 0) + 2 * sum(told) - 0.2 * parse.depths[token]
        if score >= most:
            best, most = token, score
            sides = tuple([head for head in known if touches(head, span)] for span in spans)  # type: ignore[assignment]
    if best is None:
        return None
    n = len(parse)
    kinds = np.zeros((n, len(TYPES) + 1), np.float32)
    kinds[:, 0] = 1
    kinds[best] = 0
    for kind in kinds_of_root:
        kinds[best, TYPES.index(kind) + 1] = 1 / len(kinds_of_root)
    counted = np.array(
        [float(tag[:2] not in ("VB", "NN") or head in known) for head, tag in enumerate(parse.tags)], np.float32
    )
    counted[best] = 1
    found = pairs(parse, known, quotes, columns, candidate_parties(parse, known), [best], [int(kinds[best].argmax())])
    roles = np.zeros((len(found.anchors), ROLES), np.float32)
    for role, heads in ((ACTOR, sides[0]), (RECIPIENT, sides[1])):
        roles[:, role] = [float(end in heads and end != best) for end in found.parties.tolist()]
        if not roles[:, role].any():
            return None
        roles[:, role] /= roles[:, role].sum()
    return Example(
        key,
        list(parse.words),
        columns,
        kinds,
        counted,
        np.full((n, 2), -1, np.int32),
        found,
        roles,
        np.ones(len(roles), np.float32),
    )


def grouped(pairs: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The predicates of some pairs: the token of each, where its pairs begin, and how many they are."""
    anchors, starts = np.unique(pairs.anchors, return_index=True)
    return anchors, starts, np.diff(np.append(starts, len(pairs.anchors)))


def thinned(one: Example) -> Example:
    """The example without every other one of the paragraphs that tell no event: they are half of the text, and teach little. One
    without words, a break between lines, counts for none."""
    columns = one.columns
    keep = np.ones(len(columns.first), bool)
    quiet = 0
    for first in np.unique(columns.first):
        inside = slice(int(first), int(columns.last[first]) + 1)
        if columns.last[first] > first and (one.kinds[inside, 0] == 1).all():
            quiet += 1
            keep[inside] = bool(quiet % 2)
    return part(one, keep)


def part(one: Example, keep: np.ndarray) -> Example:
    """The example without the tokens that are not to be kept, and without the pairs of predicates among those."""
    columns = one.columns
    place = (np.cumsum(keep) - 1).astype(np.int32)
    above = np.maximum(columns.links, 0)
    kept = {field.name: getattr(columns, field.name)[keep] for field in fields(Features)}
    kept["links"] = np.where((columns.links >= 0) & keep[above], place[above], -1)[keep].astype(np.int32)
    kept["first"], kept["last"] = (place[getattr(columns, name)][keep] for name in ("first", "last"))
    pairs, told = one.pairs, keep[one.pairs.anchors]
    return replace(
        one,
        words=[word for word, inside in zip(one.words, keep.tolist(), strict=True) if inside],
        columns=Features(**kept),
        kinds=one.kinds[keep],
        counted=one.counted[keep],
        status=one.status[keep],
        pairs=Pairs(
            place[pairs.anchors][told], place[pairs.parties][told], pairs.columns[told], pairs.paths[told],
            place[pairs.governors][told],
        ),
        roles=one.roles[told],
        weights=one.weights[told],
    )  # fmt: skip


def parts(one: Example, most: int) -> list[Example]:
    """The example cut between paragraphs into parts of at most so many tokens, where no paragraph is longer."""
    count = len(one.words)
    cuts = [0]
    starts = [*np.unique(one.columns.first).tolist(), count]
    for begin, end in pairwise(starts):
        if end - cuts[-1] > most and begin > cuts[-1]:
            cuts.append(begin)
    index = np.arange(count)
    return [part(one, (begin <= index) & (index < end)) for begin, end in pairwise([*cuts, count])]

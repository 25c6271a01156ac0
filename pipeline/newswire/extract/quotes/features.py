"""What the quote networks read: each token of a parse as a row of small numbers.

Training and extraction share this module, so that what was learnt is what is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.document.token_columns import (
    DEPS,
    NONE,
    TAGS,
    bounded,
    deps_of,
    lemmas_of,
    links_of,
    tags_of,
    words_of,
)
from newswire.extract.quotes.cues import Cues

__all__ = (
    "COLUMNS",
    "DISTANCES",
    "MARK",
    "PATHS",
    "WINDOW",
    "Features",
    "Windows",
    "features",
    "reach",
    "windows",
)

Ints = npt.NDArray[np.int32]

# A cue's content and source lie within this many tokens to either side of it, in 99 of 100 attributions of PolNeAR's train.
WINDOW: Final = 64

STANCES: Final = (
    "neutral",
    "assertive",
    "denying",
    "accusing",
    "demanding",
    "committing",
    "supporting",
    "conceding",
    "questioning",
    "speculating",
)
KINDS: Final = ("speech", "document", "thought", "intent")
# How many different values each embedded column has.
COLUMNS: Final = {
    "tag": len(TAGS) + 1,
    "dep": len(DEPS) + 1,
    "shape": 8,
    "sense": len(STANCES) * len(KINDS) + 1,
    "mark": 16,
    "place": 16,
}

# The column that says how a token stands to quote marks: 0 outside them.
MARK: Final = tuple(COLUMNS).index("mark")


@dataclass(frozen=True, slots=True)
class Features:
    """The columns of one text, one row a token.

    `words` and `lemmas` have two buckets each. `links` are token indexes: the head (the token itself at a root), the subject
    and the complement of the token, NONE where there is none. `first` and `last` bound the paragraph (inclusive).
    """

    words: Ints
    lemmas: Ints
    columns: Ints
    links: Ints
    first: Ints
    last: Ints
    deps: Ints
    sentences: Ints
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """The surroundings of some tokens (anchors), laid end to end, one row a position.

    `tokens` is the token at each position, `anchors` the row of its window, `offsets` where each window begins (and, last,
    the number of positions); `distance` and `path` are embedded columns that say how the position lies to the anchor in the
    text and in the tree; `heads` is the position of the token's head, NONE outside the window.
    """

    tokens: Ints
    anchors: Ints
    offsets: Ints
    distance: Ints
    path: Ints
    heads: Ints


# Positions lie exactly so many tokens off up to 8, then in coarser steps.
STEPS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 17, 22, 29, 38, 50)
DISTANCES: Final = 2 * len(STEPS)
# Below the anchor, beside it below its head, or elsewhere in its sentence: each by the label of the branch; above it; itself;
# another sentence.
PATHS: Final = 3 * (len(DEPS) + 1) + 3
# How far up the tree the way from a token to the anchor is followed; deeper ones count as elsewhere.
CLIMB: Final = 12


def features(parse: Parse, marked: list[Quotation], bounds: list[tuple[int, int]], cues: Cues) -> Features:
    """The columns of a parse, given its quotations, its paragraphs and the cue lexicon."""
    n = len(parse)
    words = words_of(parse)
    columns = np.zeros((n, len(COLUMNS)), np.int32)
    columns[:, 0], columns[:, 1], columns[:, 2] = tags_of(parse), deps_of(parse), words[:, 2]
    columns[:, 3] = _senses(parse, cues)
    columns[:, 4] = _marks(parse, marked)
    first, last = bounded(parse, bounds)
    sentences = np.zeros(n, np.int32)
    sentences[parse.sentence_starts] = 1
    index = np.arange(n, dtype=np.int32)
    columns[:, 5] = sentences + 2 * np.append(sentences[1:], 1)[:n] + 4 * (first == index) + 8 * (last == index)
    vectors = parse.vectors if parse.vectors is not None else np.zeros((n, 0), np.float32)
    return Features(
        words[:, :2],
        lemmas_of(parse),
        columns,
        links_of(parse),
        first,
        last,
        columns[:, 1],
        np.cumsum(sentences, dtype=np.int32),
        vectors,
    )


def reach(features: Features, anchors: Any) -> tuple[Any, Any]:
    """The first and the last token of the window around an anchor, or around each of several."""
    return np.maximum(features.first[anchors], anchors - WINDOW), np.minimum(features.last[anchors], anchors + WINDOW)


def windows(features: Features, anchors: Ints) -> Windows:
    """The windows of the given tokens: the paragraph around each, at most WINDOW tokens to either side."""
    start, last = reach(features, anchors)
    end = last + 1
    lengths = end - start
    offsets = np.zeros(len(anchors) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    rows = np.repeat(np.arange(len(anchors), dtype=np.int32), lengths)
    position = np.arange(offsets[-1], dtype=np.int32)
    tokens = position - offsets[rows] + start[rows]
    anchor = anchors[rows]
    away = tokens - anchor
    steps = np.searchsorted(STEPS, np.abs(away), side="right").astype(np.int32) - 1
    head = features.links[tokens, 0]
    inside = (head >= start[rows]) & (head < end[rows]) & (head != tokens)
    heads = np.where(inside, head - start[rows] + offsets[rows], NONE).astype(np.int32)
    return Windows(
        tokens.astype(np.int32),
        rows,
        offsets,
        np.where(away < 0, steps + len(STEPS), steps).astype(np.int32),
        _paths(features, tokens, anchor),
        heads,
    )


def _paths(features: Features, tokens: Ints, anchor: Ints) -> Ints:
    """How each token lies to its anchor in the tree."""
    heads, deps, labels = features.links[:, 0], features.deps, len(DEPS) + 1
    above = heads[anchor]
    path = np.where(features.sentences[tokens] == features.sentences[anchor], 2 * labels, 3 * labels + 2)
    path[tokens == above] = 3 * labels
    path[tokens == anchor] = 3 * labels + 1
    open_ = np.flatnonzero(path == 2 * labels)
    at, goal, upper = tokens[open_], anchor[open_], above[open_]
    for _ in range(CLIMB):
        if not len(open_):
            break
        head = heads[at]
        below = head == goal
        beside = (head == upper) & ~below
        path[open_[below]] = deps[at[below]]
        path[open_[beside]] = labels + deps[at[beside]]
        top = head == at
        path[open_[top]] = 2 * labels + deps[at[top]]
        left = ~(below | beside | top)
        open_, at, goal, upper = open_[left], head[left], goal[left], upper[left]
    return path.astype(np.int32)


def _senses(parse: Parse, cues: Cues) -> list[int]:
    """For each token the number of its sense as a cue, 0 where the lexicon has none for it."""
    found = [0] * len(parse)
    for token, lemma in enumerate(parse.lemmas):
        sense = cues.at(parse, token) if lemma in cues.lemmas else None
        if sense is not None and sense.stance in STANCES and sense.kind in KINDS:
            found[token] = 1 + STANCES.index(sense.stance) * len(KINDS) + KINDS.index(sense.kind)
    return found


def _marks(parse: Parse, marked: list[Quotation]) -> Ints:
    """Whether a token stands in quote marks, where in them, in how long a quotation, and whether it is nested."""
    column = np.zeros(len(parse), np.int32)
    for quotation in marked:
        inside = parse.tokens(quotation.start, quotation.end)
        if not len(inside):
            continue
        if quotation.nested:
            column[inside.start : inside.stop] |= 8
            continue
        # Up to seven tokens with both marks: such short ones are often no quotes.
        kind = 1 if len(inside) > 7 else 4
        column[inside.start : inside.stop] = kind
        column[inside.start] = kind + 1
        column[inside.stop - 1] = kind + 2
    return column

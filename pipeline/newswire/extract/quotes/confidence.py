"""Confidence: how likely an attribution that the networks read is right.

Each feature of an attribution is a number. Two forests of small decision trees over them, learnt on articles that the networks
did not learn from, tell how likely the content is right, and how likely the source is if the content is. The trees are
*oblivious*: all nodes of one depth ask the same question, so that the answers, read as the digits of a number, say in which leaf
an attribution ends. Training and extraction share this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.forests import forest_sums, logistic
from newswire.extract.quotes.features import COLUMNS, MARK, Features, Windows
from newswire.extract.quotes.network import CONTENT, SOURCE

__all__ = ("ATTRIBUTION_FEATURES", "DIGITS", "NO_SOURCE", "attribution_features", "score_attributions")

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

TAG, DEP, SENSE = (tuple(COLUMNS).index(name) for name in ("tag", "dep", "sense"))

# In the order of `attribution_features`, which says what they are.
ATTRIBUTION_FEATURES: Final = (
    "score", "margin", "least margin", "first margin", "last margin", "source margin", "length", "quoted", "inside", "rivals",
    "holds", "before", "behind", "begins", "ends", "source begins", "source length", "cue ends", "subject", "complement",
    "paragraph", "position", "tag", "dep", "sense", "head tag", "head dep", "source tag", "source dep", "first tag", "last tag",
    "last mark", "tag before", "tag behind",
)  # fmt: skip

# Scores and features are rounded so far before they are compared: sums of another order, as other batches or processors make
# them, differ in the sixth place.
DIGITS: Final = 3

# What counts as the score of another cue where no other cue's content holds this one.
NO_OTHER: Final = -5.0

# Neighbours further off than this many tokens are all the same.
FAR: Final = 99

# What stands for a feature of a source where there is none.
NO_SOURCE: Final = -99


def attribution_features(
    columns: Features,
    scores: Floats,
    around: Windows,
    stay: Floats,
    labels: npt.NDArray[np.int8],
    spans: Ints,
) -> Floats:
    """The features of each anchor, one row each.

    `scores` are the anchors' own, `stay` the score of each label at each position of their windows and `labels` the best
    sequence. `spans` has a row of six tokens for each: the anchor, the last one of its cue, and the first and the last one of
    content and source (NO_SOURCE twice without one).

    A *margin* is by how much a label beats the second best one; of content there are the mean, the least, and those at both ends.
    *Inside* is by how much the surest cue whose content holds the anchor is surer, *holds* the surest cue in its own content, and
    *rivals* the number of other cues that claim a word of it, on average. Distances are in tokens from the anchor.
    """
    anchor, cue_last, first, last, source_first, source_last = spans.T
    starts = around.offsets[:-1]
    shift = starts - around.tokens[starts]  # from a token to its position in the window of each
    sourced = source_first >= 0
    content, of_source = labels == CONTENT, labels == SOURCE
    length = np.maximum(np.add.reduceat(content, starts, dtype=np.float32), 1)
    source_length = np.maximum(np.add.reduceat(of_source, starts, dtype=np.float32), 1)
    best = np.partition(stay, -2, axis=1)
    margin = best[:, -1] - best[:, -2]
    tags, deps, senses, marks = (columns.columns[:, i] for i in (TAG, DEP, SENSE, MARK))
    # For each token the surest of the cues whose content holds it, their number, and its score as a cue.
    rows, held = around.anchors[content], around.tokens[content]
    count = len(tags)
    surest = np.full(count, NO_OTHER, np.float32)
    np.maximum.at(surest, held, scores[rows])
    claims = np.bincount(held, minlength=count)
    own = np.full(count, NO_OTHER, np.float32)
    own[anchor] = scores
    gaps = np.minimum(np.diff(anchor, prepend=-FAR, append=count + FAR), FAR)
    head, subject, complement = columns.links[anchor].T
    source = np.maximum(source_last, 0)
    found: Floats = np.stack(
        [
            scores,
            np.add.reduceat(margin * content, starts) / length,
            np.minimum.reduceat(np.where(content, margin, np.inf), starts),
            margin[first + shift],
            margin[last + shift],
            np.where(sourced, np.add.reduceat(margin * of_source, starts) / source_length, NO_SOURCE),
            length,
            np.add.reduceat(content & (marks[around.tokens] > 0), starts, dtype=np.float32) / length,
            surest[anchor] - scores,
            np.bincount(rows, claims[held] - 1, minlength=len(anchor)) / length,
            np.maximum.reduceat(np.where(content, own[around.tokens], NO_OTHER), starts),
            gaps[:-1],
            gaps[1:],
            first - anchor,
            last - anchor,
            np.where(sourced, source_first - anchor, NO_SOURCE),
            np.where(sourced, source_last - source_first, NO_SOURCE),
            cue_last - anchor,
            np.where(subject >= 0, (source_first <= subject) & (subject <= source_last), -1),
            np.where(complement >= 0, (first <= complement) & (complement <= last), -1),
            columns.last[anchor] - columns.first[anchor],
            anchor - columns.first[anchor],
            tags[anchor],
            deps[anchor],
            senses[anchor],
            tags[head],
            deps[head],
            np.where(sourced, tags[source], -1),
            np.where(sourced, deps[source], -1),
            tags[first],
            tags[last],
            marks[last],
            tags[np.maximum(first - 1, 0)],
            tags[np.minimum(last + 1, count - 1)],
        ],
        axis=1,
    )
    return found.astype(np.float32).round(DIGITS)


def score_attributions(weights: Mapping[str, Any], features: Floats) -> tuple[Floats, Floats]:
    """Of each attribution the score by which it is kept, and the probability that it is right, of its features.

    It is right when at least half of the words of its content are, and its source is. The score is the logit of the mean of
    that probability and of the probability that the content alone is right: so what is kept serves those who count quotes and
    those who count speakers alike.
    """
    content = logistic(forest_sums(weights, "trust.content", features))
    both = content * logistic(forest_sums(weights, "trust.source", features))
    mean = (content + both) / 2
    return np.log(mean / (1 - mean)).astype(np.float32), both

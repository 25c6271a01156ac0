"""Trust: what tells how far an attribution that the networks read can be believed.

Each trait is a number; a logistic regression over them, fitted on articles that the networks did not learn from, gives the
probability that the attribution is right. Training and extraction share this module.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.features import Windows
from pipeline.extract.network import CONTENT, SOURCE

__all__ = ("TRAITS", "traits")

Floats = npt.NDArray[np.float32]

# Of the anchor: its score, and its score where that is low; then of the sequence, see `traits`.
TRAITS: Final = ("score", "low score", "margin", "source", "length", "quoted", "inside")

# Above it a score tells little more.
HIGH: Final = 2.0

# What counts as the score of another cue where no other cue's content holds this one.
NO_OTHER: Final = -3.0


def traits(
    scores: Floats,
    anchors: npt.NDArray[np.int32],
    around: Windows,
    stay: Floats,
    labels: npt.NDArray[np.int8],
    quoted: npt.NDArray[np.bool_],
) -> Floats:
    """The traits of each anchor, one row each.

    `scores` are the anchors' own, `stay` the score of each label at each position of their windows and `labels` the best
    sequence; `quoted` says of each token of the text whether it stands in quote marks. Beside the scores: by how much the
    labels of the content beat the second best ones, whether there is a source, the logarithm of the content's length, which
    share of it is quoted, and by how much the surest cue whose content holds the anchor is surer.
    """
    starts = around.offsets[:-1]
    content = labels == CONTENT
    length = np.add.reduceat(content, starts, dtype=np.float32)
    best = np.partition(stay, -2, axis=1)
    margin = np.add.reduceat((best[:, -1] - best[:, -2]) * content, starts)
    inside = np.full(len(quoted), NO_OTHER, np.float32)
    np.maximum.at(inside, around.tokens[content], scores[around.anchors[content]])
    some = np.maximum(length, 1)
    return np.stack(
        [
            scores,
            np.minimum(scores, HIGH),
            margin / some,
            np.add.reduceat(labels == SOURCE, starts, dtype=np.float32) > 0,
            np.log1p(length),
            np.add.reduceat(content & quoted[around.tokens], starts, dtype=np.float32) / some,
            inside[anchors] - scores,
        ],
        axis=1,
    ).astype(np.float32)

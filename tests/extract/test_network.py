"""The quote networks' arithmetic, against its definition."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.network import CUE, LABELS, gathered, viterbi

LENGTHS = st.lists(st.integers(1, 4), max_size=4)
# Whole numbers, so that sums are exact and equal sequences are really equal.
SCORES = st.integers(-5, 5)


def total(scores: np.ndarray, labels: tuple[int, ...]) -> float:
    """The score of a sequence of labels: being in each, entering one, leaving the one before."""
    sum_ = scores[0, 0, labels[0]] + scores[0, 1, labels[0]] + scores[-1, 2, labels[-1]]
    for i in range(1, len(labels)):
        sum_ += scores[i, 0, labels[i]]
        if labels[i] != labels[i - 1]:
            sum_ += scores[i, 1, labels[i]] + scores[i - 1, 2, labels[i - 1]]
    return float(sum_)


@given(LENGTHS, st.data())
def test_no_sequence_of_labels_is_better_than_the_one_found(lengths: list[int], data: st.DataObject) -> None:
    offsets = np.cumsum([0, *lengths]).astype(np.int32)
    drawn = data.draw(st.lists(SCORES, min_size=int(offsets[-1]) * 3 * LABELS, max_size=int(offsets[-1]) * 3 * LABELS))
    scores = np.array(drawn, np.float32).reshape(-1, 3, LABELS)
    anchors = [data.draw(st.integers(0, length - 1)) for length in lengths]
    found = viterbi(scores.copy(), offsets, offsets[:-1] + np.array(anchors, np.int32))
    for begin, end, anchor in zip(offsets[:-1], offsets[1:], anchors, strict=True):
        labels = tuple(map(int, found[begin:end]))
        assert labels[anchor] == CUE
        allowed = (one for one in product(range(LABELS), repeat=int(end - begin)) if one[anchor] == CUE)
        assert total(scores[begin:end], labels) == max(total(scores[begin:end], one) for one in allowed)


def test_a_row_sees_its_neighbours_within_bounds_and_its_links() -> None:
    values = np.array([[1.0], [2.0], [3.0], [4.0]], np.float32)
    first, last = np.array([0, 0, 2, 2]), np.array([1, 1, 3, 3])
    seen = gathered(values, 1, first, last, np.array([[-1], [0], [3], [2]]))
    assert seen.tolist() == [[1, 0, 2, 0], [2, 1, 0, 1], [3, 0, 4, 4], [4, 3, 0, 3]]

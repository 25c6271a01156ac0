"""The quote networks' arithmetic, against its definition."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.layers import BLOCK, bias, layers_in_blocks, neighbours, rows_in_blocks
from newswire.extract.quotes.network import CUE, LABELS, viterbi

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
    first, last = np.array([0, 0, 2, 2]), np.array([1, 1, 3, 3])
    rows = neighbours(1, first, last, np.array([[-1], [0], [3], [2]]))
    assert rows.tolist() == [[0, 4, 1, 4], [1, 0, 4, 0], [2, 4, 3, 3], [3, 2, 4, 2]]


def normalised(rows: np.ndarray) -> np.ndarray:
    """Rows with the mean 0 and the variance 1, then doubled, and a half more."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    found: np.ndarray = centred / np.sqrt(rows.var(axis=1, keepdims=True) + 1e-5) * 2 + 0.5
    return found


def weights_of(rng: np.random.Generator, *names: str) -> dict[str, np.ndarray]:
    found = {}
    for name in names:
        found[f"{name}.w"] = rng.standard_normal((20, 4)).astype(np.float32)
        found[f"{name}.b"] = np.ones(4, np.float32)
        found[f"{name}.gain"], found[f"{name}.bias"] = np.full(4, 2, np.float32), np.full(4, 0.5, np.float32)
    return found


@given(st.integers(1, 2 * BLOCK + 3))
def test_layers_in_blocks_are_the_layers(count: int) -> None:
    rng = np.random.default_rng(count)
    values = rng.standard_normal((count, 4)).astype(np.float32)
    first, last = np.zeros(count, int), np.full(count, count - 1)
    links = rng.integers(-1, count, (count, 2))
    weights = weights_of(rng, "x.0", "x.1")
    expected = values
    for name, dilation in (("x.0", 2), ("x.1", 1)):
        rows = neighbours(dilation, first, last, links)
        seen = np.vstack([expected, np.zeros((1, 4))])[rows].reshape(count, -1)
        expected = normalised(expected + np.maximum(seen @ weights[f"{name}.w"] + 1, 0))
    found = layers_in_blocks(weights, "x", values, first, last, links, (2, 1))
    assert np.allclose(found, expected, atol=1e-3)


@given(st.integers(1, 2 * BLOCK + 3))
def test_rows_in_blocks_are_the_normalised_sums_of_rows_of_tables(count: int) -> None:
    rng = np.random.default_rng(count)
    one, other = (rng.standard_normal((size, 4)).astype(np.float32) for size in (7, 3))
    rows, others = rng.integers(0, 7, count), rng.integers(0, 3, count)
    weights = weights_of(rng, "x")
    found = rows_in_blocks(weights, "x", [(one, rows), bias(weights, "x", count), (other, others)])
    assert np.allclose(found, normalised(one[rows] + other[others] + 1), atol=1e-3)

"""How far attributions can be believed: the forests' arithmetic, and what they learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.quotes.confidence import ATTRIBUTION_FEATURES, score_attributions
from training.quotes.confidence import forest


def forests(trait: np.ndarray, above: np.ndarray, leaf: np.ndarray, bias: float) -> dict[str, object]:
    """The same forest twice, as the weights have it."""
    parts = {"trait": trait, "above": above, "leaf": leaf, "bias": np.float32(bias)}
    return {f"trust.{name}.{part}": value for name in ("content", "source") for part, value in parts.items()}


@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 5))
def test_each_tree_adds_the_leaf_that_its_answers_lead_to(trees: int, depth: int, rows: int) -> None:
    chance = np.random.default_rng(trees + 10 * depth + 100 * rows)
    feature = chance.integers(0, 4, (trees, depth)).astype(np.int16)
    above = chance.standard_normal((trees, depth)).astype(np.float32)
    leaf = chance.standard_normal((trees, 1 << depth)).astype(np.float32)
    features = chance.standard_normal((rows, 4)).astype(np.float32)
    _, both = score_attributions(forests(feature, above, leaf, 0.5), features)
    for row, found in zip(features, both, strict=True):
        total = 0.5
        for tree in range(trees):
            reached = 0
            for level in range(depth):
                reached += (row[feature[tree, level]] > above[tree, level]) << level
            total += leaf[tree, reached]
        assert found == pytest.approx((1 / (1 + np.exp(-total))) ** 2, rel=1e-3)


def test_the_score_lies_between_what_speaks_for_the_content_and_for_both() -> None:
    """Content at a probability of one half, its source at one half of that: the mean is 0.375."""
    none = forests(np.zeros((1, 1), np.int16), np.zeros((1, 1), np.float32), np.zeros((1, 2), np.float32), 0.0)
    scores, both = score_attributions(none, np.zeros((1, len(ATTRIBUTION_FEATURES)), np.float32))
    assert both.tolist() == [0.25]
    assert scores[0] == pytest.approx(np.log(0.375 / 0.625), rel=1e-5)


def test_a_forest_learns_what_two_features_say_only_together() -> None:
    chance = np.random.default_rng(7)
    features = chance.integers(0, 2, (2000, 3)).astype(np.float32)
    right = (features[:, 0] != features[:, 2]) ^ (chance.random(2000) < 0.1)
    _, both = score_attributions(forests(**forest(features, right)), features)
    learnt = np.sqrt(both)  # the same forest stands for the content and for the source
    assert learnt[features[:, 0] != features[:, 2]] == pytest.approx(0.9, abs=0.06)
    assert learnt[features[:, 0] == features[:, 2]] == pytest.approx(0.1, abs=0.06)


def test_the_same_examples_grow_the_same_forest() -> None:
    features = np.random.default_rng(7).standard_normal((300, 4)).astype(np.float32)
    right = features[:, 1] > 0
    one, other = (forest(features, right, trees=5) for _ in range(2))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_questions_lie_between_the_values_that_a_feature_has() -> None:
    features = np.random.default_rng(7).integers(0, 9, (400, 2)).astype(np.float32)
    grown = forest(features, features.sum(axis=1) > 8, trees=5)
    assert not np.isin(grown["above"], features).any()

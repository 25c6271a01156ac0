"""Forests of oblivious trees, against a walk through each tree."""

from __future__ import annotations

import numpy as np
import pytest

from newswire.extract.document.forests import BLOCK, forest_sums


@pytest.mark.parametrize("count", [0, 1, BLOCK, 2 * BLOCK + 3])
def test_a_row_gets_the_sum_of_the_leaves_that_its_answers_lead_to(count: int) -> None:
    rng = np.random.default_rng(count)
    weights: dict[str, np.ndarray] = {
        "x.trait": rng.integers(0, 6, (7, 3)).astype(np.int16),
        "x.above": rng.standard_normal((7, 3)).astype(np.float32),
        "x.leaf": rng.standard_normal((7, 8)).astype(np.float32),
        "x.bias": np.array(0.5, np.float32),
    }
    features = rng.standard_normal((count, 6)).astype(np.float32)
    expected = np.full(count, 0.5, np.float32)
    for number, row in enumerate(features):
        for tree in range(7):
            answers = row[weights["x.trait"][tree]] > weights["x.above"][tree]
            expected[number] += weights["x.leaf"][tree][int(answers @ [1, 2, 4])]
    assert np.allclose(forest_sums(weights, "x", features), expected, atol=1e-5)

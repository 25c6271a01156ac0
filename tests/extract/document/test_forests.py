"""Forests of oblivious trees, against a walk through each tree."""

from __future__ import annotations

import numpy as np
import pytest

from newswire.extract.document.forests import BLOCK, forest_sums


@pytest.mark.parametrize("count", [0, 1, BLOCK, 2 * BLOCK + 3])
def test_a_row_gets_the_sum_of_the_leaves_that_its_answers_lead_to(count: int) -> None:
    rng = np.random.default_rng(count)
    weights = {
        "x.trait": rng.integers(0, 6, (7, 3)).astype(np.int16),
        "x.above": rng.standard_normal((7, 3)).astype(np.float32),
        "x.leaf": rng.standard_normal((7, 8)).astype(np.float32),
        "x.bias": np.float32(0.5),
    }
    features = rng.standard_normal((count, 6)).astype(np.float32)
    expected = [
        0.5
        + sum(
            leaf[
                sum(2**depth * bool(row[asked] > above) for depth, (asked, above) in enumerate(zip(*tree, strict=True)))
            ]
            for *tree, leaf in zip(weights["x.trait"], weights["x.above"], weights["x.leaf"], strict=True)
        )
        for row in features
    ]
    assert np.allclose(forest_sums(weights, "x", features), np.array(expected, np.float32), atol=1e-5)

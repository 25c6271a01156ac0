"""The forest of confidence, learnt from two kinds of labels."""

import numpy as np

from newswire.extract.document.forests import forest_sums, logistic
from training.events.trust import trust_forest


def test_confidence_is_that_of_the_gold_where_labels_of_our_own_count_more_as_right() -> None:
    chance = np.random.default_rng(0)
    features = chance.random((2000, 2), np.float32)
    gold = np.arange(2000) % 4 == 0
    right = chance.random(2000) < np.where(gold, 0.2, 0.8)
    weights = trust_forest(list(zip(features, right.tolist(), gold.tolist(), strict=True)), "trust")
    sure = logistic(forest_sums(weights, "trust", features))
    assert 0.1 < sure.mean() < 0.3


def test_labels_of_our_own_teach_what_they_share_with_the_gold() -> None:
    chance = np.random.default_rng(0)
    features = chance.integers(0, 2, (2000, 2)).astype(np.float32)
    gold = np.arange(2000) % 40 == 0
    right = features[:, 1] > 0
    weights = trust_forest(list(zip(features, right.tolist(), gold.tolist(), strict=True)), "trust")
    sure = logistic(forest_sums(weights, "trust", features))
    assert sure[right].min() > 0.5 > sure[~right].max()


def test_a_forest_of_confidence_has_the_name_that_it_is_given() -> None:
    told = [(np.full(2, number, np.float32), number > 20, True) for number in range(40)]
    assert {name.partition(".")[0] for name in trust_forest(told, "brief")} == {"brief"}

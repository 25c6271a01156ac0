"""How the networks' scores become events: who competes with whom."""

from __future__ import annotations

import numpy as np

from newswire.extract.events.network import shares_of
from newswire.extract.events.predictions import load_event_networks


def test_the_pairs_of_one_predicate_share_one_probability() -> None:
    scores = np.array([[0, 0], [1, 0], [5, 5], [5, 5]], np.float32)
    shares = shares_of(scores, np.array([0, 2, 4]))
    assert np.allclose(shares[:2].sum(axis=0), 1)
    assert np.allclose(shares[2:], 0.5)


def test_the_weights_of_the_package_load_once() -> None:
    assert load_event_networks() is load_event_networks()
    assert 0 < load_event_networks().threshold < 1

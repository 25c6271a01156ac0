"""How the networks' scores become events: who competes with whom, and which ends go together."""

from __future__ import annotations

import numpy as np

from newswire.extract.events.predictions import load_event_networks, shares_of, sides_of
from tests.extract.handmade import handmade

MEETING = """
Peru   NNP  nsubj  met
and    CC   cc     Peru
Chile  NNP  conj   Peru
met    VBD  ROOT   met    meet
Togo   NNP  dobj   met
"""


def test_the_pairs_of_one_predicate_share_one_probability() -> None:
    scores = np.array([[0, 0], [1, 0], [5, 5], [5, 5]], np.float32)
    shares = shares_of(scores, np.array([0, 2, 4]))
    assert np.allclose(shares[:2].sum(axis=0), 1)
    assert np.allclose(shares[2:], 0.5)


def roles(*rows: tuple[float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def test_a_side_is_the_likeliest_party_with_those_coordinated_with_it() -> None:
    parse = handmade(MEETING)
    found = sides_of(parse, roles((0.1, 0.1), (0.6, 0.0), (0.2, 0.1), (0.1, 0.8)), [3, 0, 2, 4])
    assert found == ((0, 2), (4,))


def test_another_party_that_is_not_coordinated_is_left_out() -> None:
    parse = handmade(MEETING)
    found = sides_of(parse, roles((0.0, 0.1), (0.5, 0.0), (0.0, 0.1), (0.4, 0.3)), [3, 0, 2, 4])
    assert found == ((0,), (4,))


def test_where_nobody_is_likeliest_the_side_is_empty() -> None:
    parse = handmade(MEETING)
    assert sides_of(parse, roles((0.9, 0.1), (0.1, 0.1), (0.0, 0.1), (0.0, 0.7)), [3, 0, 2, 4]) == ((), (4,))


def test_the_weights_of_the_package_load_once() -> None:
    assert load_event_networks() is load_event_networks()
    assert 0 < load_event_networks().threshold < 1

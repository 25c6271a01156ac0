"""How the networks' scores become events: who competes with whom."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from newswire.extract.events.confidence import EVENT_FEATURES, cautious
from newswire.extract.events.network import shares_of
from newswire.extract.events.parties import all_parties, parties
from newswire.extract.events.predictions import (
    MEMBER_MARK,
    EventNetworks,
    Prediction,
    load_event_networks,
    pooled,
)
from newswire.extract.language.model import LanguageModel
from newswire.extract.lexicons import Lexicons


def test_the_pairs_of_one_predicate_share_one_probability() -> None:
    scores = np.array([[0, 0], [1, 0], [5, 5], [5, 5]], np.float32)
    shares = shares_of(scores, np.array([0, 2, 4]))
    assert np.allclose(shares[:2].sum(axis=0), 1)
    assert np.allclose(shares[2:], 0.5)


def test_the_weights_of_the_package_load_once() -> None:
    assert load_event_networks() is load_event_networks()
    assert 0 < load_event_networks().threshold < 1


def test_networks_are_averaged_and_confidence_hears_of_the_one_that_gives_least(model: LanguageModel) -> None:
    with (files("newswire.extract") / "weights" / "event_networks.npz").open("rb") as file, np.load(file) as arrays:
        weights = dict(arrays)
    lists = Lexicons.load()
    (parse,) = model.parse(["Togolese troops shelled a Ghanaian village near the border."])
    known = all_parties(parse, [], parties(parse, [], lists.gazetteer, lists.event_words))

    def features(*numbers: str) -> dict[str, float]:
        chosen = {
            name: value
            for name, value in weights.items()
            if MEMBER_MARK not in name or name.split(MEMBER_MARK)[0] in numbers
        }
        (found,) = EventNetworks(chosen).predict(parse, known, [], lists.predicates, [])
        return dict(zip(EVENT_FEATURES, found.features.tolist(), strict=True))

    one, other, both = features("0"), features("1"), features("0", "1")
    for name in ("type", "actor", "recipient"):
        assert one[name] != other[name]
        assert both[name] == pytest.approx((one[name] + other[name]) / 2, abs=2e-3)
        assert both[f"least {name}"] == min(one[name], other[name])


@pytest.mark.parametrize(
    ("more", "forest"), [("It rained. They left.", "brief"), ("It rained. They left. It snowed.", "trust")]
)
def test_a_brief_has_a_forest_of_confidence_of_its_own(model: LanguageModel, more: str, forest: str) -> None:
    with (files("newswire.extract") / "weights" / "event_networks.npz").open("rb") as file, np.load(file) as arrays:
        weights = dict(arrays)
    lists = Lexicons.load()
    (parse,) = model.parse([f"Togolese troops shelled a Ghanaian village near the border. {more}"])
    known = all_parties(parse, [], parties(parse, [], lists.gazetteer, lists.event_words))

    def surest(chosen: dict[str, np.ndarray]) -> float:
        return max(one.confidence for one in EventNetworks(chosen).predict(parse, known, [], lists.predicates, []))

    doubting = {**weights, f"{forest}.bias": weights[f"{forest}.bias"] - np.float32(20)}
    assert surest(weights) > 0.3
    assert surest(doubting) < 0.01


def test_predicates_that_tell_one_event_have_one_confidence_together(model: LanguageModel) -> None:
    (parse,) = model.parse(["Fiji and Tonga held a round of talks and left. Fiji and Tonga talked again."])
    held, talks, left, talked = (parse.words.index(word) for word in ("held", "talks", "left", "talked"))

    def shares(*told: tuple[int, int, tuple[int, ...], float]) -> list[float]:
        predictions = [
            Prediction(anchor, kind, actors, (), np.zeros(1, np.float32), confidence=share)
            for anchor, kind, actors, share in told
        ]
        return [one.confidence for one in pooled(parse, predictions)]

    fiji, tonga = parse.words.index("Fiji"), parse.words.index("Tonga")
    assert shares((held, 1, (fiji,), 0.2), (talks, 1, (fiji,), 0.5)) == pytest.approx([0, 0.6])
    assert shares((held, 1, (fiji, tonga), 0.4), (talks, 1, (tonga, fiji), 0.5)) == pytest.approx([0, 0.7])
    # A verb and its object do so whatever their types.
    assert shares((held, 2, (fiji,), 0.2), (talks, 1, (fiji,), 0.5)) == pytest.approx([0, 0.6])
    # Of another type, between others or in another sentence, it is another event.
    assert shares((held, 1, (fiji,), 0.2), (left, 2, (fiji,), 0.5)) == pytest.approx([0.2, 0.5])
    assert shares((held, 1, (fiji,), 0.2), (talks, 1, (tonga,), 0.5)) == pytest.approx([0.2, 0.5])
    assert shares((held, 1, (fiji,), 0.2), (talked, 1, (fiji,), 0.5)) == pytest.approx([0.2, 0.5])
    assert shares((held, 1, (fiji,), 0.5), (talks, 1, (fiji,), 0.5)) == pytest.approx([0.75, 0])


def test_the_networks_tell_one_event_of_a_light_verb_and_its_noun_once(model: LanguageModel) -> None:
    (parse,) = model.parse(["The ministers held consultations with the Ghanaian regulator."])
    lists = Lexicons.load()
    known = all_parties(parse, [], parties(parse, [], lists.gazetteer, lists.event_words))
    found = load_event_networks().predict(parse, known, [], lists.predicates, [])
    assert {parse.words[one.anchor] for one in found} >= {"held", "consultations"}
    assert sum(one.confidence > 0 for one in found if one.kind == found[0].kind) == 1


def test_confidence_is_lower_than_the_probability_and_in_its_order() -> None:
    shares = [0, 0.1, 0.5, 0.60, 0.9, 1]
    told = [cautious(share) for share in shares]
    assert told == sorted(told)
    assert all(low < share for low, share in zip(told[1:-1], shares[1:-1], strict=True))
    assert told[0] == 0
    assert told[-1] == pytest.approx(1)
    assert told[3] == pytest.approx(0.5, abs=0.005)

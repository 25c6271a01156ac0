import pytest

from newswire.extract.entities.choices import ChoiceModel


def test_probabilities_are_the_shares_of_the_evidence() -> None:
    model = ChoiceModel({"near": 1.0, "often": 1.0})
    near, both, none = model.probabilities([["near"], ["near", "often"], []])
    assert near + both + none == pytest.approx(1)
    assert both / near == pytest.approx(near / none)


def test_a_trait_that_was_never_learnt_weighs_nothing() -> None:
    model = ChoiceModel({"near": 1.0})
    assert model.probabilities([["unheard"], []]) == [0.5, 0.5]


def test_evidence_beyond_all_measure_is_no_overflow() -> None:
    assert ChoiceModel({"certain": 1e6}).probabilities([["certain"], []]) == [1.0, 0.0]

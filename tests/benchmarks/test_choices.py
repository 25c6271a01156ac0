"""The fit by which roles and countries are learnt to be chosen."""

from training.entities.choices import Example, fit

EXAMPLES = [
    *(Example([["near", "often"], ["often"], ["none"]], 0) for _ in range(6)),
    *(Example([["far"], ["none"]], 1) for _ in range(6)),
]


def test_what_was_right_before_is_likeliest() -> None:
    near, often, none = fit(EXAMPLES, 1.0).probabilities([["near", "often"], ["often"], ["none"]])
    assert near > often
    assert near > none


def test_the_same_examples_give_the_same_weights() -> None:
    assert fit(EXAMPLES, 1.0) == fit(EXAMPLES, 1.0)


def test_a_trait_of_few_examples_is_not_learnt() -> None:
    model = fit([*EXAMPLES, Example([["rare"], ["none"]], 0)], 1.0)
    assert "rare" not in model.weights
    assert "near" in model.weights


def test_a_stronger_pull_makes_smaller_weights() -> None:
    assert abs(fit(EXAMPLES, 10.0).weights["near"]) < abs(fit(EXAMPLES, 0.1).weights["near"])


def test_of_several_right_options_the_one_that_is_right_elsewhere_too_gains_most() -> None:
    several = [Example([["plain"], ["rare"], ["none"]], 0, frozenset((0, 1))) for _ in range(6)]
    plain, rare, none = fit([*several, *(Example([["plain"], ["none"]], 0) for _ in range(6))], 1.0).probabilities(
        [["plain"], ["rare"], ["none"]]
    )
    assert plain > rare > none

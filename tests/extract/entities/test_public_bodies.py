"""Public bodies that a text names by their country and a common noun."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.public_bodies import find_public_bodies
from tests.extract.entities.handmade import GAZETTEER, mention, parse_of


def bodies(parse: Parse, *countries: str) -> list[tuple[str, str | None, int]]:
    """Name, country and number of mentions of each."""
    names = [mention(parse, country, "NORP" if country.endswith(("n", "e")) else "GPE") for country in countries]
    return [(draft.name, draft.country, len(draft.mentions)) for draft in find_public_bodies(parse, names, GAZETTEER)]


def test_a_country_and_a_noun_for_a_body_are_one() -> None:
    parse = parse_of("the/DT Russian/JJ foreign/JJ ministry/NN said/VBD")
    assert bodies(parse, "Russian") == [("Russian foreign ministry", "RUS", 1)]


def test_adjective_and_possessive_name_the_same_body() -> None:
    parse = parse_of(
        "China/NNP ~'s/POS foreign/JJ ministry/NN and/CC the/DT Chinese/JJ foreign/JJ ministry/NN said/VBD"
    )
    assert bodies(parse, "China", "Chinese") == [("China's foreign ministry", "CHN", 2)]


def test_a_service_is_a_body_by_both_its_words_only() -> None:
    parse = parse_of("the/DT Russian/JJ coast/NN guard/NN left/VBD")
    assert bodies(parse, "Russian") == [("Russian coast guard", "RUS", 1)]
    assert bodies(parse_of("the/DT Russian/JJ prison/NN guard/NN left/VBD"), "Russian") == []


@pytest.mark.parametrize(
    "text",
    [
        "the/DT foreign/JJ ministry/NN said/VBD",
        "the/DT Russian/JJ man/NN in/IN the/DT ministry/NN said/VBD",
        "the/DT Russian/JJ big/JJ old/JJ grey/JJ foreign/JJ ministry/NN said/VBD",
    ],
)
def test_a_noun_without_a_country_right_before_it_is_none(text: str) -> None:
    assert bodies(parse_of(text), *(["Russian"] if "Russian" in text else [])) == []

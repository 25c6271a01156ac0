"""How the recogniser's spans become names of words."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.names import NameText, names_of
from tests.extract.entities.handmade import GAZETTEER, parse_of, span


def found(parse: Parse, *spans: tuple[str, str]) -> list[tuple[str, str]]:
    """The names as they stand, with their classes, of spans by text and label."""
    given = [span(parse, text, label) for text, label in spans]
    return [(parse.span_text(n.first, n.last), n.kind) for n in names_of(parse, given, NameText(parse), GAZETTEER)]


def test_a_double_surname_that_was_torn_at_its_hyphen_is_whole() -> None:
    parse = parse_of("Kari/NNP Berg/NNP ~-/HYPH ~Olsen/NNP left/VBD")
    assert found(parse, ("Kari Berg", "ORG"), ("Olsen", "PERSON")) == [("Kari Berg-Olsen", "PER")]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Berg/NNP ~-/HYPH ~Olsen/NNP talks/NNS", [("Berg", "PERSON"), ("Olsen", "PERSON")]),
        ("Kari/NNP Berg/NNP -/HYPH Olsen/NNP left/VBD", [("Kari Berg", "PERSON"), ("Olsen", "PERSON")]),
        ("Kari/NNP Berg/NNP ~-/HYPH ~Oslo/NNP talks/NNS", [("Kari Berg", "PERSON"), ("Oslo", "GPE")]),
    ],
)
def test_names_of_two_beside_a_hyphen_stay_two(text: str, spans: list[tuple[str, str]]) -> None:
    assert [name for name, _ in found(parse_of(text), *spans)] == [name for name, _ in spans]


def test_who_was_taken_into_the_body_that_an_office_is_for_is_a_name_of_its_own() -> None:
    parse = parse_of("minister/NN for/IN Roads/NNPS and/CC Ports/NNPS Laura/NNP Mills/NNP left/VBD")
    assert found(parse, ("Roads and Ports Laura Mills", "ORG")) == [("Roads and Ports", "ORG"), ("Laura Mills", "PER")]


@pytest.mark.parametrize(
    "text",
    [
        "shares/NNS of/IN Harbour/NNP Laura/NNP Mills/NNP fell/VBD",
        "head/NN of/IN Friends/NNPS of/IN Laura/NNP Mills/NNP left/VBD",
        "head/NN of/IN Harbour/NNP Union/NNP Mills/NNP left/VBD",
    ],
)
def test_a_body_that_no_office_is_for_or_that_bears_a_persons_name_stays_whole(text: str) -> None:
    parse = parse_of(text)
    body = parse.span_text(2, len(parse) - 2)
    assert found(parse, (body, "ORG")) == [(body, "ORG")]

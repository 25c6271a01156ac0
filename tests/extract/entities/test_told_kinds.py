"""What a text says that the bearers of its names are."""

import pytest

from newswire.extract.entities.names import Name, NameText
from newswire.extract.entities.told_kinds import told_kinds
from tests.extract.entities.handmade import GAZETTEER, name, parse_of


def told(sentences: list[str], **kinds: str) -> dict[str, str]:
    """What is told of names; `kinds` are the recogniser's classes by name."""
    parse = parse_of(*sentences)
    names: list[Name] = sorted((name(parse, text, kind) for text, kind in kinds.items()), key=lambda each: each.first)
    return told_kinds(names, NameText(parse), GAZETTEER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 airline/NN/appos/0 ,/,/punct/0 grew/VBD/ROOT/5", "ORG"),
        ("Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 novelist/NN/appos/0 ,/,/punct/0 left/VBD/ROOT/5", "PER"),
        ("Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 village/NN/appos/0 ,/,/punct/0 burned/VBD/ROOT/5", "LOC"),
        ("Zorin/NNP/nsubj/1 is/VBZ/ROOT/1 an/DT/det/3 airline/NN/attr/1", "ORG"),
        ("The/DT/det/2 carrier/NN/compound/2 Zorin/NNP/nsubj/3 grew/VBD/ROOT/3", "ORG"),
        ("chief/NN/nsubj/5 of/IN/prep/0 staff/NN/pobj/1 ,/,/punct/2 Zorin/NNP/appos/2 left/VBD/ROOT/5", "PER"),
    ],
)
def test_a_noun_beside_a_name_tells_what_its_bearer_is(text: str, kind: str) -> None:
    assert told([text], Zorin="PER") == {"zorin": kind}


def test_a_noun_for_people_and_for_bodies_makes_no_person_a_body() -> None:
    text = "Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 retailer/NN/appos/0 ,/,/punct/0 grew/VBD/ROOT/5"
    assert told([text], Zorin="LOC") == {"zorin": "ORG"}
    assert not told([text], Zorin="PER")


def test_a_body_that_the_next_sentence_speaks_of_is_somebody_else() -> None:
    said = "Zorin/NNP/nsubj/1 said/VBD/ROOT/1 so/RB/advmod/1 ././punct/1"
    assert not told([said, "The/DT/det/5 airline/NN/nsubj/6 grew/VBD/ROOT/6"], Zorin="PER")


def test_a_noun_that_is_part_of_a_name_tells_nothing() -> None:
    text = "Zorin/NNP/nsubj/5 ,/,/punct/0 West/NNP/compound/3 Bank/NNP/appos/0 ,/,/punct/0 burned/VBD/ROOT/5"
    assert told([text], **{"Zorin": "LOC", "West Bank": "LOC"}) == {}


def test_a_plural_tells_nothing() -> None:
    assert not told(["Zorin/NNP/nsubj/3 ,/,/punct/0 airline/NNS/appos/0 grew/VBD/ROOT/3"], Zorin="PER")


def test_two_kinds_tell_nothing() -> None:
    text = (
        "Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 airline/NN/appos/0 ,/,/punct/0 is/VBZ/ROOT/5 a/DT/det/7 man/NN/attr/5"
    )
    assert not told([text], Zorin="PER")

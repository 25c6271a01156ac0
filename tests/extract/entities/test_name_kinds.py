"""Which kind a name is by what the whole text says around it."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.name_kinds import KINDS, kind_options, kind_traits, likelier_kind
from newswire.extract.entities.names import Name, NameText
from tests.extract.entities.handmade import GAZETTEER, name, parse_of


def traits_of(parse: Parse, *names: Name) -> dict[str, list[str]]:
    return kind_traits(sorted(names, key=lambda each: each.first), NameText(parse), GAZETTEER)


def traits(*sentences: str, text: str = "Zorin") -> list[str]:
    """What is said of the first name with that text."""
    parse = parse_of(*sentences)
    return traits_of(parse, name(parse, text, "PER"))[text.casefold()]


@pytest.mark.parametrize(
    ("sentence", "trait"),
    [
        ("Zorin/NNP/nsubj/1 recalled/VBD/ROOT/1 cars/NNS/dobj/1", "nsubj:recalled"),
        ("Shares/NNS/nsubj/3 of/IN/prep/0 Zorin/NNP/pobj/1 fell/VBD/ROOT/3", "pobj:of:shares"),
        ("He/PRP/nsubj/1 bought/VBD/ROOT/1 Zorin/NNP/dobj/1", "dobj:bought"),
        ("Zorin/NNP/nsubj/1 is/VBZ/ROOT/1 an/DT/det/3 airline/NN/attr/1", "is:body"),
        ("Zorin/NNP/nsubj/4 ,/,/punct/0 which/WDT/nsubj/3 digs/VBZ/relcl/0 fell/VBD/ROOT/4", "clause:which"),
        ("the/DT/det/1 novelist/NN/compound/2 Zorin/NNP/nsubj/3 left/VBD/ROOT/3", "left:person:NN"),
    ],
)
def test_words_around_a_name_speak_for_its_kind(sentence: str, trait: str) -> None:
    assert trait in traits(sentence)


def test_a_name_in_a_row_hangs_on_what_the_first_one_does() -> None:
    found = traits("Shares/NNS/nsubj/5 of/IN/prep/0 Arlo/NNP/pobj/1 and/CC/cc/2 Zorin/NNP/conj/2 fell/VBD/ROOT/5")
    assert {"joined", "pobj:of:shares"} <= set(found)


def test_it_and_the_firm_take_a_name_up_until_somebody_else_is_named() -> None:
    first = "Zorin/NNP/nsubj/1 said/VBD/ROOT/1 it/PRP/nsubj/3 grew/VBD/ccomp/1"
    behind = "The/DT/det/5 airline/NN/nsubj/6 fell/VBD/ROOT/6"
    assert {"then:it:True", "again:body:True"} <= set(traits(first, behind))
    parse = parse_of(
        "Zorin/NNP/nsubj/1 met/VBD/ROOT/1 Arlo/NNP/dobj/1", "The/DT/det/4 airline/NN/nsubj/5 fell/VBD/ROOT/5"
    )
    assert not any(
        each.startswith("again")
        for each in traits_of(parse, name(parse, "Zorin", "PER"), name(parse, "Arlo", "PER"))["zorin"]
    )


def test_a_noun_that_stands_for_firms_and_people_is_told_from_both() -> None:
    found = traits("Zorin/NNP/nsubj/5 ,/,/punct/0 a/DT/det/3 retailer/NN/appos/0 ,/,/punct/0 grew/VBD/ROOT/5")
    assert "beside:either" in found


def test_a_full_name_is_known_by_its_ends_that_stand_alone() -> None:
    parse = parse_of("Ada/NNP/compound/1 Zorin/NNP/nsubj/2 left/VBD/ROOT/2", "Zorin/NNP/nsubj/4 wept/VBD/ROOT/4")
    found = traits_of(parse, name(parse, "Ada Zorin", "PER"), name(parse, "Zorin", "PER", 1))
    assert {"first alone:False", "last alone:True"} <= set(found["ada zorin"])
    assert "within:last" in found["zorin"]


def test_the_gazetteer_and_the_countries_of_the_text_speak_too() -> None:
    parse = parse_of("Batumi/NNP/nsubj/1 rejoiced/VBD/ROOT/1", "Georgia/NNP/nsubj/3 won/VBD/ROOT/3")
    found = traits_of(parse, name(parse, "Batumi", "PER"), name(parse, "Georgia", "LOC"))
    assert "city:True:big" in found["batumi"]


def test_words_inside_other_names_are_not_learnt_from() -> None:
    parse = parse_of("Zorin/NNP/nsubj/1 Arlo/NNP/ROOT/1 fell/VBD/dep/1")
    found = traits_of(parse, name(parse, "Zorin", "PER"), name(parse, "Arlo", "PER"))["zorin"]
    assert not any("arlo" in each for each in found)


def test_tables_capitals_and_long_names_tell_nothing() -> None:
    parse = parse_of("Zorin/NNP 3/CD Arlo/NNP 1/CD")
    assert traits_of(parse, name(parse, "Zorin", "PER")) == {}
    parse = parse_of("ZORIN/NNP FIRES/VBZ MAN/NN")
    assert traits_of(parse, name(parse, "ZORIN", "PER")) == {}
    parse = parse_of("Bank/NNP of/IN Old/NNP New/NNP Arlo/NNP fell/VBD")
    assert traits_of(parse, name(parse, "Bank of Old New Arlo", "ORG")) == {}


@pytest.mark.parametrize(
    ("kind", "weight", "words", "likelier"),
    [
        ("PER", 5.0, "words1", "ORG"),
        ("PER", 1.0, "words1", "PER"),
        ("PER", 2.5, "words1", "PER"),
        ("PER", 9.0, "words2", "PER"),
        ("LOC", 9.0, "words2", "ORG"),
        ("LOC", 2.5, "words1", "LOC"),
        ("MISC", 9.0, "words1", "MISC"),
    ],
)
def test_the_recogniser_is_overruled_where_another_kind_is_much_likelier(
    kind: str, weight: float, words: str, likelier: str
) -> None:
    assert likelier_kind(kind, ["told", words], ChoiceModel({"ORG|told": weight})) == likelier


def test_a_name_is_never_made_one_without_a_label() -> None:
    assert likelier_kind("PER", ["told", "words1"], ChoiceModel({"MISC|told": 9.0})) == "PER"


def test_a_name_of_which_nothing_is_told_stays_what_it_is() -> None:
    assert likelier_kind("PER", [], ChoiceModel({"ORG": 9.0})) == "PER"


def test_each_kind_has_its_own_traits() -> None:
    assert kind_options(["told"]) == [[kind, f"{kind}|told"] for kind in KINDS]

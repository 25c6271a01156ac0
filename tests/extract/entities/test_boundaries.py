"""Where names begin and end."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.boundaries import bounded, hyphenated
from newswire.extract.entities.names import Name
from tests.extract.entities.handmade import GAZETTEER, features_of, name, parse_of


def ends(parse: Parse, *names: Name) -> list[tuple[str, str]]:
    """The names with their ends put right, as they stand, and their classes."""
    return [(parse.span_text(n.first, n.last), n.kind) for n in bounded(list(names), features_of(parse), GAZETTEER)]


def test_a_name_that_is_right_stays_as_it_is() -> None:
    parse = parse_of("They/PRP met/VBD Kari/NNP Holm/NNP of/IN Borealis/NNP")
    names = [name(parse, "Kari Holm", "PER"), name(parse, "Borealis", "ORG")]
    assert bounded(names, features_of(parse), GAZETTEER) == names


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("And/CC Kari/NNP Holm/NNP left/VBD", "And Kari Holm"),
        ("Meanwhile/RB Kari/NNP Holm/NNP left/VBD", "Meanwhile Kari Holm"),
        ("Spokeswoman/NNP Kari/NNP Holm/NNP left/VBD", "Spokeswoman Kari Holm"),
        ("On/IN Monday/NNP Kari/NNP Holm/NNP left/VBD", "Monday Kari Holm"),
    ],
)
def test_what_stands_in_front_of_a_person_is_no_part_of_the_name(text: str, person: str) -> None:
    parse = parse_of(text)
    assert ends(parse, name(parse, person, "PER")) == [("Kari Holm", "PER")]


def test_a_month_in_front_is_part_of_a_name_that_it_is_a_given_name_of() -> None:
    parse = parse_of("They/PRP met/VBD June/NNP Holm/NNP and/CC Jan/NNP van/NNP Eyck/NNP")
    names = [name(parse, "June Holm", "PER"), name(parse, "Jan van Eyck", "PER")]
    assert ends(parse, *names) == [("June Holm", "PER"), ("Jan van Eyck", "PER")]


def test_a_day_alone_and_an_article_alone_are_no_names() -> None:
    parse = parse_of("The/DT vote/NN on/IN Monday/NNP failed/VBD")
    assert ends(parse, name(parse, "The", "ORG"), name(parse, "Monday", "ORG")) == []


def test_particles_tie_a_family_name_to_a_given_name() -> None:
    parse = parse_of("They/PRP met/VBD Ursula/NNP von/NNP der/NNP Leyen/NNP today/NN")
    assert ends(parse, name(parse, "Ursula von", "PER")) == [("Ursula von der Leyen", "PER")]
    assert ends(parse, name(parse, "der Leyen", "PER")) == [("Ursula von der Leyen", "PER")]


def test_particles_that_no_capital_follows_tie_nothing() -> None:
    parse = parse_of("They/PRP met/VBD Kari/NNP Holm/NNP al/FW fresco/FW today/NN")
    assert ends(parse, name(parse, "Kari Holm al", "PER")) == [("Kari Holm", "PER")]


def test_a_listed_place_that_hyphens_tie_together_is_whole_in_capitals_too() -> None:
    parse = parse_of("PORT/NNP ~-/HYPH ~AU/NNP ~-/HYPH ~PRINCE/NNP is/VBZ Port/NNP ~-/HYPH ~au/NNP ~-/HYPH ~Prince/NNP")
    assert ends(parse, name(parse, "PORT", "LOC"), name(parse, "Prince", "LOC")) == [
        ("PORT-AU-PRINCE", "LOC"),
        ("Port-au-Prince", "LOC"),
    ]


def test_a_name_that_a_place_with_hyphens_is_part_of_is_whole() -> None:
    parse = parse_of("at/IN Clermont/NNP ~-/HYPH ~Ferrand/NNP University/NNP today/NN")
    assert ends(parse, name(parse, "Ferrand University", "ORG")) == [("Clermont-Ferrand University", "ORG")]


def test_parts_of_a_name_that_stand_side_by_side_are_one() -> None:
    parse = parse_of("They/PRP met/VBD Kari/NNP Anna/NNP Holm/NNP of/IN Bank/NNP of/IN Norway/NNP")
    names = [name(parse, "Kari", "PER"), name(parse, "Anna Holm", "PER")]
    names += [name(parse, "Bank of", "ORG"), name(parse, "Norway", "LOC")]
    assert ends(parse, *names) == [("Kari Anna Holm", "PER"), ("Bank of Norway", "ORG")]


def test_a_direction_is_part_of_a_place_that_is_listed_with_it() -> None:
    parse = parse_of("in/IN Northern/NNP Ireland/NNP and/CC Northern/NNP Iraq/NNP today/NN")
    names = [name(parse, "Northern Ireland", "LOC"), name(parse, "Northern Iraq", "LOC")]
    assert ends(parse, *names) == [("Northern Ireland", "LOC"), ("Iraq", "LOC")]


def test_a_listed_country_that_no_name_covers_is_one() -> None:
    parse = parse_of("score/NN :/: Norway/NNP 3/CD Borealis/NNP 2/CD")
    assert ends(parse) == [("Norway", "LOC")]


def test_a_country_whose_name_is_a_persons_is_not_taken_for_missed() -> None:
    assert ends(parse_of("score/NN :/: Jordan/NNP 3/CD")) == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Lee/NNP Jae/NNP ~-/HYPH ~hwan/NNP left/VBD", "Jae-hwan"),
        ("Lee/NNP Jae/NNP ~-/HYPH ~backed/VBN men/NNS", "Jae"),
        ("Lee/NNP Jae/NNP -/HYPH Oslo/NNP", "Jae"),
    ],
)
def test_a_name_is_tied_by_a_hyphen_to_another_one_only(text: str, whole: str) -> None:
    parse = parse_of(text)
    assert parse.span_text(1, hyphenated(features_of(parse), 1)) == whole

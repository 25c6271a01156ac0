"""What is said of a bearer."""

import pytest

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.bearers import gather_bearers
from newswire.extract.entities.descriptions import describe_bearers
from tests.extract.entities.handmade import GAZETTEER, mention, parse_of


def described(parse: Parse, *mentions: NameMention) -> dict[str, EntityDraft]:
    bearers = gather_bearers(list(mentions), GAZETTEER)
    return {draft.name: draft for draft in describe_bearers(parse, bearers, GAZETTEER)}


def test_a_bearer_has_the_fullest_name_and_the_others_as_aliases() -> None:
    parse = parse_of("Holm/NNP left/VBD", "Kari/NNP Holm/NNP came/VBD")
    drafts = described(parse, mention(parse, "Holm", "PERSON"), mention(parse, "Kari Holm", "PERSON"))
    assert drafts["Kari Holm"].aliases == ["Holm"]
    assert [parse.text[each.start : each.end] for each in drafts["Kari Holm"].mentions] == ["Holm", "Kari Holm"]


def test_a_title_in_front_of_one_name_tells_the_gender() -> None:
    parse = parse_of("Kari/NNP Holm/NNP left/VBD", "Mrs./NNP Holm/NNP came/VBD")
    drafts = described(parse, mention(parse, "Kari Holm", "PERSON"), mention(parse, "Holm", "PERSON", 1))
    assert drafts["Kari Holm"].gender == "female"


def test_a_person_has_the_role_that_any_of_the_mentions_tells() -> None:
    parse = parse_of("Kari/NNP Holm/NNP left/VBD", "Norwegian/JJ minister/NN Holm/NNP came/VBD")
    holm = described(parse, mention(parse, "Kari Holm", "PERSON"), mention(parse, "Holm", "PERSON", 1))["Kari Holm"]
    assert (holm.role, holm.sector) == ("Norwegian minister", "GOV")


@pytest.mark.parametrize(("body", "sector"), [("Zorin Corp", "BUS"), ("Zorin Party", "PTY"), ("Zorin", None)])
def test_the_designator_of_an_organisation_tells_its_sector(body: str, sector: str | None) -> None:
    parse = parse_of(" ".join(f"{word}/NNP" for word in body.split()) + " left/VBD")
    assert described(parse, mention(parse, body, "ORG"))[body].sector == sector


def test_a_name_that_stands_in_capitals_only_is_called_as_in_a_sentence() -> None:
    parse = parse_of("ZORIN/NNP NV/NNP GROWS/VBZ")
    assert set(described(parse, mention(parse, "ZORIN NV", "ORG"))) == {"Zorin NV"}


def test_the_dot_that_ends_a_sentence_is_no_part_of_an_abbreviation() -> None:
    parse = parse_of("They/PRP bought/VBD Zorin/NNP Inc./NNP", "Zorin/NNP Inc./NNP grew/VBD")
    drafts = described(parse, *(mention(parse, "Zorin Inc.", "ORG", at) for at in (0, 1)))
    (zorin,) = drafts.values()
    assert [parse.text[each.start : each.end] for each in zorin.mentions] == ["Zorin Inc", "Zorin Inc."]


def test_the_state_behind_a_city_tells_which_one_it_is() -> None:
    parse = parse_of("in/IN Paris/NNP ,/, Texas/NNP ,/, today/NN")
    assert described(parse, mention(parse, "Paris", "GPE"))["Paris"].country == "USA"


def test_the_next_place_of_a_list_says_nothing_of_a_city() -> None:
    parse = parse_of("in/IN Paris/NNP ,/, Texas/NNP and/CC Peru/NNP today/NN")
    assert described(parse, mention(parse, "Paris", "GPE"))["Paris"].country == "FRA"

"""What an article calls a person beside the name."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.roles import Role, describe, role_after, role_ahead, role_before
from tests.extract.entities.handmade import GAZETTEER, name, parse_of


def before(parse: Parse, person: str, *others: str) -> Role | None:
    taken = {token for other in others for token in _tokens(parse, other)}
    return role_before(parse, _tokens(parse, person)[0], taken, GAZETTEER)


def after(parse: Parse, person: str) -> Role | None:
    tokens = _tokens(parse, person)
    return role_after(parse, tokens[0], tokens[-1], GAZETTEER)


def ahead(parse: Parse, person: str) -> Role | None:
    tokens = _tokens(parse, person)
    return role_ahead(parse, tokens[0], tokens[-1], GAZETTEER)


def _tokens(parse: Parse, person: str) -> range:
    there = name(parse, person, "PER")
    return range(there.first, there.last + 1)


def test_an_office_in_front_of_a_name_is_its_bearers_role_and_tells_country_and_sector() -> None:
    role = before(parse_of("Norwegian/JJ Foreign/NNP Minister/NNP Kari/NNP Holm/NNP left/VBD"), "Kari Holm")
    assert role == Role(0, 2, "Norwegian Foreign Minister", "NOR", "GOV")


def test_an_office_goes_on_behind_its_preposition_and_another_noun_does_not() -> None:
    office = before(parse_of("the/DT minister/NN for/IN trade/NN Kari/NNP Holm/NNP left/VBD"), "Kari Holm")
    assert office is not None
    assert office.text == "minister for trade"
    other = before(parse_of("the/DT release/NN of/IN player/NN Kari/NNP Holm/NNP came/VBD"), "Kari Holm")
    assert other is not None
    assert other.text == "player"


def test_a_preposition_that_joins_no_title_ends_a_role() -> None:
    role = before(parse_of("talks/NNS with/IN minister/NN Kari/NNP Holm/NNP ended/VBD"), "Kari Holm")
    assert role is not None
    assert role.text == "minister"


def test_articles_numbers_and_possessives_are_no_part_of_a_role() -> None:
    for front in ("the/DT", "his/PRP$", "Said/NN", "of/IN", "two/CD"):
        role = before(parse_of(f"{front} senator/NN Kari/NNP Holm/NNP left/VBD"), "Kari Holm")
        assert role is not None
        assert role.text == "senator"


def test_a_courtesy_is_no_role() -> None:
    assert before(parse_of("Mr./NNP Holm/NNP left/VBD"), "Holm") is None
    role = before(parse_of("Senator/NNP Lady/NNP Kari/NNP Holm/NNP left/VBD"), "Kari Holm")
    assert role is not None
    assert role.text == "Senator"


def test_a_role_does_not_reach_into_the_sentence_before_or_another_persons_name() -> None:
    assert before(parse_of("They/PRP met/VBD the/DT senator/NN", "Kari/NNP Holm/NNP left/VBD"), "Kari Holm") is None
    parse = parse_of("Tomas/NNP Brandt/NNP spokesman/NN Kari/NNP Holm/NNP left/VBD")
    role = before(parse, "Kari Holm", "Tomas Brandt")
    assert role is not None
    assert role.text == "spokesman"


def test_a_name_that_is_no_office_in_front_of_a_person_is_no_role() -> None:
    assert before(parse_of("Borealis/NNP Kari/NNP Holm/NNP left/VBD"), "Kari Holm") is None


@pytest.mark.parametrize(
    ("apposition", "text"),
    [
        ("the/DT mayor/NN/appos/1 of/IN/prep/4 Oslo/NNP/pobj/5", "mayor of Oslo"),
        ("a/DT lawyer/NN/appos/1 at/IN/prep/4 Acme/NNP/pobj/5", "lawyer at Acme"),
        ("a/DT lawyer/NN/appos/1 behind/IN/prep/4 bars/NNS/pobj/5", "lawyer"),
    ],
)
def test_an_apposition_behind_a_name_is_its_bearers_role(apposition: str, text: str) -> None:
    parse = parse_of(f"Kari/NNP Holm/NNP/nsubj/7 ,/, {apposition.replace('DT', 'DT/det/4')} left/VBD")
    role = after(parse, "Kari Holm")
    assert role is not None
    assert role.text == text


def test_what_stands_behind_a_name_without_a_comma_or_as_no_apposition_is_no_role() -> None:
    assert after(parse_of("Kari/NNP Holm/NNP/nsubj/4 the/DT/det/3 mayor/NN/appos/1 left/VBD"), "Kari Holm") is None
    assert after(parse_of("Kari/NNP Holm/NNP ,/, the/DT/det/4 mayor/NN/conj/1 left/VBD"), "Kari Holm") is None


def test_a_phrase_in_front_of_a_name_with_a_comma_between_is_its_bearers_role() -> None:
    parse = parse_of("A/DT/det/1 student/NN ,/, Kari/NNP/compound/4 Holm/NNP/appos/1 ,/, left/VBD")
    role = ahead(parse, "Kari Holm")
    assert role is not None
    assert role.text == "student"


def test_a_phrase_in_front_says_where_its_bearer_works_though_the_parser_takes_the_nearer_noun() -> None:
    parse = parse_of(
        "An/DT/det/1 adviser/NN at/IN/prep/1 the/DT/det/5 World/NNP/compound/5 Bank/NNP/pobj/2 ,/, "
        "Kari/NNP/compound/8 Holm/NNP/appos/5 ,/, left/VBD"
    )
    role = ahead(parse, "Kari Holm")
    assert role is not None
    assert role.text == "adviser at the World Bank"


def test_a_phrase_in_front_that_does_not_reach_the_comma_is_no_role() -> None:
    parse = parse_of("A/DT/det/1 student/NN left/VBD ,/, Kari/NNP/compound/5 Holm/NNP/appos/1 said/VBD")
    assert ahead(parse, "Kari Holm") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("U.S. Secretary of State", ("USA", "GOV")),
        ("China's foreign ministry", ("CHN", "GOV")),
        ("Spanish army spokesman", ("ESP", "MIL")),
        ("opposition leader", (None, "OPP")),
        ("Manchester United defender", (None, None)),
        ("", (None, None)),
    ],
)
def test_the_words_of_an_office_tell_country_and_sector(text: str, told: tuple[str | None, str | None]) -> None:
    assert describe(text, GAZETTEER) == told

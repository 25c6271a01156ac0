"""What an article calls a person beside the name."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.role_phrases import RolePhrases
from newswire.extract.entities.role_text import RoleText
from newswire.extract.entities.roles import Role, RoleModels, describe, find_role, likeliest_role
from newswire.extract.extractor import Extractor
from newswire.records import Article
from tests.extract.entities.handmade import GAZETTEER, name, parse_of, role_text


def role_of(parse: Parse, person: str, *others: str) -> Role | None:
    spans = {each: _tokens(parse, each) for each in (person, *others)}
    persons = {token: span for span in spans.values() for token in span}
    return find_role(RolePhrases(role_text(parse, persons)), [spans[person]])


def _tokens(parse: Parse, person: str) -> range:
    there = name(parse, person, "PER")
    return range(there.first, there.last + 1)


def text_of(parse: Parse, person: str = "Kari Holm", *others: str) -> str | None:
    role = role_of(parse, person, *others)
    return None if role is None else role.text


def test_an_office_in_front_of_a_name_is_its_bearers_role_and_tells_the_sector() -> None:
    parse = parse_of("the/DT Norwegian/JJ foreign/JJ minister/NN Kari/NNP Holm/NNP left/VBD")
    assert role_of(parse, "Kari Holm") == Role("Norwegian foreign minister", "GOV")


@pytest.mark.parametrize(
    ("front", "text"),
    [
        ("the/DT minister/NN for/IN trade/NN", "minister for trade"),
        ("the/DT minister/NN for/IN trade/NN and/CC industry/NN", "minister for trade and industry"),
        ("the/DT release/NN of/IN player/NN", "player"),
        ("talks/NNS with/IN minister/NN", "minister"),
        (
            "Harbour/NNP Workers/NNP Union/NNP (/-LRB- ~HWU/NNP ~)/-RRB- chairman/NN",
            "Harbour Workers Union (HWU) chairman",
        ),
    ],
)
def test_a_role_in_front_goes_on_where_it_is_whole(front: str, text: str) -> None:
    assert text_of(parse_of(f"{front} Kari/NNP Holm/NNP left/VBD")) == text


def test_letters_in_brackets_may_stand_between_a_role_and_its_bearer() -> None:
    parse = parse_of("chief/JJ executive/JJ officer/NN (/-LRB- ~CEO/NNP ~)/-RRB- Kari/NNP Holm/NNP left/VBD")
    assert text_of(parse) == "chief executive officer"


def test_what_holds_somebody_else_with_more_behind_is_no_role() -> None:
    parse = parse_of("Tomas/NNP Brandt/NNP and/CC minister/NN Kari/NNP Holm/NNP left/VBD")
    assert text_of(parse, "Kari Holm", "Tomas Brandt") == "minister"


@pytest.mark.parametrize("front", ["the/DT", "his/PRP$", "of/IN"])
def test_articles_and_possessives_are_no_part_of_a_role(front: str) -> None:
    assert text_of(parse_of(f"{front} senator/NN Kari/NNP Holm/NNP left/VBD")) == "senator"


def test_a_courtesy_is_no_role() -> None:
    assert text_of(parse_of("Mr./NNP Holm/NNP left/VBD"), "Holm") is None
    assert text_of(parse_of("Senator/NNP Lady/NNP Kari/NNP Holm/NNP left/VBD")) == "Senator"


def test_a_role_does_not_reach_into_the_sentence_before() -> None:
    assert text_of(parse_of("They/PRP met/VBD the/DT senator/NN ./.", "Kari/NNP Holm/NNP left/VBD")) is None


def test_whose_somebody_works_for_is_part_of_the_role() -> None:
    parse = parse_of("Brandt/NNP spokesman/NN Kari/NNP Holm/NNP left/VBD")
    assert text_of(parse, "Kari Holm", "Brandt") == "Brandt spokesman"


@pytest.mark.parametrize(
    ("behind", "text"),
    [
        (",/, the/DT mayor/NN of/IN Oslo/NNP ,/,", "mayor of Oslo"),
        (",/, 51/CD ,/, a/DT lawyer/NN at/IN Acme/NNP ,/,", "lawyer at Acme"),
        ("(/-LRB- R-Ohio/NNP )/-RRB- ,/, chairman/NN of/IN the/DT committee/NN ,/,", "chairman of the committee"),
    ],
)
def test_a_role_stands_behind_a_name(behind: str, text: str) -> None:
    assert text_of(parse_of(f"Kari/NNP Holm/NNP {behind} left/VBD early/RB")) == text


def test_a_phrase_in_front_of_a_name_with_a_comma_between_is_its_bearers_role() -> None:
    parse = parse_of(
        "The/DT/det/1 director/NN of/IN/prep/1 customs/NNS/pobj/2 ,/, Kari/NNP/compound/6 Holm/NNP/appos/1 ,/, left/VBD"
    )
    assert text_of(parse) == "director of customs"


def test_the_first_of_several_has_the_role_in_the_singular_too() -> None:
    parse = parse_of("former/JJ congressmen/NNS Kari/NNP Holm/NNP and/CC Tomas/NNP Brandt/NNP left/VBD")
    assert text_of(parse, "Kari Holm", "Tomas Brandt") == "former congressman"


@pytest.mark.parametrize("person", ["Kari Holm", "Tomas Brandt"])
def test_a_plural_in_front_of_two_names_is_the_role_of_each(person: str) -> None:
    parse = parse_of("the/DT former/JJ ministers/NNS Kari/NNP Holm/NNP and/CC Tomas/NNP Brandt/NNP voted/VBD")
    other = {"Kari Holm": "Tomas Brandt", "Tomas Brandt": "Kari Holm"}[person]
    assert text_of(parse, person, other) == "former minister"


def test_what_somebody_is_said_to_be_is_the_role() -> None:
    parse = parse_of(
        "Kari/NNP/compound/1 Holm/NNP/nsubj/2 is/VBZ/ROOT/2 the/DT/det/4 president/NN/attr/2 of/IN/prep/4 the/DT/det/7 "
        "union/NN/pobj/5 ././punct/2"
    )
    assert text_of(parse) == "president of the union"


def test_how_many_phrases_there_are_around_a_noun_does_not_change_how_likely_it_is() -> None:
    models = RoleModels(ChoiceModel({"noun": 1.0}), ChoiceModel({}))
    chances = set()
    for text in (
        "the/DT mayor/NN Kari/NNP Holm/NNP left/VBD",
        "the/DT new/JJ young/JJ mayor/NN Kari/NNP Holm/NNP left/VBD",
    ):
        parse = parse_of(text)
        span = _tokens(parse, "Kari Holm")
        phrases = RolePhrases(role_text(parse, dict.fromkeys(span, span)))
        chances.add(likeliest_role(parse, phrases.nouns([span]), models)[0])
    assert len(chances) == 1


def test_a_noun_beside_two_mentions_is_likelier_than_beside_one() -> None:
    parse = parse_of("warden/NN Kari/NNP Holm/NNP left/VBD", "warden/NN Holm/NNP stayed/VBD")
    spans = [range(1, 3), range(5, 6)]
    phrases = RolePhrases(role_text(parse, {token: span for span in spans for token in span}))
    models = RoleModels(ChoiceModel({}), ChoiceModel({}))
    one, both = (likeliest_role(parse, phrases.nouns(each), models)[0] for each in (spans[:1], spans))
    assert one == 1 / 2
    assert both == pytest.approx(2 / 3)


def test_a_person_beside_whom_nothing_stands_has_no_role() -> None:
    assert likeliest_role(parse_of("Holm/NNP left/VBD"), [], RoleModels(ChoiceModel({}), ChoiceModel({}))) == (
        0.0,
        None,
    )


@pytest.mark.parametrize("tag", ["VBP", "JJ", "RB"])
def test_a_noun_for_persons_in_front_of_a_name_is_one_whatever_its_tag(tag: str) -> None:
    assert text_of(parse_of(f"fisherman/{tag} Kari/NNP Holm/NNP left/VBD")) == "fisherman"


def test_an_abbreviated_title_is_its_bearers_where_the_parser_ends_a_sentence_at_it() -> None:
    parse = parse_of("They/PRP met/VBD Gov./NNP", "Kari/NNP Holm/NNP left/VBD")
    assert text_of(parse) == "Gov."


def test_an_article_may_stand_between_a_role_and_a_name_that_has_it() -> None:
    parse = parse_of("their/PRP$ spiritual/JJ leader/NN the/DT Kari/NNP Lama/NNP left/VBD")
    assert text_of(parse, "Kari Lama") == "spiritual leader"


def test_a_bracket_that_is_not_whole_is_no_part_of_a_role() -> None:
    parse = parse_of(
        "Kari/NNP Holm/NNP ,/, chief/NN of/IN customs/NNS (/-LRB- ~which/WDT she/PRP has/VBZ led/VBN for/IN all/PDT "
        "of/IN these/DT years/NNS )/-RRB- ,/, left/VBD"
    )
    assert text_of(parse) == "chief of customs"


def test_a_role_begins_with_no_hyphen() -> None:
    parse = parse_of("ex/FW ~-/HYPH ~minister/NN Kari/NNP Holm/NNP left/VBD")
    parse.tags[0] = "UH"
    assert text_of(parse) == "ex-minister"


def test_a_title_inside_a_name_is_its_bearers_role() -> None:
    assert (
        text_of(parse_of("Prime/NNP Minister/NNP Kari/NNP Holm/NNP left/VBD"), "Prime Minister Kari Holm")
        == "Prime Minister"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Kari/NNP Holm/NNP left/VBD",
        "In/IN the/DT end/NN ,/, Kari/NNP Holm/NNP left/VBD",
        "Kari/NNP Holm/NNP ,/, however/RB ,/, left/VBD",
        "the/DT victory/NN Kari/NNP Holm/NNP won/VBD",
    ],
)
def test_what_is_no_role_is_none(text: str) -> None:
    assert text_of(parse_of(text)) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("U.S. Secretary of State", ("USA", "GOV")),
        ("China's foreign ministry", ("CHN", "GOV")),
        ("Spanish army spokesman", ("ESP", "MIL")),
        ("Leeds Harriers defender", (None, None)),
        ("Lufthansa Italy", ("ITA", "BUS")),
        ("opposition leader", (None, "OPP")),
        ("", (None, None)),
    ],
)
def test_the_words_of_an_office_tell_country_and_sector(text: str, told: tuple[str | None, str | None]) -> None:
    assert describe(text, GAZETTEER) == told


def test_a_body_in_front_of_an_office_is_whole_when_its_name_has_a_preposition() -> None:
    parse = parse_of("the/DT Union/NNP of/IN Miners/NNPS president/NN Kari/NNP Holm/NNP left/VBD")
    union, holm = range(1, 4), range(5, 7)
    labels = dict.fromkeys(union, "ORG") | dict.fromkeys(holm, "PERSON")
    text = RoleText(parse, dict.fromkeys(holm, holm), labels, GAZETTEER)
    role = find_role(RolePhrases(text), [holm])
    assert role is not None
    assert role.text == "Union of Miners president"


def test_an_office_behind_a_name_is_told_from_one_that_has_no_rank_in_front() -> None:
    ranked = parse_of("Col./NNP Kari/NNP Holm/NNP ,/, the/DT governor/NN ,/, left/VBD")
    plain = parse_of("Mayor/NNP Kari/NNP Holm/NNP ,/, the/DT governor/NN ,/, left/VBD")
    traits = [
        {trait for noun in RolePhrases(role_text(parse, persons)).nouns([holm]) for trait in noun.traits()}
        for parse in (ranked, plain)
        for holm in [_tokens(parse, "Kari Holm")]
        for persons in [dict.fromkeys(holm, holm)]
    ]
    assert {"ranked:before:title", "ranked:comma:listed"} <= traits[0]
    assert not [trait for trait in traits[1] if trait.startswith("ranked")]


def test_a_weekday_in_a_name_is_part_of_the_role() -> None:
    article = Article(id="a", body="Sunday Mirror editor Tom Cole resigned.", language="en")
    (extraction,) = Extractor().extract([article])
    assert [one.role for one in extraction.entities if one.name == "Tom Cole"] == ["Sunday Mirror editor"]

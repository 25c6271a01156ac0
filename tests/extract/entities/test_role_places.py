"""Where a person's role may stand, and the words for persons."""

import pytest

from newswire.extract.entities.role_places import phrases_beside
from newswire.extract.entities.role_text import RoleText
from tests.extract.entities.handmade import GAZETTEER, name, parse_of, role_text


def offered(text: str, person: str, *others: str) -> set[tuple[str, str]]:
    """Place and text of each phrase that a person is offered."""
    parse = parse_of(text)
    spans = [range(n.first, n.last + 1) for n in (name(parse, each, "PER") for each in (person, *others))]
    persons = {token: span for span in spans for token in span}
    found = phrases_beside(role_text(parse, persons), spans[0])
    return {(each.place, parse.span_text(each.first, each.last)) for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "two/CD senators/NNS ,/, Tomas/NNP Brandt/NNP and/CC Kari/NNP Holm/NNP ,/, left/VBD",
        "two/CD senators/NNS ,/, Tomas/NNP Brandt/NNP (/-LRB- ~Defence/NNP ~)/-RRB- and/CC Kari/NNP Holm/NNP left/VBD",
    ],
)
def test_several_names_behind_a_comma_share_the_plural_in_front(text: str) -> None:
    assert ("shared:comma", "two senators") in offered(text, "Kari Holm", "Tomas Brandt")


@pytest.mark.parametrize("between", ["such/JJ as/IN", ",/, including/VBG", "like/IN", ":/:", ",/, comprised/VBN of/IN"])
def test_who_is_named_as_one_of_several_is_offered_what_they_are(between: str) -> None:
    text = f"They/PRP heard/VBD ministers/NNS {between} Tomas/NNP Brandt/NNP and/CC Kari/NNP Holm/NNP"
    assert offered(text, "Kari Holm", "Tomas Brandt") == {("such", "ministers")}


def test_who_is_given_by_a_word_for_naming_is_offered_what_stands_in_front_of_it() -> None:
    assert offered("A/DT student/NN ,/, surnamed/VBN Holm/NNP ,/, left/VBD", "Holm") == {("called", "student")}


def test_letters_in_brackets_may_stand_in_a_phrase_with_a_comma_behind() -> None:
    text = "The/DT Harbour/NNP Union/NNP (/-LRB- ~HU/NNP ~)/-RRB- chief/NN ,/, Kari/NNP Holm/NNP ,/, left/VBD"
    assert ("ahead", "Harbour Union (HU) chief") in offered(text, "Kari Holm")


def test_what_stands_in_front_of_a_noun_before_a_name_may_be_left_out() -> None:
    found = offered("rival/NN Norwegian/JJ senator/NN Kari/NNP Holm/NNP left/VBD", "Kari Holm")
    assert {("before", each) for each in ("rival Norwegian senator", "Norwegian senator", "senator")} <= found


@pytest.mark.parametrize("label", ["ORG", "GPE"])
@pytest.mark.parametrize("between", ["and/CC later/RB", "from/IN the/DT ruling/VBG Zorin/NNP and/CC"])
def test_a_plural_is_shared_over_what_stands_between_the_names(between: str, label: str) -> None:
    parse = parse_of(f"ministers/NNS Tomas/NNP Brandt/NNP {between} Kari/NNP Holm/NNP left/VBD")
    holm, brandt = (
        range(n.first, n.last + 1) for n in (name(parse, each, "PER") for each in ("Kari Holm", "Tomas Brandt"))
    )
    persons = {token: span for span in (holm, brandt) for token in span}
    others = {token: label for token, word in enumerate(parse.words) if word == "Zorin"}
    text = RoleText(parse, persons, dict.fromkeys(persons, "PERSON") | others, GAZETTEER)
    assert ("shared", "ministers") in {
        (each.place, parse.span_text(each.first, each.last)) for each in phrases_beside(text, holm)
    }


def test_what_hangs_on_a_name_may_end_a_phrase_whatever_its_tag() -> None:
    text = "director/NN of/IN news/NN and/CC talk/VB/compound/6 Kari/NNP Holm/NNP left/VBD"
    assert ("before", "director of news and talk") in offered(text, "Kari Holm")


def test_a_phrase_stands_in_front_of_a_name_although_the_parser_ends_a_sentence_between_them() -> None:
    parse = parse_of("They/PRP met/VBD chief/NN (/-LRB- ~CEO/NNP ~)/-RRB-", "Kari/NNP Holm/NNP left/VBD")
    holm = range(6, 8)
    found = phrases_beside(role_text(parse, dict.fromkeys(holm, holm)), holm)
    assert ("before", "chief") in {(each.place, parse.span_text(each.first, each.last)) for each in found}


def test_a_word_with_a_hyphen_is_whole_at_the_beginning_of_a_phrase() -> None:
    text = "Hard/RB ~-/HYPH ~hitting/VBG crime/NN novelist/NN Kari/NNP Holm/NNP left/VBD"
    assert ("before", "Hard-hitting crime novelist") in offered(text, "Kari Holm")


def test_a_participle_that_the_tagger_takes_for_a_past_may_begin_a_phrase() -> None:
    text = "by/IN retired/VBD/amod/2 bishop/NN Kari/NNP Holm/NNP"
    assert ("before", "retired bishop") in offered(text, "Kari Holm")


def test_no_phrase_begins_inside_a_bracket() -> None:
    text = "Harbour/NNP Union/NNP (/-LRB- ~HU/NNP ~)/-RRB- chief/NN Kari/NNP Holm/NNP left/VBD"
    assert {each for _, each in offered(text, "Kari Holm")} == {"Harbour Union (HU) chief", "Union (HU) chief", "chief"}


@pytest.mark.parametrize(
    ("behind", "text"),
    [
        (
            "a/DT painter/NN ~,/, sculptor/NN and/CC founder/NN of/IN a/DT school/NN",
            "painter, sculptor and founder of a school",
        ),
        ("one/CD of/IN the/DT founders/NNS of/IN a/DT school/NN", "founders of a school"),
        ("herself/PRP a/DT former/JJ judge/NN", "former judge"),
        ("chair/NN of/IN the/DT  /_SP Harbour/NNP Union/NNP", "chair of the  Harbour Union"),
    ],
)
def test_an_apposition_is_offered_whole(behind: str, text: str) -> None:
    assert ("comma", text) in offered(f"Kari/NNP Holm/NNP ,/, {behind} ,/, left/VBD early/RB", "Kari Holm")


@pytest.mark.parametrize("rest", ["since/IN 2010/CD", "from/IN 1/CD May/NNP 2010/CD", "to/TO lead/VB the/DT town/NN"])
def test_a_phrase_ends_at_a_time_or_an_aim(rest: str) -> None:
    found = offered(f"Kari/NNP Holm/NNP ,/, mayor/NN of/IN Oslo/NNP {rest} ,/, left/VBD", "Kari Holm")
    assert found == {("comma", "mayor of Oslo"), ("comma", "mayor")}


def test_a_number_that_is_no_year_may_stand_in_a_phrase() -> None:
    found = offered("Kari/NNP Holm/NNP ,/, editor/NN at/IN 60/CD Minutes/NNPS ,/, left/VBD", "Kari Holm")
    assert ("comma", "editor at 60 Minutes") in found


def test_no_phrase_ends_with_a_preposition() -> None:
    found = offered("Kari/NNP Holm/NNP ,/, mayor/NN of/IN growing/VBG Oslo/NNP ,/, left/VBD", "Kari Holm")
    assert ("comma", "mayor of") not in found


@pytest.mark.parametrize("ahead", ["and/CC the/DT", ",/, and/CC the/DT"])
def test_an_office_behind_and_is_not_said_of_who_stands_in_front_of_it(ahead: str) -> None:
    text = f"minister/NN Tomas/NNP Brandt/NNP {ahead} director/NN ,/, Kari/NNP Holm/NNP ,/, left/VBD"
    assert ("ahead", "director") in offered(text, "Kari Holm", "Tomas Brandt")
    assert not {each for each in offered(text, "Kari Holm", "Tomas Brandt") if "Brandt" in each[1]}


def test_what_is_said_of_somebody_else_is_not_offered() -> None:
    text = "Tomas/NNP Brandt/NNP ,/, the/DT mayor/NN ,/, Kari/NNP Holm/NNP and/CC others/NNS left/VBD"
    assert not {each for each in offered(text, "Kari Holm", "Tomas Brandt") if each[0] == "ahead"}


@pytest.mark.parametrize(
    ("words", "label", "text"),
    [
        (",/, director/NN ~,/, Acme/NNP Institute/NNP ,/,", "ORG", "director, Acme Institute"),
        (",/, 51/CD ,/, of/IN Acme/NNP Institute/NNP ,/, a/DT driver/NN ,/,", "GPE", "driver"),
    ],
)
def test_names_of_bodies_and_homes_may_stand_beside_an_office(words: str, label: str, text: str) -> None:
    parse = parse_of(f"Kari/NNP Holm/NNP {words} left/VBD early/RB")
    holm, other = (name(parse, each, "PER") for each in ("Kari Holm", "Acme Institute"))
    span = range(holm.first, holm.last + 1)
    persons = dict.fromkeys(span, span)
    labels = dict.fromkeys(persons, "PERSON") | dict.fromkeys(range(other.first, other.last + 1), label)
    found = phrases_beside(RoleText(parse, persons, labels, GAZETTEER), span)
    assert ("comma", text) in {(each.place, parse.span_text(each.first, each.last)) for each in found}


def test_a_body_behind_a_place_is_none_of_the_office() -> None:
    parse = parse_of("Kari/NNP Holm/NNP ,/, mayor/NN of/IN Oslo/NNP ,/, Acme/NNP Institute/NNP ,/, left/VBD early/RB")
    holm, acme = (name(parse, each, "PER") for each in ("Kari Holm", "Acme Institute"))
    span = range(holm.first, holm.last + 1)
    persons = dict.fromkeys(span, span)
    labels = dict.fromkeys(persons, "PERSON") | dict.fromkeys(range(acme.first, acme.last + 1), "ORG")
    found = list(phrases_beside(RoleText(parse, persons, labels, GAZETTEER), span))
    assert {parse.span_text(each.first, each.last) for each in found} == {"mayor of Oslo", "mayor"}


def test_a_line_that_ends_in_front_of_a_name_is_none_of_its_role() -> None:
    assert ("before", "mayor") in offered("The/DT mayor/NN /_SP Kari/NNP Holm/NNP left/VBD", "Kari Holm")
    assert not offered("The/DT mayor/NN ¶/_SP Kari/NNP Holm/NNP left/VBD", "Kari Holm")


def test_a_body_that_no_comma_closes_is_none_of_the_office() -> None:
    parse = parse_of("Kari/NNP Holm/NNP ,/, the/DT chairman/NN ,/, Acme/NNP Institute/NNP and/CC others/NNS left/VBD")
    holm, acme = (name(parse, each, "PER") for each in ("Kari Holm", "Acme Institute"))
    span = range(holm.first, holm.last + 1)
    persons = dict.fromkeys(span, span)
    labels = dict.fromkeys(persons, "PERSON") | dict.fromkeys(range(acme.first, acme.last + 1), "ORG")
    found = phrases_beside(RoleText(parse, persons, labels, GAZETTEER), span)
    assert not [each for each in found if "Acme" in parse.span_text(each.first, each.last)]


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("Union/NNP of/IN Miners/NNPS", "Union of Miners"),
        ("Farmers/NNPS ~'/POS Federation/NNP", "Farmers' Federation"),
    ],
)
def test_no_phrase_in_front_of_a_name_begins_inside_that_of_a_body(front: str, body: str) -> None:
    parse = parse_of(f"{front} president/NN Kari/NNP Holm/NNP left/VBD")
    union, holm = range(3), range(4, 6)
    labels = dict.fromkeys(union, "ORG") | dict.fromkeys(holm, "PERSON")
    found = phrases_beside(RoleText(parse, dict.fromkeys(holm, holm), labels, GAZETTEER), holm)
    assert {parse.span_text(each.first, each.last) for each in found} == {f"{body} president", "president"}


@pytest.mark.parametrize(
    ("behind", "shorter"),
    [
        ("president/NN of/IN the/DT Union/NNP of/IN Miners/NNPS", ["president"]),
        ("the/DT Farmers/NNPS ~'/POS Federation/NNP chairman/NN", []),
    ],
)
def test_no_phrase_behind_a_name_is_cut_inside_that_of_a_body(behind: str, shorter: list[str]) -> None:
    parse = parse_of(f"Kari/NNP Holm/NNP ,/, {behind} ,/, left/VBD")
    holm = range(2)
    first = next(token for token, word in enumerate(parse.words) if word in ("Union", "Farmers"))
    labels = dict.fromkeys(holm, "PERSON") | dict.fromkeys(range(first, first + 3), "ORG")
    found = phrases_beside(RoleText(parse, dict.fromkeys(holm, holm), labels, GAZETTEER), holm)
    last = len(parse) - 3
    whole = parse.span_text(3 if shorter else 4, last)
    assert {parse.span_text(each.first, each.last) for each in found} == {whole, *shorter}


@pytest.mark.parametrize(
    "front",
    [
        "Last/JJ week/NN/npadvmod/6",
        "On/IN/prep/6 Monday/NNP/pobj/0",
        "On/IN Monday/NNP/compound/5",
        "said/VBD last/JJ Monday/NNP/compound/6",
    ],
)
def test_when_something_is_done_is_none_of_the_role_in_front_of_a_name(front: str) -> None:
    found = offered(f"{front} opposition/NN leader/NN Kari/NNP Holm/NNP left/VBD", "Kari Holm")
    assert found == {("before", "opposition leader"), ("before", "leader")}


def test_an_age_may_stand_in_a_role_in_front_of_a_name() -> None:
    found = offered(
        "the/DT 24/CD ~-/HYPH ~year/NN/npadvmod/5 ~-/HYPH ~old/JJ rider/NN Kari/NNP Holm/NNP left/VBD", "Kari Holm"
    )
    assert ("before", "24-year-old rider") in found


def test_a_title_of_two_words_is_no_office_with_a_rank_behind() -> None:
    found = offered("Chief/NNP Justice/NNP Kari/NNP Holm/NNP left/VBD", "Kari Holm")
    assert found == {("before", "Chief Justice"), ("before", "Justice")}

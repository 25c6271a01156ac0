"""What type names are, one for one name over the document."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import agreed, labelled
from newswire.extract.entities.names import Name, NameText
from tests.extract.entities.handmade import GAZETTEER, name, parse_of, span


def classes(parse: Parse, *names: Name) -> list[tuple[str, str]]:
    """The names as they stand, with the classes that they agree on."""
    return [(parse.span_text(n.first, n.last), n.kind) for n in agreed(list(names), NameText(parse), GAZETTEER)]


def labels(parse: Parse, *names: Name, **spans: str) -> list[tuple[str, str]]:
    """The names as they stand, with their labels; `spans` are the recogniser's labels by text."""
    given = [span(parse, text, label) for text, label in spans.items()]
    return [(each.text, each.label) for each in labelled(parse, list(names), given, NameText(parse), GAZETTEER)]


def test_a_surname_alone_is_a_persons_like_the_full_name() -> None:
    parse = parse_of("Tomas/NNP Brandt/NNP left/VBD", "Brandt/NNP said/VBD so/RB")
    names = [name(parse, "Tomas Brandt", "PER"), name(parse, "Brandt", "ORG", 1)]
    assert classes(parse, *names) == [("Tomas Brandt", "PER"), ("Brandt", "PER")]


def test_a_text_without_names_has_none() -> None:
    assert classes(parse_of("it/PRP rained/VBD")) == []


def test_the_majority_decides_on_a_name_that_nothing_else_tells() -> None:
    parse = parse_of("Zorin/NNP left/VBD", "Zorin/NNP came/VBD", "Zorin/NNP won/VBD")
    names = [name(parse, "Zorin", kind, at) for at, kind in enumerate(("ORG", "LOC", "ORG"))]
    assert {kind for _, kind in classes(parse, *names)} == {"ORG"}


def test_a_name_with_its_legal_form_once_is_a_companys_everywhere() -> None:
    parse = parse_of("Zorin/NNP Corp/NNP grew/VBD", "Zorin/NNP won/VBD")
    names = [name(parse, "Zorin Corp", "ORG"), name(parse, "Zorin", "PER", 1)]
    assert classes(parse, *names) == [("Zorin Corp", "ORG"), ("Zorin", "ORG")]


@pytest.mark.parametrize(("text", "kind"), [("Zorin/NNP grew/VBD", "ORG"), ("Dr/NNP Zorin/NNP grew/VBD", "PER")])
def test_a_word_that_begins_a_bodys_name_is_that_body_unless_a_title_stands_in_front(text: str, kind: str) -> None:
    parse = parse_of(text, "Zorin/NNP Steel/NNP won/VBD")
    names = [name(parse, "Zorin", "PER"), name(parse, "Zorin Steel", "ORG")]
    assert classes(parse, *names) == [("Zorin", kind), ("Zorin Steel", "ORG")]


def test_a_word_of_a_persons_full_name_is_no_body() -> None:
    parse = parse_of("Zorin/NNP grew/VBD", "Zorin/NNP Steel/NNP won/VBD", "Kari/NNP Zorin/NNP left/VBD")
    names = [name(parse, "Zorin", "PER"), name(parse, "Zorin Steel", "ORG"), name(parse, "Kari Zorin", "PER")]
    assert classes(parse, *names)[0] == ("Zorin", "PER")


def test_a_rank_for_short_is_no_part_of_a_name_and_none_alone() -> None:
    parse = parse_of("Cpl/NNP Kari/NNP Holm/NNP met/VBD Det/NNP Insp/NNP Tomas/NNP Brandt/NNP")
    names = [name(parse, "Cpl Kari Holm", "PER"), name(parse, "Insp", "PER"), name(parse, "Tomas Brandt", "PER")]
    assert labels(parse, *names) == [("Kari Holm", "PERSON"), ("Tomas Brandt", "PERSON")]


def test_what_shares_are_held_in_is_a_company_although_a_place_has_its_name() -> None:
    parse = parse_of("Shares/NNS in/IN Phoenix/NNP fell/VBD", "Phoenix/NNP cut/VBD jobs/NNS")
    names = [name(parse, "Phoenix", "LOC", at) for at in range(2)]
    assert classes(parse, *names) == [("Phoenix", "ORG"), ("Phoenix", "ORG")]


def test_a_country_that_shares_are_held_in_stays_a_country() -> None:
    parse = parse_of("Shares/NNS in/IN Norway/NNP fell/VBD")
    assert classes(parse, name(parse, "Norway", "LOC")) == [("Norway", "LOC")]


def test_what_lies_in_a_settlement_is_a_place() -> None:
    parse = parse_of("the/DT town/NN of/IN Zorin/NNP burnt/VBD")
    assert classes(parse, name(parse, "Zorin", "PER")) == [("Zorin", "LOC")]


@pytest.mark.parametrize(
    ("first", "behind", "kind"),
    [
        ("Norwegian", "Kari/NNP Holm/NNP", "MISC"),
        ("Norwegian", "left/VBD", "PER"),
        ("Zorin", "Kari/NNP Holm/NNP", "PER"),
    ],
)
def test_a_nationality_in_front_of_a_person_is_no_person(first: str, behind: str, kind: str) -> None:
    parse = parse_of(f"{first}/NNP {behind}")
    names = [name(parse, first, "PER")]
    names += [name(parse, "Kari Holm", "PER")] if "Holm" in behind else []
    assert classes(parse, *names)[0] == (first, kind)


def test_a_known_person_stays_one_whatever_stands_beside_the_name() -> None:
    parse = parse_of("Anna/NNP Zorin/NNP left/VBD", "faith/NN in/IN Zorin/NNP fell/VBD")
    names = [name(parse, "Anna Zorin", "PER"), name(parse, "Zorin", "PER", 1)]
    assert classes(parse, *names) == [("Anna Zorin", "PER"), ("Zorin", "PER")]


def test_the_gazetteer_and_the_recogniser_give_a_name_its_label() -> None:
    parse = parse_of("Norway/NNP and/CC Norwegians/NNPS like/VBP Zorinfest/NNP and/CC Kari/NNP Holm/NNP")
    names = [name(parse, "Norway", "LOC"), name(parse, "Norwegians", "MISC"), name(parse, "Zorinfest", "MISC")]
    names.append(name(parse, "Kari Holm", "PER"))
    assert labels(parse, *names, Zorinfest="EVENT") == [
        ("Norway", "GPE"),
        ("Norwegians", "NORP"),
        ("Zorinfest", "EVENT"),
        ("Kari Holm", "PERSON"),
    ]


def test_a_name_that_nothing_gives_a_label_and_a_letter_are_left_out() -> None:
    parse = parse_of("Zorinfest/NNP was/VBD on/IN X/NNP")
    assert labels(parse, name(parse, "Zorinfest", "MISC"), name(parse, "X", "ORG")) == []


def test_the_party_and_the_state_of_a_member_are_no_name() -> None:
    parse = parse_of("Holm/NNP (/-LRB- D-Ohio/NNP )/-RRB- and/CC Ito/NNP ,/, I-Vt./NNP ,/, left/VBD")
    names = [name(parse, text, "PER") for text in ("Holm", "D-Ohio", "Ito", "I-Vt.")]
    assert labels(parse, *names) == [("Holm", "PERSON"), ("Ito", "PERSON")]


@pytest.mark.parametrize(("place", "label"), [("Zorin Airport", "FAC"), ("Zorin Mountains", "LOC"), ("Zorin", "GPE")])
def test_the_last_word_of_a_place_tells_what_it_is(place: str, label: str) -> None:
    parse = parse_of("near/IN " + " ".join(f"{word}/NNP" for word in place.split()))
    assert labels(parse, name(parse, place, "LOC")) == [(place, label)]


def test_an_article_in_front_and_a_possessive_behind_are_no_part_of_a_name() -> None:
    parse = parse_of("the/DT Zorin/NNP ~'s/POS plan/NN")
    assert labels(parse, name(parse, "the Zorin's", "ORG")) == [("Zorin", "ORG")]


def test_a_public_body_in_the_possessive_has_the_country_as_owner_and_a_company_has_none() -> None:
    parse = parse_of("Peru/NNP ~'s/POS Foreign/NNP Ministry/NNP and/CC Peru/NNP ~'s/POS Zorin/NNP Mines/NNPS left/VBD")
    names = [name(parse, "Peru", "LOC"), name(parse, "Foreign Ministry", "ORG")]
    names += [name(parse, "Peru", "LOC", 1), name(parse, "Zorin Mines", "ORG")]
    mentions = labelled(parse, names, [], NameText(parse), GAZETTEER)
    assert [each.owner for each in mentions] == [None, "PER", None, None]


@pytest.mark.parametrize(
    ("written", "noun", "kind", "agreed_kind"),
    [
        ("Zorin", "airline", "PER", "ORG"),
        ("Zorin", "retailer", "PER", "PER"),
        ("Zorin", "retailer", "LOC", "ORG"),
        ("Laura Mills", "novelist", "ORG", "PER"),
        ("Laura Mills", "retailer", "PER", "PER"),
        ("Harbour Mills", "novelist", "ORG", "ORG"),
        ("Laura University", "novelist", "ORG", "ORG"),
        ("Kyiv", "retailer", "LOC", "LOC"),
        ("Batumi", "retailer", "LOC", "LOC"),
        ("Harbour Mills", "retailer", "PER", "PER"),
        ("Harbour University", "village", "ORG", "ORG"),
    ],
)
def test_an_unlisted_name_is_what_the_text_says_unless_its_words_say_otherwise(
    written: str, noun: str, kind: str, agreed_kind: str
) -> None:
    words = written.split()
    head = len(words) - 1
    spelt = " ".join(
        f"{word}/NNP/{'nsubj' if at == head else 'compound'}/{head + 5 if at == head else head}"
        for at, word in enumerate(words)
    )
    parse = parse_of(
        f"{spelt} ,/,/punct/{head} the/DT/det/{head + 3} {noun}/NN/appos/{head} ,/,/punct/{head} left/VBD/ROOT/{head + 5}"
    )
    assert classes(parse, name(parse, written, kind)) == [(written, agreed_kind)]


@pytest.mark.parametrize("kind", ["PER", "ORG"])
def test_a_known_town_at_the_end_of_a_row_behind_a_preposition_of_place_is_a_place(kind: str) -> None:
    text = "They/PRP/nsubj/1 fought/VBD/ROOT/1 in/IN/prep/1 Odessa/NNP/pobj/2 and/CC/cc/3 Batumi/NNP/conj/3"
    parse = parse_of(text)
    assert ("Batumi", "LOC") in classes(parse, name(parse, "Odessa", "LOC"), name(parse, "Batumi", kind))


def test_a_double_surname_alone_is_a_persons_like_the_full_name() -> None:
    parse = parse_of("Kari/NNP Berg/NNP ~-/HYPH ~Olsen/NNP left/VBD", "Berg/NNP ~-/HYPH ~Olsen/NNP said/VBD so/RB")
    names = [name(parse, "Kari Berg-Olsen", "PER"), name(parse, "Berg-Olsen", "ORG", 1)]
    assert [kind for _, kind in classes(parse, *names)] == ["PER", "PER"]


def test_a_surname_stays_a_persons_whatever_the_next_sentence_speaks_of() -> None:
    parse = parse_of(
        "Kari/NNP Zorin/NNP left/VBD",
        "Zorin/NNP/nsubj/4 agreed/VBD/ROOT/4",
        "the/DT/det/6 airline/NN/nsubj/7 grew/VBD/ROOT/7",
    )
    names = [name(parse, "Kari Zorin", "PER"), name(parse, "Zorin", "PER", 1)]
    assert [kind for _, kind in classes(parse, *names)] == ["PER", "PER"]

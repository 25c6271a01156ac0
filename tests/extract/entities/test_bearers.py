"""Names gathered into those who bear them."""

from dataclasses import replace

from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.bearers import gather_bearers
from tests.extract.entities.handmade import GAZETTEER, mention, parse_of


def gathered(*mentions: NameMention) -> list[list[str]]:
    """The names of each bearer, as they stand."""
    return [[each.text for each in bearer.mentions] for bearer in gather_bearers(list(mentions), GAZETTEER)]


def words(text: str) -> Parse:
    return parse_of(" ".join(f"{word}/NNP" for word in text.split()))


def test_bearers_come_in_the_order_in_which_they_are_first_named() -> None:
    parse = words("Oslo Zorin Kari Holm Norway Zorin")
    names = [mention(parse, "Norway", "GPE"), mention(parse, "Kari Holm", "PERSON"), mention(parse, "Zorin", "ORG", 1)]
    names += [mention(parse, "Zorin", "ORG"), mention(parse, "Oslo", "GPE")]
    assert gathered(*names) == [["Oslo"], ["Zorin", "Zorin"], ["Kari Holm"], ["Norway"]]


def test_one_name_of_two_labels_has_two_bearers() -> None:
    parse = words("Zorin and Zorin")
    assert gathered(mention(parse, "Zorin", "ORG"), mention(parse, "Zorin", "GPE", 1)) == [["Zorin"], ["Zorin"]]


def test_a_surname_alone_is_that_of_the_bearer_who_was_named_last() -> None:
    parse = words("Anna Keller and Peter Keller said Keller and then Anna Keller said Keller")
    full = [mention(parse, "Anna Keller", "PERSON"), mention(parse, "Peter Keller", "PERSON")]
    full.append(mention(parse, "Anna Keller", "PERSON", 1))
    alone = [mention(parse, "Keller", "PERSON", at) for at in (2, 4)]
    assert gathered(*full, *alone) == [["Anna Keller", "Anna Keller", "Keller"], ["Peter Keller", "Keller"]]


def test_a_surname_that_no_full_name_has_is_somebody_of_its_own() -> None:
    parse = words("Anna Keller and Brandt and Brandt")
    names = [mention(parse, "Anna Keller", "PERSON"), *(mention(parse, "Brandt", "PERSON", at) for at in (0, 1))]
    assert gathered(*names) == [["Anna Keller"], ["Brandt", "Brandt"]]


def test_a_surname_with_a_letter_awry_is_that_of_the_full_name() -> None:
    parse = words("Anna Hallberg and Halberg and Hallbegr and Hallbarg")
    names = [mention(parse, "Anna Hallberg", "PERSON")]
    names += [mention(parse, text, "PERSON") for text in ("Halberg", "Hallbegr", "Hallbarg")]
    assert gathered(*names) == [["Anna Hallberg", "Halberg", "Hallbarg"], ["Hallbegr"]]


def test_a_surname_with_two_neighbouring_letters_exchanged_is_that_of_the_full_name() -> None:
    parse = words("Omar Madrasi and Mardasi")
    names = [mention(parse, text, "PERSON") for text in ("Omar Madrasi", "Mardasi")]
    assert gathered(*names) == [["Omar Madrasi", "Mardasi"]]


def test_short_surnames_and_those_that_end_otherwise_are_other_families() -> None:
    parse = words("Ivan Petrov and Petrova and Olaf Johnsen and Johnson and Wei Cheng and Chang")
    names = [mention(parse, text, "PERSON") for text in ("Ivan Petrov", "Olaf Johnsen", "Wei Cheng")]
    names += [mention(parse, text, "PERSON") for text in ("Petrova", "Johnson", "Chang")]
    assert len(gathered(*names)) == 6


def test_an_organisation_is_one_by_a_blend_of_the_beginnings_of_its_words() -> None:
    parse = words("Zorin Northern Command and Norcom and Telefon de Zorinia and Telzor and Telora")
    names = [mention(parse, text, "ORG") for text in ("Zorin Northern Command", "Norcom", "Telefon de Zorinia")]
    names += [mention(parse, text, "ORG") for text in ("Telzor", "Telora")]
    assert gathered(*names) == [["Zorin Northern Command", "Norcom"], ["Telefon de Zorinia", "Telzor"], ["Telora"]]


def test_a_family_name_with_its_particle_is_that_of_the_full_name() -> None:
    parse = words("Jan van Berg and Ada Berg and Van Berg")
    names = [mention(parse, "Jan van Berg", "PERSON"), mention(parse, "Ada Berg", "PERSON")]
    assert gathered(*names, mention(parse, "Van Berg", "PERSON")) == [["Jan van Berg", "Van Berg"], ["Ada Berg"]]


def test_an_organisation_is_one_by_its_acronym_its_beginning_and_its_listed_names() -> None:
    parse = words("Federation of Zorin Owners and FZO and Borealis Holding and Borealis and NATO and FOO")
    names = [mention(parse, text, "ORG") for text in ("Federation of Zorin Owners", "FZO", "Borealis Holding")]
    names += [mention(parse, text, "ORG") for text in ("Borealis", "NATO", "FOO")]
    assert gathered(*names) == [
        ["Federation of Zorin Owners", "FZO"],
        ["Borealis Holding", "Borealis"],
        ["NATO"],
        ["FOO"],
    ]


def test_a_body_of_several_countries_is_that_of_the_owner_who_was_named_last() -> None:
    parse = words("Foreign Ministry and Foreign Ministry and Foreign Ministry")
    names = [mention(parse, "Foreign Ministry", "ORG", at, owner) for at, owner in enumerate(("BRA", "DEU", None))]
    bearers = gather_bearers(names, GAZETTEER)
    assert [(bearer.owner, len(bearer.mentions)) for bearer in bearers] == [("BRA", 1), ("DEU", 2)]


def test_a_listed_body_with_its_seat_in_front_is_known_by_what_is_listed() -> None:
    parse = words("White House National Security Council and National Security Council")
    long = mention(parse, "White House National Security Council", "ORG")
    (bearer,) = gather_bearers([long, mention(parse, "National Security Council", "ORG", 1)], GAZETTEER)
    assert bearer.entry == GAZETTEER.find("National Security Council")


def test_a_word_in_brackets_behind_a_body_is_short_for_it_whatever_its_letters() -> None:
    parse = words("Harbour Workers Council ( SHR ) said SHR")
    whole = mention(parse, "Harbour Workers Council", "ORG")
    short = replace(mention(parse, "SHR", "ORG"), full=whole.words)
    assert gathered(whole, short, mention(parse, "SHR", "ORG", 1)) == [["Harbour Workers Council", "SHR", "SHR"]]


def test_a_name_of_two_words_is_that_of_the_longer_one_that_ends_with_them() -> None:
    parse = words("Ondine Sova Brel spoke . Sova Brel left . Mira Brel stayed")
    told = [
        mention(parse, each, "PERSON", at) for each, at in (("Ondine Sova Brel", 0), ("Sova Brel", 1), ("Mira Brel", 0))
    ]
    assert gathered(*told) == [["Ondine Sova Brel", "Sova Brel"], ["Mira Brel"]]


def test_what_begins_with_a_given_name_is_somebody_else_whose_name_ends_alike() -> None:
    parse = words("John Michael Smith spoke . Michael Smith left")
    told = [mention(parse, each, "PERSON", at) for each, at in (("John Michael Smith", 0), ("Michael Smith", 1))]
    assert gathered(*told) == [["John Michael Smith"], ["Michael Smith"]]

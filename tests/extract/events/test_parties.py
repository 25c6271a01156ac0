"""Who can be an end of an event, with country and sector, on parses made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.events.parties import Party, all_parties, named_place, parties
from newswire.extract.events.words import EventWords
from tests.extract.handmade import handmade
from tests.extract.lists import LEXICONS

SIGNED = """
    Ministers  NNS  nsubj  signed  minister
    signed     VBD  ROOT   signed  sign
    it         PRP  dobj   signed
"""


def of(parse: Parse, drafts: list[EntityDraft] | None = None, words: EventWords = LEXICONS.event_words) -> list[Party]:
    return list(parties(parse, drafts or [], LEXICONS.gazetteer, words).values())


def phrases(parse: Parse, found: list[Party]) -> list[tuple[str, str | None, str | None]]:
    return [(parse.span_text(party.first, party.last), party.country, party.sector) for party in found]


def test_a_role_noun_takes_its_country_from_the_adjective_which_is_no_party_of_its_own() -> None:
    parse = handmade("""
        Peruvian  JJ   amod   troops
        troops    NNS  nsubj  fled    troop
        fled      VBD  ROOT   fled    flee
    """)
    assert phrases(parse, of(parse)) == [("Peruvian troops", "PER", "MIL")]


def test_a_coordination_of_adjectives_is_of_all_their_countries() -> None:
    parse = handmade("""
        Hungarian  JJ   amod   officials
        and        CC   cc     Hungarian
        Romanian   JJ   conj   Hungarian
        officials  NNS  nsubj  met        official
        met        VBD  ROOT   met        meet
    """)
    (party,) = [party for party in of(parse) if parse.words[party.head] == "officials"]
    assert (party.country, party.countries, party.sector) == ("HUN", ["ROU"], "GOV")


@pytest.mark.parametrize("preposition", ["of", "from", "in"])
def test_the_country_may_stand_behind_a_preposition(preposition: str) -> None:
    parse = handmade(f"""
        Police         NNS  nsubj  fled        police
        {preposition}  IN   prep   Police
        Peru           NNP  pobj   {preposition}
        fled           VBD  ROOT   fled        flee
    """)
    police = next(party for party in of(parse) if parse.words[party.head] == "Police")
    assert (police.country, police.sector) == ("PER", "COP")


def test_a_capital_acts_for_its_government_but_not_where_something_happens() -> None:
    acting = handmade("""
        Lima      NNP  nsubj  rejected
        rejected  VBD  ROOT   rejected  reject
        it        PRP  dobj   rejected
    """)
    assert [(party.country, party.sector, party.located) for party in of(acting)] == [("PER", "GOV", False)]
    placed = handmade(f"""{SIGNED}
        in    IN   prep  signed
        Lima  NNP  pobj  in
    """)
    assert [(party.country, party.sector, party.located) for party in of(placed)][1:] == [("PER", None, True)]


def test_a_part_of_a_capital_is_a_place_as_well() -> None:
    parse = handmade(f"""{SIGNED}
        in       IN   prep  signed
        streets  NNS  pobj  in       street
        of       IN   prep  streets
        Lima     NNP  pobj  of
    """)
    (lima,) = [party for party in of(parse) if parse.words[party.head] == "Lima"]
    assert lima.located
    without = of(parse, words=replace(LEXICONS.event_words, town_parts=frozenset()))
    assert not next(party for party in without if party.head == lima.head).located


def test_a_name_behind_a_prefix_is_not_the_bearers_own() -> None:
    def prefixed(prefix: str) -> list[Party]:
        return of(
            handmade(f"""
                {prefix}  JJ    amod   rebels
                -         HYPH  punct  rebels
                Russian   JJ    amod   rebels
                rebels    NNS   nsubj  fled    rebel
                fled      VBD   ROOT   fled    flee
            """)
        )

    assert [(party.country, party.sector) for party in prefixed("pro")] == [(None, "REB")]
    assert [(party.country, party.sector) for party in prefixed("young")] == [("RUS", "REB")]


def test_a_thing_stands_for_the_side_whose_it_is_and_users_may_add_things() -> None:
    def convoy(thing: str, words: EventWords = LEXICONS.event_words) -> list[str | None]:
        parse = handmade(f"""
            rebel    NN   compound  {thing}
            {thing}  NN   nsubj     moved
            moved    VBD  ROOT      moved    move
        """)
        return [party.sector for party in of(parse, words=words)]

    assert convoy("convoy") == ["REB"]
    assert convoy("hovercraft") == []
    assert convoy("hovercraft", replace(LEXICONS.event_words, assets=frozenset(("hovercraft",)))) == ["REB"]


def test_an_idiom_is_nobody_and_its_noun_alone_somebody() -> None:
    def state(preposition: str) -> list[str | None]:
        parse = handmade(f"""
            state          NN   nsubj  said
            {preposition}  IN   prep   state
            emergency      NN   pobj   {preposition}
            said           VBD  ROOT   said           say
        """)
        return [party.sector for party in of(parse)]

    assert state("of") == []
    assert state("without") == ["GOV"]


def test_in_a_text_of_one_country_its_police_are_of_it() -> None:
    def country(*others: str) -> str | None:
        rows = "\n".join(f"{name} NNP npadvmod met" for name in others)
        parse = handmade(f"""
            {rows}
            police  NNS  nsubj  met
            met     VBD  ROOT   met  meet
        """)
        return next(party for party in of(parse) if parse.words[party.head] == "police").country

    assert country("Peru") == "PER"
    assert country("Peru", "Chile") is None


def test_a_person_takes_country_and_sector_from_the_title() -> None:
    parse = handmade("""
        Chilean   JJ   amod      President
        President NNP  compound  Doe
        Jane      NNP  compound  Doe
        Doe       NNP  nsubj     left
        left      VBD  ROOT      left  leave
    """)
    start = parse.starts[2]
    draft = EntityDraft("PERSON", "Jane Doe", [MentionDraft(start, parse.ends[3], 3, "name")])
    (party,) = of(parse, [draft])
    assert (party.entity, party.label, party.country, party.sector) == (0, "PERSON", "CHL", "GOV")


def test_a_bound_of_a_number_belongs_to_the_party_and_other_prepositions_do_not() -> None:
    def phrase(one: str, two: str) -> str:
        parse = handmade(f"""
            {one}     IN   advmod   20
            {two}     JJS  advmod   20
            20        CD   nummod   soldiers
            soldiers  NNS  nsubj    fled      soldier
            fled      VBD  ROOT     fled      flee
        """)
        (party,) = of(parse)
        return parse.span_text(party.first, party.last)

    assert phrase("At", "least") == "At least 20 soldiers"
    assert phrase("Of", "those") == "those 20 soldiers"


def test_no_party_begins_in_the_dateline_and_its_place_is_none() -> None:
    parse = handmade("""
        QUITO    NNP  nmod   Peruvian
        -        :    punct  QUITO
        Peruvian JJ   amod   troops
        troops   NNS  nsubj  fled    troop
        fled     VBD  ROOT   fled    flee
    """)
    assert phrases(parse, of(parse)) == [("Peruvian troops", "PER", "MIL")]


def test_a_body_is_of_the_country_behind_its_name_whatever_the_lists_say() -> None:
    parse = handmade("""
        Republican  NNP  compound  Party
        Party       NNP  nsubj     met
        of          IN   prep      Party
        Peru        NNP  pobj      of
        met         VBD  ROOT      met    meet
    """)
    assert [party.country for party in of(parse) if parse.words[party.head] == "Party"] == ["PER"]


@pytest.mark.parametrize(("noun", "country"), [("Soldiers", "PER"), ("Missiles", None)])
def test_a_weapon_is_not_of_the_only_country_that_a_text_names(noun: str, country: str | None) -> None:
    parse = handmade(f"""
        {noun}  NNS  nsubj  hit   {noun.lower().removesuffix("s")}
        hit     VBD  ROOT   hit
        Peru    NNP  dobj   hit
    """)
    (party,) = [party for party in of(parse) if parse.words[party.head] == noun]
    assert (party.country, party.sector) == (country, "MIL")


@pytest.mark.parametrize(("preposition", "country"), [("in", None), ("from", "PER")])
def test_a_weapon_comes_from_a_country_and_is_not_of_the_one_where_it_hits(
    preposition: str, country: str | None
) -> None:
    parse = handmade(f"""
        Missiles       NNS  nsubj  hit  missile
        {preposition}  IN   prep   Missiles
        Peru           NNP  pobj   {preposition}
        hit            VBD  ROOT   hit
        Chile          NNP  dobj   hit
    """)
    (party,) = [party for party in of(parse) if parse.words[party.head] == "Missiles"]
    assert party.country == country


@pytest.mark.parametrize(("noun", "whole"), [("town", "The town of Ganja"), ("people", "The people")])
def test_a_town_has_the_name_that_stands_behind_it(noun: str, whole: str) -> None:
    parse = handmade(f"""
        The     DT   det        {noun}
        {noun}  NN   nsubjpass  hit
        of      IN   prep       {noun}
        Ganja   NNP  pobj       of
        was     VBD  auxpass    hit
        hit     VBN  ROOT       hit
    """)
    start = parse.starts[3]
    ganja = EntityDraft(label="GPE", name="Ganja", mentions=[MentionDraft(start, start + 5, 3, "name")], country="AZE")
    known = all_parties(parse, [ganja], parties(parse, [ganja], LEXICONS.gazetteer, LEXICONS.event_words))
    party = named_place(parse, known, known[1], LEXICONS.gazetteer)
    assert parse.span_text(party.first, party.last) == whole
    assert (party.entity is not None) == (noun == "town")


@pytest.mark.parametrize(("modifier", "country"), [("NATO", None), ("Army", "MLI")])
def test_those_of_a_body_of_many_countries_are_not_of_the_one_that_the_text_names(
    modifier: str, country: str | None
) -> None:
    parse = handmade(f"""
        {modifier}  NNP  compound  officers
        officers    NNS  nsubj     met       officer
        met         VBD  ROOT      met       meet
        rebels      NNS  dobj      met       rebel
        in          IN   prep      met
        Mali        NNP  pobj      in
    """)
    (officers,) = (party for party in of(parse) if parse.words[party.head] == "officers")
    assert (officers.country, officers.international) == (country, country is None)

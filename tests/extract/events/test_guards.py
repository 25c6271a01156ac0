"""What is no event between its ends whatever the classifier makes of it, on parses made by hand."""

from __future__ import annotations

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.events.candidates import Candidate, candidates, sites
from newswire.extract.events.guards import plausible, wordy
from newswire.extract.events.parties import Party
from tests.extract.handmade import handmade
from tests.extract.lists import LEXICONS


def party(parse: Parse, word: str, label: str | None = "GPE", sector: str | None = "GOV", **fields: object) -> Party:
    head = parse.words.index(word)
    return Party(head, head, head, label=label, sector=sector, **{"country": "NOR", **fields})  # type: ignore[arg-type]


def candidate(parse: Parse, predicate: str, known: dict[int, Party], recipient: str | None = None) -> Candidate:
    """The candidate of a predicate with its first doer and a recipient, or without one."""
    (site,) = [site for site in sites(parse, known, LEXICONS.predicates) if parse.words[site.core] == predicate]
    (one,) = [
        each
        for each in candidates(parse, site, LEXICONS.event_words)
        if each.actors and [parse.words[head] for head in each.recipients] == ([recipient] if recipient else [])
    ]
    return one


def passes(parse: Parse, predicate: str, *ends: Party, to: str | None = None) -> bool:
    known = {end.head: end for end in ends}
    return plausible(parse, known, candidate(parse, predicate, known, to))


def test_a_score_behind_a_winning_verb_makes_it_no_attack() -> None:
    def beat(*rest: str) -> bool:
        words = "\n".join(f"{word} CD dep beat" for word in rest)
        parse = handmade(f"""
            Peru   NNP  nsubj  beat
            beat   VBD  ROOT   beat
            Chile  NNP  dobj   beat
            {words}
        """)
        return passes(parse, "beat", party(parse, "Peru"), party(parse, "Chile"), to="Chile")

    assert beat()
    assert beat("2000", "-", "2010")
    assert not beat("3", "-", "2")


@pytest.mark.parametrize(("label", "passing"), [("dobj", True), ("oprd", False)], ids=["asked", "named"])
def test_who_calls_somebody_a_name_does_nothing_to_him(label: str, passing: bool) -> None:
    parse = handmade(f"""
        Peru    NNP  nsubj    called
        called  VBD  ROOT     called  call
        Chile   NNP  dobj     called
        rogue   NN   {label}  called
    """)
    assert passes(parse, "called", party(parse, "Peru"), party(parse, "Chile"), to="Chile") is passing


@pytest.mark.parametrize(("marker", "passing"), [("to", True), ("if", False)], ids=["deed", "question"])
def test_a_question_asks_for_no_deed(marker: str, passing: bool) -> None:
    parse = handmade(f"""
        Peru      NNP  nsubj  asked
        asked     VBD  ROOT   asked  ask
        Chile     NNP  dobj   asked
        {marker}  IN   mark   left
        left      VBD  ccomp  asked  leave
    """)
    assert passes(parse, "asked", party(parse, "Peru"), party(parse, "Chile"), to="Chile") is passing


@pytest.mark.parametrize(("preposition", "passing"), [("with", True), ("after", False)])
def test_who_stands_in_a_circumstance_has_no_part_in_the_act(preposition: str, passing: bool) -> None:
    parse = handmade(f"""
        Peru           NNP  nsubj  talked
        talked         VBD  ROOT   talked         talk
        {preposition}  IN   prep   talked
        Chile          NNP  pobj   {preposition}
    """)
    assert passes(parse, "talked", party(parse, "Peru"), party(parse, "Chile"), to="Chile") is passing


@pytest.mark.parametrize(("verb", "lemma", "passing"), [("destroyed", "destroy", True), ("launched", "launch", False)])
def test_a_weapon_suffers_what_brings_it_down_and_not_its_use(verb: str, lemma: str, passing: bool) -> None:
    parse = handmade(f"""
        Peru      NNP  nsubj  {verb}
        {verb}    VBD  ROOT   {verb}  {lemma}
        missiles  NNS  dobj   {verb}  missile
    """)
    weapon = party(parse, "missiles", None, "MIL")
    assert passes(parse, verb, party(parse, "Peru"), weapon, to="missiles") is passing


@pytest.mark.parametrize(("label", "passing"), [("advcl", True), ("xcomp", False)], ids=["end", "answer"])
def test_who_keeps_from_an_answer_rejects_nobody(label: str, passing: bool) -> None:
    parse = handmade(f"""
        Peru     NNP  nsubj    refused
        refused  VBD  ROOT     refused  refuse
        Chile    NNP  dobj     refused
        to       TO   aux      comment
        comment  VB   {label}  refused
    """)
    assert passes(parse, "refused", party(parse, "Peru"), party(parse, "Chile"), to="Chile") is passing


def test_a_town_is_where_something_happens_and_a_country_acts_wherever_it_stands() -> None:
    parse = handmade("""
        Peru    NNP  nsubj  talked
        talked  VBD  ROOT   talked  talk
        in      IN   prep   talked
        Arica   NNP  pobj   in
    """)
    assert not passes(parse, "talked", party(parse, "Peru"), party(parse, "Arica", sector=None), to="Arica")
    assert passes(parse, "talked", party(parse, "Peru"), party(parse, "Arica"), to="Arica")
    assert not passes(parse, "talked", party(parse, "Peru"), party(parse, "Arica", located=True), to="Arica")


def test_a_politician_who_attacks_a_politician_does_it_in_words_and_an_army_does_not() -> None:
    parse = handmade("""
        Walsh     NNP  nsubj  attacked
        attacked  VBD  ROOT   attacked  attack
        Reed      NNP  dobj   attacked
    """)

    def in_words(sector: str | None, other: str = "PERSON") -> bool:
        ends = (party(parse, "Walsh", "PERSON", sector), party(parse, "Reed", other, None))
        known = {end.head: end for end in ends}
        one = candidate(parse, "attacked", known, "Reed")
        return wordy(parse, known, one.site.core, one.actors, one.recipients, LEXICONS.event_words)

    assert in_words("GOV")
    assert in_words("GOV", "ORG")
    assert not in_words("MIL")
    assert not in_words("GOV", "GPE")


@pytest.mark.parametrize(("aim", "in_words"), [("budget", True), ("convoy", False)])
def test_an_attack_on_what_somebody_plans_is_one_in_words(aim: str, in_words: bool) -> None:
    parse = handmade(f"""
        Students  NNS  nsubj  attacked  student
        attacked  VBD  ROOT   attacked  attack
        Lima      NNP  poss   {aim}
        's        POS  case   Lima
        {aim}     NN   dobj   attacked
    """)
    ends = (party(parse, "Students", None, "EDU"), party(parse, "Lima"))
    assert wordy(parse, {end.head: end for end in ends}, 1, (0,), (2,), LEXICONS.event_words) is in_words


@pytest.mark.parametrize(("sector", "in_words"), [("GOV", True), ("OPP", True), ("MIL", False), ("CVL", False)])
def test_who_holds_an_office_attacks_a_minister_in_words(sector: str, in_words: bool) -> None:
    parse = handmade("""
        Officials  NNS  nsubj  attacked  official
        attacked   VBD  ROOT   attacked  attack
        ministers  NNS  dobj   attacked  minister
    """)
    ends = (party(parse, "Officials", None, sector), party(parse, "ministers", None))
    assert wordy(parse, {end.head: end for end in ends}, 1, (0,), (2,), LEXICONS.event_words) is in_words

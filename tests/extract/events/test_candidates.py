"""Which predicates could be events, between which ends, on parses made by hand."""

from __future__ import annotations

from newswire.extract.document.parse import Parse
from newswire.extract.events.candidates import Site, candidates, pair_features, sites, type_features
from newswire.extract.events.parties import Party
from tests.extract.handmade import handmade
from tests.extract.lists import LEXICONS


def parties(parse: Parse, *names: str) -> dict[int, Party]:
    return {head: Party(head, head, head, country=parse.words[head]) for head in map(parse.words.index, names)}


def of(parse: Parse, *names: str) -> list[Site]:
    return list(sites(parse, parties(parse, *names), LEXICONS.predicates))


def pairs(parse: Parse, *names: str) -> list[tuple[str, list[str], list[str], str]]:
    """The predicate, the ends and the path to the second one, of each candidate of a text."""
    return [
        (
            parse.words[site.core],
            [parse.words[head] for head in candidate.actors],
            [parse.words[head] for head in candidate.recipients],
            candidate.recipient_path,
        )
        for site in of(parse, *names)
        for candidate in candidates(parse, site, LEXICONS.event_words)
    ]


def said(verb: str, lemma: str) -> Parse:
    return handmade(f"""
        Peru    NNP  nsubj  {verb}
        {verb}  VBD  ROOT   {verb}  {lemma}
        Chile   NNP  dobj   {verb}
    """)


def both(verb: str, lemma: str) -> Parse:
    return handmade(f"""
        Peru    NNP  nsubj  {verb}
        and     CC   cc     Peru
        Chile   NNP  conj   Peru
        {verb}  VBD  ROOT   {verb}  {lemma}
    """)


def test_a_predicate_is_a_candidate_with_both_ends_and_with_each_doer_alone() -> None:
    assert pairs(said("attacked", "attack"), "Peru", "Chile") == [
        ("attacked", ["Peru"], ["Chile"], "dobj"),
        ("attacked", ["Peru"], [], ""),
    ]


def test_a_verb_that_names_no_act_is_none_and_any_other_may_be_one() -> None:
    assert of(said("became", "become"), "Peru", "Chile") == []
    assert [site.core for site in of(said("zapped", "zap"), "Peru", "Chile")] == [1]
    assert of(said("zapped", "zap"), "Peru") == []


def test_the_noun_that_a_light_verb_is_said_of_names_the_event() -> None:
    parse = handmade("""
        Peru   NNP  nsubj  held
        held   VBD  ROOT   held   hold
        talks  NNS  dobj   held   talk
        with   IN   prep   talks
        Chile  NNP  pobj   with
    """)
    (site,) = of(parse, "Peru", "Chile")
    assert (parse.words[site.head], parse.words[site.core]) == ("held", "talks")
    assert site.readings[0].type == "CONSULT"
    assert ("talks", ["Peru"], ["Chile"], "dobj>with") in pairs(parse, "Peru", "Chile")


def test_those_who_meet_meet_each_other_and_those_who_offer_do_not() -> None:
    assert ("met", ["Peru"], ["Chile"], "conj") in pairs(both("met", "meet"), "Peru", "Chile")
    assert ("clashed", ["Peru"], ["Chile"], "conj") in pairs(both("clashed", "clash"), "Peru", "Chile")
    assert [pair[1:3] for pair in pairs(both("offered", "offer"), "Peru", "Chile")] == [(["Peru", "Chile"], [])]


def test_talks_between_two_are_between_these() -> None:
    parse = handmade("""
        Talks    NNS  nsubj  failed   talk
        between  IN   prep   Talks
        Peru     NNP  pobj   between
        and      CC   cc     Peru
        Chile    NNP  conj   Peru
        failed   VBD  ROOT   failed   fail
    """)
    assert ("Talks", ["Peru"], ["Chile"], "conj") in pairs(parse, "Peru", "Chile")


def test_who_suffered_what_is_judged_is_not_judged() -> None:
    def parse(noun: str) -> Parse:
        return handmade(f"""
            Peru       NNP  nsubj  condemned
            condemned  VBD  ROOT   condemned  condemn
            the        DT   det    {noun}
            {noun}     NN   dobj   condemned
            on         IN   prep   {noun}
            Chile      NNP  pobj   on
        """)

    assert ("condemned", ["Peru"], ["Chile"], "dobj>on") in pairs(parse("decision"), "Peru", "Chile")
    assert [pair for pair in pairs(parse("attack"), "Peru", "Chile") if pair[0] == "condemned" and pair[2]] == []


def test_a_list_without_stops_has_no_predicates() -> None:
    def parse(length: int) -> Parse:
        rest = "\n".join("word NN dep 1" for _ in range(length - 3))
        return handmade(f"""
            Peru      NNP  nsubj  1
            attacked  VBD  ROOT   1  attack
            Chile     NNP  dobj   1
            {rest}
        """)

    assert len(of(parse(250), "Peru", "Chile")) == 1
    assert of(parse(251), "Peru", "Chile") == []


def test_the_features_are_those_that_the_weights_were_learnt_from() -> None:
    parse = said("attacked", "attack")
    known = parties(parse, "Peru", "Chile")
    (site,) = sites(parse, known, LEXICONS.predicates)
    candidate = candidates(parse, site, LEXICONS.event_words)[0]
    assert {"b", "lattackv", "ansubj", "rdobj", "arnsubj|dobj", "tASSAULT", "xdobj|attack", "DROOTv", "mactual"} <= set(
        pair_features(parse, known, candidate)
    )
    assert {"b", "lattack", "vFalse", "wdobj", "Wattack|dobj", "LASSAULT", "tpast", "Battack"} <= set(
        type_features(parse, known, candidate)
    )

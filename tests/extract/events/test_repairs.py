"""What readings of a predicate become when they would do harm, on parses made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.events.factuality import Status
from newswire.extract.events.parties import Party
from newswire.extract.events.repairs import Taken, repaired
from tests.extract.handmade import handmade
from tests.extract.lists import LEXICONS


def read(
    parse: Parse,
    core: str,
    kind: str,
    actors: str = "",
    recipients: str = "",
    *,
    status: Status | None = None,
    labels: Mapping[str, str] = MappingProxyType({}),
    **sectors: str | None,
) -> Taken | None:
    """What becomes of a reading whose ends are words; `labels` and `sectors` give those of some of them."""
    nouns = [token for token, tag in enumerate(parse.tags) if tag[:1] == "N"]
    known = {
        token: Party(token, token, token, sector=sectors.get(word), label=labels.get(word))
        for token, word in ((token, parse.words[token]) for token in nouns)
    }
    doers, others = (tuple(parse.words.index(word) for word in side.split()) for side in (actors, recipients))
    at = parse.words.index(core)
    held = status or Status("affirmed", "actual", "past")
    taken = Taken(at, at, parse.tags[at][:2] == "VB", kind, "", "", doers, others, held, 0.8)
    return repaired(parse, known, taken, LEXICONS.event_words, LEXICONS.predicates, LEXICONS.gazetteer)


def sides(parse: Parse, one: Taken | None) -> tuple[str, list[str], list[str]]:
    assert one is not None
    return one.type, [parse.words[token] for token in one.actors], [parse.words[token] for token in one.recipients]


@pytest.mark.parametrize(("subject", "kept"), [("Hail", False), ("Rebels", True)])
def test_what_the_weather_does_is_no_act(subject: str, kept: bool) -> None:
    parse = handmade(f"""
        {subject}  NNS  nsubj  killed  {subject.lower().removesuffix("s")}
        killed     VBD  ROOT   killed  kill
        nurses     NNS  dobj   killed  nurse
    """)
    assert (read(parse, "killed", "ASSAULT", subject, "nurses") is not None) is kept
    assert (read(parse, "killed", "ASSAULT", "", "nurses") is not None) is kept


def test_a_storm_with_a_name_is_known_by_the_word_in_front() -> None:
    parse = handmade("""
        Cyclone    NNP  compound  Mina       cyclone
        Mina       NNP  nsubj     destroyed  mina
        destroyed  VBD  ROOT      destroyed  destroy
        homes      NNS  dobj      destroyed  home
    """)
    assert read(parse, "destroyed", "ASSAULT", "Mina", "homes") is None


@pytest.mark.parametrize(("label", "kept"), [("PERSON", True), ("ORG", True), ("LOC", False)])
def test_people_and_bodies_may_bear_the_name_of_a_storm(label: str, kept: bool) -> None:
    parse = handmade("""
        Frost    NNP  nsubj  blamed  frost
        blamed   VBD  ROOT   blamed  blame
        miners   NNS  dobj   blamed  miner
    """)
    assert (read(parse, "blamed", "ACCUSE", "Frost", "miners", labels={"Frost": label}) is not None) is kept
    assert read(parse, "blamed", "ASSAULT", "Frost", "miners", labels={"Frost": label}) is None


@pytest.mark.parametrize(("sector", "kept"), [("GOV", False), ("MIL", True), ("REB", True), ("CVL", True)])
def test_an_envoy_who_comes_home_yields_nothing_and_an_army_does(sector: str, kept: bool) -> None:
    parse = handmade("""
        They      NNS  nsubj     returned  they
        returned  VBD  ROOT      returned  return
        from      IN   prep      returned
        talks     NNS  pobj      from      talk
    """)
    assert (read(parse, "returned", "RETREAT", "They", "", They=sector) is not None) is kept


def test_who_leaves_an_office_and_no_place_retreats() -> None:
    parse = handmade("""
        Ministers  NNS  nsubj  left  minister
        left       VBD  ROOT   left  leave
        office     NN   dobj   left
    """)
    assert read(parse, "left", "RETREAT", "Ministers", "", Ministers="GOV") is not None


@pytest.mark.parametrize(("particle", "held"), [("down", False), ("up", True)])
def test_talks_that_broke_down_are_no_meeting(particle: str, held: bool) -> None:
    parse = handmade(f"""
        Talks       NNS  nsubj  broke  talk
        broke       VBD  ROOT   broke  break
        {particle}  RP   prt    broke
    """)
    assert (read(parse, "Talks", "CONSULT") is not None) is held


def test_who_faces_criticism_is_the_one_who_is_criticised() -> None:
    parse = handmade("""
        Lima       NNP  nsubj  faced
        faced      VBD  ROOT   faced      face
        criticism  NN   dobj   faced
        from       IN   prep   criticism
        miners     NNS  pobj   from       miner
    """)
    for core in ("criticism", "faced"):
        assert sides(parse, read(parse, core, "ACCUSE", "Lima", "miners")) == ("ACCUSE", ["miners"], ["Lima"])
    assert sides(parse, read(parse, "criticism", "ACCUSE", "miners", "Lima")) == ("ACCUSE", ["miners"], ["Lima"])


@pytest.mark.parametrize(("thing", "expected"), [("wheat", ("AID", ["Oslo"], ["Lima"])), ("guests", None)])
def test_who_receives_goods_was_given_them_and_who_receives_guests_was_visited(
    thing: str, expected: tuple[str, list[str], list[str]] | None
) -> None:
    parse = handmade(f"""
        Lima      NNP  nsubj  received
        received  VBD  ROOT   received  receive
        {thing}   NNS  dobj   received
        from      IN   prep   received
        Oslo      NNP  pobj   from
    """)
    read_as = sides(parse, read(parse, "received", "CONSULT", "Lima", "Oslo"))
    assert read_as == (expected or ("CONSULT", ["Lima"], ["Oslo"]))


@pytest.mark.parametrize(("kind", "apart"), [("ACCUSE", False), ("REQUEST", False), ("CONSULT", True)])
def test_two_who_do_the_same_do_it_to_each_other_only_where_that_can_be(kind: str, apart: bool) -> None:
    parse = handmade("""
        Lima     NNP  nsubj  spoke
        and      CC   cc     Lima
        Quito    NNP  conj   Lima
        spoke    VBD  ROOT   spoke  speak
    """)
    expected = (kind, ["Lima"], ["Quito"]) if apart else (kind, ["Lima", "Quito"], [])
    assert sides(parse, read(parse, "spoke", kind, "Lima", "Quito")) == expected


def test_a_deed_that_somebody_will_not_do_is_refused_and_the_refusal_is_not_negated() -> None:
    def polarity(verb: str, lemma: str) -> str:
        parse = handmade(f"""
            Lima    NNP  nsubj  {verb}
            did     VBD  aux    {verb}  do
            not     RB   neg    {verb}
            {verb}  VB   ROOT   {verb}  {lemma}
            arms    NNS  dobj   {verb}  arm
        """)
        one = read(parse, verb, "REJECT", "Lima", status=Status("negated", "planned", "future"))
        assert one is not None
        return one.status.polarity

    assert polarity("send", "send") == "affirmed"
    assert polarity("refuse", "refuse") == "negated"


@pytest.mark.parametrize(("noun", "actor"), [("critics", "critics"), ("soldiers", "soldiers"), ("drones", "Lima")])
def test_who_stands_to_somebody_acts_on_his_own(noun: str, actor: str) -> None:
    parse = handmade(f"""
        Lima       NNP  poss   {noun}
        's         POS  case   Lima
        {noun}     NNS  nsubj  condemned  {noun.removesuffix("s")}
        condemned  VBD  ROOT   condemned  condemn
        Quito      NNP  dobj   condemned
    """)
    assert sides(parse, read(parse, "condemned", "ACCUSE", "Lima", "Quito")) == ("ACCUSE", [actor], ["Quito"])


@pytest.mark.parametrize(("aim", "kind"), [("depots", "ASSAULT"), ("Monday", "PROTEST")])
def test_a_strike_on_somebody_is_an_attack_and_one_on_a_weekday_none(aim: str, kind: str) -> None:
    parse = handmade(f"""
        Jets    NNS  nsubj  staged  jet
        staged  VBD  ROOT   staged  stage
        strike  NN   dobj   staged
        on      IN   prep   strike
        {aim}   NNS  pobj   on      {aim.lower()}
    """)
    for core in ("staged", "strike"):
        assert sides(parse, read(parse, core, "PROTEST", "Jets")) == (kind, ["Jets"], [])


def test_who_goes_along_with_somebody_before_the_verb_acts_and_behind_it_suffers() -> None:
    before = handmade("""
        Peru      NNP  nsubj  detained  peru
        along     IN   prep   detained  along
        with      IN   prep   along     with
        Chile     NNP  pobj   with      chile
        detained  VBD  ROOT   detained  detain
        envoys    NNS  dobj   detained  envoy
    """)
    assert sides(before, read(before, "detained", "COERCE", "Peru", "Chile")) == ("COERCE", ["Peru", "Chile"], [])
    behind = handmade("""
        Peru      NNP  nsubj  detained  peru
        detained  VBD  ROOT   detained  detain
        envoys    NNS  dobj   detained  envoy
        along     IN   prep   detained  along
        with      IN   prep   along     with
        Chile     NNP  pobj   with      chile
    """)
    assert sides(behind, read(behind, "detained", "COERCE", "Peru", "Chile")) == ("COERCE", ["Peru"], ["Chile"])


@pytest.mark.parametrize(
    ("owner", "weapon", "kept"), [("rebel", "rockets", True), ("mortar", "rockets", False), ("rebel", "guards", True)]
)
def test_a_weapon_acts_only_for_whom_it_names(owner: str, weapon: str, kept: bool) -> None:
    parse = handmade(f"""
        {owner}   NN   compound  {weapon}
        {weapon}  NNS  nsubj     hit   {weapon.removesuffix("s")}
        hit       VBD  ROOT      hit
        villages  NNS  dobj      hit   village
    """)
    doers = [weapon] if kept else []
    assert sides(parse, read(parse, "hit", "ASSAULT", weapon, "villages")) == ("ASSAULT", doers, ["villages"])


@pytest.mark.parametrize(("link", "kept"), [("on", False), ("by", True)])
def test_what_an_attack_is_aimed_at_does_not_make_it(link: str, kept: bool) -> None:
    parse = handmade(f"""
        raids   NNS  nsubj  killed  raid
        {link}  IN   prep   raids
        Lima    NNP  pobj   {link}
        killed  VBD  ROOT   killed  kill
        guards  NNS  dobj   killed  guard
    """)
    doers = ["Lima"] if kept else []
    assert sides(parse, read(parse, "killed", "ASSAULT", "Lima", "guards")) == ("ASSAULT", doers, ["guards"])


def test_what_several_attacks_are_aimed_at_makes_none_of_them() -> None:
    parse = handmade("""
        raids   NNS  nsubj  killed  raid
        on      IN   prep   raids
        Lima    NNP  pobj   on
        and     CC   cc     Lima
        Cuzco   NNP  conj   Lima
        killed  VBD  ROOT   killed  kill
        guards  NNS  dobj   killed  guard
    """)
    assert sides(parse, read(parse, "killed", "ASSAULT", "Cuzco", "guards")) == ("ASSAULT", [], ["guards"])


def test_a_weapon_may_do_what_is_no_assault() -> None:
    parse = handmade("""
        missiles  NNS  nsubj  alarmed  missile
        alarmed   VBD  ROOT   alarmed  alarm
        guards    NNS  dobj   alarmed  guard
    """)
    assert sides(parse, read(parse, "alarmed", "COERCE", "missiles", "guards"))[1] == ["missiles"]


@pytest.mark.parametrize(
    ("noun", "lemma", "end"),
    [
        ("ministers", "minister", "ministers"),
        ("chiefs", "chief", "chiefs"),
        ("armies", "army", "armies"),
        ("drones", "drone", "Togo"),
        ("plans", "plan", "Togo"),
    ],
)
def test_who_holds_an_office_of_a_country_is_meant_and_not_the_country(noun: str, lemma: str, end: str) -> None:
    parse = handmade(f"""
        Rebels     NNS  nsubj  condemned  rebel
        condemned  VBD  ROOT   condemned  condemn
        {noun}     NNS  dobj   condemned  {lemma}
        of         IN   prep   {noun}
        Togo       NNP  pobj   of
    """)
    one = read(parse, "condemned", "ACCUSE", "Rebels", "Togo", labels={"Togo": "GPE"})
    assert sides(parse, one) == ("ACCUSE", ["Rebels"], [end])

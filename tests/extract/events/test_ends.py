"""Whom an event is between, out of all whom the text names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from newswire.extract.document.drafts import QuoteDraft, SourceDraft
from newswire.extract.events.ends import (
    CANDIDATE_FEATURES,
    SOURCES,
    Listed,
    Side,
    candidate_ends,
    chosen_ends,
    sides_of,
)
from newswire.extract.events.features import Meanings, candidate_parties, features, pairs
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon
from tests.extract.handmade import handmade

SHELLING = """
Troops   NNS  nsubj  shelled
shelled  VBD  ROOT   shelled  shell
Gao      NNP  dobj   shelled
"""
KILLED = """
Nine       CD   nummod     civilians
civilians  NNS  nsubjpass  killed     civilian
were       VBD  auxpass    killed     be
killed     VBN  ROOT       killed     kill
"""
MEETING = """
Peru   NNP  nsubj  met
and    CC   cc     Peru
Chile  NNP  conj   Peru
met    VBD  ROOT   met    meet
Togo   NNP  dobj   met
"""
ASSAULT = 15


def roles(*rows: tuple[float, float]) -> np.ndarray:
    return np.array(rows, np.float32)


def test_a_side_is_the_likeliest_party_with_those_coordinated_with_it() -> None:
    parse = handmade(MEETING)
    found = sides_of(parse, roles((0.1, 0.1), (0.6, 0.0), (0.2, 0.1), (0.1, 0.8)), [3, 0, 2, 4])
    assert found == ((0, 2), (4,))


def test_another_party_that_is_not_coordinated_is_left_out() -> None:
    parse = handmade(MEETING)
    found = sides_of(parse, roles((0.0, 0.1), (0.5, 0.0), (0.0, 0.1), (0.4, 0.3)), [3, 0, 2, 4])
    assert found == ((0,), (4,))


def test_where_nobody_is_likeliest_the_side_is_empty() -> None:
    parse = handmade(MEETING)
    assert sides_of(parse, roles((0.9, 0.1), (0.1, 0.1), (0.0, 0.1), (0.0, 0.7)), [3, 0, 2, 4]) == ((), (4,))


PARTIES = {
    0: Party(0, 0, 0, country="MLI", sector="MIL"),
    2: Party(2, 2, 2, entity=0, label="GPE"),
    4: Party(4, 3, 4, sector="CVL"),
}


def asked(
    events: tuple[float, float] = (0.9, 0.9),
    quotes: tuple[QuoteDraft, ...] = (),
    listed: Mapping[int, Listed] | None = None,
) -> list[Side]:
    """The sides of "shelled" and "killed", of which the linker knows all but who killed."""
    parse = handmade(SHELLING, KILLED)
    columns = features(parse, PARTIES, quotes, [(0, len(parse.text))], Lexicon(), Meanings([]))
    rows = pairs(parse, PARTIES, quotes, columns, candidate_parties(parse, PARTIES), [1, 6], [ASSAULT + 1] * 2)
    shares = roles((0.1, 0.1), (0.8, 0.1), (0.1, 0.8), (0.9, 0.2), (0.1, 0.8))
    ends = [((0,), (2,)), ((), (4,))]
    return candidate_ends(
        parse, PARTIES, quotes, columns, np.zeros((1, 4), np.float32), [1, 6], [ASSAULT] * 2, events, rows, shares, [0, 3, 5],
        ends, listed or {},
    )  # fmt: skip


def value(side: Side, group: tuple[int, ...], name: str) -> float:
    return float(side.features[side.groups.index(group), CANDIDATE_FEATURES.index(name)])


def test_a_side_may_be_whoever_has_that_side_of_an_event_before() -> None:
    killer = asked()[2]
    assert (killer.number, killer.side) == (1, 0)
    assert SOURCES[int(value(killer, (0,), "source"))] == "predicate"
    assert value(killer, (0,), "same type") == 1


def test_nobody_and_the_parties_of_the_sentence_are_candidates_with_what_the_linker_says() -> None:
    killed = asked()[3]
    assert killed.groups[:2] == ((), (4,))
    assert round(value(killed, (4,), "share"), 3) == 0.8
    assert killed.features.shape == (len(killed.groups), len(CANDIDATE_FEATURES))


def test_what_is_hardly_an_event_has_no_candidates() -> None:
    assert {side.number for side in asked(events=(0.9, 0.1))} == {0}


def test_whoever_says_that_it_happened_may_have_done_it() -> None:
    parse = handmade(SHELLING, KILLED)
    quote = QuoteDraft("indirect", "reported", ((parse.starts[3], parse.ends[6]),), (), SourceDraft(0, 3, 2), None, 0.9)
    killer = asked(quotes=(quote,))[2]
    assert SOURCES[int(value(killer, (2,), "source"))] == "speaker"


def test_a_candidate_knows_whether_the_lexicon_has_it_on_that_side() -> None:
    read = Listed((1,), ASSAULT, (0,), (2,), 0.7)
    doer, target = asked(listed={1: read})[:2]
    assert value(doer, (0,), "listed there") == 1
    assert value(target, (2,), "listed there") == 1
    assert value(doer, (2,), "listed there") == -1


def chosen(*scores: tuple[float, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Whom "killed" is between when the forest gives its candidates these scores, by the number of the row."""
    parse = handmade(SHELLING, KILLED)
    groups = ((), (0,), (4,))
    number = len(CANDIDATE_FEATURES)
    sides = []
    for side, own in enumerate(scores):
        rows = np.zeros((3, number), np.float32)
        rows[:, 0] = own
        sides.append(Side(0, side, groups, rows))
    return chosen_ends(steps(), parse, PARTIES, sides, [((), ())])[0][0]


def steps() -> dict[str, Any]:
    """A forest of one tree a step: its sum is the first feature, to the whole number."""
    above = np.arange(0.5, 8).reshape(-1, 1).astype(np.float32)
    leaf = np.tile(np.array([0, 1], np.float32), (len(above), 1))
    return {"ends.trait": np.zeros((len(above), 1), np.int16), "ends.above": above, "ends.leaf": leaf, "ends.bias": 0.0}


def test_each_side_is_its_likeliest_candidate() -> None:
    assert chosen((0, 5, 1), (0, 1, 5)) == ((0,), (4,))


def test_nobody_may_be_the_likeliest() -> None:
    assert chosen((5, 1, 1), (0, 1, 5)) == ((), (4,))


def test_one_party_is_not_on_both_sides() -> None:
    assert chosen((0, 4, 5), (0, 1, 7)) == ((0,), (4,))

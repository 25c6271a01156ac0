"""Whom an event is between where its own sentence does not say."""

from __future__ import annotations

import numpy as np

from newswire.extract.events.features import Meanings, features
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.recurrence import CANDIDATE_FEATURES, Absent, absent_ends
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


def asked(kinds: list[int], events: list[float]) -> list[Absent]:
    parse = handmade(SHELLING, KILLED)
    known = {
        0: Party(0, 0, 0, country="MLI", sector="MIL"),
        2: Party(2, 2, 2, entity=0, label="GPE"),
        4: Party(4, 3, 4, sector="CVL"),
    }
    columns = features(parse, known, [], [(0, len(parse.text))], Lexicon(), Meanings([]))
    ends = [((0,), (2,)), ((), (4,))]
    return absent_ends(
        parse, known, columns, np.zeros((1, 4), np.float32), [1, 6], kinds, events, [[0.1, 0.1], [0.9, 0.1]], ends
    )


def test_an_empty_side_may_be_whoever_has_that_side_of_an_event_before() -> None:
    (one,) = asked([15, 15], [0.9, 0.9])
    assert (one.number, one.side) == (1, 0)
    assert (0,) in one.groups
    assert one.features.shape == (len(one.groups), len(CANDIDATE_FEATURES))


def test_whoever_stands_on_the_other_side_is_no_candidate() -> None:
    (one,) = asked([15, 15], [0.9, 0.9])
    assert (4,) not in one.groups


def test_what_is_hardly_an_event_asks_for_nobody() -> None:
    assert asked([15, 15], [0.9, 0.1]) == []

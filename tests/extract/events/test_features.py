"""What the event networks read of a predicate and the parties of its sentence."""

from __future__ import annotations

from newswire.extract.events.features import (
    COLUMNS,
    MOST,
    PAIR_COLUMNS,
    PATHS,
    Meanings,
    candidate_parties,
    features,
    pairs,
)
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon
from tests.extract.handmade import handmade

ATTACK = """
Peru      NNP  nsubj  attacked
attacked  VBD  ROOT   attacked  attack
Chile     NNP  dobj   attacked
"""
ATTACKED = """
Chile     NNP  nsubjpass  attacked
was       VBD  auxpass    attacked  be
attacked  VBN  ROOT       attacked  attack
by        IN   agent      attacked
Peru      NNP  pobj       by
"""


def test_a_word_is_looked_up_as_it_stands_then_by_its_lemma() -> None:
    meanings = Meanings(["attack", "chile"])
    assert meanings.rows(handmade(ATTACK)).tolist() == [0, 1, 2]


def test_every_column_stays_below_its_size() -> None:
    parse = handmade(ATTACK, ATTACKED)
    known = {token: Party(token, token, token, country="PER") for token in (0, 2, 3, 7)}
    found = features(parse, known, [], [(0, len(parse.text))], Lexicon(), Meanings([]))
    assert (found.columns.max(axis=0) < list(COLUMNS.values())).all()
    rows = pairs(parse, known, [], found, candidate_parties(parse, known), [1, 5], [1, 2])
    assert (rows.columns.max(axis=0) < list(PAIR_COLUMNS.values())).all()
    assert rows.paths.max() < PATHS


def test_the_first_pair_of_a_predicate_stands_for_nobody_and_others_are_of_its_sentence() -> None:
    parse = handmade(ATTACK, ATTACKED)
    known = {token: Party(token, token, token) for token in (0, 2, 3, 7)}
    found = features(parse, known, [], [(0, len(parse.text))], Lexicon(), Meanings([]))
    rows = pairs(parse, known, [], found, candidate_parties(parse, known), [1, 5], [1, 1])
    assert list(zip(rows.anchors.tolist(), rows.parties.tolist(), strict=True)) == [
        (1, 1), (1, 0), (1, 2), (5, 5), (5, 3), (5, 7),
    ]  # fmt: skip


def test_active_and_passive_voice_give_the_doer_the_same_role_and_different_ways() -> None:
    parse = handmade(ATTACK, ATTACKED)
    known = {token: Party(token, token, token) for token in (0, 2, 3, 7)}
    found = features(parse, known, [], [(0, len(parse.text))], Lexicon(), Meanings([]))
    rows = pairs(parse, known, [], found, candidate_parties(parse, known), [1, 5], [1, 1])
    doer, agent = rows.paths[1], rows.paths[5]
    assert (doer != agent).any()
    assert (rows.paths[1] != rows.paths[2]).any()


def test_of_too_many_candidates_the_nearest_are_kept() -> None:
    sentence = ATTACK + "and CC cc Chile\n" + "\n".join(f"Land{i} NNP conj Chile" for i in range(40))
    parse = handmade(sentence)
    known = {token: Party(token, token, token) for token in range(len(parse)) if token not in (1, 3)}
    found = features(parse, known, [], [(0, len(parse.text))], Lexicon(), Meanings([]))
    rows = pairs(parse, known, [], found, candidate_parties(parse, known), [1], [1])
    assert len(rows.parties) == MOST + 1
    assert {0, 2} <= set(rows.parties.tolist())

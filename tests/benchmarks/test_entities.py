"""The scorer of names, on invented sentences."""

from __future__ import annotations

from benchmarks.counts import Counts
from benchmarks.entities import gold_names, names_of, score
from newswire.records import Entity, Mention
from training.corpora import ConllStory

TEXT = "The Norwegian Bank's Nora Lind left Oslo."


def entity(type: str, name: str, kind: str = "name") -> Entity:
    start = TEXT.index(name)
    return Entity(id=name, type=type, name=name, mentions=[Mention(start, start + len(name), name, kind)])


GOLD = frozenset([(4, 18, "ORG"), (21, 30, "PER"), (36, 40, "LOC")])


def test_names_are_right_when_span_and_class_are() -> None:
    found = names_of(TEXT, [entity("ORG", "Norwegian Bank"), entity("PERSON", "Lind"), entity("PERSON", "Oslo")])
    figures = score(GOLD, found, "news")
    assert figures["news, ORG"] == Counts(1, 1, 1)
    assert figures["news, PER"] == Counts(0, 2, 1)
    assert figures["news, LOC"] == Counts(0, 0, 1)
    assert figures["news, ALL"] == Counts(1, 3, 3)


def test_articles_and_possessives_count_on_neither_side() -> None:
    assert names_of(TEXT, [entity("ORG", "The Norwegian Bank's")]) == {(4, 18, "ORG")}
    assert gold_names(ConllStory(0, TEXT, frozenset([(0, 20, "ORG")]))) == {(4, 18, "ORG")}


def test_countries_places_and_buildings_are_all_locations() -> None:
    assert {names_of(TEXT, [entity(type, "Oslo")]) for type in ("GPE", "LOC", "FAC")} == {frozenset([(36, 40, "LOC")])}


def test_other_types_and_mentions_without_a_name_do_not_count() -> None:
    assert names_of(TEXT, [entity("NORP", "Norwegian"), entity("PERSON", "Nora Lind", kind="pronoun")]) == frozenset()
    assert gold_names(ConllStory(0, TEXT, frozenset([(4, 13, "MISC")]))) == frozenset()

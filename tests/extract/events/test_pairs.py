"""Pairs of invented sentences: what must come, and what would harm a subscriber."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from newswire.extract import Extractor
from newswire.records import Actor, Article, Event

TABLE = Path(__file__).parents[2] / "data" / "event_pairs.tsv"

# Confidence from which on a subscriber takes an event for true.
SURE = 0.5


class Row(NamedTuple):
    mark: str
    kind: str
    sentence: str
    types: str
    actor: str
    recipient: str


@cache
def rows() -> list[Row]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


@cache
def found() -> list[list[Event]]:
    articles = [Article(id=str(i), body=row.sentence, published="2024-05-16T12:00:00Z") for i, row in enumerate(rows())]
    return [extraction.events for extraction in Extractor().extract(articles)]


def fits(row: Row, event: Event) -> bool:
    def side(wanted: str, ends: list[Actor]) -> bool:
        if wanted[:1] == "@":
            return any(end.country == wanted[1:] for end in ends)
        if wanted[:1] == "=":
            return any(end.text == wanted[1:] for end in ends)
        return not wanted or any(wanted in end.text for end in ends)

    typed = not row.types or event.type in row.types.split("|")
    return typed and side(row.actor, event.actors) and side(row.recipient, event.recipients)


# Shares when the weights were learnt, rounded: of what must come, and of what would do harm and comes all the same.
LEAST = 0.8
HARM = 0.15


def test_hardly_anything_that_does_harm_comes_with_confidence() -> None:
    wrong = [
        any(event.confidence >= SURE and fits(row, event) for event in events)
        for row, events in zip(rows(), found(), strict=True)
        if row.mark == "-"
    ]
    assert sum(wrong) <= HARM * len(wrong)


def test_most_of_what_must_come_comes() -> None:
    wanted = [
        any(fits(row, event) for event in events)
        for row, events in zip(rows(), found(), strict=True)
        if row.mark == "+"
    ]
    assert sum(wanted) >= LEAST * len(wanted)

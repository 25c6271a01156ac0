"""What fits a row of the table of event pairs, and how its kinds are counted."""

from __future__ import annotations

import pytest

from benchmarks.event_pairs import Row, Tally, fits, tallies
from newswire.records import Actor, Event, EventPlace, Evidence, Predicate

BODY = "LIMA - Peru's army shelled a camp near Cusco."


def end(text: str, country: str | None = None) -> Actor:
    start = BODY.index(text)
    return Actor(start=start, end=start + len(text), text=text, country=country)


def event(confidence: float = 0.9, polarity: str = "affirmed") -> Event:
    at = BODY.index("Cusco")
    return Event(
        id="0" * 32,
        type="ASSAULT",
        quad=4,
        predicate=Predicate(start=19, end=26, text="shelled", lemma="shell"),
        actors=[end("Peru's army", "PER")],
        recipients=[end("a camp")],
        evidence=Evidence(start=0, end=len(BODY)),
        place=EventPlace(start=at, end=at + 5, text="Cusco"),
        polarity=polarity,
        confidence=confidence,
    )


def row(types: str = "", actor: str = "", recipient: str = "", status: str = "", place: str = "") -> Row:
    return Row("+", "place", BODY, types, actor, recipient, status, place)


@pytest.mark.parametrize(
    "asked",
    [
        row(),
        row(types="COERCE|ASSAULT"),
        row(actor="Chile|ARMY"),
        row(actor="@PER", recipient="camp"),
        row(actor="=peru's army"),
        row(status="actual affirmed", place="Cusco"),
    ],
)
def test_an_event_fits_a_row_of_which_it_has_all(asked: Row) -> None:
    assert fits(asked, event())


@pytest.mark.parametrize(
    "asked",
    [
        row(types="COERCE"),
        row(actor="=Peru"),
        row(actor="@USA"),
        row(recipient="army"),
        row(status="negated"),
        row(place="Lima"),
        row(types="ASSAULT", actor="army", recipient="Chile"),
    ],
)
def test_an_event_that_lacks_one_thing_does_not_fit(asked: Row) -> None:
    assert not fits(asked, event())


def test_a_tally_counts_sentences_and_not_events() -> None:
    found = [[event(), event(0.3)], [event(0.3)], []]
    assert tallies([row()] * 3, found) == {("place", "+"): Tally(sentences=3, come=2, confident=1)}

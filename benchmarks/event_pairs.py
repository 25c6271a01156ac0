"""Scores events on pairs of invented sentences: `python -m benchmarks.event_pairs [--errors]`.

Half of the sentences of tests/data/event_pairs.tsv tell an event that must come, the other half invite a fault that would harm a
subscriber: the dateline as the doer, roles reversed, words taken for violence. By kind of harm it prints what of the first comes,
and comes with confidence, and which of the faults do. The head of the table explains its columns.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from newswire.extract import Extractor
from newswire.records import Actor, Article, Event

__all__ = ("CONFIDENT", "Row", "Tally", "extracted", "fits", "read", "tallies")

TABLE: Final = Path(__file__).parent.parent / "tests" / "data" / "event_pairs.tsv"

# From this confidence on an event is more likely right than not, so a subscriber may take it for true.
CONFIDENT: Final = 0.5

# The sentences name weekdays only; any day will do.
PUBLISHED: Final = "2024-05-16T12:00:00Z"


class Row(NamedTuple):
    """A sentence, and the event that must come of it (mark +) or must not (mark -). Empty cells ask for nothing."""

    mark: str
    kind: str
    sentence: str
    types: str
    actor: str
    recipient: str
    status: str = ""
    place: str = ""


class Tally(NamedTuple):
    """How many sentences of a kind there are with a mark, in how many the event comes, and in how many with confidence."""

    sentences: int
    come: int
    confident: int


def read(path: Path = TABLE) -> list[Row]:
    """The rows of the table, in its order. Raises OSError, and TypeError for a row with too few or too many cells."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row(*line.split("\t")) for line in lines if not line.startswith("#")]


def extracted(rows: Sequence[Row]) -> list[list[Event]]:
    """The events of each row's sentence, taken as an article of its own."""
    articles = [Article(id=str(n), body=row.sentence, published=PUBLISHED) for n, row in enumerate(rows)]
    return [extraction.events for extraction in Extractor().extract(articles)]


def fits(row: Row, event: Event) -> bool:
    """Whether an event is the one that the row speaks of."""
    place = () if event.place is None else (event.place.text,)
    return (
        (not row.types or event.type in row.types.split("|"))
        and _side(row.actor, event.actors)
        and _side(row.recipient, event.recipients)
        and set(row.status.split()) <= {event.polarity, event.modality}
        and (not row.place or any(_stands(name, text) for name in row.place.split("|") for text in place))
    )


def _side(wanted: str, ends: Sequence[Actor]) -> bool:
    return not wanted or any(_is(name, end) for name in wanted.split("|") for end in ends)


def _is(wanted: str, end: Actor) -> bool:
    match wanted[0]:
        case "@":
            return end.country == wanted[1:]
        case "=":
            return end.text.casefold() == wanted[1:].casefold()
        case _:
            return _stands(wanted, end.text)


def _stands(words: str, text: str) -> bool:
    # A dateline is often in capitals, the end of an event then as well.
    return words.casefold() in text.casefold()


def tallies(rows: Sequence[Row], found: Sequence[Sequence[Event]]) -> dict[tuple[str, str], Tally]:
    """For each kind and mark, what comes of its sentences."""
    sentences: Counter[tuple[str, str]] = Counter()
    come: Counter[tuple[str, str]] = Counter()
    confident: Counter[tuple[str, str]] = Counter()
    for row, events in zip(rows, found, strict=True):
        key = row.kind, row.mark
        fitting = [event.confidence for event in events if fits(row, event)]
        sentences[key] += 1
        come[key] += bool(fitting)
        confident[key] += max(fitting, default=0.0) >= CONFIDENT
    return {key: Tally(sentences[key], come[key], confident[key]) for key in sentences}


def main() -> None:
    """Reads, extracts, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", action="store_true", help="print what was missed, and the faults that come")
    options = parser.parse_args()
    rows = read()
    found = extracted(rows)
    counts = tallies(rows, found)
    head = ("kind", "wanted", "come", f">={CONFIDENT}", "faults", "come", f">={CONFIDENT}")
    print("{:12}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}".format(*head))
    kinds = list(dict.fromkeys(row.kind for row in rows))
    for kind in kinds:
        _show(kind, counts[kind, "+"], counts[kind, "-"])
    _show("all", *(_added([counts[kind, mark] for kind in kinds]) for mark in "+-"))
    if options.errors:
        for row, events in zip(rows, found, strict=True):
            fitting = [event for event in events if fits(row, event)]
            if bool(fitting) == (row.mark == "-"):
                print("\t".join((row.mark, row.kind, row.sentence)))
                for event in fitting or events:
                    print("\t" + _told(event))


def _added(counts: Sequence[Tally]) -> Tally:
    return Tally(*(sum(column) for column in zip(*counts, strict=True)))


def _show(kind: str, wanted: Tally, faults: Tally) -> None:
    print(f"{kind:12}" + "".join(f"{number:8}" for number in (*wanted, *faults)))


def _told(event: Event) -> str:
    """An event in a line."""
    actors, recipients = (
        "; ".join(f"{end.text} [{end.country or '-'}]" for end in side) for side in (event.actors, event.recipients)
    )
    place = f", at {event.place.text}" if event.place else ""
    status = f"{event.polarity} {event.modality}"
    return f"{event.confidence:.2f} {event.type} ({event.predicate.text}): {actors} -> {recipients}, {status}{place}"


if __name__ == "__main__":
    main()

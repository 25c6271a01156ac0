"""Scores events on whole labelled articles: `python -m benchmarks.whole_articles GOLD EXTRACTIONS`.

GOLD is `events_dev.jsonl` or `events_train.jsonl`, EXTRACTIONS what `newswire extract --jsonl` or the report of
`training.events.networks` made of its articles. Prints precision, recall and F1 of type and both ends by source and by the
confidence from which on events count, and how many of those right in type have their ends the wrong way round. What is right is
told by `training.events.judgement`; precision counts mentions, recall core events.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.event_pairs import CONFIDENT
from newswire.extract.events.ontology import SYMMETRIC
from newswire.extract.language.model import load_model
from training.events.judgement import is_side, judged, unlabelled

__all__ = ("Story", "Tally", "reversed_ends", "stories", "tally")

# What the ids of the labelled articles begin with.
SOURCES: Final = {
    "bbc": "BBC, 2026",
    "ww": "Worldwide newswire",
    "re": "Reuters, 1996",
    "pn": "US politics (PolNeAR)",
}

# Confidences that the second table begins its rows at; nothing comes below the first one.
LEVELS: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Row = dict[str, Any]


class Story(NamedTuple):
    """A labelled article, with the events found in it, and for each the label of its type (None: none) and whether the ends are
    right too."""

    row: Row
    events: list[Row]
    right: list[tuple[int | None, bool]]


class Tally(NamedTuple):
    """Counts over some stories: events found and right, core events and those met, sure events and those right, words."""

    found: int
    right: int
    core: int
    met: int
    sure: int
    sure_right: int
    words: int

    def cells(self) -> list[str]:
        """Precision, recall, F1, the share right of the confident ones, and events a thousand words."""
        precision, recall = self.right / max(self.found, 1), self.met / max(self.core, 1)
        both = 2 * precision * recall / max(precision + recall, 1e-9)
        shares = (precision, recall, both, self.sure_right / max(self.sure, 1))
        return [*(f"{100 * share:.1f}" for share in shares), f"{1000 * self.found / max(self.words, 1):.1f}"]


def stories(gold: Path, extractions: Path) -> Iterator[Story]:
    """The articles of a file of labels with what was extracted of each; nothing extracted counts as no event."""
    read = [json.loads(line) for line in extractions.read_text(encoding="utf-8").splitlines()]
    events = {one["article"]["id"]: one["events"] for one in read if "article" in one}
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    for row, parse in zip(rows, load_model("en_core_web_sm").parse([row["body"] for row in rows]), strict=True):
        found = events.get(row["id"], [])
        first = unlabelled(row)
        found = [event for event in found if event["predicate"]["start"] >= first]
        yield Story(row, found, judged(row, found, parse))


def tally(told: Sequence[Story], least: float = 0.0) -> Tally:
    """The counts of some stories, of events with at least this confidence."""
    found = right = core = met = sure = sure_right = 0
    for story in told:
        kept = [
            (event["confidence"], label, full)
            for event, (label, full) in zip(story.events, story.right, strict=True)
            if event["confidence"] >= least
        ]
        found += len(kept)
        right += sum(full for _, _, full in kept)
        labels = story.row["events"]
        wanted = {label["event"] for label in labels if label["core"]}
        core += len(wanted)
        met += len(wanted & {labels[label]["event"] for _, label, full in kept if full and label is not None})
        sure += sum(confidence >= CONFIDENT for confidence, _, _ in kept)
        sure_right += sum(full for confidence, _, full in kept if confidence >= CONFIDENT)
    return Tally(found, right, core, met, sure, sure_right, sum(len(story.row["body"].split()) for story in told))


def reversed_ends(told: Sequence[Story]) -> tuple[int, int]:
    """How many events that are right in type have either side where the label has the other, and how many such events there are.

    What both sides do has no wrong way round.
    """
    turned = typed = 0
    for story in told:
        for event, (number, full) in zip(story.events, story.right, strict=True):
            if number is None:
                continue
            typed += 1
            label = story.row["events"][number]
            if full or label["type"] in SYMMETRIC or not event["actors"] or not event["recipients"]:
                continue
            actors, recipients, body = label["actors"], label["recipients"], story.row["body"]
            turned += is_side(recipients, event["actors"], actors, body) and is_side(
                actors, event["recipients"], recipients, body
            )
    return turned, typed


def table(head: str, rows: Sequence[tuple[str, Tally]]) -> str:
    """Some tallies as a table in Markdown."""
    names = (head, "precision", "recall", "F1", f"right from {CONFIDENT} on", "events a thousand words")
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join([name, *counts.cells()])} |" for name, counts in rows)])


def main() -> None:
    """Prints the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("gold", type=Path, help="file of labelled articles")
    options.add_argument("extractions", type=Path, help="what was extracted of them, one extraction a line")
    given = options.parse_args()
    told = list(stories(given.gold, given.extractions))
    by_source = [(name, [one for one in told if one.row["id"].startswith(f"{key}-")]) for key, name in SOURCES.items()]
    print(table("source", [(f"{name}, {len(some)} stories", tally(some)) for name, some in by_source if some]))
    print()
    print(table("confidence from", [(str(least), tally(told, least)) for least in LEVELS]))
    turned, typed = reversed_ends(told)
    print(f"\nEnds the wrong way round: {turned} of {typed} events that are right in type.")


if __name__ == "__main__":
    main()

"""Trains which mentions tell one event: `python -m training.events.mentions events_train.jsonl [--report [OTHER]]`.

Without --report it writes the weights; a minute or two, nearly all of it for the parses. The same corpus and code give the same
weights. With it, it prints how well labelled mentions are put together: each third of the corpus by weights of the others, or
another corpus by weights of all of it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import msgspec

from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.event_mentions import (
    Ends,
    Mention,
    compatible,
    distinct_events,
    mention_at,
    new_traits,
    together,
    told_traits,
)
from newswire.extract.language.model import load_model
from training.corpora import CorpusError, existing
from training.entities.choices import Example, fit

WEIGHTS: Final = Path(__file__).parents[2] / "pipeline" / "newswire" / "extract" / "weights" / "event_mentions.json"
FOLDS: Final = 3

# Strength of the pull towards zero, chosen on the folds.
DECAY: Final = 0.5


class LabelledEnd(msgspec.Struct, frozen=True):
    """A party of a labelled event, with the name and the country (ISO 3166-1 alpha-3) that the article has for it."""

    name: str
    country: str | None = None


class LabelledPredicate(msgspec.Struct, frozen=True):
    """Where a labelled event is told, in code points of the body."""

    start: int
    end: int


class LabelledMention(msgspec.Struct, frozen=True):
    """A mention of a labelled event; mentions of one event have the same number."""

    event: int
    predicate: LabelledPredicate
    type: str
    polarity: str
    modality: str
    actors: tuple[LabelledEnd, ...] = ()
    recipients: tuple[LabelledEnd, ...] = ()
    date: str | None = None


class LabelledStory(msgspec.Struct, frozen=True):
    """An article with all mentions of events in it."""

    id: str
    body: str
    events: tuple[LabelledMention, ...] = ()


@dataclass(frozen=True)
class Told:
    """The mentions of an article in text order, and the number of the event that each tells."""

    mentions: list[Mention]
    events: list[int]


def read(path: Path) -> list[Told]:
    """The labelled mentions of a corpus. Raises CorpusError for a line that is no labelled article."""
    try:
        stories = [
            msgspec.json.decode(line, type=LabelledStory) for line in path.read_text(encoding="utf-8").splitlines()
        ]
    except msgspec.MsgspecError as error:
        raise CorpusError(f"{path}: {error}") from error
    model = load_model("en_core_web_sm")
    return [_told(story, model.parse([story.body])[0]) for story in stories]


def _told(story: LabelledStory, parse: Parse) -> Told:
    labels = sorted(story.events, key=lambda label: label.predicate.start)
    labels = [label for label in labels if parse.tokens(label.predicate.start, label.predicate.end)]
    mentions = [
        mention_at(
            parse, (label.predicate.start, label.predicate.end), label.type, _ends(label.actors), _ends(label.recipients),
            (label.polarity, label.modality), label.date,
        )
        for label in labels
    ]  # fmt: skip
    return Told(mentions, [label.event for label in labels])


def _ends(side: Sequence[LabelledEnd]) -> Ends:
    return Ends(
        frozenset(end.name.casefold() for end in side),
        frozenset(end.country for end in side if end.country is not None),
    )


def examples(stories: Iterable[Told]) -> list[Example]:
    """What each mention had to choose among, all before it chosen rightly."""
    found = []
    for story in stories:
        told: dict[int, Mention] = {}
        for mention, event in zip(story.mentions, story.events, strict=True):
            alike = compatible(mention, told.items())
            if alike:
                options = [new_traits(mention, len(alike)), *(told_traits(mention, told[number]) for number in alike)]
                found.append(Example(options, 1 + alike.index(event) if event in alike else 0))
            told[event] = together(told[event], mention) if event in told else mention
    return found


def report(stories: Iterable[Told], model: ChoiceModel, count: defaultdict[str, float]) -> None:
    """Adds to `count` what precision and recall are made of: by mentions (B-cubed) and by pairs."""
    for story in stories:
        found = distinct_events(story.mentions, model)
        for one in range(len(found)):
            wanted = {other for other, event in enumerate(story.events) if event == story.events[one]}
            given = {other for other, event in enumerate(found) if event == found[one]}
            count["mentions"] += 1
            count["precision"] += len(wanted & given) / len(given)
            count["recall"] += len(wanted & given) / len(wanted)
        for one, other in combinations(range(len(found)), 2):
            same, taken = story.events[one] == story.events[other], found[one] == found[other]
            count["right"] += same and taken
            count["pairs"] += same
            count["taken"] += taken


def show(count: Mapping[str, float]) -> None:
    """Prints the figures, in per cent."""
    for name, precision, recall in (
        ("B-cubed", count["precision"] / count["mentions"], count["recall"] / count["mentions"]),
        ("pairs", count["right"] / (count["taken"] or 1), count["right"] / (count["pairs"] or 1)),
    ):
        f1 = 2 * precision * recall / ((precision + recall) or 1)
        print(f"{name:8} precision {100 * precision:5.1f}  recall {100 * recall:5.1f}  F1 {100 * f1:5.1f}")


def main() -> None:
    """Trains, or reports."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=existing, metavar="CORPUS", help="events_train.jsonl")
    parser.add_argument(
        "--report", nargs="?", const="", metavar="OTHER", help="print figures instead of writing weights"
    )
    options = parser.parse_args()
    try:
        stories = read(options.corpus)
        if options.report is None:
            model = fit(examples(stories), DECAY)
            WEIGHTS.write_text(json.dumps(model.weights, indent=0) + "\n", encoding="utf-8")
            return
        count: defaultdict[str, float] = defaultdict(float)
        if options.report:
            report(read(Path(options.report)), fit(examples(stories), DECAY), count)
        else:
            for number in range(FOLDS):
                others = [story for place, story in enumerate(stories) if place % FOLDS != number]
                report(stories[number::FOLDS], fit(examples(others), DECAY), count)
        show(count)
    except (CorpusError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()

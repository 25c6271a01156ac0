"""Writes docs/stories.md: three invented stories with every event that they tell, and what the extraction makes of each.

python docs/stories.py

The stories lie in docs/stories/: headline, time of publication, and a body in which each event is marked by hand after the
codebook, before the extraction saw it: {word|types, any of them|actors|recipients|number of the event}. Names divided by ; stand
for one another, so that any of them is right; an empty side has nobody.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from newswire.extract import extract
from newswire.records import Actor, Article, Event

ROOT = Path(__file__).parent.parent
STORIES = ROOT / "docs" / "stories"
PAGE = ROOT / "docs" / "stories.md"

MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\|([^{}|]*)\|([^{}|]*)\|(\d+)\}")

# How far an event is found, and the sign of it.
SIGNS = {"right": "✔", "ends": "◐", "type": "◐", "missed": "✘"}


class Label(NamedTuple):
    """An event as it is marked by hand; `start` and `end` are code points of the body."""

    start: int
    end: int
    types: tuple[str, ...]
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    event: int


def read(path: Path) -> tuple[Article, list[Label]]:
    """A story without its marks, and these."""
    headline, published, marked = path.read_text(encoding="utf-8").split("\n", 2)
    body, labels, last = "", [], 0
    for mark in MARK.finditer(marked):
        word, types, actors, recipients, number = mark.groups()
        body += marked[last : mark.start()]
        sides = (tuple(filter(None, side.split(";"))) for side in (actors, recipients))
        labels.append(Label(len(body), len(body) + len(word), tuple(types.split("/")), *sides, int(number)))
        body += word
        last = mark.end()
    body += marked[last:]
    return Article(id=path.stem, body=body.rstrip("\n"), headline=headline, published=published), labels


def told(label: Label, events: list[Event]) -> Event | None:
    """What is found at a mark: of several the one of its type."""
    at = [event for event in events if event.predicate.start < label.end and label.start < event.predicate.end]
    return max(at, key=lambda event: event.type in label.types, default=None)


def judged(label: Label, event: Event | None) -> str:
    """Whether an event is right, has wrong ends or a wrong type, or is missed."""
    if event is None:
        return "missed"
    if event.type not in label.types:
        return "type"
    sides = ((label.actors, event.actors), (label.recipients, event.recipients))
    return "right" if all(_right(wanted, ends) for wanted, ends in sides) else "ends"


def _right(wanted: tuple[str, ...], ends: list[Actor]) -> bool:
    named = [f"{end.text} {end.name or ''}".casefold() for end in ends]
    if not wanted:
        return not named
    return any(name.casefold() in words for name in wanted for words in named)


def page(paths: list[Path]) -> str:
    """The whole page."""
    pieces, counts = [], dict.fromkeys(SIGNS, 0)
    more = 0
    for path in paths:
        article, labels = read(path)
        events = extract(article).events
        found = [told(label, events) for label in labels]
        for label, event in zip(labels, found, strict=True):
            counts[judged(label, event)] += 1
        others = [event for event in events if event not in found]
        more += len(others)
        pieces.append(_story(article, labels, found, others))
    head = (
        "# Three stories, every event marked\n\n"
        "Invented stories, written and labelled by hand after the codebook before the extraction saw them, and what it makes of"
        " each mention: ✔ type and both sides right, ◐ type or a side wrong, ✘ not found. They are too few for a figure;"
        " [quality.md](quality.md#events-in-whole-articles) has figures. Written by `python docs/stories.py`.\n\n"
        f"Mentions: {sum(counts.values())}. Right: {counts['right']}. With a wrong side: {counts['ends']}. With a wrong type:"
        f" {counts['type']}. Not found: {counts['missed']}. Records where no event is labelled: {more}. *Event* numbers the"
        " labelled events: mentions of one have one number.\n"
    )
    return head + "".join(pieces)


def _story(article: Article, labels: list[Label], found: list[Event | None], others: list[Event]) -> str:
    body, text, last = article.body, "", 0
    for number, (label, event) in enumerate(zip(labels, found, strict=True), 1):
        sign = SIGNS[judged(label, event)]
        text += f"{body[last : label.start]}**{body[label.start : label.end]}**<sup>{number}{sign}</sup>"
        last = label.end
    text = (text + body[last:]).replace("\n", "\n>\n> ")
    rows = [
        _row(f"{number} {SIGNS[judged(label, event)]}", body[label.start : label.end], label, event)
        for number, (label, event) in enumerate(zip(labels, found, strict=True), 1)
    ]
    rows += [_row("besides", event.predicate.text, None, event) for event in others]
    head = "| | word | event | labelled | found | confidence |\n" + "|---" * 6 + "|\n"
    return f"\n## {article.headline}\n\n> {text}\n\n{head}" + "".join(rows)


def _row(first: str, word: str, label: Label | None, event: Event | None) -> str:
    wanted = number = found = sure = ""
    if label is not None:
        sides = (", ".join(side[:1]) or "nobody" for side in (label.actors, label.recipients))
        wanted, number = f"{label.types[0]}: {' → '.join(sides)}", str(label.event)
    if event is not None:
        sides = (", ".join(end.text for end in side) or "nobody" for side in (event.actors, event.recipients))
        status = (part for part in (event.polarity, event.modality) if part not in ("affirmed", "actual"))
        found, sure = ", ".join((f"{event.type}: {' → '.join(sides)}", *status)), f"{event.confidence:.2f}"
    return f"| {first} | {word} | {number} | {wanted} | {found} | {sure} |\n"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(sorted(STORIES.glob("*.txt"))), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Excerpts: a sentence or a few out of the labelled articles, each as a text of its own, as alerts and briefs are.

The networks read an excerpt as they read a brief: with the names, the parties and the topic that these sentences alone tell. So
it shows how often what they find in a brief is right.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from newswire.extract.document.parse import Parse
from training.events.judgement import labels_at, unlabelled

__all__ = ("excerpts", "is_cut", "is_untold", "origin")

# Stands between the id of an article and the number of an excerpt of it.
MARK: Final = "#"

# Excerpts of an article, and how often another place is tried for each. More repeat each other.
EACH: Final = 4
TRIES: Final = 8
# The sentences of an excerpt, and its tokens: no headline alone, no table.
LENGTHS: Final = (1, 1, 2, 2, 3)
FEWEST: Final = 7
MOST: Final = 130
# Nearly every brief tells an event, half of an article's sentences tell none: of excerpts without one so many are left out.
QUIET: Final = 0.6

Row = dict[str, Any]


def origin(key: str) -> str:
    """The id of the article that a text is from: its own, unless it is an excerpt."""
    return key.partition(MARK)[0]


def is_cut(label: Mapping[str, Any]) -> bool:
    """Whether ends of a label stand outside of its excerpt, so that the excerpt does not tell who they are."""
    return bool(label.get("cut"))


def is_untold(row: Row, start: int, end: int) -> bool:
    """Whether a stretch of a text stands in a predicate whose label is cut: who its ends are, nobody can say."""
    return any(is_cut(label) for label in labels_at(row, start, end))


def excerpts(rows: Sequence[Row], parses: Sequence[Parse], seed: int) -> list[Row]:
    """Excerpts of labelled articles, in the form of their rows. A label of which the excerpt has not all ends is cut."""
    chance = random.Random(seed)
    return [one for row, parse in zip(rows, parses, strict=True) for one in _excerpts(row, parse, chance)]


def _excerpts(row: Row, parse: Parse, chance: random.Random) -> Iterator[Row]:
    if parse.text != row["body"]:
        return  # admitted in part only
    begin = unlabelled(row)
    sentences = [
        (parse.starts[first], parse.ends[behind - 1], behind - first)
        for first, behind in parse.sentences
        if behind > first and parse.starts[first] >= begin
    ]
    if not sentences:
        return
    used: set[int] = set()
    for number in range(EACH):
        for _ in range(TRIES):
            at = chance.randrange(len(sentences))
            chosen = sentences[at : at + chance.choice(LENGTHS)]
            start = chosen[0][0]
            end = start + len(row["body"][start : chosen[-1][1]].rstrip())
            if at in used or not FEWEST <= sum(length for _, _, length in chosen) <= MOST:
                continue
            labels = [label for label in row["events"] if _inside(label["predicate"], start, end)]
            if not labels and chance.random() < QUIET:
                continue
            used.update(range(at, at + len(chosen)))
            yield {
                "id": f"{row['id']}{MARK}{number}",
                "body": row["body"][start:end],
                "published": row.get("published"),
                "events": [_moved(label, start, end) for label in labels],
            }
            break


def _inside(span: Mapping[str, Any], start: int, end: int) -> bool:
    return bool(start <= span["start"] and span["end"] <= end)


def _moved(label: Mapping[str, Any], start: int, end: int) -> Row:
    """A label as it stands in an excerpt."""
    sides = {
        side: [_shifted(one, start) for one in label[side] if _inside(one, start, end)]
        for side in ("actors", "recipients")
    }
    cut = any(len(sides[side]) < len(label[side]) for side in sides)
    return {**label, "predicate": _shifted(label["predicate"], start), **sides, "cut": cut}


def _shifted(span: Mapping[str, Any], start: int) -> Row:
    return {**span, "start": span["start"] - start, "end": span["end"] - start}

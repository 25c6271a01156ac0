"""Which predicted events are right: held against the labels of a whole article, by type and both ends.

An event is held against a label whose predicate it overlaps, else against one of its type in the same sentence; each label is
used up by one event. An end is right if it overlaps the label's or bears its name, or if it is of a country of which no end of
the other side is. A side is right if more than half of its ends are; an empty one only where the label's is empty. The ends of
what both sides do may be swapped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from newswire.extract.document.parse import Parse
from newswire.extract.events.ontology import SYMMETRIC

__all__ = ("LONGER", "folded", "is_side", "judged", "labels_at", "repeats_headline", "unlabelled")

# So many words more than the label's an end may have.
LONGER = 5

# Words that the names of many parties share, and pronouns: alone they make no name.
SHARED = frozenset(
    [
        "of",
        "and",
        "for",
        "in",
        "on",
        "to",
        "at",
        "by",
        "a",
        "an",
        "mr",
        "mrs",
        "ms",
        "dr",
        "president",
        "minister",
        "prime",
        "government",
        "police",
        "army",
        "military",
        "party",
        "officials",
        "people",
        "group",
        "ministry",
        "members",
        "leader",
        "leaders",
        "forces",
        "state",
        "national",
        "he",
        "she",
        "it",
        "they",
        "him",
        "them",
        "his",
        "her",
        "its",
        "their",
        "who",
        "we",
        "us",
        "our",
        "i",
    ]
)
PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "him",
        "them",
        "his",
        "hers",
        "its",
        "her",
        "their",
        "who",
        "whom",
        "which",
        "we",
        "us",
        "our",
        "i",
        "me",
        "my",
        "you",
        "your",
    ]
)

Label = dict[str, Any]


def folded(text: str | None) -> list[str]:
    """The words of a name in lower case, without accents, marks, possessives and "the"."""
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower()
    return [w for w in re.sub(r"[^a-z0-9 ]", "", re.sub(r"['’]s\b|-", " ", plain)).split() if w != "the"]


def repeats_headline(row: dict[str, Any]) -> bool:
    """Whether the first line is the headline again, which coders labelled or not."""
    first, _, rest = row["body"].partition("\n")
    if row.get("headline"):
        head, line = set(folded(row["headline"])), set(folded(first))
        return len(head & line) >= 0.8 * len(head) and len(line) <= 1.5 * len(head)
    return bool(rest) and len(first.split()) <= 16


def unlabelled(row: dict[str, Any]) -> int:
    """Where the first line ends, if it is the headline again and nobody labelled anything in it; else 0."""
    first: int = row["body"].find("\n")
    told = any(label["predicate"]["start"] < first for label in row["events"])
    return first if repeats_headline(row) and not told else 0


def _named(one: str | None, other: str | None) -> bool:
    a, b = set(folded(one)), set(folded(other))
    return bool(a and b) and (a == b or ((a <= b or b <= a) and bool(min(a, b, key=len) - SHARED)))


def _is_end(label: Label, end: Label, others: Sequence[Label], body: str) -> bool:
    if _named(label["name"], end["name"]):
        return True
    if end["start"] < label["end"] and label["start"] < end["end"]:
        words = body[label["start"] : label["end"]].split()
        pronoun = set(folded(" ".join(words))) <= PRONOUNS
        if len(body[end["start"] : end["end"]].split()) <= len(words) + LONGER and not (pronoun and end["name"]):
            return True
    elif _named(label["name"], body[end["start"] : end["end"]]):
        return True
    country = label.get("country")
    return country is not None and country == end["country"] and all(o.get("country") != country for o in others)


def is_side(labels: Sequence[Label], ends: Sequence[Label], others: Sequence[Label], body: str) -> bool:
    """Whether one side of an event is right; `others` are the labels of the other side."""
    if not labels or not ends:
        return not labels and not ends
    right = sum(any(_is_end(label, end, others, body) for label in labels) for end in ends)
    return 2 * right > len(ends)


def _sides(label: Label, event: Label, body: str) -> tuple[bool, bool]:
    actors, recipients = label["actors"], label["recipients"]
    straight = (
        is_side(actors, event["actors"], recipients, body),
        is_side(recipients, event["recipients"], actors, body),
    )
    if all(straight) or label["type"] not in SYMMETRIC:
        return straight
    found = [
        {
            (side, i)
            for side, own, others in ((0, actors, recipients), (1, recipients, actors))
            for i, one in enumerate(own)
            if _is_end(one, end, others, body)
        }
        for end in (*event["actors"], *event["recipients"])
    ]
    right = sum(map(bool, found))
    return (True, True) if len(set().union(*found)) > 1 and right > 1 and 4 * right >= 3 * len(found) else straight


def labels_at(row: Label, start: int, end: int) -> list[Label]:
    """The labels of an article whose predicates a stretch of its text is part of."""
    return [one for one in row["events"] if one["predicate"]["start"] < end and start < one["predicate"]["end"]]


def judged(row: dict[str, Any], events: Sequence[Label], parse: Parse) -> list[tuple[int | None, bool]]:
    """Of each event, the number of the label of its type, or None, and whether its ends are right too. Of events that stand for
    one label the surest counts."""
    body, labels = row["body"], row["events"]
    sentence = [parse.sentence(parse.tokens(g["predicate"]["start"], g["predicate"]["end"]).start) for g in labels]
    matches = []
    for i, event in enumerate(events):
        start, end = event["predicate"]["start"], event["predicate"]["end"]
        here = parse.sentence(parse.tokens(start, end).start)
        over = [j for j, g in enumerate(labels) if g["predicate"]["start"] < end and start < g["predicate"]["end"]]
        for j in over or [j for j in range(len(labels)) if sentence[j] == here]:
            if event["type"] in (labels[j]["type"], *labels[j]["alternatives"]):
                sides = _sides(labels[j], event, body)
                if over or any(sides):
                    matches.append((not all(sides), not over, -event["confidence"], i, j))
    result: list[tuple[int | None, bool]] = [(None, False)] * len(events)
    done: set[int] = set()
    used: set[int] = set()
    for wrong, _, _, i, j in sorted(matches):
        if i not in done and j not in used:
            done.add(i)
            used.add(j)
            result[i] = j, not wrong
    return result

"""Scores events against sentences coded by PLOVER (Halterman et al., 2023), and counts them where there are none to find.

**Gold standard records** (PLOVER's own; CC BY-SA 4.0). Every record is one event of a sentence. Levels:

* **type**: an event has the record's type;
* **type and actor**: and one of its actors has a country of the record's source;
* **full**: and one of its recipients has a country of the record's target.

A side for which the record has no country counts as right. AGREE, CONSULT and COOPERATE are symmetric: their sides may be
swapped. Precision counts every event that was found, so that events made out of nothing cost.

**PLV** (the sentences of Hu et al., ACL 2024): each has one marked source and target, and a root for what passes between them. Of
a sentence the event is judged that touches most of the marked ends, the first of equals:

* **right root**: it has the root (CONCEDE and RETREAT are one root, YIELD);
* **right ends**: an actor touches the source and a recipient the target, for symmetric types also swapped;
* **right root and ends**: both; **found**: there is an event at all.

Their denominators are all sentences. **Events a sentence** tells how many others were found besides.

**Sports stories** (CoNLL-2003) tell of no events between political actors; **events a story** should be near none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.counts import Counts, Figure, Rate, Share
from newswire.extract.events.ontology import SYMMETRIC
from newswire.records import Actor, Event
from training.corpora import CodedSentence, MarkedSentence, Span

__all__ = ("LEVELS", "score_record", "score_sentence", "score_story")

LEVELS: Final = ("type", "type and actor", "full")

# PLV has one root for both.
ROOTS: Final = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}


def score_record(gold: CodedSentence, events: Sequence[Event]) -> dict[str, Figure]:
    """The figures of one gold standard record."""
    reached = max((_level(gold, event) for event in events), default=0)
    return {level: Counts(int(reached > place), len(events), 1) for place, level in enumerate(LEVELS)}


def _level(gold: CodedSentence, event: Event) -> int:
    """How many levels an event reaches."""
    if event.type != gold.type:
        return 0
    sides = (_countries(event.actors), _countries(event.recipients))
    orders = (sides, sides[::-1]) if event.type in SYMMETRIC else (sides,)
    return 1 + max(
        0
        if gold.actors and not gold.actors & actors
        else 1 + (not gold.recipients or bool(gold.recipients & recipients))
        for actors, recipients in orders
    )


def _countries(side: Sequence[Actor]) -> frozenset[str]:
    return frozenset(actor.country for actor in side if actor.country)


def score_sentence(gold: MarkedSentence, events: Sequence[Event]) -> dict[str, Figure]:
    """The figures of one sentence of PLV."""
    judged = max(events, key=lambda event: _touched(gold, event), default=None)
    ends = judged is not None and _touched(gold, judged) == 2
    root = judged is not None and ROOTS.get(judged.type, judged.type) == gold.root
    return {
        "right root and ends": Share(int(root and ends), 1),
        "right root": Share(int(root), 1),
        "right ends": Share(int(ends), 1),
        "found": Share(int(bool(events)), 1),
        "events a sentence": Rate(len(events), 1),
    }


def _touched(gold: MarkedSentence, event: Event) -> int:
    """How many of the marked ends an event touches."""
    straight = _touches(event.actors, gold.source) + _touches(event.recipients, gold.target)
    swapped = _touches(event.actors, gold.target) + _touches(event.recipients, gold.source)
    return max(straight, swapped) if event.type in SYMMETRIC else straight


def _touches(side: Sequence[Actor], span: Span) -> bool:
    return any(actor.start < span[1] and span[0] < actor.end for actor in side)


def score_story(events: Sequence[Event]) -> dict[str, Figure]:
    """The figure of one story that tells of no events."""
    return {"events a story": Rate(len(events), 1)}

"""Scenes: where in a document a country is told, and what that says of the document as a whole.

The text names countries in many ways: by name, people, seat of government, town, or a body or leader that belongs to one. Each
such place is a mark.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from newswire.extract.document.dateline import Dateline, story_dateline
from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import PLACE_LABELS, Gazetteer
from newswire.extract.entities.name_origins import NameOrigins

__all__ = ("CAST", "Mark", "Scene", "scene", "with_placed")

# Words of a person's name with a nationality in front ("Briton Alan Moss"); shorter ones may be a name of that form.
FULL: Final = 3

# Countries that the names of a story's persons fit best and that are looked at.
CAST: Final = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """Tokens `first` to `last` that tell a country; `kind` is country, people, seat, place, body or leader."""

    first: int
    last: int
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The marks of a document by token and in order, and what they tell of it as a whole.

    `sentences` are the marks by sentence; `counts` how often a country is marked; `shares` the same relative to all, most
    frequent first, with each body counted once: how often a story names a paper is no matter of the paper's country.
    `home` is the country of the dateline; `leading` are the countries in the first sentences, `headed` in the headline.
    `cast` is how well the names of the persons fit the countries that they fit best, the best first: a story at home often names
    its country nowhere. `persons` are the tokens of persons' names. `common` keeps the traits that several have.
    """

    marks: dict[int, Mark]
    headed: frozenset[str]
    cast: dict[str, float]
    persons: frozenset[int]
    dateline: Dateline | None
    order: list[Mark] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    sentences: dict[int, list[Mark]] = field(default_factory=dict)
    counts: Counter[str | None] = field(default_factory=Counter)
    shares: dict[str, float] = field(default_factory=dict)
    home: str | None = None
    leading: frozenset[str] = frozenset()
    common: dict[tuple[str, str, bool, bool], list[str]] = field(default_factory=dict)

    def before(self, token: int) -> Mark | None:
        """The last mark that ends before a token."""
        at = bisect_left(self.firsts, token) - 1
        while at >= 0 and self.order[at].last >= token:
            at -= 1
        return self.order[at] if at >= 0 else None

    def elsewhere(self, country: str | None, spans: Sequence[range]) -> bool:
        """Whether the document tells of a country by anything but these names."""
        own = {mark for span in spans for token in span if (mark := self.marks.get(token)) and mark.first in span}
        return self.counts[country] > sum(mark.country == country for mark in own)


def scene(
    parse: Parse,
    drafts: Sequence[EntityDraft],
    known: Mapping[int, str],
    headline: str,
    gazetteer: Gazetteer,
    origins: NameOrigins,
) -> Scene:
    """What a document tells of countries. `known` are the countries of the leaders among the drafts, by their indexes."""
    marks: dict[int, Mark] = {}
    persons: set[int] = set()
    for index, draft in enumerate(drafts):
        if draft.label == "PERSON":
            spans = _spans(parse, draft)
            persons.update(token for span in spans for token in span)
            if index in known:
                _mark(marks, spans, known[index], "leader")
            else:
                _mark_nationality(parse, spans, marks, gazetteer)
        elif draft.country is not None and (draft.label == "NORP" or draft.label in PLACE_LABELS):
            _mark(marks, _spans(parse, draft), draft.country, _place_kind(draft, gazetteer))
    _mark_listed(parse.words, marks, persons, gazetteer)
    headed: dict[int, Mark] = {}
    _mark_listed(headline.replace("’s", " 's").replace("'s", " 's").split(), headed, set(), gazetteer)
    cast = origins.best([draft.name for draft in drafts if draft.label == "PERSON" and " " in draft.name], CAST)
    headed_by = frozenset(mark.country for mark in headed.values())
    return _viewed(parse, Scene(marks, headed_by, cast, frozenset(persons), story_dateline(parse.text)))


def with_placed(around: Scene, parse: Parse, drafts: Sequence[EntityDraft], placed: Mapping[int, str]) -> Scene:
    """The scene with the names of organisations whose countries are known by now, by their indexes among the drafts."""
    marks = dict(around.marks)
    for index, country in placed.items():
        _mark(marks, _spans(parse, drafts[index]), country, "body")
    return _viewed(parse, replace(around, marks=marks))


def _viewed(parse: Parse, around: Scene) -> Scene:
    """A scene with what follows from its marks."""
    order = sorted(set(around.marks.values()), key=lambda mark: mark.first)
    counts: Counter[str | None] = Counter(mark.country for mark in order)
    sentences: dict[int, list[Mark]] = {}
    for mark in order:
        sentences.setdefault(parse.sentence(mark.first), []).append(mark)
    once = {
        (mark.country, tuple(parse.words[mark.first : mark.last + 1]) if mark.kind == "body" else mark.first): mark
        for mark in order
    }
    shares: Counter[str] = Counter(mark.country for mark in once.values())
    dated = () if around.dateline is None else parse.tokens(*around.dateline.place)
    return replace(
        around,
        order=order,
        firsts=[mark.first for mark in order],
        sentences=sentences,
        counts=counts,
        shares={country: count / len(once) for country, count in shares.most_common()},
        home=next((around.marks[token].country for token in dated if token in around.marks), None),
        leading=frozenset(mark.country for sentence in (0, 1) for mark in sentences.get(sentence, ())),
        common={},
    )


def _spans(parse: Parse, draft: EntityDraft) -> list[range]:
    return [span for mention in draft.mentions if len(span := parse.tokens(mention.start, mention.end))]


def _mark(marks: dict[int, Mark], spans: Sequence[range], country: str, kind: str) -> None:
    for span in spans:
        marks.update(dict.fromkeys(span, Mark(span[0], span[-1], country, kind)))


def _mark_nationality(parse: Parse, spans: Sequence[range], marks: dict[int, Mark], gazetteer: Gazetteer) -> None:
    """Marks a nationality that the recogniser took into a person's name."""
    for span in spans:
        entry = gazetteer.entries.get(parse.words[span[0]]) if len(span) >= FULL else None
        if entry is not None and entry.kind == "people" and entry.country is not None:
            marks[span[0]] = Mark(span[0], span[0], entry.country, "people")


def _place_kind(draft: EntityDraft, gazetteer: Gazetteer) -> str:
    entry = gazetteer.find(draft.name)
    return entry.kind if entry is not None and entry.kind in ("country", "people", "seat") else "place"


def _mark_listed(words: Sequence[str], marks: dict[int, Mark], persons: set[int], gazetteer: Gazetteer) -> None:
    """Marks the listed names that no entity covers: they stand in other names ("Kenyan Red Cross") or were passed over."""
    for token, word in enumerate(words):
        if token in marks or token in persons or not word[:1].isupper():
            continue
        for length, phrase in gazetteer.phrases(words, token):
            entry = gazetteer.entries.get(phrase)
            if entry is None:
                continue
            if entry.country is not None and phrase not in gazetteer.words.shared_names and entry.kind != "province":
                kind = {"organisation": "body", "region": "place"}.get(entry.kind, entry.kind)
                mark = Mark(token, token + length - 1, entry.country, kind)
                marks.update(dict.fromkeys(range(token, token + length), mark))
            break

"""Mentions of events: which of them tell one event again.

Mentions are taken in text order. Each one tells one of the events before it, of the same type and of no other day, or a new one:
a learnt choice by how well ends, status and words agree with what was told so far. Training and extraction share this module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from newswire.extract.document.drafts import EventDraft, PartyDraft
from newswire.extract.document.parse import Parse, remembered
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.events.ontology import SYMMETRIC

__all__ = (
    "Ends",
    "Mention",
    "compatible",
    "distinct_events",
    "mention_at",
    "mentions_of",
    "new_traits",
    "together",
    "told_traits",
)

# First letters by which words of one root are alike ("arrested", "arrest"); fewer make "president" of "press".
ROOT: Final = 5

# Tags of words that say what a sentence is about.
CONTENT: Final = ("NN", "VB", "JJ", "CD")

# Upper bounds of the classes of distance, in sentences, and of the share of words that two mentions have in common.
DISTANCES: Final = (0, 1, 2, 4, 8, 16)
SHARES: Final = (0.0, 0.1, 0.2, 0.3, 0.45)

# Types of acts in words. Whoever speaks twice does two of them more often than not.
SPOKEN: Final = frozenset(("AGREE", "CONSULT", "SUPPORT", "CONCEDE", "REQUEST", "ACCUSE", "REJECT", "THREATEN"))

# How well two sides agree, from the worst on.
RANKS: Final = ("differ", "untold", "open", "country", "word", "name")

# Comparisons that are kept: an article makes hundreds of some dozens of different ones.
KEPT: Final = 4_096

# Sentences at the head of a story, which tell what the rest tells again.
LEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Ends:
    """One side: names in lower case, and countries."""

    names: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()

    def __or__(self, other: Ends) -> Ends:
        return Ends(self.names | other.names, self.countries | other.countries)


@dataclass(frozen=True, slots=True)
class Mention:
    """What is told of an event in one place, or in all places so far.

    `roots` are those of the predicate's words, `words` those of its sentence; `sentence` is the last one, `first` the first;
    `statuses` are polarity and modality; `known` says that the predicate is a noun that speaks of what is known ("the attack").
    """

    type: str
    roots: frozenset[str]
    actors: Ends
    recipients: Ends
    statuses: frozenset[tuple[str, str]]
    dates: frozenset[str]
    first: int
    sentence: int
    words: frozenset[str]
    known: bool = False


def mentions_of(parse: Parse, drafts: Sequence[EventDraft], named: Sequence[str]) -> list[Mention]:
    """The mentions that drafts are, in the same order. `named` are the names of the entities that the drafts count."""

    def ends(side: Iterable[PartyDraft]) -> Ends:
        side = list(side)
        names = (parse.text[one.start : one.end] if one.entity is None else named[one.entity] for one in side)
        return Ends(
            frozenset(name.casefold() for name in names),
            frozenset(one.country for one in side if one.country is not None),
        )

    return [
        mention_at(
            parse, draft.predicate, draft.type, ends(draft.actors), ends(draft.recipients), (draft.polarity, draft.modality),
            draft.date.value if draft.date else None,
        )
        for draft in drafts
    ]  # fmt: skip


def mention_at(
    parse: Parse,
    predicate: tuple[int, int],
    type: str,
    actors: Ends,
    recipients: Ends,
    status: tuple[str, str],
    date: str | None,
) -> Mention:
    """The mention whose predicate stands from one code point to another."""
    tokens = parse.tokens(*predicate)
    at = tokens[0]
    sentence = parse.sentence(at)
    noun = parse.tags[tokens[-1]][:2] == "NN"
    # "the", "this", "that", "those", "its": what is spoken of again
    known = noun and any(
        parse.deps[child] == "poss" or (parse.deps[child] == "det" and parse.lemmas[child].lower()[:2] == "th")
        for child in parse.children[tokens[-1]]
    )
    return Mention(
        type=type,
        roots=frozenset(parse.lemmas[token].lower()[:ROOT] for token in tokens),
        actors=actors,
        recipients=recipients,
        statuses=frozenset((status,)),
        dates=frozenset(() if date is None else (date,)),
        first=sentence,
        sentence=sentence,
        words=_roots(parse, parse.sentence_starts[sentence]),
        known=known,
    )


@remembered
def _roots(parse: Parse, begin: int) -> frozenset[str]:
    """The roots of the words that say what a sentence is about, given its first token."""
    first, last = parse.sentences[parse.sentence(begin)]
    words = (parse.lemmas[token] for token in range(first, last) if parse.tags[token][:2] in CONTENT)
    return frozenset(word.lower()[:ROOT] for word in words)


def distinct_events(mentions: Sequence[Mention], model: ChoiceModel | None = None) -> list[int]:
    """For each mention, in text order, the number of its event: how many events were told before that one was first.

    `model` has other weights than those that come with the project (training reports on others).
    """
    model = model or load_choice_model("event_mentions")
    told: list[Mention] = []
    numbers = []
    for mention in mentions:
        alike = compatible(mention, enumerate(told))
        options: list[Sequence[str]] = [new_traits(mention, len(alike))]
        options += [told_traits(mention, told[number]) for number in alike]
        shares = model.probabilities(options)
        best = max(range(len(options)), key=shares.__getitem__)
        if best:
            number = alike[best - 1]
            told[number] = together(told[number], mention)
        else:
            number = len(told)
            told.append(mention)
        numbers.append(number)
    return numbers


def compatible(mention: Mention, told: Iterable[tuple[int, Mention]]) -> list[int]:
    """The numbers of the events that a mention may tell: of its type, and of no other day."""
    return [
        number
        for number, event in told
        if event.type == mention.type and _dates(mention.dates, event.dates) != "differ"
    ]


def together(event: Mention, mention: Mention) -> Mention:
    """What is known of an event after a further mention."""
    return Mention(
        type=event.type,
        roots=event.roots | mention.roots,
        actors=event.actors | mention.actors,
        recipients=event.recipients | mention.recipients,
        statuses=event.statuses | mention.statuses,
        dates=event.dates | mention.dates,
        first=event.first,
        sentence=mention.sentence,
        words=event.words | mention.words,
    )


def new_traits(mention: Mention, rivals: int) -> list[str]:
    """What speaks for a mention being the first of its event, where so many events of its type were told before."""
    return [
        "new",
        f"new known {mention.known}",
        f"new {mention.type}",
        f"new rivals {_class(rivals, (0, 1, 2, 4, 8))}",
        f"new open {not mention.actors.names} {not mention.recipients.names}",
        f"new lead {mention.sentence < LEAD}",
    ]


def told_traits(mention: Mention, event: Mention) -> tuple[str, ...]:
    """What speaks for and against a mention telling an event that was told before."""
    one, two = _agreement(mention.actors, event.actors), _agreement(mention.recipients, event.recipients)
    if mention.type in SYMMETRIC:
        turned = _agreement(mention.actors, event.recipients), _agreement(mention.recipients, event.actors)
        one, two = _closer((one, two), turned)
    return _traits(
        one,
        two,
        mention.type,
        not mention.roots.isdisjoint(event.roots),
        mention.known,
        _class(len(mention.words & event.words) / max(1, len(mention.words)), SHARES),
        event.first < LEAD,
        _class(mention.sentence - event.sentence, DISTANCES),
        mention.statuses <= event.statuses,
        _dates(mention.dates, event.dates),
    )


@lru_cache(KEPT)
def _traits(
    actors: str,
    recipients: str,
    type: str,
    alike: bool,
    known: bool,
    common: int,
    lead: bool,
    away: int,
    status: bool,
    date: str,
) -> tuple[str, ...]:
    way = "spoken" if type in SPOKEN else "done"
    return (
        f"actors {actors}",
        f"recipients {recipients}",
        f"ends {actors} {recipients}",
        f"{way} alike {alike}",
        f"known {known} alike {alike}",
        f"{way} words {common}",
        f"lead {lead} words {common}",
        f"away {away}",
        f"{way} away {away}",
        f"status {status}",
        f"date {date}",
        f"told {type}",
    )  # fmt: skip


@lru_cache(KEPT)
def _closer(pair: tuple[str, str], turned: tuple[str, str]) -> tuple[str, str]:
    """Which of two ways to compare both sides shows more agreement; of equal ones the first."""
    return max(pair, turned, key=lambda pair: sorted(map(RANKS.index, pair)))


def _agreement(one: Ends, two: Ends) -> str:
    """How well two sides agree."""
    if not one.names or not two.names:
        return "open"
    if one.names & two.names:
        return "name"
    if one.countries & two.countries:
        return "country"
    if one.countries and two.countries:
        return "differ"
    return "untold" if _words(one.names).isdisjoint(_words(two.names)) else "word"


@lru_cache(KEPT)
def _words(names: frozenset[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in name.split()) - {"the", "of", "a"}


@lru_cache(KEPT)
def _dates(one: frozenset[str], two: frozenset[str]) -> str:
    """Whether two events may be of one day; a month or year agrees with its days."""
    if not one or not two:
        return "open"
    same = any(a.startswith(b) or b.startswith(a) for a in one for b in two)
    return "same" if same else "differ"


def _class(value: float, bounds: Sequence[float]) -> int:
    return bisect_left(bounds, value)

"""Ends: whom an event is between, out of all whom the text names.

The linker reads one sentence. Who acts often stands elsewhere ("nine civilians were killed", "he refused"), and a text says
of the same parties again and again that they do the same. So each side of a predicate has candidates: nobody, the parties of the
sentence, whom other predicates of the text have on that side, who speaks where the predicate is quoted, the forces and
authorities that the text speaks of, and whom it names most. Each is described by numbers, and a forest over them, learnt on
articles that the networks did not learn from, lets them compete. Training and extraction share this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.forests import forest_sums
from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import coordinated
from newswire.extract.events.features import LABEL_IDS, PRONOUN, QUOTED, SECTOR_IDS, Features, Pairs
from newswire.extract.events.network import ACTOR, RECIPIENT
from newswire.extract.events.parties import Party

__all__ = (
    "CANDIDATE_FEATURES", "SOURCES", "Choice", "Listed", "Side", "Sides", "candidate_ends", "chosen_ends", "party_key",
    "sides_of",
)  # fmt: skip

Floats = npt.NDArray[np.float32]
Sides = tuple[tuple[int, ...], tuple[int, ...]]

# Probability from which on a predicate has candidates at all, and from which on one lends its sides. Below the first hardly any
# event is emitted.
ASKING: Final = 0.3
LENDING: Final = 0.3

# Predicates before and behind that lend; most that are right are the last ones before.
BEFORE: Final = 8
BEHIND: Final = 2

# Sectors of those who act without being named in the sentence: "was arrested", "were shelled".
AUTHORITIES: Final = ("COP", "MIL", "JUD", "GOV", "REB")

# So many of those whom the text names most.
MAIN: Final = 3

# A party of the sentence below this share is a candidate only if it is one of the two likeliest.
LEAST: Final = 0.02

# A second party is an end beside the likeliest one from this share of its probability on: coordinated ones share it.
BESIDE: Final = 0.15

# So many candidates of each side are tried together; the fourth is hardly ever right.
TRIED: Final = 3

# Distances in sentences and in tokens beyond which all is the same.
FAR: Final = 20
AWAY: Final = 40

# What brings a candidate.
SOURCES: Final = ("nobody", "sentence", "predicate", "speaker", "authority", "main")
NOBODY, SENTENCE, PREDICATE, SPEAKER, AUTHORITY, MOST_NAMED = range(len(SOURCES))

# In the order of `_row`, which says what they are.
CANDIDATE_FEATURES: Final = (
    "kind", "side", "event", "tag", "dep", "form", "quoted", "first sentence", "nobody", "nobody on the other side", "top",
    "other top", "in the sentence", "other country known", "source", "share", "other share", "share of the party", "rank",
    "turned", "pronoun", "typed", "sector", "label", "country", "mentions", "sentences", "away", "party dep",
    "same role and type", "same role", "other role", "named in the sentence", "on the other side", "country of the other side",
    "same type", "same lemma", "likeness", "lender", "sides agree", "number", "listed", "listed type", "listed there",
)  # fmt: skip

# The features of nobody from "rank" on, without what the lexicon reads.
NONE: Final = (-1, 0, 0, 0, -1, -1, -1, 0, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, -1, -1, -1, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """An event as lexicon, grammar and classifier read it: the tokens of its predicate, the number of its type, the parties at
    its ends."""

    predicate: tuple[int, ...]
    kind: int
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Side:
    """One side (0 actor, 1 recipient) of the predicate with this number, and who may be it: groups of parties, the first of them
    nobody, with a row of features each."""

    number: int
    side: int
    groups: tuple[tuple[int, ...], ...]
    features: Floats


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is taken for one side: how likely that is, how likely the next candidate, and what brought the one taken (a place in
    SOURCES)."""

    share: float
    second: float
    source: int


@dataclass(frozen=True, slots=True)
class _Offer:
    """A candidate: its parties, what brought it, and the number of the pair or of the predicate that did (-1 for none)."""

    group: tuple[int, ...]
    source: int
    number: int = -1
    rank: int = -1


def sides_of(parse: Parse, roles: Floats, tokens: list[int]) -> Sides:
    """Actors and recipients of one predicate, as the linker alone has them; its first pair stands for nobody. A party is on one
    side only, the likelier."""
    firsts = [coordination(parse, token) for token in tokens]
    shares = roles.T.tolist()
    sides: list[tuple[int, ...]] = []
    for role in (ACTOR, RECIPIENT):
        top = int(roles[:, role].argmax())
        sides.append(_group(tokens, firsts, shares[role], shares[1 - role], top) if top else ())
    actors, recipients = sides
    return actors, tuple(token for token in recipients if token not in actors)


def _group(tokens: list[int], firsts: list[int], own: list[float], other: list[float], top: int) -> tuple[int, ...]:
    """A party and those that are coordinated with it and likely enough to be the same end, the party first."""
    least = BESIDE * own[top]
    beside = (
        token
        for i, token in enumerate(tokens)
        if i and i != top and own[i] >= least and own[i] >= other[i] and firsts[i] == firsts[top]
    )
    return tokens[top], *beside


def coordination(parse: Parse, token: int) -> int:
    """The first of the words that a word is coordinated with."""
    while (before := coordinated(parse, token)) is not None and before < token:
        token = before
    return token


def party_key(parse: Parse, party: Party, head: int) -> object:
    """What makes two parties the same: the entity, or country, sector and noun."""
    return party.entity if party.entity is not None else (party.country, party.sector, parse.lemmas[head])


def candidate_ends(
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    columns: Features,
    table: Floats,
    anchors: Sequence[int],
    kinds: Sequence[int],
    events: Sequence[float],
    rows: Pairs,
    roles: Floats,
    starts: Sequence[int],
    ends: Sequence[Sides],
    listed: Mapping[int, Listed],
) -> list[Side]:
    """Both sides of all predicates that are likely enough, with their candidates.

    `table` are the word vectors, `kinds` and `events` type and probability of each predicate, `roles` the linker's shares of the
    pairs `rows` as either end, `starts` where those of each predicate begin, `ends` whom the linker would take, `listed` what
    lexicon and grammar read, by the tokens of the predicates.
    """
    if not any(event >= ASKING for event in events):
        return []
    text = _Text(parse, known, quotes, columns, table, anchors, kinds, events, ends, listed)
    found = []
    for i, (first, last) in enumerate(pairwise(starts)):
        if events[i] >= ASKING:
            parties = rows.parties[first:last].tolist()
            form = int(rows.columns[first, 5])
            shares = roles[first:last].T.tolist()
            found += [text.side(i, side, parties, shares, form) for side in (0, 1)]
    return found


class _Text:
    """What the candidates of one text are found from."""

    def __init__(
        self,
        parse: Parse,
        known: Mapping[int, Party],
        quotes: Sequence[QuoteDraft],
        columns: Features,
        table: Floats,
        anchors: Sequence[int],
        kinds: Sequence[int],
        events: Sequence[float],
        ends: Sequence[Sides],
        listed: Mapping[int, Listed],
    ) -> None:
        self.listed = listed
        self.parse, self.known, self.columns = parse, known, columns
        self.anchors, self.kinds, self.events, self.ends = anchors, kinds, events, ends
        self.keys = {head: party_key(parse, party, head) for head, party in known.items()}
        self.mentions = Counter(party.entity for party in known.values() if party.entity is not None)
        self.sentences = [parse.sentence(anchor) for anchor in anchors]
        self.sides = [[{self.keys[head] for head in side} for side in sides] for sides in ends]
        self.roles: defaultdict[tuple[object, ...], float] = defaultdict(float)
        for i, sides in enumerate(self.sides):
            for side in (0, 1):
                for key in sides[side]:
                    self.roles[key, side, kinds[i]] += events[i]
                    self.roles[key, side] += events[i]
        vectors = table[columns.meanings[list(anchors)]]
        vectors = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6)
        self.likeness = (vectors @ vectors.T).tolist()
        self.told = columns.columns[list(anchors)].tolist()
        self.authorities = {
            sector: [head for head in sorted(known) if known[head].sector == sector] for sector in AUTHORITIES
        }
        main = [entity for entity, _ in self.mentions.most_common(MAIN)]
        self.main = {known[head].entity: head for head in sorted(known, reverse=True) if known[head].entity in main}
        self.speakers = [
            (inside.start, inside.stop, quote.source.head)
            for quote in quotes
            if quote.source is not None and quote.source.head in known
            for inside in (parse.tokens(start, end) for start, end in quote.spans)
        ]
        self._firsts: dict[int, int] = {}
        self.static = {head: self._static(head) for head in known}

    def _static(self, head: int) -> tuple[float, ...]:
        """What is told of a party whatever it may be an end of: pronoun, typed, sector, label, country, mentions."""
        party = self.known[head]
        pronoun = self.parse.tags[head][:3] == "PRP"
        return (
            float(pronoun),
            float(party.typed),
            SECTOR_IDS.get(party.sector or "", 0),
            PRONOUN if pronoun else LABEL_IDS.get(party.label or "", 0),
            float(party.country is not None),
            self.mentions[party.entity] if party.entity is not None else 0,
        )

    def side(self, i: int, side: int, parties: list[int], shares: list[list[float]], form: int) -> Side:
        """One side of a predicate. `parties` and `shares` are those of its pairs, the first of which is nobody; `form` its tag
        and voice."""
        anchor, own, other = self.anchors[i], shares[side], shares[1 - side]
        order = sorted(range(1, len(own)), key=lambda j: -own[j])
        firsts = [self.first(token) for token in parties]
        rival = max(range(len(other)), key=other.__getitem__)
        rivals = {self.keys[parties[rival]]} if rival else set()
        country = self.known[parties[rival]].country if rival else None
        named: defaultdict[object, float] = defaultdict(float)
        for j in range(1, len(own)):
            named[self.keys[parties[j]]] += own[j]
        told = self.told[i]
        base = [
            self.kinds[i], side, self.events[i], told[0], told[1], form, told[QUOTED] % 2, float(self.sentences[i] == 0), own[0],
            other[0], own[order[0]] if order else 0.0, other[rival], len(order), float(country is not None),
        ]  # fmt: skip
        read = self.listed.get(anchor)
        sure, same = (read.confidence, float(read.kind == self.kinds[i])) if read else (0.0, -1.0)
        there = [
            {self.keys[head] for head in heads} for heads in ((read.actors, read.recipients) if read else ((), ()))
        ]
        groups: list[tuple[int, ...]] = [()]
        rows: list[list[float]] = [
            [*base, NOBODY, own[0], other[0], own[0], *NONE, sure, same, float(read is not None and not there[side])]
        ]
        seen: set[object] = set()
        for offer in self._offers(i, side, parties, firsts, shares, order):
            head = offer.group[0]
            key = self.keys[head]
            if offer.source != SENTENCE and (key in seen or head in parties or anchor in offer.group):
                continue
            seen.add(key)
            inside, lent = offer.source == SENTENCE, offer.source == PREDICATE
            mine, turned = (self.events[i] * (key in self.sides[i][each]) for each in (side, 1 - side))
            place = self.sentences[i] if inside else self.parse.sentence(anchor if inside else head)
            agree = -1.0
            if lent:
                place = self.sentences[offer.number]
                if self.sides[offer.number][1 - side] and rivals:
                    agree = float(bool(rivals & self.sides[offer.number][1 - side]))
            mine_country = self.known[head].country
            alike = -1.0 if country is None or mine_country is None else float(mine_country == country)
            j = offer.number
            groups.append(offer.group)
            rows.append(
                [
                    *base,
                    offer.source,
                    own[j] if inside else 0.0,
                    other[j] if inside else 0.0,
                    named.get(key, 0.0),
                    offer.rank,
                    other[j] - own[j] if inside else 0.0,
                    *self.static[head],
                    max(-FAR, min(FAR, self.sentences[i] - place)),
                    max(-AWAY, min(AWAY, head - anchor)),
                    int(self.columns.columns[head, 1]),
                    self.roles[key, side, self.kinds[i]] - mine,
                    self.roles[key, side] - mine,
                    self.roles[key, 1 - side] - turned,
                    float(key in named),
                    float(key in rivals),
                    alike,
                    float(lent and self.kinds[j] == self.kinds[i]),
                    float(lent and self.parse.lemmas[self.anchors[j]] == self.parse.lemmas[anchor]),
                    self.likeness[i][j] if lent else -1.0,
                    self.events[j] if lent else -1.0,
                    agree,
                    len(offer.group),
                    sure,
                    same,
                    float(key in there[side]) - float(key in there[1 - side]),
                ]
            )
        return Side(i, side, tuple(groups), np.array(rows, np.float32).round(3))

    def first(self, token: int) -> int:
        """The first of the words that a word is coordinated with."""
        if token not in self._firsts:
            self._firsts[token] = coordination(self.parse, token)
        return self._firsts[token]

    def _offers(
        self, i: int, side: int, parties: list[int], firsts: list[int], shares: list[list[float]], order: list[int]
    ) -> list[_Offer]:
        """All candidates but nobody; a party that several bring is there as often."""
        anchor, own, other = self.anchors[i], shares[side], shares[1 - side]
        found = [
            _Offer(_group(parties, firsts, own, other, j), SENTENCE, j, rank)
            for rank, j in enumerate(order)
            if own[j] >= LEAST or rank < 2
        ]
        for j in (*range(i - 1, max(-1, i - 1 - BEFORE), -1), *range(i + 1, min(len(self.anchors), i + 1 + BEHIND))):
            group = self.ends[j][side]
            if group and self.events[j] >= LENDING and self.known[group[0]].typed:
                found.append(_Offer(group, PREDICATE, j))
        found += [_Offer((head,), SPEAKER) for first, last, head in self.speakers if first <= anchor < last]
        for heads in self.authorities.values():
            before = [head for head in heads if head < anchor]
            found += [_Offer((head,), AUTHORITY) for head in before[-1:]]
        return [*found, *(_Offer((head,), MOST_NAMED) for head in self.main.values())]


def chosen_ends(
    weights: Mapping[str, Any],
    parse: Parse,
    known: Mapping[int, Party],
    sides: Sequence[Side],
    ends: Sequence[Sides],
) -> tuple[list[Sides], list[tuple[Choice, Choice]]]:
    """Whom each predicate is between, and how sure that is: the likeliest pair of candidates that are not the same party.

    A predicate without candidates keeps the `ends` that the linker gave it.
    """
    taken = list(ends)
    choices = [(Choice(0.0, 0.0, NOBODY), Choice(0.0, 0.0, NOBODY))] * len(ends)
    if not sides:
        return taken, choices
    scores = forest_sums(weights, "ends", np.concatenate([one.features for one in sides]))
    at = 0
    shares = []
    for one in sides:
        own = np.exp(scores[at : at + len(one.groups)] - scores[at : at + len(one.groups)].max())
        at += len(one.groups)
        shares.append((own / own.sum()).tolist())
    for number in range(0, len(sides), 2):
        actor, recipient = sides[number : number + 2]
        own, other = shares[number : number + 2]
        likely = [(own[a] * other[b], -a, -b) for a in _likeliest(own) for b in _likeliest(other)]
        apart = [one for one in likely if not _same(parse, known, actor.groups[-one[1]], recipient.groups[-one[2]])]
        _, a, b = max(apart or likely)
        taken[actor.number] = tuple(sorted(actor.groups[-a])), tuple(sorted(recipient.groups[-b]))
        choices[actor.number] = _choice(actor, own, -a), _choice(recipient, other, -b)
    return taken, choices


def _likeliest(shares: list[float]) -> list[int]:
    """The numbers of the likeliest candidates."""
    return sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:TRIED]


def _choice(side: Side, shares: list[float], taken: int) -> Choice:
    second = max((share for j, share in enumerate(shares) if j != taken), default=0.0)
    return Choice(shares[taken], second, int(side.features[taken, CANDIDATE_FEATURES.index("source")]))


def _same(parse: Parse, known: Mapping[int, Party], one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two groups have a party in common."""
    keys = [{party_key(parse, known[head], head) for head in group} for group in (one, other)]
    return not keys[0].isdisjoint(keys[1])

"""Ends: whom an event is between, out of all whom the text names.

The linker reads one sentence. Who acts often stands elsewhere ("nine civilians were killed", "he refused"), and a text says
of the same parties again and again that they do the same. So each side of a predicate has candidates: nobody, the parties of the
sentence, whom other predicates of the text have on that side, who speaks where the predicate is quoted, the forces and
authorities that the text speaks of, and whom it names most. Each is described by numbers, and a forest over them, learnt on
articles that the networks did not learn from, lets them compete. Training and extraction share this module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.forests import forest_sums
from newswire.extract.document.parse import Parse, once, remembered
from newswire.extract.events.arguments import coordinated
from newswire.extract.events.features import LABEL_IDS, PRONOUN, QUOTED, SECTOR_IDS, Features, Pairs
from newswire.extract.events.network import ACTOR, RECIPIENT, shares_of
from newswire.extract.events.parties import Party

__all__ = (
    "CANDIDATE_FEATURES", "SOURCES", "Choice", "Listed", "Side", "Sides", "candidate_ends", "chosen_ends", "conjuncts",
    "coordinations", "party_key", "sides_of",
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

SOURCE: Final = CANDIDATE_FEATURES.index("source")

# The features of nobody from "rank" on, without what the lexicon reads.
NONE: Final = (-1, 0, 0, 0, -1, -1, -1, 0, 0, 0, -1, 0, 0, 0, 0, 0, -1, 0, 0, -1, -1, -1, 0)


class Listed(NamedTuple):
    """An event as lexicon, grammar and classifier read it: the tokens of its predicate, the number of its type, the parties at
    its ends."""

    predicate: tuple[int, ...]
    kind: int
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    confidence: float


class Side(NamedTuple):
    """One side (0 actor, 1 recipient) of the predicate with this number, and who may be it: groups of parties, the first of them
    nobody, with a row of features each."""

    number: int
    side: int
    groups: tuple[tuple[int, ...], ...]
    features: Floats


class Choice(NamedTuple):
    """Who is taken for one side: how likely that is, how likely the next candidate, and what brought the one taken (a place in
    SOURCES)."""

    share: float
    second: float
    source: int


def sides_of(parse: Parse, roles: Floats, tokens: list[int]) -> Sides:
    """Actors and recipients of one predicate, as the linker alone has them; its first pair stands for nobody. A party is on one
    side only, the likelier."""
    every = coordinations(parse)
    firsts = [every[token] for token in tokens]
    shares = roles.T.tolist()
    sides: list[tuple[int, ...]] = []
    for role in (ACTOR, RECIPIENT):
        own = shares[role]
        top = own.index(max(own))
        sides.append(_group(tokens, firsts, own, shares[1 - role], top) if top else ())
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


@once
def coordinations(parse: Parse) -> list[int]:
    """For each token the first of the words that it is coordinated with."""
    firsts: list[int] = []
    for token in range(len(parse)):
        before = coordinated(parse, token)
        firsts.append(token if before is None or before >= token else firsts[before])
    return firsts


@remembered
def conjuncts(parse: Parse, first: int) -> tuple[int, ...]:
    """The words of which a word is the first that they are coordinated with, itself included."""
    begin, end = parse.sentences[parse.sentence(first)]
    firsts = coordinations(parse)
    return tuple(token for token in range(begin, end) if firsts[token] == first)


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
    asked = [i for i, event in enumerate(events) if event >= ASKING]
    if not asked:
        return []
    text = _Text(parse, known, quotes, columns, table, anchors, kinds, events, ends, listed)
    offers: list[_Offer] = []
    begins = []
    every = coordinations(parse)
    for i in asked:
        first, last = starts[i], starts[i + 1]
        parties, shares = rows.parties[first:last].tolist(), roles[first:last].T.tolist()
        firsts = [every[token] for token in parties]
        for side in (0, 1):
            begins.append(len(offers))
            text.offer(offers, i, side, parties, firsts, shares)
    features = text.features(offers, begins, asked, rows, roles, starts)
    groups = [offer[0] for offer in offers]
    return [
        Side(i, side, tuple(groups[begin:end]), features[begin:end])
        for (i, side), (begin, end) in zip(
            ((i, side) for i in asked for side in (0, 1)), pairwise([*begins, len(groups)]), strict=True
        )
    ]


# A candidate: its parties, what brought it (a place in SOURCES), the number of the pair or of the predicate that did, and its
# place among the pairs; the last two are -1 for none.
_Offer = tuple[tuple[int, ...], int, int, int]


class _Text:
    """What the candidates of one text are found from.

    Parties that are the same have the same number (`keys`, by their heads). What is told of all candidates is gathered in columns
    at once.
    """

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
        self.parse, self.known, self.columns, self.listed = parse, known, columns, listed
        self.anchors, self.kinds, self.events, self.ends = anchors, kinds, events, ends
        numbers: dict[object, int] = {}
        self.keys = {
            head: numbers.setdefault(party_key(parse, party, head), len(numbers)) for head, party in known.items()
        }
        self.count = max(1, len(numbers))  # a text may name nobody
        self.mentions = Counter(party.entity for party in known.values() if party.entity is not None)
        vectors = table[columns.meanings[list(anchors)]]
        vectors = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6)
        self.likeness = vectors @ vectors.T
        heads = sorted(known)
        self.authorities = [[head for head in heads if known[head].sector == sector] for sector in AUTHORITIES]
        most = {entity for entity, _ in self.mentions.most_common(MAIN)}
        main = {known[head].entity: head for head in reversed(heads) if known[head].entity in most}
        self.main = [(head, self.keys[head]) for head in main.values()]
        self.speakers = [
            (inside.start, inside.stop, quote.source.head)
            for quote in quotes
            if quote.source is not None and quote.source.head in known
            for inside in (parse.tokens(start, end) for start, end in quote.spans)
        ]
        self.lenders = [
            [
                sides[side] if event >= LENDING and sides[side] and known[sides[side][0]].typed else ()
                for event, sides in zip(events, ends, strict=True)
            ]
            for side in (0, 1)
        ]

    def offer(
        self,
        offers: list[_Offer],
        i: int,
        side: int,
        parties: list[int],
        firsts: list[int],
        shares: list[list[float]],
    ) -> None:
        """Adds the candidates of one side of a predicate, nobody first. `parties` and `shares` are those of its pairs, the first
        of which is nobody; `firsts` what each party is coordinated with."""
        offers.append(((), NOBODY, -1, -1))
        keys, anchor, own, other = self.keys, self.anchors[i], shares[side], shares[1 - side]
        apart = len({*firsts[1:]}) == len(firsts) - 1
        here = {*parties}
        seen: set[int] = set()
        for rank, j in enumerate(sorted(range(1, len(own)), key=own.__getitem__, reverse=True)):
            if own[j] < LEAST and rank >= 2:
                break
            group = (parties[j],) if apart else _group(parties, firsts, own, other, j)
            offers.append((group, SENTENCE, j, rank))
            seen.add(keys[parties[j]])

        def lend(group: tuple[int, ...], source: int, number: int = -1) -> None:
            key = keys[group[0]]
            if key not in seen and group[0] not in here and anchor not in group:
                offers.append((group, source, number, -1))
                seen.add(key)

        lenders = self.lenders[side]
        for j in (*range(i - 1, max(-1, i - 1 - BEFORE), -1), *range(i + 1, min(len(lenders), i + 1 + BEHIND))):
            if lenders[j]:
                lend(lenders[j], PREDICATE, j)
        for begin, end, head in self.speakers:
            if begin <= anchor < end:
                lend((head,), SPEAKER)
        for heads in self.authorities:
            if place := bisect_left(heads, anchor):
                lend((heads[place - 1],), AUTHORITY)
        for head, key in self.main:
            if key not in seen:
                lend((head,), MOST_NAMED)

    def features(
        self,
        offers: list[_Offer],
        begins: list[int],
        asked: Sequence[int],
        rows: Pairs,
        roles: Floats,
        starts: Sequence[int],
    ) -> Floats:
        """The features of all candidates, a row each, in the order of CANDIDATE_FEATURES. `begins` says where those of each side
        begin, with nobody."""
        parse, tokens = self.parse, self.columns.columns
        anchors, kinds, events = np.array(self.anchors), np.array(self.kinds), np.array(self.events)
        sizes = np.diff(begins, append=len(offers))
        sides = np.tile((0, 1), len(asked))
        # 1. Each side of each predicate: what its pairs say.
        number = np.repeat(asked, 2)
        first, last = np.array(starts)[number], np.array(starts)[number + 1]
        pair_owner = np.repeat(np.arange(len(number)), last - first)
        pair = np.arange(len(pair_owner)) - np.repeat(np.cumsum(last - first) - (last - first) - first, last - first)
        width = int((last - first).max())
        own = np.full((len(number), width), -1.0)
        other = own.copy()
        own[pair_owner, pair - first[pair_owner]] = roles[pair, sides[pair_owner]]
        other[pair_owner, pair - first[pair_owner]] = roles[pair, 1 - sides[pair_owner]]
        rival = other.argmax(axis=1)
        party_keys = np.full(len(parse), -1)
        countries = np.full(len(parse), -1)
        codes: dict[str, int] = {}
        heads = [*self.known]
        party_keys[heads] = [self.keys[head] for head in heads]
        countries[heads] = [
            -1 if party.country is None else codes.setdefault(party.country, len(codes))
            for party in self.known.values()
        ]
        rival_head = rows.parties[first + rival]
        rival_key = np.where(rival > 0, party_keys[rival_head], -1)
        rival_country = np.where(rival > 0, countries[rival_head], -1)
        real = pair > first[pair_owner]
        cell = pair_owner[real] * self.count + party_keys[rows.parties[pair[real]]]
        named = np.bincount(
            cell, weights=roles[pair[real], sides[pair_owner[real]]], minlength=len(number) * self.count
        )
        there = np.zeros(len(named), bool)
        there[cell] = True
        sentences = np.searchsorted(parse.sentence_starts, np.arange(len(parse)), side="right") - 1
        told = tokens[anchors[number]]
        read = [self.listed.get(self.anchors[i]) for i in asked]
        sure = [one.confidence if one else 0.0 for one in read]
        alike_type = [float(one.kind == self.kinds[i]) if one else -1.0 for i, one in zip(asked, read, strict=True)]
        base = np.column_stack(
            (
                kinds[number], sides, events[number], told[:, 0], told[:, 1], rows.columns[first, 5], told[:, QUOTED] % 2,
                sentences[anchors[number]] == 0, own[:, 0], other[:, 0],
                np.where(last - first > 1, own[:, 1:].max(axis=1, initial=-1.0), 0.0), other[np.arange(len(number)), rival],
                last - first - 1, rival_country >= 0,
            )
        )  # fmt: skip
        # 2. Which parties are on which side of each predicate, and how often in the text.
        holds = np.zeros((len(self.anchors), 2, self.count), bool)
        reads = np.zeros((len(self.anchors), 2, self.count), bool)
        self._mark(holds, enumerate(self.ends))
        self._mark(reads, ((row, (one.actors, one.recipients)) for row, one in zip(asked, read, strict=True) if one))
        at, on, key = np.nonzero(holds)
        by_role = np.bincount(on * self.count + key, weights=events[at], minlength=2 * self.count)
        by_type = np.bincount(
            (kinds[at] * 2 + on) * self.count + key,
            weights=events[at],
            minlength=(int(kinds.max()) + 1) * 2 * self.count,
        )
        # 3. Each candidate.
        owner = np.repeat(np.arange(len(number)), sizes)
        groups, *numbers = zip(*offers, strict=True)
        source, j, rank = map(np.array, numbers)
        somebody = source != NOBODY
        head = np.array([group[0] if group else 0 for group in groups])
        inside, lent = source == SENTENCE, source == PREDICATE
        event, side = number[owner], sides[owner]
        anchor, key = anchors[event], np.where(somebody, party_keys[head], 0)
        lender, in_pair = np.where(lent, j, 0), np.where(inside, j, 0)
        share = np.where(inside, own[owner, in_pair], 0.0)
        against = np.where(inside, other[owner, in_pair], 0.0)
        place = np.where(inside, sentences[anchor], np.where(lent, sentences[anchors[lender]], sentences[head]))
        lent_rival = rival_key[owner]
        agree = np.where(
            lent & (lent_rival >= 0) & holds[lender, 1 - side].any(axis=1), holds[lender, 1 - side, lent_rival], -1.0
        )
        country = rival_country[owner]
        mine = events[event] * holds[event, side, key]
        lemmas = {lemma: row for row, lemma in enumerate({parse.lemmas[token] for token in self.anchors})}
        lemma = np.array([lemmas[parse.lemmas[token]] for token in self.anchors])
        static = np.zeros((len(parse), 6))
        if heads:
            static[heads] = [self._static(head, party) for head, party in self.known.items()]
        of_key = owner * self.count + key
        rest = np.column_stack(
            (
                source,
                share,
                against,
                named[of_key],
                rank,
                against - share,
                static[head],
                np.clip(sentences[anchor] - place, -FAR, FAR),
                np.clip(head - anchor, -AWAY, AWAY),
                tokens[head, 1],
                by_type[(kinds[event] * 2 + side) * self.count + key] - mine,
                by_role[side * self.count + key] - mine,
                by_role[(1 - side) * self.count + key] - events[event] * holds[event, 1 - side, key],
                there[of_key],
                key == lent_rival,
                np.where((country < 0) | (countries[head] < 0), -1.0, countries[head] == country),
                lent & (kinds[lender] == kinds[event]),
                lent & (lemma[lender] == lemma[event]),
                np.where(lent, self.likeness[event, lender], -1.0),
                np.where(lent, events[lender], -1.0),
                agree,
                list(map(len, groups)),
                np.repeat(np.repeat(sure, 2), sizes),
                np.repeat(np.repeat(alike_type, 2), sizes),
                reads[event, side, key].astype(float) - reads[event, 1 - side, key],
            )
        )
        rest[begins, :4] = np.column_stack((np.full(len(number), NOBODY), own[:, 0], other[:, 0], own[:, 0]))
        rest[begins, 4 : 4 + len(NONE)] = NONE
        silent = np.repeat([one is not None for one in read], 2) & ~reads[number, sides].any(axis=1)
        rest[begins, -1] = silent
        features: Floats = np.concatenate((base[owner], rest), axis=1, dtype=np.float32).round(3)
        return features

    def _mark(self, cells: npt.NDArray[np.bool_], ends: Iterable[tuple[int, Sides]]) -> None:
        """Sets the cells (predicates x sides x parties) of those who are the ends of some predicates, by their numbers."""
        found = [
            (number, side, self.keys[head])
            for number, sides in ends
            for side, heads in enumerate(sides)
            for head in heads
        ]
        if found:
            cells[tuple(zip(*found, strict=True))] = True

    def _static(self, head: int, party: Party) -> tuple[float, ...]:
        """What is told of a party whatever it may be an end of: pronoun, typed, sector, label, country, mentions."""
        pronoun = self.parse.tags[head][:3] == "PRP"
        return (
            float(pronoun),
            float(party.typed),
            SECTOR_IDS.get(party.sector or "", 0),
            PRONOUN if pronoun else LABEL_IDS.get(party.label or "", 0),
            float(party.country is not None),
            self.mentions[party.entity] if party.entity is not None else 0,
        )


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
    keys = {head: party_key(parse, party, head) for head, party in known.items()}
    scores = forest_sums(weights, "ends", np.concatenate([one.features for one in sides]))
    sizes = [len(one.groups) for one in sides]
    starts = np.cumsum([0, *sizes])
    likelihoods = shares_of(scores, starts).tolist()
    shares = [likelihoods[begin:end] for begin, end in pairwise(starts.tolist())]
    for number in range(0, len(sides), 2):
        actor, recipient = sides[number : number + 2]
        own, other = shares[number : number + 2]
        doers, others = _likeliest(own), _likeliest(other)
        likely = [(own[a] * other[b], -a, -b) for a in doers for b in others]
        likely.sort(reverse=True)
        apart = (one for one in likely if not _same(keys, actor.groups[-one[1]], recipient.groups[-one[2]]))
        _, a, b = next(apart, likely[0])
        taken[actor.number] = tuple(sorted(actor.groups[-a])), tuple(sorted(recipient.groups[-b]))
        choices[actor.number] = _choice(actor, own, doers, -a), _choice(recipient, other, others, -b)
    return taken, choices


def _likeliest(shares: list[float]) -> list[int]:
    """The numbers of the likeliest candidates, the likeliest first."""
    return sorted(range(len(shares)), key=shares.__getitem__, reverse=True)[:TRIED]


def _choice(side: Side, shares: list[float], likeliest: list[int], taken: int) -> Choice:
    second = next((shares[j] for j in likeliest if j != taken), 0.0)
    return Choice(shares[taken], second, int(side.features[taken, SOURCE]))


def _same(keys: Mapping[int, object], one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two groups have a party in common."""
    return not {keys[head] for head in one}.isdisjoint(keys[head] for head in other)

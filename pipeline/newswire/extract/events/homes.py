"""Homes: of which country those are whom the text names by a common noun or a pronoun alone.

A story says once where it takes place, and then speaks of "the government", "police" or "they". All countries of the text are
candidates, and no country; each is described by numbers, and a forest over them, learnt on labelled articles, lets them compete.
Training and extraction share this module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.forests import forest_sums
from newswire.extract.document.parse import Parse
from newswire.extract.events.features import LABEL_IDS, SECTOR_IDS
from newswire.extract.events.parties import Party

__all__ = ("HOME_FEATURES", "Countries", "homeless", "homes")

Floats = npt.NDArray[np.float32]

# So many of the countries that the text names most are candidates; a later one is hardly ever right.
MOST: Final = 6

# Probability from which on a country is given: out of folds seven of eight that are given are right.
SURE: Final = 0.7

# Distances in tokens and in sentences beyond which all is the same.
AWAY: Final = 60
FAR: Final = 30
LATE: Final = 20

# So many sentences say where a story takes place.
LEAD: Final = 2

# In the order of `Countries.candidates`, which says what they are.
HOME_FEATURES: Final = (
    "none", "share", "share before", "rank", "in the sentence", "before", "behind", "sentences since", "in the lead", "first",
    "same noun", "same sector", "countries", "top share", "second share", "like nouns", "like sectors", "pronoun", "theirs",
    "sector", "label", "plural", "definite", "indefinite", "sentence",
)  # fmt: skip


def homeless(party: Party) -> bool:
    """Whether a party may have a home that its own words do not tell. A name has it from its entity, or has none; those of a body
    of many countries have none."""
    return party.country is None and party.entity is None and not party.international


class Countries:
    """The countries that a text names."""

    def __init__(self, parse: Parse, known: Mapping[int, Party]) -> None:
        self._parse, self._known = parse, known
        self._at: defaultdict[str, list[int]] = defaultdict(list)
        self._nouns: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._sectors: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for head in sorted(known):
            country, sector = known[head].country, known[head].sector
            if country is not None:
                self._at[country].append(head)
                self._nouns[parse.lemmas[head]][country] += 1
                if sector is not None:
                    self._sectors[sector][country] += 1
        self._first = next(iter(self._at), None)
        counts = Counter({country: len(heads) for country, heads in self._at.items()})
        self._total = counts.total()
        self.likely = [country for country, _ in counts.most_common(MOST)]
        tops = [count / self._total for _, count in counts.most_common(2)]
        self._spread = [len(counts), *tops, *[0.0] * (2 - len(tops))]
        self._lead = parse.sentences[min(LEAD, len(parse.sentences)) - 1][1] if len(parse) else 0

    def candidates(self, head: int) -> Floats:
        """The features of no country, then of each likely one, as the home of the party with this head."""
        parse, party = self._parse, self._known[head]
        nouns = self._nouns.get(parse.lemmas[head], Counter())
        sectors = self._sectors.get(party.sector or "", Counter())
        sentence = parse.sentence(head)
        first, last = parse.sentences[sentence]
        before = {country: bisect_left(self._at[country], head) for country in self._at}
        named = sum(before.values())
        told = [*self._spread, nouns.total(), sectors.total(), *self._said(head), min(sentence, LATE)]
        rows = [[1.0, *[-1.0] * 11, *told]]
        for rank, country in enumerate(self.likely):
            at, place = self._at[country], before[country]
            here = [token - head for token in at if first <= token < last]
            since = sentence - parse.sentence(at[place - 1]) if place else FAR
            rows.append(
                [
                    0.0,
                    len(at) / self._total,
                    place / named if named else -1.0,
                    rank,
                    float(bool(here)),
                    min((-away for away in here if away < 0), default=AWAY),
                    min((away for away in here if away > 0), default=AWAY),
                    min(since, FAR),
                    sum(token < self._lead for token in at),
                    float(country == self._first),
                    nouns[country] / nouns.total() if nouns else -1.0,
                    sectors[country] / sectors.total() if sectors else -1.0,
                    *told,
                ]
            )
        return np.array(rows, np.float32).round(3)

    def _said(self, head: int) -> list[float]:
        """What the words of a party tell: pronoun, "its" or "their", sector, label, plural, definite, indefinite."""
        parse, party = self._parse, self._known[head]
        children = parse.children[head]
        articles = {parse.lemmas[child] for child in children if parse.deps[child] == "det"}
        return [
            float(parse.tags[head][:3] == "PRP"),
            float(any(parse.tags[child] == "PRP$" for child in children)),
            SECTOR_IDS.get(party.sector or "", 0),
            LABEL_IDS.get(party.label or "", 0),
            float(parse.tags[head] in ("NNS", "NNPS")),
            float("the" in articles),
            float("a" in articles or "an" in articles),
        ]


def homes(weights: Mapping[str, Any], parse: Parse, known: Mapping[int, Party], heads: Iterable[int]) -> dict[int, str]:
    """The countries of those of some parties that have none of their own, where one is likely enough."""
    asked = sorted({head for head in heads if homeless(known[head])})
    countries = Countries(parse, known) if asked else None
    if countries is None or not countries.likely:
        return {}
    found = {}
    rows = np.concatenate([countries.candidates(head) for head in asked])
    for head, scores in zip(asked, forest_sums(weights, "homes", rows).reshape(len(asked), -1), strict=True):
        shares = np.exp(scores - scores.max())
        best = int(shares.argmax())
        if best and shares[best] >= SURE * shares.sum():
            found[head] = countries.likely[best - 1]
    return found

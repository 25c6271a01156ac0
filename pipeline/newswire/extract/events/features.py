"""What the event networks read: each token of a parse as a row of small numbers, and each pair of a predicate and a party.

Training and extraction share this module, so that what was learnt is what is read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.document.rows import Rows
from newswire.extract.document.token_columns import (
    DEP_IDS,
    DEPS,
    TAGS,
    bounded,
    deps_of,
    lemmas_of,
    links_of,
    tags_of,
    words_of,
)
from newswire.extract.events.arguments import actors, passive, recipients
from newswire.extract.events.factuality import Status, status
from newswire.extract.events.ontology import TYPES
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon, Reading, complements, listed_lemma

__all__ = (
    "COLUMNS", "DISTANCES", "LABEL_IDS", "MODALITIES", "MOST", "PAIR_COLUMNS", "PATHS", "POLARITIES", "SECTOR_IDS", "WAYS",
    "Features", "Meanings", "Pairs", "candidate_parties", "features", "pairs", "readings_at",
)  # fmt: skip

Ints = npt.NDArray[np.int32]

STRENGTHS: Final = 3
# PLOVER's actor codes; new ones go last.
SECTORS: Final = (
    "GOV", "MIL", "COP", "JUD", "LEG", "OPP", "REB", "PRM", "PTY", "SPY", "CVL", "EDU", "LAB", "AGR", "REL", "REF", "MED", "JRN",
    "BUS", "IGO", "NGO", "IMG", "CRM", "UAF", "SET", "DEV",
)  # fmt: skip
SECTOR_IDS: Final = {sector: i for i, sector in enumerate(SECTORS, 1)}
LABELS: Final = ("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC")
LABEL_IDS: Final = {label: i for i, label in enumerate(LABELS, 2)}
PRONOUN: Final = len(LABELS) + 2
STANCES: Final = (
    "neutral", "assertive", "denying", "accusing", "demanding", "committing", "supporting", "conceding", "questioning",
    "speculating",
)  # fmt: skip
STANCE_IDS: Final = {stance: i for i, stance in enumerate(STANCES, 1)}
POLARITIES: Final = ("affirmed", "negated")
MODALITIES: Final = ("actual", "planned", "possible", "demanded")

TYPE_IDS: Final = {type: i for i, type in enumerate(TYPES)}

# The beginnings of the tags of words that the lexicon reads.
READ: Final = ("VB", "NN", "JJ")

# How many different values each embedded column has.
COLUMNS: Final = {
    "tag": len(TAGS) + 1,
    "dep": len(DEPS) + 1,
    "shape": 8,
    "first reading": len(TYPES) * STRENGTHS + 1,
    "second reading": len(TYPES) * STRENGTHS + 1,
    "sector": len(SECTORS) + 2,
    "label": len(LABELS) + 3,
    "quoted": 2 * (len(STANCES) + 1),
    "place": 8,
    "modality": len(POLARITIES) * len(MODALITIES) + 1,
}

QUOTED: Final = tuple(COLUMNS).index("quoted")

# Candidates of one predicate at most; a sentence of more is a list.
MOST: Final = 15

# Rows that the ways through the tree from a predicate to a party are hashed into; the corpus has some 4,000 different ones.
PATHS: Final = 2048
WAYS: Final = 5
# Links that are followed from either end to where the two ways meet.
CLIMB: Final = 7

# Distances in tokens: exact up to four, then in coarser steps.
STEPS: Final = (0, 1, 2, 3, 4, 5, 7, 10, 14, 20, 30)
DISTANCES: Final = 2 * len(STEPS)

# Parties are counted from the predicate on so far in either direction.
RANKS: Final = 5

# How many different values each embedded column of a pair has.
PAIR_COLUMNS: Final = {
    "distance": DISTANCES,
    "rank": 2 * (RANKS + 1),
    "sector": len(SECTORS) + 2,
    "label": len(LABELS) + 3,
    "known": 4,
    "form": 2 * (len(TAGS) + 1),
    "anchor dep": len(DEPS) + 1,
    "party dep": len(DEPS) + 1,
    "quoted": 4,
    "speaker": 3,
}

# The columns of a pair that are 0 for nobody.
NOT_OF_NOBODY: Final = [i for i, name in enumerate(PAIR_COLUMNS) if name not in ("form", "anchor dep", "quoted")]


@dataclass(frozen=True, slots=True)
class Features:
    """The columns of one text, one row a token.

    `meanings` is the row of the word in the table of word vectors (0 for none), `lemmas` two buckets of the lemma. `links` are
    token indexes: head, subject and complement, NONE where there is none. `first` and `last` bound the paragraph (inclusive).
    """

    meanings: Ints
    lemmas: Ints
    columns: Ints
    links: Ints
    first: Ints
    last: Ints
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Predicates with the parties of their sentences, one row a pair.

    `anchors` and `parties` are tokens, `columns` say how they lie to one another, `governors` is the token that each party hangs
    on, over its preposition. `paths` are rows of hashed ways through the tree: the exact one, the coarse one, as which end the
    grammar takes the party, and these two with type and lemma of the predicate.

    The first row of each predicate pairs it with itself and stands for nobody. The rows of one predicate follow each other.
    """

    anchors: Ints
    parties: Ints
    columns: Ints
    paths: Ints
    governors: Ints


class Meanings:
    """The rows of words in the table of word vectors."""

    def __init__(self, words: Sequence[str]) -> None:
        self._rows = {word: row for row, word in enumerate(words, 1)}

    def rows(self, parse: Parse) -> Ints:
        """The row of each token: of the word as it stands, else of its lemma; 0 where the table has neither."""
        rows = self._rows
        return np.array(
            [rows.get(word) or rows.get(lemma, 0) for word, lemma in zip(parse.lowered, parse.lemmas, strict=True)],
            np.int32,
        )


def features(
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    bounds: list[tuple[int, int]],
    lexicon: Lexicon,
    meanings: Meanings,
) -> Features:
    """The columns of a parse, given its parties, its quotes, its paragraphs, the lexicon and the word vectors' words."""
    n = len(parse)
    columns = np.zeros((n, len(COLUMNS)), np.int32)
    columns[:, 0], columns[:, 1], columns[:, 2] = tags_of(parse), deps_of(parse), words_of(parse)[:, 2]
    # Lists: setting the cells of an array one by one takes twice as long.
    first_reading, second_reading, sector, label, told = ([0] * n for _ in range(5))
    for token, tag in enumerate(parse.tags):
        if tag[:2] not in READ:
            continue
        found = readings_at(parse, token, lexicon)
        kinds = list(dict.fromkeys(1 + TYPE_IDS[one.type] * STRENGTHS + one.strength for one in found))
        if kinds:
            first_reading[token] = kinds[0]
        if len(kinds) > 1:
            second_reading[token] = kinds[1]
        if found or tag[:2] == "VB":
            told[token] = _status_id(status(parse, token))
    for head, party in known.items():
        sector[head], kind = _party_ids(party)
        label[party.first : party.last + 1] = [kind] * (party.last + 1 - party.first)
    for place, column in ((3, first_reading), (4, second_reading), (5, sector), (6, label), (9, told)):
        columns[:, place] = column
    columns[:, 7] = _quoted(parse, quotes)
    first, last = bounded(parse, bounds)
    starts = np.zeros(n, np.int32)
    starts[parse.sentence_starts] = 1
    index = np.arange(n, dtype=np.int32)
    columns[:, 8] = starts + 2 * (first == index) + 4 * (np.cumsum(starts) <= 2)
    vectors = parse.vectors if parse.vectors is not None else np.zeros((n, 0), np.float32)
    return Features(meanings.rows(parse), lemmas_of(parse), columns, links_of(parse), first, last, vectors)


def readings_at(parse: Parse, token: int, lexicon: Lexicon) -> list[Reading]:
    """The rows of the lexicon that fit a token, the closest first."""
    tag = parse.tags[token][:2]
    part = "v" if tag == "VB" else "n" if tag in ("NN", "JJ") else ""
    if not part:
        return []
    lemma = listed_lemma(parse, token, lexicon, part)
    objects, places = complements(parse, token)[1:] if part == "v" and lexicon.knows(lemma, part) else ((), ())
    return lexicon.readings(lemma, part, objects, places)


def _status_id(found: Status) -> int:
    return 1 + POLARITIES.index(found.polarity) * len(MODALITIES) + MODALITIES.index(found.modality)


def _party_ids(party: Party) -> tuple[int, int]:
    """The numbers of sector and label: of a party that nothing is known of, 0 both."""
    if not party.typed:
        return 0, 0
    return SECTOR_IDS.get(party.sector or "", len(SECTORS) + 1), LABEL_IDS.get(party.label or "", 1)


def _quoted(parse: Parse, quotes: Sequence[QuoteDraft]) -> Ints:
    """Whether a token stands in a quote, and the stance of the cue that it heads."""
    column = np.zeros(len(parse), np.int32)
    for quote in quotes:
        for start, end in quote.spans:
            inside = parse.tokens(start, end)
            column[inside.start : inside.stop] |= 1
    for quote in quotes:
        if quote.cue is not None:
            for token in parse.tokens(quote.cue[0], quote.cue[1]):
                column[token] = column[token] % 2 + 2 * STANCE_IDS.get(quote.cue[3], 1)
    return column


def candidate_parties(parse: Parse, known: Mapping[int, Party]) -> list[list[int]]:
    """For each sentence the tokens that may be an end of an event in it."""
    heads = sorted(known)
    return [heads[bisect_left(heads, first) : bisect_left(heads, last)] for first, last in parse.sentences]


def pairs(
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    columns: Features,
    candidates: list[list[int]],
    anchors: Sequence[int],
    kinds: Sequence[int],
) -> Pairs:
    """The rows of some predicates with all candidates of their sentences, the nearest ones where there are too many.

    `kinds` are the numbers of the predicates' types, from 1 on.
    """
    owners: list[int] = []
    parties: list[int] = []
    ranks: list[int] = []
    forms: list[int] = []
    ways: list[tuple[int, ...]] = []
    row = _rows.__getitem__
    tags = columns.columns[:, 0].tolist()
    climbed: dict[int, tuple[tuple[int, str, str], ...]] = {}
    for anchor, kind in zip(anchors, kinds, strict=True):
        ends = candidates[parse.sentence(anchor)]
        if len(ends) > MOST:
            ends = sorted(sorted(ends, key=lambda end: abs(end - anchor))[:MOST])
        chain = _chain(parse, anchor)
        verbal = parse.tags[anchor][:2] == "VB"
        form = tags[anchor] + (len(TAGS) + 1) * (verbal and passive(parse, anchor))
        roles: dict[int, str] = {}
        for one in actors(parse, anchor, known, verbal):
            roles.setdefault(one.head, f"a:{one.path}")
        for one in recipients(parse, anchor, known, frozenset(roles)):
            roles.setdefault(one.head, f"r:{one.path}")
        before = bisect_left(ends, anchor)
        there = "".join(sorted({role[0] for role in roles.values()}))
        lemma = parse.lemmas[anchor]
        owners.append(anchor)
        parties.append(anchor)
        ranks.append(0)
        forms.append(form)
        ways.append((row("nobody"), row(f"{kind}nobody"), row(there), row(f"{kind}{there}"), row(f"{lemma}nobody")))
        for number, end in enumerate(ends):
            if end == anchor:
                continue
            if end not in climbed:
                climbed[end] = _climb(parse, end)
            exact, coarse = _way(chain, climbed[end])
            owners.append(anchor)
            parties.append(end)
            ranks.append(number - before if end > anchor else before - 1 - number)
            forms.append(form)
            role = roles.get(end)
            ways.append(
                (
                    row(exact),
                    row(coarse),
                    row(f"{there}{role or 'none'}"),
                    row(f"{kind}{role or coarse}"),
                    row(f"{lemma}{coarse}"),
                )
            )
    owner, party = np.array(owners, np.int32), np.array(parties, np.int32)
    return Pairs(
        owner,
        party,
        _pair_columns(
            parse, known, quotes, columns, owner, party, np.array(ranks, np.int32), np.array(forms, np.int32)
        ),
        np.array(ways, np.int32).reshape(len(ways), WAYS),
        _governors(parse)[party],
    )


def _pair_columns(
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    columns: Features,
    owner: Ints,
    party: Ints,
    ranks: Ints,
    forms: Ints,
) -> Ints:
    """How party and predicate of each pair lie to one another, in the order of PAIR_COLUMNS. `ranks` count the parties between,
    `forms` are tag and voice of the predicate."""
    told = np.zeros((len(parse), 4), np.int32)
    if known:
        told[[*known]] = [_told(parse, head, one) for head, one in known.items()]
    for quote in quotes:
        if quote.source is not None:
            told[quote.source.head, 3] = 2
    away = party - owner
    steps = np.searchsorted(STEPS, np.abs(away), side="right") - 1
    dep, quoted = columns.columns[:, 1], columns.columns[:, QUOTED] % 2
    found = np.column_stack(
        (
            steps + len(STEPS) * (away < 0),
            np.minimum(ranks, RANKS) + (RANKS + 1) * (away < 0),
            told[party, :3],
            forms,
            dep[owner],
            dep[party],
            quoted[owner] + 2 * quoted[party],
            told[party, 3],
        )
    ).astype(np.int32)
    nobody = away == 0
    found[np.ix_(nobody, NOT_OF_NOBODY)] = 0
    found[nobody, 8] = quoted[owner[nobody]]
    return found


def _told(parse: Parse, head: int, party: Party) -> tuple[int, int, int, int]:
    """The numbers of a party's sector and label, how much is known of it, and that it speaks nowhere."""
    sector, label = _party_ids(party)
    typed = 0
    if party.typed:
        typed = 1 + (party.country is not None) + (party.entity is not None and party.country is not None)
    return sector, PRONOUN if parse.tags[head][:3] == "PRP" else label, typed, 1


def _governors(parse: Parse) -> Ints:
    """The word that each token's phrase hangs on, over its preposition."""
    above = np.array(parse.heads, np.int32)
    return np.where(deps_of(parse) == DEP_IDS["pobj"], above[above], above)


def _chain(parse: Parse, token: int) -> dict[int, tuple[str, str]]:
    """The tokens above a token, itself included, with the labels of the links up to each: exact, and coarse."""
    chain = {token: ("", "")}
    exact = coarse = ""
    for _ in range(CLIMB):
        above = parse.heads[token]
        if above == token:
            break
        dep = parse.deps[token]
        exact += f"{dep}<"
        coarse += "" if dep in ("conj", "pobj") else f"{dep[:4]}<"
        chain[above] = (exact, coarse)
        token = above
    return chain


def _climb(parse: Parse, token: int) -> tuple[tuple[int, str, str], ...]:
    """The tokens from a token upwards, itself included, with the way from each down to it: with prepositions and all links, and
    without."""
    steps = []
    exact = coarse = ""
    for _ in range(CLIMB):
        steps.append((token, exact, coarse))
        dep = parse.deps[token]
        name = parse.lemmas[token] if dep in ("prep", "agent", "dative") else dep
        exact = f"{name}>{exact}"
        if dep not in ("conj", "pobj", "compound", "amod", "appos"):
            coarse = f"{name}>{coarse}"
        if parse.heads[token] == token:
            break
        token = parse.heads[token]
    return tuple(steps)


def _way(chain: Mapping[int, tuple[str, str]], steps: Sequence[tuple[int, str, str]]) -> tuple[str, str]:
    """The way from the start of a chain to the token that some steps lead up from: with all links, and without prepositions."""
    for token, exact, coarse in steps:
        if token in chain:
            up = chain[token]
            return f"x{up[0]}>{exact}", f"c{up[1]}>{coarse}"
    return "xfar", "cfar"


_rows = Rows(PATHS, kept=100_000)  # news has some thousands of different ways

"""Where the quotes go wrong, and whether their confidence tells: `python -m benchmarks.quote_errors CORPORA`.

Extracts PolNeAR's dev articles and those of train that were held back from training (`training/slices.py`), matches records and
gold one to one by their contents, and prints two Markdown tables for each part:

* what became of every gold attribution, by type, and how many records are spurious;
* reliability: for each range of `confidence` the number of records, their mean confidence, and the share that is right, with
  the expected calibration error (the mean distance of the two, weighted by the number).

A record is *right* here when it shares at least half of the words of both contents together with its gold attribution and
names the same source (the two touch, or there is none in either). Contents are compared and matched as
`benchmarks/quotes.py` does.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.extractions import extract
from benchmarks.quotes import TYPES, articles, attribution, matched, overlap, words
from newswire.records import Article, Quote
from training.corpora import Attribution, CorpusError, existing
from training.slices import held_back

EDGES: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

# What becomes of a gold attribution, in the order of the table.
FATES: Final = (
    "right, content to the word",
    "right, content begins or ends elsewhere",
    "right but for the cue",
    "source missing",
    "source wrong",
    "in several records",
    "in one record with another",
    "cue found, content wrong",
    "cue missed, words inside another quote",
    "cue missed, words in no quote",
)

# Where a direct record's words stand in the gold, and the share of them that makes it part of a longer attribution.
PLACES: Final = ("as in the gold", "part of a longer one", "elsewhere")
INSIDE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Claim:
    """An attribution, of the gold or a record: the words (by where they begin) of its content, cue and source."""

    type: str
    content: frozenset[int]
    cue: frozenset[int]
    source: frozenset[int]
    confidence: float = 1.0


def of_gold(text: str, gold: Attribution) -> Claim:
    return Claim(gold.type, words(text, gold.content), words(text, gold.cue), words(text, gold.source))


def of_record(text: str, quote: Quote) -> Claim:
    return replace(of_gold(text, attribution(quote, text)), confidence=quote.confidence)


def joined(text: str, quotes: Sequence[Quote]) -> list[Claim]:
    """The direct records, those of several paragraphs made one along `continues`, as the gold has them."""
    found: dict[str, Claim] = {}
    heads: dict[str, str] = {}
    for quote in quotes:
        head = heads[quote.id] = heads.get(quote.continues or "", quote.id)
        claim = of_record(text, quote)
        if head in found:
            first = found[head]
            kind = first.type if first.type == claim.type else "mixed"
            claim = replace(first, type=kind, content=first.content | claim.content)
        found[head] = claim
    return [claim for claim in found.values() if claim.type == "direct"]


def agree(one: frozenset[int], other: frozenset[int]) -> bool:
    return bool(one & other) or not (one or other)


def fate(claim: Claim, record: Claim | None, gold: list[Claim], records: list[Claim]) -> str:
    """What became of one gold attribution; `record` is its match."""
    if record is not None:
        if not agree(claim.source, record.source):
            return "source wrong" if record.source else "source missing"
        if not agree(claim.cue, record.cue):
            return "right but for the cue"
        return FATES[0] if claim.content == record.content else FATES[1]
    parts = [other for other in records if 2 * len(other.content & claim.content) > len(other.content)]
    if len(parts) > 1 and overlap(claim.content, frozenset().union(*(part.content for part in parts))) >= 0.5:
        return "in several records"
    whole = [other for other in records if 2 * len(other.content & claim.content) > len(claim.content)]
    if any(claim.cue & other.cue for other in records):
        return "cue found, content wrong"
    if not whole:
        return "cue missed, words in no quote"
    merged = [other for other in gold if other is not claim and not other.content & claim.content]
    if any(
        2 * len(g.content & w.content) > len(g.content) and not claim.cue & w.content for g in merged for w in whole
    ):
        return "in one record with another"
    return "cue missed, words inside another quote"


def place(record: Claim, gold: list[Claim]) -> str:
    """Where a record's words stand in the gold. It joins paragraphs of one speech, which are records of their own here."""
    if any(overlap(claim.content, record.content) >= 0.5 for claim in gold):
        return "as in the gold"
    if any(len(claim.content & record.content) >= INSIDE * len(record.content) for claim in gold):
        return "part of a longer one"
    return "elsewhere"


def read(path: Path, only: bool) -> list[tuple[list[Claim], list[Claim], list[Claim]]]:
    """Gold, records, and joined direct records of each article of a file; `only` those that were held back."""
    rows = [row for row in articles(path) if not only or held_back(row.id)]
    found = extract([Article(id=row.id, body=row.text, published=f"{row.date}T12:00:00Z") for row in rows])
    return [
        (
            [of_gold(row.text, one) for one in row.attributions if one.content],
            [of_record(row.text, quote) for quote in found[row.id].quotes],
            joined(row.text, found[row.id].quotes),
        )
        for row in rows
    ]


def report(name: str, articles: list[tuple[list[Claim], list[Claim], list[Claim]]]) -> None:
    """Prints both tables."""
    fates: Counter[tuple[str, str]] = Counter()
    spurious: Counter[str] = Counter()
    places: Counter[str] = Counter()
    wholes: Counter[str] = Counter()
    judged: list[tuple[float, bool]] = []
    for gold, records, whole in articles:
        wholes.update(place(claim, gold) for claim in whole)
        found = matched([claim.content for claim in gold], [record.content for record in records])
        for i, claim in enumerate(gold):
            fates[fate(claim, records[found[i]] if i in found else None, gold, records), claim.type] += 1
        claims = {j: gold[i] for i, j in found.items()}
        for j, record in enumerate(records):
            judged.append((record.confidence, j in claims and agree(claims[j].source, record.source)))
            if j not in claims and not any(record.content & claim.content for claim in gold):
                spurious[record.type] += 1
            if record.type == "direct":
                places[place(record, gold)] += 1
    print(f"\n{name}: {sum(fates.values())} gold attributions, {len(judged)} records\n")
    print(f"| | {' | '.join(TYPES)} | all | share |\n|---|---|---|---|---|---|")
    for kind in FATES:
        counts = [fates[kind, type] for type in TYPES]
        share_of_all = 100 * sum(counts) / max(1, sum(fates.values()))
        print(f"| {kind} | {' | '.join(map(str, counts))} | {sum(counts)} | {share_of_all:.1f} % |")
    counts = [spurious[type] for type in TYPES]
    print(f"| spurious: no word of it in any gold content | {' | '.join(map(str, counts))} | {sum(counts)} | |")
    for what, counter in (("Direct records", places), ("Joined along `continues`", wholes)):
        shares = (f"{kind} {counter[kind]} ({100 * counter[kind] / max(1, counter.total()):.1f} %)" for kind in PLACES)
        print(f"\n{what}: {', '.join(shares)}")
    print("\n| confidence | records | mean confidence | share right |\n|---|---|---|---|")
    error = 0.0
    for low, high in zip(EDGES, (*EDGES[1:], 1.01), strict=True):
        inside = [(confidence, right) for confidence, right in judged if low <= confidence < high]
        if inside:
            mean, hits = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            error += abs(mean - hits) * len(inside) / len(judged)
            print(f"| {low} to {min(high, 1)} | {len(inside)} | {mean:.2f} | {hits:.2f} |")
    print(f"\nExpected calibration error: {error:.3f}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("corpora", type=existing, metavar="CORPORA", help="directory of PolNeAR's files")
    corpora = options.parse_args().corpora
    parts = (("dev", "polnear_dev.jsonl", False), ("held back", "polnear_train.jsonl", True))
    there = [part for part in parts if (corpora / part[1]).is_file()]
    if not there:
        sys.exit(f"error: {corpora} holds no {parts[0][1]} or {parts[1][1]}; docs/quality.md says where to get them")
    for name, file, only in there:
        try:
            report(name, read(corpora / file, only))
        except CorpusError as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()

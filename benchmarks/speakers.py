"""Scores who said what in whole articles: `python -m benchmarks.speakers LABELLED [--extractions FILE]`.

LABELLED is `speakers_dev.jsonl` or `speakers_train.jsonl`. Without FILE the articles are extracted now. A labelled quote is
found if records cover half of it; the record that covers most of it is judged. It prints the share of right speakers of the
quotes found by region, by kind of source and by confidence.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.counts import Share
from benchmarks.extractions import Extracted, extract, read, require
from newswire.records import Article, Quote
from training.corpora import LabelledQuote, SpeakerArticle, read_speakers

__all__ = ("Judged", "judged", "table")

# Beginnings of the ids of the articles by where they come from.
REGIONS: Final = {"ww-": "Worldwide", "re-": "Reuters", "bbc-": "BBC"}

# The bounds of confidence between the rows of the last table.
BOUNDS: Final = (0.5, 0.7, 0.9)

# Words that stand in too many names to tell one.
COMMON: Final = frozenset(("the", "a", "an", "of", "for", "and", "in", "at", "to", "s", "mr", "mrs", "ms", "dr"))

PRONOUNS: Final = frozenset(("i", "we", "you", "he", "she", "it", "they", "who", "him", "her", "them", "us", "me"))

# A described speaker is right if the record has at least this share of the words, of the fewer ones.
ALIKE: Final = 0.5


class Judged(NamedTuple):
    """A labelled quote that was found: where it is from, what its source is, how sure the record is, and whether its speaker is
    right."""

    region: str
    source: str
    confidence: float
    right: bool


def judged(article: SpeakerArticle, text: Extracted) -> Iterator[Judged]:
    """The labelled quotes of an article that were found and that somebody said, in their order."""
    region = next((name for begin, name in REGIONS.items() if article.id.startswith(begin)), "other")
    for quote in article.quotes:
        covered = [(_cover(record, quote), record) for record in text.quotes]
        best = max(covered, key=lambda one: one[0], default=None)
        if quote.not_said or best is None or 2 * sum(share for share, _ in covered) < quote.end - quote.start:
            continue
        yield Judged(region, _source(article.body, quote), best[1].confidence, _right(quote, best[1], text))


def _cover(record: Quote, quote: LabelledQuote) -> int:
    return sum(max(0, min(quote.end, span.end) - max(quote.start, span.start)) for span in record.spans)


def _source(body: str, quote: LabelledQuote) -> str:
    """What kind of source a quote has: a name, a pronoun or a noun for somebody named, somebody without a name, or no tag."""
    if quote.source is None:
        return "no tag"
    if quote.speaker is None:
        return "described only"
    text = body[quote.source.start : quote.source.end]
    if not _words(quote.speaker).isdisjoint(_words(text)):
        return "named"
    return "pronoun" if text.lower() in PRONOUNS else "common noun"


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", re.sub(r"['’]s\b", "", plain))) - COMMON


def _right(quote: LabelledQuote, record: Quote, text: Extracted) -> bool:
    """Whether the record has the labelled speaker: a name that holds the labelled one or is held by it, or words of the
    description."""
    speaker = record.speaker
    if speaker is None:
        return False
    if quote.speaker is None:
        said, wanted = (
            _words(speaker.name or (speaker.mention.text if speaker.mention else "")),
            _words(quote.description or ""),
        )
        return bool(said) and len(said & wanted) >= ALIKE * min(len(said), len(wanted))
    aliases = [alias for entity in text.entities if entity.id == speaker.entity for alias in entity.aliases]
    return any(_same(quote.speaker, name) for name in (speaker.name, *aliases) if name)


def _same(label: str, name: str) -> bool:
    one, other = _words(label), _words(name)
    if not one or not other:
        return False
    initials = "".join(word[0] for word in label.split() if _words(word)).lower()
    return one <= other or other <= one or (len(one) > 1 and other == {initials})


def table(quotes: Iterable[Judged], column: str) -> Mapping[str, Share]:
    """The share of right speakers by `region`, `source` or `confidence`."""
    counts: dict[str, list[int]] = {}
    for one in quotes:
        name = _between(one.confidence) if column == "confidence" else getattr(one, column)
        row = counts.setdefault(name, [0, 0])
        row[0] += one.right
        row[1] += 1
    return {name: Share(right, of) for name, (right, of) in sorted(counts.items())}


def _between(confidence: float) -> str:
    below = max((bound for bound in BOUNDS if confidence >= bound), default=0.0)
    return f"from {below} on" if below else f"below {BOUNDS[0]}"


def main() -> None:
    """Prints the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("labelled", type=Path)
    options.add_argument(
        "--extractions", type=Path, metavar="FILE", help="made before, as `newswire extract --jsonl` does"
    )
    given = options.parse_args()
    articles = read_speakers(given.labelled)
    texts = read(given.extractions) if given.extractions else extract(_inputs(articles))
    require(texts, (article.id for article in articles))
    quotes = [one for article in articles for one in judged(article, texts[article.id])]
    for column in ("region", "source", "confidence"):
        print(f"by {column}")
        for name, share in table(quotes, column).items():
            print(f"  {name:15} {share}")


def _inputs(articles: Sequence[SpeakerArticle]) -> list[Article]:
    return [
        Article(id=one.id, body=one.body, headline=one.headline, published=one.published, language="en")
        for one in articles
    ]


if __name__ == "__main__":
    main()

"""Scores quotes against attributions of PolNeAR (Newell, Margolin and Ruths, LREC 2018).

Contents, cues and sources are compared as sets of words (`\\w+`), so that quote marks, commas and ways to tokenise do not matter.
A record *matches* an attribution when the words that both contents share are at least half of all their words (intersection
over union). Matches are one to one, the closest first. The metrics:

* **content, half overlap**: precision, recall and F1 of matches. The Gender Gap Tracker (Asr et al., PLoS ONE 2021) scores quotes
  by overlap so, with other thresholds.
* **content, cue and speaker**: the same, where a match counts only when both cues share a word, and both sources do. Where
  neither has the one or the other, that agrees too.
* **content exact, cue exact**: every contiguous span of the role by itself; it is right when the gold has a span of the same
  words. CofeNet (Wang et al., COLING 2022) calls this exact match.
* **speaker overlap, exact**: the share of matches whose record names the source: shares a word with it, or has all of its words
  and no others. Only matches whose attribution has a source count.
* **by type**: of the attributions of a type the share that is matched (recall), and of the records of a type (precision). The
  marks in the text tell the type of both: *direct* has at least 95 % of its letters in marks, *indirect* none, *mixed* the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import structs

from benchmarks.counts import Counts, Figure, Share
from newswire.records import Quote
from newswire.wire.charset import without_controls
from training.corpora import AttributedArticle, Attribution, Span, read_polnear

__all__ = ("TYPES", "articles", "attribution", "matched", "overlap", "score", "type_of", "words")

TYPES: Final = ("direct", "mixed", "indirect")

# The share of letters in marks that makes a content direct. It leaves room for a word outside, such as a "that" before the marks.
DIRECT: Final = 0.95

# The overlap that makes a match. Above it a content can match only one of several others that share no word among themselves.
HALF: Final = 0.5

WORD: Final = re.compile(r"\w+")

# What stands in double marks, straight or curved; marks that nobody closes reach to the end of the line.
MARKED: Final = re.compile(r"[“\"][^”\"\n]*(?:[”\"]|$)", re.MULTILINE)

Words = frozenset[int]


def articles(path: Path) -> list[AttributedArticle]:
    """The articles of a part of PolNeAR with their texts as a worker reads them: of eight hundred, eight have control characters
    in the place of others, each of one."""
    return [structs.replace(row, text=str(without_controls(row.text))) for row in read_polnear(path)]


def attribution(quote: Quote, text: str) -> Attribution:
    """A record as an attribution. Raises ValueError when its spans do not cover its text: the offsets are of another text."""
    spans = tuple((span.start, span.end) for span in quote.spans)
    if quote.text != " … ".join(text[start:end] for start, end in spans):
        raise ValueError(f"{quote.id}: the spans do not cover {quote.text!r} in the article's text")
    mention = quote.speaker.mention if quote.speaker else None
    return Attribution(
        quote.type,
        spans,
        ((mention.start, mention.end),) if mention else (),
        ((quote.cue.start, quote.cue.end),) if quote.cue else (),
    )


def words(text: str, spans: Iterable[Span]) -> Words:
    """The words of the spans, each by where it begins."""
    return frozenset(match.start() for start, end in spans for match in WORD.finditer(text, start, end))


def overlap(one: Words, other: Words) -> float:
    """Intersection over union; 0 when there is no word at all."""
    return len(one & other) / len(one | other) if one | other else 0.0


def matched(gold: Sequence[Words], found: Sequence[Words]) -> dict[int, int]:
    """For each content of the gold that has one the number of its match."""
    pairs = sorted((-overlap(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if g & f)
    taken: dict[int, int] = {}
    for distance, i, j in pairs:
        if -distance >= HALF and i not in taken and j not in taken.values():
            taken[i] = j
    return taken


def type_of(text: str, content: Iterable[Span]) -> str:
    """The type that the marks around a content make it."""
    return _type(text, content, _marked(text))


def score(text: str, gold: Iterable[Attribution], found: Iterable[Attribution]) -> dict[str, Figure]:
    """The score of one article. Attributions without content do not count."""
    golds = [one for one in gold if one.content]
    founds = [one for one in found if one.content]
    pairs = matched([words(text, one.content) for one in golds], [words(text, one.content) for one in founds])
    marked = _marked(text)
    gold_types = [_type(text, one.content, marked) for one in golds]
    found_types = [_type(text, one.content, marked) for one in founds]
    recalled = Counter(gold_types[i] for i in pairs)
    precise = Counter(found_types[j] for j in pairs.values())
    sources = [(words(text, golds[i].source), words(text, founds[j].source)) for i, j in pairs.items()]
    cues = [(words(text, golds[i].cue), words(text, founds[j].cue)) for i, j in pairs.items()]
    sourced = [(g, f) for g, f in sources if g]
    whole = sum(_agree(*source) and _agree(*cue) for source, cue in zip(sources, cues, strict=True))
    return {
        "content, half overlap": Counts(len(pairs), len(founds), len(golds)),
        "content, cue and speaker": Counts(whole, len(founds), len(golds)),
        "content exact": _exact(text, [one.content for one in golds], [one.content for one in founds]),
        "cue exact": _exact(text, [one.cue for one in golds], [one.cue for one in founds]),
        "speaker overlap": Share(sum(bool(g & f) for g, f in sourced), len(sourced)),
        "speaker exact": Share(sum(g == f for g, f in sourced), len(sourced)),
        **{f"recall, {type}": Share(recalled[type], gold_types.count(type)) for type in TYPES},
        **{f"precision, {type}": Share(precise[type], found_types.count(type)) for type in TYPES},
    }


def _agree(one: Words, other: Words) -> bool:
    return bool(one & other) or not (one or other)


def _exact(text: str, gold: Iterable[Sequence[Span]], found: Iterable[Sequence[Span]]) -> Counts:
    golds, founds = ({words(text, [span]) for spans in role for span in spans} - {Words()} for role in (gold, found))
    return Counts(len(golds & founds), len(founds), len(golds))


def _marked(text: str) -> list[Span]:
    return [match.span() for match in MARKED.finditer(text)]


def _type(text: str, content: Iterable[Span], marked: Sequence[Span]) -> str:
    letters = inside = 0
    for start, end in content:
        for match in WORD.finditer(text, start, end):
            letters += match.end() - match.start()
            inside += sum(max(0, min(match.end(), stop) - max(match.start(), begin)) for begin, stop in marked)
    if not inside:
        return "indirect"
    return "direct" if inside >= DIRECT * letters else "mixed"

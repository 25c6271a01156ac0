"""Quotes: what the article says somebody said, wrote, thought or wants.

The learnt networks find each cue with its source and content (`attributions`); the quote marks, paired on the characters,
correct the ends of what is quoted and add quotations that no cue attributes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.attributions import Attribution, disjoint, load_reader
from pipeline.extract.cues import load_cues
from pipeline.extract.dateline import dateline
from pipeline.extract.drafts import QuoteDraft
from pipeline.extract.features import MARK, features, reach
from pipeline.extract.introductions import introduction
from pipeline.extract.marks import Quotation, quotations
from pipeline.extract.paragraphs import paragraphs
from pipeline.extract.parse import Parse
from pipeline.extract.sources import load_sources

__all__ = ("find_quotes",)

WORD: Final = re.compile(r"\w+")

# Of the stretches in quote marks that nobody is cited with, one in seventy has more than ten words; of all that are longer
# than five, nineteen in twenty are quotes (PolNeAR's train).
SCARE_WORDS: Final = 5

# A quote is direct when at least this share of its letters stands inside marks, the scorers' convention.
DIRECT_SHARE: Final = 0.95

# A tag reaches to the follow-on quotes of its own paragraph and of the next one.
FOLLOW_ON_PARAGRAPHS: Final = 1

# What may stand at the edge of a span and does not belong to what was said.
EDGE_MARKS: Final = ' \t\n\u00a0"“”„‟«»‹›`＂'
LEADING: Final = EDGE_MARKS + ",.;:–—-)]"
TRAILING: Final = EDGE_MARKS + ",;:–—-([ "

# A full stop behind a single letter or a short capitalised word is part of the word: U.S., Mr., Jan.
ABBREVIATION: Final = re.compile(r"(?:\b[A-Za-z]|\b[A-Z][a-z]{1,3})\.$")

# What begins an adverbial clause or phrase behind a tag, which the tag's clause has and not what is said.
ADVERBIAL: Final = frozenset(
    ("as", "after", "amid", "because", "before", "during", "following", "in", "since", "while")
)

# Prepositions of place that may follow a tag.
LOCATIVE: Final = frozenset(("at", "from", "inside", "near", "on", "outside"))

# How often a quotation that no cue attributes is a quote by the source that is given (PolNeAR's train): one that is introduced
# by the layout, one that takes over the source of the quote before, and one without a source.
INTRODUCED: Final = 0.8
INHERITED: Final = 0.37
ALONE: Final = 0.03


def find_quotes(parse: Parse, lexicon: Path | None = None) -> list[QuoteDraft]:
    """The quotes of a text in text order, their sources not yet resolved. `lexicon` is a directory of additions to the lists."""
    if not len(parse):
        return []
    text = parse.text
    bounds = paragraphs(text)
    marked = quotations(text)
    outer = [quotation for quotation in marked if not quotation.nested]
    columns = features(parse, marked, bounds, load_cues(lexicon))
    long = np.zeros(len(parse), bool)  # the tokens inside quotations too long for a name, a title or a scare quote
    for quotation in outer:
        if _words(text, quotation.first, quotation.last) > SCARE_WORDS:
            inside = parse.tokens(quotation.first, quotation.last)
            long[inside.start : inside.stop] = True
    reader = load_reader()
    read = [one for one in reader.read(columns) if one.score > reader.threshold or _within(one, long)]
    quoted = columns.columns[:, MARK] > 0
    found = [_fronted(parse, _untrailed(parse, _unrelated(parse, one), quoted)) for one in read]
    drafts = [
        draft
        for draft in (_draft(parse, one, reach(columns, one.anchor), outer, lexicon) for one in disjoint(found, quoted))
        if draft
    ]
    drafts += _untagged(parse, bounds, outer, drafts, lexicon)
    return _follow_on(parse, bounds, sorted(drafts, key=lambda draft: draft.spans), outer)


def _within(one: Attribution, tokens: npt.NDArray[np.bool_]) -> bool:
    """Whether most of the content stands at the given tokens."""
    inside = sum(int(tokens[first : last + 1].sum()) for first, last in one.content)
    return 2 * inside > sum(last + 1 - first for first, last in one.content)


def _untrailed(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_]) -> Attribution:
    """The attribution without where or when its tag has it said: "“He is my boy,” she said outside the court"."""
    if len(one.content) < 2:
        return one
    (_, end), (first, last) = one.content[-2:]
    adverbial = parse.words[first].lower() in ADVERBIAL or parse.words[first].lower() in LOCATIVE
    if (
        end < one.cue[0]
        and quoted[end]
        and first == one.cue[1] + 1
        and adverbial
        and not quoted[first : last + 1].any()
    ):
        return replace(one, content=one.content[:-1])
    return one


def _subject(parse: Parse, one: Attribution) -> tuple[int, int] | None:
    """The subject of a cue that is a verb, where the networks found no source: "Peru, which hosted the talks, welcomed it"."""
    if parse.tags[one.anchor][:2] != "VB":
        return None
    content = {token for first, last in one.content for token in range(first, last + 1)}
    for child in parse.children[one.anchor]:
        if parse.deps[child] == "nsubj" and parse.tags[child] in ("NN", "NNS", "NNP", "NNPS"):
            first, last = parse.edges[child]
            while last > child and not parse.words[last][0].isalnum():
                last -= 1
            return None if content.intersection(range(first, last + 1)) else (first, last)
    return None


def _unrelated(parse: Parse, one: Attribution) -> Attribution:
    """The attribution without the relative clause on its source: "according to Ray Ortiz, who tracks ships, eight were seen"."""
    first, last = one.content[0]
    if one.source is None or parse.tags[first] not in ("WP", "WP$", "WDT"):
        return one
    verb = first
    while parse.deps[verb] != "relcl" and parse.heads[verb] != verb:
        verb = parse.heads[verb]
    if parse.deps[verb] != "relcl" or not one.source[0] <= parse.heads[verb] <= one.source[1]:
        return one
    begin = parse.edges[verb][1] + 1
    while begin <= last and not parse.words[begin][0].isalnum():
        begin += 1
    rest = ((begin, last),) if begin <= last else ()
    content = (*rest, *one.content[1:])
    return replace(one, content=content) if content else one


def _fronted(parse: Parse, one: Attribution) -> Attribution:
    """The attribution with the clause in front of its tag as content, where an adverbial clause behind it was taken for that:
    "Troops took the town, residents said, as the army withdrew".
    """
    first = one.content[0][0]
    if len(one.content) > 1 or first <= one.cue[1] or parse.words[first].lower() not in ADVERBIAL:
        return one
    begin = one.cue[0] if one.source is None else min(one.cue[0], one.source[0])
    if begin < 2 or parse.words[begin - 1] != ",":
        return one
    for verb in range(one.cue[0], one.cue[1] + 1):
        # The parser has the clause below the verb of its tag, or the tag beside the verb of the clause.
        clauses = [child for child in parse.children[verb] if parse.deps[child] == "ccomp"]
        clauses += [parse.heads[verb]] if parse.deps[verb] == "parataxis" else []
        for clause in clauses:
            if clause < begin - 1 and parse.sentence(clause) == parse.sentence(verb):
                return replace(one, content=((parse.edges[clause][0], begin - 2),))
    return one


def _draft(
    parse: Parse, one: Attribution, reach: tuple[int, int], outer: list[Quotation], lexicon: Path | None
) -> QuoteDraft | None:
    """The draft of an attribution, its ends corrected by the marks; None where nothing but marks is left of its content.

    `reach` are the first and the last token of the paragraph that the labeller has seen.
    """
    cue_start, cue_end = parse.starts[one.cue[0]], parse.ends[one.cue[1]]
    spans = []
    for first, last in one.content:
        cut = (first == reach[0], last == reach[1])
        start, end = _to_marks(parse.starts[first], parse.ends[last], cut, outer, (cue_start, cue_end))
        start, end = _whole(*_trim(parse.text, start, end, outer), outer)
        if start < end and WORD.search(parse.text, start, end):
            spans.append((start, end))
    if not spans:
        return None
    spans = _merge(spans)
    cues, sources = load_cues(lexicon), load_sources(lexicon)
    sense = cues.sense(parse, *one.cue)
    named = one.source or _subject(parse, one)
    source = sources.draft(parse, *named) if named else None
    kind = "document" if source and sense.kind == "speech" and sources.document(parse, source) else sense.kind
    # The stop that ends a sentence is no part of the cue, even where it could end an abbreviation ("wrote on X.").
    cue_text = parse.text[cue_start:cue_end].rstrip(TRAILING)
    if cue_text.endswith(".") and "." not in cue_text[:-1].split(" ")[-1]:
        cue_text = cue_text[:-1]
    cue_end = cue_start + len(cue_text)
    verbatim = _verbatim(spans, outer)
    return QuoteDraft(
        type=_type(parse.text, spans, verbatim),
        kind=kind,
        spans=tuple(spans),
        verbatim=verbatim,
        source=source,
        cue=(cue_start, cue_end, sense.lemma, sense.stance) if cue_start < cue_end else None,
        confidence=one.confidence,
    )


def _to_marks(
    start: int, end: int, cut: tuple[bool, bool], outer: list[Quotation], cue: tuple[int, int]
) -> tuple[int, int]:
    """A stretch of content widened to the whole of each quotation of which it has the greater part, or which goes on where the
    window has cut the stretch off.
    """
    for quotation in outer:
        if quotation.first >= end or quotation.last <= start or (quotation.first < cue[1] and cue[0] < quotation.last):
            continue
        shared = min(end, quotation.last) - max(start, quotation.first)
        goes_on = (cut[0] and quotation.first < start) or (cut[1] and end < quotation.last)
        if goes_on or 2 * shared > quotation.last - quotation.first:
            start, end = min(start, quotation.first), max(end, quotation.last)
    return start, end


def _trim(text: str, start: int, end: int, outer: list[Quotation]) -> tuple[int, int]:
    """The stretch without a dateline, and the marks, commas and white space at its edges; a full stop stays only inside marks."""
    line = dateline(text, start)
    if line is not None and start < line[1]:
        start = min(line[1], end)
    for quotation in outer:  # single marks are stripped only where they are marks and no apostrophes
        if start == quotation.start and quotation.first <= end:
            start = quotation.first
        if end == quotation.end and quotation.last >= start:
            end = quotation.last
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(LEADING))
    piece = text[start:end].rstrip(TRAILING)
    last = start + len(piece)
    inside = any(quotation.first < last <= quotation.last for quotation in outer)
    if piece.endswith(".") and not inside and not piece.endswith("..") and not ABBREVIATION.search(piece):
        last -= 1
    return start, last


def _whole(start: int, end: int, outer: list[Quotation]) -> tuple[int, int]:
    """The stretch with the mark that pairs with one inside it, where trimming took only one of both."""
    for quotation in outer:
        if not quotation.closed:
            continue
        if start <= quotation.start and quotation.first < end < quotation.end:
            end = quotation.end if quotation.last <= end + 1 else end
        elif quotation.start < start < quotation.last and quotation.end <= end:
            start = quotation.start if start - 1 <= quotation.first else start
    return start, end


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in text order, overlapping ones made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _verbatim(spans: Sequence[tuple[int, int]], outer: list[Quotation]) -> tuple[tuple[int, int], ...]:
    """The parts of the spans that stand inside marks."""
    return tuple(
        (max(start, quotation.first), min(end, quotation.last))
        for start, end in spans
        for quotation in outer
        if quotation.first < end and start < quotation.last
    )


def _type(text: str, spans: Sequence[tuple[int, int]], verbatim: Sequence[tuple[int, int]]) -> str:
    inside = _letters(text, verbatim)
    if not inside:
        return "indirect"
    return "direct" if inside >= DIRECT_SHARE * _letters(text, spans) else "mixed"


def _words(text: str, start: int, end: int) -> int:
    return len(WORD.findall(text, start, end))


def _letters(text: str, spans: Sequence[tuple[int, int]]) -> int:
    return sum(len(word) for start, end in spans for word in WORD.findall(text, start, end))


def _untagged(
    parse: Parse,
    bounds: list[tuple[int, int]],
    outer: list[Quotation],
    drafts: list[QuoteDraft],
    lexicon: Path | None,
) -> list[QuoteDraft]:
    """Quotations that are longer than names, titles and scare quotes are, and that no cue of the networks attributes."""
    taken = [span for draft in drafts for span in draft.spans]
    cues, sources = load_cues(lexicon), load_sources(lexicon)
    found = []
    for quotation in outer:
        start, end = _trim(parse.text, quotation.first, quotation.last, [quotation])
        if _words(parse.text, start, end) <= SCARE_WORDS:
            continue
        if any(first < end and start < last for first, last in taken):
            continue
        told = introduction(parse, quotation, bounds, cues, sources)
        if told is None and _titled(parse.text[start:end]):
            continue
        if told is None:
            found.append(QuoteDraft("direct", "speech", ((start, end),), ((start, end),), None, None, ALONE))
            continue
        span = (max(start, told.start), end)
        cue = None
        if told.cue:
            sense = cues.sense(parse, *told.cue)
            cue = (parse.starts[told.cue[0]], parse.ends[told.cue[1]], sense.lemma, sense.stance)
        kind = "document" if sources.document(parse, told.source) else "speech"
        found.append(QuoteDraft("direct", kind, (span,), (span,), told.source, cue, INTRODUCED))
    return found


def _titled(text: str) -> bool:
    """Whether words are written as a title's are: every one of four letters and more with a capital, not all in capitals."""
    long = [word for word in WORD.findall(text) if len(word) > 3]
    return bool(long) and all(word[0].isupper() for word in long) and not text.isupper()


def _follow_on(
    parse: Parse, bounds: list[tuple[int, int]], drafts: list[QuoteDraft], outer: list[Quotation]
) -> list[QuoteDraft]:
    """Untagged quotes take over the source of the quote before, where no sentence of the article's own stands between them.

    A quote continues the one before when it goes on in another paragraph with what was in marks there: untagged, or in a
    quotation that was left open, whoever has spoken it.
    """
    starts = [start for start, _ in bounds]
    carried = [(quotation.first, quotation.last) for quotation in outer if quotation.continues]
    found: list[QuoteDraft] = []
    for draft in drafts:
        if found:
            before, index = found[-1], len(found) - 1
            apart = bisect_right(starts, draft.spans[0][0]) - bisect_right(starts, before.spans[0][0])
            near = apart <= FOLLOW_ON_PARAGRAPHS and _adjoin(parse, before, draft)
            untagged = draft.cue is None and draft.source is None
            if any(first < draft.spans[0][1] and draft.spans[0][0] < last for first, last in carried):
                draft = replace(draft, continues=index, confidence=max(draft.confidence, before.confidence))
            elif untagged and near and apart and before.type != "indirect":
                draft = replace(draft, continues=index)
            if untagged and before.source is not None and (near or draft.continues is not None):
                confidence = max(draft.confidence, INHERITED)
                draft = replace(draft, source=before.source, inherits=True, confidence=confidence)
        found.append(draft)
    return found


def _adjoin(parse: Parse, before: QuoteDraft, draft: QuoteDraft) -> bool:
    """Whether only the rest of the sentence of the quote before, or of its tag, stands between two quotes."""
    end = before.spans[-1][1]
    if before.cue is not None:
        end = max(end, before.cue[1])
    if before.source is not None and not before.inherits:
        end = max(end, before.source.end)
    sentence = parse.sentence(bisect_right(parse.starts, end - 1) - 1)
    rest = max(end, parse.ends[parse.sentences[sentence][1] - 1])
    return not WORD.search(parse.text, rest, draft.spans[0][0])

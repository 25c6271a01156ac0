"""Inner tags: who says a quotation within what somebody else reports ("Berg said the envoy had told him, “We shall not go”").

The networks take one cue for all of it, mostly the outer one, and give the quotation to whoever reports it. What was quoted is
said by the subject of the verb in front of it, and what stands before is all that the outer source says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from newswire.extract.document.drafts import QuoteDraft, SourceDraft
from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.cues import Cues, CueSense
from newswire.extract.quotes.introductions import FINITE
from newswire.extract.quotes.polarity import polarity
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import WORD, Stretches, inside_marks, quote_type, trimmed, word_count
from newswire.extract.quotes.untagged import SCARE_WORDS
from newswire.extract.quotes.words import QuoteWords

__all__ = ("inner_tags",)

# From a verb to the quotation that it introduces there are so many tokens at most, with these tags or none but marks: a
# recipient, an adverb, "that".
CLOSE: Final = 5
BETWEEN: Final = frozenset(("IN", "TO", "PRP", "RB", "RP", "DT", "NN", "NNS", "NNP"))

# The tags of a noun that a participle behind it describes.
NOUNS: Final = frozenset(("NN", "NNS"))

# What speaks; the labels of a subject, the tags of one that stands for the noun in front of it, and the labels of what has the
# subject of the verb above it ("kept saying").
KINDS: Final = frozenset(("speech", "document"))
SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
RELATIVE: Final = frozenset(("WDT", "WP"))
SHARED: Final = frozenset(("xcomp", "conj"))

# So many verbs may share a subject.
LINKS: Final = 3


@dataclass(frozen=True, slots=True)
class _Inner:
    """A quotation inside a quote, the first and the last token of its source and the verb that introduces it."""

    quotation: tuple[int, int]
    source: tuple[int, int]
    verb: int
    sense: CueSense


def inner_tags(
    parse: Parse, outer: list[Quotation], drafts: Sequence[QuoteDraft], cues: Cues, sources: Sources, words: QuoteWords
) -> list[QuoteDraft]:
    """The drafts, those that report a quotation of somebody else parted in two."""
    found = []
    for draft in drafts:
        inner = _inner(parse, draft, cues) if draft.type == "mixed" else None
        found += [draft] if inner is None else _parted(parse, outer, draft, inner, sources, words)
    return found


def _inner(parse: Parse, draft: QuoteDraft, cues: Cues) -> _Inner | None:
    """The first quotation with a tag of its own inside a quote; a pronoun may be who reports it, and is no such tag."""
    for start, end in draft.verbatim:
        span = next((span for span in draft.spans if span[0] <= start < span[1]), None)
        before = parse.tokens(span[0], start) if span is not None else range(0)
        if not before or word_count(parse.text, start, end) <= SCARE_WORDS:
            continue
        near = range(before.stop - 1, max(before.start, before.stop - 1 - CLOSE) - 1, -1)
        verb = next((i for i in near if parse.tags[i] not in BETWEEN and parse.words[i][0].isalnum()), None)
        sense = cues.at(parse, verb) if verb is not None and parse.tags[verb][:2] == "VB" else None
        if verb is None or sense is None or sense.kind not in KINDS or _is_own(parse, draft, verb):
            continue
        if any(parse.tags[child] == "MD" for child in parse.children[verb]):
            continue  # what somebody may say is not said
        source = _source(parse, verb)
        if source is not None and before.start <= source[0] and parse.tags[source[1]] != "PRP":
            return _Inner((start, end), source, verb, sense)
    return None


def _is_own(parse: Parse, draft: QuoteDraft, verb: int) -> bool:
    """Whether a verb is part of the cue of a quote."""
    return draft.cue is not None and draft.cue[0] <= parse.starts[verb] < draft.cue[1]


def _source(parse: Parse, verb: int) -> tuple[int, int] | None:
    """The subject of a verb, or the noun that it describes ("a note saying", "a note that said")."""
    if parse.tags[verb] == "VBG" and parse.tags[verb - 1] in NOUNS:
        return (parse.edges[verb - 1][0], verb - 1)
    for _ in range(LINKS):
        for child in parse.children[verb]:
            if parse.deps[child] in SUBJECTS:
                first, last = parse.edges[child]
                if parse.tags[child] in RELATIVE and parse.deps[verb] == "relcl":
                    first, last = parse.edges[parse.heads[verb]][0], child - 1
                return (first, last) if first <= last < verb else None
        if parse.deps[verb] not in SHARED:
            break
        verb = parse.heads[verb]
    return None


def _parted(
    parse: Parse, outer: list[Quotation], draft: QuoteDraft, inner: _Inner, sources: Sources, words: QuoteWords
) -> list[QuoteDraft]:
    """What the outer source says, if anything is left of it, and the quotation."""
    text, (start, end) = parse.text, inner.quotation
    source = sources.draft(parse, *inner.source)
    cue = (parse.starts[inner.verb], parse.ends[inner.verb], inner.sense.lemma, inner.sense.stance)
    content = parse.tokens(start, end)
    said = QuoteDraft(
        "direct",
        sources.kind(parse, source, inner.sense.kind),
        (inner.quotation,),
        (inner.quotation,),
        source,
        cue,
        draft.confidence,
        polarity=polarity(parse, (inner.verb, inner.verb), content.start, words),
    )
    rest: list[tuple[int, int]] = []
    for first, last in draft.spans:
        if not first <= start < last:
            rest.append((first, last))
            continue
        rest += [(first, _told(parse, first, start, source)), (end, last)]
    spans = tuple(span for span in (trimmed(text, *one, outer) for one in rest) if WORD.search(text, *span))
    return [*([_with(draft, text, spans, outer)] if spans else []), said]


def _told(parse: Parse, first: int, start: int, source: SourceDraft) -> int:
    """Where what the outer source says ends: before the inner source if there is a clause without it, else before the
    quotation."""
    before = parse.tokens(first, source.start)
    return source.start if any(parse.tags[i] in FINITE or parse.tags[i] == "VBG" for i in before) else start


def _with(draft: QuoteDraft, text: str, spans: Stretches, outer: list[Quotation]) -> QuoteDraft:
    verbatim = inside_marks(spans, outer)
    return replace(draft, type=quote_type(text, spans, verbatim), spans=spans, verbatim=verbatim)

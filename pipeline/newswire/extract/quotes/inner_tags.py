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

# What speaks, the label of who does, the tags of one that stands for the noun in front of it, and the beginning of the tags of
# somebody who is told of.
KINDS: Final = frozenset(("speech", "document"))
SUBJECT: Final = "nsubj"
RELATIVE: Final = frozenset(("WDT", "WP"))
NOUN: Final = "NN"
# Nobody, and nobody in particular: by themselves, and in front of a noun.
NOBODY: Final = frozenset(("nobody", "none", "anybody", "anyone", "everybody", "everyone", "somebody", "someone"))
ANY: Final = frozenset(("no", "any", "every", "each", "which", "what", "whatever", "either", "neither"))

# What the inner report must be for it to be told as a fact: all that the outer source says, by a verb of its own.
REPORTED: Final = "ccomp"
PERFECT: Final = "have"
CONTINUED: Final = "xcomp"
# What makes a condition of a clause, and a denial.
CONDITION: Final = frozenset(("if", "unless", "whether", "when", "until", "before", "lest"))
DENYING: Final = "neg"

# The stances of cues that state something.
STATING: Final = frozenset(("neutral", "assertive"))

# A piece is right a little less often than the whole that was scored: set by judgement.
PART: Final = 0.8


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
        plain = draft.type == "mixed" and draft.polarity == "affirmed" and draft.cue and draft.cue[3] in STATING
        inner = _inner(parse, draft, cues, sources) if plain else None
        found += [draft] if inner is None else _parted(parse, outer, draft, inner, sources, words)
    return found


def _inner(parse: Parse, draft: QuoteDraft, cues: Cues, sources: Sources) -> _Inner | None:
    """The first quotation with a tag of its own inside a quote; a pronoun may be who reports it, and is no such tag. What is
    asked, denied, doubted or demanded, or may be, is left to who asks or denies it."""
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
        if any(parse.deps[i] == SUBJECT for i in range(verb + 1, before.stop)):
            continue  # the subject of what is quoted
        source = _source(parse, draft, verb, sources)
        if source is not None and before.start <= source[0]:
            return _Inner((start, end), source, verb, sense)
    return None


def _is_own(parse: Parse, draft: QuoteDraft, verb: int) -> bool:
    """Whether a verb is part of the quote's own cue."""
    return draft.cue is not None and draft.cue[0] <= parse.starts[verb] < draft.cue[1]


def _source(parse: Parse, draft: QuoteDraft, verb: int, sources: Sources) -> tuple[int, int] | None:
    """Who says what a verb introduces: its subject where the verb is all that the outer source says ("said the guards had
    shouted"), or the text that it describes ("a note saying", "a note that said"). None where it may not have been said."""
    noun = _described(parse, verb)
    if noun is not None and parse.lemmas[noun] in sources.documents:
        return _named(parse, noun, verb) if _is_fact(parse, verb) else None
    clause = verb
    if parse.deps[verb] == CONTINUED and parse.tags[verb] == "VBG":
        clause = parse.heads[verb]  # "kept shouting"
    if not (_is_fact(parse, verb) and _is_reported(parse, draft, clause)):
        return None
    subject = next((child for child in parse.children[clause] if parse.deps[child] == SUBJECT), None)
    return None if subject is None else _named(parse, subject, verb)


def _described(parse: Parse, verb: int) -> int | None:
    """The noun right in front of a verb that describes it: "a note saying", "a note that said"."""
    before = verb - 1
    if verb and parse.tags[verb] == "VBG" and parse.tags[before][:2] == NOUN:
        return before
    relative = before > 0 and parse.deps[verb] == "relcl" and parse.tags[before] in RELATIVE
    return before - 1 if relative and parse.heads[verb] == before - 1 else None


def _is_reported(parse: Parse, draft: QuoteDraft, verb: int) -> bool:
    """Whether the outer source reports what a clause tells as a fact: the clause is what hangs on the cue."""
    return parse.deps[verb] == REPORTED and _is_own(parse, draft, parse.heads[verb]) and _is_fact(parse, verb)


def _is_fact(parse: Parse, verb: int) -> bool:
    """Whether a clause tells what its subject did: no condition, no denial, nothing that may be."""
    below = parse.children[verb]
    perfect = any(parse.deps[child] == "aux" and parse.lemmas[child] == PERFECT for child in below)
    done = parse.tags[verb] in FINITE or parse.tags[verb] == "VBG" or (parse.tags[verb] == "VBN" and perfect)
    unsure = any(
        parse.tags[child] == "MD"
        or parse.deps[child] in (DENYING, "auxpass")
        or parse.words[child].lower() in CONDITION
        for child in below
    )
    return done and not unsure


def _named(parse: Parse, noun: int, verb: int) -> tuple[int, int] | None:
    """The phrase of a noun in front of a verb, if it is about somebody."""
    first = parse.edges[noun][0]
    vague = parse.lemmas[noun] in NOBODY or any(parse.words[child].lower() in ANY for child in parse.children[noun])
    return (first, noun) if parse.tags[noun][:2] == NOUN and not vague and first <= noun < verb else None


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
        draft.confidence * PART,
        polarity=polarity(parse, (inner.verb, inner.verb), content.start, words),
    )
    rest: list[tuple[int, int]] = []
    for first, last in draft.spans:
        if not first <= start < last:
            rest.append((first, last))
            continue
        rest += [(first, _told(parse, first, start, source)), (end, last)]
    spans = tuple(span for span in (trimmed(text, *one, outer) for one in rest) if WORD.search(text, *span))
    if not any(parse.tags[i] in FINITE for span in spans for i in parse.tokens(*span)):
        spans = ()  # the inner source alone is no report
    return [*([_with(draft, text, spans, outer)] if spans else []), said]


def _told(parse: Parse, first: int, start: int, source: SourceDraft) -> int:
    """Where what the outer source says ends: before the inner source if there is a clause without it, else before the
    quotation."""
    before = parse.tokens(first, source.start)
    return source.start if any(parse.tags[i] in FINITE or parse.tags[i] == "VBG" for i in before) else start


def _with(draft: QuoteDraft, text: str, spans: Stretches, outer: list[Quotation]) -> QuoteDraft:
    verbatim = inside_marks(spans, outer)
    return replace(draft, type=quote_type(text, spans, verbatim), spans=spans, verbatim=verbatim)

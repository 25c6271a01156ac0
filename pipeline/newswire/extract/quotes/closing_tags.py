"""Closing tags: who says a sentence that ends with a source and a verb. Where the parser takes the verb for a noun ("The wells
are dry, farmers in the valley reckon"), the networks see no cue."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.introductions import FINITE
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import inside_marks, trimmed

__all__ = ("closing_tags",)

# A tag has at most so many tokens, and so many stand before its comma at least.
LONGEST: Final = 14
SHORTEST: Final = 3

# The tags of nouns, of what a source is made of, and of what it does not begin with.
NOUNS: Final = frozenset(("NN", "NNS", "NNP", "NNPS"))
PARTS: Final = NOUNS | {"DT", "JJ", "JJR", "JJS", "IN", "CD", "POS", "PRP$", "HYPH", "VBN", "VBG"}
LEADING: Final = frozenset(("IN", "VBN", "VBG"))
PLURAL: Final = frozenset(("NNS", "NNPS"))

# The tags that the parser gives such a verb, which is in its base form behind a plural; and the kinds of what it attributes.
READINGS: Final = NOUNS | {"VB", "VBP"}
KINDS: Final = frozenset(("speech", "document", "thought"))

# How often what ends so is a tag (PolNeAR's train: 148 of 161, those in the past and in the singular among them).
CONFIDENCE: Final = 0.8


def closing_tags(
    parse: Parse, outer: list[Quotation], drafts: list[QuoteDraft], cues: Cues, sources: Sources
) -> list[QuoteDraft]:
    """The quotes with such a tag in sentences of which no part is in marks or in one of `drafts`."""
    text, found = parse.text, []
    taken = [_stretch(draft) for draft in drafts]
    for first, end in parse.sentences:
        verb = end - 1
        while verb > first and not parse.words[verb][0].isalnum():
            verb -= 1
        sense = cues.senses.get((parse.lemmas[verb], "verb"))
        comma = _comma(parse, first, verb) if sense is not None and sense.kind in KINDS else None
        if sense is None or comma is None:
            continue
        start, stop = parse.starts[first], parse.ends[verb]
        if inside_marks([(start, stop)], outer) or any(low < stop and start < high for low, high in taken):
            continue
        span = trimmed(text, start, parse.ends[comma - 1], outer)
        source = sources.draft(parse, comma + 1, verb - 1)
        if not sources.tells(parse.lemmas[source.head]):
            continue
        kind = sources.kind(parse, source, sense.kind)
        cue = (parse.starts[verb], parse.ends[verb], sense.lemma, sense.stance)
        found.append(QuoteDraft("indirect", kind, (span,), (), source, cue, CONFIDENCE))
    return found


def _stretch(draft: QuoteDraft) -> tuple[int, int]:
    """Where a quote with its cue begins and ends."""
    ends = [at for span in (*draft.spans, (draft.cue or draft.spans[0])[:2]) for at in span]
    return min(ends), max(ends)


def _comma(parse: Parse, first: int, verb: int) -> int | None:
    """The comma before a tag that ends with `verb`, in the sentence that begins at `first`; None where there is no such tag.

    Behind the comma there is nothing but a noun phrase whose head is a plural, and before it a finite verb.
    """
    if parse.tags[verb] not in READINGS or parse.words[verb].lower() != parse.lemmas[verb]:
        return None
    if parse.tags[verb - 1] not in NOUNS:
        return None
    comma = next(
        (i for i in range(verb - 1, max(first + SHORTEST, verb - LONGEST) - 1, -1) if parse.words[i] == ","), None
    )
    if comma is None or parse.tags[comma + 1] in LEADING:
        return None
    phrase = range(comma + 1, verb)
    if not all(parse.tags[i] in PARTS for i in phrase):
        return None
    head = next((i for i in phrase if parse.tags[i] == "IN"), verb) - 1
    told = any(parse.tags[i] in FINITE for i in range(first, comma))
    return comma if told and parse.tags[head] in PLURAL else None

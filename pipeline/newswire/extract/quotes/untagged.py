"""Untagged quotations: those that no cue attributes, and whose words they are all the same.

Some are introduced by the layout (`introductions`), some go on with the quote before.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import Final

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.introductions import FINITE, introduction
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import EDGE_MARKS, WORD, Stretches, letters, quote_type, trimmed, word_count
from newswire.extract.quotes.words import QuoteWords

__all__ = ("SCARE_WORDS", "follow_on", "untagged")

# Of the stretches in quote marks that nobody is cited with, one in seventy has more than ten words; of all that are longer
# than five, nineteen in twenty are quotes (PolNeAR's train).
SCARE_WORDS: Final = 5

# A tag reaches to the follow-on quotes of its own paragraph and of the next one.
FOLLOW_ON_PARAGRAPHS: Final = 1

# How often a quotation that no cue attributes is a quote by the source that is given (PolNeAR's train): one that is introduced
# by the layout, one that takes over the source of the quote before, and one without a source.
INTRODUCED: Final = 0.8
INHERITED: Final = 0.37
ALONE: Final = 0.03

# What ends a sentence.
SENTENCE_ENDS: Final = (".", "!", "?", "…")

# What names the author of a title: "“The Bridge That Nobody Needed,” by Marta Olsen".
BYLINE: Final = re.compile(r",? by (?:[Tt]he )?[A-Z]")


def untagged(
    parse: Parse,
    bounds: list[tuple[int, int]],
    outer: list[Quotation],
    drafts: list[QuoteDraft],
    cues: Cues,
    sources: Sources,
    words: QuoteWords,
) -> list[QuoteDraft]:
    """Quotations that are longer than names, titles and scare quotes are, and that no cue of the networks attributes."""
    taken = [span for draft in drafts for span in draft.spans]
    found = []
    for quotation in outer:
        start, end = trimmed(parse.text, quotation.first, quotation.last, [quotation])
        # However short a paragraph of a speech is, it is speech; only "(Applause.)" is not.
        speech = quotation.continues and start < end and parse.text[start] != "("
        short = not speech and word_count(parse.text, start, end) <= SCARE_WORDS
        if not word_count(parse.text, start, end) or (short and not _alone(parse, quotation, bounds)):
            continue
        if any(first < end and start < last for first, last in taken):
            continue
        if not speech and BYLINE.match(parse.text, quotation.end):
            continue
        introduced = introduction(parse, quotation, outer, bounds, cues, sources, words)
        if introduced is not None and short and introduced.cue is None and parse.text[end - 1] not in SENTENCE_ENDS:
            continue  # the title of what has just been announced
        if introduced is None and (short or (not speech and _mentioned(parse, quotation, start, end, bounds))):
            continue
        if introduced is None:
            found.append(QuoteDraft("direct", "speech", ((start, end),), ((start, end),), None, None, ALONE))
            continue
        span = (max(start, introduced.start), end)
        cue = None
        if introduced.cue:
            sense = cues.sense(parse, *introduced.cue)
            cue = (parse.starts[introduced.cue[0]], parse.ends[introduced.cue[1]], sense.lemma, sense.stance)
        kind = sources.kind(parse, introduced.source, "speech")
        found.append(QuoteDraft("direct", kind, (span,), (span,), introduced.source, cue, INTRODUCED))
    return found


def _titled(text: str) -> bool:
    """Whether words are written as a title's are: every one of four letters and more with a capital, not all in capitals."""
    long = [word for word in WORD.findall(text) if len(word) > 3]
    return bool(long) and all(word[0].isupper() for word in long) and not text.isupper()


def _mentioned(parse: Parse, quotation: Quotation, start: int, end: int, bounds: list[tuple[int, int]]) -> bool:
    """Whether words are a title, a name or a phrase that the article mentions, rather than what somebody says.

    What is said has a finite verb, is written as a sentence, or is all of its paragraph: of those quotations without a cue that
    are none of it one in five are quotes (PolNeAR's train).
    """
    words = parse.text[start:end]
    if _titled(words):
        return True
    if any(parse.tags[token] in FINITE for token in parse.tokens(start, end)):
        return False
    if words[0].isupper() and words[-1] in SENTENCE_ENDS:
        return False
    return not _alone(parse, quotation, bounds)


def _alone(parse: Parse, quotation: Quotation, bounds: list[tuple[int, int]]) -> bool:
    """Whether a quotation is all of its paragraph."""
    first, last = bounds[bisect_right(bounds, (quotation.start, len(parse.text))) - 1]
    return not (WORD.search(parse.text, first, quotation.start) or WORD.search(parse.text, quotation.end, last))


def follow_on(
    parse: Parse, bounds: list[tuple[int, int]], drafts: list[QuoteDraft], outer: list[Quotation]
) -> list[QuoteDraft]:
    """The quotes in text order, those without a tag with whom they go on: they take over the source of the quote before, where
    no sentence of the article's own stands between them.

    In the paragraph of the tag that interrupts it a quote goes on as a stretch of the same record. A quote continues the one
    before when it goes on in another paragraph with what was in marks there: untagged, or in a quotation that was left open,
    whoever has spoken it.
    """
    starts = [start for start, _ in bounds]
    carried = [(quotation.first, quotation.last) for quotation in outer if quotation.continues]
    found: list[QuoteDraft] = []
    for whole in drafts:
        draft = _unresumed(parse, starts, found, whole)
        if draft is None:
            continue
        if found:
            before, index = found[-1], len(found) - 1
            apart = bisect_right(starts, draft.spans[0][0]) - bisect_right(starts, before.spans[0][0])
            near = apart <= FOLLOW_ON_PARAGRAPHS and _adjoin(parse, before, draft.spans[0][0])
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


def _unresumed(parse: Parse, starts: list[int], found: list[QuoteDraft], draft: QuoteDraft) -> QuoteDraft | None:
    """A draft without what a quote before goes on with behind the sentence of its tag, which that quote gets: "“A,” Ray Ortiz
    said after Ann Ito spoke. “B.”" That may be all, or only the last stretch ("said, looking into the camera. “B.”"); None where
    it was most, since then the cue was taken for one of the quotation.
    """
    for start in sorted({draft.spans[0][0], draft.spans[-1][0]}):
        index = _interrupted(parse, starts, found, draft, start)
        if index is not None:
            before = found[index]
            spans = tuple(span for span in draft.spans if span[0] >= start)
            verbatim = tuple(span for span in draft.verbatim if span[0] >= start)
            found[index] = _with(before, parse.text, before.spans + spans, before.verbatim + verbatim)
            rest = draft.spans[: -len(spans)]
            if letters(parse.text, rest) < letters(parse.text, spans):
                return None
            return _with(draft, parse.text, rest, draft.verbatim[: len(draft.verbatim) - len(verbatim)])
    return draft


def _interrupted(parse: Parse, starts: list[int], found: list[QuoteDraft], draft: QuoteDraft, start: int) -> int | None:
    """The index of the quote that goes on at `start`, where a stretch of `draft` begins, behind the sentence of its tag.

    What the full stop of that sentence keeps from the second quotation is no cue of it ("spoke"), as words before a colon or a
    comma are. What else is reported in that sentence may stand between the two, if it is not itself what the second goes on
    with: "“A,” he said, adding, “B.” “C.”"
    """
    if all(first != start for first, _ in draft.verbatim):
        return None
    for index in range(len(found) - 1, max(len(found) - 3, -1), -1):
        before = found[index]
        if not before.verbatim or before.verbatim[-1][1] != before.spans[-1][1]:
            continue
        if before.cue is None or not before.spans[-1][1] <= before.cue[0] < start:
            return None
        between = parse.text[before.cue[1] : start].rstrip(EDGE_MARKS + "'")  # a mark of two apostrophes, too
        if bisect_right(starts, start) != bisect_right(starts, before.cue[0]) or not between.endswith((".", "!", "?")):
            return None
        if draft.cue is None:
            own = draft.source is not None
        else:
            own = draft.cue[1] > start or _sentence(parse, draft.cue[0]) > _sentence(parse, before.cue[0])
        return index if not own and _adjoin(parse, before, start) else None
    return None


def _sentence(parse: Parse, at: int) -> int:
    """The number of the sentence of a character."""
    return parse.sentence(bisect_right(parse.starts, at) - 1)


def _with(draft: QuoteDraft, text: str, spans: Stretches, verbatim: Stretches) -> QuoteDraft:
    return replace(draft, type=quote_type(text, spans, verbatim), spans=spans, verbatim=verbatim)


def _adjoin(parse: Parse, before: QuoteDraft, start: int) -> bool:
    """Whether only the rest of the sentence of the quote before, or of its tag, stands between it and `start`."""
    end = before.spans[-1][1]
    if before.cue is not None:
        end = max(end, before.cue[1])
    if before.source is not None and not before.inherits:
        end = max(end, before.source.end)
    sentence = _sentence(parse, end - 1)
    rest = max(end, parse.ends[parse.sentences[sentence][1] - 1])
    return not WORD.search(parse.text, rest, start)

"""Quotes: what the article says somebody said, wrote, thought or wants.

The learnt networks find each cue with its source and content (`attributions`); the quote marks, paired on the characters,
correct the ends of what is quoted and add quotations that no cue attributes. In transcripts the layout tells who says what
(`transcripts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import Quotation, quotations
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.attributions import Attribution, Networks, disjoint, load_networks
from newswire.extract.quotes.closing_tags import closing_tags
from newswire.extract.quotes.contents import corrected, is_passive, nested
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.features import MARK, features, reach
from newswire.extract.quotes.inner_tags import inner_tags
from newswire.extract.quotes.inserted_tags import inserted_tags
from newswire.extract.quotes.polarity import polarity
from newswire.extract.quotes.relays import relayed
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import (
    TRAILING,
    WORD,
    Stretches,
    fitted,
    inside_marks,
    merged,
    quote_type,
    word_count,
    worded,
)
from newswire.extract.quotes.transcripts import transcribed
from newswire.extract.quotes.untagged import SCARE_WORDS, follow_on, untagged
from newswire.extract.quotes.words import QuoteWords

__all__ = ("find_quotes",)

# Tokens between what is said and the "by" behind it: a closing mark, and a comma.
AGENT_REACH: Final = 3

# Words on a button at most: "Send", "Accept all cookies". What a critic hits back with is longer.
LABEL_WORDS: Final = 3

# The tags of what may stand between a verb and the label of what is pressed: "clicks on the “accept” button".
BEFORE_LABELS: Final = ("DT", "IN", "RP")

# Tags of question words and relative pronouns.
QUESTION: Final = frozenset(("WDT", "WP", "WP$", "WRB"))


def find_quotes(
    parse: Parse, cues: Cues, sources: Sources, words: QuoteWords, *, networks: Networks | None = None
) -> list[QuoteDraft]:
    """The quotes of a text in text order, their sources not yet resolved. `networks` are those that come with the
    package, unless others are given."""
    if not len(parse):
        return []
    text = parse.text
    bounds = paragraphs(text)
    marked = quotations(text)
    outer = [quotation for quotation in marked if not quotation.nested]
    columns = features(parse, marked, bounds, cues)
    long = np.zeros(len(parse), bool)  # the tokens inside quotations too long for a name, a title or a scare quote
    for quotation in outer:
        if word_count(text, quotation.first, quotation.last) > SCARE_WORDS:
            inside = parse.tokens(quotation.first, quotation.last)
            long[inside.start : inside.stop] = True
    networks = networks or load_networks()
    quoted = columns.columns[:, MARK] > 0
    turns = transcribed(parse, bounds, sources, words)
    spoken = {token for turn in turns for token in parse.tokens(*turn.spans[0])}
    found = [
        corrected(parse, one, quoted, words)
        for one in networks.read(columns)
        if (one.score > networks.threshold or _within(one, long)) and not nested(parse, one, outer)
    ]
    drafts = turns + [
        draft
        for draft in (
            _draft(parse, one, reach(columns, one.anchor), outer, cues, sources, words)
            for one in disjoint(relayed(parse, found, cues, words), quoted)
            if spoken.isdisjoint((one.anchor, one.content[0][0]))
        )
        if draft
    ]
    drafts = inner_tags(parse, outer, drafts, cues, sources, words)
    drafts = inserted_tags(parse, outer, drafts, cues, sources, words)
    drafts += closing_tags(parse, outer, drafts, cues, sources)
    drafts += untagged(parse, bounds, outer, drafts, cues, sources, words)
    return follow_on(parse, bounds, sorted(drafts, key=lambda draft: draft.spans), outer)


def _is_label(parse: Parse, cue: tuple[int, int], verbatim: Stretches, cues: Cues, words: QuoteWords) -> bool:
    """Whether all that stands in marks is the label of what somebody presses or clicks: the verb in front says so, and the cue is
    no verb of saying."""
    if sum(word_count(parse.text, start, end) for start, end in verbatim) > LABEL_WORDS:
        return False
    before = max(parse.tokens(*verbatim[0]).start - 2, 0)  # in front of the mark
    while before > 0 and parse.tags[before] in BEFORE_LABELS:
        before -= 1
    told = [parse.lemmas[i] for i in range(cue[0], cue[1] + 1) if parse.tags[i][:2] == "VB" and cues.at(parse, i)]
    pressed = parse.tags[before][:2] == "VB" and parse.lemmas[before] in words.pressing
    return pressed and words.pressing.issuperset(told[-1:])


def _is_act(parse: Parse, one: Attribution, words: QuoteWords) -> bool:
    """Whether the cue is a verb of what is done, not said: a court that sentences somebody, a union that calls off a strike."""
    verb = min(range(one.cue[0], one.cue[1] + 1), key=parse.depths.__getitem__)
    particle = next((child for child in parse.children[verb] if parse.deps[child] == "prt"), None)
    lemma = parse.lemmas[verb] if particle is None else f"{parse.lemmas[verb]} {parse.words[particle].lower()}"
    return parse.tags[verb][:2] == "VB" and lemma in words.acts


def _is_question_word(parse: Parse, one: Attribution) -> bool:
    """Whether the content is a question word alone, which tells nothing of what is said, as in the headings "What we know" and
    "Who says what"."""
    told = [parse.tags[i] for first, last in one.content for i in range(first, last + 1) if parse.words[i][0].isalnum()]
    return bool(told) and all(tag in QUESTION for tag in told)


def _within(one: Attribution, tokens: npt.NDArray[np.bool_]) -> bool:
    """Whether most of the content stands at the given tokens."""
    inside = sum(int(tokens[first : last + 1].sum()) for first, last in one.content)
    return 2 * inside > sum(last + 1 - first for first, last in one.content)


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


def _agent(parse: Parse, one: Attribution) -> tuple[int, int] | None:
    """Who is behind a passive cue, where the networks found no source: "was called “a gift” by the mayor". The parser may hang
    the agent on what is said, so it is looked for right behind that.
    """
    if not is_passive(parse, one.anchor):
        return None
    last = max(one.cue[1], max(last for _, last in one.content))
    for by in range(last + 1, min(last + 1 + AGENT_REACH, len(parse))):
        if parse.words[by].lower() == "by":
            return next((parse.edges[child] for child in parse.children[by] if parse.deps[child] == "pobj"), None)
    return None


def _named(parse: Parse, one: Attribution) -> Iterator[tuple[int, int]]:
    """The first and the last token of what may be the source: what the networks take, else what the grammar has there."""
    if one.source is not None:
        yield one.source
    for find in (_agent, _subject):
        if (span := find(parse, one)) is not None:
            yield span


def _draft(
    parse: Parse,
    one: Attribution,
    reach: tuple[int, int],
    outer: list[Quotation],
    cues: Cues,
    sources: Sources,
    words: QuoteWords,
) -> QuoteDraft | None:
    """The draft of an attribution, its ends corrected by the marks; None where nothing but marks is left of its content.

    `reach` are the first and the last token of the paragraph that the labeller has seen.
    """
    cue_start, cue_end = parse.starts[one.cue[0]], parse.ends[one.cue[1]]
    spans = []
    for first, last in one.content:
        cut = (first == reach[0], last == reach[1])
        start, end = fitted(parse.text, parse.starts[first], parse.ends[last], cut, outer, (cue_start, cue_end))
        if start < end and WORD.search(parse.text, start, end):
            spans.append((start, end))
    if not spans:
        return None
    spans = merged(spans)
    sense = cues.sense(parse, *one.cue)
    named = next((span for span in _named(parse, one) if worded(parse.words[span[0] : span[1] + 1])), None)
    source = sources.draft(parse, *named) if named else None
    if source and parse.words[source.head].lower() in words.nobody:
        source = None
    kind = sources.kind(parse, source, sense.kind)
    # The stop that ends a sentence is no part of the cue, even where it could end an abbreviation ("wrote on X.").
    cue_text = parse.text[cue_start:cue_end].rstrip(TRAILING)
    if cue_text.endswith(".") and "." not in cue_text[:-1].split(" ")[-1]:
        cue_text = cue_text[:-1]
    cue_end = cue_start + len(cue_text)
    verbatim = inside_marks(spans, outer)
    if (
        _is_label(parse, one.cue, verbatim, cues, words)
        if verbatim
        else (_is_act(parse, one, words) or _is_question_word(parse, one))
    ):
        return None
    return QuoteDraft(
        type=quote_type(parse.text, spans, verbatim),
        kind=kind,
        spans=tuple(spans),
        verbatim=verbatim,
        source=source,
        cue=(cue_start, cue_end, sense.lemma, sense.stance) if cue_start < cue_end else None,
        confidence=one.confidence,
        # Who does not deny it has conceded it: its stance tells that.
        polarity="affirmed" if sense.stance == "conceding" else polarity(parse, one.cue, one.content[0][0], words),
    )

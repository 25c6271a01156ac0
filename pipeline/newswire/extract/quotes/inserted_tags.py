"""Inserted tags: who says a sentence whose subject and verb a tag parts ("The vault, auditors went on to explain, was open").

The shape tells them: in front of the tag there is a noun phrase without a verb, right behind it the verb. The networks miss such
tags where the verb is rare or has others around it, or they see one half of what is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.contents import is_passive
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.introductions import FINITE
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import inside_marks, trimmed
from newswire.extract.quotes.words import QuoteWords

__all__ = ("inserted_tags",)

# From one comma to the other a tag has at most so many tokens.
LONGEST: Final = 16

# The beginnings of the tags of nouns and pronouns; the tags with which neither a subject nor a source begins; those of the words
# of a source, and of its verb ("was quick to add").
NAMING: Final = ("NN", "PR")
LEADING: Final = frozenset(("IN", "WRB", "WDT", "WP", "VBG", "VBN", "CC", "TO", "RB"))
PARTS: Final = frozenset(
    ("DT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "IN", "CD", "POS", "PRP$", "PRP", "HYPH")
)
VERBAL: Final = frozenset(("VBD", "VBP", "VBZ", "MD", "VB", "VBN", "VBG", "RB", "RP", "TO", "JJ", "IN"))

# The kinds of verbs that end a tag: "the court heard" is none.
TOLD: Final = frozenset(("speech", "document"))

# How often such a tag is one (PolNeAR's train: 53 of 54).
CONFIDENCE: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Inserted:
    """A tag between two commas (their tokens), in the sentence from `first` to before `end`; the first and the last
    token of its source, the first one of its verb, and the one that attributes."""

    first: int
    end: int
    commas: tuple[int, int]
    source: tuple[int, int]
    verb: int
    cue: int


def inserted_tags(
    parse: Parse, outer: list[Quotation], drafts: list[QuoteDraft], cues: Cues, sources: Sources, words: QuoteWords
) -> list[QuoteDraft]:
    """The drafts with the quotes of such tags, in place of drafts by the same tag that have less of the sentence. A sentence with
    marks or with another tag is left as it is."""
    for tag in _inserted(parse, cues, words):
        low, high = (parse.starts[at] for at in tag.commas)
        start, stop = parse.starts[tag.first], parse.ends[tag.end - 1]
        here = [draft for draft in drafts if any(first < stop and start < last for first, last in draft.spans)]
        rivals = [draft for draft in here if draft.cue is not None and low < draft.cue[0] < high]
        whole = any(draft.spans[0][0] < low and high < draft.spans[-1][1] for draft in rivals)
        if whole or len(here) > len(rivals) or inside_marks([(start, stop)], outer):
            continue
        spans = (trimmed(parse.text, start, low, outer), trimmed(parse.text, high + 1, stop, outer))
        source = sources.draft(parse, *tag.source)
        sense = cues.sense(parse, tag.cue, tag.cue)
        kind = sources.kind(parse, source, sense.kind)
        cue = (parse.starts[tag.verb], parse.ends[tag.commas[1] - 1], sense.lemma, sense.stance)
        found = QuoteDraft("indirect", kind, spans, (), source, cue, CONFIDENCE)
        drafts = [*(draft for draft in drafts if draft not in rivals), found]
    return drafts


def _inserted(parse: Parse, cues: Cues, words: QuoteWords) -> Iterator[_Inserted]:
    for first, end in parse.sentences:
        commas = [i for i in range(first + 1, end - 1) if parse.words[i] == ","]
        if len(commas) < 2 or parse.tags[first] in LEADING:
            continue
        one, other = commas[:2]
        if other - one > LONGEST or not _is_subject(parse, range(first, one)):
            continue
        behind = other + 1 + (parse.tags[other + 1] == "RB")
        verb = next((i for i in range(one + 1, other) if parse.tags[i] in FINITE), None)
        if verb is None or behind >= end or parse.tags[behind] not in FINITE:
            continue
        source = [i for i in range(one + 1, verb) if parse.tags[i] != "RB"]
        if not _is_source(parse, source, words) or any(parse.tags[i] not in VERBAL for i in range(verb, other)):
            continue
        cue = next((i for i in reversed(range(verb, other)) if parse.tags[i][:2] == "VB"), None)
        sense = None if cue is None else cues.at(parse, cue)
        if cue is not None and sense is not None and sense.kind in TOLD and not is_passive(parse, cue):
            yield _Inserted(first, end, (one, other), (source[0], source[-1]), verb, cue)


def _is_subject(parse: Parse, tokens: range) -> bool:
    """Whether tokens name something and hold no verb of a clause."""
    tags = [parse.tags[i] for i in tokens]
    return any(tag.startswith(NAMING) for tag in tags) and FINITE.isdisjoint(tags)


def _is_source(parse: Parse, tokens: list[int], words: QuoteWords) -> bool:
    """Whether tokens are a noun phrase or a pronoun of the third person. The parser has some titles for verbs."""
    if not tokens or parse.tags[tokens[0]] in LEADING or parse.words[tokens[-1]].lower() in words.parties:
        return False
    return all(parse.tags[i] in PARTS or parse.deps[i] == "compound" for i in tokens)

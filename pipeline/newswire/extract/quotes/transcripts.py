"""Transcripts: what is said in turns that a speaker's label begins, without quote marks ("BERG: Did you know? / ITO: No.").

Lists of facts have the same layout ("Price: 40 dollars"). What tells turns from these is that people speak to each other: they
say "I" and "you", and ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import WORD
from newswire.extract.quotes.words import QuoteWords

__all__ = ("transcribed",)

# A label at the beginning of a paragraph: at most five words, the first one with a capital, and what a bracket adds. What follows
# in marks is a quotation as any other.
CAPITAL: Final = "[A-ZÀ-ÖØ-Þ]"
LABEL: Final = re.compile(
    rf"(?P<label>{CAPITAL}[\w.'’-]*(?:[ \u00a0](?:{CAPITAL}[\w.'’-]*|of|the|de|van|von|al|bin)){{0,4}})"
    r"(?:[ \u00a0]?\([^()\n]{1,40}\))?:[ \u00a0]+(?=[^\s\"“„«»'‘`])"
)

# So many paragraphs without a label may stand between two turns of one conversation.
BETWEEN: Final = 3

# In a conversation at least this share of the turns speaks to somebody or of oneself, or asks.
ADDRESSING: Final = 0.5

# How often such a turn is a quote by whom its label names: so were all that are found in the training parts of PolNeAR and
# Worldwide Newswire, but a label may be a letter only.
CONFIDENCE: Final = 0.9


@dataclass(frozen=True, slots=True)
class _Turn:
    """The code points of a label, of its colon, and of what is said; the number of the paragraph."""

    label: tuple[int, int]
    colon: int
    words: tuple[int, int]
    paragraph: int


def transcribed(parse: Parse, bounds: list[tuple[int, int]], sources: Sources, words: QuoteWords) -> list[QuoteDraft]:
    """The turns of the conversations in a text, as quotes. `bounds` are its paragraphs."""
    drafts = []
    for conversation in _conversations(parse.text, bounds):
        if not _is_spoken(parse.text, conversation, sources, words):
            continue
        for turn in conversation:
            tokens = parse.tokens(*turn.label)
            source = sources.draft(parse, tokens.start, tokens.stop - 1)
            cue = (turn.colon, turn.colon + 1, ":", "neutral")
            drafts.append(QuoteDraft("direct", "speech", (turn.words,), (turn.words,), source, cue, CONFIDENCE))
    return drafts


def _is_speaker(text: str, label: str, sources: Sources) -> bool:
    """Whether a label plainly names who speaks: in capitals as a transcript has it, by a noun for a person, or by a name that the
    text has in full ("Berg", of "Kari Berg"). "Price" and "Monday" name nobody."""
    last = label.split()[-1]
    if label.isupper() or sources.tells(last.lower()):
        return True
    return bool(re.search(rf"{CAPITAL}[\w.'’-]* {re.escape(last)}(?!\w|:)", text))


def _conversations(text: str, bounds: list[tuple[int, int]]) -> Iterator[list[_Turn]]:
    """The turns in text order, those together between which few paragraphs stand."""
    run: list[_Turn] = []
    for number, (start, end) in enumerate(bounds):
        label = LABEL.match(text, start, end)
        if label is None or not WORD.search(text, label.end(), end):
            continue
        if run and number - run[-1].paragraph > BETWEEN + 1:
            yield run
            run = []
        run.append(_Turn(label.span("label"), text.index(":", label.end("label")), (label.end(), end), number))
    yield run


def _is_spoken(text: str, turns: list[_Turn], sources: Sources, words: QuoteWords) -> bool:
    """Whether people speak in turns: two at least, mostly to each other, and somebody again or somebody asks."""
    labels = {text[slice(*turn.label)] for turn in turns}
    if not any(_is_speaker(text, label, sources) for label in labels):
        return False
    asking = [turn for turn in turns if "?" in text[slice(*turn.words)]]
    addressing = [
        turn
        for turn in turns
        if turn in asking or any(word.lower() in words.parties for word in WORD.findall(text, *turn.words))
    ]
    spoken = len(addressing) >= ADDRESSING * len(turns)
    return len(labels) > 1 and spoken and (len(labels) < len(turns) or bool(asking))

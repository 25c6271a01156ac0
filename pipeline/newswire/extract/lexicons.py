"""The word lists as the extraction uses them, built once for an extractor and handed down from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from newswire.extract.anaphora import Anaphora, load_anaphora
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.leaders import Leaders
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.sport import load_words
from newswire.extract.events.words import EventWords
from newswire.extract.quotes.cues import Cues, load_cues
from newswire.extract.quotes.sources import Sources, load_sources
from newswire.extract.quotes.words import QuoteWords, load_quote_words

__all__ = ("Lexicons",)


@dataclass(frozen=True, slots=True)
class Lexicons:
    """All of the lists: names, places and leaders; cues, sources and the words around quotes; anaphora and events; sport."""

    gazetteer: Gazetteer
    leaders: Leaders
    cues: Cues
    sources: Sources
    quote_words: QuoteWords
    anaphora: Anaphora
    predicates: Lexicon
    event_words: EventWords
    sport: dict[str, str]
    """The words of sport, and the kind of each."""

    @classmethod
    def load(cls, additions: Path | None = None) -> Self:
        """The package's lists with the rows that a user's directory adds.

        Raises SettingsError, naming file and line, for a row that is none.
        """
        return cls(
            gazetteer=Gazetteer(additions),
            leaders=Leaders.load(additions),
            cues=load_cues(additions),
            sources=load_sources(additions),
            quote_words=load_quote_words(additions),
            anaphora=load_anaphora(additions),
            predicates=Lexicon(additions),
            event_words=EventWords.load(additions),
            sport=load_words(additions),
        )

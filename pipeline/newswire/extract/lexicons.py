"""The word lists as the extraction uses them, built once for an extractor and handed down from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.sport import load_words
from newswire.extract.events.words import EventWords
from newswire.extract.quotes.cues import Cues, load_cues
from newswire.extract.quotes.sources import Sources, load_sources

__all__ = ("Lexicons",)


@dataclass(frozen=True, slots=True)
class Lexicons:
    """All of the lists: of names and places, of cues and sources, of predicates and their ends, of sport."""

    gazetteer: Gazetteer
    cues: Cues
    sources: Sources
    predicates: Lexicon
    event_words: EventWords
    sport: dict[str, bool]
    """The words of sport, and whether each names one."""

    @classmethod
    def load(cls, additions: Path | None = None) -> Self:
        """The package's lists with the rows that a user's directory adds.

        Raises SettingsError, naming file and line, for a row that is none.
        """
        return cls(
            gazetteer=Gazetteer(additions),
            cues=load_cues(additions),
            sources=load_sources(additions),
            predicates=Lexicon(additions),
            event_words=EventWords.load(additions),
            sport=load_words(additions),
        )

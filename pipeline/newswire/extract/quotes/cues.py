"""Cues: the words that attribute, and what the lexicon says of them (stance, and the kind of what is attributed)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.quotes.words import QuoteWords, load_quote_words
from newswire.lexicon import rows

__all__ = ("CueSense", "Cues", "load_cues")

PARTS: Final = {"V": "verb", "M": "verb", "N": "noun", "J": "adj"}

# What negation makes of a stance: who does not agree, disagrees; who does not deny, concedes.
NEGATED: Final = {"supporting": "denying", "denying": "conceding", "conceding": "denying", "committing": "denying"}


@dataclass(frozen=True, slots=True)
class CueSense:
    """What the lexicon says of a cue: the lemma it stands under, its stance, and the kind of what it attributes."""

    lemma: str
    stance: str
    kind: str


class Cues:
    """The cue lexicon: `senses` by (lemma, part of speech), `phrases` by their lemmas; `lemmas` are those of `senses`."""

    def __init__(self, entries: list[tuple[str, ...]], words: QuoteWords) -> None:
        self.senses: dict[tuple[str, str], CueSense] = {}
        self.phrases: dict[tuple[str, ...], CueSense] = {}
        for lemma, part, stance, kind in entries:
            sense = CueSense(lemma, stance or "neutral", kind or "speech")
            if part == "phrase":
                self.phrases[tuple(lemma.split())] = sense
            else:
                self.senses[lemma, part] = sense
        self.lemmas = frozenset(lemma for lemma, _ in self.senses)
        self._words = words
        # Read from the list, so that a user's longer phrase counts.
        self._longest = max(map(len, self.phrases), default=0)

    def __contains__(self, word: tuple[str, str]) -> bool:
        return word in self.senses

    def at(self, parse: Parse, token: int) -> CueSense | None:
        """The sense of one token, by its lemma and tag."""
        part = PARTS.get(parse.tags[token][:1])
        return self.senses.get((parse.lemmas[token], part)) if part else None

    def sense(self, parse: Parse, first: int, last: int) -> CueSense:
        """The sense of the cue from token `first` to token `last`.

        The longest phrase of the list that stands in it decides, else the first word of the list that is no auxiliary;
        a negation inside the cue turns the stance. A cue without any listed word is neutral speech.
        """
        found = self._phrase(parse, first, last) or self._word(parse, first, last)
        if found is None:
            return CueSense(parse.lemmas[self._main(parse, first, last)], "neutral", "speech")
        if any(parse.words[i].lower() in self._words.negations for i in range(first, last + 1)):
            return CueSense(found.lemma, NEGATED.get(found.stance, found.stance), found.kind)
        return found

    def _phrase(self, parse: Parse, first: int, last: int) -> CueSense | None:
        forms = [self._form(parse, i) for i in range(first, last + 1)]
        for length in range(min(self._longest, len(forms)), 0, -1):
            for i in range(len(forms) - length + 1):
                found = self.phrases.get(tuple(forms[i : i + length]))
                if found:
                    return found
        return None

    def _word(self, parse: Parse, first: int, last: int) -> CueSense | None:
        for i in range(first, last + 1):
            if parse.deps[i] in ("aux", "auxpass", "neg"):
                continue
            found = self.at(parse, i)
            if found:
                return found
        return None

    @staticmethod
    def _main(parse: Parse, first: int, last: int) -> int:
        """The token of the cue that hangs highest."""
        return min(range(first, last + 1), key=parse.depths.__getitem__)

    def _form(self, parse: Parse, token: int) -> str:
        # Phrases are listed with their words in the basic form, but "according to" as it stands.
        word = parse.words[token].lower()
        return word if word in self._words.verbatim else parse.lemmas[token]


def load_cues(additions: Path | None = None) -> Cues:
    """The lexicon `cues.tsv` with the additions of a user's directory."""
    return Cues(rows("cues.tsv", 4, additions), load_quote_words(additions))

"""Sources: whom a quote is attributed to, as the phrase stands; whether it leaves them unnamed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from newswire.extract.document.dateline import dateline
from newswire.extract.document.drafts import SourceDraft
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.words import QuoteWords, load_quote_words
from newswire.lexicon import rows

__all__ = ("Sources", "load_sources")

# Tags of words that a phrase cannot end with.
OPEN: Final = frozenset((",", "WDT", "WP", "CC"))


class Sources:
    """What the word lists know of sources: nouns for unnamed persons, phrases of anonymity, nouns for documents, given names,
    days and services."""

    def __init__(
        self,
        anonymity: list[tuple[str, ...]],
        documents: list[tuple[str, ...]],
        given: list[tuple[str, ...]],
        words: QuoteWords,
    ) -> None:
        self._words = words
        self.given = frozenset(name for name, _ in given)
        self.documents = frozenset(lemma for (lemma,) in documents)
        self.unnamed = frozenset(words for words, how in anonymity if how == "head")
        self._counts = frozenset(words for words, how in anonymity if how == "count")
        phrases = sorted((words for words, how in anonymity if how == "phrase"), key=len, reverse=True)
        self._phrases = re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)

    def draft(self, parse: Parse, first: int, last: int) -> SourceDraft:
        """The source from token `first` to token `last`, with its head and whether it is anonymous."""
        # A mark in front of the phrase is none of it.
        while first < last and not any(map(str.isalnum, parse.words[first])):
            first += 1
        # The parser has "OSLO (Reuters) - Norway's governor" for one phrase.
        line = dateline(parse.text, parse.starts[first])
        while line is not None and first < last and parse.starts[first] < line[1]:
            first += 1
        # "Acme today announced": the parser knows that the day is the verb's, whatever the networks take in. In "Black Friday"
        # the rest of the phrase hangs on it.
        while last > first and parse.words[last] in self._words.days:
            if first <= parse.heads[last] <= last or last in parse.heads[first:last]:
                break
            last -= 1
        # "the crew, who": the relative clause is not all there.
        while last > first and parse.tags[last] in OPEN:
            last -= 1
        head = _head(parse, first, last)
        return SourceDraft(parse.starts[first], parse.ends[last], head, self._anonymous(parse, first, last, head))

    def tells(self, lemma: str) -> bool:
        """Whether a noun is one for persons or for documents, who may say something without being named."""
        return lemma in self.unnamed or lemma in self.documents

    def document(self, parse: Parse, source: SourceDraft) -> bool:
        """Whether the source is a document or data rather than somebody."""
        return parse.tags[source.head].startswith("N") and parse.lemmas[source.head] in self.documents

    def kind(self, parse: Parse, source: SourceDraft | None, kind: str) -> str:
        """The kind of what a cue of a kind attributes to a source: what a document says is a document's."""
        return "document" if source and kind == "speech" and self.document(parse, source) else kind

    def _anonymous(self, parse: Parse, first: int, last: int, head: int) -> bool:
        """A noun for a person without a name, or words that say that a name is withheld.

        A name inside the phrase ends anonymity, except in what only describes the person ("a U.S. official").
        """
        if parse.tags[head].startswith("NNP") or parse.tags[head].startswith("PRP"):
            return False
        if head and f"{parse.lemmas[head - 1].lower()} {parse.lemmas[head]}" in self._words.services:
            return False
        named = any(
            parse.tags[i].startswith("NNP") and parse.heads[i] == head and parse.deps[i] == "appos"
            for i in range(first, last + 1)
        )
        if named:
            return False
        if parse.lemmas[self._counted(parse, head)] in self.unnamed:
            return True
        return bool(self._phrases.search(parse.text, parse.starts[first], parse.ends[last]))

    def _counted(self, parse: Parse, head: int) -> int:
        """What a number, a pronoun or a noun of number counts: "one of the districts" is no person, "dozens of boys" are."""
        for prep in parse.children[head] if parse.tags[head][0] in "CDJ" or parse.lemmas[head] in self._counts else ():
            for noun in parse.children[prep] if parse.words[prep] == "of" else ():
                if parse.tags[noun][0] == "N":
                    return noun
        return head


def _head(parse: Parse, first: int, last: int) -> int:
    """The token whose head lies outside the phrase; the highest one where several do."""
    return min(range(first, last + 1), key=parse.depths.__getitem__)


def load_sources(additions: Path | None = None) -> Sources:
    """The lists `anonymity.tsv`, `documents.tsv` and `given_names.tsv` with the additions of a user's directory."""
    return Sources(
        rows("anonymity.tsv", 2, additions),
        rows("documents.tsv", 1, additions),
        rows("given_names.tsv", 2, additions),
        load_quote_words(additions),
    )

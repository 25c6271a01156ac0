"""The text as the search for roles reads it: which words are nouns, which stand for several persons, who is named where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("NOUNS", "RoleText")

NOUNS: Final = frozenset(("NN", "NNS", "NNP", "NNPS"))
PLURALS: Final = frozenset(("NNS", "NNPS"))

# Tokens in front of a name and behind it in which a noun is what its bearer is called.
BEFORE: Final = 2
BEHIND: Final = 7


class RoleText:
    """A document's words and names, with what is asked of them for every person and found once.

    `labels` are the labels of all names by their tokens, `persons` the spans of persons' names by theirs.
    """

    def __init__(
        self, parse: Parse, persons: Mapping[int, range], labels: Mapping[int, str], gazetteer: Gazetteer
    ) -> None:
        self.parse = parse
        self.persons = persons
        self.labels = labels
        self.gazetteer = gazetteer
        self._singulars: dict[int, str | None] = {}

    def low(self, token: int) -> str:
        """A word in small letters."""
        return self.parse.lowered[token]

    def is_noun(self, token: int) -> bool:
        """Whether a word is a noun; for one that names persons the tagger is not asked ("screenwriter Kari Holm wrote")."""
        return self.parse.tags[token] in NOUNS or self.gazetteer.person_noun(self.low(token))

    def joins_name(self, token: int) -> bool:
        """Whether a word joins two words of one name ("National Union of Miners", "Farmers' Federation")."""
        label = self.labels.get(token)
        return label is not None and self.labels.get(token - 1) == label == self.labels.get(token + 1)

    @cached_property
    def nouns_beside(self) -> Mapping[str, list[int]]:
        """The nouns beside persons' names, in small letters, with the first tokens of these names."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        end = len(self.parse)
        for name, span in self.persons.items():
            if name != span[0]:
                continue
            behind = span[-1] + 1
            for token in (*range(max(0, name - BEFORE), name), *range(behind, min(end, behind + BEHIND))):
                if self.is_noun(token):
                    found[self.low(token)].append(name)
        return found

    def singular(self, token: int) -> str | None:
        """The singular of a word for several persons ("senators", "Sens."), None for any other word."""
        if token not in self._singulars:
            self._singulars[token] = self._singular(token)
        return self._singulars[token]

    def _singular(self, token: int) -> str | None:
        parse, low, gazetteer = self.parse, self.low(token), self.gazetteer
        word = parse.words[token]
        if low[-1:] not in ("s", ".", "n"):
            return None  # no ending of those below
        if gazetteer.person_noun(low) or low in gazetteer.sectors or (word in gazetteer.titles and low[-2:] != "s."):
            return None
        for ending, one in (("s.", "."), ("men", "man"), ("women", "woman"), ("ies", "y"), ("es", ""), ("s", "")):
            if low.endswith(ending):
                stem = word[: len(word) - len(ending)] + one
                if stem in gazetteer.titles or gazetteer.person_noun(stem.lower()):
                    return stem
        lemma = parse.lemmas[token]
        if parse.tags[token] in PLURALS and low != lemma and low.startswith(lemma):
            return word[: len(lemma)]
        return None

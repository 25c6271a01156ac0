"""Name words: the words beside names and inside them that tell where a name ends and what it is a name of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self

from newswire.errors import SettingsError
from newswire.lexicon import rows

__all__ = ("NameWords",)

LIST: Final = "name_words.tsv"


@dataclass(frozen=True, slots=True)
class NameWords:
    """The words of the list `name_words.tsv`, one field a class. The list says what each class means."""

    acronym_gaps: frozenset[str]
    affixes: frozenset[str]
    body_nouns: frozenset[str]
    chance_endings: frozenset[str]
    company_nouns: frozenset[str]
    courtesies: frozenset[str]
    kin: frozenset[str]
    locative_prepositions: frozenset[str]
    naming: frozenset[str]
    particles: frozenset[str]
    public_bodies: frozenset[str]
    public_services: frozenset[str]
    role_edges: frozenset[str]
    role_links: frozenset[str]
    settlements: frozenset[str]
    shared_names: frozenset[str]

    @classmethod
    def load(cls, additions: Path | None = None) -> Self:
        """The package's words with those that a user's directory adds.

        Raises SettingsError, naming the file, for a class that there is none of.
        """
        words: dict[str, set[str]] = defaultdict(set)
        for group, word in rows(LIST, 2, additions):
            words[group].add(word)
        classes = [field.name for field in fields(cls)]
        if unknown := words.keys() - set(classes):
            raise SettingsError(
                f"The word list {additions / LIST if additions else LIST} has rows of the class {min(unknown)!r}, which there is "
                "none of",
                f"Classes are {', '.join(classes)}",
            )
        return cls(**{group: frozenset(words[group]) for group in classes})

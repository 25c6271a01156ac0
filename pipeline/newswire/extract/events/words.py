"""Words that the finding of events knows by class: governors, function words, and what a user may add to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Self

from newswire.errors import SettingsError
from newswire.lexicon import rows

__all__ = ("EventWords", "function_words", "governors", "particles")


@dataclass(frozen=True, slots=True)
class EventWords:
    """The list `event_words.tsv`, which describes its classes, with a user's additions."""

    mutual: frozenset[str]
    one_sided: frozenset[str]
    ties: frozenset[str]
    fatal: frozenset[str]
    violence: frozenset[str]
    assets: frozenset[str]
    town_parts: frozenset[str]
    idioms: frozenset[str]
    directions: frozenset[str]
    mishap: frozenset[str]
    relation: frozenset[str]
    suffering: frozenset[str]
    getting: frozenset[str]
    travel: frozenset[str]
    matter: frozenset[str]
    failing: frozenset[str]
    means: frozenset[str]
    two_countries: frozenset[str]
    two_leaders: frozenset[str]

    @classmethod
    def load(cls, additions: Path | None = None) -> Self:
        """The package's list with the rows that a user's directory adds.

        Raises SettingsError, naming the row, when its class is none of these.
        """
        classes = _classes("event_words.tsv", additions)
        known = [each.name for each in fields(cls)]
        for name in classes:
            if name not in known:
                raise SettingsError(
                    f"The word list event_words.tsv has a row of the class {name!r}, which is none",
                    f"The first cell of a row is one of {', '.join(known)}",
                )
        return cls(**classes)


def governors(name: str) -> frozenset[str]:
    """The lemmas of one class of `governors.tsv`, which describes the classes. Raises KeyError for a class that is none."""
    return _closed("governors.tsv")[name]


@cache
def particles() -> Mapping[str, str]:
    """The governors that govern only with a particle, and which ("call off")."""
    return {lemma: particle for _, lemma, particle in rows("governors.tsv", 3) if particle}


def function_words(name: str) -> frozenset[str]:
    """The words of one class of `function_words.tsv`, which describes the classes. Raises KeyError for a class that is none."""
    return _closed("function_words.tsv")[name]


@cache
def _closed(file: str) -> Mapping[str, frozenset[str]]:
    """The classes of a list that is part of the grammar, so that no user adds to it."""
    return _classes(file, None)


def _classes(file: str, additions: Path | None) -> Mapping[str, frozenset[str]]:
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for name, word, _ in rows(file, 3, additions):
        classes[name].add(word)
    return {name: frozenset(words) for name, words in classes.items()}

"""Anaphora: the words by which a text means again what it has named, as the word list has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newswire.lexicon import rows

__all__ = ("Anaphora", "load_anaphora")


@dataclass(frozen=True, slots=True)
class Anaphora:
    """The classes of the list `coreference.tsv`, which describes them."""

    pronouns: dict[str, str]
    """Whom each pronoun stands for: male, female, plural, neuter, first, relative."""

    gendered: dict[str, str]
    """The gender that a noun tells of its bearer."""

    bodies: dict[str, str]
    """The sector of the organisations that may be called by a noun for a body; empty where only a word of the name tells."""

    definite: frozenset[str]

    narrower: dict[str, frozenset[str]]
    """The nouns for those whom a text may call again by a noun."""

    broader: dict[str, frozenset[str]]
    """The same the other way round: by which nouns it may call again who bears one."""

    short: dict[str, str]
    """The nouns of titles that are written short."""


def load_anaphora(additions: Path | None = None) -> Anaphora:
    """The list `coreference.tsv` with the additions of a user's directory."""
    classes: dict[str, dict[str, str]] = {}
    for group, word, told in rows("coreference.tsv", 3, additions):
        classes.setdefault(group, {})[word] = told
    narrower = {word: frozenset(told.split()) for word, told in classes["called"].items()}
    broader: dict[str, set[str]] = {}
    for word, borne in narrower.items():
        for each in borne:
            broader.setdefault(each, set()).add(word)
    return Anaphora(
        pronouns=classes["pronoun"],
        gendered=classes["gendered"],
        bodies=classes["body"],
        definite=frozenset(classes["definite"]),
        narrower=narrower,
        short=classes["short"],
        broader={word: frozenset(found) for word, found in broader.items()},
    )

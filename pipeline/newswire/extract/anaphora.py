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


def load_anaphora(additions: Path | None = None) -> Anaphora:
    """The list `coreference.tsv` with the additions of a user's directory."""
    classes: dict[str, dict[str, str]] = {}
    for group, word, told in rows("coreference.tsv", 3, additions):
        classes.setdefault(group, {})[word] = told
    return Anaphora(
        pronouns=classes["pronoun"],
        gendered=classes["gendered"],
        bodies=classes["body"],
        definite=frozenset(classes["definite"]),
    )

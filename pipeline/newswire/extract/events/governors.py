"""Governors: words that say of what they govern whether it came about, and who does it."""

from __future__ import annotations

from functools import cache

from newswire.lexicon import rows

__all__ = ("governors",)


@cache
def governors(group: str) -> frozenset[str]:
    """The lemmas of one class of the list `governors.tsv`, which describes the classes."""
    return frozenset(lemma for name, lemma in rows("governors.tsv", 2) if name == group)

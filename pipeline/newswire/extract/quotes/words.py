"""Words: what the word list knows of the words around a quote that are neither cues nor nouns for sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newswire.lexicon import rows

__all__ = ("QuoteWords", "load_quote_words")


@dataclass(frozen=True, slots=True)
class QuoteWords:
    """The classes of the list `quotes.tsv`, which describes them."""

    negations: frozenset[str]
    verbatim: frozenset[str]
    days: frozenset[str]
    services: frozenset[str]
    things: frozenset[str]
    adverbial: frozenset[str]
    causal: frozenset[str]
    remarks: frozenset[str]
    quoting: frozenset[str]
    relays: frozenset[str]
    media: frozenset[str]
    asking: frozenset[str]
    whether: frozenset[str]
    nobody: frozenset[str]
    unreal: frozenset[str]
    withholding: frozenset[str]
    pressing: frozenset[str]
    acts: frozenset[str]
    parties: frozenset[str]


def load_quote_words(additions: Path | None = None) -> QuoteWords:
    """The list `quotes.tsv` with the additions of a user's directory."""
    classes: dict[str, set[str]] = {}
    for group, word in rows("quotes.tsv", 2, additions):
        classes.setdefault(group, set()).add(word)
    return QuoteWords(
        negations=frozenset(classes["negation"]),
        verbatim=frozenset(classes["verbatim"]),
        days=frozenset(classes["day"]),
        services=frozenset(classes["service"]),
        things=frozenset(classes["thing"]),
        adverbial=frozenset(classes["adverbial"]),
        causal=frozenset(classes["causal"]),
        remarks=frozenset(classes["remark"]),
        quoting=frozenset(classes["quoting"]),
        relays=frozenset(classes["relay"]),
        media=frozenset(classes["medium"]),
        asking=frozenset(classes["asking"]),
        whether=frozenset(classes["whether"]),
        nobody=frozenset(classes["nobody"]),
        unreal=frozenset(classes["unreal"]),
        withholding=frozenset(classes["withholding"]),
        pressing=frozenset(classes["pressing"]),
        acts=frozenset(classes["act"]),
        parties=frozenset(classes["party"]),
    )

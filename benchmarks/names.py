"""Scores names against Worldwide Newswire (Shan et al., 2023): articles of some 70 outlets of all continents.

A name is right when start, end and class are; an article in front and a possessive behind do not count on either side. Classes
are PER, ORG, LOC (GPE and LOC of OntoNotes) and NORP, over which ALL is taken, and FAC and PRODUCT apart. Only mentions of kind
`name` count. The regions are those of the outlets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from benchmarks import entities
from benchmarks.counts import Counts, Figure
from benchmarks.entities import Names
from newswire.records import Entity
from training.corpora import WORLDWIDE_CLASSES, WorldwideArticle, trimmed

__all__ = ("REGIONS", "gold_names", "names_of", "region", "score")

CLASSES: Final = ("PER", "ORG", "LOC", "NORP", "FAC", "PRODUCT")
ALL: Final = frozenset(("PER", "ORG", "LOC", "NORP"))

# As which class a label of the records counts.
LABELS: Final = {
    "PERSON": "PER",
    "ORG": "ORG",
    "GPE": "LOC",
    "LOC": "LOC",
    "NORP": "NORP",
    "FAC": "FAC",
    "PRODUCT": "PRODUCT",
}

REGIONS: Final = {
    "Africa": "af afs alg et ghana kenya mauritius nm panaf sa",
    "East and South-East Asia": "asia cn jp kr mong my th tw",
    "South Asia": "bangladesh in pk",
    "Middle East": "eg iran israel jr kw oman qt saud uae",
    "Latin America": "arg bol chile col cosric cosrica cuba ecuador elsalv guyana hond mex nic pan paraguay peru uruguay ven",
    "Oceania and Canada": "aus canada nz",
}
"""Beginnings of the ids of articles by the region of their outlet."""


def region(article: WorldwideArticle) -> str:
    """The region of an article's outlet, "elsewhere" for one that is not listed."""
    return next((name for name, outlets in REGIONS.items() if article.outlet in outlets.split()), "elsewhere")


def gold_names(article: WorldwideArticle) -> Names:
    """The names of an article as they are compared."""
    return frozenset(
        (*trimmed(article.body, name.start, name.end), WORLDWIDE_CLASSES[name.type])
        for name in article.entities
        if name.type in WORLDWIDE_CLASSES
    )


def names_of(text: str, records: Iterable[Entity]) -> Names:
    """The names of records as they are compared."""
    return entities.names_of(text, records, LABELS)


def score(article: WorldwideArticle, found: Names) -> dict[str, Figure]:
    """The figures of one article: for all classes, for each, and for its region."""
    gold = gold_names(article)
    figures: dict[str, Figure] = {"ALL": _counts(gold, found, ALL)}
    figures |= {name: _counts(gold, found, frozenset((name,))) for name in CLASSES}
    return figures | {region(article): _counts(gold, found, ALL)}


def _counts(gold: Names, found: Names, classes: frozenset[str]) -> Counts:
    wanted, given = ({name for name in names if name[2] in classes} for names in (gold, found))
    return Counts(len(wanted & given), len(given), len(wanted))

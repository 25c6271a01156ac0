"""Scores names against CoNLL-2003 (Tjong Kim Sang and De Meulder, 2003), in the corrected edition CoNLL++ (Wang et al., 2019).

A name is right when start, end and class are (exact match, as in the shared task); precision, recall and F1 are over all names
of all stories. Three things differ from the shared task. MISC is left out, for records have no such type. Of the labels of
OntoNotes GPE, LOC and FAC count as LOC, PERSON as PER. An article in front and a possessive behind a name are dropped on both
sides, for the two corpora differ on them. Only mentions of kind `name` count.

Sports stories, half of the corpus and mostly tables of results, are counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from benchmarks.counts import Counts, Figure
from newswire.records import Entity
from training.corpora import CONLL_CLASSES, ConllStory, trimmed

__all__ = ("CLASSES", "Names", "gold_names", "names_of", "score")

CLASSES: Final = ("PER", "ORG", "LOC", "ALL")

Names = frozenset[tuple[int, int, str]]


def gold_names(story: ConllStory) -> Names:
    """The names of a story as they are compared."""
    return frozenset((*trimmed(story.text, start, end), name) for start, end, name in story.names if name != "MISC")


def names_of(text: str, entities: Iterable[Entity], classes: Mapping[str, str] = CONLL_CLASSES) -> Names:
    """The names of records as they are compared; `classes` are those of the labels that count."""
    return frozenset(
        (*trimmed(text, mention.start, mention.end), classes[entity.type])
        for entity in entities
        if entity.type in classes
        for mention in entity.mentions
        if mention.kind == "name"
    )


def score(gold: Names, found: Names, part: str) -> dict[str, Figure]:
    """The figures of one story, for each class and for all; `part` is news or sport, and begins their names."""
    return {f"{part}, {name}": _counts(_of(gold, name), _of(found, name)) for name in CLASSES}


def _of(names: Names, wanted: str) -> Names:
    return frozenset(one for one in names if wanted in ("ALL", one[2]))


def _counts(gold: Names, found: Names) -> Counts:
    return Counts(len(gold & found), len(found), len(gold))

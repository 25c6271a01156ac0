"""Told kinds: what a text says that the bearers of its names are.

A noun in apposition ("Zorin, a retailer,"), as predicate ("Zorin is an airline") or right in front of a name ("the carrier
Zorin") tells a person, a body or a place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.names import Name, NameText

__all__ = ("noun_bearer", "told_kinds")

SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
PREDICATES: Final = frozenset(("attr", "oprd"))

# The classes of those for whom nouns stand.
BEARERS: Final = {"body": "ORG", "either": "ORG", "settlement": "LOC", "person": "PER"}


def told_kinds(names: Sequence[Name], document: NameText, gazetteer: Gazetteer) -> dict[str, str]:
    """The classes that the text tells of names, by their words in small letters; none where it tells several."""
    told: dict[str, set[str]] = defaultdict(set)
    named = {token for name in names for token in range(name.first, name.last + 1)}
    for name in names:
        text = " ".join(document.words[name.first : name.last + 1]).casefold()
        common = [noun for noun in _nouns(name, document) if noun not in named]
        told[text].update(kind for noun in common if (kind := _kind(noun, name, document, gazetteer)))
    return {text: kinds.pop() for text, kinds in told.items() if len(kinds) == 1}


def _kind(noun: int, name: Name, document: NameText, gazetteer: Gazetteer) -> str | None:
    """The class of what a noun stands for; none beside a person for one that stands for people as well as for bodies ("a
    retailer")."""
    if document.parse.tags[noun] not in ("NN", "NNP"):
        return None
    borne = noun_bearer(document.parse.lemmas[noun], gazetteer)
    return None if borne == "either" and name.kind == "PER" else BEARERS.get(borne)


def noun_bearer(lemma: str, gazetteer: Gazetteer) -> str:
    """What a common noun stands for: settlement, body, person, either of the last two ("retailer"), or just a noun."""
    if lemma in gazetteer.words.settlements:
        return "settlement"
    body, person = lemma in gazetteer.words.body_nouns, gazetteer.person_noun(lemma)
    return "either" if body and person else "body" if body else "person" if person else "noun"


def _nouns(name: Name, document: NameText) -> Iterator[int]:
    """The nouns in apposition to a name, said of it, or right in front of it."""
    parse, head = document.parse, _head(name, document)
    for child in parse.children[head]:
        if parse.deps[child] == "appos" and child > name.last:
            yield child
    if parse.deps[head] in SUBJECTS:
        yield from (
            each for each in parse.children[parse.heads[head]] if parse.deps[each] in PREDICATES and each > head
        )
    if parse.deps[head] == "appos":
        noun = parse.heads[head]
        while parse.deps[noun] in ("pobj", "prep"):
            noun = parse.heads[noun]  # "a spokeswoman for the port, Kari Holm,"
        yield noun
    elif name.first and parse.heads[name.first - 1] == head:
        yield name.first - 1


def _head(name: Name, document: NameText) -> int:
    """The token of a name that hangs on what is no part of it."""
    heads = document.parse.heads
    return next((at for at in range(name.first, name.last + 1) if not name.first <= heads[at] <= name.last), name.last)

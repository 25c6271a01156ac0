"""Told kinds: what a text says that the bearers of its names are.

A noun in apposition ("Zorin, a retailer,"), as predicate ("Zorin is an airline") or right in front of a name ("the carrier
Zorin") tells a person, a body or a place, as does the noun that comes back to the name as the next subject ("Zorin said so; the
airline is based in Oslo"), and a row of names of which all others are bodies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.names import Name, NameText

__all__ = ("told_kinds",)

SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
PREDICATES: Final = frozenset(("attr", "oprd"))

# Names in a row that tell what one more is.
ROW: Final = 2


def told_kinds(names: Sequence[Name], document: NameText, gazetteer: Gazetteer) -> dict[str, str]:
    """The classes that the text tells of names, by their words in small letters; none where it tells several."""
    told: dict[str, set[str]] = defaultdict(set)
    named = {token for name in names for token in range(name.first, name.last + 1)}
    for number, name in enumerate(names):
        text = " ".join(document.words[name.first : name.last + 1]).casefold()
        following = names[number + 1].first if number + 1 < len(names) else len(document.words)
        nouns = (*_nouns(name, document), *_subjects(name, following, document))
        common = [noun for noun in nouns if noun not in named]
        told[text].update(kind for noun in common if (kind := _kind(noun, document, gazetteer)))
        if name.kind == "PER" and name.first == name.last and _among_bodies(name, names, document):
            told[text].add("ORG")
    return {text: kinds.pop() for text, kinds in told.items() if len(kinds) == 1}


def _kind(noun: int, document: NameText, gazetteer: Gazetteer) -> str | None:
    """The class of what a noun stands for; none for one that stands for people as well as for bodies."""
    lemma, words = document.parse.lemmas[noun], gazetteer.words
    if document.parse.tags[noun] not in ("NN", "NNP"):
        return None
    if lemma in words.body_nouns:
        return "ORG"
    if lemma in words.settlements:
        return "LOC"
    return "PER" if gazetteer.person_noun(lemma) else None


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


def _subjects(name: Name, following: int, document: NameText) -> Iterator[int]:
    """The definite noun that is the next subject behind a subject, up to the next name: in the next sentence, or behind a
    semicolon. In the same clause it is somebody else ("Zorin said the airline ...")."""
    parse, head = document.parse, _head(name, document)
    if parse.deps[head] not in SUBJECTS:
        return
    sentence = parse.sentence(name.first)
    last = parse.sentences[min(sentence + 1, len(parse.sentences) - 1)][1]
    parted = False
    for token in range(name.last + 1, min(following, last)):
        parted = parted or parse.words[token] == ";" or parse.sentence(token) > sentence
        if parted and parse.lowered[token] == "the" and parse.deps[parse.heads[token]] in SUBJECTS:
            yield parse.heads[token]
            return


def _among_bodies(name: Name, names: Sequence[Name], document: NameText) -> bool:
    """Whether all other names of a row, two or more, are bodies'."""
    heads = {_head(each, document): each for each in names}
    row = _row(_head(name, document), document)
    others = [heads[token].kind for token in row if token in heads and heads[token] != name]
    return len(row) == len(others) + 1 > ROW and set(others) == {"ORG"}


def _row(token: int, document: NameText) -> list[int]:
    """The heads of a coordination."""
    parse = document.parse
    while parse.deps[token] == "conj" and parse.heads[token] < token:
        token = parse.heads[token]
    row = [token]
    for each in row:
        row += [child for child in parse.children[each] if parse.deps[child] == "conj" and child > each]
    return row


def _head(name: Name, document: NameText) -> int:
    """The token of a name that hangs on what is no part of it."""
    heads = document.parse.heads
    return next((at for at in range(name.first, name.last + 1) if not name.first <= heads[at] <= name.last), name.last)

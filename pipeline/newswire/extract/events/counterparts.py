"""Counterparts: who "the two countries" and "both leaders" are, of whom the text has spoken by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.events.parties import Party, are_two
from newswire.extract.events.repairs import SUBJECTS
from newswire.extract.events.words import EventWords, function_words

__all__ = ("counterparts",)

# The two are named in the sentence or in the two before it.
BACK: Final = 2

# Labels of the names that stand for a country.
NATIONAL: Final = frozenset(("GPE", "NORP"))

# Sectors of those whom "leaders" and "candidates" may mean: of a judge or a reporter the text has spoken, too.
POLITICAL: Final = frozenset(("GOV", "LEG", "OPP", "PTY"))

# Behind these a country is where something is, and does nothing. What is done on it, it suffers.
WHERE: Final = (function_words("placing") - {"on"}) | {"from", "to", "via"}


def counterparts(
    parse: Parse,
    entities: Sequence[EntityDraft],
    known: Mapping[int, Party],
    words: EventWords,
    gazetteer: Gazetteer,
    heads: Iterable[int],
) -> dict[int, tuple[Party, Party]]:
    """For those of some parties that are two whom the text names, by the token of their head, the two: each with the words of the
    phrase, and with name, country and sector of its own. They are the only two countries, or the only two politicians, that the
    text speaks of there, and each does or suffers something; where the text speaks of a third, nobody can say which two."""
    named = {mention.head: index for index, one in enumerate(entities) for mention in one.mentions}
    found = {}
    for head in dict.fromkeys(heads):
        if known[head].entity is not None or not are_two(parse, head):
            continue
        near = list(_near(parse, named, head))
        if parse.lemmas[head] in words.two_countries:
            pair = _countries(parse, entities, near, gazetteer)
        elif parse.lemmas[head] in words.two_leaders:
            pair = _politicians(entities, near)
        else:
            continue
        if len(pair) == 2:
            first, second = (_party(known[head], index, entities[index]) for index in pair)
            found[head] = (first, second)
    return found


def _near(parse: Parse, named: Mapping[int, int], head: int) -> Iterator[tuple[int, int]]:
    """The names near a noun and before it: their tokens and entities. Whoever tells of the two, or does something to them, is
    none of them ("Doe said the two leaders would meet", "Peru urged both countries")."""
    first = parse.sentences[max(0, parse.sentence(head) - BACK)][0]
    others: set[int] = set()
    token = head
    while parse.heads[token] != token:
        token = parse.heads[token]
        for child in parse.children[token]:
            low, high = parse.edges[child]
            if parse.deps[child] in SUBJECTS and not low <= head <= high:
                others.update(range(low, high + 1))
    return ((token, named[token]) for token in range(first, head) if token in named and token not in others)


def _countries(
    parse: Parse, entities: Sequence[EntityDraft], near: Sequence[tuple[int, int]], gazetteer: Gazetteer
) -> list[int]:
    """The entities of the countries that names stand for, one each; nobody where one of them does nothing there."""
    found: dict[str, int | None] = {}
    for token, index in near:
        one = entities[index]
        if one.label not in NATIONAL or one.country is None:
            continue
        entry = gazetteer.find(one.name)
        whole = one.label == "NORP" or (entry is not None and entry.kind == "country")
        acting = index if whole and not _is_place(parse, token) else None
        found[one.country] = found.get(one.country) if acting is None else acting
    pair = [index for index in found.values() if index is not None]
    return pair if len(pair) == len(found) else []


def _is_place(parse: Parse, token: int) -> bool:
    """Whether a name says where something is, alone or with others."""
    while parse.deps[token] == "conj":
        token = parse.heads[token]
    return parse.deps[token] == "pobj" and parse.lemmas[parse.heads[token]] in WHERE


def _politicians(entities: Sequence[EntityDraft], near: Sequence[tuple[int, int]]) -> list[int]:
    """The persons of politics, one each."""
    persons = dict.fromkeys(index for _, index in near if entities[index].label == "PERSON")
    return [index for index in persons if entities[index].sector in POLITICAL]


def _party(phrase: Party, index: int, entity: EntityDraft) -> Party:
    """One of the two, who stands in the text as that phrase."""
    return Party(phrase.head, phrase.first, phrase.last, index, entity.country, entity.sector, entity.label)

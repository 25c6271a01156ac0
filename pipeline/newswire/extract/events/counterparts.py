"""Counterparts: who "the two countries", "both leaders" and "the two sides" are, of whom the text has spoken by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.events.parties import PLURAL, Party
from newswire.extract.events.words import EventWords

__all__ = ("counterparts",)

# The two are named in the sentence or in the two before it. Of 41 ends in labelled articles that these rules name, 38 are right.
BACK: Final = 2

# What each label counts as; a person stands beside a person, a body beside a body.
SORTS: Final[Mapping[str, str]] = {"GPE": "country", "NORP": "country", "PERSON": "person", "ORG": "body"}

# Words that make "two" these two.
KNOWN: Final = frozenset(("the", "these", "those"))
BOTH: Final = "both"


def counterparts(
    parse: Parse, entities: Sequence[EntityDraft], known: Mapping[int, Party], words: EventWords, heads: Iterable[int]
) -> dict[int, tuple[Party, Party]]:
    """For those of some parties that are two whom the text names, by the token of their head, the two: each with the words of the
    phrase, and with name, country and sector of its own.

    1. They are the last two that are coordinated ("Chile and Peru ... the two neighbours").
    2. Where none are, they are the only two countries, or the only two persons, that the text speaks of there. Sides may be
       anybody's, so these must be coordinated.
    """
    named = {mention.head: index for index, one in enumerate(entities) for mention in one.mentions}
    found = {}
    for head in heads:
        sorts = _sorts(parse, head, words) if known[head].entity is None and head not in found else frozenset()
        pair = _coordinated(parse, entities, named, head, sorts) or _only(parse, entities, named, head, sorts)
        if pair is not None:
            first, second = (_party(known[head], index, entities[index]) for index in pair)
            found[head] = (first, second)
    return found


def _sorts(parse: Parse, head: int, words: EventWords) -> frozenset[str]:
    """What the two may be whom a noun stands for; nothing where it stands for others, or where nothing says that they are two."""
    if parse.tags[head] not in PLURAL:
        return frozenset()
    children = parse.children[head]
    before = {parse.words[child].lower() for child in children if child < head}
    # "Both" of "both countries and firms" counts nobody.
    both = BOTH in before and not any(parse.deps[child] == "conj" for child in children)
    if not both and ("two" not in before or KNOWN.isdisjoint(before)):
        return frozenset()
    lemma = parse.lemmas[head]
    if lemma in words.two_sides:
        return frozenset(SORTS.values())
    listed = {"country": words.two_countries, "person": words.two_persons}
    return frozenset(sort for sort, nouns in listed.items() if lemma in nouns)


def _near(
    parse: Parse, entities: Sequence[EntityDraft], named: Mapping[int, int], head: int, sorts: frozenset[str]
) -> dict[int, int]:
    """The names of these sorts near a noun and before it: the entity of each by its token. Whoever tells of the two is none of
    them ("Doe said the two leaders would meet")."""
    above, token = set(), head
    while parse.heads[token] != token:
        token = parse.heads[token]
        above.add(token)
    first = parse.sentences[max(0, parse.sentence(head) - BACK)][0]
    return {
        token: named[token]
        for token in range(first, head)
        if token in named
        and _sort(entities[named[token]]) in sorts
        and not (parse.deps[token] == "nsubj" and parse.heads[token] in above)
    }


def _sort(entity: EntityDraft) -> str | None:
    """What an entity counts as; a town or a people of no known country as nothing."""
    sort = SORTS.get(entity.label)
    return None if sort == "country" and entity.country is None else sort


def _same(one: EntityDraft, other: EntityDraft) -> bool:
    """Whether two entities are the same, as a country and its people are."""
    return one is other or (_sort(one) == _sort(other) == "country" and one.country == other.country)


def _coordinated(
    parse: Parse, entities: Sequence[EntityDraft], named: Mapping[int, int], head: int, sorts: frozenset[str]
) -> tuple[int, int] | None:
    """The last two entities of a sort that are coordinated with each other, and with no third."""
    near = _near(parse, entities, named, head, sorts) if sorts else {}
    for token in reversed(near):
        above = parse.heads[token]
        if parse.deps[token] != "conj" or above not in near or parse.deps[above] == "conj":
            continue
        more = any(parse.deps[child] == "conj" for child in parse.children[token])
        one, other = entities[near[above]], entities[near[token]]
        if not more and _sort(one) == _sort(other) and not _same(one, other):
            return near[above], near[token]
    return None


def _only(
    parse: Parse, entities: Sequence[EntityDraft], named: Mapping[int, int], head: int, sorts: frozenset[str]
) -> tuple[int, int] | None:
    """The only two entities of the one sort that is asked for."""
    if len(sorts) != 1:
        return None
    found: list[int] = []
    for index in _near(parse, entities, named, head, sorts).values():
        if not any(_same(entities[index], entities[other]) for other in found):
            found.append(index)
    return (found[0], found[1]) if len(found) == 2 else None


def _party(phrase: Party, index: int, entity: EntityDraft) -> Party:
    """One of the two, who stands in the text as that phrase."""
    sector = entity.sector or (phrase.sector if entity.label == "PERSON" else None)
    return Party(phrase.head, phrase.first, phrase.last, index, entity.country, sector, entity.label)

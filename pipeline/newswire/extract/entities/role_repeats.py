"""Role repeats: what a text calls a person in other sentences than those that name him.

Behind a sentence that speaks of the person by name, a definite noun ("Kari Holm said no. The foreign minister went on to warn of
delays.") or what a pronoun is ("She is a lawyer."); in front of one, a noun ("A fisherman has drowned. Kari Holm, 39, ..."). Only
words without another person's name between are looked at; whether they mean the same person is learnt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from newswire.extract.entities.role_clauses import DEEPEST, SUBJECTS, complements
from newswire.extract.entities.role_places import Found, cut_behind
from newswire.extract.entities.role_text import RoleText

__all__ = ("Repeat", "phrases_elsewhere")

# Sentences behind that of the name, and in front of it: further off, a noun mostly means somebody else.
BEHIND: Final = 2
AHEAD: Final = 1

# Mentions behind which is looked, the first ones: a story says early who somebody is.
MENTIONS: Final = 3

# Tokens between an article and its noun ("the 82-year-old former chief executive").
APART: Final = 8

PRONOUNS: Final = frozenset(("he", "she"))
ARTICLES: Final = frozenset(("a", "an", "the"))

# In a sentence with one of these a noun is mostly somebody else.
PERSONAL: Final = frozenset(("he", "she", "him", "her", "his", "hers"))


class Repeat(NamedTuple):
    """A phrase, and the number of the mention that it stands behind or in front of."""

    found: Found
    number: int


def phrases_elsewhere(text: RoleText, spans: Sequence[range]) -> Iterator[Repeat]:
    """The phrases of one person, whose mentions stand at `spans`, in other sentences."""
    own = {token for span in spans for token in span}
    if spans:
        yield from _ahead(text, spans[0], own)
    seen: set[int] = set()
    for number, span in enumerate(spans[:MENTIONS]):
        if not any(text.parse.deps[token] in SUBJECTS for token in span):
            continue
        for token in _following(text, span, own):
            if token not in seen:
                seen.add(token)
                for found in _said_again(text, token, own):
                    yield Repeat(found, number)


def _following(text: RoleText, span: range, own: set[int]) -> Iterator[int]:
    """The tokens of the sentences behind a mention, up to the next person's name."""
    parse = text.parse
    sentence = parse.sentence(span[0])
    last = min(sentence + BEHIND, len(parse.sentences) - 1)
    for token in range(span[-1] + 1, parse.sentences[last][1]):
        if token in text.persons and token not in own:
            return
        if token >= parse.sentences[sentence][1]:
            yield token


def _said_again(text: RoleText, token: int, own: set[int]) -> Iterator[Found]:
    """The phrases that begin at an article, or that a verb says of a pronoun."""
    parse = text.parse
    head, end = parse.heads[token], parse.sentences[parse.sentence(token)][1]
    if text.low(token) in PRONOUNS and parse.deps[token] in SUBJECTS:
        yield from complements(text, head, token, end, "again:is", DEEPEST)
    elif text.low(token) == "the" and _calls_one(text, token, head) and not _taken(text, head, own):
        yield from _around(text, token, head, end, "again")


def _ahead(text: RoleText, span: range, own: set[int]) -> Iterator[Repeat]:
    """The phrases for somebody of whom the sentence in front of the first name speaks, which names nobody."""
    parse = text.parse
    sentence = parse.sentence(span[0])
    for first, end in parse.sentences[max(0, sentence - AHEAD) : sentence]:
        if any(token in text.persons for token in range(first, end)):
            continue
        for token in range(first, end):
            head = parse.heads[token]
            if text.low(token) in ARTICLES and _calls_one(text, token, head) and not _taken(text, head, own):
                yield from (Repeat(found, 0) for found in _around(text, token, head, end, "announced"))


def _around(text: RoleText, article: int, head: int, end: int, place: str) -> Iterator[Found]:
    """The phrases behind an article that reach its noun."""
    yield from (found for found in cut_behind(text, article + 1, end, place) if found.last >= head)


def _taken(text: RoleText, token: int, own: set[int]) -> bool:
    """Whether a noun stands beside somebody else's name, whom it rather means."""
    return any(name not in own for name in text.nouns_beside.get(text.low(token), ()))


def _calls_one(text: RoleText, article: int, head: int) -> bool:
    """Whether an article belongs to a noun for one person of whom a clause speaks, and which has no name beside it."""
    behind = head + 1 + (head + 1 < len(text.parse) and text.parse.words[head + 1] == ",")
    return (
        article < head <= article + APART
        and head not in text.persons
        and behind not in text.persons
        and text.singular(head) is None
        and text.gazetteer.person_noun(text.low(head))
        and text.parse.deps[head] in SUBJECTS
        and not _told_apart(text, head)
    )


def _told_apart(text: RoleText, head: int) -> bool:
    """Whether a noun is told from the person named, by a clause of its own or since its sentence speaks of that person besides
    ("The lawyer who had sued her", "The coroner said she had drowned")."""
    parse = text.parse
    first, end = parse.sentences[parse.sentence(head)]
    besides = any(text.low(token) in PERSONAL for token in range(first, end))
    return besides or any(parse.deps[child] in ("relcl", "acl") for child in parse.children[head])

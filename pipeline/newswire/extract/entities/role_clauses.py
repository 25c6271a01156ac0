"""Roles in clauses: what verbs say of a person ("Kari Holm was elected mayor")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.role_places import Found, cut_behind
from newswire.extract.entities.role_text import RoleText

__all__ = ("DEEPEST", "SUBJECTS", "complements", "phrases_by_verbs")

# Verbs below the verb of which a person is the subject that are looked at ("is expected to become the next chairman").
DEEPEST: Final = 2

SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
PREDICATES: Final = frozenset(("attr", "oprd"))


def phrases_by_verbs(text: RoleText, span: range) -> Iterator[Found]:
    """What a verb says that somebody is or becomes, by one mention."""
    parse = text.parse
    end = parse.sentences[parse.sentence(span[0])][1]
    head = next((token for token in span if parse.heads[token] not in span), span[-1])
    while parse.heads[head] != head and parse.heads[head] in text.persons:
        head = parse.heads[head]  # "Kari Holm and Tomas Brandt are the ministers"
    verb, dep = parse.heads[head], parse.deps[head]
    if dep in SUBJECTS:
        for each in (verb, *_coordinated(parse, verb)):
            yield from complements(text, each, span[-1], end, "subject")
    elif dep == "dobj":
        yield from complements(text, verb, span[-1], end, "object", DEEPEST)
    elif dep == "attr":
        for subject in parse.children[verb]:
            if parse.deps[subject] == "nsubj" and subject < span[0] and text.is_noun(subject):
                yield from cut_behind(text, parse.edges[subject][0], span[0] - 1, "inverted")
    for clause in parse.children[head]:
        if parse.deps[clause] == "relcl" and any(parse.deps[token] in SUBJECTS for token in parse.children[clause]):
            for each in (clause, *_coordinated(parse, clause)):
                yield from complements(text, each, span[-1], end, "relative")


def _coordinated(parse: Parse, verb: int) -> list[int]:
    return [token for token in parse.children[verb] if parse.deps[token] == "conj" and parse.tags[token][0] == "V"]


def complements(text: RoleText, verb: int, behind: int, end: int, place: str, depth: int = 0) -> Iterator[Found]:
    """The nouns that a verb has for a predicate, or behind "as"."""
    parse = text.parse
    for child in parse.children[verb]:
        if child <= behind or child >= end:
            continue
        nouns = [child] if parse.deps[child] in PREDICATES else []
        how = place
        if parse.deps[child] == "prep" and parse.words[child] == "as":
            nouns, how = [token for token in parse.children[child] if parse.deps[token] == "pobj"], f"{place}:as"
        for noun in nouns:
            if text.is_noun(noun) and parse.edges[noun][0] > behind:
                yield from cut_behind(text, parse.edges[noun][0], end, how)
        if depth < DEEPEST and parse.deps[child] in ("xcomp", "ccomp") and parse.tags[child][0] == "V":
            yield from complements(text, child, behind, end, f"{place}:below", depth + 1)

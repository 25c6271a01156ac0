"""Roles in clauses: what verbs say of a person ("Kari Holm was elected mayor"), and what the text calls a person without the
name in the same sentence or the one behind it ("Holm agreed. The foreign minister added that")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.role_places import LONGEST, NOUNS, Found, cut_behind, is_noun, singular

__all__ = ("Nominals", "phrases_in_clauses")

# Mentions of a person beside which descriptions without the name are looked for: a name comes often, its role soon.
DESCRIBED: Final = 6

# Verbs below the verb of which a person is the subject that are looked at ("is expected to become the next chairman").
DEEPEST: Final = 2

SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
OBJECTS: Final = frozenset(("dobj", "pobj"))
DETERMINERS: Final = frozenset(("the", "a", "an"))
# Tags at which a phrase for somebody begins without one, and those that it has.
OPENERS: Final = NOUNS | {"JJ", "CD", "VBN"}
INSIDE: Final = OPENERS | {"HYPH", "POS", "AFX"}
MARKS: Final = frozenset(('"', "''", "``", "“", "”"))
PLURALS: Final = frozenset(("NNS", "NNPS"))
PREDICATES: Final = frozenset(("attr", "oprd"))


class Nominal(NamedTuple):
    """What is said of somebody without a name: the head, how it begins, and the phrases around the head."""

    head: int
    kind: str
    phrases: list[Found]


class Nominals:
    """The nominals of a document, found sentence by sentence as they are asked for, once for all persons. `persons` as in
    `phrases_beside`."""

    def __init__(self, parse: Parse, persons: Mapping[int, range], gazetteer: Gazetteer) -> None:
        self._parse = parse
        self.persons = persons
        self._gazetteer = gazetteer
        self._found: dict[int, list[Nominal]] = {}

    def of(self, sentence: int) -> list[Nominal]:
        """Those of the sentence of that number, in their order."""
        if sentence not in self._found:
            self._found[sentence] = list(self._search(*self._parse.sentences[sentence]))
        return self._found[sentence]

    def _search(self, begin: int, end: int) -> Iterator[Nominal]:
        parse, gazetteer = self._parse, self._gazetteer
        for first in range(begin, end):
            head = _nominal(parse, first, end, self.persons, gazetteer)
            if head is not None:
                cuts = cut_behind(parse, first, end, "described", gazetteer)
                if phrases := [found for found in cuts if found.last >= head]:
                    yield Nominal(head, _kind(parse, first, head, gazetteer), phrases)


def phrases_in_clauses(
    parse: Parse, span: range, number: int, nominals: Nominals, gazetteer: Gazetteer
) -> Iterator[Found]:
    """The phrases by verbs and in descriptions around the mention of that number."""
    end = parse.sentences[parse.sentence(span[0])][1]
    yield from _predicated(parse, span, end, gazetteer)
    if number < DESCRIBED:
        yield from _described(parse, span, number, nominals)


def _predicated(parse: Parse, span: range, end: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """What a verb says that somebody is or becomes."""
    head = next((token for token in span if parse.heads[token] not in span), span[-1])
    verb, dep = parse.heads[head], parse.deps[head]
    if dep in SUBJECTS:
        for each in (verb, *_coordinated(parse, verb)):
            yield from _complements(parse, each, span[-1], end, "subject", gazetteer)
    elif dep == "dobj":
        yield from _complements(parse, verb, span[-1], end, "object", gazetteer, DEEPEST)
    elif dep == "attr":
        for subject in parse.children[verb]:
            if parse.deps[subject] == "nsubj" and subject < span[0] and is_noun(parse, subject, gazetteer):
                yield from cut_behind(parse, parse.edges[subject][0], span[0] - 1, "inverted", gazetteer)
    for clause in parse.children[head]:
        if parse.deps[clause] == "relcl" and any(parse.deps[token] in SUBJECTS for token in parse.children[clause]):
            for each in (clause, *_coordinated(parse, clause)):
                yield from _complements(parse, each, span[-1], end, "relative", gazetteer)


def _coordinated(parse: Parse, verb: int) -> list[int]:
    return [token for token in parse.children[verb] if parse.deps[token] == "conj" and parse.tags[token][0] == "V"]


def _complements(
    parse: Parse, verb: int, behind: int, end: int, place: str, gazetteer: Gazetteer, depth: int = 0
) -> Iterator[Found]:
    """The nouns that a verb has for a predicate, or behind "as"."""
    for child in parse.children[verb]:
        if child <= behind or child >= end:
            continue
        nouns = [child] if parse.deps[child] in PREDICATES else []
        how = place
        if parse.deps[child] == "prep" and parse.words[child] == "as":
            nouns, how = [token for token in parse.children[child] if parse.deps[token] == "pobj"], f"{place}:as"
        for noun in nouns:
            if is_noun(parse, noun, gazetteer) and parse.edges[noun][0] > behind:
                yield from cut_behind(parse, parse.edges[noun][0], end, how, gazetteer)
        if depth < DEEPEST and parse.deps[child] in ("xcomp", "ccomp") and parse.tags[child][0] == "V":
            yield from _complements(parse, child, behind, end, f"{place}:below", gazetteer, depth + 1)


def _described(parse: Parse, span: range, number: int, nominals: Nominals) -> Iterator[Found]:
    """What somebody is called in the sentence of a mention and in those beside it.

    A plural stands for all who are named behind it ("The court freed two teachers. Kari Holm and Tomas Brandt had").
    """
    persons = nominals.persons
    at = parse.sentence(span[0])
    subject = any(parse.deps[token] in SUBJECTS for token in span)
    for sentence in range(max(0, at - 1), min(at + 2, len(parse.sentences))):
        for head, kind, phrases in nominals.of(sentence):
            first = phrases[0].first
            if first in span:
                continue
            ahead = head < span[0]
            between = range(head + 1, span[0]) if ahead else range(span[-1] + 1, first)
            others = len({persons[token].start for token in between if token in persons})
            where = "earlier" if sentence < at else "later" if sentence > at else "ahead" if ahead else "same"
            spoken = sum(parse.words[token] in MARKS for token in between) % 2 == 1
            how = "quoted" if spoken else kind
            size = f"{how}:{min(others, 2)}:{subject}:{parse.deps[head] in SUBJECTS}:{min(number, 1)}"
            for found in phrases:
                yield found._replace(place=f"described:{where}", size=size)


def _nominal(parse: Parse, first: int, end: int, persons: Mapping[int, range], gazetteer: Gazetteer) -> int | None:
    """The head of a phrase that begins at a token and is for somebody whom it does not name; None where there is none."""
    opens = parse.words[first].lower() in DETERMINERS or parse.tags[first] == "PRP$"
    behind = parse.tags[max(0, first - 1)]
    if not opens and not (parse.tags[first] in OPENERS and (behind not in INSIDE or behind == "POS")):
        return None
    at = first + opens
    while at < end and at - first < LONGEST and parse.tags[at] in INSIDE:
        if at in persons:
            return None
        at += 1
    head = at - 1
    if head < first or not is_noun(parse, head, gazetteer) or not _personal(parse, head, gazetteer):
        return None
    named = at in persons or (at + 1 in persons and parse.words[at] in (",", "–", "—"))
    return None if named else head


def _kind(parse: Parse, first: int, head: int, gazetteer: Gazetteer) -> str:
    """Whether a phrase is for one or several, and how it begins."""
    if singular(parse, head, gazetteer) is not None:
        return "several"
    opener = parse.words[first].lower()
    if opener in DETERMINERS:
        return "definite" if opener == "the" else "indefinite"
    owned = parse.tags[first] == "PRP$" or parse.tags[max(0, first - 1)] == "POS"
    return "owned" if owned else "bare"


def _personal(parse: Parse, head: int, gazetteer: Gazetteer) -> bool:
    word = singular(parse, head, gazetteer) or parse.lemmas[head]
    return gazetteer.person_noun(word.lower()) or word.capitalize() in gazetteer.titles

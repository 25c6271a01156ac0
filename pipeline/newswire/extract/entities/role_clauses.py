"""Roles in clauses: what verbs say of a person ("Kari Holm was elected mayor"), and what the text calls a person without the
name in the same sentence or the one behind it ("Holm agreed. The foreign minister added that")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse
from newswire.extract.entities.role_places import LONGEST, Found, cut_behind
from newswire.extract.entities.role_text import NOUNS, RoleText

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
PREDICATES: Final = frozenset(("attr", "oprd"))


class Nominal(NamedTuple):
    """What is said of somebody without a name: the head, how it begins, and the phrases around the head."""

    head: int
    kind: str
    phrases: list[Found]


class Nominals:
    """The nominals of a document, found sentence by sentence as they are asked for, once for all persons."""

    def __init__(self, text: RoleText) -> None:
        self._text = text
        self._found: dict[int, list[Nominal]] = {}

    def of(self, sentence: int) -> list[Nominal]:
        """Those of the sentence of that number, in their order."""
        found = self._found.get(sentence)
        if found is None:
            found = self._found[sentence] = list(self._search(*self._text.parse.sentences[sentence]))
        return found

    def _search(self, begin: int, end: int) -> Iterator[Nominal]:
        """From the nouns for persons, which are few: each heads the phrases that end at it."""
        text = self._text
        is_noun = text.is_noun
        heads = [token for token in range(begin, end) if is_noun[token] and _ends(text, token, end)]
        for first, head in sorted((first, noun) for noun in heads for first in _firsts(text, noun, begin)):
            if phrases := [found for found in cut_behind(text, first, end, "described") if found.last >= head]:
                yield Nominal(head, _kind(text, first, head), phrases)


def phrases_in_clauses(text: RoleText, span: range, number: int, nominals: Nominals) -> Iterator[Found]:
    """The phrases by verbs and in descriptions around the mention of that number."""
    end = text.parse.sentences[text.parse.sentence(span[0])][1]
    yield from _predicated(text, span, end)
    if number < DESCRIBED:
        yield from _described(text, span, number, nominals)


def _predicated(text: RoleText, span: range, end: int) -> Iterator[Found]:
    """What a verb says that somebody is or becomes."""
    parse = text.parse
    head = next((token for token in span if parse.heads[token] not in span), span[-1])
    verb, dep = parse.heads[head], parse.deps[head]
    if dep in SUBJECTS:
        for each in (verb, *_coordinated(parse, verb)):
            yield from _complements(text, each, span[-1], end, "subject")
    elif dep == "dobj":
        yield from _complements(text, verb, span[-1], end, "object", DEEPEST)
    elif dep == "attr":
        for subject in parse.children[verb]:
            if parse.deps[subject] == "nsubj" and subject < span[0] and text.is_noun[subject]:
                yield from cut_behind(text, parse.edges[subject][0], span[0] - 1, "inverted")
    for clause in parse.children[head]:
        if parse.deps[clause] == "relcl" and any(parse.deps[token] in SUBJECTS for token in parse.children[clause]):
            for each in (clause, *_coordinated(parse, clause)):
                yield from _complements(text, each, span[-1], end, "relative")


def _coordinated(parse: Parse, verb: int) -> list[int]:
    return [token for token in parse.children[verb] if parse.deps[token] == "conj" and parse.tags[token][0] == "V"]


def _complements(text: RoleText, verb: int, behind: int, end: int, place: str, depth: int = 0) -> Iterator[Found]:
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
            if text.is_noun[noun] and parse.edges[noun][0] > behind:
                yield from cut_behind(text, parse.edges[noun][0], end, how)
        if depth < DEEPEST and parse.deps[child] in ("xcomp", "ccomp") and parse.tags[child][0] == "V":
            yield from _complements(text, child, behind, end, f"{place}:below", depth + 1)


def _described(text: RoleText, span: range, number: int, nominals: Nominals) -> Iterator[Found]:
    """What somebody is called in the sentence of a mention and in those beside it.

    A plural stands for all who are named behind it ("The court freed two teachers. Kari Holm and Tomas Brandt had").
    """
    parse = text.parse
    at = parse.sentence(span[0])
    subject = any(parse.deps[token] in SUBJECTS for token in span)
    for sentence in range(max(0, at - 1), min(at + 2, len(parse.sentences))):
        for head, kind, phrases in nominals.of(sentence):
            first = phrases[0].first
            if first in span:
                continue
            ahead = head < span[0]
            begin, stop = (head + 1, span[0]) if ahead else (span.stop, first)
            place = "earlier" if sentence < at else "later" if sentence > at else "ahead" if ahead else "same"
            how = "quoted" if text.is_parted_by_quote(begin, stop) else kind
            others = min(text.persons_between(begin, stop), 2)
            size = f"{how}:{others}:{subject}:{parse.deps[head] in SUBJECTS}:{min(number, 1)}"
            place = f"described:{place}"
            for found in phrases:
                yield Found(found.first, found.last, place, size)


def _ends(text: RoleText, head: int, end: int) -> bool:
    """Whether a noun is the last word of a phrase for somebody whom it does not name."""
    tags, persons, at = text.parse.tags, text.persons, head + 1
    if tags[head] not in INSIDE or (at < end and tags[at] in INSIDE) or head in persons or at in persons:
        return False
    return _personal(text, head) and not (at + 1 in persons and text.parse.words[at] in (",", "–", "—"))


def _firsts(text: RoleText, head: int, begin: int) -> Iterator[int]:
    """Where the phrases begin that end at a noun."""
    tags, low, persons = text.parse.tags, text.low, text.persons
    for first in range(head, max(begin, head - LONGEST + 1) - 1, -1):
        tag = tags[first]
        inside = tag in INSIDE and first not in persons
        behind = tags[max(0, first - 1)]
        if (
            low[first] in DETERMINERS
            or tag == "PRP$"
            or (inside and tag in OPENERS and (behind not in INSIDE or behind == "POS"))
        ):
            yield first
        if not inside:
            return


def _kind(text: RoleText, first: int, head: int) -> str:
    """Whether a phrase is for one or several, and how it begins."""
    if text.singular(head) is not None:
        return "several"
    opener, tags = text.low[first], text.parse.tags
    if opener in DETERMINERS:
        return "definite" if opener == "the" else "indefinite"
    owned = tags[first] == "PRP$" or tags[max(0, first - 1)] == "POS"
    return "owned" if owned else "bare"


def _personal(text: RoleText, head: int) -> bool:
    word = text.singular(head) or text.parse.lemmas[head]
    return text.gazetteer.person_noun(word.lower()) or word.capitalize() in text.gazetteer.titles

"""Predicates: which words of a parse name an event, and how the lexicon reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newswire.errors import SettingsError
from newswire.extract.document.parse import Parse, remembered
from newswire.extract.events.ontology import TYPES
from newswire.extract.events.words import function_words
from newswire.lexicon import rows

__all__ = ("Lexicon", "Reading", "complements", "listed_lemma")

OBJECTS: Final = frozenset(("dobj", "nsubjpass", "attr", "oprd", "xcomp", "acomp"))
# Particles that the parser takes for adverbs ("fired back at them").
PARTICLES: Final = function_words("particle")
# What makes the clause of a statement a duty or a promise.
DUTY: Final = function_words("must")
PROMISE: Final = function_words("promise")


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of the lexicon that fits a predicate. `strength` is 2 where one actor is enough, 0 for a hint; `closeness`
    grows with what the row asked for beyond the word itself."""

    type: str
    mode: str
    cameo: str
    strength: int
    closeness: int


@dataclass(frozen=True, slots=True)
class Pattern:
    objects: frozenset[str]
    prepositions: frozenset[str]
    reading: Reading


class Lexicon:
    """The lists `predicates.tsv`, `classes.tsv` and `light_verbs.tsv`, with a user's additions."""

    def __init__(self, additions: Path | None = None) -> None:
        classes = {name: frozenset(_cell(cell)) for name, cell in rows("classes.tsv", 2, additions)}
        self.light = frozenset(verb for (verb,) in rows("light_verbs.tsv", 1, additions))
        # Of each word in the order in which they are read.
        self._patterns: dict[tuple[str, str], list[Pattern]] = {}
        for row in rows("predicates.tsv", 8, additions):
            lemma, part, objects, prepositions, type, mode, cameo, strength = row
            if part not in ("v", "n") or type not in TYPES or strength not in ("0", "1", "2"):
                raise SettingsError(
                    f"The row {row!r} of the word list predicates.tsv is no predicate",
                    "Its second cell is v or n, its fifth a PLOVER type, its last 0, 1 or 2",
                )
            words = frozenset(word for cell in _cell(objects) for word in _members(cell, classes))
            places = frozenset(_cell(prepositions))
            reading = Reading(type, mode, cameo, int(strength), 2 * bool(words) + bool(places))
            self._patterns.setdefault((lemma, part), []).append(Pattern(words, places, reading))
        for patterns in self._patterns.values():
            patterns.reverse()
            patterns.sort(key=lambda pattern: (-pattern.reading.closeness, -pattern.reading.strength))

    def knows(self, lemma: str, part: str) -> bool:
        """Whether any row is about the word."""
        return (lemma, part) in self._patterns

    def readings(self, lemma: str, part: str, objects: Sequence[str], prepositions: Sequence[str]) -> list[Reading]:
        """The rows that fit, the closest first; among equally close ones the stronger, then the later in the lists."""
        patterns = self._patterns.get((lemma, part))
        if not patterns:
            return []
        return [
            pattern.reading
            for pattern in patterns
            if (not pattern.objects or not pattern.objects.isdisjoint(objects))
            and (not pattern.prepositions or not pattern.prepositions.isdisjoint(prepositions))
        ]


def listed_lemma(parse: Parse, token: int, lexicon: Lexicon, part: str) -> str:
    """A word's lemma as the lexicon has it: with the word before it ("test-fired", "general strike"), where it knows the two as
    one."""
    lemma = parse.lemmas[token]
    tied = token > 1 and parse.words[token - 1] == "-"
    before = token - 2 if tied else token - 1
    if before < 0 or not (tied or parse.deps[before] in ("compound", "amod")):
        return lemma
    whole = f"{parse.lowered[before]}-{lemma}"
    return whole if lexicon.knows(whole, part) else lemma


@remembered
def complements(parse: Parse, verb: int) -> tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]:
    """What a verb governs: its object tokens, the lemmas that patterns may ask for, its prepositions and particles."""
    tokens: list[int] = []
    lemmas: list[str] = []
    places: list[str] = []
    for child in parse.children[verb]:
        dep = parse.deps[child]
        if dep in OBJECTS:
            tokens.append(child)
            lemmas.append(parse.lemmas[child])
            for below in parse.children[child]:
                if parse.deps[below] == "conj" or (dep == "xcomp" and parse.deps[below] == "dobj"):
                    lemmas.append(parse.lemmas[below])
                    if parse.deps[below] == "conj" and dep != "xcomp":
                        tokens.append(below)
                elif parse.deps[below] in ("compound", "amod") and dep != "xcomp":
                    lemmas.append(parse.lemmas[below])
        elif dep == "advmod" and parse.lemmas[child] in PARTICLES:
            places.append(parse.lemmas[child])
        elif dep in ("prep", "prt", "agent", "dative"):
            places.append(parse.lowered[child])
            lemmas += [parse.lemmas[below] for below in parse.children[child] if parse.deps[below] in ("pobj", "pcomp")]
        elif dep == "ccomp":
            lemmas.append(_statement(parse, child))
    if parse.deps[verb] == "relcl" and _object_is_antecedent(parse, verb):
        lemmas.append(parse.lemmas[parse.heads[verb]])
    return tuple(tokens), tuple(lemmas), tuple(places)


def _object_is_antecedent(parse: Parse, verb: int) -> bool:
    """Whether a relative clause has the noun before it as object ("the deal that they struck", "the deal they struck")."""
    below = [(parse.deps[child], parse.tags[child]) for child in parse.children[verb]]
    subject = any(dep == "nsubj" and tag not in ("WP", "WDT") for dep, tag in below)
    taken = any(dep in ("dobj", "ccomp", "xcomp") and tag not in ("WP", "WDT") for dep, tag in below)
    return subject and not taken


def _statement(parse: Parse, clause: int) -> str:
    """What kind of clause is stated: a duty, a promise, a refusal, or its verb."""
    below = [parse.lowered[child] for child in parse.children[clause] if parse.deps[child] in ("aux", "neg")]
    if not DUTY.isdisjoint(below):
        return "@must"
    if not PROMISE.isdisjoint(below):
        return "@willnot" if any(parse.deps[child] == "neg" for child in parse.children[clause]) else "@willdo"
    return parse.lemmas[clause]


def _members(cell: str, classes: Mapping[str, frozenset[str]]) -> Iterable[str]:
    return classes.get(cell[1:], (cell,)) if cell.startswith("@") else (cell,)


def _cell(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]

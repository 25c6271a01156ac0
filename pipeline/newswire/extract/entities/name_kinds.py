"""Name kinds: whether a name is a person's, a body's or a place's, by what the whole text says around it.

The recogniser reads some words on either side. This looks at all mentions of a name: which verb it is the subject of, which noun
it hangs on, whether "it", "who" or "the firm" takes it up, what its own words are like and what the gazetteer has of them. How
much each of them tells is learnt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.names import Name, NameText
from newswire.extract.entities.told_kinds import noun_bearer

__all__ = ("KINDS", "MODEL", "kind_options", "kind_traits", "likelier_kind")

KINDS: Final = ("PER", "ORG", "LOC", "MISC")

# The file of weights.
MODEL: Final = "name_kinds"

# The recogniser is overruled where its class has less than this probability, and another one more than that. In texts that
# neither has learnt from, four of five such names were wrong. A person's name in full is what it reads best: it stays one.
UNLIKELY: Final = {"PER": 0.05, "ORG": 0.05, "LOC": 0.05}
LIKELY: Final = 0.6

# Words of the longest name that is looked at; longer ones say themselves what they are.
LONGEST: Final = 4

# Tokens behind the sentence of a name in which something takes the name up.
NEAR: Final = 25

# Thousands of people from which on a city is called big, and from which on not small.
BIG: Final = 100
MIDDLING: Final = 15

PRONOUNS: Final = {
    **dict.fromkeys(("it", "its", "itself"), "it"),
    **dict.fromkeys(("he", "his", "him", "himself", "she", "her", "herself"), "he"),
    **dict.fromkeys(("they", "their", "them"), "they"),
}
SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))
ARGUMENTS: Final = frozenset(("nsubj", "nsubjpass", "dobj", "attr", "dative"))
MODIFIERS: Final = frozenset(("poss", "compound", "nmod", "appos", "amod"))
OPENERS: Final = frozenset(("who", "which", "whose", "whom", "where", "a", "an", "the"))
NOUNS: Final = frozenset(("NN", "NNP", "NNS"))
TERRITORIES: Final = frozenset(("country", "people", "seat", "region"))

# A capital behind a small letter ("HaiBot"), but for the beginnings of surnames that have one.
CAMEL: Final = re.compile(r"(?!(?:Mc|Mac|De|La|Le|Di|Du|Fitz)[A-Z])\w*[a-z][A-Z]")


def likelier_kind(kind: str, traits: Sequence[str], model: ChoiceModel | None = None) -> str:
    """The class that a name has in the light of its traits: that of the recogniser, unless another is much likelier."""
    full = kind == "PER" and "words1" not in traits
    if kind not in UNLIKELY or not traits or full:
        return kind
    chances = (model or load_choice_model(MODEL)).probabilities(kind_options(traits))
    best = max(range(len(KINDS)), key=chances.__getitem__)
    surer = chances[KINDS.index(kind)] < UNLIKELY[kind] and chances[best] > LIKELY
    return KINDS[best] if surer and KINDS[best] != "MISC" else kind


def kind_options(traits: Sequence[str]) -> list[list[str]]:
    """The traits of each kind, in the order of `KINDS`."""
    return [[kind, *(f"{kind}|{trait}" for trait in traits)] for kind in KINDS]


def kind_traits(names: Sequence[Name], document: NameText, gazetteer: Gazetteer) -> dict[str, list[str]]:
    """What the text says of its names, by their words in small letters. Names of many words, lines in capitals and lines without
    a verb, which are tables for the most part, are left out."""
    named = {token for name in names for token in range(name.first, name.last + 1)}
    rivals = {token for name in names if name.kind in ("PER", "ORG") for token in range(name.first, name.last + 1)}
    spoken = _spoken(document.parse)
    ends: dict[str, set[str]] = defaultdict(set)
    for name in names:
        if name.last > name.first:
            ends[document.words[name.first].casefold()].add("first")
            ends[document.words[name.last].casefold()].add("last")
    countries = _countries(document.words, gazetteer)
    traits: dict[str, set[str]] = defaultdict(set)
    written: dict[str, list[str]] = {}
    for name in names:
        unspoken = document.parse.sentence(name.first) not in spoken
        if name.last - name.first >= LONGEST or document.shouted[name.first] or unspoken:
            continue
        words = document.words[name.first : name.last + 1]
        text = " ".join(words).casefold()
        written.setdefault(text, words)
        traits[text].update(_around(name, document.parse, named, rivals, gazetteer))
    alone = {words[0].casefold() for words in written.values() if len(words) == 1}
    for text, words in written.items():
        if len(words) == 1:
            traits[text].update(f"within:{end}" for end in ends.get(text, ()))
        else:
            traits[text].add(f"first alone:{words[0].casefold() in alone}")
            traits[text].add(f"last alone:{words[-1].casefold() in alone}")
        traits[text].update(_shape(words, gazetteer))
        traits[text].update(_listed(" ".join(words), countries, gazetteer))
    return {text: sorted(told) for text, told in traits.items()}


def _spoken(parse: Parse) -> set[int]:
    """The sentences with a verb."""
    return {parse.sentence(token) for token, tag in enumerate(parse.tags) if tag[0] == "V" or tag == "MD"}


def _countries(words: Sequence[str], gazetteer: Gazetteer) -> set[str]:
    """The countries that a text names."""
    told: set[str] = set()
    for at, word in enumerate(words):
        if word[:1].isupper():
            entries = (gazetteer.entries.get(phrase) for _, phrase in gazetteer.phrases(words, at))
            entry = next((entry for entry in entries if entry is not None), None)
            if entry is not None and entry.country is not None and entry.kind in TERRITORIES:
                told.add(entry.country)
    return told


def _around(name: Name, parse: Parse, named: set[int], rivals: set[int], gazetteer: Gazetteer) -> Iterator[str]:
    """What one mention stands beside. Words that are part of a name are none to learn from."""
    first, last = name.first, name.last
    head = next((at for at in range(first, last + 1) if not first <= parse.heads[at] <= last), last)
    whole = head
    while parse.deps[whole] == "conj" and parse.heads[whole] < whole:
        whole = parse.heads[whole]
    governor, dep = parse.heads[whole], parse.deps[whole]
    if whole != head:
        yield "joined"
    yield f"dep:{dep}"
    if governor not in named:
        yield from _governed(parse, governor, dep, named, gazetteer)
    yield from _taken_up(parse, name, dep in SUBJECTS, rivals, gazetteer)
    if last + 2 < len(parse) and parse.words[last + 1] == ",":
        low = parse.lowered[last + 2]
        yield f"comma:{low if low in OPENERS else parse.tags[last + 2]}"
    elif last + 1 < len(parse) and last + 1 not in named:
        yield f"right:{parse.lowered[last + 1]}"
    yield f"rtag:{parse.tags[last + 1] if last + 1 < len(parse) else 'end'}"
    for child in parse.children[head]:
        if child <= last or child in named:
            continue
        if parse.deps[child] == "appos":
            yield from (f"beside:{noun_bearer(parse.lemmas[child], gazetteer)}", f"beside={parse.lemmas[child]}")
        elif parse.deps[child] == "relcl":
            yield f"clause:{parse.lowered[min(parse.edges[child][0], child)]}"
        elif parse.deps[child] == "prep":
            yield f"preposition:{parse.lemmas[child]}"
    if first == 0:
        yield "left:start"
    elif first - 1 in named:
        yield "left:name"
    else:
        yield from (f"left:{parse.lowered[first - 1]}", f"ltag:{parse.tags[first - 1]}")
        if parse.tags[first - 1] in NOUNS:
            yield f"left:{noun_bearer(parse.lemmas[first - 1], gazetteer)}:{parse.tags[first - 1]}"


def _governed(parse: Parse, governor: int, dep: str, named: set[int], gazetteer: Gazetteer) -> Iterator[str]:
    """What a name hangs on."""
    lemma = parse.lemmas[governor]
    if dep in ARGUMENTS:
        yield f"{dep}:{lemma}"
        if dep == "nsubj":
            for child in parse.children[governor]:
                if parse.deps[child] == "attr" and child > governor and child not in named:
                    yield from (f"is:{noun_bearer(parse.lemmas[child], gazetteer)}", f"is={parse.lemmas[child]}")
    elif dep == "pobj":
        yield f"pobj:{lemma}"
        if parse.heads[governor] not in named:
            yield f"pobj:{lemma}:{parse.lemmas[parse.heads[governor]]}"
    elif dep in MODIFIERS:
        yield from (f"{dep}:{lemma}", f"{dep}:{noun_bearer(lemma, gazetteer)}")
        if dep == "poss":
            yield f"poss:{parse.deps[governor]}"


def _taken_up(parse: Parse, name: Name, subject: bool, rivals: set[int], gazetteer: Gazetteer) -> Iterator[str]:
    """The pronoun and the definite noun that take a name up, before the next person's or body's name: "it" of the same sentence,
    "the firm" of the next. A subject is taken up more often than another name."""
    end = parse.sentences[parse.sentence(name.first)][1]
    pronoun, noun = "", ""
    for token in range(name.last + 1, min(len(parse), end + NEAR)):
        if token in rivals or (pronoun and noun):
            return
        word = PRONOUNS.get(parse.lowered[token])
        if word is not None and not pronoun and (parse.deps[token] in SUBJECTS or parse.deps[token] == "poss"):
            pronoun = word
            yield from (f"then:{word}:{token < end}", f"then:{word}:{subject}")
        elif parse.lowered[token] in ("the", "this") and not noun:
            head = parse.heads[token]
            close = token < head < token + 4 and parse.tags[head] == "NN" and parse.deps[head] in SUBJECTS
            kind = noun_bearer(parse.lemmas[head], gazetteer) if close else "noun"
            if kind != "noun":
                noun = kind
                yield f"again:{kind}:{subject}"


def _shape(words: Sequence[str], gazetteer: Gazetteer) -> Iterator[str]:
    """What the words of a name are like."""
    last = words[-1]
    yield f"words{len(words)}"
    if any(len(word) == 2 and word[1] == "." for word in words[:-1]):
        yield "initial"
    if any(CAMEL.match(word) for word in words):
        yield "camel"
    if last.isupper() and len(last) > 1:
        yield "upper"
    if words[0][:1].islower():
        yield "lower"
    if "-" in words or any("-" in word for word in words):
        yield "hyphen"
    if any(any(map(str.isdigit, word)) for word in words):
        yield "digit"
    if gazetteer.given_gender(words[0]) is not None:
        yield f"given:{min(len(words), 2)}"
    if any(word in gazetteer.words.particles for word in words):
        yield "particle"
    if last in gazetteer.designators:
        yield f"designator:{gazetteer.designators[last].split()[0]}"
    yield from (f"end:{last[-2:].lower()}", f"end:{last[-3:].lower()}")


def _listed(name: str, countries: set[str], gazetteer: Gazetteer) -> Iterator[str]:
    """What the gazetteer has of a name, and whether it lies in a country that the text names."""
    entry = gazetteer.find(name)
    if entry is not None:
        yield f"entry:{entry.kind}:{entry.label}:{entry.country in countries}"
    cities = gazetteer.cities(name)
    if cities:
        near = [city for city in cities if city.country in countries]
        size = (near or cities)[0].population
        yield f"city:{bool(near)}:{'big' if size >= BIG else 'middling' if size >= MIDDLING else 'small'}"

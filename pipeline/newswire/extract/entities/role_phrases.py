"""Role phrases: what stands beside a person's name and may be the role, with the traits by which it is chosen.

`role_places` and `role_clauses` say where they stand; which of them is the role, if any, is learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.role_clauses import Nominals, phrases_in_clauses
from newswire.extract.entities.role_places import LONGEST, NOUNS, Found, is_noun, phrases_beside, singular

__all__ = ("RolePhrase", "noun_traits", "role_nouns", "role_phrases")

# Places in front of the name, or of the first of several.
FRONT: Final = frozenset(("before", "ahead", "shared", "shared:comma", "such"))

# Traits of phrases whose noun stands for a person.
PERSONAL: Final = frozenset(("person", "title"))

# How the parser hangs a role on a name or a name on a role.
LINKED: Final = frozenset(("appos", "compound", "nmod", "attr"))

# Phrases after which no further mention of a person is looked at: stories introduce people early.
ENOUGH: Final = 80

# Endings of nouns for who does something; they say of words that no list has that they name persons.
AGENTIVE: Final = (
    "er",
    "or",
    "ist",
    "man",
    "woman",
    "person",
    "ian",
    "ant",
    "ent",
    "eer",
    "ee",
    "ssor",
    "ive",
    "ary",
    "ate",
    "chief",
    "head",
)


@dataclass(frozen=True, slots=True)
class RolePhrase:
    """Tokens `first` to `last` of a phrase, its head, where it stands to the name, and its traits. `single` is the head in the
    singular where the phrase names several."""

    first: int
    last: int
    head: int
    place: str
    traits: list[str]
    single: str | None = None


def role_phrases(
    parse: Parse, spans: Sequence[range], nominals: Nominals, names: Mapping[int, str], gazetteer: Gazetteer
) -> list[RolePhrase]:
    """The phrases beside the mentions of one person.

    `nominals` are those of the document, `names` the labels of all names by their tokens.
    """
    phrases: list[RolePhrase] = []
    persons = nominals.persons
    for number, span in enumerate(spans):
        if len(phrases) >= ENOUGH:
            break
        for first, last, place, size in _found(parse, span, number, nominals, names, gazetteer):
            head = _head(parse, first, last, gazetteer) if first <= last < first + LONGEST else None
            if head is None or " ".join(parse.words[first : last + 1]) in gazetteer.entries:
                continue  # a listed body or place is nobody's role
            if _joined(parse, first, last, persons):
                continue
            traits = _traits(parse, first, last, head, place, span, names, gazetteer)
            traits += [f"{place}:{size}", f"mention{min(number, 3)}", f"{place}:mention{min(number, 1)}"]
            phrases.append(RolePhrase(first, last, head, place, traits, singular(parse, head, gazetteer)))
    phrases = _personal(phrases)
    _note_rivals(parse, spans, persons, phrases, gazetteer)
    heads = Counter(((p.single or parse.lemmas[p.head]).lower(), p.place) for p in phrases)
    kinds = {place for _, place in heads}
    for phrase in phrases:
        lemma = (phrase.single or parse.lemmas[phrase.head]).lower()
        places = sum((lemma, place) in heads for place in kinds)
        phrase.traits.append(f"places{min(places, 3)}")
    return phrases


def _personal(phrases: Sequence[RolePhrase]) -> list[RolePhrase]:
    """Phrases in front of a name without those of other nouns, where one that ends at the same word has a noun for a person:
    "minister for trade and industry", not "trade and industry"; "player", not "release of player"."""
    ends = {(phrase.place, phrase.last) for phrase in phrases if not PERSONAL.isdisjoint(phrase.traits)}
    return [
        phrase
        for phrase in phrases
        if phrase.place not in FRONT
        or (phrase.place, phrase.last) not in ends
        or not PERSONAL.isdisjoint(phrase.traits)
    ]


def _note_rivals(
    parse: Parse,
    spans: Sequence[range],
    persons: Mapping[int, range],
    phrases: Sequence[RolePhrase],
    gazetteer: Gazetteer,
) -> None:
    """Adds to a description whose it may be besides: whether its noun stands in front of this name or of another one
    ("President Holm"), whether the person is called something beside the name, and of how many persons the text tells."""
    own = {token for span in spans for token in span}
    others = {span.start: span for span in persons.values()}.values()
    fronts: dict[str, set[bool]] = {}
    for span in others:
        if span[0]:
            fronts.setdefault(parse.words[span[0] - 1].lower(), set()).add(span[0] in own)
    called = any("person" in phrase.traits and not phrase.place.startswith("described") for phrase in phrases)
    crowd = len({parse.words[span[-1]] for span in others})
    for phrase in phrases:
        if phrase.place.startswith("described"):
            word = (phrase.single or parse.words[phrase.head]).lower()
            begin, end = parse.sentences[parse.sentence(phrase.head)]
            rivals = any(token in persons and token not in own for token in range(begin, end))
            phrase.traits.extend(
                [
                    f"described:fronts:{sorted(fronts.get(word, set()))}",
                    f"described:called:{called}",
                    f"described:crowd{min(crowd, 4)}",
                    f"described:{called}:{rivals}:{min(crowd, 3)}",
                    f"{phrase.place}:rivals:{rivals}:{min(len(spans), 3)}",
                ]
            )


def _joined(parse: Parse, first: int, last: int, persons: Mapping[int, range]) -> bool:
    """Whether a phrase holds somebody else with more behind ("Briton Alan Moss and doctor")."""
    return any(
        token in persons and token == persons[token][-1] and parse.tags[token + 1] in ("CC", ",", "-LRB-")
        for token in range(first, last)
    )


def role_nouns(phrases: Sequence[RolePhrase]) -> list[list[RolePhrase]]:
    """The phrases of each noun at each place, the longest first. They differ in where they begin and end."""
    nouns: dict[tuple[str, int], list[RolePhrase]] = {}
    for phrase in phrases:
        nouns.setdefault((phrase.place, phrase.head), []).append(phrase)
    return [sorted(each, key=lambda phrase: phrase.first - phrase.last) for each in nouns.values()]


def noun_traits(phrases: Sequence[RolePhrase]) -> list[str]:
    """What speaks for one of the phrases around a noun being the role: the traits of the longest, and one that every noun has."""
    return ["noun", *phrases[0].traits]


def _found(
    parse: Parse,
    span: range,
    number: int,
    nominals: Nominals,
    names: Mapping[int, str],
    gazetteer: Gazetteer,
) -> Iterator[Found]:
    """The phrases beside a mention, and those that verbs and other sentences tell."""
    seen = set()
    for found in phrases_beside(parse, span, nominals.persons, names, gazetteer):
        seen.add(found[:2])
        yield found
    for found in phrases_in_clauses(parse, span, number, nominals, gazetteer):
        if found[:2] not in seen:
            yield found


def _head(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> int | None:
    """The noun that heads a phrase: the last one in front of its first preposition."""
    end = first
    while end < last and not (parse.tags[end + 1] in ("IN", "TO", ",") and parse.words[end + 1] != "-"):
        end += 1
    while end > first and not is_noun(parse, end, gazetteer):
        end -= 1
    return end if is_noun(parse, end, gazetteer) else None


def _traits(
    parse: Parse,
    first: int,
    last: int,
    head: int,
    place: str,
    span: range,
    names: Mapping[int, str],
    gazetteer: Gazetteer,
) -> list[str]:
    single = singular(parse, head, gazetteer)
    lemma = single.lower() if single is not None else parse.lemmas[head]
    head_tag, first_tag, last_tag = (_tag(parse, token, gazetteer) for token in (head, first, last))
    before = parse.lemmas[head - 1] if head > first else ""
    if gazetteer.role(lemma, before) is not None or lemma in gazetteer.sectors:
        kind = "listed"
    elif (
        parse.words[head] in gazetteer.titles
        or " ".join(parse.words[max(first, head - 1) : head + 1]) in gazetteer.titles
    ):
        kind = "title"
    elif head in names:
        kind = names[head]
    elif lemma.endswith(AGENTIVE):
        kind = "agentive"
    else:
        kind = "other"
    inside = sorted({names[token] for token in range(first, last + 1) if token in names})
    opener = parse.words[first - 1].lower() if first else ""
    opened = (
        opener
        if opener in ("a", "an", "the", "his", "her", "'s", "their", ",", "by")
        else parse.tags[first - 1]
        if first
        else "start"
    )
    length = last - first + 1
    behind = parse.words[last + 1] if last + 1 < len(parse) else "."
    closed = (
        "name"
        if last + 1 == span[0]
        else behind
        if behind in (",", ".", ")", "who", "of", "in", "and", "for", "at")
        else parse.tags[last + 1]
        if last + 1 < len(parse)
        else "end"
    )
    traits = [
        place,
        kind,
        f"{place}:{kind}",
        f"{kind}:{names.get(head)}",
        f"{place}:{head_tag}",
        f"head={lemma}",
        f"opened:{opened}:{place}",
        f"closed:{closed}:{place}",
        f"length{min(length, 8)}",
        f"{place}:last:{last_tag}",
        f"first:{first_tag}",
        *(f"inside:{label}" for label in inside),
        *(f"begins:{names[first]}:length{min(length, 3)}" for _ in range(first in names)),
        f"first:{first_tag}:length{min(length, 3)}",
        f"before:{names.get(first - 1)}:{kind}",
    ]
    if gazetteer.person_noun(lemma):
        traits += ["person", f"person:{place}"]
    if place in FRONT:
        end = (singular(parse, last, gazetteer) or parse.words[last]).lower()
        ends = f"ends:{gazetteer.person_noun(end)}:{parse.words[last] in gazetteer.titles}"
        traits += ["front", f"front:{kind}", f"front:{ends}", f"{place}:{ends}"]
        traits += [f"verb:{place}" for t in range(first + 1, last) if parse.tags[t] in ("VBG", "VBN", "VBD", "VBZ")]
    follower = span[-1] + 1
    after = parse.words[follower] if follower < len(parse) else "."
    traits += [f"{place}:linked:{_linked(parse, first, last, span)}", f"{place}:after:{after == ','}"]
    if single is not None:
        traits.append(f"plural:{place}")
    links = {
        parse.words[token].lower() for token in range(head + 1, last + 1) if parse.tags[token] in ("IN", "TO", "CC")
    }
    traits += [f"link:{link}" for link in sorted(links)]
    traits += [f"owner:{names.get(token - 1)}" for token in range(first + 1, head) if parse.tags[token] == "POS"]
    if first and parse.tags[first - 1] == "POS":
        traits.append(f"owned:{names.get(first - 2)}")
    if parse.lemmas[head] in gazetteer.words.kin:
        traits += ["kin", f"kin:{place}"]
    if any(parse.tags[token] == "CD" for token in range(first, last + 1)):
        traits.append("number")
    if parse.words[first].lower() in ("former", "ex", "late", "then", "outgoing", "acting", "deputy"):
        traits.append("former")
    return traits


def _tag(parse: Parse, token: int, gazetteer: Gazetteer) -> str:
    """The tag of a word; a noun's for a word that names persons, whatever the tagger made of it."""
    tag = parse.tags[token]
    return "NN" if tag not in NOUNS and is_noun(parse, token, gazetteer) else tag


def _linked(parse: Parse, first: int, last: int, span: range) -> bool:
    """Whether the parser hangs the name on the phrase or the phrase on the name, in apposition or as its modifier."""
    inside = range(first, last + 1)
    return any(parse.deps[t] in LINKED and parse.heads[t] in inside for t in span) or any(
        parse.deps[t] in LINKED and parse.heads[t] in span for t in inside
    )

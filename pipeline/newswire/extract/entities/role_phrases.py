"""Role phrases: what stands beside a person's name and may be the role, with the traits by which it is chosen.

`role_places` and `role_clauses` say where they stand; which of them is the role, if any, is learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from newswire.extract.entities.role_clauses import phrases_by_verbs
from newswire.extract.entities.role_places import LONGEST, Found, phrases_beside
from newswire.extract.entities.role_repeats import phrases_elsewhere
from newswire.extract.entities.role_text import NOUNS, RoleText

__all__ = ("RoleNoun", "RolePhrase", "RolePhrases")

# Places in front of the name, or of the first of several.
FRONT: Final = frozenset(("before", "ahead", "shared", "shared:comma", "such"))

# Places with a comma or a bracket between the name and what its bearer is.
APART: Final = frozenset(("comma", "ahead", "bracket"))

# How the parser hangs a role on a name or a name on a role.
LINKED: Final = frozenset(("appos", "compound", "nmod", "attr"))

# Words in front of an office that somebody has not, or not by right.
FORMER: Final = frozenset(("former", "ex", "late", "then", "outgoing", "acting", "deputy"))

# Phrases after which no further mention of a person is looked at: stories introduce people early.
ENOUGH: Final = 40

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


class Phrase(NamedTuple):
    """What tokens say by themselves, whoever they may be the role of: their head, its singular where they name several, its
    lemma, what kind of word it is, and whether it stands for a person."""

    head: int
    single: str | None
    lemma: str
    kind: str
    person: bool

    @property
    def noun(self) -> str:
        """The head in small letters, in the singular."""
        return (self.single or self.lemma).lower()

    @property
    def personal(self) -> bool:
        return self.person or self.kind == "title"


class RolePhrase(NamedTuple):
    """Tokens `first` to `last` of a phrase, where it stands to the mention of that number, and how long it is among the phrases
    of the place."""

    first: int
    last: int
    place: str
    size: str
    span: range
    number: int
    phrase: Phrase


class RoleNoun:
    """A noun at a place beside a person's names: `phrases` around it, the longest first, which differ in where they begin and
    end. `places` are those at which the same noun stands, `ranked` says that the names have a rank or title in front of them and
    an office beside them. Traits are made when they are asked for: of the phrases of most nouns nobody asks."""

    def __init__(self, text: RoleText, phrases: list[RolePhrase], places: int, ranked: bool) -> None:
        self._text = text
        self._places = places
        self._ranked = ranked
        self.phrases = sorted(phrases, key=lambda phrase: phrase.first - phrase.last)

    @property
    def noun(self) -> str:
        """The noun in small letters, in the singular."""
        return self.phrases[0].phrase.noun

    def traits(self) -> list[str]:
        """What speaks for one of the phrases being the role: the traits of the longest, and one that every noun has."""
        longest = self.phrases[0]
        ranked = [f"ranked:{longest.place}:{longest.phrase.kind}"] if self._ranked else []
        return ["noun", *ranked, *self.extent_traits(longest)]

    def extent_traits(self, phrase: RolePhrase) -> list[str]:
        """What speaks for one of the phrases being the whole role."""
        return [*_traits(self._text, phrase), f"places{min(self._places, 3)}"]


class RolePhrases:
    """The phrases beside the persons of a document."""

    def __init__(self, text: RoleText) -> None:
        self.text = text
        self._phrases: dict[tuple[int, int], Phrase | None] = {}

    def nouns(self, spans: Sequence[range]) -> list[RoleNoun]:
        """The nouns beside the mentions of one person, which stand at `spans`."""
        phrases = _fronts(self._beside(spans))
        nouns: dict[tuple[str, int], list[RolePhrase]] = {}
        places: dict[str, set[str]] = {}
        for each in phrases:
            nouns.setdefault((each.place, each.phrase.head), []).append(each)
            places.setdefault(each.phrase.noun, set()).add(each.place)
        titles = (each.phrase.kind == "title" for each in phrases if each.place == "before")
        offices = (each.phrase.person for each in phrases if each.place in APART and each.phrase.kind != "title")
        ranked = any(titles) and any(offices)
        return [RoleNoun(self.text, each, len(places[each[0].phrase.noun]), ranked) for each in nouns.values()]

    def _beside(self, spans: Sequence[range]) -> list[RolePhrase]:
        """The phrases beside each mention, and those that verbs tell."""
        text = self.text
        phrases: list[RolePhrase] = []
        seen: set[tuple[int, int]] = set()
        for number, span in enumerate(spans):
            if len(phrases) >= ENOUGH:
                break
            beside = list(phrases_beside(text, span))
            seen.update((found.first, found.last) for found in beside)
            beside += [found for found in phrases_by_verbs(text, span) if (found.first, found.last) not in seen]
            phrases += self._read(beside, span, number)
        for found, number in phrases_elsewhere(text, spans):
            phrases += self._read([found], spans[number], number)
        return phrases

    def _read(self, found: Iterable[Found], span: range, number: int) -> Iterator[RolePhrase]:
        for first, last, place, size in found:
            phrase = self._phrase(first, last)
            if phrase is not None:
                yield RolePhrase(first, last, place, size, span, number, phrase)

    def _phrase(self, first: int, last: int) -> Phrase | None:
        """What tokens say; None where they can be nobody's role."""
        key = (first, last)
        if key not in self._phrases:
            self._phrases[key] = _phrase(self.text, first, last)
        return self._phrases[key]


def _fronts(phrases: list[RolePhrase]) -> list[RolePhrase]:
    """Phrases in front of a name without those of other nouns, where one that ends at the same word has a noun for a person:
    "minister for trade and industry", not "trade and industry"; "player", not "release of player"."""
    ends = {(each.place, each.last) for each in phrases if each.phrase.personal}
    return [
        each
        for each in phrases
        if each.place not in FRONT or (each.place, each.last) not in ends or each.phrase.personal
    ]


def _phrase(text: RoleText, first: int, last: int) -> Phrase | None:
    parse = text.parse
    head = _head(text, first, last) if first <= last < first + LONGEST else None
    if head is None or _joined(text, first, last):
        return None
    if " ".join(parse.words[first : last + 1]) in text.gazetteer.entries:
        return None  # a listed body or place is nobody's role
    single = text.singular(head)
    lemma = parse.lemmas[head] if single is None else single.lower()
    return Phrase(head, single, lemma, _kind(text, first, head, lemma), text.gazetteer.person_noun(lemma))


def _joined(text: RoleText, first: int, last: int) -> bool:
    """Whether a phrase holds somebody else with more behind ("Briton Alan Moss and doctor")."""
    persons, tags = text.persons, text.parse.tags
    return any(
        token in persons and token == persons[token][-1] and tags[token + 1] in ("CC", ",", "-LRB-")
        for token in range(first, last)
    )


def _head(text: RoleText, first: int, last: int) -> int | None:
    """The noun that heads a phrase: the last one in front of its first preposition."""
    tags, words, is_noun = text.parse.tags, text.parse.words, text.is_noun
    end = first
    while end < last:
        parting = tags[end + 1] in ("IN", "TO", ",") and words[end + 1] != "-"
        if parting and not text.joins_name(end + 1):
            break
        end += 1
    while end > first and not is_noun(end):
        end -= 1
    return end if is_noun(end) else None


def _kind(text: RoleText, first: int, head: int, lemma: str) -> str:
    """What kind of word the head of a phrase is."""
    parse, gazetteer = text.parse, text.gazetteer
    before = parse.lemmas[head - 1] if head > first else ""
    if gazetteer.role(lemma, before) is not None or lemma in gazetteer.sectors:
        return "listed"
    titles = gazetteer.titles
    if parse.words[head] in titles or (head > first and f"{parse.words[head - 1]} {parse.words[head]}" in titles):
        return "title"
    if head in text.labels:
        return text.labels[head]
    return "agentive" if lemma.endswith(AGENTIVE) else "other"


def _traits(text: RoleText, each: RolePhrase) -> list[str]:
    first, last, place, size, span, number, (head, single, lemma, kind, person) = each
    parse, names, gazetteer = text.parse, text.labels, text.gazetteer
    tags, words = parse.tags, parse.words
    head_tag, first_tag, last_tag = (_tag(text, token) for token in (head, first, last))
    opener = text.low(first - 1) if first else ""
    opened = (
        opener
        if opener in ("a", "an", "the", "his", "her", "'s", "their", ",", "by")
        else tags[first - 1]
        if first
        else "start"
    )
    length = last - first + 1
    behind = words[last + 1] if last + 1 < len(words) else "."
    follower = last + 1
    while follower < span.start and text.low(follower) in gazetteer.words.courtesies:
        follower += 1
    closed = (
        "name"
        if follower == span.start
        else behind
        if behind in (",", ".", ")", "who", "of", "in", "and", "for", "at")
        else tags[last + 1]
        if last + 1 < len(words)
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
        f"first:{first_tag}:length{min(length, 3)}",
        f"before:{_label(text, first - 1)}:{kind}",
        f"{place}:linked:{_linked(text, first, last, span)}",
        f"{place}:after:{span.stop < len(words) and words[span.stop] == ','}",
    ]
    inside = {label for token in range(first, last + 1) if (label := _label(text, token)) is not None}
    traits += [f"inside:{label}" for label in sorted(inside)]
    if first in names:
        traits.append(f"begins:{_label(text, first)}:length{min(length, 3)}")
    if person:
        traits += ["person", f"person:{place}"]
    if place in FRONT:
        end = (text.singular(last) or words[last]).lower()
        ends = f"ends:{gazetteer.person_noun(end)}:{words[last] in gazetteer.titles}"
        traits += ["front", f"front:{kind}", f"front:{ends}", f"{place}:{ends}"]
        traits += [f"verb:{place}" for t in range(first + 1, last) if tags[t] in ("VBG", "VBN", "VBD", "VBZ")]
    if single is not None:
        traits.append(f"plural:{place}")
    links = {text.low(token) for token in range(head + 1, last + 1) if tags[token] in ("IN", "TO", "CC")}
    traits += [f"link:{link}" for link in sorted(links)]
    traits += [f"owner:{names.get(token - 1)}" for token in range(first + 1, head) if tags[token] == "POS"]
    if first and tags[first - 1] == "POS":
        traits.append(f"owned:{names.get(first - 2)}")
    if parse.lemmas[head] in gazetteer.words.kin:
        traits += ["kin", f"kin:{place}"]
    if "CD" in tags[first : last + 1]:
        traits.append("number")
    if text.low(first) in FORMER:
        traits.append("former")
    return [*traits, f"{place}:{size}", f"mention{min(number, 3)}", f"{place}:mention{min(number, 1)}"]


def _label(text: RoleText, token: int) -> str | None:
    """The label of the name that a word belongs to; a people's differs from that of a party or creed."""
    label, words = text.labels.get(token), text.parse.words
    if label != "NORP":
        return label
    names = (words[token : token + 1], words[token : token + 2], words[token - 1 : token + 1])
    entries = [text.gazetteer.find(" ".join(name)) for name in names]
    return label if any(entry is not None and entry.kind == "people" for entry in entries) else "side"


def _tag(text: RoleText, token: int) -> str:
    """The tag of a word; a noun's for a word that names persons, whatever the tagger made of it."""
    tag = text.parse.tags[token]
    return "NN" if tag not in NOUNS and text.is_noun(token) else tag


def _linked(text: RoleText, first: int, last: int, span: range) -> bool:
    """Whether the parser hangs the name on the phrase or the phrase on the name, in apposition or as its modifier."""
    deps, heads = text.parse.deps, text.parse.heads
    return any(deps[t] in LINKED and first <= heads[t] <= last for t in span) or any(
        deps[t] in LINKED and heads[t] in span for t in range(first, last + 1)
    )

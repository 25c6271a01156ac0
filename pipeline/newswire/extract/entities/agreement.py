"""Agreement: what type each name is, one for one name over the document, and what the gazetteer knows it as."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.dateline import story_dateline
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.gazetteer import PLACE_LABELS, Entry, Gazetteer
from newswire.extract.entities.name_kinds import kind_traits, likelier_kind
from newswire.extract.entities.names import CLASSES, Name, NameText
from newswire.extract.entities.roles import describe
from newswire.extract.entities.told_kinds import told_kinds

__all__ = ("NameMention", "agreed", "labelled")

# Shorter names of places in capitals ("US", "Mali") are too often something else to tell that a line is in capitals.
SHORTEST_PLACE: Final = 5

# The party and the state of a member of Congress.
MEMBER: Final = re.compile(r"[DIR]-[A-Z][\w.]*")

# Sectors of public bodies that each country has its own of.
OWNED: Final = frozenset(("COP", "GOV", "JUD", "LEG", "MIL", "SPY"))


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name that an entity is mentioned by: tokens `first` to `last`, both inclusive, and its OntoNotes label.

    `text` is what stands there, `words` its words without affixes, `entry` what the gazetteer knows it as. A `loud` one
    stands in capitals, where they tell nothing.
    """

    first: int
    last: int
    label: str
    text: str
    words: tuple[str, ...]
    entry: Entry | None
    loud: bool
    owner: str | None = None
    """The country whose public body it is ("Peru's Foreign Ministry")."""
    full: tuple[str, ...] = ()
    """The words of the body that it is short for, behind which it stands in brackets ("Banco Central de Costa Azul (BCCA)")."""


def agreed(names: list[Name], document: NameText, gazetteer: Gazetteer) -> list[Name]:
    """The names with one class for one name: a surname goes with its full name, others with the majority.

    What the gazetteer knows keeps its classes, since a country's team is an organisation here and there.
    """
    texts = [" ".join(document.words[name.first : name.last + 1]).casefold() for name in names]
    surnames = {surname for name in names if name.kind == "PER" for surname in _surnames(name, document, gazetteer)}
    placed = {
        t for name, t in zip(names, texts, strict=True) if t not in surnames and _located(name, document, gazetteer)
    }
    firms = {words for name in names if (words := _firm(name, document, gazetteer))}
    firms |= {text for name, text in zip(names, texts, strict=True) if _traded(name, document, gazetteer)}
    firms |= _shortened(names, document, gazetteer) - placed
    votes: dict[str, Counter[str]] = {}
    for name, text in zip(names, texts, strict=True):
        votes.setdefault(text, Counter())[name.kind] += 1 if document.shouted[name.first] else 3
    agency = _agency(document)
    told = told_kinds(names, document, gazetteer)
    around = kind_traits(names, document, gazetteer)
    agreeing = []
    for name, text, following in zip(names, texts, [*names[1:], None], strict=False):
        kind = name.kind
        if (name.first in agency and name.last in agency) or text in firms or _firm(name, document, gazetteer):
            kind = "ORG"
        elif text in placed and (kind == "PER" or (kind == "ORG" and _located(name, document, gazetteer))):
            kind = "LOC"
        elif kind == "PER" and _national(name, following, document, gazetteer):
            kind = "MISC"
        elif text in told and text not in surnames and _doubtful(name, told[text], document, gazetteer):
            kind = told[text]
        elif len(votes[text]) > 1 or (text in surnames and kind != "PER"):
            written = " ".join(document.words[name.first : name.last + 1])
            known = gazetteer.find(written)
            if text in surnames and (known is None or known.kind == "organisation"):
                kind = "PER"
            elif known is None and not gazetteer.cities(written):
                kind = min(votes[text], key=lambda each: (-votes[text][each], each))
                kind = likelier_kind(kind, around.get(text, ()))
        elif text not in surnames and _open(name, document, gazetteer):
            kind = likelier_kind(kind, around.get(text, ()))
        agreeing.append(name if kind == name.kind else Name(name.first, name.last, kind))
    return agreeing


def _surnames(name: Name, document: NameText, gazetteer: Gazetteer) -> Iterator[str]:
    """What a person may be called by after the full name, folded: the last word, and with the particles or the other half before
    it ("Berg-Olsen")."""
    words = document.words
    for at in range(name.first + 1, name.last + 1):
        if at == name.last or words[at] in gazetteer.words.particles or words[at + 1] == "-":
            yield " ".join(words[at : name.last + 1]).casefold()


def _agency(document: NameText) -> range:
    """The words in brackets behind the place of a dateline: the agency."""
    line = story_dateline(document.parse.text)
    if line is None:
        return range(0)
    words = range(document.parse.tokens(*line.place).stop, document.parse.tokens(*line.span).stop)
    opened = next((token for token in words if document.words[token] == "("), words.stop)
    return range(opened, words.stop)


def _firm(name: Name, document: NameText, gazetteer: Gazetteer) -> str:
    """What a company's name with its legal form behind it ("Acme Corp") is without it, folded; nothing for other names."""
    if name.first == name.last or "legal" not in gazetteer.designators.get(document.words[name.last].rstrip("."), ""):
        return ""
    return " ".join(document.words[name.first : name.last]).casefold()


def _shortened(names: list[Name], document: NameText, gazetteer: Gazetteer) -> set[str]:
    """Names of one word, folded, that the recogniser took for persons and that begin the name of a body ("Avon" beside "Avon
    Paper"). A word of a person's full name is none, nor is one behind a title ("Dr Avon of the Avon Clinic")."""
    words = document.words
    bodies = {words[name.first].casefold() for name in names if name.kind == "ORG" and name.last > name.first}
    persons: set[str] = set()
    short: set[str] = set()
    for name in names:
        if name.kind != "PER":
            continue
        before = words[name.first - 1] if name.first else ""
        titled = before in gazetteer.titles or before.lower() in gazetteer.words.courtesies or _rank(before, gazetteer)
        if name.first == name.last and not titled:
            short.add(words[name.first].casefold())
        else:
            persons.update(word.casefold() for word in words[name.first : name.last + 1])
    return (short & bodies) - persons


def _traded(name: Name, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether what only a company has stands in front of a name ("shares in Avon"). A state may have a stake in something, and
    a country be what shares are held in, so countries stay what they are."""
    if name.first < 2 or document.words[name.first - 1] not in ("in", "of"):
        return False
    entry = gazetteer.find(" ".join(document.words[name.first : name.last + 1]))
    if entry is not None and entry.kind in ("country", "people", "seat", "region"):
        return False
    return document.words[name.first - 2].lower() in gazetteer.words.company_nouns


def _located(name: Name, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether a known place stands behind a preposition of place, or any behind "the town of"."""
    if (
        name.first > 1
        and document.words[name.first - 1] == "of"
        and document.words[name.first - 2] in gazetteer.words.settlements
    ):
        return True
    if not _placed(name, document, gazetteer):
        return False
    text = " ".join(document.words[name.first : name.last + 1])
    entry = gazetteer.find(text)
    if entry is not None:
        return entry.label in PLACE_LABELS and entry.kind != "organisation"
    return bool(gazetteer.cities(text))


def _placed(name: Name, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether a preposition of place stands in front of a name or of the first of several that end with it ("in Arlin and
    Brema")."""
    parse = document.parse
    head = next(
        (at for at in range(name.first, name.last + 1) if not name.first <= parse.heads[at] <= name.last), name.last
    )
    while parse.deps[head] == "conj" and parse.heads[head] < head and _is_place(parse.heads[head], document, gazetteer):
        head = parse.heads[head]
    links = [name.first - 1] if name.first else []
    if parse.deps[head] == "pobj" and parse.heads[head] < name.first:
        links.append(parse.heads[head])
    return any(document.words[at].lower() in gazetteer.words.locative_prepositions for at in links)


def _is_place(token: int, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether a word is the name of a known place."""
    word = document.words[token]
    entry = gazetteer.find(word)
    return bool(gazetteer.cities(word)) if entry is None else entry.label in PLACE_LABELS


def _doubtful(name: Name, told: str, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether a name may be of another class than the recogniser's: one that no list has, with a given name in front where it is
    said to be a person's, and with none where it was taken for one."""
    words = document.words[name.first : name.last + 1]
    written = " ".join(words)
    if name.kind not in ("PER", "ORG", "LOC") or gazetteer.find(written) is not None or gazetteer.cities(written):
        return False
    given = len(words) > 1 and gazetteer.given_gender(words[0]) is not None
    bodily = words[-1] in gazetteer.designators
    if told == "PER":
        return given and not bodily
    return not given and (name.kind != "PER" or len(words) == 1) and not (told == "LOC" and bodily)


def _open(name: Name, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether no list says for sure what a name is; a team or a council is called after its town, and so few people that the
    town is what most sentences mean."""
    text = " ".join(document.words[name.first : name.last + 1])
    entry = gazetteer.find(text)
    if name.kind != "PER" and gazetteer.cities(text):
        return False
    return entry is None or (entry.kind == "province" and name.kind == "PER")


def _national(name: Name, following: Name | None, document: NameText, gazetteer: Gazetteer) -> bool:
    """Whether a word taken for a person is the nationality of the one right behind it ("Briton Alan Moss")."""
    if following is None or following.kind != "PER" or not name.first == name.last == following.first - 1:
        return False
    entry = gazetteer.find(document.words[name.first])
    return entry is not None and entry.kind == "people"


def labelled(
    parse: Parse, names: list[Name], spans: list[NamedSpan], document: NameText, gazetteer: Gazetteer
) -> list[NameMention]:
    """The names with OntoNotes labels. A name of class MISC that nothing gives a label is left out."""
    labels: dict[int, str] = {}
    for span in spans:
        for token in parse.tokens(span.start, span.end):
            labels[token] = span.label
    votes: dict[str, Counter[str]] = {}
    for name in names:
        text = parse.span_text(name.first, name.last).casefold()
        for token in range(name.first, name.last + 1):
            label = labels.get(token)
            if label is not None and CLASSES.get(label) == name.kind:
                votes.setdefault(text, Counter())[label] += 1
    mentions: list[NameMention] = []
    for name in names:
        first, last = name.first, name.last
        while first < last and document.words[first].lower() in ("the", "-"):
            first += 1
        while first < last and document.words[last] in ("'s", "’s", "'", "’", ",", "-"):
            last -= 1
        if name.kind == "PER":
            if first == last and _rank(document.words[first], gazetteer):
                continue
            while first < last - 1 and _rank(document.words[first], gazetteer):
                first += 1
        text = " ".join(parse.span_text(first, last).split())
        entry = gazetteer.find(text)
        if name.kind == "PER":
            label, entry = "PERSON", None
        elif name.kind == "ORG":
            label, entry = "ORG", entry if entry is not None and entry.kind in ("organisation", "seat") else None
        else:
            counted = votes.get(text.casefold())
            label = min(counted, key=lambda each: (-counted[each], each)) if counted else ""
            if entry is not None and entry.kind == "people":
                label = "NORP"
            elif (
                entry is not None
                and entry.kind == "organisation"
                and (name.kind == "MISC" or _bodily(entry, gazetteer))
            ):
                label = entry.label
            elif name.kind == "LOC":
                label = _place_label(label, text, entry, gazetteer)
            else:
                entry = None
        before = mentions[-1] if mentions else None
        owner = _owner(document, first, before, text, gazetteer) if label == "ORG" else None
        # A letter is no name ("wrote on X"), nor is an address of the web, nor a member's party and state ("D-Ohio").
        if label and sum(map(str.isalnum, text)) > 1 and "://" not in text and not MEMBER.fullmatch(text):
            words = tuple(
                w
                for w in document.words[first : last + 1]
                if w.lower() not in gazetteer.words.affixes and w.strip(",.'’")
            )
            loud = document.shouted[first] or (label in PLACE_LABELS and len(text) >= SHORTEST_PLACE and text.isupper())
            full = _full(document, first, last, before) if label == "ORG" and entry is None else ()
            mentions.append(NameMention(first, last, label, text, words or (text,), entry, loud, owner, full))
    return mentions


def _rank(word: str, gazetteer: Gazetteer) -> bool:
    """Whether a word is a rank or title for short, with its stop or without ("Cpl")."""
    return f"{word.rstrip('.')}." in gazetteer.titles


def _bodily(entry: Entry, gazetteer: Gazetteer) -> bool:
    """Whether a listed organisation has a name that no place has."""
    return entry.label not in PLACE_LABELS and not gazetteer.cities(entry.name)


def _full(document: NameText, first: int, last: int, before: NameMention | None) -> tuple[str, ...]:
    """The words of the body right in front of one word in brackets, whatever letters the word took from them, or from another
    language's."""
    if before is None or before.label != "ORG" or before.last != first - 2 or len(before.words) < 2 or first != last:
        return ()
    bracketed = document.words[first - 1] == "(" and document.words[last + 1 : last + 2] == [")"]
    return before.words if bracketed else ()


def _owner(document: NameText, first: int, before: NameMention | None, text: str, gazetteer: Gazetteer) -> str | None:
    """The country in the possessive in front of a public body's name."""
    if before is None or before.last != first - 2 or document.words[first - 1] not in ("'s", "’s", "'", "’"):
        return None
    country = before.entry.country if before.entry is not None and before.label in ("GPE", "NORP") else None
    return country if country is not None and describe(text, gazetteer)[1] in OWNED else None


def _place_label(label: str, text: str, entry: Entry | None, gazetteer: Gazetteer) -> str:
    if entry is not None and entry.label in PLACE_LABELS:
        return entry.label
    if label:
        return label
    groups = gazetteer.designators.get(text.rpartition(" ")[2], "").split()
    return "FAC" if "fac" in groups else "LOC" if "loc" in groups and " " in text else "GPE"

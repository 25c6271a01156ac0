"""Entities: the names of a document, repaired and gathered into bearers."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from newswire.extract.document.dateline import dateline, dateplace
from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.gazetteer import Entry, Gazetteer
from newswire.extract.entities.names import CALENDAR, CLASSES, Name, NameModel, Sheet, load_name_model, tag_names
from newswire.extract.entities.places import link_place
from newswire.extract.entities.roles import Role, describe, role_after, role_ahead, role_before

__all__ = ("find_entities",)

# Labels of places; the recogniser tells them apart better than it tells places from people.
PLACES: Final = ("GPE", "LOC", "FAC")

# Words that an acronym leaves out.
SMALL: Final = frozenset(("of", "the", "and", "for", "on", "in", "de", "&", "to", "-"))

# Words in front of a name or behind it that are no part of what tells one bearer from another.
AFFIXES: Final = frozenset(["the", "jr.", "jr", "sr.", "sr", "ii", "iii"])

# Sectors of an organisation by its designator, where no noun of its name tells it.
DESIGNATED: Final = {"government": "GOV", "party": "PTY", "legal": "BUS"}


# Bodies whose last word alone is none.
SERVICES: Final = frozenset((("air", "force"), ("border", "guard"), ("coast", "guard"), ("election", "commission")))

# Nouns for public bodies that a country has one of; what may stand between them and its name, and how many words.
BODIES: Final = frozenset(
    (
        *(
            "ministry",
            "government",
            "parliament",
            "army",
            "military",
            "navy",
            "embassy",
            "treasury",
            "cabinet",
            "intelligence",
        ),
        *("delegation", "administration", "consulate", "presidency", "senate", "congress"),
    )
)
MODIFYING: Final = frozenset(("JJ", "NN", "NNP", "POS"))
LONGEST_BODY: Final = 4

# Prepositions that stand before places; "at" and "to" stand before organisations as well.
LOCATIVE: Final = frozenset(("in", "near", "outside", "around", "from", "across"))

# Words that stand, in small letters, between the parts of a person's name.
PARTICLES: Final = frozenset(
    (
        *("de", "la", "le", "los", "las", "du", "da", "di", "do", "dos", "das", "del", "della", "e", "y"),
        *("van", "von", "der", "den", "ten", "ter", "zu", "bin", "bint", "ibn", "al", "el"),
    )
)

# Words of a family name with its particles ("de la Cruz y Silva"); what is longer is a list without commas.
LONGEST_FAMILY: Final = 5

# Offices that a word in front says more of ("Agriculture Minister").
PORTFOLIOS: Final = frozenset(("Minister", "Ministry", "Secretary"))

DIRECTIONS: Final = frozenset(("northern", "southern", "eastern", "western"))

# Nouns behind a name that is a paper's or a company's ("Acme chairman Jane Doe", "Acme's shares"), and in front of "of" and one.
PRESS: Final = frozenset(("newspaper", "daily", "magazine", "weekly", "tabloid", "broadcaster"))
CORPORATE: Final = frozenset(
    (
        *("board", "chairman", "chief", "customers", "employees", "factory", "plant", "products", "profit", "profits"),
        *("sales", "shareholders", "shares", "stock", "subsidiary", "unit", "workers"),
    )
)
COMPANY: Final = frozenset(
    ("board", "chairman", "customers", "employees", "officer", "owner", "shareholders", "shares", "subsidiary", "unit")
)

# Tags of adverbs ("Meanwhile, ..."), which are no names.
ADVERBS: Final = frozenset(("RB", "RBR", "RBS"))
# Tags of the words that begin a sentence in front of a person's name, and are none of it.
UNNAMED: Final = ADVERBS | {"CC", "DT", "IN", "PRP", "WRB", "WP"}

# What stands before a name with a capital at the beginning of a sentence, and is never part of one.
CALLED: Final = frozenset(
    (
        *(
            "activist",
            "analyst",
            "chairman",
            "chairwoman",
            "economist",
            "lawmaker",
            "lawyer",
            "prosecutor",
            "researcher",
        ),
        *("spokesman", "spokesperson", "spokeswoman"),
    )
)

# Places whose names are persons' names, words or companies too.
NAMESAKES: Final = frozenset(
    ("Chad", "Jordan", "Georgia", "Turkey", "Guinea", "Victoria", "Washington", "Pacific", "Atlantic", "Queens")
)

# Nouns in front of "of" and a place ("the town of X").
SETTLEMENTS: Final = frozenset(
    (
        "city",
        "district",
        "hamlet",
        "island",
        "municipality",
        "outskirts",
        "port",
        "province",
        "suburb",
        "town",
        "village",
        "cities",
        "districts",
        "islands",
        "provinces",
        "suburbs",
        "towns",
        "villages",
    )
)

# Shorter names ("US", "Mali", "Oman") are too often part of something else in capitals.
SHORTEST_PLACE: Final = 5


@dataclass(slots=True)
class Named:
    """A name as it stands: tokens `first` to `last`, its label, its words without affixes."""

    first: int
    last: int
    label: str
    text: str
    words: tuple[str, ...]
    entry: Entry | None
    loud: bool
    owner: str | None = None
    """The country whose public body it is ("Peru's Foreign Ministry")."""


# Small words in the middle of places' names that hyphens tie together.
TYING: Final = frozenset(
    (
        *("am", "an", "au", "aux", "by", "cum", "d", "de", "der", "des", "du", "en", "es", "im", "in", "l", "la", "le"),
        *("les", "lez", "on", "sous", "sur", "the", "under", "upon"),
    )
)

# Listed bodies whose names those of other countries bear as well, without an adjective at home.
COMMON: Final = frozenset(
    (
        *("Congress", "Conservative Party", "House of Representatives", "Justice Department", "Labour Party"),
        *("National Assembly", "National Security Council", "Senate", "Treasury"),
    )
)

# Sectors of public bodies that each country has its own of.
OWNED: Final = frozenset(("COP", "GOV", "JUD", "LEG", "MIL", "SPY"))


@dataclass(slots=True)
class Bearer:
    """The names that one bearer has in the document."""

    names: list[Named] = field(default_factory=list)
    words: tuple[str, ...] = ()
    entry: Entry | None = None
    owner: str | None = None


def find_entities(
    parse: Parse, names: list[NamedSpan], gazetteer: Gazetteer, model: NameModel | None = None
) -> list[EntityDraft]:
    """The entities of a text in order of first mention, with their mentions by name.

    `names` are the recogniser's spans; `model` is another model of names than the one that comes with the project (training
    reports on others).
    """
    sheet = Sheet(parse, names, gazetteer)
    whole = _with_particles(_tied(tag_names(sheet, model or load_name_model()), sheet, gazetteer), sheet, gazetteer)
    tagged = _with_places(_mended(whole, sheet, gazetteer), sheet, gazetteer)
    found = _labelled(parse, _agreed(tagged, sheet, gazetteer), names, sheet, gazetteer)
    bearers = _bearers(found)
    taken = {token for name in found if name.label == "PERSON" for token in range(name.first, name.last + 1)}
    drafts = [_draft(parse, bearer, taken, gazetteer) for bearer in bearers]
    _place(parse, drafts, bearers, gazetteer)
    _abroad(parse, drafts)
    drafts += _bodies(parse, found, gazetteer)
    return sorted(drafts, key=lambda draft: draft.mentions[0].start)


def _tied(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> list[Name]:
    """The names, listed places whole that hyphens tie together ("Port-au-Prince", "Guinea-Bissau")."""
    places = [place for place in _chains(sheet) if _listed(sheet, *place, gazetteer)]
    if not places:
        return names
    covered = {token: place for place in places for token in range(place[0], place[1] + 1)}
    found = [Name(first, last, "LOC") for first, last in places]
    for name in names:
        first, last = covered.get(name.first), covered.get(name.last)
        if first is None and last is None:
            found.append(name)
        elif first != last or (first is not None and name.last > first[1]):
            # a longer name that a place is part of: "Clermont-Ferrand University"
            whole = Name(first[0] if first else name.first, last[1] if last else name.last, name.kind)
            found = [each for each in found if each.last < whole.first or each.first > whole.last]
            found.append(whole)
    return sorted(found, key=lambda name: name.first)


def _chains(sheet: Sheet) -> list[tuple[int, int]]:
    """Runs of words that are tied by hyphens without spaces, a capital at both ends: first and last token."""
    words, starts, ends = sheet.words, sheet.parse.starts, sheet.parse.ends
    found: list[tuple[int, int]] = []
    for token in range(1, len(words) - 1):
        if words[token] != "-" or starts[token] != ends[token - 1] or ends[token] != starts[token + 1]:
            continue
        if found and found[-1][1] == token - 1:
            found[-1] = (found[-1][0], token + 1)
        else:
            found.append((token - 1, token + 1))
    return [(first, last) for first, last in found if words[first][0].isupper() and words[last][0].isupper()]


def _listed(sheet: Sheet, first: int, last: int, gazetteer: Gazetteer) -> bool:
    """Whether a run is a place of the gazetteer, in capitals or not."""
    text = sheet.parse.span_text(first, last)
    if text.isupper():
        small = (part.lower() if part.lower() in TYING else part.capitalize() for part in text.split("-"))
        text = "-".join(small)
    entry = gazetteer.find(text)
    return bool(gazetteer.cities(text)) if entry is None else entry.label in PLACES


def _with_particles(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> list[Name]:
    """The names, persons whole to the last of their family names: "Ursula von" and "Leyen" are one."""
    words = sheet.words
    found: list[Name] = []
    for name in names:
        first, last = name.first, name.last
        if found and last <= found[-1].last:
            continue  # the one before has taken it in
        if name.kind == "PER":
            while found and found[-1].first == found[-1].last and words[found[-1].last].casefold() in PARTICLES:
                found.pop()  # "Van" for itself is nobody
            free = found[-1].last + 1 if found else 0
            while first > free and not sheet.begins(first) and words[first - 1].casefold() in PARTICLES:
                first -= 1
            if (
                first > free
                and not sheet.begins(first)
                and words[first] in PARTICLES
                and words[first - 1] in gazetteer.given
            ):
                first -= 1
            last = _family(sheet, first, last)
        found.append(Name(first, last, name.kind))
    return found


def _hyphenated(sheet: Sheet, last: int) -> int:
    """The last word of a person's name with what a hyphen ties to it: "Lee Jae" and "-myung", but not "Trump" and "-backed"."""
    parse, end = sheet.parse, last + 2
    if end >= len(parse) or parse.words[last + 1] != "-" or parse.ends[last] != parse.starts[end] - 1:
        return last
    named = parse.tags[end] == "NNP" or (parse.tags[end][:2] == "NN" and sheet.recognised[end] == "I-PER")
    return end if named else last


def _family(sheet: Sheet, first: int, last: int) -> int:
    """The last word of a name of the words `first` to `last` with the family names that particles tie to it."""
    words = sheet.words
    while True:
        end = last
        while words[end] in PARTICLES and end > first:
            end -= 1
        after = end + 1
        while after < len(words) and words[after] in PARTICLES and not sheet.begins(after):
            after += 1
        if after == end + 1 or after <= last or after >= len(words):
            return end
        if sheet.begins(after) or not words[after][0].isupper():
            return end
        last = after


def _mended(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> list[Name]:
    """The names with their ends put right: no day, month or "And" in front, no name torn in two."""
    place = dateplace(sheet.parse.text, 0)
    line = sheet.parse.tokens(*place) if place else range(0)
    agency = sheet.parse.tokens(*(dateline(sheet.parse.text, 0) or (0, 0))).stop
    found: list[Name] = []
    for name in names:
        first = name.first
        if first == name.last and sheet.parse.tags[first] == "DT":
            continue
        if name.kind == "ORG" and first in line and name.last in line:
            name = Name(first, name.last, "LOC")
        elif name.last < agency and first not in line and sheet.words[first - 1] == "(":
            name = Name(first, name.last, "ORG")
        if sheet.begins(first) and sheet.parse.tags[first] in UNNAMED and name.kind == "PER":
            if first == name.last:
                continue
            first += 1
        while first < name.last and name.kind == "PER" and sheet.words[first].lower() in CALLED:
            first += 1
        while first < name.last and name.kind in ("ORG", "LOC", "PER") and sheet.words[first].rstrip(".") in CALENDAR:
            if sheet.words[first + 1] in PARTICLES or (name.kind == "PER" and sheet.words[first] in gazetteer.given):
                break  # "Jan van Eyck", "June Carter"
            first += 1
        if first < name.last and name.kind == "LOC" and sheet.words[first].lower() in DIRECTIONS:
            whole, rest = (" ".join(sheet.words[f : name.last + 1]) for f in (first, first + 1))
            if gazetteer.find(whole) is None and gazetteer.find(rest) is not None:
                first += 1  # "Northern Iraq" is Iraq, "Northern Ireland" is itself
        name = Name(first, name.last, name.kind)
        last = found[-1] if found else None
        if last is not None and last.last + 1 == name.first and not sheet.begins(name.first):
            torn = name.kind == "LOC" and last.kind == "ORG" and sheet.words[last.last] == "of"
            whole = " ".join(sheet.words[last.first : name.last + 1])
            entry = gazetteer.find(whole) if last.kind == name.kind == "LOC" else None
            if torn or (entry is not None and entry.label in PLACES):
                found[-1] = Name(last.first, name.last, last.kind)
                continue
            if last.kind == name.kind == "PER":
                found[-1] = Name(last.first, name.last, "PER")  # parts of one name: between two persons stands a comma
                continue
        found.append(name)
    return [name for name in found if name.last > name.first or sheet.words[name.first].rstrip(".") not in CALENDAR]


def _with_places(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> list[Name]:
    """The names and the listed places that no name covers: the model misses some in tables and headlines."""
    covered = {token for name in names for token in range(name.first, name.last + 1)}
    missed = []
    for first, last in sheet.stretches:
        token = first
        while token <= last:
            length = _missed_place(sheet, token, last, gazetteer) if token not in covered else 0
            if length and not covered & set(range(token - 1, token + length + 1)):
                missed.append(Name(token, token + length - 1, "LOC"))
            token += max(length, 1)
    return sorted([*names, *missed], key=lambda name: name.first) if missed else names


def _missed_place(sheet: Sheet, token: int, last: int, gazetteer: Gazetteer) -> int:
    """How many words the listed place has that begins at a token, 0 for none."""
    for length in (3, 2, 1):
        if token + length - 1 > last:
            continue
        phrase = " ".join(sheet.words[token : token + length])
        if len(phrase) < SHORTEST_PLACE or phrase.title() in NAMESAKES or phrase.title() in gazetteer.given:
            continue
        entry = gazetteer.find(phrase)
        if entry is not None and entry.kind in ("country", "seat", "region") and entry.label in PLACES:
            return length
    return 0


def _agreed(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> list[Name]:
    """The names with one class for one name: a surname goes with its full name, others with the majority.

    A word inside a title of several words ("Secretary of State") is none. What the gazetteer knows keeps its classes, since
    a country's team is an organisation here and there.
    """
    texts = [" ".join(sheet.words[name.first : name.last + 1]).casefold() for name in names]
    surnames = {sheet.words[n.last].casefold() for n in names if n.kind == "PER" and n.last > n.first}
    placed = {t for name, t in zip(names, texts, strict=True) if t not in surnames and _located(name, sheet, gazetteer)}
    persons = _persons_by_evidence(names, sheet, gazetteer)
    told: dict[str, str] = {}
    for name, text in zip(names, texts, strict=True):
        if name.kind in ("PER", "ORG") and text not in persons and (kind := _telling(name, sheet)):
            told.setdefault(text, kind)
    firms = {words for name in names if (words := _firm(name, sheet, gazetteer))}
    votes: dict[str, Counter[str]] = {}
    for name, text in zip(names, texts, strict=True):
        votes.setdefault(text, Counter())[name.kind] += 1 if sheet.shouted[name.first] else 3
    found = []
    for name, text in zip(names, texts, strict=True):
        if name.first == name.last and (sheet.titled(name.first) or _office_word(name, sheet, gazetteer)):
            continue
        if name.first == name.last and sheet.begins(name.first) and sheet.parse.tags[name.first] in ADVERBS:
            continue
        kind = name.kind
        state = kind == "PER" and text not in surnames and _state(name, sheet, gazetteer)
        if text in firms or _firm(name, sheet, gazetteer):
            kind = "ORG"
        elif text in told and (kind == "PER" or (kind == "ORG" and _unknown(name, sheet, gazetteer))):
            kind = told[text]
        elif state or (text in placed and (kind == "PER" or (kind == "ORG" and _located(name, sheet, gazetteer)))):
            kind = "LOC"
        elif len(votes[text]) > 1 or (text in surnames and kind != "PER"):
            written = " ".join(sheet.words[name.first : name.last + 1])
            known = gazetteer.find(written)
            if text in surnames and (known is None or known.kind == "organisation"):
                kind = "PER"
            elif known is None and not gazetteer.cities(written):
                kind = min(votes[text], key=lambda each: (-votes[text][each], each))
        found.append(name if kind == name.kind else Name(name.first, name.last, kind))
    return found


def _firm(name: Name, sheet: Sheet, gazetteer: Gazetteer) -> str:
    """What a company's name with its legal form behind it ("Acme Corp") is without it, folded; nothing for other names."""
    if name.first == name.last or "legal" not in gazetteer.designators.get(sheet.words[name.last].rstrip("."), ""):
        return ""
    return " ".join(sheet.words[name.first : name.last]).casefold()


def _persons_by_evidence(names: list[Name], sheet: Sheet, gazetteer: Gazetteer) -> set[str]:
    """The words, folded, that are a person's beyond doubt: of a full name with a given name, or behind a title."""
    found: set[str] = set()
    for name in names:
        words = sheet.words[name.first : name.last + 1]
        titled = name.first > 0 and sheet.words[name.first - 1] in gazetteer.titles
        if name.kind == "PER" and (titled or words[0] in gazetteer.given):
            found.update(word.casefold() for word in words)
            found.add(" ".join(words).casefold())
    return found


def _unknown(name: Name, sheet: Sheet, gazetteer: Gazetteer) -> bool:
    return gazetteer.find(" ".join(sheet.words[name.first : name.last + 1])) is None


def _telling(name: Name, sheet: Sheet) -> str:
    """ORG or LOC when what stands beside a name says that it is no person's: "the X newspaper", "chairman of X", "in X"."""
    words = sheet.words
    before = [word.lower() for word in words[max(0, name.first - 2) : name.first]]
    after = words[name.last + 1 : name.last + 3]
    if after and (after[0] in PRESS or after[0] in CORPORATE or (after[0] in ("'s", "’s") and after[-1] in CORPORATE)):
        return "ORG"
    if len(before) == 2 and before[1] == "of":
        return "ORG" if before[0] in COMPANY else "LOC" if before[0] in SETTLEMENTS else ""
    return "LOC" if name.kind == "PER" and name.first == name.last and before[-1:] == ["in"] else ""


def _state(name: Name, sheet: Sheet, gazetteer: Gazetteer) -> bool:
    """Whether what looks like a person is a country or its seat of government, without a person's title before it."""
    entry = gazetteer.find(" ".join(sheet.words[name.first : name.last + 1]))
    if entry is None or entry.kind not in ("country", "seat") or entry.name in gazetteer.given:
        return False
    return not name.first or sheet.words[name.first - 1] not in gazetteer.titles


def _located(name: Name, sheet: Sheet, gazetteer: Gazetteer) -> bool:
    """Whether a known place stands behind a preposition of place, or any behind "the town of"."""
    if name.first > 1 and sheet.words[name.first - 1] == "of" and sheet.words[name.first - 2] in SETTLEMENTS:
        return True
    if not name.first or sheet.words[name.first - 1].lower() not in LOCATIVE:
        return False
    text = " ".join(sheet.words[name.first : name.last + 1])
    entry = gazetteer.find(text)
    if entry is not None:
        return entry.label in PLACES and entry.kind != "organisation"
    return bool(gazetteer.cities(text))


def _office_word(name: Name, sheet: Sheet, gazetteer: Gazetteer) -> bool:
    """Whether what looks like a person is an office in front of one ("Marine John Doe")."""
    follower = sheet.words[name.last + 1 : name.last + 2]
    word = sheet.words[name.first]
    if not follower or name.kind not in ("PER", "ORG"):
        return False
    if follower[0] in PORTFOLIOS and word not in gazetteer.given:
        return True  # "Agriculture Minister"
    office = word in gazetteer.titles or word.lower() in gazetteer.sectors
    return name.kind == "PER" and office and follower[0][0].isupper()


def _labelled(
    parse: Parse, names: list[Name], spans: list[NamedSpan], sheet: Sheet, gazetteer: Gazetteer
) -> list[Named]:
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
    found: list[Named] = []
    for name in names:
        first, last = name.first, name.last
        while first < last and sheet.words[first].lower() in ("the", "-"):
            first += 1
        while first < last and sheet.words[last] in ("'s", "’s", "'", "’", ",", "-"):
            last -= 1
        if name.kind == "PER":
            last = _hyphenated(sheet, last)
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
        before = found[-1] if found else None
        owner = _owner(sheet, first, before, text, gazetteer) if label == "ORG" else None
        if label and sum(map(str.isalnum, text)) > 1:  # a letter is no name: "wrote on X"
            words = tuple(w for w in sheet.words[first : last + 1] if w.lower() not in AFFIXES and w.strip(",.'’"))
            loud = sheet.shouted[first] or (label in PLACES and len(text) >= SHORTEST_PLACE and text.isupper())
            found.append(Named(first, last, label, text, words or (text,), entry, loud, owner))
    return found


def _bodily(entry: Entry, gazetteer: Gazetteer) -> bool:
    """Whether a listed organisation has a name that no place has."""
    return entry.label not in PLACES and not gazetteer.cities(entry.name)


def _owner(sheet: Sheet, first: int, before: Named | None, text: str, gazetteer: Gazetteer) -> str | None:
    """The country in the possessive in front of a public body's name."""
    if before is None or before.last != first - 2 or sheet.words[first - 1] not in ("'s", "’s", "'", "’"):
        return None
    country = before.entry.country if before.entry is not None and before.label in ("GPE", "NORP") else None
    return country if country is not None and describe(text, gazetteer)[1] in OWNED else None


def _place_label(label: str, text: str, entry: Entry | None, gazetteer: Gazetteer) -> str:
    if entry is not None and entry.label in PLACES:
        return entry.label
    if label:
        return label
    groups = gazetteer.designators.get(text.rpartition(" ")[2], "").split()
    return "FAC" if "fac" in groups else "LOC" if "loc" in groups and " " in text else "GPE"


def _bearers(names: list[Named]) -> list[Bearer]:
    """Gathers names into bearers, in order of first mention."""
    bearers: list[Bearer] = []
    for label in ("PERSON", "ORG", "NORP", "GPE", "LOC", "FAC"):
        group = [name for name in names if name.label == label]
        bearers += _persons(group) if label == "PERSON" else _same(group, label)
    others = [name for name in names if name.label not in ("PERSON", "ORG", "NORP", *PLACES)]
    bearers += _same(others, "")
    return sorted(bearers, key=lambda bearer: bearer.names[0].first)


def _persons(names: list[Named]) -> list[Bearer]:
    """Full names first; then a surname or given name alone joins the bearer of it who was named last."""
    full: dict[tuple[str, str], Bearer] = {}
    endings = {
        _folded(name.words[at:])
        for name in names
        for at in range(max(1, len(name.words) - LONGEST_FAMILY), len(name.words) - 1)
        if name.words[at].casefold() in PARTICLES
    }
    short = [len(name.words) == 1 or _folded(name.words) in endings for name in names]
    for name, alike in zip(names, short, strict=True):
        if not alike:
            key = (name.words[0].casefold().rstrip("."), name.words[-1].casefold())
            bearer = full.setdefault(key, Bearer(words=name.words, names=[]))
            bearer.names.append(name)
            if len(name.words) > len(bearer.words):
                bearer.words = name.words
    known = list(full.values())
    alone: dict[str, Bearer] = {}
    for name, alike in zip(names, short, strict=True):
        if not alike:
            continue
        word, ending = " ".join(name.words).casefold(), _folded(name.words)
        matching = [b for b in known if _folded(b.words[-len(ending) :]) == ending]
        matching = matching or [b for b in known if word in (w.casefold() for w in b.words)]
        if matching:
            # Whoever was last called by the full name before; behind the first sentences there nearly always is one.
            best = max(matching, key=lambda b: _last_before(b, name.first))
            best.names.append(name)
        else:
            alone.setdefault(word, Bearer(words=name.words)).names.append(name)
    found = [*known, *alone.values()]
    for bearer in found:
        bearer.names.sort(key=lambda name: name.first)
    return found


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(str.casefold, words))


def _last_before(bearer: Bearer, token: int) -> tuple[int, int]:
    before = [name.first for name in bearer.names if name.first < token]
    return (1, before[-1]) if before else (0, -bearer.names[0].first)


def _same(names: list[Named], label: str) -> list[Bearer]:
    """Names that the gazetteer, equal words, an acronym or a shorter form make one."""
    found: dict[str, Bearer] = {}
    owners: dict[str, list[tuple[int, str]]] = {}
    for name in sorted(names, key=lambda name: (name.loud, name.owner is None, -len(name.words), name.first)):
        key = f"{name.entry.kind} {name.entry.name}" if name.entry is not None else " ".join(name.words).casefold()
        if name.owner is not None:
            insort(owners.setdefault(key, []), (name.first, name.owner))
            key = f"{name.owner} {key}"
        elif key in owners:
            # the one of several countries' that was named last
            before = bisect_left(owners[key], (name.first, ""))
            key = f"{owners[key][max(0, before - 1)][1]} {key}"
        bearer = found.get(key)
        if bearer is None and label == "ORG" and name.entry is None:
            bearer = next((b for b in found.values() if _short_for(name.words, b.words)), None)
        if bearer is None and label == "ORG" and name.entry is not None and len(name.words) > 2:
            # A listed body with its seat in front: "White House National Security Council".
            bearer = next(
                (b for b in found.values() if b.entry is None and b.words[-len(name.words) :] == name.words), None
            )
            if bearer is not None:
                bearer.entry = name.entry
        if bearer is None:
            bearer = found[key] = Bearer(words=name.words, entry=name.entry, owner=name.owner)
        bearer.names.append(name)
    for bearer in found.values():
        bearer.names.sort(key=lambda name: name.first)
    return list(found.values())


def _short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a name is an acronym of another one, its beginning ("Boeing" of "Boeing Co"), or its last word after a place or
    people ("Commission" of "European Commission")."""
    if len(short) >= len(long):
        return False
    if len(short) == 1:
        letters = short[0].replace(".", "")
        if letters.isupper() and len(letters) > 1:
            return letters == "".join(w[0] for w in long if w.lower() not in SMALL and w[0].isalpha()).upper()
    folded = [w.casefold() for w in short]
    return [w.casefold() for w in long[: len(short)]] == folded


def _bodies(parse: Parse, names: list[Named], gazetteer: Gazetteer) -> list[EntityDraft]:
    """Public bodies that the text names by their country and a common noun ("the Russian foreign ministry")."""
    covered = {token: name for name in names for token in range(name.first, name.last + 1)}
    found: dict[str, EntityDraft] = {}
    for token, lemma in enumerate(parse.lemmas):
        service = token > 0 and (parse.words[token - 1].lower(), lemma) in SERVICES
        if not (lemma in BODIES or service) or token in covered or parse.tags[token] not in ("NN", "NNP"):
            continue
        # Word by word to the left: the parser hangs "Russian" on "statement" in "a Russian foreign ministry statement".
        first = token - 1
        while first >= 0 and first not in covered and token - first < LONGEST_BODY and parse.tags[first] in MODIFYING:
            first -= 1
        of = covered.get(first)
        if of is None or of.label not in ("NORP", "GPE") or of.entry is None or of.entry.country is None:
            continue
        first = of.first
        name = " ".join(parse.span_text(first, token).split())
        # "China's foreign ministry" is "the Chinese foreign ministry".
        own = of.last + 2 if parse.tags[of.last + 1] == "POS" else of.last + 1
        key = f"{of.entry.country} {' '.join(parse.words[own : token + 1])}".casefold()
        draft = found.get(key)
        if draft is None:
            sector = describe(name, gazetteer)[1]
            draft = found[key] = EntityDraft("ORG", name, [], country=of.entry.country, sector=sector)
        elif name not in (draft.name, *draft.aliases):
            draft.aliases.append(name)
        draft.mentions.append(MentionDraft(parse.starts[first], parse.ends[token], token, "nominal"))
    return list(found.values())


def _draft(parse: Parse, bearer: Bearer, taken: set[int], gazetteer: Gazetteer) -> EntityDraft:
    label = Counter(name.label for name in bearer.names).most_common(1)[0][0]
    quiet = [name.text for name in bearer.names if not name.loud] or [_quiet(name.text) for name in bearer.names]
    forms = list(dict.fromkeys(quiet))
    if bearer.entry is not None and bearer.entry.kind not in ("people", "seat"):
        name = bearer.entry.name
    else:
        name = max(forms, key=lambda form: (form.count(" "), len(form)))
    mentions = [
        MentionDraft(parse.starts[n.first], _end(parse, n.last), _head(parse, n.first, n.last), "name")
        for n in bearer.names
    ]
    draft = EntityDraft(label, name, mentions, [form for form in forms if form != name])
    entry = bearer.entry
    if entry is not None:
        draft.country, draft.sector = entry.country, entry.sector
    if label == "PERSON":
        _office(parse, bearer, taken, draft, gazetteer)
    elif label == "ORG":
        country, sector = describe(name, gazetteer)
        if country is None:
            # "Supreme Court", which somewhere is the "U.S. Supreme Court"
            longer = next((form.removesuffix(name) for form in forms if form != name and form.endswith(name)), "")
            country = describe(longer, gazetteer)[0]
        draft.country = draft.country or bearer.owner or country
        draft.sector = draft.sector or sector or _designated(name, gazetteer)
    return draft


def _designated(name: str, gazetteer: Gazetteer) -> str | None:
    for word in reversed(name.split()):
        for group in gazetteer.designators.get(word, "").split():
            if group in DESIGNATED:
                return DESIGNATED[group]
    return None


def _quiet(text: str) -> str:
    """A name that stands in capitals only, as it would stand in a sentence."""
    return " ".join(word.title() if len(word) > 3 and word.isupper() else word for word in text.split())


def _end(parse: Parse, last: int) -> int:
    """The end of a name. The dot of an abbreviation that ends a sentence ("of Acme Inc.") is the sentence's."""
    final = (
        parse.sentence(min(last + 1, len(parse) - 1)) != parse.sentence(last)
        or last + 1 == len(parse)
        or not parse.words[last + 1].strip()
    )
    return parse.ends[last] - (
        final and len(parse.words[last]) > 2 and parse.words[last].count(".") == 1 and parse.words[last].endswith(".")
    )


def _head(parse: Parse, first: int, last: int) -> int:
    """The token of the name whose head lies outside it; the last one where several do."""
    for token in range(last, first - 1, -1):
        if not first <= parse.heads[token] <= last or parse.heads[token] == token:
            return token
    return last


def _office(parse: Parse, bearer: Bearer, taken: set[int], draft: EntityDraft, gazetteer: Gazetteer) -> None:
    """Role, country, sector and gender of a person from what stands beside the name."""
    best: Role | None = None
    for name in bearer.names:
        if name.loud:
            continue
        word = parse.words[name.first - 1] if name.first else ""
        gender = gazetteer.titles.get(word)
        if gender:
            draft.gender = draft.gender or gender
        role = (
            role_before(parse, name.first, taken, gazetteer)
            or role_after(parse, name.first, name.last, gazetteer)
            or role_ahead(parse, name.first, name.last, gazetteer)
        )
        # The first role is how the story introduces its bearer; a later one replaces it only if it tells a country first.
        if role is not None and (best is None or (best.country is None and best.sector is None and role.sector)):
            best = role
    if best is not None:
        draft.role, draft.country, draft.sector = best.text, best.country, best.sector


def _place(parse: Parse, drafts: list[EntityDraft], bearers: list[Bearer], gazetteer: Gazetteer) -> None:
    """Countries and GeoNames places of the places, in the light of the countries that the document names."""
    countries = {b.entry.country for b in bearers if b.entry is not None and b.entry.country}
    for draft, bearer in zip(drafts, bearers, strict=True):
        if draft.label not in ("GPE", "LOC") or (bearer.entry is not None and bearer.entry.label == "FAC"):
            continue
        qualifier = next((q for name in bearer.names if (q := _qualifier(parse, name, gazetteer))), None)
        link = link_place(draft.name, bearer.entry, qualifier, countries, gazetteer)
        draft.country, draft.place = link.country, link.place


def _abroad(parse: Parse, drafts: list[EntityDraft]) -> None:
    """Takes the listed country from bodies that many countries have ("Congress") when the story was written in another one."""
    place = dateplace(parse.text, 0)
    home = next((d.country for d in drafts if place and any(m.start == place[0] for m in d.mentions)), None)
    if home is None:
        return
    for draft in drafts:
        if draft.name in COMMON and draft.country != home and not draft.aliases:
            draft.country = None


def _qualifier(parse: Parse, name: Named, gazetteer: Gazetteer) -> str | None:
    """The country or state behind a name: "Paris, Texas"."""
    comma = name.last + 1
    if comma + 1 >= len(parse) or parse.words[comma] != ",":
        return None
    for length in (3, 2, 1):
        phrase = " ".join(parse.words[comma + 1 : comma + 1 + length])
        entry = gazetteer.entries.get(phrase)
        if (entry is not None and entry.kind in ("country", "region")) or phrase in gazetteer.states:
            # In a list of places ("London, France and Spain") the next one is no qualifier; a qualifier has a comma behind.
            follower = parse.words[comma + 1 + length] if comma + 1 + length < len(parse) else ""
            return phrase if follower in (",", ".", "—", "–", "-", "(", ";", ")") else None
    return None

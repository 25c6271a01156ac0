"""Boundaries: where the names that the model of names tells begin and end."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.dateline import dateline, dateplace
from newswire.extract.entities.gazetteer import PLACE_LABELS, Gazetteer
from newswire.extract.entities.names import Name, NameFeatures

__all__ = ("ADVERBS", "SHORTEST_PLACE", "bounded", "hyphenated")

# Tags of adverbs ("Meanwhile, ..."), which are no names.
ADVERBS: Final = frozenset(("RB", "RBR", "RBS"))
# Tags of the words that begin a sentence in front of a person's name, and are none of it.
UNNAMED: Final = ADVERBS | {"CC", "DT", "IN", "PRP", "WRB", "WP"}

# Shorter names ("US", "Mali", "Oman") are too often part of something else in capitals.
SHORTEST_PLACE: Final = 5


def bounded(names: list[Name], features: NameFeatures, gazetteer: Gazetteer) -> list[Name]:
    """The names of a text with their beginnings and ends put right, in text order, and the listed places that are missing."""
    whole = _with_particles(_tied(names, features, gazetteer), features, gazetteer)
    return _with_places(_mended(whole, features, gazetteer), features, gazetteer)


def _tied(names: list[Name], features: NameFeatures, gazetteer: Gazetteer) -> list[Name]:
    """The names, listed places whole that hyphens tie together ("Port-au-Prince", "Guinea-Bissau")."""
    places = [place for place in _chains(features) if _listed(features, *place, gazetteer)]
    if not places:
        return names
    covered = {token: place for place in places for token in range(place[0], place[1] + 1)}
    kept = [Name(first, last, "LOC") for first, last in places]
    for name in names:
        first, last = covered.get(name.first), covered.get(name.last)
        if first is None and last is None:
            kept.append(name)
        elif first != last or (first is not None and name.last > first[1]):
            # a longer name that a place is part of: "Clermont-Ferrand University"
            whole = Name(first[0] if first else name.first, last[1] if last else name.last, name.kind)
            kept = [each for each in kept if each.last < whole.first or each.first > whole.last]
            kept.append(whole)
    return sorted(kept, key=lambda name: name.first)


def _chains(features: NameFeatures) -> list[tuple[int, int]]:
    """Runs of words that are tied by hyphens without spaces, a capital at both ends: first and last token."""
    words, starts, ends = features.words, features.parse.starts, features.parse.ends
    chains: list[tuple[int, int]] = []
    for token in range(1, len(words) - 1):
        if words[token] != "-" or starts[token] != ends[token - 1] or ends[token] != starts[token + 1]:
            continue
        if chains and chains[-1][1] == token - 1:
            chains[-1] = (chains[-1][0], token + 1)
        else:
            chains.append((token - 1, token + 1))
    return [(first, last) for first, last in chains if words[first][0].isupper() and words[last][0].isupper()]


def _listed(features: NameFeatures, first: int, last: int, gazetteer: Gazetteer) -> bool:
    """Whether a run is a place of the gazetteer, in capitals or not."""
    text = features.parse.span_text(first, last)
    if text.isupper():
        small = (
            part.lower() if part.lower() in gazetteer.words.place_links else part.capitalize()
            for part in text.split("-")
        )
        text = "-".join(small)
    entry = gazetteer.find(text)
    return bool(gazetteer.cities(text)) if entry is None else entry.label in PLACE_LABELS


def _with_particles(names: list[Name], features: NameFeatures, gazetteer: Gazetteer) -> list[Name]:
    """The names, persons whole to the last of their family names: "Ursula von" and "Leyen" are one."""
    words = features.words
    extended: list[Name] = []
    for name in names:
        first, last = name.first, name.last
        if extended and last <= extended[-1].last:
            continue  # the one before has taken it in
        if name.kind == "PER":
            while (
                extended
                and extended[-1].first == extended[-1].last
                and words[extended[-1].last].casefold() in gazetteer.words.particles
            ):
                extended.pop()  # "Van" for itself is nobody
            free = extended[-1].last + 1 if extended else 0
            while (
                first > free and not features.begins(first) and words[first - 1].casefold() in gazetteer.words.particles
            ):
                first -= 1
            if (
                first > free
                and not features.begins(first)
                and words[first] in gazetteer.words.particles
                and words[first - 1] in gazetteer.given
            ):
                first -= 1
            last = _family(features, first, last, gazetteer)
        extended.append(Name(first, last, name.kind))
    return extended


def hyphenated(features: NameFeatures, last: int) -> int:
    """The last word of a person's name with what a hyphen ties to it: "Lee Jae" and "-myung", but not "Trump" and "-backed"."""
    parse, end = features.parse, last + 2
    if end >= len(parse) or parse.words[last + 1] != "-" or parse.ends[last] != parse.starts[end] - 1:
        return last
    named = parse.tags[end] == "NNP" or (parse.tags[end][:2] == "NN" and features.recognised[end] == "I-PER")
    return end if named else last


def _family(features: NameFeatures, first: int, last: int, gazetteer: Gazetteer) -> int:
    """The last word of a name of the words `first` to `last` with the family names that particles tie to it."""
    words = features.words
    while True:
        end = last
        while words[end] in gazetteer.words.particles and end > first:
            end -= 1
        after = end + 1
        while after < len(words) and words[after] in gazetteer.words.particles and not features.begins(after):
            after += 1
        if after == end + 1 or after <= last or after >= len(words):
            return end
        if features.begins(after) or not words[after][0].isupper():
            return end
        last = after


def _mended(names: list[Name], features: NameFeatures, gazetteer: Gazetteer) -> list[Name]:
    """The names with their ends put right: no day, month or "And" in front, no name torn in two."""
    place = dateplace(features.parse.text, 0)
    line = features.parse.tokens(*place) if place else range(0)
    agency = features.parse.tokens(*(dateline(features.parse.text, 0) or (0, 0))).stop
    mended: list[Name] = []
    for name in names:
        first = name.first
        if first == name.last and features.parse.tags[first] == "DT":
            continue
        if name.kind == "ORG" and first in line and name.last in line:
            name = Name(first, name.last, "LOC")
        elif name.last < agency and first not in line and features.words[first - 1] == "(":
            name = Name(first, name.last, "ORG")
        if features.begins(first) and features.parse.tags[first] in UNNAMED and name.kind == "PER":
            if first == name.last:
                continue
            first += 1
        while first < name.last and name.kind == "PER" and features.words[first].lower() in gazetteer.words.callings:
            first += 1
        while (
            first < name.last
            and name.kind in ("ORG", "LOC", "PER")
            and features.words[first].rstrip(".") in gazetteer.words.calendar
        ):
            if features.words[first + 1] in gazetteer.words.particles or (
                name.kind == "PER" and features.words[first] in gazetteer.given
            ):
                break  # "Jan van Eyck", "June Carter"
            first += 1
        if first < name.last and name.kind == "LOC" and features.words[first].lower() in gazetteer.words.directions:
            whole, rest = (" ".join(features.words[f : name.last + 1]) for f in (first, first + 1))
            if gazetteer.find(whole) is None and gazetteer.find(rest) is not None:
                first += 1  # "Northern Iraq" is Iraq, "Northern Ireland" is itself
        name = Name(first, name.last, name.kind)
        last = mended[-1] if mended else None
        if last is not None and last.last + 1 == name.first and not features.begins(name.first):
            torn = name.kind == "LOC" and last.kind == "ORG" and features.words[last.last] == "of"
            whole = " ".join(features.words[last.first : name.last + 1])
            entry = gazetteer.find(whole) if last.kind == name.kind == "LOC" else None
            if torn or (entry is not None and entry.label in PLACE_LABELS):
                mended[-1] = Name(last.first, name.last, last.kind)
                continue
            if last.kind == name.kind == "PER":
                mended[-1] = Name(last.first, name.last, "PER")  # parts of one name: between two persons stands a comma
                continue
        mended.append(name)
    return [
        name
        for name in mended
        if name.last > name.first or features.words[name.first].rstrip(".") not in gazetteer.words.calendar
    ]


def _with_places(names: list[Name], features: NameFeatures, gazetteer: Gazetteer) -> list[Name]:
    """The names and the listed places that no name covers: the model misses some in tables and headlines."""
    covered = {token for name in names for token in range(name.first, name.last + 1)}
    missed = []
    for first, last in features.stretches:
        token = first
        while token <= last:
            length = _missed_place(features, token, last, gazetteer) if token not in covered else 0
            if length and not covered & set(range(token - 1, token + length + 1)):
                missed.append(Name(token, token + length - 1, "LOC"))
            token += max(length, 1)
    return sorted([*names, *missed], key=lambda name: name.first) if missed else names


def _missed_place(features: NameFeatures, token: int, last: int, gazetteer: Gazetteer) -> int:
    """How many words the listed place has that begins at a token, 0 for none."""
    for length in (3, 2, 1):
        if token + length - 1 > last:
            continue
        phrase = " ".join(features.words[token : token + length])
        if (
            len(phrase) < SHORTEST_PLACE
            or phrase.title() in gazetteer.words.namesakes
            or phrase.title() in gazetteer.given
        ):
            continue
        entry = gazetteer.find(phrase)
        if entry is not None and entry.kind in ("country", "seat", "region") and entry.label in PLACE_LABELS:
            return length
    return 0

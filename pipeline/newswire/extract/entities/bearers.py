"""Bearers: names of one person, organisation or place gathered, over the document."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.gazetteer import PLACE_LABELS, Entry, Gazetteer

__all__ = ("Bearer", "gather_bearers")

# Words of a family name with its particles ("de la Cruz y Silva"); what is longer is a list without commas.
LONGEST_FAMILY: Final = 5

# Letters of a surname that one letter awry leaves recognisable (five-letter surnames have too many neighbours), and its last
# ones, which tell families and genders apart.
SHORTEST_MISSPELT: Final = 6
ENDING: Final = 3

# Letters that a blend ("Telmex") takes of each of its words at least, and letters of a blend at least.
BLENDED: Final = 2
SHORTEST_BLEND: Final = 5


@dataclass(slots=True)
class Bearer:
    """A person, organisation or place: its names in the document, the words of the fullest, what is listed of it, whose it is."""

    mentions: list[NameMention] = field(default_factory=list)
    words: tuple[str, ...] = ()
    entry: Entry | None = None
    owner: str | None = None


def gather_bearers(mentions: list[NameMention], gazetteer: Gazetteer) -> list[Bearer]:
    """Gathers names into bearers, in order of first mention."""
    bearers: list[Bearer] = []
    for label in ("PERSON", "ORG", "NORP", "GPE", "LOC", "FAC"):
        group = [name for name in mentions if name.label == label]
        bearers += _persons(group, gazetteer) if label == "PERSON" else _same(group, label, gazetteer)
    others = [name for name in mentions if name.label not in ("PERSON", "ORG", "NORP", *PLACE_LABELS)]
    bearers += _same(others, "", gazetteer)
    return sorted(bearers, key=lambda bearer: bearer.mentions[0].first)


def _persons(mentions: list[NameMention], gazetteer: Gazetteer) -> list[Bearer]:
    """Full names first; then a surname, of one word or more, or a given name joins the bearer of it who was named last.

    What begins with a given name is no surname: "Michael Smith" is not "John Michael Smith"."""
    full: dict[tuple[str, str], Bearer] = {}
    endings = {
        _folded(name.words[at:])
        for name in mentions
        for at in range(max(1, len(name.words) - LONGEST_FAMILY), len(name.words) - 1)
        if gazetteer.given_gender(name.words[at]) is None
    }
    short = [len(name.words) == 1 or _folded(name.words) in endings for name in mentions]
    for name, alike in zip(mentions, short, strict=True):
        if not alike:
            key = (name.words[0].casefold().rstrip("."), name.words[-1].casefold())
            bearer = full.setdefault(key, Bearer(words=name.words, mentions=[]))
            bearer.mentions.append(name)
            if len(name.words) > len(bearer.words):
                bearer.words = name.words
    known = list(full.values())
    alone: dict[str, Bearer] = {}
    for name, alike in zip(mentions, short, strict=True):
        if not alike:
            continue
        word, ending = " ".join(name.words).casefold(), _folded(name.words)
        matching = [b for b in known if _folded(b.words[-len(ending) :]) == ending]
        matching = matching or [b for b in known if word in (w.casefold() for w in b.words)]
        matching = matching or [b for b in known if len(name.words) == 1 and _misspelt(word, b.words[-1].casefold())]
        if matching:
            # Whoever was last called by the full name before; behind the first sentences there nearly always is one.
            best = max(matching, key=lambda b: _last_before(b, name.first))
            best.mentions.append(name)
        else:
            alone.setdefault(word, Bearer(words=name.words)).mentions.append(name)
    gathered = [*known, *alone.values()]
    for bearer in gathered:
        bearer.mentions.sort(key=lambda name: name.first)
    return gathered


def _folded(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(str.casefold, words))


def _misspelt(word: str, surname: str) -> bool:
    """Whether a word is a surname but for a letter more, less, changed or in its neighbour's place ("Hallberg", "Halberg").

    At the end of a name such a letter makes another family's, or a wife's ("Petrov", "Petrova")."""
    if min(len(word), len(surname)) < SHORTEST_MISSPELT or abs(len(word) - len(surname)) > 1:
        return False
    pairs = enumerate(zip(word, surname, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), min(len(word), len(surname)))
    if not 0 < first <= min(len(word), len(surname)) - ENDING:
        return False
    one, other = word[first:], surname[first:]
    if len(one) != len(other):
        return one[1:] == other if len(one) > len(other) else one == other[1:]
    return one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:])


def _last_before(bearer: Bearer, token: int) -> tuple[int, int]:
    before = [name.first for name in bearer.mentions if name.first < token]
    return (1, before[-1]) if before else (0, -bearer.mentions[0].first)


def _same(mentions: list[NameMention], label: str, gazetteer: Gazetteer) -> list[Bearer]:
    """Names that the gazetteer, equal words, an acronym or a shorter form make one."""
    by_key: dict[str, Bearer] = {}
    owners: dict[str, list[tuple[int, str]]] = {}
    full = {_folded(name.words): _folded(name.full) for name in mentions if name.full}
    for name in sorted(mentions, key=lambda name: (name.loud, name.owner is None, -len(name.words), name.first)):
        key = f"{name.entry.kind} {name.entry.name}" if name.entry is not None else " ".join(name.words).casefold()
        if name.owner is not None:
            insort(owners.setdefault(key, []), (name.first, name.owner))
            key = f"{name.owner} {key}"
        elif key in owners:
            # the one of several countries' that was named last
            before = bisect_left(owners[key], (name.first, ""))
            key = f"{owners[key][max(0, before - 1)][1]} {key}"
        bearer = by_key.get(key)
        if bearer is None and label == "ORG" and name.entry is None:
            bearer = next((b for b in by_key.values() if _short_for(name.words, b.words, gazetteer)), None)
            whole = full.get(_folded(name.words))
            if bearer is None and whole:
                bearer = next((b for b in by_key.values() if any(_folded(m.words) == whole for m in b.mentions)), None)
        if bearer is None and label == "ORG" and name.entry is not None and len(name.words) > 2:
            # A listed body with its seat in front: "White House National Security Council".
            bearer = next(
                (b for b in by_key.values() if b.entry is None and b.words[-len(name.words) :] == name.words), None
            )
            if bearer is not None:
                bearer.entry = name.entry
        if bearer is None:
            bearer = by_key[key] = Bearer(words=name.words, entry=name.entry, owner=name.owner)
        bearer.mentions.append(name)
    for bearer in by_key.values():
        bearer.mentions.sort(key=lambda name: name.first)
    return list(by_key.values())


def _short_for(short: tuple[str, ...], long: tuple[str, ...], gazetteer: Gazetteer) -> bool:
    """Whether a name is an acronym of another one, a blend of its words, or its beginning ("Boeing" of "Boeing Co")."""
    if len(short) >= len(long):
        return False
    if len(short) == 1:
        letters = short[0].replace(".", "")
        if letters.isupper() and len(letters) > 1:
            initials = (w[0] for w in long if w.lower() not in gazetteer.words.acronym_gaps and w[0].isalpha())
            return letters == "".join(initials).upper()
        if _blend(short[0].casefold(), [w.casefold() for w in long]):
            return True
    folded = [w.casefold() for w in short]
    return [w.casefold() for w in long[: len(short)]] == folded


def _blend(word: str, long: Sequence[str]) -> bool:
    """Whether a word is made of the beginnings of two words or more that stand in a row ("Norcom" of "Northern Command")."""
    if len(word) < SHORTEST_BLEND:
        return False
    return any(_begun(word, [each for each in long[at:] if len(each) > BLENDED]) for at in range(len(long) - 1))


def _begun(word: str, long: Sequence[str], parts: int = 0) -> bool:
    """Whether the beginnings of the first of some words make up a word."""
    if not word:
        return parts > 1
    if not long:
        return False
    most = next((at for at, (one, other) in enumerate(zip(word, long[0], strict=False)) if one != other), len(long[0]))
    return any(_begun(word[size:], long[1:], parts + 1) for size in range(BLENDED, min(most, len(word)) + 1))

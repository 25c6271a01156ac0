"""The gazetteer: what is known of names before any text is read."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from newswire.extract.entities.name_words import NameWords
from newswire.lexicon import rows

__all__ = ("PLACE_LABELS", "SIDES", "City", "Entry", "Gazetteer")

# Labels of places; the recogniser tells them apart better than it tells places from people.
PLACE_LABELS: Final = ("GPE", "LOC", "FAC")

# Sectors whose bearers remain what they are in whatever office: an opposition leader is no government.
SIDES: Final = frozenset(("OPP", "REB", "MIL", "COP", "CRM", "UAF", "PRM", "PTY", "LAB"))

# No name in the lists that matters is longer; each further word costs a lookup at every capital letter.
LONGEST: Final = 6

# Names whose cities are kept once they were asked for. Most names of a story are no city's, and come in the next one again.
NAMES_KEPT: Final = 16_384

# News leaves out the apostrophes of foreign names: soft signs, glottal stops, borders between syllables ("Taif" for "Ta'if"). A
# city of so many thousands of people is found without them; names of smaller ones are surnames or words then ("Usman", "Hail").
UNMARKED: Final = 100

# Letters of the shortest noun for a person that is looked for at the end of a longer one: "man", and no "mp" or "kid" in "skid".
SHORTEST: Final = 3

# Words of which it is remembered whether they stand for persons: more than the nouns of a day's news, some megabytes.
REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a name. `kind` is country, people, seat, region, province, organisation; `label` its OntoNotes label."""

    kind: str
    name: str
    label: str
    country: str | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class City:
    """A populated place of GeoNames; `population` in thousands, `state` only where namesakes are told apart by it."""

    name: str
    country: str
    state: str
    geonames: int
    lat: float
    lon: float
    population: int


class Gazetteer:
    """Countries, peoples, seats of government, regions, organisations, cities, given names, titles and designators, and the
    words by which names are found."""

    def __init__(self, additions: Path | None = None) -> None:
        """Reads the package's lists with the rows that a user's directory adds.

        Raises SettingsError, naming file and line, for a row that is none.
        """
        self.words = NameWords.load(additions)
        self.given = {row[0]: row[1] for row in rows("given_names.tsv", 2, additions)}
        self.titles = {row[0]: row[1] for row in rows("titles.tsv", 2, additions)}
        self.sectors: dict[str, str] = {word.replace("_", " "): code for word, code in rows("agents.tsv", 2, additions)}
        self._persons = frozenset(word for word, how in rows("anonymity.tsv", 2, additions) if how == "head")
        self._person_endings = self._persons - self.words.chance_endings
        self._person_nouns: dict[str, bool] = {}
        self.designators: dict[str, str] = {}
        for group, word in rows("designators.tsv", 2, additions):
            self.designators[word] = f"{self.designators[word]} {group}" if word in self.designators else group
        self.entries: dict[str, Entry] = {}
        self.countries: dict[str, str] = {}
        self._add_listed(additions)
        self._provinces: dict[str, tuple[int, float, float]] = {}
        self._add_provinces()
        self._points: dict[tuple[str, str], tuple[int, float, float]] = {}
        self.states: dict[str, str] = {}
        self._abbreviations = {row[0]: row[1] for row in rows("state_abbreviations.tsv", 2, additions)}
        for code, state, geonames, lat, lon, postal in rows("points.tsv", 6):
            self._points[code, state] = (int(geonames), float(lat), float(lon))
            if postal:
                self.states[state] = postal
        self._exonyms = {(name): (city, code) for name, city, code in rows("exonyms.tsv", 3, additions)}
        self._cities = [
            line
            for line in (files("newswire.lexicon") / "cities.tsv").read_text(encoding="utf-8").split("\n")
            if line and line[0] != "#"
        ]
        marked = (line.split("\t") for line in self._cities if "'" in line)
        self._unmarked = {name.replace("'", ""): name for name, *_, size in marked if int(size) >= UNMARKED}
        self._asked: dict[str, list[City]] = {}
        self._firsts: dict[str, int] = {}
        for phrase in (*self.entries, *self.titles):
            first, length = phrase.split(" ", 1)[0], phrase.count(" ") + 1
            self._firsts[first] = max(self._firsts.get(first, 0), min(length, LONGEST))
        self._upper = {name.upper(): name for name in self.entries if name.upper() != name}

    def find(self, name: str) -> Entry | None:
        """The entry of a name as written; names in capitals are found by their usual form."""
        entry = self.entries.get(name)
        if entry is None and name.isupper() and (usual := self._upper.get(name)):
            entry = self.entries[usual]
        return entry

    def phrases(self, words: Sequence[str], at: int) -> Iterator[tuple[int, str]]:
        """The entries and titles that begin at word `at`: number of words and phrase, longest first."""
        for length in range(min(self._firsts.get(words[at], 0), len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if phrase in self.entries or phrase in self.titles:
                yield length, phrase

    def cities(self, name: str) -> list[City]:
        """The cities of that name, the most populous first."""
        cities = self._asked.get(name)
        if cities is None:
            if len(self._asked) >= NAMES_KEPT:
                self._asked.clear()
            cities = self._asked[name] = self._look_up(name)
        return cities

    def _look_up(self, name: str) -> list[City]:
        name, code = self._exonyms.get(name, (name, ""))
        spellings = (name, name.replace("’", "'"), self._unmarked.get(name, ""))
        cities = next(filter(None, map(self._of_name, spellings)), [])
        return sorted(
            (city for city in cities if not code or city.country == code),
            key=lambda city: (-city.population, city.geonames),
        )

    def _of_name(self, name: str) -> list[City]:
        """The cities listed under exactly that name."""
        if "\t" in name:
            return []
        key = name + "\t"
        at = bisect_left(self._cities, key)
        cities = []
        while at < len(self._cities) and self._cities[at].startswith(key):
            city, country, state, geonames, lat, lon, population = self._cities[at].split("\t")
            cities.append(City(city, country, state, int(geonames), float(lat), float(lon), int(population)))
            at += 1
        return cities

    def role(self, noun: str, before: str) -> str | None:
        """The sector of a noun for people, given the word in front of it in its phrase; both as lemmas."""
        sector = self.sectors.get(f"{before} {noun}")
        if sector is None and (sector := self.sectors.get(noun)) is not None and self.sectors.get(before) in SIDES:
            return self.sectors[before]
        return sector

    def person_noun(self, word: str) -> bool:
        """Whether a noun in small letters stands for a person ("surgeon"), also at the end of a longer one ("neurosurgeon")."""
        known = self._person_nouns.get(word)
        if known is None:
            known = word in self._persons or any(
                word[at:] in self._person_endings for at in range(2, len(word) - SHORTEST + 1)
            )
            if len(self._person_nouns) < REMEMBERED:
                self._person_nouns[word] = known
        return known

    def point(self, country: str, state: str = "") -> tuple[int, float, float] | None:
        """GeoNames id, latitude and longitude of a country or of one of its states."""
        return self._points.get((country, state))

    def given_gender(self, name: str) -> str | None:
        """The gender that a given name tells, with or without its accents, or the first part of a double one; None where it tells
        none."""
        plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        return self.given.get(name) or self.given.get(plain) or self.given.get(plain.partition("-")[0]) or None

    def postal(self, state: str) -> str | None:
        """The postal code of a state of the United States, by its name or what wire copy abbreviates it to."""
        return self.states.get(self._abbreviations.get(state, state))

    def province(self, name: str) -> tuple[int, float, float] | None:
        """GeoNames id, latitude and longitude of a province."""
        return self._provinces.get(name)

    def _add_listed(self, additions: Path | None) -> None:
        """Countries with their peoples, then regions and organisations, then countries' other names and their seats."""
        nations = rows("countries.tsv", 5, additions)
        for code, name, _, people, _ in nations:
            self.countries[code] = name
            self._add(name, Entry("country", name, "GPE", code, "GOV"))
            for each in _cells(people):
                self._add(each, Entry("people", name, "NORP", code))
        for name, label, code in rows("regions.tsv", 3, additions):
            self._add(name, Entry("region", name, label, code or None))
        for name, others, sector, code, label in rows("organisations.tsv", 5, additions):
            entry = Entry("organisation", name, label or "ORG", code or None, sector or None)
            for each in (name, *_cells(others)):
                self._add(each, entry)
        for code, name, others, _, seats in nations:
            for each in _cells(others):
                self._add(each, Entry("country", name, "GPE", code, "GOV"))
            for each in _cells(seats):
                self._add(each, Entry("seat", each, "GPE", code, "GOV"))

    def _add_provinces(self) -> None:
        """Provinces whose names mean nothing else."""
        for name, code, geonames, lat, lon in rows("provinces.tsv", 5):
            if name not in self.entries and name not in self.given:
                self._add(name, Entry("province", name, "GPE", code))
                self._provinces[name] = (int(geonames), float(lat), float(lon))

    def _add(self, name: str, entry: Entry) -> None:
        """The first meaning given to a name stays, so that a part of a country is not taken for its older name."""
        self.entries.setdefault(name.removeprefix("the "), entry)


def _cells(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]

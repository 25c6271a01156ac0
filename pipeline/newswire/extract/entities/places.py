"""Places: which place in GeoNames a name means.

A wrong link is worse than none, so a name is linked only when the text says which of its namesakes is meant, or when one of
them is so much larger that news means it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from newswire.extract.entities.gazetteer import City, Entry, Gazetteer
from newswire.records import Place

__all__ = ("Link", "link_place")

# Thousands of people above which a city is known by its bare name, if no namesake comes near it.
KNOWN: Final = 200

# How many times more people than the next namesake a city needs to be meant without more evidence.
MARGIN: Final = 8

# A city of that many thousands of people that lies in a country of the story is meant by its bare name.
LOCAL: Final = 15

# A city of that many thousands of people is meant rather than the region of its name.
METROPOLIS: Final = 1000

# Countries whose mention tells that Georgia is their neighbour, as that of the United States tells that it is the state.
GEORGIA_BORDERS: Final = frozenset(("RUS", "ARM", "AZE"))

# The rank of national capitals among namesakes does not depend on their size: Washington is never the one in Tyne and Wear.
CAPITAL_STATE: Final = "DC"


@dataclass(frozen=True, slots=True)
class Link:
    """A country and, where it is sure, the place in GeoNames."""

    country: str | None
    place: Place | None


def link_place(
    name: str, entry: Entry | None, qualifier: str | None, countries: Collection[str], gazetteer: Gazetteer
) -> Link:
    """The place that a name means. `qualifier` is the country or state named right behind it ("Paris, Texas"); `countries`
    are the codes of the countries that the document mentions."""
    if entry is not None and entry.kind == "country":
        if name == "Georgia":  # a country and a state: only the story can tell
            return _georgia(countries, gazetteer)
        return Link(entry.country, _point(gazetteer, entry.country or "", ""))
    cities = gazetteer.cities(name)
    if qualifier is not None:
        return _qualified(cities, qualifier, gazetteer)
    listed = None if entry is None else _listed(name, entry, cities, gazetteer)
    if listed is not None:
        return listed
    city = _meant(cities, countries)
    if city is not None:
        return Link(city.country, _place(city))
    return Link(entry.country if entry else None, None)


def _listed(name: str, entry: Entry, cities: list[City], gazetteer: Gazetteer) -> Link | None:
    """The seat of government, region or province that a name means, None where a city of that name is more likely."""
    largest = cities[0] if cities else None
    if entry.kind == "seat":
        capital = [
            c for c in cities if c.country == entry.country and (name != "Washington" or c.state == CAPITAL_STATE)
        ]
        return Link(entry.country, _place(capital[0]) if capital else None)
    if entry.kind == "region" and (largest is None or largest.population < METROPOLIS):
        state = name if entry.country == "USA" and name in gazetteer.states else ""
        return Link(entry.country, _point(gazetteer, "USA", state) if state else None)
    if entry.kind == "province" and (largest is None or largest.country == entry.country):
        if largest is not None and largest.population >= LOCAL:
            return Link(entry.country, _place(largest))  # what most sentences mean
        province = gazetteer.province(name)
        return Link(entry.country, Place(*province) if province else None)
    return None


def _meant(cities: list[City], countries: Collection[str]) -> City | None:
    """The one of several cities of a name, the largest first, that a story means which names these countries."""
    if not cities:
        return None
    first = cities[0]
    second = max((city.population for city in cities if city.geonames != first.geonames), default=0)
    if first.population >= KNOWN and first.population >= MARGIN * second:
        return first
    near = [city for city in cities if city.country in countries and city.population >= LOCAL]
    # A namesake elsewhere that is far larger is what a foreign reader thinks of first.
    if len({city.geonames for city in near}) == 1 and near[0].population * MARGIN >= first.population > 0:
        return near[0]
    return None


def _qualified(cities: list[City], qualifier: str, gazetteer: Gazetteer) -> Link:
    postal = gazetteer.postal(qualifier)
    if postal:
        matching = [city for city in cities if city.country == "USA" and city.state == postal]
        if matching or qualifier != "Georgia":
            return Link("USA", _place(matching[0]) if matching else None)
    entry = gazetteer.find(qualifier)
    country = entry.country if entry else None
    matching = [city for city in cities if city.country == country]
    return Link(country, _place(matching[0]) if matching else None)


def _georgia(countries: Collection[str], gazetteer: Gazetteer) -> Link:
    american, caucasian = "USA" in countries, not GEORGIA_BORDERS.isdisjoint(countries)
    if american == caucasian:
        return Link(None, None)
    return Link("USA", _point(gazetteer, "USA", "Georgia")) if american else Link("GEO", _point(gazetteer, "GEO", ""))


def _place(city: City) -> Place:
    return Place(city.geonames, city.lat, city.lon)


def _point(gazetteer: Gazetteer, country: str, state: str) -> Place | None:
    point = gazetteer.point(country, state)
    return None if point is None else Place(*point)

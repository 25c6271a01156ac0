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
            return _georgia(countries, qualifier, gazetteer)
        return Link(entry.country, _point(gazetteer, entry.country or "", ""))
    cities = gazetteer.cities(name)
    if qualifier is not None:
        return _qualified(cities, qualifier, gazetteer)
    if entry is not None and entry.kind == "seat":
        capital = [
            c for c in cities if c.country == entry.country and (name != "Washington" or c.state == CAPITAL_STATE)
        ]
        return Link(entry.country, _place(capital[0]) if capital else None)
    if entry is not None and entry.kind == "region" and not (cities and cities[0].population >= 1000):
        state = name if entry.country == "USA" and name in gazetteer.states else ""
        return Link(entry.country, _point(gazetteer, "USA", state) if state else None)
    if entry is not None and entry.kind == "province" and (not cities or cities[0].country == entry.country):
        # A city of the province's own name is what most sentences mean.
        province = gazetteer.province(name)
        known = bool(cities) and cities[0].population >= LOCAL
        return Link(entry.country, _place(cities[0]) if known else Place(*province) if province else None)
    if not cities:
        return Link(entry.country if entry else None, None)
    first = cities[0]
    rest = [city for city in cities[1:] if city.geonames != first.geonames]
    second = rest[0].population if rest else 0
    if first.population >= KNOWN and first.population >= MARGIN * second:
        return Link(first.country, _place(first))
    near = [city for city in cities if city.country in countries and city.population >= LOCAL]
    # A namesake elsewhere that is far larger is what a foreign reader thinks of first.
    if len({c.geonames for c in near}) == 1 and near[0].population * MARGIN >= first.population > 0:
        return Link(near[0].country, _place(near[0]))
    return Link(entry.country if entry else None, None)


def _qualified(cities: list[City], qualifier: str, gazetteer: Gazetteer) -> Link:
    postal = gazetteer.states.get(_ABBREVIATED.get(qualifier, qualifier))
    if postal:
        matching = [city for city in cities if city.country == "USA" and city.state == postal]
        if matching or qualifier != "Georgia":
            return Link("USA", _place(matching[0]) if matching else None)
    entry = gazetteer.find(qualifier)
    country = entry.country if entry else None
    matching = [city for city in cities if city.country == country]
    return Link(country, _place(matching[0]) if matching else None)


def _georgia(countries: Collection[str], qualifier: str | None, gazetteer: Gazetteer) -> Link:
    if "USA" in countries and not {"RUS", "ARM", "AZE"} & set(countries):
        return Link("USA", _point(gazetteer, "USA", "Georgia"))
    if {"RUS", "ARM", "AZE"} & set(countries) and "USA" not in countries:
        return Link("GEO", _point(gazetteer, "GEO", ""))
    return Link(None, None)


def _place(city: City) -> Place:
    return Place(city.geonames, city.lat, city.lon)


def _point(gazetteer: Gazetteer, country: str, state: str) -> Place | None:
    point = gazetteer.point(country, state)
    return None if point is None else Place(*point)


# The abbreviations of states that wire copy puts behind a city.
_ABBREVIATED: Final = {
    "Ala.": "Alabama",
    "Ariz.": "Arizona",
    "Ark.": "Arkansas",
    "Calif.": "California",
    "Colo.": "Colorado",
    "Conn.": "Connecticut",
    "D.C.": "District of Columbia",
    "DC": "District of Columbia",
    "Fla.": "Florida",
    "Ga.": "Georgia",
    "Ill.": "Illinois",
    "Ind.": "Indiana",
    "Kan.": "Kansas",
    "Ky.": "Kentucky",
    "La.": "Louisiana",
    "Mass.": "Massachusetts",
    "Md.": "Maryland",
    "Mich.": "Michigan",
    "Minn.": "Minnesota",
    "Miss.": "Mississippi",
    "Mo.": "Missouri",
    "N.C.": "North Carolina",
    "N.H.": "New Hampshire",
    "N.J.": "New Jersey",
    "N.M.": "New Mexico",
    "N.Y.": "New York",
    "Neb.": "Nebraska",
    "Nev.": "Nevada",
    "Okla.": "Oklahoma",
    "Ore.": "Oregon",
    "Pa.": "Pennsylvania",
    "S.C.": "South Carolina",
    "Tenn.": "Tennessee",
    "Va.": "Virginia",
    "Wash.": "Washington",
    "Wis.": "Wisconsin",
}

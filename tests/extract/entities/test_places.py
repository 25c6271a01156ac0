import csv
from pathlib import Path

import pytest

from newswire.extract.entities.places import Link, link_place
from tests.extract.lists import LEXICONS

GAZETTEER = LEXICONS.gazetteer
LINKS = Path(__file__).parents[2] / "data" / "place_links.tsv"


def link(name: str, qualifier: str | None = None, countries: tuple[str, ...] = ()) -> Link:
    return link_place(name, GAZETTEER.find(name), qualifier, countries, GAZETTEER)


def country_of(name: str, **given: object) -> str | None:
    return link(name, **given).country  # type: ignore[arg-type]


def test_a_country_is_linked_to_itself() -> None:
    norway = link("Norway")
    assert norway.country == "NOR"
    assert norway.place is not None
    assert norway.place.geonames == 3144096
    assert 58 < norway.place.lat < 71


@pytest.mark.parametrize(
    ("name", "country"), [("Washington", "USA"), ("Kiev", "UKR"), ("Beijing", "CHN"), ("Paris", "FRA")]
)
def test_a_capital_is_linked_to_the_city_and_sets_the_country(name: str, country: str) -> None:
    capital = link(name)
    assert capital.country == country
    assert capital.place is not None


def test_what_stands_behind_a_city_tells_its_namesakes_apart() -> None:
    alone, texan, french = link("Paris"), link("Paris", "Texas"), link("Paris", "France")
    assert texan.country == "USA"
    assert texan.place is not None
    assert texan.place.lat == pytest.approx(33.66, abs=0.05)
    assert alone == french
    assert link("Springfield", "Ill.").place != link("Springfield", "Mass.").place


def test_a_name_of_many_equal_places_is_not_linked() -> None:
    assert link("Springfield").place is None


def test_a_qualifier_that_fits_no_namesake_links_nothing() -> None:
    assert link("Oslo", "Peru").place is None


def test_a_small_place_is_linked_in_a_story_about_its_country_only() -> None:
    assert link("Worthing").place is None
    assert link("Worthing", countries=("GBR",)).country == "GBR"


def test_georgia_is_told_from_the_state_by_the_story() -> None:
    assert country_of("Georgia", countries=("USA",)) == "USA"
    assert country_of("Georgia", countries=("RUS",)) == "GEO"
    assert link("Georgia") == Link(None, None)


def test_a_sea_has_no_country_and_a_province_has_one() -> None:
    assert link("Black Sea") == Link(None, None)
    assert country_of("Michoacan") == "MEX"


def test_links_checked_by_hand_are_right_in_at_least_95_of_100() -> None:
    with LINKS.open(encoding="utf-8") as file:
        verdicts = [row[-1] for row in csv.reader((line for line in file if line[0] != "#"), delimiter="\t")]
    assert len(verdicts) == 200
    assert verdicts.count("right") / len(verdicts) >= 0.95

from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from newswire.errors import SettingsError
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.lexicon import rows
from tests.extract.lists import LEXICONS

LABELS = {"ORG", "GPE", "LOC", "FAC"}
LISTS = {
    "cities.tsv": 7,
    "designators.tsv": 2,
    "exonyms.tsv": 3,
    "given_names.tsv": 2,
    "name_words.tsv": 2,
    "organisations.tsv": 5,
    "points.tsv": 6,
    "provinces.tsv": 5,
    "regions.tsv": 3,
    "state_abbreviations.tsv": 2,
    "titles.tsv": 2,
}
CODES = {row[0] for row in rows("countries.tsv", 5)}


@pytest.mark.parametrize(("name", "columns"), LISTS.items())
def test_a_list_states_its_origin_and_has_rows_of_its_width_and_none_twice(name: str, columns: int) -> None:
    head = [
        line for line in (files("newswire.lexicon") / name).read_text(encoding="utf-8").splitlines() if line[:1] == "#"
    ]
    assert any("Origin: " in line or "CC BY 4.0" in line for line in head)
    listed = rows(name, columns)
    assert listed
    assert not [row for row, count in Counter(listed).items() if count > 1]


def test_genders_are_male_female_or_open() -> None:
    for name in ("given_names.tsv", "titles.tsv"):
        listed = rows(name, 2)
        assert {gender for _, gender in listed} == {"male", "female", ""}
        assert len({word for word, _ in listed}) == len(listed)


def test_codes_and_labels_are_known() -> None:
    for _, label, code in rows("regions.tsv", 3):
        assert label in LABELS
        assert code == "" or code in CODES or code in ("HKG", "MAC", "ESH", "XKX"), code
    for _, _, sector, code, label in rows("organisations.tsv", 5):
        assert sector.isupper()
        assert code == "" or code in CODES, code
        assert label in LABELS | {""}


def test_an_organisation_has_no_name_that_another_one_has() -> None:
    names = [each for name, others, *_ in rows("organisations.tsv", 5) for each in (name, *others.split("|")) if each]
    assert not [name for name, count in Counter(names).items() if count > 1]


def test_cities_are_sorted_for_bisection_and_lie_on_earth() -> None:
    cities = rows("cities.tsv", 7)
    lines = ["\t".join(row) for row in cities]
    assert lines == sorted(lines)
    assert all(-90 <= float(row[4]) <= 90 and -180 <= float(row[5]) <= 180 and row[3].isdigit() for row in cities)


def test_an_exonym_leads_to_its_city() -> None:
    for name, city, code in rows("exonyms.tsv", 3):
        cities = LEXICONS.gazetteer.cities(name)
        assert cities, name
        assert all((each.name, each.country) == (city, code) for each in cities)


def test_a_large_city_is_found_without_the_apostrophes_of_its_name_and_with_other_ones() -> None:
    cities = LEXICONS.gazetteer.cities
    for name in ("Ta'if", "Mek'ele", "N'Djamena"):
        numbers = {cities(spelling)[0].geonames for spelling in (name, name.replace("'", ""), name.replace("'", "’"))}
        assert len(numbers) == 1, name
    assert cities("Usman'")
    assert not cities("Usman")


def test_a_state_has_its_postal_code_by_its_name_and_by_what_it_is_abbreviated_to() -> None:
    postal = LEXICONS.gazetteer.postal
    assert postal("Texas") == "TX"
    assert postal("Ill.") == postal("Illinois") == "IL"
    assert postal("Bavaria") is None
    for abbreviation, state in rows("state_abbreviations.tsv", 2):
        assert postal(abbreviation) == LEXICONS.gazetteer.states[state]


def test_cities_of_one_name_come_largest_first() -> None:
    sizes = [city.population for city in LEXICONS.gazetteer.cities("Moscow")]
    assert len(sizes) > 1
    assert sizes == sorted(sizes, reverse=True)


def test_a_name_in_capitals_is_found_by_its_usual_form() -> None:
    gazetteer = LEXICONS.gazetteer
    assert gazetteer.find("NORWAY") == gazetteer.find("Norway")
    assert gazetteer.find("Norwayland") is None


def test_the_longest_phrase_comes_first() -> None:
    phrases = list(LEXICONS.gazetteer.phrases(["United", "Arab", "Emirates", "officials"], 0))
    assert phrases[0] == (3, "United Arab Emirates")


def test_a_users_list_adds_to_ours(tmp_path: Path) -> None:
    (tmp_path / "organisations.tsv").write_text("Harbour Watch Network\tHWN\tNGO\tNOR\n", encoding="utf-8")
    gazetteer = Gazetteer(tmp_path)
    entry = gazetteer.find("HWN")
    assert entry is not None
    assert (entry.name, entry.sector, entry.country) == ("Harbour Watch Network", "NGO", "NOR")
    assert gazetteer.find("NATO") == LEXICONS.gazetteer.find("NATO")


def test_a_row_of_a_users_list_that_is_too_wide_is_named_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "titles.tsv").write_text("# mine\nHarbourmaster\tmale\tfast\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"Line 2 of .*titles\.tsv"):
        Gazetteer(tmp_path)


def test_a_noun_that_ends_like_one_for_a_person_stands_for_one_unless_it_ends_so_by_chance() -> None:
    assert [LEXICONS.gazetteer.person_noun(noun) for noun in ("surgeon", "neurosurgeon", "boatman", "grandson")] == [
        True
    ] * 4
    by_chance = ("season", "phone", "resource", "tractor", "parking", "arrival")
    assert not any(LEXICONS.gazetteer.person_noun(noun) for noun in by_chance)

from pathlib import Path

from newswire.extract.entities.leaders import Leaders
from tests.extract.lists import LEXICONS

LEADERS = LEXICONS.leaders


def test_a_full_name_is_known_whatever_the_year() -> None:
    assert LEADERS.country(["Angela Merkel"], None) == "DEU"
    assert LEADERS.country(["ANGELA MERKEL"], 1950) == "DEU"


def test_a_family_name_alone_means_its_bearer_in_the_years_of_office() -> None:
    assert LEADERS.country(["Merkel"], 2015) == "DEU"
    assert LEADERS.country(["Merkel"], 1980) is None
    assert LEADERS.country(["Merkel"], None) is None


def test_a_family_name_of_leaders_of_two_countries_at_once_means_neither(tmp_path: Path) -> None:
    (tmp_path / "leaders.tsv").write_text(
        "Ada Zorin\t\tNOR\t2001\t2003\nIvo Zorin\t\tPER\t2002\t2004\n", encoding="utf-8"
    )
    leaders = Leaders.load(tmp_path)
    assert leaders.country(["Zorin"], 2002) is None
    assert leaders.country(["Zorin"], 2005) == "PER"


def test_any_of_several_names_is_enough() -> None:
    assert LEADERS.country(["the chancellor", "Angela Merkel"], 2015) == "DEU"


def test_somebody_else_is_nobody() -> None:
    assert LEADERS.country(["Kari Holm"], 2015) is None

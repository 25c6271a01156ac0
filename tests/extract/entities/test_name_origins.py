import pytest

from newswire.extract.entities.name_origins import NameOrigins
from tests.extract.lists import LEXICONS

ORIGINS = LEXICONS.leaders.origins


@pytest.mark.parametrize(
    ("name", "own", "other"),
    [
        ("Somchai Thanarat", "THA", "NOR"),
        ("Kenji Nakamoto", "JPN", "KOR"),
        ("Park Sung-ho", "KOR", "JPN"),
        ("Dragan Petrovic", "SRB", "ESP"),
        ("José Martínez", "MEX", "IND"),
    ],
)
def test_a_name_fits_the_country_of_its_language_better(name: str, own: str, other: str) -> None:
    scores = ORIGINS.scores(name)
    assert scores is not None
    assert ORIGINS.score(scores, own) > ORIGINS.score(scores, other)


def test_accents_and_initials_do_not_count() -> None:
    plain, written = ORIGINS.scores("Jose Martinez"), ORIGINS.scores("José Á. Martínez")
    assert plain is not None
    assert written is not None
    assert (plain == written).all()


def test_the_names_of_several_tell_more_than_one() -> None:
    assert "KOR" in ORIGINS.best(["Park Sung-ho", "Lee Min-jae", "Choi Hyun-woo"], 2)


def test_letters_that_were_never_seen_tell_nothing() -> None:
    assert ORIGINS.scores("Ωμ") is None
    assert ORIGINS.best(["Ωμ"], 3) == {}
    assert NameOrigins({}).scores("Kari Holm") is None

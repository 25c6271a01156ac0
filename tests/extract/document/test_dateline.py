"""Datelines are told from sentences and headlines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.dateline import dateline, story_dateline


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("LAGOS, March 4 (Wire) - ", "LAGOS"),
        ("BELGRADE (Wire) — ", "BELGRADE"),
        ("WASHINGTON — ", "WASHINGTON"),
        ("SPRINGFIELD, Ill., Nov. 3 -- ", "SPRINGFIELD"),
        ("NEW YORK/MEXICO CITY (Harbour Wire) – ", "NEW YORK/MEXICO CITY"),
        ("ST. JOHN'S, Newfoundland - ", "ST. JOHN'S"),
        ("SÃO PAULO, 4 de Março (Wire) - ", "SÃO PAULO"),
        ("CAIRO - 21 July 2022: ", "CAIRO"),
        ("LUSAKA- ", "LUSAKA"),
        ("Lagos - ", "Lagos"),
        ("Port Louis (Wire) – ", "Port Louis"),
        ("Ndola, Zambia, Apr 21 2022 (Wire) - ", "Ndola"),
    ],
)
def test_a_dateline_reaches_to_behind_its_dash(line: str, place: str) -> None:
    text = f"{line}The bank will not move, its governor said."
    found = dateline(text, 0)
    assert found == (0, len(line))
    assert text.startswith(place)


@pytest.mark.parametrize(
    "text",
    [
        "BANK HOLDS RATES AS NAIRA FALLS",
        "The bank - which is public - will not move.",
        "NATO said on Monday - and not before - that it would act.",
        "LAGOS-based traders said so.",
        "Lagos - No move",
        "Lagos - Bank Will Not Move On Rates This Year, Governor Says",
        "Lagos - the bank will not move, its governor said on Monday.",
        "Lagos - Nigeria's largest city - is where the bank's governor spoke on Monday.",
        "NATO, an alliance of thirty-two - will act.",
        "",
    ],
)
def test_other_beginnings_are_none(text: str) -> None:
    assert dateline(text, 0) is None
    assert dateline(f"LAGOS (Wire) - {text}", 0) == (0, 15)


def test_each_paragraph_may_have_one() -> None:
    text = "The talks failed.\nPARIS (Wire) - France will go on, it said."
    assert dateline(text, len(text) - 1) == (18, 33)
    assert dateline(text, 3) is None


def test_the_story_has_one_below_its_headline_and_byline() -> None:
    text = "Bank holds rates\n\nBy Ann Lee\n\nLAGOS (Wire) - The bank will not move, its governor said."
    found = story_dateline(text)
    assert found is not None
    assert text[slice(*found.place)] == "LAGOS"
    assert text[slice(*found.span)] == "LAGOS (Wire) - "


def test_further_down_a_place_in_small_letters_is_none() -> None:
    text = "\n".join(["The bank will not move."] * 5 + ["Lagos - Its governor said on Monday that rates are right."])
    assert story_dateline(text) is None
    assert dateline(text, len(text)) is None


@given(st.text("AÄß ,.-–—()/’\n1a", max_size=40), st.integers(0, 40))
def test_whatever_the_text_it_lies_inside_its_paragraph(text: str, start: int) -> None:
    start = min(start, len(text))
    found = dateline(text, start)
    if found is not None:
        assert text.rfind("\n", 0, start) < found[0] < found[1] <= len(text)

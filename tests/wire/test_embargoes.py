"""When an embargo ends that is told in words."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire.embargoes import end

FRIDAY = "2024-05-03T10:00:00Z"
IN_BERLIN = "2024-05-03T12:00:00+02:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 0001 GMT Monday", "2024-05-06T00:01:00Z"),
        (" 0001 GMT (1901 ET Sunday) Monday.", "2024-05-06T00:01:00Z"),
        (" 00:01 (BST) on Monday 6th May", "2024-05-06T00:01:00+01:00"),
        (": MONDAY 06 MAY 2024 | 00:01 GMT", "2024-05-06T00:01:00Z"),
        (" 12:00 CET 3 June", "2024-06-03T12:00:00+01:00"),
        (" Tues. 6 a.m. ET", "2024-05-07T06:00:00-04:00"),
        (" Tuesday at 6 a.m. EDT. Editors may call Ana Ruiz", "2024-05-07T06:00:00-04:00"),
        (" 9 a.m. Eastern time on Tuesday, May 7, 2024", "2024-05-07T09:00:00-04:00"),
        (" 6:30 pm Monday, ET", "2024-05-06T18:30:00-04:00"),
        (" 9 a.m. PT, Dec. 4, 2024", "2024-12-04T09:00:00-08:00"),
        (" 00.01hrs BST, Saturday May 4", "2024-05-04T00:01:00+01:00"),
        (" 1400 GMT", "2024-05-03T14:00:00Z"),
        (" 0001 GMT", "2024-05-04T00:01:00Z"),
        (" Friday 1100 GMT", "2024-05-03T11:00:00Z"),
        (" noon ET today", "2024-05-03T12:00:00-04:00"),
        (" midnight GMT Monday", "2024-05-07T00:00:00Z"),
        (" 24:00 CEST on May 6", "2024-05-07T00:00:00+02:00"),
        (" 2024-05-04T12:00Z", "2024-05-04T12:00:00Z"),
        (" 1800 London time tomorrow", "2024-05-04T18:00:00+01:00"),
        (": 4. Mai, 12.00 Uhr MESZ", "2024-05-04T12:00:00+02:00"),
        ("'au 4 mai à 12h00 CEST", "2024-05-04T12:00:00+02:00"),
        (" el 4 de mayo a las 12:00 CEST", "2024-05-04T12:00:00+02:00"),
        (" 30 April 0001 GMT", "2024-04-30T00:01:00Z"),
    ],
)
def test_a_clock_with_its_zone_and_day_is_read(text: str, expected: str) -> None:
    assert end(text, FRIDAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " further notice",
        " Monday",
        " 0001 Monday",
        " 0001 GMT Monday or 1400 GMT Tuesday",
        " Monday or Tuesday 0001 GMT",
        " 0001 XYZ Monday",
        " 0001 GMT+2 Monday",
        " 10 am local time Monday",
        " delivery, expected about 1400 GMT Monday",
        " 0001 UTC 06/05/2024",
        " Wednesday 6 May 0001 GMT",
        " 31 June 0001 GMT",
        " 0001 IST Monday",
        " 2460 GMT Monday",
    ],
)
def test_what_leaves_the_time_open_is_not_read(text: str) -> None:
    assert end(text, FRIDAY) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" 0001 BST on 2 December 2024", "summer time in winter"),
        (" 0900 GMT", "over for an hour, or tomorrow's"),
        (" Friday 0900 GMT", "over for an hour, or next week's"),
        (" 3 March 0001 GMT", "over for two months"),
    ],
)
def test_what_may_be_too_early_is_not_read(text: str, why: str) -> None:
    assert end(text, FRIDAY) is None, why


def test_a_clock_without_a_zone_is_the_articles_own_unless_that_may_be_any() -> None:
    assert end(": Freitag, 20.00 Uhr", IN_BERLIN) == "2024-05-03T20:00:00+02:00"
    assert end(": Freitag, 20.00 Uhr", FRIDAY) is None
    assert end(": Freitag, 20.00 Uhr", None) is None
    assert end(" 5 pm in the east, Monday", IN_BERLIN) is None


def test_without_a_time_of_the_article_only_a_whole_date_is_read() -> None:
    assert end(" 0001 GMT, 6 May 2024", None) == "2024-05-06T00:01:00Z"
    assert end(" 0001 GMT, 6 May", None) is None
    assert end(" 0001 GMT Monday", None) is None


def test_a_date_without_a_year_is_the_one_nearest_to_the_article() -> None:
    assert end(" 0001 GMT, 2 January", "2024-12-30T10:00:00Z") == "2025-01-02T00:01:00Z"
    assert end(" 0001 GMT, 29 February", "2023-12-30T10:00:00Z") == "2024-02-29T00:01:00Z"


def test_of_an_hour_that_comes_twice_the_later_one_counts() -> None:
    assert end(" 1:30 a.m. London time on 27 October 2024", FRIDAY) == "2024-10-27T01:30:00Z"


@given(
    st.text(max_size=150), st.sampled_from([None, FRIDAY, IN_BERLIN, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
)
def test_any_text_is_read_as_a_time_or_not(text: str, written: str | None) -> None:
    found = end(text, written)
    assert found is None or datetime.fromisoformat(found).tzinfo is not None


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31)),
    st.sampled_from(
        ["%H%M GMT %A %d %B %Y", "%A, %B %d, %Y at %H:%M GMT", "%d %b. %Y, %H.%M hrs GMT", "%Y-%m-%d %H:%M GMT"]
    ),
)
def test_every_date_that_is_written_out_is_read_as_it_stands(time: datetime, pattern: str) -> None:
    assert end(f" {time.strftime(pattern)}", FRIDAY) == f"{time:%Y-%m-%dT%H:%M}:00Z"

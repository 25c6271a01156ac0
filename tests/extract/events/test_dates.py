"""Time expressions: what they are, and what they mean from a day of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.document.parse import Parse
from newswire.extract.events.dates import Timex, find_dates, local_date
from newswire.extract.events.time_words import PATTERN, ROWS, TELLING
from newswire.extract.language.model import load_model

# A Thursday.
PUBLISHED = date(2021, 3, 18)


def read(text: str, published: date | None = PUBLISHED) -> list[Timex]:
    (parse,) = load_model("en_core_web_sm").parse([text])
    return find_dates(parse, published)


def values(text: str, published: date | None = PUBLISHED) -> list[str | None]:
    return [timex.value for timex in read(text, published)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The ministers met on Thursday.", "2021-03-18"),
        ("The ministers met on Wednesday.", "2021-03-17"),
        ("The ministers met on Friday.", "2021-03-12"),
        ("The ministers will meet on Friday.", "2021-03-19"),
        ("The ministers will meet on Wednesday.", "2021-03-24"),
        ("The envoy said they would meet on Monday.", "2021-03-22"),
        ("They signed it last Thursday.", "2021-03-11"),
        ("They will sign it next Thursday.", "2021-03-25"),
    ],
)
def test_a_weekday_is_that_day_or_the_latest_before_it_and_ahead_with_a_future_verb(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("He resigned on March 3.", "2021-03-03"),
        ("He resigned on Nov. 3.", "2020-11-03"),
        ("He resigned on 3 November 2019.", "2019-11-03"),
        ("He will resign on January 5.", "2022-01-05"),
        ("He resigned on 2018-07-01.", "2018-07-01"),
        ("He resigned in November.", "2020-11"),
        ("He resigned in February 2019.", "2019-02"),
        ("He resigned in 1998.", "1998"),
        ("He resigned last year.", "2020"),
        ("He resigned last month.", "2021-02"),
        ("He resigned last week.", "2021-W10"),
        ("He resigned yesterday.", "2021-03-17"),
        ("He will resign tomorrow.", "2021-03-19"),
        ("He resigned three days ago.", "2021-03-15"),
        ("He resigned two years ago.", "2019"),
        ("He resigned in the first quarter of 2020.", "2020-Q1"),
        ("Exports fell in the last quarter.", "2020-Q4"),
        ("The war lasted five years.", "P5Y"),
        ("The shop closes daily.", "P1D"),
    ],
)
def test_other_expressions_count_from_the_day_of_publication(text: str, value: str) -> None:
    assert values(text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The ministers met at 7:15 p.m. on Tuesday.", "2021-03-16T19:15"),
        ("The ministers met on Tuesday at 7:15 p.m.", "2021-03-16"),
        ("The ministers met on Tuesday last week.", "2021-03-09"),
        ("The ministers will meet on Tuesday next week.", "2021-03-23"),
        ("The ministers met the day before yesterday.", "2021-03-16"),
        ("The ministers met on 11.02.2021.", "2021-02-11"),
        ("The ministers met on 25/02/2021.", "2021-02-25"),
        ("The ministers met on 02/03/2021.", None),
        ("The ministers met on Palm Sunday.", "2020-04-05"),
        ("The ministers will meet on Good Friday.", "2021-04-02"),
        ("The ministers met on Black Friday.", None),
        ("The ministers met over the weekend.", "2021-W10-WE"),
        ("The ministers will meet in three weeks.", "2021-04-08"),
        ("The border stays closed until Tuesday.", "2021-03-23"),
        ("The ministers met on the ninth of February.", "2021-02-09"),
        ("The ministers met on Tuesday the 9th.", "2021-03-09"),
    ],
)
def test_days_in_other_words_are_that_day_and_without_one_reading_have_no_value(text: str, value: str | None) -> None:
    assert values(text)[0] == value


def test_what_took_so_long_is_a_duration() -> None:
    assert values("They built it in three weeks.") == ["P3W"]


@pytest.mark.parametrize(
    "text", ["They met on Monday.", "They met yesterday.", "They met on May 3.", "They met last week."]
)
def test_without_a_day_of_publication_relative_dates_have_no_value(text: str) -> None:
    assert values(text, None) == [None]


def test_without_a_day_of_publication_full_dates_keep_theirs() -> None:
    assert values("They met on May 3, 2011.", None) == ["2011-05-03"]


def test_what_only_looks_like_a_date_is_none() -> None:
    assert values("Some 2000 people may march against the bill, he said.") == []


def test_impossible_days_are_left_out() -> None:
    assert values("They met on February 30.") == []


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ("2021-03-18T23:30:00-05:00", date(2021, 3, 18)),
        ("2021-03-19T04:30:00Z", date(2021, 3, 19)),
        ("2021-03-18", date(2021, 3, 18)),
        ("last Tuesday", None),
        ("", None),
        (None, None),
    ],
)
def test_the_day_of_publication_is_that_of_its_own_offset(published: str | None, day: date | None) -> None:
    assert local_date(published) == day


VOCABULARY = """
Monday next last May March 3 31 99 1999 2020 2021-02-30 in the quarter of year weeks ago a few years every day 25:61 9999 0001
century tomorrow night 10 p.m. early 1980s - , . ’
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=25).map(" ".join)), st.dates())
@settings(max_examples=60, deadline=None)
def test_any_text_and_any_day_give_spans_of_the_text(text: str, published: date) -> None:
    for timex in read(text, published):
        assert 0 <= timex.start < timex.end <= len(text)
        assert timex.value is None or timex.value


@given(st.text(max_size=40))
def test_any_publication_time_is_read_or_refused(published: str) -> None:
    assert local_date(published) is None or isinstance(local_date(published), date)


@given(st.lists(st.one_of(st.sampled_from(sorted({word for _, word, _ in ROWS})), WORDS), max_size=12).map(" ".join))
def test_no_expression_lacks_the_words_that_are_looked_for_first(text: str) -> None:
    assert all(TELLING.search(match.group()) for match in PATTERN.finditer(text))


def test_tokens_made_by_hand_are_enough() -> None:
    parse = Parse(
        "on Monday", ["on", "Monday"], [0, 3], [2, 9], ["IN", "NNP"], ["prep", "pobj"], [0, 0], [0], ["on", "monday"]
    )
    assert [timex.value for timex in find_dates(parse, PUBLISHED)] == ["2021-03-15"]

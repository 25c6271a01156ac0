"""What a client may ask for, and what it is told that is wrong with it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError, NewswireError
from newswire.gateway.places import Place, place
from newswire.gateway.questions import following, search
from newswire.gateway.streams import STREAMS
from tests.gateway.records import quote

HERE = Place("quotes", (3, 0, 10_000_000_000), (1_800_000_000_000, 2, 5))


def test_conditions_and_short_forms_all_have_to_hold() -> None:
    asked = following(STREAMS["quotes"], {"speaker": ["Holt"], "where": ["confidence>=0.8 and text~port"]}, None)
    assert asked.wanted.holds(orjson.loads(quote("q")))
    assert not asked.wanted.holds(orjson.loads(quote("q", "Otto Lind")))
    assert not asked.wanted.holds(orjson.loads(quote("q", text="We sail")))


def test_a_country_is_that_of_any_end_of_an_event_or_of_its_place() -> None:
    asked = following(STREAMS["events"], {"country": ["NOR"]}, None)
    for field, value in (
        ("actors", [{"country": "NOR"}]),
        ("recipients", [{"country": "NOR"}]),
        ("place", {"country": "NOR"}),
    ):
        event: dict[str, object] = {"actors": [], "recipients": [], "place": None}
        assert not asked.wanted.holds(event)
        assert asked.wanted.holds(event | {field: value})


def test_it_begins_at_a_time_at_an_age_behind_an_id_or_now() -> None:
    stream = STREAMS["quotes"]
    from_now = following(stream, {}, None)
    assert (from_now.since, from_now.place) == (None, None)
    assert following(stream, {"since": ["2026-01-31T12:00:00Z"]}, None).since == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert following(stream, {"since": ["2h"]}, None).since is not None
    assert following(stream, {"since": [HERE.id()]}, None).place == HERE


def test_a_browser_that_connects_again_goes_on_where_it_was() -> None:
    asked = following(STREAMS["quotes"], {"since": ["2h"]}, HERE.id())
    assert asked.place == HERE
    assert asked.since is not None  # where what stands begins, should the place be gone


@pytest.mark.parametrize(
    ("stream", "parameters", "said"),
    [
        ("quotes", {"where": ["speeker=Holt"]}, "no field speeker"),
        ("quotes", {"where": ["Holt"]}, "is not a condition"),
        ("quotes", {"where": ["confidence>=high"]}, "not a number"),
        ("quotes", {"since": ["yesterday"]}, "neither a time nor an age, nor the id of an event of quotes"),
        ("quotes", {"since": ["2h", "3h"]}, "2 times"),
        ("quotes", {"country": ["NOR"]}, "have no country"),
        ("quotes", {"speeker": ["Holt"]}, "no parameter 'speeker'"),
        ("articles", {"speaker": ["Holt"]}, "have no speaker"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(stream: str, parameters: dict[str, list[str]], said: str) -> None:
    with pytest.raises(NewswireError, match=said):
        following(STREAMS[stream], parameters, None)


def test_an_id_of_another_stream_is_told_where_it_belongs() -> None:
    with pytest.raises(InputError, match="one of the stream quotes"):
        following(STREAMS["events"], {}, HERE.id())


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_whatever_is_no_id_is_an_error_and_no_crash(text: str) -> None:
    try:
        found = place(text, "quotes")
    except InputError:
        return
    assert place(found.id(), "quotes") == found


@given(st.lists(st.integers(0, 2**62), max_size=30), st.none() | st.tuples(*[st.integers(-1, 2**50)] * 3))
def test_an_id_names_its_place(told: list[int], standing: tuple[int, int, int] | None) -> None:
    here = Place("events", tuple(told), standing)
    assert place(here.id(), "events") == here


@pytest.mark.parametrize("number", ["-1", "2.5", '"a"', "null"])
def test_a_vector_of_anything_but_offsets_is_no_id(number: str) -> None:
    raw = msgspec.msgpack.encode(["quotes", [orjson.loads(number)], None])
    with pytest.raises(InputError):
        place(base64.urlsafe_b64encode(raw).decode().rstrip("="), "quotes")


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"q": ["—"]}, "no word"),
        ({"q": [""]}, "no word"),
        ({"limit": ["0"]}, "limit"),
        ({"limit": ["many"]}, "limit"),
        ({"limit": ["201"]}, "limit"),
        ({"in": ["quote"]}, "no stream 'quote'"),
        ({"in": ["quotes"], "country": ["NOR"]}, "No record of quotes has country"),
        ({"where": ["speeker=Holt"]}, "no field speeker"),
        ({"since": ["yesterday"]}, "neither a time nor an age"),
        ({"query": ["x"]}, "no parameter 'query'"),
    ],
)
def test_a_wrong_search_is_told_what_is_wrong(parameters: dict[str, list[str]], said: str) -> None:
    with pytest.raises(NewswireError, match=said):
        search(parameters)


def test_a_short_form_searches_the_streams_that_have_it() -> None:
    assert [stream.name for stream in search({"speaker": ["Holt"]}).streams] == ["quotes", "events"]
    assert [stream.name for stream in search({"q": ["ferry"]}).streams] == list(STREAMS)

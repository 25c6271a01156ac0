from __future__ import annotations

from newswire.feed.cursor import FAILING, Health
from newswire.feed.heartbeat import feeder_name, headers_of, heartbeat
from newswire.feed.sources import Folder, Source
from newswire.records import RECORD_TYPES, Heartbeat, decode, encode
from newswire.settings import load

NOW = 1_714_716_000.0

SOURCES: list[tuple[Source | Folder, Health]] = [
    (Source(address="https://a.example/", name="well"), Health(since=0.0, last_success=NOW, last_new=NOW - 3599)),
    (Source(address="https://b.example/", name="quiet"), Health(since=0.0, last_success=NOW, last_new=NOW - 3601)),
    (Source(address="https://c.example/", name="patient", expected=1e6), Health(since=NOW - 9e5, last_success=NOW)),
    (Source(address="https://d.example/", name="empty"), Health(since=NOW - 4000, last_success=NOW)),
    (Source(address="https://e.example/", name="broken"), Health(since=NOW, failures=FAILING, reason="500")),
    (Source(address="https://f.example/", name="stumbling"), Health(since=NOW, failures=FAILING - 1, reason="500")),
    (Source(address="https://g.example/", name="over"), Health(since=NOW, failures=9, gone=True)),
    (Source(address="https://h.example/", name="new"), Health()),
    (Folder(path="/srv/drop", expected=60), Health(since=0.0, last_success=NOW, last_new=NOW - 61)),
]


def test_it_names_the_sources_that_fail_are_silent_or_have_ended() -> None:
    beat = heartbeat("newswire-1", SOURCES, fed=7, expected=3600.0, now=NOW)
    assert (beat.failing, beat.silent, beat.ended) == (["broken"], ["quiet", "empty", "/srv/drop"], ["over"])
    assert (beat.sources, beat.fed, beat.time) == (9, 7, "2024-05-03T06:00:00Z")


def test_nothing_is_silent_of_which_nothing_is_expected() -> None:
    beat = heartbeat("newswire-1", SOURCES[:2], fed=0, expected=None, now=NOW)
    assert beat.silent == []


def test_its_message_is_a_record_of_its_type() -> None:
    beat = heartbeat("newswire-1", [], fed=0, expected=None, now=NOW)
    assert RECORD_TYPES[dict(headers_of(beat))["ce_type"].decode()] is Heartbeat
    assert decode(encode(beat), Heartbeat) == beat


def test_two_feeders_of_one_machine_have_two_names_that_do_not_say_where_they_run() -> None:
    one, two = (feeder_name(load(feed={"state": state})) for state in ("a.json", "b.json"))
    assert one != two
    assert one == feeder_name(load(feed={"state": "a.json"}))
    assert one.startswith("newswire-")
    assert "json" not in one

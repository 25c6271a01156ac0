"""What stands and what has changed, as the store keeps it."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import pytest

from newswire.errors import SettingsError
from newswire.gateway import history, searching
from newswire.gateway.changes import EVERYTHING
from newswire.gateway.places import Place
from newswire.gateway.schema import FILE, open_reader
from newswire.gateway.store import Message, Rewound, Store
from tests.gateway.records import NOW, Feed, article, quote

DAY = 24 * 60 * 60.0


def standing(directory: Path, stream: str = "quotes") -> dict[str, bytes]:
    connection = open_reader(directory)
    try:
        rows = connection.execute("SELECT id, value FROM records WHERE stream = ? AND value IS NOT NULL", (stream,))
        return dict(rows.fetchall())
    finally:
        connection.close()


def test_what_stands_is_the_last_value_of_each_key(feed: Feed, tmp_path: Path) -> None:
    assert feed.take(feed.message("p", quote("p")), feed.message("q", quote("q"))) == ["added p", "added q"]
    assert feed.take(feed.message("p", quote("p", "Ida Berg"))) == ["changed p"]
    assert feed.take(feed.message("p", quote("p", "Ida Berg"))) == []
    assert feed.take(feed.message("q", None)) == ["withdrawn q"]
    assert standing(tmp_path) == {"p": quote("p", "Ida Berg")}


def test_of_an_article_the_highest_version_stands_and_only_a_higher_one_revives_it(feed: Feed, tmp_path: Path) -> None:
    def take(version: int, status: str = "usable", body: str = "x") -> list[str]:
        value = article("a", version=version, status=status, body=body)
        return feed.take(feed.message("a", value, stream="articles"))

    assert take(2) == ["added a"]
    assert take(1) == []
    assert take(2, body="a text that changed in silence") == ["changed a"]
    assert take(3, "canceled") == ["withdrawn a"]
    assert take(4, "withheld") == []
    assert take(4) == []
    assert standing(tmp_path, "articles") == {}
    assert take(5) == ["added a"]
    assert standing(tmp_path, "articles") == {"a": article("a", version=5, body="x")}


def test_a_kill_that_comes_before_its_story_is_remembered(feed: Feed) -> None:
    killed = article("a", version=2, status="canceled")
    assert feed.take(feed.message("a", killed, stream="articles")) == ["withdrawn a"]
    assert feed.take(feed.message("a", article("a"), stream="articles")) == []


def test_a_message_that_is_no_record_is_passed_over_and_named(feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert feed.take(feed.message("p", b'{"id": 1}'), feed.message("p", quote("p"))) == ["added p"]
    assert "current.quotes[0]@0 is no record" in caplog.text


def test_a_batch_is_worked_in_as_a_whole_or_not_at_all(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p"), partition=0))
    late = Message(("quotes", 0), 0, int(NOW * 1000), "p", None)
    with pytest.raises(Rewound):
        feed.take(feed.message("q", quote("q"), partition=0), late)
    assert standing(tmp_path) == {"p": quote("p")}
    assert feed.store.positions["quotes", 0] == 1


def test_a_store_that_is_opened_again_goes_on_where_it_was(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p")), feed.message("q", quote("q")))
    before = feed.store.positions, feed.store.told("quotes"), feed.store.seq
    feed.store.close()
    again = Store(tmp_path, 7.0, clock=lambda: NOW + 60)
    assert (again.positions, again.told("quotes"), again.seq) == before
    assert again.read_age() == 60
    assert Feed(again).take(Feed(again).message("p", quote("p", "Ida Berg"))) == ["changed p"]
    again.close()


def test_the_journal_begins_where_the_topic_ended_when_the_store_was_made(tmp_path: Path) -> None:
    store = Store(tmp_path, 7.0, clock=lambda: NOW)
    feed = Feed(store, floor=1)
    assert not store.caught_up("quotes")
    assert feed.take(feed.message("p", quote("p"), partition=0), feed.message("q", quote("q"), partition=1)) == []
    assert store.caught_up("quotes")
    assert feed.take(feed.message("p", None, partition=0)) == ["withdrawn p"]
    store.close()


def test_what_is_too_old_is_given_up_and_the_journal_says_how_far_back_it_reaches(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p"), partition=0, age=8 * DAY), feed.message("q", quote("q"), partition=0))
    connection = open_reader(tmp_path)
    everything = Place("quotes", (0, 0))
    assert history.changed(connection, everything, EVERYTHING, 0).events == 2
    assert not feed.store.trim()
    assert standing(tmp_path) == {"q": quote("q")}
    with pytest.raises(history.Expired):
        history.changed(connection, everything, EVERYTHING, 0)
    assert history.changed(connection, Place("quotes", (1, 0)), EVERYTHING, 0).events == 1
    assert searching.record(connection, "p") is None
    connection.close()


def test_what_the_gateway_has_forgotten_is_withdrawn_for_everybody(feed: Feed) -> None:
    feed.take(feed.message("p", quote("p"), age=8 * DAY))
    feed.store.trim()
    assert feed.take(feed.message("p", None)) == ["withdrawn p"]


def test_what_only_the_tables_have_forgotten_is_withdrawn_for_nobody(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p")))
    assert feed.take(dataclasses.replace(feed.message("p", None), expired=True)) == []
    assert set(standing(tmp_path)) == {"p"}


def test_a_time_in_the_future_keeps_nothing_for_ever(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p"), age=-400 * DAY))
    connection = open_reader(tmp_path)
    assert connection.execute("SELECT max(time) FROM records").fetchone() == (NOW * 1000,)
    connection.close()


def test_a_stream_that_is_forgotten_leaves_nothing_and_the_others_alone(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p")), feed.message("a", article("a"), stream="articles"))
    feed.store.forget("quotes")
    assert standing(tmp_path) == {}
    assert standing(tmp_path, "articles") == {"a": article("a")}
    assert {stream for stream, _ in feed.store.positions} == {"events", "entities", "articles"}


def test_a_file_that_another_version_wrote_is_made_anew(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p")))
    feed.store._connection.execute("PRAGMA user_version = 99")
    feed.store.close()
    again = Store(tmp_path, 7.0)
    assert again.positions == {}
    again.close()


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"something else, and long enough to be looked at" * 100)
    with pytest.raises(SettingsError, match=r"cannot be used.*gateway\.data_dir"):
        Store(tmp_path, 7.0)

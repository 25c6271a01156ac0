"""Polling a local server into a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pipeline.feed.cursor import CursorFile
from pipeline.feed.polling import poll
from pipeline.feed.sender import Sender
from pipeline.local.broker import EmbeddedBroker
from pipeline.settings import Settings
from pipeline.topic_admin import create_topics
from pipeline.topics import RAW
from tests.feed.server import Reply, serving
from tests.feed.test_entries import ATOM, RSS
from tests.kafka.traffic import messages

FEED = Reply(RSS.encode(), headers={"etag": '"1"', "content-type": "application/rss+xml"})


@pytest.fixture
def cursors(fed: Settings) -> Iterator[CursorFile]:
    with CursorFile.opened(fed.feed.state) as opened:
        yield opened


def test_what_was_fed_is_not_fed_again_not_even_after_a_restart(fed: Settings, sender: Sender) -> None:
    with serving(FEED, FEED, Reply(status=304)) as server:
        for expected in (2, 0, 0):
            with CursorFile.opened(fed.feed.state) as cursors:
                found = poll(server.address, cursors, sender, fed.feed)
            assert (found.outcome.confirmed, found.reason, found.failures) == (expected, None, 0)
    assert server.requests[1]["if-none-match"] == '"1"'
    assert server.requests[2]["if-none-match"] == '"1"'
    assert {message.key for message in messages(fed, RAW)} >= {b"nordwire:2"}
    assert len(messages(fed, RAW)) == 2


def test_a_changed_entry_is_fed_again_under_its_id(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    changed = Reply(RSS.replace("aground", "ashore").encode())
    with serving(FEED, changed) as server:
        counts = [poll(server.address, cursors, sender, fed.feed).outcome.confirmed for _ in range(2)]
    assert counts == [2, 1]
    assert [message.key for message in messages(fed, RAW)].count(b"nordwire:2") == 2


def test_a_deleted_entry_is_fed_once(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(ATOM.encode())) as server:
        counts = [poll(server.address, cursors, sender, fed.feed).outcome.confirmed for _ in range(2)]
    assert counts == [2, 0]


def test_failures_in_a_row_lengthen_the_pause_and_success_ends_them(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    settings = fed.feed.model_copy(update={"interval": 10.0, "max_backoff": 60.0})
    broken = Reply(b"<html>Sign in</html>")
    with serving(Reply(status=500), broken, Reply(status=500), Reply(status=500), FEED) as server:
        failures, pauses = 0, []
        for _ in range(5):
            found = poll(server.address, cursors, sender, settings, failures)
            failures = found.failures
            pauses.append(found.pause or 0.0)
    assert failures == 0
    for pause, least in zip(pauses[:4], (10, 20, 40, 60), strict=True):
        assert least <= pause <= least * 1.1


def test_a_server_that_names_its_time_is_not_asked_earlier(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(status=429, headers={"retry-after": "500"})) as server:
        found = poll(server.address, cursors, sender, fed.feed)
    assert found.pause is not None
    assert 500 <= found.pause <= 550
    assert "429" in (found.reason or "")


def test_an_address_that_is_gone_is_not_asked_again(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(status=410)) as server:
        assert poll(server.address, cursors, sender, fed.feed).pause is None


def test_the_cursor_stays_where_the_broker_confirmed_nothing(
    fed: Settings, cursors: CursorFile, settings_for: Callable[..., Settings]
) -> None:
    with serving(FEED) as server:
        with EmbeddedBroker() as broker:
            settings = settings_for(broker, kafka={"request_timeout": 1.0})
            create_topics(settings)
            with Sender(settings) as lost:
                broker.kill()
                found = poll(server.address, cursors, lost, fed.feed)
        assert (found.outcome.confirmed, found.failures) == (0, 1)
        with Sender(fed) as sender:
            assert poll(server.address, cursors, sender, fed.feed).outcome.confirmed == 2
    assert "if-none-match" not in server.requests[1]

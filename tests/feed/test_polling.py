"""Polling a local server into a real broker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate

import pytest

from newswire.feed import cursor, entries
from newswire.feed.cursor import CursorFile
from newswire.feed.polling import poll
from newswire.feed.sender import Sender
from newswire.feed.sources import Source
from newswire.local.broker import EmbeddedBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import RAW
from newswire.wire import read
from tests.feed.server import Reply, serving
from tests.feed.test_entries import ATOM, RSS
from tests.kafka.traffic import messages

TOPIC = "news.raw 1"
FEED = Reply(RSS.encode(), headers={"etag": '"1"', "content-type": "application/rss+xml"})


@pytest.fixture
def cursors(fed: Settings) -> Iterator[CursorFile]:
    with CursorFile.opened(fed.feed.state, TOPIC) as opened:
        yield opened


def test_what_was_fed_is_not_fed_again_not_even_after_a_restart(fed: Settings, sender: Sender) -> None:
    with serving(FEED, FEED, Reply(status=304)) as server:
        for expected in (2, 0, 0):
            with CursorFile.opened(fed.feed.state, TOPIC) as cursors:
                found = poll(Source(address=server.address), cursors, sender, fed.feed)
            assert (found.outcome.confirmed, found.reason, found.failures) == (expected, None, 0)
    assert server.requests[1]["if-none-match"] == '"1"'
    assert server.requests[2]["if-none-match"] == '"1"'
    assert {message.key for message in messages(fed, RAW)} >= {b"nordwire:2"}
    assert len(messages(fed, RAW)) == 2


def test_a_changed_entry_is_fed_again_under_its_id(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    changed = Reply(RSS.replace("aground", "ashore").encode())
    with serving(FEED, changed) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(2)]
    assert counts == [2, 1]
    assert [message.key for message in messages(fed, RAW)].count(b"nordwire:2") == 2


def test_a_deleted_entry_is_fed_once(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(ATOM.encode())) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(2)]
    assert counts == [2, 0]


def test_failures_in_a_row_lengthen_the_pause_and_success_ends_them(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    settings = fed.feed.model_copy(update={"interval": 10.0, "max_backoff": 60.0})
    broken = Reply(b"<html>Sign in</html>")
    with serving(Reply(status=500), broken, Reply(status=500), Reply(status=500), FEED) as server:
        polls = [poll(Source(address=server.address), cursors, sender, settings) for _ in range(5)]
    assert [found.failures for found in polls] == [1, 2, 3, 4, 0]
    pauses = [found.pause or 0.0 for found in polls]
    for pause, least in zip(pauses[:4], (10, 20, 40, 60), strict=True):
        assert least <= pause <= least * 1.1


def test_a_server_that_names_its_time_is_not_asked_earlier(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(status=429, headers={"retry-after": "500"})) as server:
        found = poll(Source(address=server.address), cursors, sender, fed.feed)
    assert found.pause is not None
    assert 500 <= found.pause <= 550
    assert "429" in (found.reason or "")


def test_an_address_that_is_gone_is_not_asked_again(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(Reply(status=410)) as server:
        assert poll(Source(address=server.address), cursors, sender, fed.feed).pause is None
    assert cursors.get(server.address).health.gone


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_address_that_refuses_is_asked_again_in_the_end_once_a_day(
    fed: Settings, sender: Sender, cursors: CursorFile, status: int
) -> None:
    settings = fed.feed.model_copy(update={"interval": 3600.0, "max_backoff": 7200.0})
    with serving(*[Reply(status=status)] * 7, FEED) as server:
        polls = [poll(Source(address=server.address), cursors, sender, settings) for _ in range(8)]
    for found, hours in zip(polls, (1, 2, 4, 8, 16, 24, 24, 1), strict=True):
        assert hours * 3600 <= (found.pause or 0.0) <= hours * 3600 * 1.1
    assert (polls[-1].outcome.confirmed, polls[-1].failures) == (2, 0)


def test_a_feed_that_makes_the_parser_raise_fails_alone(
    fed: Settings, sender: Sender, cursors: CursorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(body: bytes, content_type: str | None = None) -> entries.Feed:
        raise RecursionError("too deep")

    monkeypatch.setattr(entries, "parse", raising)
    with serving(FEED) as server:
        found = poll(Source(address=server.address), cursors, sender, fed.feed)
    assert (found.failures, found.pause is None) == (1, False)
    assert "RecursionError" in (found.reason or "")


def test_every_tenth_poll_asks_for_everything(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    """Some feeds keep their ETag when they change."""
    with serving(FEED, Reply(status=304)) as server:
        for _ in range(22):
            poll(Source(address=server.address), cursors, sender, fed.feed)
            if "if-none-match" not in server.requests[-1]:
                server.replies[:] = [Reply(status=304)]
            if len(server.requests) in (10, 20):
                server.replies[:] = [FEED]
    whole = [number for number, request in enumerate(server.requests) if "if-none-match" not in request]
    assert whole == [0, 10, 20]


def test_the_count_of_unchanged_answers_outlives_the_feeder(fed: Settings, sender: Sender) -> None:
    with serving(FEED, Reply(status=304)) as server:
        for _ in range(11):
            with CursorFile.opened(fed.feed.state, TOPIC) as opened:
                poll(Source(address=server.address), opened, sender, fed.feed)
    assert "if-none-match" not in server.requests[10]


SECTION = """<rss version="2.0"><channel><title>Quay Times: %s</title><link>https://quay.example/%s</link><item>
<guid isPermaLink="false">%s</guid><link>https://quay.example/s/5%s</link><title>Ferry sinks</title>
<description>A ferry sank.</description></item></channel></rss>"""


def test_a_guid_in_two_section_feeds_of_one_publisher_is_one_article(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    sections = [SECTION % ("News", "news", "5", ""), SECTION % ("Sport", "sport", "5", "?from=sport")]
    for section in sections:
        with serving(Reply(section.encode())) as server:
            poll(Source(address=server.address), cursors, sender, fed.feed)
    with serving(Reply(sections[1].replace("A ferry sank", "Two ferries sank").encode())) as server:
        poll(Source(address=server.address), cursors, sender, fed.feed)
    found = [read(message.value or b"", dict(message.headers))[0] for message in messages(fed, RAW)]
    assert len({article.id for article in found}) == 1
    assert {message.key for message in messages(fed, RAW)} == {found[0].id.encode()}
    assert found[-1].body == "Two ferries sank."
    assert found[-1].version > found[0].version


def test_a_number_that_two_publishers_give_names_two_articles(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    other = SECTION.replace("quay.example", "harbour.example").replace("Quay", "Harbour")
    for body in (SECTION % ("News", "news", "5", ""), other % ("News", "news", "5", "")):
        with serving(Reply(body.encode())) as server:
            poll(Source(address=server.address), cursors, sender, fed.feed)
    assert len({message.key for message in messages(fed, RAW)}) == 2


def test_a_number_that_one_publisher_gives_to_two_stories_names_both(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    other = (SECTION % ("Sport", "sport", "5", "")).replace("s/5", "m/5").replace("Ferry sinks", "Cup final")
    for body in (SECTION % ("News", "news", "5", ""), other):
        with serving(Reply(body.encode())) as server:
            poll(Source(address=server.address), cursors, sender, fed.feed)
    assert len({message.key for message in messages(fed, RAW)}) == 2


def test_a_guid_that_is_another_one_at_each_poll_makes_no_new_article(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    guids = ("a:1f", "a:7c", "9e2", "a:44")
    with serving(*(Reply((SECTION % ("News", "news", guid, "")).encode()) for guid in guids)) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in guids]
    assert counts == [1, 0, 0, 0]


def test_ages_are_those_of_what_comes_after_the_first_poll(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    late = (
        RSS.replace("nordwire:2", "nordwire:3")
        .replace("aground", "ashore")
        .replace("Fri, 03 May 2024 09:00:00 +0200", formatdate(time.time() - 60))
    )
    with serving(FEED, Reply(late.encode())) as server:
        polls = [poll(Source(address=server.address), cursors, sender, fed.feed) for _ in range(2)]
    assert polls[0].ages == ()
    (age,) = polls[1].ages
    assert 59 <= age <= 90


def test_how_an_address_does_is_kept(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(FEED, Reply(status=500), Reply(status=304)) as server:
        healths = []
        for _ in range(3):
            poll(Source(address=server.address), cursors, sender, fed.feed)
            healths.append(cursors.get(server.address).health)
    first, second, third = healths
    assert (first.fed, first.failures, first.reason) == (2, 0, None)
    assert first.last_new == first.last_success is not None
    assert (second.failures, second.last_success) == (1, first.last_success)
    assert "500" in (second.reason or "")
    assert (third.failures, third.reason, third.last_new, third.fed) == (0, None, first.last_new, 2)
    assert (third.last_success or 0) >= (first.last_success or 0)


def test_the_cursor_stays_where_the_broker_confirmed_nothing(
    fed: Settings, cursors: CursorFile, settings_for: Callable[..., Settings]
) -> None:
    with serving(FEED) as server:
        with EmbeddedBroker() as broker:
            settings = settings_for(broker, kafka={"request_timeout": 1.0})
            create_topics(settings)
            with Sender(settings) as lost:
                broker.kill()
                found = poll(Source(address=server.address), cursors, lost, fed.feed)
        assert (found.outcome.confirmed, found.failures) == (0, 1)
        with Sender(fed) as sender:
            assert poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed == 2
    assert "if-none-match" not in server.requests[1]


def versions(fed: Settings, key: str = "nordwire:2") -> list[tuple[int, str, str]]:
    """Version, status and first line of each article with the id that intake will read, as they were sent."""
    found = []
    for message in messages(fed, RAW):
        (article,) = read(message.value or b"", dict(message.headers))
        if message.key == key.encode():
            found.append((article.version, article.status, article.body.partition("\n")[0]))
    return found


def changed(text: str, **headers: str) -> Reply:
    return Reply(RSS.replace("A ferry ran aground.", text).encode(), headers=headers)


def test_a_change_without_a_date_gives_a_higher_version_each_time(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    with serving(FEED, changed("A ferry sank."), FEED) as server:
        for _ in range(3):
            poll(Source(address=server.address), cursors, sender, fed.feed)
    assert versions(fed) == [
        (1, "usable", "A ferry ran aground."),
        (2, "usable", "A ferry sank."),
        (3, "usable", "A ferry ran aground."),
    ]


def test_a_feed_that_raises_its_own_versions_is_believed_and_one_that_lowers_them_is_not(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    rain = ATOM.replace("<at:deleted-entry", "<at:ignored")
    replies = [
        Reply(rain.replace("It rained", text).replace("<updated>2024-05-02", f"<updated>{day}").encode())
        for text, day in (("One", "2024-05-02"), ("Two", "2024-05-02"), ("Three", "2024-05-04"), ("Four", "2024-05-01"))
    ]
    with serving(*replies) as server:
        for _ in replies:
            poll(Source(address=server.address), cursors, sender, fed.feed)
    first, third = 1714644000, 1714816800
    found = [version for version, _, _ in versions(fed, "tag:sur.example,2024:9")]
    assert found == [first, first + 1, third, third + 1]


def test_a_deletion_is_above_every_version_of_its_entry(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    living = ATOM.replace("at:deleted-entry", "at:ignored")
    # Its time is that of the entry, and the entry is still listed.
    deleted = ATOM.replace('2024:8" when="2024-05-02T00:00:00Z"', '2024:9" when="2024-05-02T10:00:00Z"')
    with serving(Reply(living.encode()), Reply(deleted.encode()), Reply(deleted.encode())) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(3)]
    assert counts == [1, 1, 0]
    one, two = versions(fed, "tag:sur.example,2024:9")
    assert (two[0] - one[0], two[1]) == (1, "canceled")


def test_an_id_that_is_listed_twice_is_fed_once(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    twice = RSS.replace('guid isPermaLink="false">1<', 'guid isPermaLink="false">nordwire:2<')
    twice = twice.replace("First", "Second &amp; last")
    with serving(Reply(twice.encode())) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(3)]
    assert counts == [1, 0, 0]
    assert versions(fed) == [(1, "usable", "A ferry ran aground.")]


def test_versions_go_on_when_the_feed_moves_to_another_address(
    fed: Settings, sender: Sender, cursors: CursorFile
) -> None:
    with serving(FEED, changed("A ferry sank.")) as server:
        for _ in range(2):
            poll(Source(address=server.address), cursors, sender, fed.feed)
        poll(Source(address=server.address + "?new"), cursors, sender, fed.feed)
        server.replies[:] = [changed("A ferry floats.")]
        poll(Source(address=server.address + "?new"), cursors, sender, fed.feed)
    assert [version for version, _, _ in versions(fed)] == [1, 2, 2, 3]


def test_what_a_crash_left_unconfirmed_comes_again_in_its_version_and_a_later_change_in_a_higher_one(
    fed: Settings, sender: Sender, settings_for: Callable[..., Settings]
) -> None:
    """What is kept before the messages are sent is all that the next feeder has."""
    later = changed("A ferry floats.")
    with serving(FEED, changed("A ferry sank."), later, FEED) as server:
        with CursorFile.opened(fed.feed.state, TOPIC) as cursors:
            poll(Source(address=server.address), cursors, sender, fed.feed)
            with EmbeddedBroker() as broker:
                settings = settings_for(broker, kafka={"request_timeout": 1.0})
                create_topics(settings)
                with Sender(settings) as lost:
                    broker.kill()
                    assert poll(Source(address=server.address), cursors, lost, fed.feed).outcome.confirmed == 0
        state = fed.feed.state.read_bytes()
        with CursorFile.opened(fed.feed.state, TOPIC) as cursors:
            poll(Source(address=server.address), cursors, sender, fed.feed)
        fed.feed.state.write_bytes(state)
        server.replies[:] = [changed("A ferry sank.")]
        with CursorFile.opened(fed.feed.state, TOPIC) as cursors:
            poll(Source(address=server.address), cursors, sender, fed.feed)
    assert "if-none-match" not in server.requests[-1]
    assert [(version, text) for version, _, text in versions(fed)] == [
        (1, "A ferry ran aground."),
        (3, "A ferry floats."),
        (2, "A ferry sank."),
    ]


def test_a_feed_longer_than_what_is_remembered_is_fed_once(
    fed: Settings, sender: Sender, cursors: CursorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "REMEMBERED", 20)
    item = "<item><guid>a:%d</guid><title>%d</title></item>"
    items = [item % (n, n) for n in range(40)]
    head, tail = '<rss version="2.0"><channel><title>N</title>', "</channel></rss>"
    with serving(*(Reply(f"{head}{''.join(items[n:])}{tail}".encode()) for n in (5, 0))) as server:
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(3)]
    assert counts == [35, 5, 0]


def test_starting_over_feeds_the_same_in_the_same_versions(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    with serving(FEED, changed("A ferry sank.", etag='"2"')) as server:
        for _ in range(2):
            poll(Source(address=server.address), cursors, sender, fed.feed)
        cursors.start_over(server.address)
        counts = [poll(Source(address=server.address), cursors, sender, fed.feed).outcome.confirmed for _ in range(2)]
    assert counts == [2, 0]
    assert [version for version, _, _ in versions(fed)] == [1, 2, 2]
    assert "if-none-match" not in server.requests[2]

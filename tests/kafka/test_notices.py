"""Kills that name another story, from the raw topic to what subscribers hold, with real workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from newswire.clients import kafka_python_options
from newswire.local.broker import LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.records import Alert, Article, decode, encode
from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.subscribe.stories import Stories
from newswire.topic_admin import create_topics
from newswire.topics import ALERTS, ARTICLES, INDEX, QUOTES, RAW, RECORD_TOPICS, Topic
from tests.kafka.traffic import feed, messages, newswire, wait_until_through
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
WIRE = ROOT.parent / "shared" / "wire"
CORRECTION = WIRE / "tag_reuters.com_2016_newsml_L1N14N0FF_version_978556838"
WITHDRAWAL = WIRE / "tag_reuters.com_2016_newsml_L1N14N0FF_version_1542761538"
STORY = "tag:reuters.com,0000:newsml_L1N14N0FF"

HOSTILE = "tests.stream.hostile:HostileTasks"

StartWorker = Callable[[Settings], WorkerProcess]


@pytest.fixture(autouse=True)
def _tests_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def make_settings(settings_for: Callable[..., Settings]) -> Callable[..., Settings]:
    """Settings for workers with the quick extraction of the tests, and the topics made."""

    def make(broker: LocalBroker, **groups: dict[str, object]) -> Settings:
        timeouts: dict[str, object] = {"session_timeout": 6.0, "heartbeat_interval": 1.0, "rebalance_timeout": 12.0}
        settings = settings_for(broker, kafka=timeouts, **({"pool": {"tasks": HOSTILE, "processes": 1}} | groups))
        create_topics(settings)
        return settings

    return make


def ferry(id: str, version: int = 1, slug: str = "BC-Ferry", **given: Any) -> Article:
    fields: dict[str, Any] = {
        "id": id,
        "version": version,
        "body": "Text.",
        "headline": "Ferry aground",
        "source": "Nordwire",
    }
    return Article(**(fields | {"extra": {"slugline": slug}} | given))


def kill(id: str = "kill", slug: str = "BC-Ferry", **given: Any) -> Article:
    notice = {"notice": {"kind": "kill", "slug": slug}}
    return ferry(id, status="canceled", body="Please kill story slugged BC-Ferry.", extra=notice, **given)


def send(settings: Settings, sent: Iterable[tuple[int, Article]]) -> None:
    """Puts articles into partitions of the raw topic, one after the other."""
    producer = KafkaProducer(**kafka_python_options(settings.kafka))
    for partition, article in sent:
        producer.send(RAW.full_name(settings.topics), encode(article), partition=partition).get(30)
    producer.close()


def articles(settings: Settings, id: str) -> list[tuple[int, str]]:
    """Version and status of each article of an id, in their order."""
    found = [decode(message.value or b"", Article) for message in messages(settings, ARTICLES)]
    return [(article.version, article.status) for article in found if article.id == id]


def alerts(settings: Settings) -> list[Alert]:
    return [decode(message.value or b"", Alert) for message in messages(settings, ALERTS)]


def held(settings: Settings, topic: Topic, upto: int | None = None) -> tuple[Stories, list[ConsumedMessage]]:
    """What a subscriber holds who has read a topic, or its first messages."""
    stories, found = Stories(), messages(settings, topic)
    for message in found[:upto]:
        stories.take(message.value or b"", dict(message.headers))
    return stories, found


def test_a_kill_withdraws_the_story_that_it_names_by_whatever_partitions_they_come(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker)
    running = worker(settings)
    send(settings, [(0, ferry("a", 3)), (1, ferry("b", slug="BC-Flood")), (2, ferry("c", source="Surwire"))])
    wait_until_through(settings, running)
    send(settings, [(3, kill())])
    wait_for(lambda: articles(settings, "a") == [(3, "usable"), (4, "canceled")], "the withdrawal")
    wait_until_through(settings, running)
    stories, found = held(settings, QUOTES)
    assert [headers(message)["newswire-marker"] for message in found if message.key == b"a"] == ["usable", "canceled"]
    assert list(stories.standing()) == []
    assert articles(settings, "b") == articles(settings, "c") == [(1, "usable")]
    assert alerts(settings) == []
    # Its next version brings it back, and the kill that is read again touches it no more.
    send(settings, [(1, ferry("a", 4)), (3, kill())])
    wait_for(lambda: articles(settings, "a")[2:] == [(4, "usable")], "the revival")
    wait_for(lambda: len(messages(settings, INDEX)) == 6, "the kill to be indexed again")
    send(settings, [(0, kill("last", slug="BC-Storm"))])
    wait_for(lambda: [alert.notice for alert in alerts(settings)] == ["last"], "what comes after it")
    assert articles(settings, "a") == [(3, "usable"), (4, "canceled"), (4, "usable")]


def headers(message: ConsumedMessage) -> dict[str, str]:
    return {name: value.decode() for name, value in message.headers}


def test_a_kill_that_may_mean_several_stories_is_an_alert_that_names_them(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker)
    running = worker(settings)
    secret = ferry("d", slug="BC-Secret", headline="Secret", embargoed_until="2999-01-01T00:00:00Z")
    send(settings, [(0, ferry("a")), (1, ferry("b")), (0, secret), (0, ferry("e", slug="BC-Secret"))])
    wait_until_through(settings, running)
    wait_for(lambda: len(messages(settings, INDEX)) == 4, "the index")
    send(settings, [(2, kill()), (3, kill("other", "BC-Secret"))])
    wait_for(lambda: len(alerts(settings)) == 2, "the alerts")
    first, second = sorted(alerts(settings), key=lambda alert: alert.notice)
    assert (first.reason, {one.id for one in first.candidates}) == ("ambiguous", {"a", "b"})
    assert (first.names, first.kind, first.source) == ({"slug": "BC-Ferry"}, "kill", "Nordwire")
    # Of a story under embargo nothing is told but that there is one.
    assert (second.names, {one.id: one.headline for one in second.candidates}) == (
        {},
        {"d": None, "e": "Ferry aground"},
    )
    shown = newswire(settings, ["tail", "alerts", "--from-beginning", "--until-end"]).stdout.decode()
    assert "kill of Nordwire names slug BC-Ferry — ambiguous" in shown
    assert articles(settings, "a") == articles(settings, "b") == [(1, "usable")]


@pytest.mark.xdist_group("apache")
def test_whoever_takes_the_index_over_knows_what_was_read_before(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(apache_broker)
    first = worker(settings)
    send(settings, [(number % 4, ferry(f"s{number}", slug=f"BC-Story {number}")) for number in range(30)])
    wait_until_through(settings, first)
    wait_for(lambda: len(messages(settings, INDEX)) == 30, "the index")
    first.kill()
    second, third = worker(settings), worker(settings)
    send(settings, [(number % 4, kill(f"k{number}", f"BC-Story {number}")) for number in range(0, 30, 3)])
    for number in range(0, 30, 3):
        wait_for(lambda id=f"s{number}": (2, "canceled") in articles(settings, id), f"story {number}", timeout=150.0)
    wait_until_through(settings, second, third)
    assert alerts(settings) == []
    assert {status for number in range(1, 30, 3) for _, status in articles(settings, f"s{number}")} == {"usable"}


def test_a_story_under_embargo_that_a_kill_names_never_comes_out(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    running = worker(settings)
    send(settings, [(0, ferry("a", headline="Secret", embargoed_until="2999-01-01T00:00:00Z"))])
    wait_until_through(settings, running)
    wait_for(lambda: len(messages(settings, INDEX)) == 1, "the index")
    send(settings, [(1, kill(headline=None))])
    wait_for(lambda: articles(settings, "a") == [(2, "canceled")], "the withdrawal")
    assert not any(b"Secret" in (message.value or b"") for message in messages(settings, ARTICLES))


@pytest.mark.skipif(not WITHDRAWAL.exists(), reason="the real files are not here")
def test_a_withdrawal_of_reuters_takes_from_subscribers_what_its_correction_brought(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings], worker: StartWorker
) -> None:
    """With the real extraction. Whatever subscribers hold of the story before, they hold nothing of it after."""
    settings = settings_for(embedded_broker)
    create_topics(settings)
    running = worker(settings)
    feed(settings, [CORRECTION])
    wait_until_through(settings, running)
    before = {topic: held(settings, topic) for topic in RECORD_TOPICS}
    standing = {topic.name: list(stories.standing()) for topic, (stories, _) in before.items()}
    assert all(standing.values()), "a correction has entities, quotes and events"
    assert {record.article.id for records in standing.values() for record in records} == {STORY}
    assert {record.article.version for records in standing.values() for record in records} == {978556838}

    feed(settings, [WITHDRAWAL])
    wait_until_through(settings, running)
    assert articles(settings, STORY) == [(978556838, "usable"), (1542761538, "canceled")]
    for topic in RECORD_TOPICS:
        stories, found = before[topic]
        told = [
            change
            for message in messages(settings, topic)[len(found) :]
            for change in stories.take(message.value or b"", dict(message.headers))
        ]
        assert [change.record for change in told] == standing[topic.name]
        assert {change.status for change in told} == {"canceled"}  # type: ignore[union-attr]
        assert list(stories.standing()) == list(held(settings, topic)[0].standing()) == []
    # The correction is late, as of another partition: it brings nothing back.
    feed(settings, [CORRECTION])
    wait_until_through(settings, running)
    assert [list(held(settings, topic)[0].standing()) for topic in RECORD_TOPICS] == [[], [], []]

"""`subscribe` on real brokers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaConsumer

from newswire.errors import BrokerError, SettingsError, TopicError
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.subscribe import Added, Change, Changed, Withdrawn, subscribe, subscribe_async
from newswire.topic_admin import create_topics
from newswire.topics import QUOTES
from tests.cli.kafka import publish, send
from tests.members import forget_the_other_one_once, members
from tests.subscribe.messages import story
from tests.waiting import wait_for

# Seconds for what takes some.
PATIENCE = 60.0


@pytest.fixture
def embedded(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    settings = settings_for(embedded_broker, topics={"partitions": 2})
    create_topics(settings)
    return settings


def told(settings: Settings, **options: object) -> Iterator[Change]:
    given = {"prefix": settings.topics.prefix, "kafka": settings.kafka} | options
    return subscribe("quotes", **given)  # type: ignore[arg-type]


def kinds(changes: Iterator[Change]) -> list[tuple[str, str]]:
    return sorted((type(change).__name__, change.record.id) for change in changes)


def test_it_tells_what_stands_and_then_what_changes(settings: Settings) -> None:
    create_topics(settings)
    publish(settings, story(1, [("p", "Mina Holt"), ("q", "Otto Lind")]), story(2, [("p", "Mina Holt"), ("r", "Ida")]))
    publish(settings, story(1, [("b", "Ida")], id="b"), story(2, [], id="b", status="canceled"))
    changes = told(settings)
    with contextlib.closing(changes):  # type: ignore[type-var]
        first = [next(changes), next(changes)]
        assert kinds(iter(first)) == [("Added", "p"), ("Added", "r")]
        publish(settings, story(3, [("p", "Otto Lind")]))
        assert [type(next(changes)) for _ in range(2)] == [Changed, Withdrawn]
        publish(settings, story(4, [], status="withheld"))
        last = next(changes)
        assert isinstance(last, Withdrawn)
        assert last.status == "withheld"


def test_conditions_and_a_time_choose(embedded: Settings) -> None:
    publish(embedded, story(1, [("p", "Mina Holt"), ("q", "Otto Lind")]))
    assert kinds(told(embedded, where="speaker=Holt and confidence>=0", until_end=True)) == [("Added", "p")]
    assert kinds(told(embedded, where="confidence>=2", until_end=True)) == []
    assert kinds(told(embedded, since="1h", until_end=True)) == [("Added", "p"), ("Added", "q")]
    assert kinds(told(embedded, since="2099-01-01", until_end=True)) == []


def test_a_program_of_a_group_that_comes_back_is_told_what_changed_meanwhile(settings: Settings) -> None:
    create_topics(settings)
    publish(settings, story(1, [("p", "Mina Holt"), ("q", "Otto Lind")]))
    assert kinds(told(settings, group="desk", until_end=True)) == [("Added", "p"), ("Added", "q")]
    assert kinds(told(settings, group="desk", until_end=True)) == []
    publish(settings, story(2, [("p", "Ida"), ("r", "Ida")]))
    assert kinds(told(settings, group="desk", until_end=True)) == [("Added", "r"), ("Changed", "p"), ("Withdrawn", "q")]
    assert kinds(told(settings, group="other", until_end=True)) == [("Added", "p"), ("Added", "r")]


def test_what_the_body_of_the_loop_is_not_through_with_comes_again(embedded: Settings) -> None:
    publish(embedded, story(1, [("p", "Mina Holt")]))
    for change in told(embedded, group="desk", until_end=True):
        assert isinstance(change, Added)
        break
    assert kinds(told(embedded, group="desk", until_end=True)) == [("Added", "p")]


def test_two_programs_of_a_group_share_the_partitions_and_miss_nothing(embedded: Settings) -> None:
    seen: dict[str, set[str]] = {"first": set(), "second": set()}
    ended = threading.Event()

    def follow(name: str) -> None:
        for change in told(embedded, group="desk"):
            seen[name].add(change.record.id)
            if ended.is_set():
                return

    threads = [threading.Thread(target=follow, args=(name,), daemon=True) for name in seen]
    for thread in threads:
        thread.start()
    published: set[str] = set()

    def publish_one() -> None:
        id = f"story-{len(published)}"
        publish(embedded, story(1, [(id, "Ida")], id=id))
        published.add(id)

    def both_have_some() -> bool:
        publish_one()
        return all(seen.values())

    wait_for(both_have_some, "both get some")
    wait_for(lambda: seen["first"] | seen["second"] >= published, "nothing is missing")
    ended.set()

    def both_have_ended() -> bool:
        publish_one()
        return not any(thread.is_alive() for thread in threads)

    wait_for(both_have_ended, "both end")


async def test_a_program_that_the_leader_of_its_group_forgets_joins_again(
    broker: LocalBroker, settings: Settings
) -> None:
    """It used to break off with the words of a decoder."""
    await asyncio.to_thread(create_topics, settings)
    await asyncio.to_thread(publish, settings, story(1, [("p", "Mina Holt")]))
    topic = QUOTES.full_name(settings.topics)
    async with members(broker, topic) as (leader,):
        await leader.join()
        await leader.sync({leader.id: []})
        options = {"prefix": settings.topics.prefix, "kafka": settings.kafka, "group": leader.group}
        async with contextlib.aclosing(subscribe_async("quotes", **options)) as changes:  # type: ignore[arg-type]
            told = asyncio.ensure_future(anext(changes))
            await forget_the_other_one_once(leader, [0, 1, 2, 3], told.done)
            assert (await told).record.id == "p"


async def test_it_can_be_awaited(embedded: Settings) -> None:
    publish(embedded, story(1, [("p", "Mina Holt"), ("q", "Otto Lind")]))
    options = {"prefix": embedded.topics.prefix, "kafka": embedded.kafka}
    found = [change.record.id async for change in subscribe_async("quotes", until_end=True, **options)]  # type: ignore[arg-type]
    assert sorted(found) == ["p", "q"]
    changes = subscribe_async("quotes", **options)  # type: ignore[arg-type]
    async with contextlib.aclosing(changes):
        assert {(await anext(changes)).record.id for _ in range(2)} == {"p", "q"}
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.to_thread(publish, embedded, story(2, [("p", "Mina Holt")]))
        assert isinstance(await waiting, Withdrawn)


async def test_a_task_that_waits_for_changes_can_be_cancelled(embedded: Settings) -> None:
    async def wait() -> None:
        changes = subscribe_async("quotes", prefix=embedded.topics.prefix, kafka=embedded.kafka)
        async with contextlib.aclosing(changes):
            async for _ in changes:
                pass

    task = asyncio.create_task(wait())
    await asyncio.to_thread(publish, embedded, story(1, [("p", "Mina Holt")]))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)


def test_a_message_that_is_no_record_is_passed_over_and_named(
    embedded: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    name = QUOTES.full_name(embedded.topics)
    headers = (("ce_type", b"newswire.quote.v1"), ("newswire-extraction-offset", b"0"))
    send(embedded, [Outgoing(name, b"a", b"{", headers)])
    publish(embedded, story(1, [("p", "Mina Holt")]))
    with caplog.at_level(logging.WARNING):
        assert kinds(told(embedded, until_end=True)) == [("Added", "p")]
    assert f"{name} " in caplog.text
    assert "is passed over" in caplog.text


def test_a_wrong_request_is_refused_before_anything_connects() -> None:
    with pytest.raises(SettingsError, match="no topic of records called 'quote'"):
        subscribe("quote")
    with pytest.raises(SettingsError, match="no field speeker"):
        subscribe("quotes", where="speeker=Blinken")
    with pytest.raises(SettingsError, match="neither a time nor an age"):
        subscribe("quotes", since="yesterday")


def test_a_missing_topic_and_a_missing_broker_are_named(embedded: Settings) -> None:
    with pytest.raises(TopicError, match="nowhere"):
        next(told(embedded, prefix="nowhere."))
    with pytest.raises(BrokerError):
        next(subscribe("quotes", "127.0.0.1:1"))


@pytest.mark.slow
def test_a_broker_that_dies_before_the_end_is_reported_and_not_waited_for(
    settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedBroker() as broker:
        settings = settings_for(broker, kafka={"request_timeout": 2.0})
        create_topics(settings)
        publish(settings, story(1, [("p", "Mina Holt")]))
        poll = KafkaConsumer.poll

        def poll_without_broker(consumer: KafkaConsumer, **options: object) -> object:
            broker.kill()
            return poll(consumer, **options)

        monkeypatch.setattr(KafkaConsumer, "poll", poll_without_broker)
        with pytest.raises(BrokerError, match="No broker answers"):
            list(told(settings, until_end=True))

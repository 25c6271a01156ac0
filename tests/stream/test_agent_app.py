"""The app of an agent, with Faust's own consumer thread on a real broker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import KafkaTimeoutError
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP

from newswire.errors import BrokerError
from newswire.local.broker import LocalBroker
from newswire.stream.agent_app import AgentApp
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES

# Seconds for what takes milliseconds.
PATIENCE = 20.0


def stop_worker(error: Exception) -> None:
    """What a worker does with an error of an app's client."""
    raise error


async def test_a_commit_that_meets_a_consumer_thread_on_its_way_out_comes_back_with_nothing(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """A worker that stops on an error used to wait for its answer for ever. The thread is held where it no longer serves
    requests and has not yet closed its loop; in a crash it is there for a moment.
    """
    settings = settings_for(embedded_broker)
    await asyncio.to_thread(create_topics, settings)
    app: Any = AgentApp("extract", settings, stop_worker)
    consumer = app.consumer
    thread = consumer._thread = consumer._new_consumer_thread()
    held = threading.Event()

    async def stay() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            held.wait(PATIENCE)

    await thread.start()
    thread.thread_loop.call_soon_threadsafe(lambda: thread.add_future(stay()))
    thread._stopped_set()
    try:
        await asyncio.wait_for(thread._shutdown.wait(), PATIENCE)
        offsets = {TP(ARTICLES.full_name(settings.topics), 0): 5}
        assert await asyncio.wait_for(consumer._commit(offsets), PATIENCE / 4) is False
        assert app.commit_age == 0.0
    finally:
        held.set()
        await asyncio.to_thread(thread._thread.stop)


class IdleStage:
    """Takes messages in and is never done with them, so that nothing is ever committed."""

    name = "extract"
    holds = False

    async def submit(self, message: Any, token: Any) -> None:
        pass

    async def drain(self, deadline: float) -> bool:
        return True

    def resume(self) -> None:
        pass

    def committed(self, offsets: Any) -> None:
        pass


async def test_what_retention_took_before_a_groups_first_commit_is_no_lag(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """It would look like work that nobody does, for ever where nothing more comes."""
    settings = settings_for(embedded_broker, topics={"partitions": 2})
    await asyncio.to_thread(create_topics, settings)
    topic = ARTICLES.full_name(settings.topics)
    producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.servers)
    await producer.start()
    for partition in (0, 0, 0, 0, 0, 1, 1, 1):
        await producer.send_and_wait(topic, b"{}", partition=partition)
    await producer.stop()
    admin = AIOKafkaAdminClient(bootstrap_servers=embedded_broker.servers)
    await admin.start()
    await admin.delete_records(
        {TopicPartition(topic, 0): RecordsToDelete(5), TopicPartition(topic, 1): RecordsToDelete(1)}
    )
    await admin.close()
    app: Any = AgentApp("extract", settings, stop_worker)
    app.add_stage(ARTICLES, IdleStage())
    await app.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while app.lags() != {(topic, 0): 0, (topic, 1): 2}:  # noqa: ASYNC110 - the consumer tells nobody
                await asyncio.sleep(0.05)
    finally:
        await app.stop()


async def test_a_broker_that_does_not_say_where_a_log_begins_stops_nobody(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lag then counts from what is known: the committed offset, or 0."""
    consumer: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker).consumer
    partition = TP("articles", 0)

    async def refuse(*_: Any) -> Any:
        raise KafkaTimeoutError

    monkeypatch.setattr(consumer, "assignment", lambda: {partition})
    monkeypatch.setattr(consumer, "highwater", lambda _: 7)
    monkeypatch.setattr(consumer, "earliest_offsets", refuse)
    await consumer.note_log_starts([partition])
    assert consumer.lag(partition) == 7

    async def answer(*_: Any) -> Any:
        return {partition: 5}

    monkeypatch.setattr(consumer, "earliest_offsets", answer)
    await consumer.note_log_starts([partition])
    assert consumer.lag(partition) == 2
    consumer._committed_offset[partition] = 6
    assert consumer.lag(partition) == 1


class QuickStage(IdleStage):
    """Is done at once with all that it takes in."""

    def __init__(self) -> None:
        self.open = True
        self.taken: list[tuple[int, int]] = []

    async def submit(self, message: Any, token: Any) -> None:
        if self.open:
            self.taken.append((message.partition, message.offset))
            token.ack()

    async def drain(self, deadline: float) -> bool:
        self.open = False
        return True

    def resume(self) -> None:
        self.open = True


async def test_what_comes_to_a_partition_during_a_rebalance_before_its_first_commit_is_not_passed_over(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch that waits through the rebalance brings it, Faust drops it and seeks back to the committed offsets: which does not
    move a partition that has none.
    """
    settings = settings_for(embedded_broker, topics={"partitions": 2})
    await asyncio.to_thread(create_topics, settings)
    topic = ARTICLES.full_name(settings.topics)
    producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.servers)
    await producer.start()
    apps = AgentApp("extract", settings, stop_worker), AgentApp("extract", settings, stop_worker)
    stages = QuickStage(), QuickStage()
    for app, stage in zip(apps, stages, strict=True):
        app.add_stage(ARTICLES, stage)  # type: ignore[arg-type]
    assigned = apps[0]._on_partitions_assigned

    async def assigned_late(*given: Any) -> None:
        """When what was sent meanwhile has been fetched."""
        if apps[1].started:
            for number in range(20):
                await producer.send_and_wait(topic, b"{}", partition=number % 2)
            await asyncio.sleep(0.2)
        await assigned(*given)

    fetch = driver.Consumer._getmany

    async def patient_fetch(consumer: Any, active_partitions: Any, _: float) -> Any:
        return await fetch(consumer, active_partitions, PATIENCE)

    monkeypatch.setattr(driver.Consumer, "_getmany", patient_fetch)
    monkeypatch.setattr(apps[0].consumer, "_on_partitions_assigned", assigned_late)
    await apps[0].start()
    try:
        async with asyncio.timeout(PATIENCE):
            while len(apps[0].partitions or ()) < 2:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.05)
            await apps[1].start()
            through = {(topic, 0): 0, (topic, 1): 0}
            while not (stages[0].taken or stages[1].taken) or {**apps[0].lags(), **apps[1].lags()} != through:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        await asyncio.gather(*(app.stop() for app in apps))
        await producer.stop()
    taken = sorted({*stages[0].taken, *stages[1].taken})
    assert taken == [(partition, offset) for partition in range(2) for offset in range(10)]


@pytest.fixture
async def consumer(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Ours, with what it asks of Faust's faked: no thread, no group."""

    async def nothing(*_: Any) -> None:
        pass

    for name in ("on_partitions_revoked", "on_partitions_assigned", "perform_seek"):
        monkeypatch.setattr(driver.Consumer, name, nothing)
    consumer: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker).consumer
    consumer.stop_flow()
    return consumer


async def test_nothing_flows_before_the_seek_that_follows_the_last_rebalance(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeking = asyncio.Event()

    async def seek(_: Any) -> None:
        await seeking.wait()

    await consumer.on_partitions_assigned({TP("articles", 0)}, 1)
    monkeypatch.setattr(driver.Consumer, "perform_seek", seek)
    overtaken = asyncio.create_task(consumer.perform_seek())
    await asyncio.sleep(0)
    await consumer.on_partitions_revoked(set())
    seeking.set()
    await overtaken
    consumer.resume_flow()
    assert not consumer.flow_active
    await consumer.on_partitions_assigned({TP("articles", 0)}, 2)
    consumer.resume_flow()
    assert not consumer.flow_active
    await consumer.perform_seek()
    consumer.resume_flow()
    assert consumer.flow_active


async def test_a_look_for_partitions_that_stand_still_survives_one_that_has_no_position_yet(consumer: Any) -> None:
    """It ended a worker that had just been given a partition, once in many starts."""
    thread = consumer._new_consumer_thread()
    thread.time_started = 0.0
    partition = TP("articles", 0)
    subscriptions = SubscriptionState()
    subscriptions.subscribe({partition.topic})
    subscriptions.assign_from_subscribed({TopicPartition(*partition)})
    state = subscriptions.subscription.assignment.state_value(TopicPartition(*partition))
    state.timestamp = 1
    thread._consumer = SimpleNamespace(_fetcher=SimpleNamespace(_subscriptions=subscriptions))
    thread.verify_event_path(0.0, partition)
    assert not state.has_valid_position


def fetched(*offsets: int, partition: int = 0) -> dict[TP, list[SimpleNamespace]]:
    return {TP("articles", partition): [SimpleNamespace(offset=offset) for offset in offsets]}


def message(offset: int, partition: int = 0) -> SimpleNamespace:
    tp = TP("articles", partition)
    return SimpleNamespace(tp=tp, topic=tp.topic, partition=tp.partition, offset=offset)


async def test_a_message_that_comes_before_one_that_was_fetched_before_it_ends_the_worker(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*_: Any) -> Any:
        return fetched(5, 8, 9)  # 6 and 7 are compacted away

    monkeypatch.setattr(driver.Consumer, "_getmany", fetch)
    consumer.resume_flow()
    await consumer._getmany({TP("articles", 0)}, 1.0)
    assert not consumer.take(message(4)), "left over from before the last seek"
    assert not consumer.take(message(5, partition=1))
    assert consumer.take(message(5))
    with pytest.raises(BrokerError, match=r"articles/0, offset 9 has come before offset 8"):
        consumer.take(message(9))
    assert consumer.take(message(8))
    consumer.stop_flow()
    assert not consumer.take(message(9)), "partitions are being taken away"


async def test_what_a_fetch_brings_after_partitions_have_moved_is_read_again(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sought: list[str] = []

    async def fetch(*_: Any) -> Any:
        if not sought:
            await consumer.on_partitions_assigned({TP("articles", 0)}, 2)
        return fetched(5)

    async def seek(_: Any) -> None:
        sought.append("committed")

    monkeypatch.setattr(driver.Consumer, "_getmany", fetch)
    monkeypatch.setattr(driver.Consumer, "perform_seek", seek)
    assert await consumer._getmany({TP("articles", 0)}, 1.0) == {}
    assert sought == []
    assert await consumer._getmany({TP("articles", 0)}, 1.0) == fetched(5)
    assert sought == ["committed"]


async def test_a_halted_partition_is_not_fetched_and_what_was_fetched_still_comes(
    consumer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    async def fetch(_: Any, partitions: Any, seconds: float) -> Any:
        asked.append(partitions)
        return fetched(5, 6)

    monkeypatch.setattr(driver.Consumer, "_getmany", fetch)
    both = {TP("articles", 0), TP("articles", 1)}
    consumer.resume_flow()
    await consumer._getmany(both, 1.0)
    assert consumer.take(message(5))
    consumer.pause_partition(TP("articles", 0))
    await consumer._getmany(both, 1.0)
    assert consumer.take(message(6))
    consumer.pause_partition(TP("articles", 1))
    assert await consumer._getmany(both, 0.01) == {}, "all of them would be asked for"
    consumer.resume_partition(TP("articles", 0))
    await consumer._getmany(both, 1.0)
    assert asked == [both, {TP("articles", 1)}, {TP("articles", 0)}]


async def test_the_offset_to_commit_is_behind_the_last_one_acknowledged_whatever_is_missing_between(
    consumer: Any,
) -> None:
    partition = TP("articles", 0)
    consumer._committed_offset[partition] = 2
    await consumer._add_gap(partition, 6, 8)
    consumer._acked[partition] = [5, 8]
    consumer._acked_index[partition] = {5, 8}
    assert consumer._new_offset(partition) == 9
    assert consumer._new_offset(partition) is None
    consumer._acked[partition] = [9]
    assert consumer._new_offset(partition) == 10


async def test_a_drain_waits_for_a_commit_that_another_began_in_its_stead(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit of the drain only waits for one that is under way. If a third begins in the moment when that one ends, it takes
    what is acknowledged; were the client to join its group before the answer, the broker would refuse it.
    """
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    consumer = app.consumer
    partition = TP("articles", 0)
    answers = [asyncio.Event(), asyncio.Event()]
    begun: list[asyncio.Event] = []

    async def force_commit(*_: Any, **__: Any) -> bool:
        consumer._acked.pop(partition, None)
        if len(begun) < len(answers):
            begun.append(answers[len(begun)])
            await begun[-1].wait()
        return True

    monkeypatch.setattr(consumer, "force_commit", force_commit)
    first = asyncio.create_task(consumer.commit())
    await asyncio.sleep(0)
    consumer._acked[partition] = [7]

    async def another() -> None:
        await consumer._commit_fut
        await consumer.commit()

    second = asyncio.create_task(another())
    await asyncio.sleep(0)
    drained = asyncio.create_task(consumer.wait_empty())
    for _ in range(5):
        await asyncio.sleep(0)
    answers[0].set()
    for _ in range(10):
        await asyncio.sleep(0)
    assert begun == answers
    assert not drained.done()
    answers[1].set()
    await asyncio.wait_for(asyncio.gather(first, second, drained), PATIENCE)

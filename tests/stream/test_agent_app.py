"""The app of an agent, with Faust's own consumer thread on a real broker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaTimeoutError
from faust.types.tuples import TP

from newswire.local.broker import LocalBroker
from newswire.stream.agent_app import AgentApp
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES

# Seconds for what takes milliseconds.
PATIENCE = 20.0


async def test_a_commit_that_meets_a_consumer_thread_on_its_way_out_comes_back_with_nothing(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """A worker that stops on an error used to wait for its answer for ever. The thread is held where it no longer serves
    requests and has not yet closed its loop; in a crash it is there for a moment.
    """
    settings = settings_for(embedded_broker)
    await asyncio.to_thread(create_topics, settings)
    app = AgentApp("extract", settings)
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
    app = AgentApp("extract", settings)
    app.add_stage(ARTICLES, IdleStage())  # type: ignore[arg-type]
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
    consumer = AgentApp("extract", settings_for(embedded_broker)).consumer
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

"""Pacing: fetches that bring nothing, on a real broker that answers them at once."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.protocol.metadata import MetadataRequest

from newswire.local.broker import LocalBroker
from newswire.stream.pacing import EMPTY_FETCH_SECONDS, paced

TOPIC = "paced"


def answer(error: int = 0, records: bytes = b"") -> Any:
    return SimpleNamespace(topics=[(TOPIC, [(0, error, 7, 7, [], records)])])


def fetch() -> Any:
    return FetchRequest(500, 1, 1_000_000, 0, [])


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the code under test asked to sleep, each time: no machine is too slow for that."""
    asked: list[float] = []

    async def sleep(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return asked


@pytest.mark.parametrize(
    ("request_", "response", "held"),
    [
        (fetch(), answer(), True),
        (fetch(), SimpleNamespace(topics=[]), True),
        (fetch(), answer(records=b"records"), False),
        (fetch(), answer(error=6), False),
        (MetadataRequest([]), answer(), False),
    ],
)
async def test_only_the_answer_to_a_fetch_without_records_or_error_is_held_back(
    request_: Any, response: Any, held: bool, sleeps: list[float]
) -> None:
    async def send(node: int, request: Any, *, group: int = 0) -> Any:
        return response

    assert await paced(send)(1, request_, group=2) is response
    assert bool(sleeps) is held
    assert all(seconds <= EMPTY_FETCH_SECONDS for seconds in sleeps)


async def test_a_broker_that_waits_by_itself_is_not_waited_for_again(sleeps: list[float]) -> None:
    async def send(node: int, request: Any) -> Any:
        time.sleep(2 * EMPTY_FETCH_SECONDS)  # noqa: ASYNC251 - nobody else runs here
        return answer()

    await paced(send)(1, fetch())
    assert not sum(sleeps)


async def test_an_idle_consumer_asks_seldom_and_still_gets_what_comes(embedded_broker: LocalBroker) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=embedded_broker.servers)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 1, 1)])
    await admin.close()
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=embedded_broker.servers, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.servers)
    sent = 0
    send = consumer._client.send

    async def counted(node: Any, request: Any, **options: Any) -> Any:
        nonlocal sent
        sent += isinstance(request, FetchRequest)
        return await send(node, request, **options)

    consumer._client.send = paced(counted)
    await consumer.start()
    await producer.start()
    try:
        await consumer.getmany(timeout_ms=500)
        assert sent <= 2 + 0.5 / EMPTY_FETCH_SECONDS
        await producer.send_and_wait(TOPIC, b"news")
        async with asyncio.timeout(10):
            assert (await consumer.getone()).value == b"news"
    finally:
        await producer.stop()
        await consumer.stop()

"""Batches of messages, on a real broker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from kafka.partitioner.default import murmur2

from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import MAX_BATCH_BYTES, MAX_REQUEST_BYTES, Outgoing, deliver, partition_of
from newswire.stream.producers import new_producer
from newswire.topic_admin import create_topics
from newswire.topics import QUOTES
from tests.kafka.traffic import messages


@pytest.fixture
def settings(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    found = settings_for(embedded_broker)
    create_topics(found)
    return found


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    found = new_producer(settings)
    await found.start()
    yield found
    await found.stop()


async def test_messages_keep_their_order_over_several_batches(settings: Settings, producer: AIOKafkaProducer) -> None:
    topic = QUOTES.full_name(settings.topics)
    sent = [Outgoing(topic, b"k", b"%d " % n + os.urandom(MAX_BATCH_BYTES // 5)) for n in range(12)]
    sent.append(Outgoing(topic, b"k", None, (("gone", b"1"),)))
    deliveries = await deliver(producer, sent, topic, 1)
    found = await asyncio.to_thread(messages, settings, QUOTES)
    assert [message.value for message in found] == [message.value for message in sent]
    assert found[-1].headers == (("gone", b"1"),)
    assert {message.partition for message in found} == {1}
    assert len(deliveries) > 2
    assert [one.offset for one in deliveries] == [
        sum(before.count for before in deliveries[:i]) for i in range(len(deliveries))
    ]


async def test_a_message_larger_than_any_request_is_refused_alone(
    settings: Settings, producer: AIOKafkaProducer
) -> None:
    topic = QUOTES.full_name(settings.topics)
    sent = [Outgoing(topic, b"k", value) for value in (b"a", b"b", bytes(MAX_REQUEST_BYTES), b"c")]
    first, large, last = await deliver(producer, sent, topic, 0)
    assert (first.count, first.error, last.count, last.error) == (2, None, 1, None)
    assert large.count == 1
    assert isinstance(large.error, MessageSizeTooLargeError)
    assert [m.value for m in await asyncio.to_thread(messages, settings, QUOTES)] == [b"a", b"b", b"c"]


async def test_a_message_larger_than_a_batch_travels_alone(settings: Settings, producer: AIOKafkaProducer) -> None:
    topic = QUOTES.full_name(settings.topics)
    sent = [Outgoing(topic, b"k", value) for value in (b"a", os.urandom(MAX_BATCH_BYTES + 1), b"c")]
    assert [one.count for one in await deliver(producer, sent, topic, 0)] == [1, 1, 1]


async def test_a_key_has_the_partition_that_other_clients_give_it(
    settings: Settings, producer: AIOKafkaProducer
) -> None:
    topic = QUOTES.full_name(settings.topics)
    count = QUOTES.partition_count(settings.topics)
    keys = [f"urn:example:{n}".encode() for n in range(30)]
    found = [await partition_of(producer, topic, key) for key in keys]
    assert found == [(murmur2(key) & 0x7FFFFFFF) % count for key in keys]
    assert len(set(found)) > 1
    assert await partition_of(producer, topic, None) in range(count)

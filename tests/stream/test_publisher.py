"""The publisher's producer, on a real broker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import pytest

from newswire.errors import PermanentError, PublishError
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.producers import new_producer
from newswire.stream.publisher import Publisher
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES, QUOTES, RAW
from tests.kafka.traffic import messages


@pytest.fixture
def settings(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    found = settings_for(embedded_broker)
    create_topics(found)
    return found


async def test_what_publish_comes_back_from_lies_on_the_topic_step_by_step(settings: Settings) -> None:
    topic = QUOTES.full_name(settings.topics)
    publisher = Publisher(settings)
    await publisher.start()
    await publisher.publish([[Outgoing(topic, b"k", f"{step} {n}".encode()) for n in range(5)] for step in range(3)])
    found = await asyncio.to_thread(messages, settings, QUOTES)
    await publisher.stop()
    assert [message.value for message in found] == [f"{step} {n}".encode() for step in range(3) for n in range(5)]


async def test_a_message_larger_than_its_topic_takes_is_refused_and_others_go_on(settings: Settings) -> None:
    publisher = Publisher(settings)
    await publisher.start()
    noise = os.urandom(RAW.max_message_bytes - 1024)  # which compression does not save
    with pytest.raises(PermanentError, match="more than topic"):
        await publisher.publish([[Outgoing(ARTICLES.full_name(settings.topics), b"k", noise)]])
    await publisher.publish([[Outgoing(ARTICLES.full_name(settings.topics), b"k", b"small")]])
    await publisher.stop()
    with pytest.raises(PublishError):
        await publisher.publish([[Outgoing(ARTICLES.full_name(settings.topics), b"k", b"late")]])


async def test_one_that_is_stopped_while_it_connects_keeps_no_connection(settings: Settings) -> None:
    publisher = Publisher(settings)
    starting = asyncio.create_task(publisher.start())
    await asyncio.sleep(0)
    await publisher.stop()
    await starting
    assert publisher._producer is None
    with pytest.raises(PublishError):
        await publisher.publish([[Outgoing(ARTICLES.full_name(settings.topics), b"k", b"late")]])


async def test_a_message_that_waits_for_a_producer_which_is_renewed_goes_out_by_the_new_one(
    settings: Settings, embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """aiokafka leaves whoever waits for what it learns of a topic waiting for ever when it closes."""
    publisher = Publisher(settings)
    await publisher.start()
    old, spare = publisher._producer, new_producer(settings)
    assert old is not None
    await spare.start()
    # It knows the topics that were asked for, and no more.
    old.client.add_topic(ARTICLES.full_name(settings.topics))
    await old.client.force_metadata_update()
    monkeypatch.setattr(spare, "start", lambda: asyncio.sleep(0))
    monkeypatch.setattr("newswire.stream.publisher.new_producer", lambda settings: spare)
    embedded_broker.pause()
    try:
        # The first message of its topic: the producer asks the broker for the partitions.
        waiting = asyncio.create_task(publisher.publish([[Outgoing(QUOTES.full_name(settings.topics), b"k", b"v")]]))
        for _ in range(5):
            await asyncio.sleep(0)
        assert QUOTES.full_name(settings.topics) in old.client._topics
        await publisher._renew(old)
    finally:
        embedded_broker.resume()
    await asyncio.wait_for(waiting, 30)
    found = await asyncio.to_thread(messages, settings, QUOTES)
    await publisher.stop()
    assert {message.value for message in found} == {b"v"}

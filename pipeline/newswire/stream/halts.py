"""Halts: partitions at which an agent takes nothing more in, told to every worker through a compacted topic.

A halt in a worker's memory would end with the worker, and whoever restarts it (an orchestrator does at once) would lose
another window of messages to the dead letters. So a halt is a record of the halts topic, keyed by agent, topic and partition;
`newswire dlq resume` writes the tombstone that ends it. Each worker reads the topic to its end before its agents begin, and
follows it from then on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from newswire.clients import aiokafka_options
from newswire.errors import BrokerError
from newswire.records import Halt, encode
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.halt_log import Partition, Standing, halt_key, take
from newswire.stream.pacing import paced
from newswire.stream.publisher import Publisher
from newswire.topics import HALTS

__all__ = ("Halts",)

logger = logging.getLogger(__name__)


class Halts:
    """The halts that stand, as this worker knows them. `on_end` is called with each that has ended."""

    def __init__(self, settings: Settings, publisher: Publisher, on_end: Callable[[Halt], object]) -> None:
        self._settings = settings
        self._publisher = publisher
        self._on_end = on_end
        self._topic = HALTS.full_name(settings.topics)
        self._standing: Standing = {}
        self._consumer: AIOKafkaConsumer | None = None
        self._following: asyncio.Task[None] | None = None

    def has_halted(self, agent: str, partition: Partition) -> bool:
        """Whether an agent has halted at a partition."""
        return halt_key(agent, partition) in self._standing

    def of(self, agent: str, partition: Partition) -> Halt | None:
        """The halt of an agent at a partition, if it has halted there."""
        return self._standing.get(halt_key(agent, partition))

    async def start(self, on_failure: Callable[[Exception], object]) -> None:
        """Reads the halts that stand, and follows the topic from then on. `on_failure` is called with what ends that.

        Raises BrokerError when no broker answers.
        """
        consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
            self._consumer = consumer
            client = consumer._client  # noqa: SLF001 - a contract test holds it
            client.send = paced(client.send)
            partition = TopicPartition(self._topic, 0)
            consumer.assign([partition])
            await consumer.seek_to_beginning(partition)
            end = (await consumer.end_offsets([partition]))[partition]
            while await consumer.position(partition) < end:
                for messages in (await consumer.getmany(timeout_ms=500)).values():
                    for message in messages:
                        take(self._standing, message.key, message.value)
        except KafkaError as error:
            raise BrokerError(
                f"The topic {self._topic} cannot be read: {error!r}", "Check the broker and your client's permissions"
            ) from error
        for halt in self._standing.values():
            logger.warning(
                "%s has halted at %s/%d since %s: %s (`newswire dlq resume` ends it)",
                halt.agent,
                halt.topic,
                halt.partition,
                halt.since,
                halt.why,
            )
        self._following = asyncio.create_task(self._follow(consumer, on_failure))

    async def stop(self) -> None:
        """Stops to follow."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            await asyncio.wait({following})
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError):
                await consumer.stop()

    async def declare(self, agent: str, partition: Partition, offset: int, why: str) -> None:
        """Makes a halt known to every worker; comes back when the broker has confirmed it.

        Raises PublishError when it does not.
        """
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        halt = Halt(agent=agent, topic=partition[0], partition=partition[1], offset=offset, why=why, since=since)
        key = halt_key(agent, partition)
        self._standing[key] = halt
        await self._publisher.publish([[Outgoing(self._topic, key, encode(halt))]])

    async def _follow(self, consumer: AIOKafkaConsumer, on_failure: Callable[[Exception], object]) -> None:
        try:
            while True:
                message: Any = await consumer.getone()
                ended = take(self._standing, message.key, message.value)
                if ended is not None:
                    logger.info("%s resumes at %s/%d", ended.agent, ended.topic, ended.partition)
                    self._on_end(ended)
        except KafkaError as error:
            on_failure(BrokerError(f"The topic {self._topic} cannot be followed: {error!r}", "Check our rights on it"))

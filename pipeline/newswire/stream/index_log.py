"""The index topic as a log: the state at an offset is what lies before it, so whoever gets the partition reads that first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from newswire.clients import aiokafka_options
from newswire.errors import BrokerError, InputError
from newswire.records import IndexedArticle, decode
from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.stream.pacing import paced
from newswire.stream.story_index import Decision, StoryIndex
from newswire.topics import ARRIVED, INDEX
from newswire.web import metrics

__all__ = ("IndexLog",)

logger = logging.getLogger(__name__)


class IndexLog:
    """The index as of the last message that was taken."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = StoryIndex(settings.worker.max_indexed)
        self._next = 0
        self._turn = asyncio.Lock()

    async def take(self, message: ConsumedMessage) -> list[Decision]:
        """What follows from a message. Messages are taken in the order in which they ask; what lies before the first one, and
        what others have read while the partition was theirs, is read first.

        Raises InputError for what is no record, BrokerError when what lies before cannot be read.
        """
        async with self._turn:
            if message.offset < self._next:
                # It comes once more, and nobody knows whether its decisions were published: they are made again.
                self._index, self._next = StoryIndex(self._settings.worker.max_indexed), 0
            if message.offset > self._next:
                await self._catch_up(message.partition, message.offset)
            self._next = message.offset + 1
            try:
                return self._work_in(message.key, message.value, message.headers, message.timestamp_ms)
            finally:
                metrics.INDEXED.set(len(self._index))

    def _work_in(
        self, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes]], timestamp_ms: int
    ) -> list[Decision]:
        if value is None:
            if key is not None:
                self._index.forget(key.decode("utf-8", "surrogatepass"))
            return []
        written = dict(headers).get(ARRIVED, b"")
        return self._index.take(decode(value, IndexedArticle), int(written) if written.isdigit() else timestamp_ms)

    async def _catch_up(self, partition: int, end: int) -> None:
        """Reads what lies between the state and an offset."""
        before = self._next
        async with self._reading(partition) as consumer:
            where = TopicPartition(INDEX.full_name(self._settings.topics), partition)
            start = (await consumer.beginning_offsets([where]))[where]
            if max(start, self._next) < end:
                consumer.seek(where, max(start, self._next))
                while await consumer.position(where) < end:
                    for message in (await consumer.getmany(where, timeout_ms=500)).get(where, ()):
                        if message.offset >= end:
                            break
                        with contextlib.suppress(InputError):  # who took it first has set it aside
                            self._work_in(message.key, message.value, message.headers, message.timestamp)
                        self._next = message.offset + 1
        logger.info("The index has %d articles, read from %d to %d", len(self._index), before, end)

    @contextlib.asynccontextmanager
    async def _reading(self, partition: int) -> AsyncIterator[AIOKafkaConsumer]:
        topic = INDEX.full_name(self._settings.topics)
        consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            await consumer.start()
            client = consumer._client  # noqa: SLF001 - a contract test holds it
            client.send = paced(client.send)
            consumer.assign([TopicPartition(topic, partition)])
            yield consumer
        except KafkaError as error:
            raise BrokerError(
                f"The topic {topic} cannot be read: {error!r}", "Check the broker and your client's permissions"
            ) from error
        finally:
            with contextlib.suppress(KafkaError):
                await consumer.stop()

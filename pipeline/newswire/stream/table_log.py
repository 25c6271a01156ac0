"""The tables in Kafka: what one story changes is written in one transaction, by the one worker that has its partition.

A worker that was stopped for longer than its session (SIGSTOP, a long pause of the machine) does not know that its partitions are
another one's, and on a table its late records would stand for good. So the producer of a partition has a transactional id:
who claims the partition fences off whoever had it before, and what that one had not committed is aborted.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Final, Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    InvalidProducerEpoch,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordTooLargeError,
)

from newswire.clients import aiokafka_options
from newswire.errors import BrokerError, NewswireError, PermanentError
from newswire.settings import Settings
from newswire.stream.batches import Outgoing, deliver
from newswire.stream.producers import close_producer, new_producer
from newswire.topics import STORIES, group

__all__ = ("Claim", "Fenced", "KafkaTableLog", "State", "TableLog")

# Milliseconds that one look at the log waits.
POLL_MS: Final = 500

# States that come at a time: they are worked in within some ten milliseconds, and nothing else is meanwhile.
MAX_STATES: Final = 500

State = tuple[bytes, bytes | None]
"""A message of the log of states: the key of a story, and its state, None for one that is forgotten."""


class Fenced(NewswireError):  # noqa: N818 - what happened, not what went wrong
    """Another worker has claimed the partition: nothing of it may be written here any more."""


class Claim(Protocol):
    """The right to write what becomes of one partition, until somebody else claims it."""

    async def write(self, messages: Sequence[Outgoing], states: Sequence[State]) -> int:
        """Writes all or nothing; gives the offset of the log of states behind what was written.

        Raises Fenced when the partition is another worker's, PermanentError for a message that the broker finds too large, and
        BrokerError when it is not known whether it was written. After any of them the partition has to be claimed again.
        """
        ...

    async def close(self) -> None:
        """Gives the connection up."""
        ...


class TableLog(Protocol):
    """Where tables and states lie."""

    async def claim(self, partition: int) -> Claim:
        """Claims a partition: from now on nobody else writes what becomes of it. Raises BrokerError."""
        ...

    def changes(self, partition: int, position: int) -> AsyncIterator[tuple[list[State], int]]:
        """The states that were written from a position of the log on, up to its end, in batches, each with the position behind
        it. A position that the log does not have any more begins with position 0 and no states. Raises BrokerError.
        """
        ...


class KafkaTableLog:
    """Tables and states in Kafka. Transactional ids are `PREFIXtables-PARTITION`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._topic = STORIES.full_name(settings.topics)

    async def claim(self, partition: int) -> Claim:
        """As `TableLog.claim`."""
        settings = self._settings
        producer = new_producer(
            settings,
            transactional_id=f"{group('tables', settings.topics)}-{partition}",
            # What a killed worker leaves open hides everything behind it from readers of what is committed: as long as the
            # group waits for that worker, and no longer.
            transaction_timeout_ms=int(settings.kafka.session_timeout * 1000),
        )
        try:
            with _broker_errors():
                await asyncio.wait_for(producer.start(), settings.kafka.request_timeout)
        except BaseException:
            await close_producer(producer)
            raise
        return _KafkaClaim(producer, self._topic, partition)

    async def changes(self, partition: int, position: int) -> AsyncIterator[tuple[list[State], int]]:
        """As `TableLog.changes`."""
        consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        place = TopicPartition(self._topic, partition)
        try:
            with _broker_errors():
                await consumer.start()
                consumer.assign([place])
                begin = (await consumer.beginning_offsets([place]))[place]
                end = (await consumer.end_offsets([place]))[place]
            if position > end:
                position = 0
                yield [], position
            consumer.seek(place, max(begin, position))
            while (position := await self._position(consumer, place)) < end:
                with _broker_errors():
                    found = await consumer.getmany(place, timeout_ms=POLL_MS, max_records=MAX_STATES)
                states = [(message.key, message.value) for message in found.get(place, ()) if message.key is not None]
                yield states, await self._position(consumer, place)
        finally:
            with contextlib.suppress(KafkaError):
                await consumer.stop()

    async def _position(self, consumer: AIOKafkaConsumer, place: TopicPartition) -> int:
        with _broker_errors():
            return int(await asyncio.wait_for(consumer.position(place), self._settings.kafka.request_timeout))


class _KafkaClaim:
    def __init__(self, producer: AIOKafkaProducer, topic: str, partition: int) -> None:
        self._producer = producer
        self._topic = topic
        self._partition = partition

    async def write(self, messages: Sequence[Outgoing], states: Sequence[State]) -> int:
        """As `Claim.write`."""
        topics: dict[str, list[Outgoing]] = {}
        for message in (*messages, *(Outgoing(self._topic, story, state) for story, state in states)):
            topics.setdefault(message.topic, []).append(message)
        with _broker_errors():
            await self._producer.begin_transaction()
            sent = await asyncio.gather(*(self._deliver(topic, every) for topic, every in topics.items()))
            # Each is looked at before the commit: a commit does not tell of a message that was refused for its size.
            ends = dict(zip(topics, sent, strict=True))
            await self._producer.commit_transaction()
        return ends[self._topic]

    async def _deliver(self, topic: str, messages: Sequence[Outgoing]) -> int:
        """Sends messages of one topic; gives the offset behind them."""
        partition = self._partition % len(await self._producer.partitions_for(topic))
        deliveries = await deliver(self._producer, messages, topic, partition)
        for delivery in deliveries:
            if delivery.error is not None:
                raise delivery.error
        return deliveries[-1].offset + deliveries[-1].count

    async def close(self) -> None:
        """As `Claim.close`."""
        await close_producer(self._producer)


@contextlib.contextmanager
def _broker_errors() -> Iterator[None]:
    try:
        yield
    except (ProducerFenced, InvalidProducerEpoch) as error:
        raise Fenced(f"Another worker has claimed the partition: {error}") from error
    except (MessageSizeTooLargeError, RecordTooLargeError) as error:
        raise PermanentError(
            f"What becomes of the story is more than its topic takes: {error}",
            "Raise max.message.bytes of the topic, or send shorter articles",
        ) from error
    except (KafkaError, TimeoutError) as error:
        raise BrokerError(
            f"The tables cannot be written: {error!r}",
            "Nothing is lost: the messages are read again. Check the broker and our rights on it, then start the worker again",
        ) from error

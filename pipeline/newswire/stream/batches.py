"""Batches: messages of one partition, handed over to an aiokafka producer together.

One at a time, each message costs the event loop a partition worked out in Python, a task, a future and a place among those of
others. An article makes a hundred records and more on two sets of topics, and all of them on a topic belong in one partition.
docs/performance.md says what handing them over together saves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner

from newswire.topics import TOPICS

__all__ = ("MAX_BATCH_BYTES", "MAX_REQUEST_BYTES", "Delivery", "Outgoing", "deliver", "partition_of")

# Bytes of one batch before compression: some 300 records. One message larger than this travels alone, so that a refusal for
# its size hits nobody else.
MAX_BATCH_BYTES: Final = 128 * 1024

# The largest request: the largest message of any topic, and room for its key, headers and framing.
MAX_REQUEST_BYTES: Final = max(topic.max_message_bytes for topic in TOPICS) + 256 * 1024

PARTITIONER: Final = DefaultPartitioner()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be published: topic (its full name), key, value, headers."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What has become of a batch: so many messages, the first of them at this offset, or none and why."""

    count: int
    offset: int = -1
    error: BaseException | None = None


async def partition_of(producer: AIOKafkaProducer, topic: str, key: bytes | None) -> int:
    """The partition of a key, by the rule that all Kafka clients have in common; any for none."""
    numbers = sorted(await producer.partitions_for(topic))
    return int(PARTITIONER(key, numbers, numbers))


async def deliver(
    producer: AIOKafkaProducer, messages: Sequence[Outgoing], topic: str, partition: int
) -> list[Delivery]:
    """Sends messages to one partition of a topic, in their order, and comes back when the broker has answered for each.

    A batch is confirmed whole or not at all. The deliveries are those of the messages in their order, as many as each counts.
    """
    handed: list[tuple[int, Any]] = []
    for count, batch in _batches(producer, messages):
        try:
            if isinstance(batch, Exception):
                raise batch
            # Waits until the batch before has left.
            handed.append((count, await producer.send_batch(batch, topic, partition=partition)))
        except Exception as error:
            handed.append((count, error))
    return [await _outcome(count, sent) for count, sent in handed]


async def _outcome(count: int, sent: Any) -> Delivery:
    if isinstance(sent, Exception):
        return Delivery(count, error=sent)
    try:
        return Delivery(count, (await sent).offset)
    except Exception as error:
        return Delivery(count, error=error)


def _batches(producer: AIOKafkaProducer, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Any]]:
    """The messages in aiokafka's batches, each with the number of its messages; an error in place of a message too large."""
    batch = producer.create_batch()
    for message in messages:
        if (size := len(message.key or b"") + len(message.value or b"")) > MAX_REQUEST_BYTES:
            if batch.record_count():
                yield _closed(batch)
                batch = producer.create_batch()
            yield 1, MessageSizeTooLargeError(f"{size:,} bytes")
            continue
        while not _append(batch, message):  # it is full
            yield _closed(batch)
            batch = producer.create_batch()
    if batch.record_count():
        yield _closed(batch)


def _closed(batch: Any) -> tuple[int, Any]:
    batch.close()  # nobody else adds to it, so it need not wait for company
    return batch.record_count(), batch


def _append(batch: Any, message: Outgoing) -> bool:
    """Whether a message found room; the first of a batch always does."""
    value = message.value
    if value is None and message.key is None:
        value = b""  # the client wants one of both
    return batch.append(timestamp=None, key=message.key, value=value, headers=list(message.headers)) is not None

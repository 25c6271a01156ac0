"""Messages of topics as they come, read without a consumer group: nobody's offsets move."""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from pipeline.clients import broker_errors, kafka_python_options
from pipeline.errors import TopicError
from pipeline.settings import Settings
from pipeline.stream.message import Message

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("follow",)

logger = logging.getLogger(__name__)

# Milliseconds that one poll waits for messages: how long Ctrl-C may take.
POLL_MS: Final = 250


def follow(
    settings: Settings, topics: Sequence[str], *, from_beginning: bool = False, until_end: bool = False
) -> Iterator[Message]:
    """The messages of the topics (full names), those of each partition in order, from now on or `from_beginning`; without
    end, or `until_end`: up to where the topics end now.

    Raises TopicError when a topic is missing, BrokerError when the broker does not answer.
    """
    from kafka import KafkaConsumer

    options: dict[str, Any] = {"group_id": None, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    with broker_errors(settings.kafka):
        consumer = KafkaConsumer(**kafka_python_options(settings.kafka), **options)
        try:
            partitions = _partitions(consumer, topics)
            consumer.assign(partitions)
            end = consumer.end_offsets(partitions)
            begin = consumer.beginning_offsets(partitions) if from_beginning else end
            for partition in partitions:
                consumer.seek(partition, begin[partition])
            logger.info("Following %s from the %s", ", ".join(topics), "beginning" if from_beginning else "end")
            yield from _poll(consumer, settings, end if until_end else None)
        finally:
            consumer.close()


def _partitions(consumer: KafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    from kafka import TopicPartition

    existing = consumer.topics()
    missing = [topic for topic in topics if topic not in existing]
    if missing:
        raise TopicError(f"Missing topics: {', '.join(missing)}", "Run `newswire topics create`, or correct --prefix")
    return [TopicPartition(topic, index) for topic in topics for index in sorted(consumer.partitions_for_topic(topic))]


def _poll(consumer: KafkaConsumer, settings: Settings, end: dict[TopicPartition, int] | None) -> Iterator[Message]:
    heard = time.monotonic()
    while end is None or any(consumer.position(partition) < offset for partition, offset in end.items()):
        batches = consumer.poll(timeout_ms=POLL_MS)
        # Partitions are merged by time as well as a batch allows; within one the order stays.
        for record in heapq.merge(*batches.values(), key=lambda record: record.timestamp):
            if end is None or record.offset < end[record.topic, record.partition]:
                yield _message(record)
        if batches:
            heard = time.monotonic()
        elif end is not None and time.monotonic() - heard > settings.kafka.request_timeout:
            # There is more, and it does not come: asking raises the error that polling keeps to itself.
            consumer.end_offsets(list(end))
            heard = time.monotonic()


def _message(record: Any) -> Message:
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value if value is not None else b"") for name, value in record.headers or ()),
        timestamp_ms=record.timestamp,
    )

"""Messages of topics as they come, read without a consumer group: nobody's offsets move."""

from __future__ import annotations

import heapq
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from newswire.clients import broker_errors, close, kafka_python_options
from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.subscribe.offsets import offsets_since, partitions_of

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("follow",)

logger = logging.getLogger(__name__)

# Milliseconds that one poll waits for messages: how long Ctrl-C may take.
POLL_MS: Final = 250


def follow(
    settings: Settings,
    topics: Sequence[str],
    *,
    from_beginning: bool = False,
    since: datetime | None = None,
    until_end: bool = False,
) -> Iterator[ConsumedMessage]:
    """The messages of the topics (full names), those of each partition in order: from now on, `from_beginning`, or those whose
    time is `since` then or later; without end, or `until_end`: up to where the topics end now.

    Raises TopicError when a topic is missing, BrokerError when the broker does not answer.
    """
    from kafka import KafkaConsumer

    options: dict[str, Any] = {"group_id": None, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    with broker_errors(settings.kafka):
        consumer = KafkaConsumer(**kafka_python_options(settings.kafka), **options)
        try:
            partitions = partitions_of(consumer, topics)
            consumer.assign(partitions)
            end = consumer.end_offsets(partitions)
            begin = consumer.beginning_offsets(partitions) if from_beginning else end
            start = "the beginning" if from_beginning else "the end"
            if since is not None:
                begin = offsets_since(consumer, partitions, since)
                start = since.isoformat(timespec="seconds")
            for partition in partitions:
                consumer.seek(partition, begin[partition])
            logger.info("Following %s from %s", ", ".join(topics), start)
            earliest = 0.0 if since is None else since.timestamp() * 1000
            for message in _poll(consumer, settings, end if until_end else None):
                # Behind the first message of that time there may be some whose producer said an earlier one.
                if since is None or message.timestamp_ms >= earliest:
                    yield message
        finally:
            close(consumer)


def _poll(
    consumer: KafkaConsumer, settings: Settings, end: dict[TopicPartition, int] | None
) -> Iterator[ConsumedMessage]:
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


def _message(record: Any) -> ConsumedMessage:
    return ConsumedMessage(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value if value is not None else b"") for name, value in record.headers or ()),
        timestamp_ms=record.timestamp,
    )

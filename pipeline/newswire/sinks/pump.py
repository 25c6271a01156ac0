"""From record topics into a database: reads on from the offsets that lie there."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from newswire.clients import broker_errors, close, kafka_python_options
from newswire.errors import TopicError
from newswire.settings import KafkaSettings, TopicSettings
from newswire.sinks.postgres import Database, Message
from newswire.topics import Topic

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("pump",)

logger = logging.getLogger(__name__)

# Milliseconds that one poll waits for messages: how long Ctrl-C may take.
POLL_MS: Final = 250

# Messages of a transaction: some megabytes, and few enough that a crash repeats a second's work.
BATCH: Final = 1000


def pump(
    database: Database, topics: Sequence[Topic], kafka: KafkaSettings, names: TopicSettings, *, until_end: bool
) -> None:
    """Works the topics into the database, without end, or up to where they end now.

    Raises TopicError for a topic that is missing or was made anew, BrokerError without a broker.
    """
    from kafka import KafkaConsumer

    with broker_errors(kafka):
        consumer = KafkaConsumer(
            **kafka_python_options(kafka),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_poll_records=BATCH,
        )
        try:
            by_name = {topic.full_name(names): topic for topic in topics}
            _assign(consumer, database, by_name)
            ends = consumer.end_offsets(list(consumer.assignment()))
            heard = time.monotonic()
            while not (until_end and all(consumer.position(partition) >= end for partition, end in ends.items())):
                batches: dict[str, list[Message]] = {}
                for partition, records in consumer.poll(timeout_ms=POLL_MS).items():
                    batches.setdefault(partition.topic, []).extend(map(_message, records))
                for name, messages in batches.items():
                    database.apply(by_name[name], name, messages)
                if batches or not until_end:
                    heard = time.monotonic()
                elif time.monotonic() - heard > kafka.request_timeout:
                    # There is more, and it does not come: asking raises the error that polling keeps to itself.
                    consumer.end_offsets(list(ends))
                    heard = time.monotonic()
        finally:
            close(consumer)


def _assign(consumer: KafkaConsumer, database: Database, topics: Mapping[str, Topic]) -> None:
    """Takes all partitions, each from where the database is, or from its beginning."""
    from kafka import TopicPartition

    starts: dict[TopicPartition, int | None] = {}
    for name in topics:
        numbers = consumer.partitions_for_topic(name)
        if not numbers:
            raise TopicError(f"Missing topic: {name}", "Correct the prefix, or run `newswire topics create`")
        stored = database.offsets(name)
        starts |= {TopicPartition(name, number): stored.get(number) for number in sorted(numbers)}
    consumer.assign(list(starts))
    beginnings, ends = consumer.beginning_offsets(list(starts)), consumer.end_offsets(list(starts))
    for partition, stored_offset in starts.items():
        begin, end = beginnings[partition], ends[partition]
        if stored_offset is not None and stored_offset > end:
            raise TopicError(
                f"{partition.topic}/{partition.partition} ends at {end}, and the tables are at {stored_offset}: the topic was"
                " made anew",
                "Choose another --schema, or drop this one",
            )
        if stored_offset is not None and stored_offset < begin:
            logger.warning(
                "%s/%d begins at %d, and the tables are at %d: what lay between is past its retention, and they lack it",
                *(partition.topic, partition.partition, begin, stored_offset),
            )
        consumer.seek(partition, begin if stored_offset is None else max(begin, stored_offset))


def _message(record: Any) -> Message:
    return Message(record.partition, record.offset, record.value, dict(record.headers))

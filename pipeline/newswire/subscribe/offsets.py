"""Where a reader of whole topics begins: their partitions, and the offsets of a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from newswire.errors import TopicError

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("offsets_since", "partitions_of")


def partitions_of(consumer: KafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
    """The partitions of topics, given by their full names, in order. Raises TopicError when a topic is missing."""
    from kafka import TopicPartition

    existing = consumer.topics()
    missing = [topic for topic in topics if topic not in existing]
    if missing:
        raise TopicError(
            f"Missing topics: {', '.join(missing)}", "Run `newswire topics create`, or correct the prefix (--prefix)"
        )
    return [TopicPartition(topic, index) for topic in topics for index in sorted(consumer.partitions_for_topic(topic))]


def offsets_since(
    consumer: KafkaConsumer, partitions: Sequence[TopicPartition], since: datetime
) -> dict[TopicPartition, int]:
    """The first offset whose message is of that time or later; the end of a partition that has none."""
    wanted = max(0, math.ceil(since.timestamp() * 1000))
    found = consumer.offsets_for_times(dict.fromkeys(partitions, wanted))
    later = {partition: entry.offset for partition, entry in found.items() if entry is not None and entry.offset >= 0}
    return dict(consumer.end_offsets(list(partitions))) | later

"""An upsert consumer such as any sink is one: it keeps the last value of each key. Shares nothing with the project."""

import json
from typing import Any

from kafka import KafkaConsumer, TopicPartition


def holdings(servers: str, topic: str, **options: Any) -> dict[str, dict[str, Any]]:
    """What the topic holds now: the last value of each key that is not withdrawn."""
    consumer = KafkaConsumer(bootstrap_servers=servers, group_id=None, auto_offset_reset="earliest", **options)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    held: dict[str, dict[str, Any]] = {}
    while any(consumer.position(partition) < end for partition, end in ends.items()):
        for batch in consumer.poll(timeout_ms=500).values():
            for message in batch:
                held.pop(message.key.decode(), None)
                if message.value is not None:
                    held[message.key.decode()] = json.loads(message.value)
    consumer.close()
    return held

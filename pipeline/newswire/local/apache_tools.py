"""Kafka's own command line for a local Apache Kafka: the scripts of its distribution, which no jar on Maven Central has."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

__all__ = ("write_tools",)

# The script's name in Kafka's distribution, and the class that it starts there: what the documentation names, and what one
# asks a broker with.
TOOLS: Final = {
    "kafka-acls.sh": "org.apache.kafka.tools.AclCommand",
    "kafka-broker-api-versions.sh": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka-configs.sh": "kafka.admin.ConfigCommand",
    "kafka-console-consumer.sh": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-console-producer.sh": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-consumer-groups.sh": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-delete-records.sh": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-dump-log.sh": "kafka.tools.DumpLogSegments",
    "kafka-get-offsets.sh": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-groups.sh": "org.apache.kafka.tools.GroupsCommand",
    "kafka-log-dirs.sh": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-topics.sh": "org.apache.kafka.tools.TopicCommand",
}


def write_tools(directory: Path, java: Sequence[str]) -> None:
    """Writes the scripts into `directory`, which is made. `java` is the beginning of the command line, up to the class."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, main in TOOLS.items():
        script = directory / name
        script.write_text(f'#!/bin/sh\nexec {shlex.join([*java, main])} "$@"\n', encoding="utf-8")
        script.chmod(0o755)

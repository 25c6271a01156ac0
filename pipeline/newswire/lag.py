"""How far the agents' consumer groups are behind the ends of their topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newswire.clients import admin, retried
from newswire.errors import TopicError
from newswire.settings import Settings
from newswire.topics import ARTICLES, EXTRACTIONS, RAW, Topic, group

__all__ = ("AGENT_TOPICS", "GroupLag", "PartitionLag", "group_lags")

AGENT_TOPICS: Final[dict[str, Topic]] = {
    "intake": RAW,
    "extract": ARTICLES,
    "publish": EXTRACTIONS,
    "tables": EXTRACTIONS,
}
"""The topic that each agent reads."""

# What a broker answers for a partition that a group has never committed.
NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """One partition of a group: `committed` is the offset that it reads next, None before its first commit; `end` the offset
    that the next message gets. `lag` is what lies between; before the first commit everything that the partition holds.
    """

    partition: int
    committed: int | None
    end: int
    lag: int


@dataclass(frozen=True, slots=True)
class GroupLag:
    """One agent's consumer group: its exact name, its state in Kafka's words, its members, and its partitions."""

    agent: str
    group: str
    topic: str
    state: str
    members: int
    partitions: tuple[PartitionLag, ...]

    @property
    def lag(self) -> int:
        """Messages not yet acknowledged, over all partitions."""
        return sum(partition.lag for partition in self.partitions)


def group_lags(settings: Settings) -> list[GroupLag]:
    """The lag of every agent's group, in the order of an article's way.

    Raises TopicError when a topic is missing, BrokerError when the broker does not answer.
    """
    from kafka import TopicPartition
    from kafka.admin import OffsetSpec

    groups = {agent: group(agent, settings.topics) for agent in AGENT_TOPICS}
    topics = {agent: topic.full_name(settings.topics) for agent, topic in AGENT_TOPICS.items()}
    with admin(settings.kafka) as client:
        described = {entry["name"]: entry for entry in client.describe_topics(list(topics.values()))}
        missing = [name for name in topics.values() if described.get(name, {"error_code": 3})["error_code"]]
        if missing:
            raise TopicError(f"Missing topics: {', '.join(missing)}", "Run `newswire topics create`")
        partitions = {
            agent: sorted(TopicPartition(name, entry["partition_index"]) for entry in described[name]["partitions"])
            for agent, name in topics.items()
        }
        every = [partition for found in partitions.values() for partition in found]
        # Committed offsets first, ends after: an agent acknowledges a message when what it made of it is on the next topic, so
        # no message can hide between two groups, and lag 0 of all means that everything is through.
        asked = {groups[agent]: partitions[agent] for agent in AGENT_TOPICS}
        committed = retried(lambda: client.list_group_offsets(asked), settings.kafka)
        first = client.list_partition_offsets(dict.fromkeys(every, OffsetSpec.EARLIEST))
        end = client.list_partition_offsets(dict.fromkeys(every, OffsetSpec.LATEST))
        states = retried(lambda: client.describe_groups(list(groups.values())), settings.kafka)
    found = []
    for agent in AGENT_TOPICS:
        rows = []
        offsets = committed.get(groups[agent], {})
        for partition in partitions[agent]:
            known = offsets.get(partition)
            offset = None if known is None or known.offset == NEVER else known.offset
            last, begin = end[partition].offset, first[partition].offset
            # Retention may have taken messages that the group never read: what is gone is not behind.
            lag = max(0, last - max(begin, offset or 0))
            rows.append(PartitionLag(partition.partition, offset, last, lag))
        state = states.get(groups[agent], {})
        members = state.get("members") or ()
        found.append(
            GroupLag(agent, groups[agent], topics[agent], state.get("group_state") or "Dead", len(members), tuple(rows))
        )
    return found

"""A member of a consumer group that sends the requests of a client one by one, as no client does."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import GroupCoordinatorNotAvailableError, MemberIdRequired
from aiokafka.protocol.group import HeartbeatRequest, JoinGroupRequest, SyncGroupRequest

from newswire.local.broker import LocalBroker
from newswire.stream.membership import rejoining

__all__ = ("PATIENCE", "REBALANCE_MS", "Member", "forget_the_other_one_once", "members")

# Seconds for what takes a few.
PATIENCE = 120.0

# Milliseconds that a broker waits for members that do not join again.
REBALANCE_MS = 1_000


class Member:
    """One that reads a topic."""

    def __init__(self, servers: str, group: str, topic: str) -> None:
        self.client = AIOKafkaClient(bootstrap_servers=servers)
        self.client.send = rejoining(self.client.send)
        self.group = group
        self.topic = topic
        self.id = ""
        self.generation = -1

    async def send(self, request: Any) -> Any:
        node = await self.client.coordinator_lookup(CoordinationType.GROUP, self.group)
        return await self.client.send(node, request, group=ConnectionGroup.COORDINATION)

    async def get_id(self) -> None:
        """Asks to join for the first time, which only brings an id. A broker that has just started is not able to at once."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(GroupCoordinatorNotAvailableError):
                if (await self.join()).error_code == MemberIdRequired.errno:
                    return
            await asyncio.sleep(0.1)
        raise TimeoutError

    async def join(self) -> Any:
        """The broker's answer."""
        assignors = RangePartitionAssignor, RoundRobinPartitionAssignor
        protocols = [(assignor.name, assignor.metadata([self.topic]).encode()) for assignor in assignors]
        answer = await self.send(
            JoinGroupRequest(self.group, 10_000, REBALANCE_MS, self.id, None, "consumer", protocols)
        )
        self.id, self.generation = answer.member_id, answer.generation_id
        return answer

    async def sync(self, shares: dict[str, list[int]]) -> Any:
        """The broker's answer, where we lead the group and share the partitions so."""
        encoded = [
            (member, ConsumerProtocolMemberAssignment(0, [(self.topic, partitions)], b"").encode())
            for member, partitions in shares.items()
        ]
        return await self.send(SyncGroupRequest(self.group, self.generation, self.id, None, encoded))

    async def is_needed(self) -> bool:
        """Whether the group waits for us to join again."""
        beat = await self.send(HeartbeatRequest(self.group, self.generation, self.id))
        return bool(beat.error_code)


@contextlib.asynccontextmanager
async def members(broker: LocalBroker, topic: str, count: int = 1) -> AsyncIterator[list[Member]]:
    """Members of a new group that have their ids and have not joined yet."""
    group = f"{topic}.{uuid.uuid4().hex[:10]}"
    made = [Member(broker.servers, group, topic) for _ in range(count)]
    try:
        for member in made:
            await member.client.bootstrap()
            await member.get_id()
        yield made
    finally:
        for member in made:
            await member.client.close()


async def forget_the_other_one_once(leader: Member, share: list[int], is_done: Callable[[], bool]) -> None:
    """Leads a group to which another member comes: that one gets no share, and when it joins once more this one."""
    forgotten = False
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < deadline, "the other one has not got its share"
        if leader.generation > 0 and not await leader.is_needed():
            await asyncio.sleep(0.05)
            continue
        joined = await leader.join()
        others = [member for member, *_ in joined.members if member != leader.id]
        shares: dict[str, list[int]] = {leader.id: []} | {other: share for other in others if forgotten}
        synced = await leader.sync(shares)
        forgotten |= bool(others) and not synced.error_code

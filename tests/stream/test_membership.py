"""Membership of consumer groups: what brokers answer to a member that was forgotten, and workers whose client breaks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import CoordinatorGroupRebalance, GroupCoordinator
from aiokafka.errors import GroupAuthorizationFailedError, RebalanceInProgressError, UnknownError

from newswire.errors import BrokerError, SettingsError
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream import app as worker_app
from newswire.stream.membership import rejoining
from newswire.topic_admin import create_topics
from newswire.topics import HALTS, RAW
from tests.members import PATIENCE, REBALANCE_MS, forget_the_other_one_once, members

# Seconds after the first member at which the second one comes: around the 0.3 s after which the embedded broker completes a
# new group.
PAUSES = [0.28 + 0.004 * number for number in range(16)]


@pytest.fixture
async def topic(broker: LocalBroker, settings: Settings) -> str:
    """A topic of four partitions."""
    await asyncio.to_thread(create_topics, settings)
    return RAW.full_name(settings.topics)


async def test_a_leader_that_the_embedded_broker_leaves_out_of_its_group_is_to_join_again(
    embedded_broker: LocalBroker,
) -> None:
    """A second member that comes in the moment in which the broker completes a new group has it opened again: the first one is
    told, once nobody has joined for a while, that it leads a group of only the other one. What it assigns leaves it out.
    """

    async def come(pause: float) -> Any:
        async with members(embedded_broker, "left.out", 2) as (first, second):
            joining = asyncio.create_task(first.join())
            await asyncio.sleep(pause)
            other = asyncio.create_task(second.join())
            known = [member for member, *_ in (await joining).members]
            await other
            return None if known != [second.id] else await first.sync({second.id: [0, 1, 2, 3]})

    deadline = time.monotonic() + PATIENCE
    answers: list[Any] = []
    while not answers:
        assert time.monotonic() < deadline, "the broker no longer does so"
        answers = [answer for answer in await asyncio.gather(*map(come, PAUSES)) if answer is not None]
    assert {answer.error_code for answer in answers} == {RebalanceInProgressError.errno}


async def test_a_client_that_the_leader_forgets_joins_again(broker: LocalBroker, topic: str) -> None:
    async with members(broker, topic) as (leader,):
        await leader.join()
        await leader.sync({leader.id: []})
        consumer = AIOKafkaConsumer(
            bootstrap_servers=broker.servers, group_id=leader.group, rebalance_timeout_ms=REBALANCE_MS
        )
        consumer._client.send = rejoining(consumer._client.send)
        await consumer.start()
        try:
            consumer.subscribe([topic])
            await forget_the_other_one_once(leader, [2, 3], lambda: bool(consumer.assignment()))
            assert consumer.assignment() == {TopicPartition(topic, 2), TopicPartition(topic, 3)}
        finally:
            await consumer.stop()


@pytest.fixture
def run_worker(
    settings_for: Callable[..., Settings], embedded_broker: LocalBroker, tmp_path: Path
) -> Callable[[], Any]:
    """Runs a worker in this process, as `newswire worker` does, which must end by itself."""

    async def run() -> None:
        settings = settings_for(embedded_broker, worker={"agents": ["publish"], "data_dir": tmp_path})
        await asyncio.to_thread(create_topics, settings)
        async with asyncio.timeout(PATIENCE):
            await worker_app._run(settings)

    return run


def broken(*_: Any, **__: Any) -> Any:
    raise ValueError("no such thing")


async def unknown(*_: Any, **__: Any) -> Any:
    raise UnknownError("the broker says so")


async def denied(*_: Any, **__: Any) -> Any:
    raise GroupAuthorizationFailedError("its group")


FETCH = Fetcher._get_actions_per_node


def broken_for_stories(fetcher: Any, assignment: Any) -> Any:
    """The worker's other consumer, that of the halts, which no group has, goes on."""
    if any(partition.topic.endswith(HALTS.name) for partition in assignment.tps):
        return FETCH(fetcher, assignment)
    raise ValueError("no such thing")


@pytest.mark.parametrize(
    ("place", "name", "failing", "error", "told"),
    [
        (GroupCoordinator, "_on_join_complete", broken, BrokerError, "no such thing"),
        (GroupCoordinator, "_do_heartbeat", broken, BrokerError, "no such thing"),
        (GroupCoordinator, "_perform_assignment", broken, BrokerError, "no such thing"),
        (CoordinatorGroupRebalance, "perform_group_join", unknown, BrokerError, "the broker says so"),
        (GroupCoordinator, "ensure_coordinator_known", denied, SettingsError, "denies the worker its consumer group"),
        (Fetcher, "_get_actions_per_node", broken_for_stories, BrokerError, "during data retrieval"),
    ],
)
async def test_a_worker_whose_client_breaks_ends_with_an_error(
    run_worker: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    place: type,
    name: str,
    failing: Callable[..., Any],
    error: type[Exception],
    told: str,
) -> None:
    """It used to stay, without partitions and without a word, while its lag grew."""
    monkeypatch.setattr(place, name, failing)
    with pytest.raises(error, match=told):
        await run_worker()

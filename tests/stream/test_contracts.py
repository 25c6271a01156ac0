"""Upstream behaviour: what the installed Faust does that the design relies on or works around.

A test that fails here after an upgrade says that something changed: for the better (then a workaround may go) or for the
worse. Each names what depends on it; docs/streaming.md tells the whole story.
"""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import faust
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.consumer.fetcher import Fetcher
from faust.app.base import BootStrategy
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from mode import CrashingSupervisor

from pipeline.local.broker import LocalBroker
from pipeline.stream.agent_app import AgentApp

PARTITION = TP("upstream", 0)

Agent = Callable[[Any], Awaitable[None]]


class NoWeb(BootStrategy):
    enable_web = False


class App(faust.App):
    BootStrategy = NoWeb


class Upstream:
    """A plain Faust app on a topic with one partition and twelve messages, the numbers 0 to 11."""

    def __init__(self, broker: LocalBroker, directory: Path) -> None:
        self.servers = broker.servers
        self.name = f"upstream-{uuid.uuid4().hex[:8]}"
        self.directory = directory

    async def __aenter__(self) -> Upstream:
        async with self.admin() as admin:
            await admin.create_topics([NewTopic(self.name, 1, 1)])
        producer = AIOKafkaProducer(bootstrap_servers=self.servers)
        await producer.start()
        for number in range(12):
            await producer.send_and_wait(self.name, str(number).encode())
        await producer.stop()
        return self

    async def __aexit__(self, *_: object) -> None:
        async with self.admin() as admin:
            await admin.delete_topics([self.name])

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.servers)
        await admin.start()
        yield admin
        await admin.close()

    def app(self, agent: Agent, **options: Any) -> faust.App:
        app = App(
            self.name,
            broker=f"kafka://{self.servers}",
            autodiscover=False,
            datadir=self.directory,
            broker_commit_interval=0.1,
            topic_allow_declare=False,
            topic_disable_leader=True,
            table_standby_replicas=0,
            **options,
        )
        app.agent(app.topic(self.name, value_type=bytes, value_serializer="raw"), concurrency=1)(agent)
        return app

    async def committed(self) -> int | None:
        async with self.admin() as admin:
            offsets = await admin.list_consumer_group_offsets(self.name)
        return next((found.offset for found in offsets.values() if found.offset >= 0), None)

    async def wait_committed(self, offset: int) -> None:
        async with asyncio.timeout(30):
            while (await self.committed() or 0) < offset:  # noqa: ASYNC110 - the broker tells nobody
                await asyncio.sleep(0.05)


@pytest.fixture
def upstream(embedded_broker: LocalBroker, tmp_path: Path) -> Upstream:
    return Upstream(embedded_broker, tmp_path)


# ---- acknowledgement: why the window acknowledges, in order, and nothing gets out of an agent


async def test_a_message_whose_agent_raises_is_acknowledged_and_never_seen_again(upstream: Upstream) -> None:
    """Why no exception may get out of an agent, and why the supervisor crashes the worker."""
    seen: list[bytes] = []

    async def agent(stream: Any) -> None:
        async for value in stream:
            seen.append(value)
            if value == b"5":
                raise RuntimeError("on purpose")

    async with upstream:
        app = upstream.app(agent)
        await app.start()
        await upstream.wait_committed(12)
        await app.stop()
    assert seen.count(b"5") == 1


async def test_a_batch_whose_agent_raises_is_acknowledged(upstream: Upstream) -> None:
    """Why `take` is not used."""
    batches: list[list[bytes]] = []

    async def agent(stream: Any) -> None:
        async for batch in stream.take(4, within=0.2):
            batches.append(batch)
            if len(batches) == 1:
                raise RuntimeError("on purpose")

    async with upstream:
        app = upstream.app(agent)
        await app.start()
        await upstream.wait_committed(4)
        await app.stop()
    assert all(value not in batch for value in batches[0] for batch in batches[1:])


async def test_the_crashing_supervisor_ends_the_app_with_the_agent(upstream: Upstream) -> None:
    """What ends the worker should an exception get out of an agent all the same."""

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            if event.value == b"5":
                raise RuntimeError("on purpose")
            event.ack()

    async with upstream:
        app = upstream.app(agent, agent_supervisor=CrashingSupervisor)
        await app.start()
        async with asyncio.timeout(30):
            await app.wait_until_stopped()
        assert app.crashed
        await app.stop()
        assert (await upstream.committed() or 0) <= 5


async def test_commits_pass_over_a_message_that_is_not_acknowledged(upstream: Upstream) -> None:
    """Why acknowledgement is in order: a hole on a fresh partition does not hold the commit back."""
    kept: list[Any] = []

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            kept.append(event)
            if event.value != b"0":
                event.ack()

    async with upstream:
        app = upstream.app(agent, stream_wait_empty=False)
        await app.start()
        await upstream.wait_committed(12)
        await app.stop()


async def test_stopping_waits_for_ever_for_what_is_not_acknowledged(upstream: Upstream) -> None:
    """Why our consumer has a `wait_empty` of its own."""
    kept: list[Any] = []

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            kept.append(event)
            if event.value != b"11":
                event.ack()

    async with upstream:
        app = upstream.app(agent)
        await app.start()
        await upstream.wait_committed(11)
        stopping = asyncio.ensure_future(app.stop())
        done, _ = await asyncio.wait([stopping], timeout=3.0)
        assert not done
        kept[-1].ack()
        await asyncio.wait_for(stopping, 30)


@pytest.mark.parametrize(
    ("committed", "acknowledged", "new"),
    [
        (10, [10, 11, 12], 13),
        (10, [11, 12, 13], 14),  # past message 10
        (10, [12, 13], None),
        (None, [5, 6], 7),  # past whatever came before
        (0, [1, 2], 3),  # past message 0
    ],
)
def test_the_offset_to_commit(committed: int | None, acknowledged: list[int], new: int | None) -> None:
    """The rule behind the holes; with acknowledgement in order only the first line ever happens."""
    consumer = SimpleNamespace(
        _acked={PARTITION: list(acknowledged)},
        _acked_index={PARTITION: set(acknowledged)},
        _gap=defaultdict(list),
        _committed_offset={PARTITION: committed},
    )
    assert Consumer._new_offset(consumer, PARTITION) == new  # type: ignore[arg-type]


# ---- seams: what pipeline/stream/agent_app.py overrides and looks into


def test_the_drain_goes_through_the_consumers_wait_empty() -> None:
    source = inspect.getsource(faust.App._consumer_wait_empty)
    assert "self.conf.stream_wait_empty" in source
    assert "consumer.wait_empty()" in source
    for caller in (faust.App._stop_consumer, faust.App._on_partitions_revoked):
        assert "_consumer_wait_empty" in inspect.getsource(caller)
    assert inspect.iscoroutinefunction(Consumer.wait_empty)


async def test_our_consumer_is_the_one_that_faust_makes(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    app = AgentApp("extract", settings_for(embedded_broker))
    assert type(app.consumer).wait_empty is not Consumer.wait_empty
    assert isinstance(app.consumer, driver.Consumer)
    for name in ("_acked", "_committed_offset", "_unacked_messages"):
        assert hasattr(app.consumer, name)
    assert app.conf.stream_wait_empty
    assert app.conf.agent_supervisor is CrashingSupervisor


async def test_a_commit_during_another_commits_nothing_itself(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Why the drain commits until nothing acknowledged is left."""
    consumer = AgentApp("extract", settings_for(embedded_broker)).consumer
    under_way = asyncio.get_running_loop().create_future()
    consumer._commit_fut = under_way
    commit = asyncio.ensure_future(consumer.commit())
    await asyncio.sleep(0)
    under_way.set_result(None)
    assert await commit is False


async def test_the_consumers_fetches_go_through_our_client(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Where fetches that bring nothing are paced (pipeline/stream/pacing.py)."""
    app = AgentApp("extract", settings_for(embedded_broker))
    thread = app.consumer._new_consumer_thread()
    assert type(thread)._create_worker_consumer is not driver.AIOKafkaConsumerThread._create_worker_consumer
    client = thread._create_worker_consumer(app.transport)._client
    assert client.send.__module__ == "pipeline.stream.pacing"
    assert "self._client.send(node_id, request)" in inspect.getsource(Fetcher._proc_fetch_request)


def test_the_compiled_stream_loop_is_there() -> None:
    """The one in Python acknowledges messages that it skips at a rebalance."""
    assert importlib.util.find_spec("faust._cython.streams") is not None

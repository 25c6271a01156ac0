"""Upstream behaviour: what the installed Faust does that the design relies on or works around.

A test that fails here after an upgrade says that something changed: for the better (then a workaround may go) or for the
worse. Each names what depends on it; docs/streaming.md tells the whole story.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import inspect
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakSet

import faust
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import RebalanceInProgressError
from faust.app.base import BootStrategy
from faust.exceptions import ImproperlyConfigured
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from mode import CrashingSupervisor
from mode.threads import ServiceThread

from newswire.local.broker import LocalBroker
from newswire.stream.agent_app import AgentApp

PARTITION = TP("upstream", 0)


def stop_worker(error: Exception) -> None:
    """What a worker does with an error of an app's client."""
    raise error


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
        await self.send(*(str(number).encode() for number in range(12)))
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

    async def send(self, *values: bytes) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=self.servers)
        await producer.start()
        for value in values:
            await producer.send_and_wait(self.name, value)
        await producer.stop()

    def app(self, agent: Agent, serializer: str = "raw", **options: Any) -> faust.App:
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
        app.agent(app.topic(self.name, value_type=None, value_serializer=serializer), concurrency=1)(agent)
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


@pytest.mark.filterwarnings("ignore:.*stream_ack_exceptions")
@pytest.mark.parametrize("options", [{}, {"stream_ack_exceptions": False}], ids=["as it is", "told not to"])
async def test_a_message_whose_agent_raises_is_acknowledged_and_never_seen_again(
    upstream: Upstream, options: dict[str, Any]
) -> None:
    """Why no exception may get out of an agent, and why the supervisor crashes the worker. The setting that is named after it
    has no effect.
    """
    seen: list[bytes] = []

    async def agent(stream: Any) -> None:
        async for value in stream:
            seen.append(value)
            if value == b"5":
                raise RuntimeError("on purpose")

    async with upstream:
        app: Any = upstream.app(agent, **options)
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
        app: Any = upstream.app(agent)
        await app.start()
        await upstream.wait_committed(4)
        await app.stop()
    assert all(value not in batch for value in batches[0] for batch in batches[1:])


async def test_a_value_that_cannot_be_decoded_is_acknowledged_before_the_agent_could_see_it(upstream: Upstream) -> None:
    """Why consumers hand over bytes, and what is wrong with them is found in the handler."""
    seen: list[Any] = []

    async def agent(stream: Any) -> None:
        async for value in stream:
            seen.append(value)  # noqa: PERF401 - the stream has no end

    async with upstream:
        await upstream.send(b"{", b"13")
        app: Any = upstream.app(agent, serializer="json")
        await app.start()
        await upstream.wait_committed(14)
        await app.stop()
    assert "{" not in seen
    assert b"{" not in seen


async def test_events_come_in_the_order_of_their_offsets(upstream: Upstream) -> None:
    """What lets the window take the order of submission for that of the offsets."""
    offsets: list[int] = []

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            offsets.append(event.message.offset)
            event.ack()

    async with upstream:
        app: Any = upstream.app(agent)
        await app.start()
        await upstream.wait_committed(12)
        await app.stop()
    assert offsets == list(range(12))


async def test_a_stream_holds_no_more_than_its_buffer(upstream: Upstream) -> None:
    """What bounds the memory of what is fetched and not yet in the window."""
    queues: list[Any] = []
    full = asyncio.Event()

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            queues.append(stream.channel.queue)
            await full.wait()
            event.ack()

    async with upstream:
        app: Any = upstream.app(agent, stream_buffer_maxsize=3)
        await app.start()
        async with asyncio.timeout(30):
            while not queues or queues[0].qsize() < 3:  # noqa: ASYNC110 - a queue tells nobody
                await asyncio.sleep(0.02)
        assert queues[0].maxsize == 3
        full.set()
        await upstream.wait_committed(12)
        await app.stop()


async def test_the_crashing_supervisor_ends_the_app_with_the_agent(upstream: Upstream) -> None:
    """What ends the worker should an exception get out of an agent all the same."""

    async def agent(stream: Any) -> None:
        async for event in stream.noack().events():
            if event.value == b"5":
                raise RuntimeError("on purpose")
            event.ack()

    async with upstream:
        app: Any = upstream.app(agent, agent_supervisor=CrashingSupervisor)
        await app.start()
        async with asyncio.timeout(30):
            await app.wait_until_stopped()
        assert app.crashed
        with contextlib.suppress(
            asyncio.CancelledError
        ):  # of its last commit, whose thread may have ended in the crash
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
        app: Any = upstream.app(agent, stream_wait_empty=False)
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
        app: Any = upstream.app(agent)
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


# ---- sending: why the publisher has a producer of its own


def test_a_record_that_is_not_confirmed_is_only_logged(upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is raised where the agent or a commit would see it."""

    async def agent(stream: Any) -> None:
        pass

    app: Any = upstream.app(agent)
    topic = app.topic(upstream.name)
    with asyncio.Runner() as runner:
        sent = runner.get_loop().create_future()
        sent.set_exception(RuntimeError("not confirmed"))
        kept = SimpleNamespace(message=SimpleNamespace(channel=topic), set_exception=lambda _: None)
        topic._on_published(sent, kept, SimpleNamespace(), None)
    assert "not confirmed" in caplog.text


def test_its_producer_is_idempotent_in_transactions_only() -> None:
    """A batch that is sent again may come twice, or after the next one."""
    plain, transactional = (
        driver.Producer._settings_extra(SimpleNamespace(app=SimpleNamespace(in_transaction=transaction)))  # type: ignore[arg-type]
        for transaction in (False, True)
    )
    assert "enable_idempotence" not in plain
    assert transactional["enable_idempotence"]


# ---- groups: what a rebalance does


def test_sessions_must_not_outlast_requests(upstream: Upstream) -> None:
    """Why the requests of a worker's consumers get the longest timeout of all (`REQUEST_MARGIN`)."""

    async def agent(stream: Any) -> None:
        pass

    async def consumer() -> None:
        app: Any = upstream.app(agent, broker_session_timeout=100.0, broker_request_timeout=90.0)
        app.consumer._new_consumer_thread()._create_worker_consumer(app.transport)

    with pytest.raises(ImproperlyConfigured, match="broker_session_timeout"):
        asyncio.run(consumer())


async def test_partitions_are_dealt_out_evenly_where_there_are_no_tables(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """And without Faust's own assignor, whose tables need recovery."""
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    thread = app.consumer._new_consumer_thread()
    thread._create_worker_consumer(app.transport)
    assert thread._assignor is RoundRobinPartitionAssignor
    assert not app.conf.topic_allow_declare
    assert app.conf.topic_disable_leader


async def test_a_partition_without_a_commit_stays_where_it_is_when_the_client_seeks_back(upstream: Upstream) -> None:
    """Why our consumer's thread seeks to the beginning there: what was fetched and dropped would be passed over."""
    async with upstream:
        consumer = AIOKafkaConsumer(
            upstream.name,
            bootstrap_servers=upstream.servers,
            group_id=upstream.name,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        await consumer.start()
        await consumer.getone()
        partition = TopicPartition(upstream.name, 0)
        assert await consumer.seek_to_committed() == {partition: None}
        assert (await consumer.getone()).offset == 1
        await consumer.commit({partition: 1})
        assert await consumer.seek_to_committed() == {partition: 1}
        assert (await consumer.getone()).offset == 1
        await consumer.stop()


async def test_a_rebalance_forgets_what_is_acknowledged_and_not_committed(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Why our consumer drains and commits before it lets Faust know of the rebalance."""
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    left: list[Any] = []

    async def revoked(partitions: Any) -> None:
        left.append(app.consumer._acked.get(PARTITION))

    app.consumer._acked[PARTITION] = [5]
    app.consumer._on_partitions_revoked = revoked
    await driver.Consumer.on_partitions_revoked(app.consumer, {PARTITION})
    assert left == [None]


def test_nothing_is_waited_for_at_a_rebalance_while_the_app_stops() -> None:
    """The other half of the reason."""
    source = inspect.getsource(faust.App._on_partitions_revoked)
    stopping = source.index("if self.should_stop:")
    assert "return" in source[stopping : source.index("_consumer_wait_empty")]


async def test_a_commit_that_comes_after_a_rebalance_is_refused_and_crashes_nothing() -> None:
    """aiokafka's words for it are those that Faust looks for; else a rebalance that outlasts a drain would end the worker."""

    async def refuse(*_: Any) -> None:
        raise RebalanceInProgressError

    async def nothing() -> None:
        pass

    coordinator = SimpleNamespace(
        _subscription=None,
        ensure_coordinator_known=nothing,
        _commit_lock=asyncio.Lock(),
        _do_commit_offsets=refuse,
    )

    async def commit(offsets: Any) -> None:
        await GroupCoordinator.commit_offsets(coordinator, None, offsets)

    thread = SimpleNamespace(
        _ensure_consumer=lambda: SimpleNamespace(commit=commit),
        assignment=lambda: {PARTITION},
        tp_last_committed_at={},
    )
    assert await driver.AIOKafkaConsumerThread._commit(thread, {PARTITION: 5}) is False  # type: ignore[arg-type]


# ---- seams: what pipeline/newswire/stream/agent_app.py overrides and looks into


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
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    assert type(app.consumer).wait_empty is not Consumer.wait_empty
    assert isinstance(app.consumer, driver.Consumer)
    for name in ("_acked", "_committed_offset", "_unacked_messages"):
        assert hasattr(app.consumer, name)
    assert isinstance(app.consumer._unacked_messages, WeakSet), "what the window lets go of is forgotten"
    assert app.conf.stream_wait_empty
    assert app.conf.agent_supervisor is CrashingSupervisor


async def test_every_commit_goes_through_our_consumer_which_knows_the_offset_afterwards(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lets `_commit` look at the thread and tell the stages, and `lag` read `_committed_offset`."""
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    asked: list[Any] = []

    async def commit(offsets: Any) -> bool:
        asked.append(offsets)
        return True

    assert app.consumer._committed_offset[PARTITION] is None
    monkeypatch.setattr(app.consumer, "_commit", commit)
    monkeypatch.setattr(app.consumer, "assignment", lambda: {PARTITION})
    assert await app.consumer._commit_offsets({PARTITION: 5})
    assert asked == [{PARTITION: 5}]
    assert app.consumer._committed_offset[PARTITION] == 5


def test_where_logs_begin_is_asked_on_the_thread_of_the_client() -> None:
    """Which is why a rebalance need not wait for the answer, and the lag has it a moment later."""
    source = inspect.getsource(driver.AIOKafkaConsumerThread.earliest_offsets)
    assert "call_thread" in source
    assert "beginning_offsets" in source


async def test_a_commit_during_another_commits_nothing_itself(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Why the drain commits until nothing acknowledged is left."""
    consumer: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker).consumer
    under_way = asyncio.get_running_loop().create_future()
    consumer._commit_fut = under_way
    commit = asyncio.ensure_future(consumer.commit())
    await asyncio.sleep(0)
    under_way.set_result(None)
    assert await commit is False


async def test_a_commit_is_never_answered_by_a_thread_that_has_ended(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Why our consumer's commit also looks at the thread: a worker that stops on an error would never end."""
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    thread = app.consumer._new_consumer_thread()
    assert issubclass(type(thread), ServiceThread), "heartbeats do not wait for the event loop"
    commit = asyncio.ensure_future(thread.commit({PARTITION: 5}))
    thread._shutdown.set()
    await asyncio.wait_for(thread._shutdown.wait(), 10)
    assert not (await asyncio.wait([commit], timeout=0.5))[0]
    commit.cancel()


async def test_the_consumers_fetches_go_through_our_client(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """Where fetches that bring nothing are paced (pipeline/newswire/stream/pacing.py)."""
    app: Any = AgentApp("extract", settings_for(embedded_broker), stop_worker)
    thread = app.consumer._new_consumer_thread()
    assert type(thread)._create_worker_consumer is not driver.AIOKafkaConsumerThread._create_worker_consumer
    client = thread._create_worker_consumer(app.transport)._client
    assert client.send.__module__ == "newswire.stream.pacing"
    assert "self._client.send(node_id, request)" in inspect.getsource(Fetcher._proc_fetch_request)


def test_the_compiled_stream_loop_is_there() -> None:
    """The one in Python acknowledges messages that it skips at a rebalance."""
    assert importlib.util.find_spec("faust._cython.streams") is not None

"""The Faust app of one agent: its consumer group, its streams, and a drain that ends.

What Faust does by itself, and why it is not enough, is told in docs/streaming.md; what is overridden here is pinned by
tests/stream/test_contracts.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import faust
from aiokafka.errors import KafkaError
from faust.app.base import BootStrategy
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import CrashingSupervisor

from newswire.clients import faust_options
from newswire.errors import BrokerError, NewswireError
from newswire.settings import Settings
from newswire.stream.halt_log import Partition
from newswire.stream.membership import rejoining, watch
from newswire.stream.message import ConsumedMessage
from newswire.stream.pacing import paced
from newswire.stream.reconnecting import backing_off
from newswire.stream.stage import Stage
from newswire.stream.tables import Tables
from newswire.topics import Topic, group

__all__ = ("FAUST_LOGGER", "AgentApp")

logger = logging.getLogger(__name__)

# Faust and mode log each step of a service under the module of its class, which would be ours.
FAUST_LOGGER: Final = logging.getLogger("faust.app")

# Seconds without a poll after which the client leaves the group. The poll happens on a thread of its own and stalls only
# while the buffers are full, which ends at the latest with the tasks' deadlines; this is for a worker that hangs for good.
MAX_POLL_INTERVAL: Final = 600.0

# Bytes fetched of one partition at a time: hundreds of stories. A longer message comes alone.
MAX_FETCH_BYTES: Final = 1024 * 1024

# How often the last commit of a drain is tried: one that finds another under way only waits for that one.
LAST_COMMITS: Final = 3

# Seconds that a consumer's request may take over the time that its answer may rightly take: the one for joining a group is
# answered when all members have drained and joined, or at the latest after `kafka.rebalance_timeout`. A member that gave up
# before would join again and again as another one. (Faust also wants requests to outlast sessions.)
REQUEST_MARGIN: Final = 5.0


class _ConsumerThread(driver.AIOKafkaConsumerThread):
    """Faust's thread of a consumer, whose client does not ask without a pause where there is nothing, or nobody, and is never out
    of its group without the app's knowing.
    """

    logger = FAUST_LOGGER

    async def on_start(self) -> None:
        """Called on the thread: starts the client."""
        await super().on_start()
        app = cast(AgentApp, self.consumer.app)

        def failed(error: NewswireError) -> None:
            self.parent_loop.call_soon_threadsafe(app.stop_worker, error)

        watch(self._ensure_consumer(), app.conf.id, failed)

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        client = consumer._client  # noqa: SLF001 - a contract test holds it
        client.send = paced(rejoining(client.send))
        backing_off(client)
        return consumer

    async def seek_to_committed(self) -> Mapping[Any, int]:
        """Goes back to the committed offset of each partition; where there is none yet, to where the log begins: the client's own
        way back leaves such a partition behind what was fetched and dropped during a rebalance.
        """
        return cast(Mapping[Any, int], await self.call_thread(self._rewind))

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Lets Faust warn of a partition that stands still. It looks at any moment, also between a move of a partition and the
        broker's answer where to read it from: there is no position then, and nothing to warn of.
        """
        with contextlib.suppress(AssertionError):
            super().verify_event_path(now, tp)

    async def _rewind(self) -> Any:
        consumer = self._ensure_consumer()
        committed = await consumer.seek_to_committed()
        if fresh := [partition for partition, offset in committed.items() if not offset]:
            await consumer.seek_to_beginning(*fresh)
        return committed


class _Consumer(driver.Consumer):
    """Faust's consumer, with a bound on its wait for what is in flight, and an eye on what comes.

    Faust drops what it has fetched at many places while partitions move, and relies on a seek back to the committed offsets. But
    its flow may resume before that seek, when one rebalance follows on another, and the commit then passes over what was
    dropped. So nothing flows here until the seek after the last rebalance is done; and each message that reaches a stage
    must be the next one that was fetched of its partition, or the worker ends and reads it again.
    """

    logger = FAUST_LOGGER
    committing_since: float | None = None

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._log_starts: dict[Any, int] = {}
        self._halted: frozenset[Any] = frozenset()
        self._due: defaultdict[Any, deque[int]] = defaultdict(deque)
        """Offsets fetched of each partition since the last seek that no stage has taken yet."""
        self._moves = 0
        """How often partitions were taken away or given."""
        self._sought = 0
        """What `_moves` was when the last seek began that is done."""
        self._astray = False
        """Whether a fetch came back after partitions had moved: where the client stands, nobody knows."""

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        """Whether the broker took the offsets. Also comes back when the thread of the client has ended: a commit that is handed
        to it on its way out, as in a crash, is never answered, and the worker would never end.
        """
        self.committing_since = time.monotonic()
        commit = asyncio.ensure_future(super()._commit(offsets))
        ended = asyncio.ensure_future(self._thread._shutdown.wait())  # noqa: SLF001 - mode tells nobody else
        try:
            await asyncio.wait({commit, ended}, return_when=asyncio.FIRST_COMPLETED)
            return commit.done() and bool(commit.result())
        finally:
            commit.cancel()
            ended.cancel()
            self.committing_since = None
            # Also when it was refused, as it is when the group changes: Faust has then forgotten these offsets.
            cast(AgentApp, self.app).committed(offsets)

    async def note_log_starts(self, partitions: Iterable[Any]) -> None:
        """Asks the broker where the logs of partitions begin. Without an answer `lag` counts from what it knew before, at worst
        from 0.
        """
        with contextlib.suppress(KafkaError):
            self._log_starts.update(await self.earliest_offsets(*partitions))

    def lag(self, partition: Any) -> int | None:
        """Messages between the committed offset (the log's start, where it is larger or nothing was committed yet) and the end
        of a partition, None when nothing was fetched of it.
        """
        if partition not in self.assignment():
            return None
        try:
            end = self.highwater(partition)
        except AssertionError:  # given away in this moment
            return None
        # Retention may have taken messages that the group never read: what is gone is not behind.
        begin = max(self._committed_offset[partition] or 0, self._log_starts.get(partition, 0))
        return None if end is None else max(0, end - begin)

    def pause_partition(self, partition: Any) -> None:
        """Fetches nothing more of a partition. What was fetched before still comes.

        Faust's own `pause_partitions` takes the partition out of the set that a batch is being read by: the rest of the batch is
        dropped without a word.
        """
        self._halted |= {partition}

    def resume_partition(self, partition: Any) -> None:
        """Fetches again where `pause_partition` left off."""
        self._halted -= {partition}

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109 - Faust's signature
        if self._astray:
            await self.perform_seek()
        wanted = active_partitions - self._halted
        if not wanted:  # the client would take it for all of them
            await self.sleep(timeout)
            return {}
        moves = self._moves
        records = await super()._getmany(wanted, timeout)
        if moves != self._moves:
            self._astray = True
            return {}
        for partition, batch in records.items():
            self._due[partition].extend(record.offset for record in batch)
        return records

    def take(self, message: Any) -> bool:
        """Whether a message that has come through Faust may be worked on: not what was fetched before the last rebalance.

        Raises BrokerError when messages of its partition that were fetched before it have not come.
        """
        due = self._due[message.tp]
        if not self.flow_active or message.offset not in due:
            return False
        if due[0] != message.offset:
            raise BrokerError(
                f"Of {message.topic}/{message.partition}, offset {message.offset} has come before offset {due[0]}",
                "Nothing is lost: the worker ends and what it has not done is read again. Start it again",
            )
        due.popleft()
        return True

    async def perform_seek(self) -> None:
        """Called before the flow resumes: goes back to the committed offsets."""
        moves, astray = self._moves, self._astray
        await super().perform_seek()
        self._due.clear()
        self._sought = moves
        if astray:  # a fetch that came back during the seek may have taken what comes first after it
            self._astray = False

    def resume_flow(self) -> None:
        """Called when the partitions of a rebalance are ours: lets messages come, unless they have moved again meanwhile."""
        if self._sought == self._moves:
            super().resume_flow()

    def _new_offset(self, tp: Any) -> int | None:
        """The offset to commit. Stages acknowledge in order, so there is no gap to look for (Faust's own search counts messages
        between two gaps as done).
        """
        acknowledged = self._acked[tp]
        if not acknowledged:
            return None
        last = max(acknowledged)
        self._acked_index[tp].difference_update(acknowledged)
        acknowledged.clear()
        return last + 1

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Called where offsets are missing, as in a compacted topic: nothing to remember."""

    async def on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        """Called at a rebalance, with what is ours from now on."""
        self._moves += 1
        self._halted = frozenset()
        await super().on_partitions_assigned(assigned, generation_id)

    async def on_partitions_revoked(self, revoked: set[Any]) -> None:
        """Called at a rebalance, before the client joins the group again: lets what is in flight through, and commits it.

        Faust itself first forgets what was acknowledged and not yet committed, and waits for nothing when the app is stopping:
        a commit that comes after the client has joined again is refused, and all of it would be done twice.
        """
        self._moves += 1
        if revoked:
            self.stop_flow()
            self.app.flow_control.suspend()
            await self.wait_empty()
        await super().on_partitions_revoked(revoked)

    async def wait_empty(self) -> None:
        """Called at each rebalance and at the end, when nothing more comes in: waits for the stages, then commits."""
        await cast(AgentApp, self.app).drain()
        # What was given up has no one left to acknowledge it.
        self._unacked_messages.clear()
        for _ in range(LAST_COMMITS):
            await self.commit_and_end_transactions()
            # What is acknowledged may have been taken by another commit, which began when the one that ours waited for had ended:
            # if the client joined again before it is answered, it would be refused.
            if not any(self._acked.values()) and not await self.maybe_wait_for_commit_to_finish():
                break


class _Transport(driver.Transport):
    Consumer = _Consumer


class _Boot(BootStrategy):
    """No web server, since health and metrics have their own, and no producer, since nothing is sent through Faust."""

    enable_web = False
    enable_kafka_producer = False


class AgentApp(faust.App):
    """The app of one agent. Add its stages before it starts. `stop_worker` is called with what its client cannot go on with, and
    `standing` are the tables that it keeps: they are told what partitions are ours.
    """

    BootStrategy = _Boot
    logger = FAUST_LOGGER

    def __init__(
        self,
        agent: str,
        settings: Settings,
        stop_worker: Callable[[Exception], object],
        standing: Tables | None = None,
    ) -> None:
        options = faust_options(settings.kafka)
        longest = max(settings.kafka.session_timeout, settings.kafka.rebalance_timeout)
        options["broker_request_timeout"] = max(settings.kafka.request_timeout, longest + REQUEST_MARGIN)
        directory = settings.worker.data_dir or Path(tempfile.gettempdir()) / "newswire"
        directory.mkdir(parents=True, exist_ok=True)
        super().__init__(
            group(agent, settings.topics),
            **options,
            autodiscover=False,
            datadir=directory / agent,
            store="memory://",
            # An exception that gets out of an agent ends the worker; the default restarts the agent past its message.
            agent_supervisor=CrashingSupervisor,
            broker_max_poll_interval=MAX_POLL_INTERVAL,
            broker_max_poll_records=settings.worker.max_in_flight,
            consumer_auto_offset_reset="earliest",
            consumer_max_fetch_size=MAX_FETCH_BYTES,
            # The next window's worth at hand; more would only be thrown away and fetched again at each rebalance.
            stream_buffer_maxsize=settings.worker.max_in_flight,
            table_standby_replicas=0,
            topic_allow_declare=False,
            topic_disable_leader=True,
            worker_redirect_stdouts=False,
        )
        self.agent_name = agent
        self.settings = settings
        self.stop_worker = stop_worker
        self.stages: list[Stage] = []
        self.standing = standing
        self._worked_off: set[str] = set()
        self._drain: asyncio.Future[list[bool]] | None = None
        self._committing: asyncio.Future[Any] | None = None
        self.partitions: frozenset[Any] | None = None
        """What the group has given us; None before it gave anything."""

    def add_stage(self, topic: Topic, stage: Stage) -> None:
        """Lets the stage consume the topic."""
        self.stages.append(stage)
        name = topic.full_name(self.settings.topics)
        if not stage.holds:
            self._worked_off.add(name)
        channel = self.topic(
            name,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
        )

        async def consume(stream: Any) -> None:
            async for event in stream.noack().events():
                if self._client.take(event.message):
                    await stage.submit(_message(event.message), event)

        self.agent(channel, name=stage.name, concurrency=1)(consume)

    async def drain(self) -> None:
        """Waits, within the deadline, until nothing of this agent is in flight. Until partitions are assigned again, whoever
        else asks for it waits for the same drain: a stop may fall into a rebalance, and Faust asks twice.
        """
        if self._drain is None:
            deadline = 0.0 if self.crashed else self.settings.worker.drain_deadline
            if self.standing is not None:
                self.standing.release()
            self._drain = asyncio.gather(*(stage.drain(deadline) for stage in self.stages))
        await asyncio.shield(self._drain)

    def commit_soon(self) -> None:
        """Begins to commit what is acknowledged, unless it has begun."""
        if self._committing is None or self._committing.done():
            self._committing = self._client.add_future(self._client.commit())

    def pause(self, partition: Partition) -> None:
        """Fetches nothing more of a partition that is ours. What was fetched before still comes."""
        self._client.pause_partition(TP(*partition))

    def resume_partition(self, partition: Partition) -> None:
        """Fetches again where `pause` left off."""
        if self.partitions is not None and TP(*partition) in self.partitions:
            self._client.resume_partition(TP(*partition))

    def committed(self, offsets: Mapping[Any, int]) -> None:
        """Lets the stages know that a commit of these offsets has ended."""
        for stage in self.stages:
            stage.committed(offsets)

    @property
    def commit_age(self) -> float:
        """Seconds that the commit under way has been waiting for the broker, 0 when none is."""
        since = self._client.committing_since
        return 0.0 if since is None else time.monotonic() - since

    def lags(self) -> dict[tuple[str, int], int]:
        """For each partition that we hold, messages between the committed offset (the log's start before the first commit)
        and its end as of the last fetch; without those of which nothing was fetched yet, and without those of stages that
        hold what they read: there a message that waits is where it belongs.
        """
        held = [tp for tp in self.partitions or () if tp.topic in self._worked_off]
        lags = {(tp.topic, tp.partition): self._client.lag(tp) for tp in held}
        return {partition: lag for partition, lag in lags.items() if lag is not None}

    @property
    def _client(self) -> _Consumer:
        return cast(_Consumer, self.consumer)

    async def _on_partitions_assigned(self, assigned: set[Any], generation_id: int = 0) -> None:
        # Before Faust resumes the flow: the first message must find the windows open.
        self._drain = None
        for stage in self.stages:
            stage.resume()
        if self.standing is not None:
            self.standing.assign(partition.partition for partition in assigned)
        await super()._on_partitions_assigned(assigned, generation_id)
        self.partitions = frozenset(assigned)
        if assigned and not self.should_stop:
            self._client.add_future(self._client.note_log_starts(assigned))
        logger.info("%s: %d partitions assigned", self.agent_name, len(assigned))

    def _new_transport(self) -> Any:
        return _Transport(self.conf.broker_consumer, self)


def _message(message: Any) -> ConsumedMessage:
    headers = message.headers or ()
    return ConsumedMessage(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple((name, bytes(value or b"")) for name, value in headers),
        timestamp_ms=int((message.timestamp or 0) * 1000),
    )

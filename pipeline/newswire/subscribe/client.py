"""`subscribe` and `subscribe_async`: the records of a topic as they are added, changed and withdrawn."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from newswire.clients import broker_errors, close, kafka_python_options
from newswire.settings import KafkaSettings
from newswire.subscribe.catching_up import CatchingUp, Place
from newswire.subscribe.offsets import offsets_since, partitions_of
from newswire.subscribe.request import Request, request
from newswire.subscribe.stories import Change

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("subscribe", "subscribe_async")

# Milliseconds that one poll waits for messages: how long Ctrl-C may take.
POLL_MS: Final = 250


def subscribe(
    topic: str,
    servers: str | None = None,
    *,
    where: str = "",
    since: str | datetime | None = None,
    group: str | None = None,
    prefix: str = "news.",
    until_end: bool = False,
    kafka: KafkaSettings | None = None,
) -> Iterator[Change]:
    """The changes of what stands on `quotes`, `events` or `entities`: first an Added for each record that stands, then an Added,
    Changed or Withdrawn whenever that changes, without end, or `until_end`: up to where the topic ends now. Versions, markers,
    repeated and late messages are worked in and not seen.

    `where` keeps to records that meet conditions (`speaker=Blinken and confidence>=0.8`, as for `newswire tail`), and `since` to
    messages from a time or an age on (`2h`): without it the whole topic is read first. What stands is kept in memory.

    With a `group`, what has been told is committed, once the body of your loop is through with it, and a program that comes back
    is told what has changed meanwhile, not again what stands; several programs of a group share the partitions. After a crash
    the last changes come again. `kafka` has TLS and a login.

    Raises SettingsError for a request that is wrong, TopicError for a topic that is missing, BrokerError without a broker.
    """
    asked = request(topic, servers, where, since, group, prefix, kafka)
    return _without_pauses(_changes(asked, until_end=until_end))


def subscribe_async(
    topic: str,
    servers: str | None = None,
    *,
    where: str = "",
    since: str | datetime | None = None,
    group: str | None = None,
    prefix: str = "news.",
    until_end: bool = False,
    kafka: KafkaSettings | None = None,
) -> AsyncGenerator[Change, None]:
    """The same for `async for`. The broker is read on a thread, which ends within a second when your task is cancelled; close it
    with `contextlib.aclosing` if you leave the loop before its end.
    """
    asked = request(topic, servers, where, since, group, prefix, kafka)
    return _on_a_thread(_changes(asked, until_end=until_end))


def _without_pauses(changes: Generator[Change | None, None, None]) -> Iterator[Change]:
    with contextlib.closing(changes):
        for change in changes:
            if change is not None:
                yield change


async def _on_a_thread(changes: Generator[Change | None, None, None]) -> AsyncGenerator[Change, None]:
    def step() -> tuple[Change | None] | None:
        return next(((change,) for change in changes), None)

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="subscribe") as thread:
        try:
            while step_made := await loop.run_in_executor(thread, step):
                if step_made[0] is not None:
                    yield step_made[0]
        finally:
            await loop.run_in_executor(thread, changes.close)


def _changes(asked: Request, *, until_end: bool) -> Generator[Change | None, None, None]:
    """The changes, and None after each look at the broker, so that whoever waits can also do something else."""
    from kafka import KafkaConsumer

    with broker_errors(asked.kafka):
        consumer = KafkaConsumer(
            **kafka_python_options(asked.kafka),
            group_id=asked.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        reading = _Reading(consumer, asked)
        try:
            reading.begin()
            ends = consumer.end_offsets(partitions_of(consumer, [asked.topic])) if until_end else None
            heard = time.monotonic()
            while True:
                batches = consumer.poll(timeout_ms=POLL_MS)
                if batches or ends is None:
                    heard = time.monotonic()
                elif time.monotonic() - heard > asked.kafka.request_timeout:
                    # There is more, and it does not come: asking raises the error that polling keeps to itself.
                    consumer.end_offsets(list(ends))
                    heard = time.monotonic()
                if reading.take_on():  # what came is from where the group stands; we begin before that
                    continue
                for partition, records in batches.items():
                    for record in records:
                        yield from reading.take(partition, record)
                for partition in reading.partitions():
                    yield from reading.arrive(partition)
                reading.commit()
                yield None
                if ends is not None and reading.has_told(ends):
                    break
        finally:
            try:
                reading.commit()
            finally:
                close(consumer)


class _Reading:
    """Which partitions are ours, and how far each is told."""

    def __init__(self, consumer: KafkaConsumer, asked: Request) -> None:
        self._consumer = consumer
        self._asked = asked
        self._states: dict[TopicPartition, CatchingUp] = {}
        self._told: dict[TopicPartition, int] = {}
        """The offset behind what the body of the loop is through with, of each partition that has been caught up with."""
        self._committed: dict[TopicPartition, int] = {}
        self._assigned: list[TopicPartition] | None = None
        """What the group has just given us. Its thread tells us so, and may not ask the broker anything."""

    def begin(self) -> None:
        """Reads all partitions from where the request begins, or, in a group, those that the group will give us."""
        from kafka import ConsumerRebalanceListener

        partitions = partitions_of(self._consumer, [self._asked.topic])
        if self._asked.group is None:
            self._consumer.assign(partitions)
            self._assigned = partitions
            self.take_on()
            return
        reading = self

        class Shared(ConsumerRebalanceListener):  # type: ignore[misc]
            def on_partitions_revoked(self, revoked: Any) -> None:
                pass

            def on_partitions_assigned(self, assigned: Any) -> None:
                reading._assigned = list(assigned)

        self._consumer.subscribe([self._asked.topic], listener=Shared())

    def take_on(self) -> bool:
        """Whether the group has given us partitions since the last call. Each is then read from where the request begins, so that
        what stands is known; one that we have kept, from where we were.
        """
        if self._assigned is None:
            return False
        assigned, self._assigned = self._assigned, None
        for partition in self._states.keys() - set(assigned):
            del self._states[partition]
            self._told.pop(partition, None)
        since = self._asked.since
        begin = (
            self._consumer.beginning_offsets(assigned)
            if since is None
            else offsets_since(self._consumer, assigned, since)
        )
        end = self._consumer.end_offsets(assigned) if assigned else {}
        for partition in assigned:
            committed = self._consumer.committed(partition) if self._asked.group is not None else None
            if partition in self._told:
                self._states[partition].go_on(max(committed or 0, self._told[partition]))
                self._consumer.seek(partition, self._told[partition])
                continue
            self._states[partition] = CatchingUp(
                self._asked.conditions,
                live=end[partition] if committed is None else committed,
                tells_standing=committed is None,
            )
            self._consumer.seek(partition, begin[partition])
        return True

    def partitions(self) -> list[TopicPartition]:
        """Those that are ours."""
        return list(self._states)

    def take(self, partition: TopicPartition, record: Any) -> Iterator[Change]:
        """What a message changes; the rest of it runs once the body of the loop is through with that."""
        state = self._states[partition]
        yield from state.take(Place(record.topic, record.partition, record.offset), record.value, record.headers)
        if state.arrived:
            self._told[partition] = record.offset + 1

    def arrive(self, partition: TopicPartition) -> Iterator[Change]:
        """What is to be told once there is nothing more to catch up with."""
        from kafka.errors import IllegalStateError

        try:
            position = self._consumer.position(partition)
        except IllegalStateError:  # taken away in this moment
            return
        yield from self._states[partition].arrive(position)
        if self._states[partition].arrived:
            self._told[partition] = position

    def has_told(self, ends: dict[TopicPartition, int]) -> bool:
        """Whether our partitions are told up to these offsets."""
        return bool(self._states) and all(
            self._told.get(partition, -1) >= ends[partition] for partition in self._states
        )

    def commit(self) -> None:
        """Commits what is told. What the group has given to another member meanwhile is that one's to commit."""
        from kafka import OffsetAndMetadata
        from kafka.errors import CommitFailedError

        if self._asked.group is None or self._told == self._committed:
            return
        with contextlib.suppress(CommitFailedError):
            self._consumer.commit({at: OffsetAndMetadata(offset, "", -1) for at, offset in self._told.items()})
        self._committed = dict(self._told)

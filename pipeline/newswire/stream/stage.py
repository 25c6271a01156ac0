"""The stage: runs the handler of one agent with its window, in key order, to the confirmed end.

The stage publishes what the handler makes, sets aside what cannot be processed, acknowledges in order, halts a partition after
a run of dead letters, and stops the worker rather than skip anything.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from newswire.errors import NewswireError, PermanentError, PublishError, WorkerProcessError
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.dead_letters import DeadLetterGuard, dead_letter
from newswire.stream.embargo import HeldStories
from newswire.stream.halt_log import Partition
from newswire.stream.halts import Halts
from newswire.stream.message import ConsumedMessage
from newswire.stream.publisher import Publisher
from newswire.stream.window import Slot, State, Window
from newswire.topics import ARRIVED, TOPICS
from newswire.web import metrics

__all__ = ("Handler", "Stage", "Steps")

logger = logging.getLogger(__name__)

Steps = Sequence[Sequence[Outgoing]]
Handler = Callable[[ConsumedMessage], Awaitable[Steps]]

# The part of a window whose messages may wait for the next commit. More would take places away from the pool, which needs
# sixteen of the default's 32 to keep two processes in full batches; with a quarter, commits of a few messages each made
# saturation five in a hundred slower.
COMMIT_SHARE: Final = 2


class Stage:
    """One agent at work.

    Messages are worked on concurrently, as many as the window holds, but published one after the other where they have the
    same key, so that the versions of a story leave in the order in which they came. `acknowledge` is called, in order within
    each partition, with the token of each message that is through; `stop_worker` with the error when going on would lose or
    spoil something. `stories` are those that its handler holds; they are told when they are in the way of others. A stage that
    has not `begun` takes no message in before `begin`: what cannot be worked on yet would only delay a drain.

    When the guard finds that too many of its last messages became dead letters, it halts the partition: what is in flight ends,
    nothing more of the partition is taken in, and `pause` is called with it, until `halts` says that the halt has ended; then
    `resume_partition` is called, and what had come meanwhile goes first.

    `commit` is called when half of the window's places wait for a commit. One that `emits` makes what users read, and measures
    how old the articles are by then.
    """

    def __init__(
        self,
        name: str,
        handler: Handler,
        publisher: Publisher,
        settings: Settings,
        *,
        acknowledge: Callable[[Any], object],
        stop_worker: Callable[[Exception], object],
        commit: Callable[[], object],
        halts: Halts,
        pause: Callable[[Partition], object],
        resume_partition: Callable[[Partition], object],
        max_in_flight: int | None = None,
        stories: HeldStories | None = None,
        begun: bool = True,
        emits: bool = False,
    ) -> None:
        self.name = name
        self.window: Window[Any] = Window(
            max_in_flight or settings.worker.max_in_flight, settings.worker.max_in_flight_bytes, self._acknowledged
        )
        self._acknowledge = acknowledge
        self._commit = commit
        self._halts = halts
        self._pause = pause
        self._resume_partition = resume_partition
        self._parked: dict[Partition, deque[tuple[ConsumedMessage, Any]]] = {}
        self._unparking: dict[Partition, asyncio.Task[None]] = {}
        self._handler = handler
        self._publisher = publisher
        self._settings = settings
        self._stop_worker = stop_worker
        self._stories = stories
        self._guard = DeadLetterGuard(settings.worker)
        self._short = {topic.full_name(settings.topics): topic.name for topic in TOPICS}
        self._tasks: dict[asyncio.Task[None], float] = {}
        self._latest: dict[tuple[str, int, bytes], asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        self._open = True
        self._begun = begun
        self._emits = emits
        self.left = 0
        """Messages that were not through at the end of the last drain."""

    def begin(self) -> None:
        """Lets the first messages in."""
        self._begun = True
        self._room.set()

    @property
    def holds(self) -> bool:
        """Whether messages may rightly be in its window for days."""
        return self._stories is not None

    @property
    def overdue(self) -> float:
        """Seconds since the embargo of the most overdue story that it still holds ended, 0 when there is none."""
        return 0.0 if self._stories is None else self._stories.overdue

    @property
    def age(self) -> float:
        """Seconds that the oldest message being worked on has been in the window, 0 when there is none."""
        now = time.monotonic()
        return now - min(self._tasks.values(), default=now)

    async def submit(self, message: ConsumedMessage, token: Any) -> None:
        """Takes a message in as soon as there is room. During a drain it is left alone: whoever has its partition next
        reads it again. So is what comes of a partition that has halted, until the halt ends.
        """
        if not self._open:
            return
        partition = (message.topic, message.partition)
        if partition in self._parked or self._halts.has_halted(self.name, partition):
            self._park(partition).append((message, token))
            return
        if not await self._enter(message, token) and self._open:  # its partition halted while it waited for room
            self._park(partition).append((message, token))

    async def _enter(self, message: ConsumedMessage, token: Any) -> bool:
        """Whether the message was taken in: not during a drain, nor when its partition has halted meanwhile."""
        while self._open and not (self._begun and self.window.has_room(message.size)):
            self._room.clear()
            if self._stories is not None:
                self._stories.make_room()
            await self._room.wait()
        partition = (message.topic, message.partition)
        if not self._open or self._halts.has_halted(self.name, partition):
            return False
        slot = self.window.submit(partition, message.offset, token, message.size)
        before = None if message.key is None else self._latest.get((*partition, message.key))
        task = asyncio.create_task(self._process(slot, message, before))
        self._tasks[task] = time.monotonic()
        if message.key is not None:
            self._latest[*partition, message.key] = task
        task.add_done_callback(lambda done: self._forget(done, message))
        self._measure()
        return True

    def _park(self, partition: Partition) -> deque[tuple[ConsumedMessage, Any]]:
        """Where messages of a halted partition wait; few, since nothing more of it is fetched."""
        self._pause(partition)
        return self._parked.setdefault(partition, deque())

    def end_halt(self, partition: Partition) -> None:
        """Called when the halt of a partition has ended: lets in what is parked, and then the rest."""
        if partition in self._parked and partition not in self._unparking:  # else what lets it in goes on by itself
            task = asyncio.create_task(self._unpark(partition))
            self._unparking[partition] = task
            task.add_done_callback(lambda _: self._unparking.pop(partition, None))

    async def _unpark(self, partition: Partition) -> None:
        self._guard.forget(partition)
        while (parked := self._parked.get(partition)) and not self._halts.has_halted(self.name, partition):
            message, token = parked[0]
            if not await self._enter(message, token):
                return
            parked.popleft()
        if parked is not None and not parked:
            del self._parked[partition]
            self._resume_partition(partition)

    def committed(self, offsets: Mapping[Any, int]) -> None:
        """Takes note that everything before these offsets is committed, or that nobody will commit it any more: gives their
        places in the window to others. Partitions of other stages are none of its business.
        """
        for partition, offset in offsets.items():
            self.window.committed(partition, offset)
        self._room.set()

    async def drain(self, deadline: float) -> bool:
        """Lets nothing more in and waits until what is in flight is through, at most `deadline` seconds; gives up the rest,
        which is then neither acknowledged nor, if it can be helped, published. Says whether there was no rest.
        """
        self._open = False
        self._room.set()
        self._give_up_parked()
        if self._stories is not None:
            self._stories.release()
        began = time.monotonic()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=deadline)
        late = list(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1.0)
        left = self.window.revoke()
        self.left = len(left)
        metrics.DRAIN_SECONDS.labels(self.name).set(time.monotonic() - began)
        if left:
            logger.warning("%s: %d messages were not through in time; they will be read again", self.name, len(left))
        self._measure()
        return not left

    def resume(self) -> None:
        """Opens the window again after a drain. What was not committed by then never will be by us."""
        self._open = True
        self.window.forget_uncommitted()
        if self._stories is not None:
            self._stories.resume()

    def abandon(self) -> None:
        """Gives up everything at once: the worker is stopping because of an error."""
        self._open = False
        self._room.set()
        self._give_up_parked()
        for task in self._tasks:
            task.cancel()
        self.window.revoke()

    def _give_up_parked(self) -> None:
        """Whoever has the partitions next reads it again."""
        for task in self._unparking.values():
            task.cancel()
        self._parked.clear()

    async def _process(self, slot: Slot[Any], message: ConsumedMessage, before: asyncio.Task[None] | None) -> None:
        began = time.perf_counter()
        try:
            error: Exception | None = None
            try:
                steps = await self._handler(message)
            except (PermanentError, WorkerProcessError) as refused:
                error = refused
            except NewswireError:
                raise
            except Exception as bug:
                error = bug
            if before is not None and not before.done():
                await asyncio.wait({before})
            if error is None:
                try:
                    await self._publisher.publish(steps)
                except PermanentError as refused:
                    error = refused
            if error is not None:
                await self._set_aside(message, error)
            why = self._guard.note((message.topic, message.partition), dead=error is not None)
        except asyncio.CancelledError:
            raise
        except Exception as fatal:
            self.window.fail(slot)
            self._stop_worker(fatal)
            return
        if slot.state is not State.IN_FLIGHT:
            return
        if error is None:
            self._count(steps)
            if self._emits and (arrived := message.header(ARRIVED) or b"").isdigit():
                metrics.ARTICLE_AGE_SECONDS.observe(max(0.0, time.time() - int(arrived) / 1000))
        metrics.MESSAGE_SECONDS.labels(self.name).observe(time.perf_counter() - began)
        metrics.MESSAGES.labels(self.name).inc(self.window.finish(slot))
        self._room.set()
        self._measure()
        if why is not None:
            await self._halt(message, why)

    async def _halt(self, message: ConsumedMessage, why: str) -> None:
        """Halts the partition of a message. The halt lies in Kafka, so that it holds for whoever has the partition next."""
        partition = (message.topic, message.partition)
        if self._halts.has_halted(self.name, partition):  # found by another message of it that was in flight
            return
        self._park(partition)
        logger.error(
            "%s: halted at %s/%d@%d: %s. Nothing behind is read, and nothing is lost. `newswire dlq list` shows why; correct the "
            "cause, then run `newswire dlq resume`",
            self.name,
            message.topic,
            message.partition,
            message.offset,
            why,
        )
        try:
            await self._halts.declare(self.name, partition, message.offset, why)
        except NewswireError as fatal:
            self._stop_worker(fatal)

    async def _set_aside(self, message: ConsumedMessage, error: Exception) -> None:
        logger.warning(
            "%s: %s/%d@%d is a dead letter: %s", self.name, message.topic, message.partition, message.offset, error
        )
        try:
            await self._publisher.publish([[dead_letter(message, self.name, error, self._settings)]])
        except PermanentError as refused:
            raise PublishError(f"A dead letter was refused: {refused.what}", refused.remedy) from refused
        metrics.DEAD_LETTERS.labels(self.name).inc()

    def _acknowledged(self, token: Any) -> None:
        self._acknowledge(token)
        if COMMIT_SHARE * self.window.uncommitted >= self.window.max_count:
            self._commit()

    def _forget(self, task: asyncio.Task[None], message: ConsumedMessage) -> None:
        self._tasks.pop(task, None)
        key = (message.topic, message.partition, message.key or b"")
        if self._latest.get(key) is task:
            del self._latest[key]

    def _count(self, steps: Steps) -> None:
        for step in steps:
            for message in step:
                metrics.RECORDS.labels(self._short.get(message.topic, message.topic)).inc()

    def _measure(self) -> None:
        metrics.IN_FLIGHT.labels(self.name).set(len(self.window))
        metrics.IN_FLIGHT_BYTES.labels(self.name).set(self.window.bytes)

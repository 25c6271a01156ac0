"""The agents: what each makes of a message, and the stage that runs one with its window, in key order, to the confirmed end.

A handler knows neither window nor acknowledgement: it turns a message into messages, in steps. The stage publishes them,
sets aside what cannot be processed, acknowledges in order, and stops the worker rather than skip anything.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import InputError, NewswireError, PermanentError, PublishError, WorkerProcessError
from pipeline.records import Extraction, decode
from pipeline.settings import Settings
from pipeline.stream.dead_letters import DeadLetterGuard, dead_letter
from pipeline.stream.embargo import VERSION_HEADER, Hold, Verdict, embargo_end
from pipeline.stream.message import Message
from pipeline.stream.pool import Pool
from pipeline.stream.publication import CARRIED, WITHDRAWN, publication
from pipeline.stream.publisher import Outgoing, Publisher
from pipeline.stream.window import Slot, State, Window
from pipeline.topics import ARTICLES, EMBARGOED, EXTRACTIONS, TOPICS
from pipeline.web import metrics

__all__ = ("Handler", "Stage", "Steps", "extracting", "holding", "publishing", "reading")

logger = logging.getLogger(__name__)

Steps = Sequence[Sequence[Outgoing]]
Handler = Callable[[Message], Awaitable[Steps]]

# The part of a window whose messages may wait for the next commit. More would take places away from the pool, which needs
# sixteen of the default's 32 to keep two processes in full batches; with a quarter, commits of a few messages each made
# saturation five in a hundred slower.
COMMIT_SHARE: Final = 2

JSON: Final = (("content-type", b"application/json"),)


def reading(pool: Pool, settings: Settings) -> Handler:
    """The intake agent: a message in any wire format becomes the Articles in it."""
    topic = ARTICLES.full_name(settings.topics)

    async def handle(message: Message) -> Steps:
        found = await pool.read(_value(message), dict(message.headers))
        headers = JSON + _carried(message)
        return [[Outgoing(topic, _key(output.article), output.value, headers) for output in found]]

    return handle


def extracting(pool: Pool, settings: Settings) -> Handler:
    """The extract agent: an Article becomes its Extraction."""
    topic = EXTRACTIONS.full_name(settings.topics)

    async def handle(message: Message) -> Steps:
        output = await pool.extract(_value(message))
        return [[Outgoing(topic, _key(output.article), output.value, JSON + _carried(message))]]

    return handle


def publishing(settings: Settings) -> Handler:
    """The publish agent: an Extraction becomes its records and, behind them, the version markers.

    While its embargo lasts it goes to the embargoed topic instead; there a withdrawn version is made known.
    """
    waiting = EMBARGOED.full_name(settings.topics)

    async def handle(message: Message) -> Steps:
        if message.value is None:  # somebody took the story out of the compacted topic: nothing to say of it
            return []
        extraction = decode(message.value, Extraction)
        steps: list[Sequence[Outgoing]] = []
        if settings.worker.hold_embargoed:
            key = _key(extraction.article.id)
            if extraction.article.status in WITHDRAWN:
                version = str(extraction.article.version).encode()
                steps.append([Outgoing(waiting, key, None, ((VERSION_HEADER, version),))])
            elif (end := embargo_end(extraction)) is not None and end > time.time():
                return [[Outgoing(waiting, key, message.value, JSON + _carried(message))]]
        return [*steps, *_published(extraction, message, settings)]

    return handle


def holding(hold: Hold, settings: Settings) -> Handler:
    """The embargo agent: an embargoed Extraction is published when its time has come."""

    async def handle(message: Message) -> Steps:
        if message.value is None:
            version = message.header(VERSION_HEADER)
            if message.key is not None and version is not None and version.isdigit():
                hold.withdraw(message.key.decode("utf-8", "surrogatepass"), int(version))
            return []
        extraction = decode(message.value, Extraction)
        end = embargo_end(extraction)
        if end is not None and settings.worker.hold_embargoed:
            verdict = await hold.wait(extraction.article.id, extraction.article.version, end)
            if verdict == Verdict.SUPERSEDED:
                return []
            if verdict == Verdict.PUT_BACK:
                return [[Outgoing(message.topic, message.key, message.value, message.headers)]]
        return _published(extraction, message, settings)

    return handle


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the window holds of a message."""

    partition: tuple[str, int]
    offset: int
    token: Any


class Stage:
    """One agent at work.

    Messages are worked on concurrently, as many as the window holds, but published one after the other where they have the
    same key, so that the versions of a story leave in the order in which they came. `acknowledge` is called, in order within
    each partition, with the token of each message that is through; `stop_worker` with the error when going on would lose or
    spoil something. `hold` is told when its messages are in the way of others. A stage that has not `begun` takes no message
    in before `begin`: what cannot be worked on yet would only hold up a drain.

    A message leaves the window when it is acknowledged, and its place is free when that is committed: no more than
    `max_in_flight` messages are ever done again after a crash. `commit` is called when half of the places wait for it.
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
        max_in_flight: int | None = None,
        hold: Hold | None = None,
        begun: bool = True,
    ) -> None:
        self.name = name
        self.window: Window[_Entry] = Window(
            max_in_flight or settings.worker.max_in_flight, settings.worker.max_in_flight_bytes, self._acknowledged
        )
        self._acknowledge = acknowledge
        self._commit = commit
        self._uncommitted: dict[tuple[str, int], deque[int]] = {}
        self._handler = handler
        self._publisher = publisher
        self._settings = settings
        self._stop_worker = stop_worker
        self._hold = hold
        self._guard = DeadLetterGuard(settings.worker)
        self._short = {topic.full_name(settings.topics): topic.name for topic in TOPICS}
        self._tasks: dict[asyncio.Task[None], float] = {}
        self._latest: dict[tuple[str, int, bytes], asyncio.Task[None]] = {}
        self._room = asyncio.Event()
        self._open = True
        self._begun = begun
        self.left = 0
        """Messages that were not through at the end of the last drain."""

    def begin(self) -> None:
        """Lets the first messages in."""
        self._begun = True
        self._room.set()

    @property
    def holds(self) -> bool:
        """Whether messages may rightly be in its window for days."""
        return self._hold is not None

    @property
    def age(self) -> float:
        """Seconds that the oldest message being worked on has been in the window, 0 when there is none."""
        return time.monotonic() - min(self._tasks.values(), default=time.monotonic())

    async def submit(self, message: Message, token: Any) -> None:
        """Takes a message in as soon as there is room. During a drain it is left alone: whoever has its partition next
        reads it again.
        """
        while self._open and not (self._begun and self._has_room(message)):
            self._room.clear()
            if self._hold is not None:
                self._hold.make_room()
            await self._room.wait()
        if not self._open:
            return
        partition = (message.topic, message.partition)
        slot = self.window.submit(partition, _Entry(partition, message.offset, token), message.size)
        before = None if message.key is None else self._latest.get((*partition, message.key))
        task = asyncio.create_task(self._process(slot, message, before))
        self._tasks[task] = time.monotonic()
        if message.key is not None:
            self._latest[*partition, message.key] = task
        task.add_done_callback(lambda done: self._forget(done, message))
        self._measure()

    @property
    def uncommitted(self) -> int:
        """Messages that are acknowledged and not known to be committed."""
        return sum(map(len, self._uncommitted.values()))

    def committed(self, offsets: Mapping[Any, int]) -> None:
        """Takes note that everything before these offsets is committed, or that nobody will commit it any more: gives their
        places in the window to others. Partitions of other stages are none of its business.
        """
        for partition, offset in offsets.items():
            waiting = self._uncommitted.get(partition, ())
            while waiting and waiting[0] < offset:
                waiting.popleft()
        self._room.set()

    async def drain(self, deadline: float) -> bool:
        """Lets nothing more in and waits until what is in flight is through, at most `deadline` seconds; gives up the rest,
        which is then neither acknowledged nor, if it can be helped, published. Says whether there was no rest.
        """
        self._open = False
        self._room.set()
        if self._hold is not None:
            self._hold.release()
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
        self._uncommitted.clear()
        if self._hold is not None:
            self._hold.resume()

    def abandon(self) -> None:
        """Gives up everything at once: the worker is stopping because of an error."""
        self._open = False
        self._room.set()
        for task in self._tasks:
            task.cancel()
        self.window.revoke()

    async def _process(self, slot: Slot[_Entry], message: Message, before: asyncio.Task[None] | None) -> None:
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
            self._guard.note(dead=error is not None)
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
        metrics.MESSAGE_SECONDS.labels(self.name).observe(time.perf_counter() - began)
        metrics.ARTICLES.labels(self.name).inc(self.window.finish(slot))
        self._room.set()
        self._measure()

    async def _set_aside(self, message: Message, error: Exception) -> None:
        logger.warning(
            "%s: %s/%d@%d is a dead letter: %s", self.name, message.topic, message.partition, message.offset, error
        )
        try:
            await self._publisher.publish([[dead_letter(message, self.name, error, self._settings)]])
        except PermanentError as refused:
            raise PublishError(f"A dead letter was refused: {refused.what}", refused.remedy) from refused
        metrics.DEAD_LETTERS.labels(self.name).inc()

    def _has_room(self, message: Message) -> bool:
        used = len(self.window) + self.uncommitted
        return used < self.window.max_count and self.window.has_room(message.size)

    def _acknowledged(self, entry: _Entry) -> None:
        self._uncommitted.setdefault(entry.partition, deque()).append(entry.offset)
        self._acknowledge(entry.token)
        if COMMIT_SHARE * self.uncommitted >= self.window.max_count:
            self._commit()

    def _forget(self, task: asyncio.Task[None], message: Message) -> None:
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


def _published(extraction: Extraction, message: Message, settings: Settings) -> Steps:
    return publication(extraction, settings.topics, carried=dict(_carried(message)), timestamp_ms=message.timestamp_ms)


def _value(message: Message) -> bytes:
    if message.value is None:
        raise InputError("The message has no value", "Send the article as the value of the message")
    return message.value


def _key(article: str) -> bytes:
    return article.encode("utf-8", "surrogatepass")


def _carried(message: Message) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value) for name in CARRIED if (value := message.header(name)) is not None)

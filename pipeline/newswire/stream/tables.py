"""The tables of what stands: works Extractions into them, partition by partition, with a memory of what it wrote.

For each partition that the group gives us it claims the right to write (`newswire.stream.table_log`), reads what is known of its
stories, and only then works on messages. What a message changes (records, tombstones and the story's state) is written in one
transaction, so at no moment is there a record in a table that the states do not know of: whoever goes on after a crash works from
those states, and withdraws exactly what stands no longer.

That a partition is ours is decided by the claim and not by the group: a worker that has been fenced off and claims anew begins
with what the other one has written, and an Extraction that was worked in before changes nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from newswire.errors import BrokerError, InputError, PublishError
from newswire.records import Extraction, decode
from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.stream.publication import CARRIED
from newswire.stream.publisher import BACKOFF, MAX_BACKOFF
from newswire.stream.table import Replacement, StoryState, expiry, purge, replacement, state_key
from newswire.stream.table_log import Claim, Fenced, State, TableLog
from newswire.stream.table_store import TableStore
from newswire.topics import CURRENT
from newswire.web import metrics

__all__ = ("Tables",)

logger = logging.getLogger(__name__)

# Seconds between two looks for stories that are too old, and how many of them go in one transaction: some thousands of
# tombstones, of which a consumer that waits behind them notices nothing.
EXPIRY_INTERVAL: Final = 60.0
EXPIRED_AT_ONCE: Final = 100

# Partitions whose states are read at once: enough to keep broker and worker busy, few enough for both to serve others.
RESTORED_AT_ONCE: Final = 4

DAY: Final = 24 * 60 * 60.0

Waiting = tuple[ConsumedMessage, "asyncio.Future[None]"]


class Tables:
    """The tables, as far as this worker writes them. `clock` gives Unix seconds."""

    def __init__(
        self, settings: Settings, log: TableLog, store: TableStore, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._log = log
        self._store = store
        self._clock = clock
        self._parts: dict[int, _Part] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._restoring = asyncio.Semaphore(RESTORED_AT_ONCE)
        self._positions: dict[int, int] = {}
        """Behind what of the log of states is in the store, for each partition."""

    def assign(self, partitions: Iterable[int]) -> None:
        """Called with the partitions that are ours from now on, before their first message: claims each anew, also those that
        were ours before, since another worker may have had them in between.
        """
        wanted = set(partitions)
        self._end()
        for number in self._positions.keys() - wanted:
            del self._positions[number]
            self._store.drop(number)
        self._parts = {
            number: _Part(number, self._settings, self._log, self._store, self._positions, self._restoring, self._clock)
            for number in sorted(wanted)
        }

    def release(self) -> None:
        """Called when a drain begins: messages of partitions that are not ready are given up, for somebody else to read."""
        for part in self._parts.values():
            part.release()

    async def stop(self) -> None:
        """Ends everything."""
        self._end()
        await asyncio.gather(*self._ending, return_exceptions=True)
        self._store.close()

    @property
    def unready(self) -> int:
        """Partitions of ours whose states are not read yet, or which somebody else has claimed."""
        return sum(not part.ready for part in self._parts.values())

    def measure(self) -> None:
        """Sets the metrics that are only looked at when somebody asks."""
        metrics.TABLE_STORIES.set(len(self._store))
        metrics.TABLE_BYTES.set(self._store.bytes)

    async def take(self, message: ConsumedMessage) -> None:
        """Comes back when what the message changes is confirmed. Ends as cancelled when the message is given up.

        Raises PermanentError when it cannot be written, PublishError when the broker does not confirm.
        """
        part = self._parts.get(message.partition)
        if part is None:  # given away in this moment
            raise asyncio.CancelledError
        await part.take(message)

    def _end(self) -> None:
        for part in self._parts.values():
            task = part.stop()
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
        self._parts = {}


class _Part:
    """One partition, from its assignment to the next one."""

    def __init__(
        self,
        number: int,
        settings: Settings,
        log: TableLog,
        store: TableStore,
        positions: dict[int, int],
        restoring: asyncio.Semaphore,
        clock: Callable[[], float],
    ) -> None:
        self.ready = False
        self._number = number
        self._settings = settings
        self._log = log
        self._store = store
        self._positions = positions
        self._restoring = restoring
        self._clock = clock
        self._short = {topic.full_name(settings.topics): topic.name for topic in CURRENT.values()}
        self._waiting: deque[Waiting] = deque()
        self._news = asyncio.Event()
        self._releasing = False
        self._stopped = False
        self._alone = 0
        """How many messages are to be written one by one, because one of them is refused."""
        self._looked = 0.0
        """When it was looked last for what is too old."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def take(self, message: ConsumedMessage) -> None:
        """As `Tables.take`."""
        if self._releasing and not self.ready:
            raise asyncio.CancelledError
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, end))
        self._news.set()
        await end

    def release(self) -> None:
        """As `Tables.release`."""
        self._releasing = True
        if not self.ready:
            self._give_up()

    def stop(self) -> asyncio.Task[None]:
        """Gives up what waits; the task that ends."""
        self._stopped = self._releasing = True
        self.ready = False
        self._give_up()
        self._task.cancel()
        return self._task

    def _give_up(self) -> None:
        for _, end in self._waiting:
            end.cancel()
        self._waiting.clear()

    async def _run(self) -> None:
        failures = 0
        # A wait that ends in the moment of its cancellation swallows that (Python 3.11), so it is not relied on.
        while not self._stopped:
            try:
                claim = await self._log.claim(self._number)
                try:
                    async with self._restoring:
                        await self._catch_up()
                    self.ready = not self._stopped
                    while not self._stopped:
                        await self._step(claim)
                        failures = 0
                finally:
                    self.ready = False
                    if self._releasing:
                        self._give_up()
                    await claim.close()
            except Fenced:
                # The group will soon tell us that the partition is another one's. If it does not, that one has gone.
                logger.warning("tables: partition %d has been claimed by another worker", self._number)
                await asyncio.sleep(self._settings.kafka.session_timeout)
            except (BrokerError, sqlite3.Error) as error:
                failures += 1
                logger.warning("tables: partition %d, attempt %d: %s", self._number, failures, error)
                if failures >= self._settings.worker.publish_attempts:
                    self._fail(error)
                await asyncio.sleep(min(MAX_BACKOFF, BACKOFF * 2**failures))
            except Exception as refused:
                self._refuse(refused)
                await asyncio.sleep(BACKOFF)

    async def _catch_up(self) -> None:
        """Reads the states that were written since we last looked."""
        began, count = time.monotonic(), 0
        async for states, position in self._log.changes(self._number, self._positions.get(self._number, 0)):
            if not position:
                self._store.drop(self._number)
            self._put(states)
            self._positions[self._number] = position
            count += len(states)
            await asyncio.sleep(0)  # a batch takes milliseconds, and others are waiting, too
        seconds = time.monotonic() - began
        metrics.TABLE_RESTORE_SECONDS.set(seconds)
        logger.info("tables: partition %d, %d states read in %.1f s", self._number, count, seconds)

    def _put(self, states: Iterable[State]) -> None:
        rows = [(story, 0 if state is None else _decoded(state).at_ms, state) for story, state in states]
        self._store.put(self._number, rows)

    async def _step(self, claim: Claim) -> None:
        """Works on what waits and on what is too old, or waits for either."""
        if not self._waiting:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), self._next_look())
        if not self._next_look():
            await self._expire(claim)
        batch = list(self._waiting)[: 1 if self._alone else None]
        found: dict[bytes, Replacement] = {}
        every: list[Replacement] = []
        for message, _ in batch:
            if (made := self._made(message, found)) is not None:
                found[made.story] = made
                every.append(made)
        await self._write(claim, every)
        for _ in batch:
            self._finish(None)

    def _next_look(self) -> float:
        """Seconds until it is looked again for what is too old."""
        return max(0.0, self._looked + EXPIRY_INTERVAL - self._clock())

    def _made(self, message: ConsumedMessage, found: Mapping[bytes, Replacement]) -> Replacement | None:
        """What a message changes, given what those before it do."""
        topics = self._settings.topics
        if message.value is None:
            story = message.key or b""
            before = self._state(story, found)
            return None if before is None else purge(story, before, topics, offset=message.offset)
        try:
            extraction = decode(message.value, Extraction)
        except InputError:  # the publish agent makes a dead letter of it; one is enough
            return None
        before = self._state(state_key(extraction.article.id), found)
        if before is None and message.timestamp_ms < self._oldest_ms:
            return None  # it would only be taken back at once
        return replacement(
            extraction,
            before,
            topics,
            carried={name: value for name in CARRIED if (value := message.header(name)) is not None},
            offset=message.offset,
            timestamp_ms=message.timestamp_ms,
        )

    def _state(self, story: bytes, found: Mapping[bytes, Replacement]) -> StoryState | None:
        if story in found:
            return found[story].state
        state = self._store.get(self._number, story)
        return None if state is None else _decoded(state)

    @property
    def _oldest_ms(self) -> int:
        """Unix milliseconds; stories that were written before are forgotten."""
        return int((self._clock() - self._settings.tables.days * DAY) * 1000)

    async def _expire(self, claim: Claim) -> None:
        while old := self._store.older(self._number, self._oldest_ms, EXPIRED_AT_ONCE):
            await self._write(claim, [expiry(story, _decoded(state), self._settings.topics) for story, state in old])
        self._looked = self._clock()

    async def _write(self, claim: Claim, every: Sequence[Replacement]) -> None:
        if not every:
            return
        messages = [message for made in every for message in made.messages]
        last = {made.story: made.state for made in every}
        states = [(story, None if state is None else msgspec.msgpack.encode(state)) for story, state in last.items()]
        began = time.perf_counter()
        self._positions[self._number] = await claim.write(messages, states)
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - began)
        self._put(states)
        for message in messages:
            metrics.RECORDS.labels(self._short[message.topic]).inc()

    def _refuse(self, error: Exception) -> None:
        """A message cannot be written. Of a batch, each is written again alone, so that it hurts only the one."""
        if not self._alone and len(self._waiting) > 1:
            self._alone = len(self._waiting)
        else:
            self._finish(error)

    def _finish(self, error: Exception | None) -> None:
        """The first message that waits is through, or never will be."""
        self._alone = max(0, self._alone - 1)
        if not self._waiting:  # given up in this moment
            return
        _, end = self._waiting.popleft()
        if end.done():  # given up by whoever waited for it
            return
        if error is None:
            end.set_result(None)
        else:
            end.set_exception(error)

    def _fail(self, error: Exception) -> None:
        """Nothing can be written, and nobody knows why: the worker ends."""
        for _, end in self._waiting:
            if not end.done():
                end.set_exception(PublishError(f"The tables cannot be written: {error}"))
        self._waiting.clear()


def _decoded(state: bytes) -> StoryState:
    return msgspec.msgpack.decode(state, type=StoryState)

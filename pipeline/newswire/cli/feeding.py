"""What `newswire feed` does until Ctrl-C: it polls addresses, watches folders, sends heartbeats, and shows how it does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from newswire.errors import NewswireError, SettingsError
from newswire.feed.cursor import CursorFile, Health
from newswire.feed.folder import DropFolder
from newswire.feed.heartbeat import INTERVAL, feeder_name, headers_of, heartbeat
from newswire.feed.polling import Asked, Poll, ask, take
from newswire.feed.schedule import Job, Schedule
from newswire.feed.sender import Outcome, Sender
from newswire.feed.sources import Folder, Source
from newswire.records import encode
from newswire.settings import Settings
from newswire.topics import HEARTBEATS

if TYPE_CHECKING:
    from newswire.web.health import Check

__all__ = ("Feeder",)

logger = logging.getLogger(__name__)

# Seconds between two looks into a drop folder: how late a file may be noticed, and what an idle folder costs.
LOOK_INTERVAL: Final = 0.5

# Seconds until a folder that cannot be looked into is tried again: one that is mounted comes back, and each try is a warning.
FAILED_INTERVAL: Final = 10.0

# Seconds without a turn, a confirmed message or a heartbeat after which a feeder is no longer alive. A message that the broker
# does not confirm holds it up for a minute and a half with the default settings.
STANDSTILL: Final = 300.0


class Feeder:
    """Feeds what goes on: addresses and folders. `total` is counted on as it grows."""

    def __init__(self, settings: Settings, sender: Sender, total: Outcome, *, once: bool) -> None:
        self._settings = settings
        self._sender = sender
        self._total = total
        self._once = once
        self._name = feeder_name(settings)
        self._sources: Sequence[Source] = ()
        self._folders: list[tuple[Folder, DropFolder]] = []
        self._beat = 0.0
        self._said: str | None = "no heartbeat yet"
        self._moved = time.monotonic()

    def run(self, sources: Sequence[Source], folders: Sequence[Folder], topic: str, *, start_over: bool) -> None:
        """Feeds them until a signal, or until none of them comes again. `topic` identifies the raw topic, for the state.

        Raises InputError for a folder that cannot be watched, SettingsError where the state cannot be kept.
        """
        self._sources = sources
        self._folders = [(folder, DropFolder(Path(folder.path))) for folder in folders]
        for _, drop in self._folders:
            drop.prepare()
        feed = self._settings.feed
        schedule = Schedule(min(feed.parallel, max(len(sources), 1)), feed.host_pause)
        with contextlib.ExitStack() as stack:
            cursors = stack.enter_context(CursorFile.opened(feed.state, topic)) if sources else None
            jobs = [self._watching(folder, drop) for folder, drop in self._folders]
            if cursors is not None:
                for source in sources if start_over else ():
                    cursors.start_over(source.address)
                jobs += [self._polling(source, cursors) for source in sources]
            if not self._once:
                self._begin_metrics(cursors)
                if self._settings.web.enabled:
                    stack.enter_context(self._served())
                jobs.insert(0, Job(lambda _: self._announce(cursors), minor=True))
            stack.enter_context(_stopped_by_signals(schedule))
            schedule.run(jobs)

    def _polling(self, source: Source, cursors: CursorFile) -> Job:
        def act(asked: Asked) -> float | None:
            found = take(asked, cursors, self._sender, self._settings.feed, lambda: self._confirmed(cursors))
            self._note(source, found, cursors)
            if found.reason:
                wait = "is not polled again" if found.pause is None else f"is polled again in {found.pause:.0f} s"
                logger.warning("%s; the address %s", found.reason, "was polled once" if self._once else wait)
                if self._once or found.pause is None:
                    found.outcome.failed[:] = [found.reason]
                elif not found.outcome.refused:
                    found.outcome.failed.clear()
            logger.info("%s: %d new or changed", source.label, found.outcome.confirmed)
            self._total.add(found.outcome)
            return None if self._once else found.pause

        return Job(act, lambda: ask(source, cursors.get(source.address), self._settings.feed), source.host)

    def _watching(self, folder: Folder, drop: DropFolder) -> Job:
        looks = 0
        started = time.monotonic()

        def act(_: None) -> float | None:
            nonlocal looks
            looks += 1
            self._moved = time.monotonic()
            outcome = drop.look(self._sender)
            if outcome.failed:
                logger.warning("%s: %s", folder.label, outcome.failures())
            self._show(folder, drop.health, outcome.confirmed, failed=bool(drop.health.failures))
            if not outcome.refused and outcome.failed and not self._once:
                # What the broker did not take is tried again, and counts only when it has given up.
                outcome.failed.clear()
            self._total.add(outcome)
            if self._once:
                over = drop.health.failures or (looks > 1 and time.monotonic() - started > drop.settled)
                return None if over else drop.settled
            return FAILED_INTERVAL if drop.health.failures else LOOK_INTERVAL

        return Job(act)

    def _confirmed(self, cursors: CursorFile | None) -> None:
        """A long feed, or one that is fed at a low rate, takes minutes: that must not look like death either."""
        self._moved = time.monotonic()
        if not self._once and self._moved - self._beat > INTERVAL:
            self._announce(cursors)

    def _announce(self, cursors: CursorFile | None) -> float:
        """Sends a heartbeat, and gives the seconds to the next one."""
        self._beat = self._moved = time.monotonic()
        for folder, drop in self._folders:
            try:
                drop.keep()
            except OSError as error:
                logger.debug("The state of %s cannot be kept: %s", folder.label, error)
        beat = heartbeat(
            self._name,
            self._healths(cursors),
            fed=self._total.confirmed,
            expected=self._settings.feed.expected,
            now=time.time(),
        )
        topic = HEARTBEATS.full_name(self._settings.topics)
        try:
            self._sender.announce(topic, self._name.encode(), encode(beat), headers_of(beat))
            self._said = None
        except NewswireError as error:
            self._said = error.what
            logger.warning("The heartbeat was not confirmed: %s", error.what)
        return INTERVAL

    def _healths(self, cursors: CursorFile | None) -> list[tuple[Source | Folder, Health]]:
        """Each source with how it does."""
        polled = [(source, cursors.get(source.address).health) for source in self._sources] if cursors else []
        return [*polled, *((folder, drop.health) for folder, drop in self._folders)]

    def _begin_metrics(self, cursors: CursorFile | None) -> None:
        from newswire.web import metrics  # slow to import, and of no use to who feeds files

        for source, health in self._healths(cursors):
            metrics.begin_feed(source.label, source.expected or self._settings.feed.expected)
            metrics.FEED_LAST_SUCCESS.labels(source.label).set(health.last_success or 0.0)
            metrics.FEED_LAST_NEW.labels(source.label).set(health.last_new or health.since or time.time())
            metrics.FEED_CONSECUTIVE_FAILURES.labels(source.label).set(health.failures)

    def _note(self, source: Source, found: Poll, cursors: CursorFile) -> None:
        """What a poll came to, in the metrics."""
        self._moved = time.monotonic()
        health = cursors.get(source.address).health
        self._show(source, health, found.outcome.confirmed, failed=bool(found.failures), ages=found.ages)

    def _show(
        self, source: Source | Folder, health: Health, confirmed: int, *, failed: bool, ages: Sequence[float] = ()
    ) -> None:
        """How a source does, in the metrics."""
        if self._once:
            return
        from newswire.web import metrics

        metrics.FEED_POLLED.labels(source.label).set(not health.gone)
        metrics.FEED_LAST_SUCCESS.labels(source.label).set(health.last_success or 0.0)
        metrics.FEED_LAST_NEW.labels(source.label).set(health.last_new or health.since or 0.0)
        metrics.FEED_CONSECUTIVE_FAILURES.labels(source.label).set(health.failures)
        metrics.FEED_ITEMS.labels(source.label).inc(confirmed)
        if failed:
            metrics.FEED_FAILURES.labels(source.label).inc()
        for age in ages:
            metrics.FEED_ITEM_AGE_SECONDS.labels(source.label).observe(age)

    def _live(self) -> list[Check]:
        from newswire.web.health import Check

        still = time.monotonic() - self._moved
        return [Check("feeding", still < STANDSTILL, f"{still:.0f} s since the last turn")]

    def _ready(self) -> list[Check]:
        from newswire.web.health import Check

        return [Check("broker", self._said is None, self._said or "the last heartbeat was confirmed")]

    @contextlib.contextmanager
    def _served(self) -> Iterator[None]:
        """Health and metrics over HTTP, in a thread of their own: the caller's waits for servers and the broker."""
        from newswire.web.health import HealthSite
        from newswire.web.metrics import FEEDER_REGISTRY

        web = self._settings.web.model_copy(update={"port": self._settings.feed.port})
        site = HealthSite(web, live=self._live, ready=self._ready, measure=lambda: None, registry=FEEDER_REGISTRY)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(site.start(), loop).result()
            yield
        except SettingsError as error:
            raise SettingsError(error.what, error.remedy.replace("web.port", "feed.port")) from None
        finally:
            asyncio.run_coroutine_threadsafe(site.stop(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


@contextlib.contextmanager
def _stopped_by_signals(schedule: Schedule) -> Iterator[None]:
    """SIGINT and SIGTERM stop the schedule: what is on its way is still confirmed and noted. A second signal ends us."""

    def note(number: int, frame: FrameType | None) -> None:
        schedule.stop()
        for one, handler in before.items():
            signal.signal(one, handler)

    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

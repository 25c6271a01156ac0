"""The worker: the apps of the agents with what they share, in one process.

`newswire worker` runs it, and so does Faust's own command, with the settings of the environment and the settings file:

    faust -A newswire.stream.app worker
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import tempfile
import threading
import time
from contextlib import AsyncExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import faust
from faust.app.base import BootStrategy

from newswire.records import Halt
from newswire.settings import Settings, load
from newswire.stream.agent_app import FAUST_LOGGER, AgentApp
from newswire.stream.embargo import HeldStories
from newswire.stream.fingerprint import fingerprint
from newswire.stream.halts import Halts
from newswire.stream.handlers import answering, extracting, holding, publishing, reading, tabulating
from newswire.stream.index_log import IndexLog
from newswire.stream.memory import resident_bytes
from newswire.stream.pool import Pool
from newswire.stream.publisher import Publisher
from newswire.stream.stage import Handler, Stage
from newswire.stream.table_log import KafkaTableLog
from newswire.stream.table_store import TableStore
from newswire.stream.tables import Tables
from newswire.topic_admin import check_topics, warnings
from newswire.topics import ARTICLES, EMBARGOED, EXTRACTIONS, INDEX, RAW, WORKER_TOPICS, group
from newswire.web import metrics
from newswire.web.health import Check, HealthSite

__all__ = ("WorkerApp", "run")

logger = logging.getLogger(__name__)

# Objects that come to be, less those that go, between two collections. Each Extraction is some thousand objects, so that with
# Python's 700 it looked at all that was just made again and again: a sixth of the event loop's time.
GC_THRESHOLD: Final = 50_000

# Seconds over the drain deadline after which a worker that should have ended is ended: leaving the groups and closing the
# connections takes one or two. Nothing that is acknowledged can get lost by it.
STOP_MARGIN: Final = 10.0

# Seconds after which a commit that the broker has not answered makes a worker unready: a commit takes milliseconds, the
# election of a new coordinator a few seconds.
MAX_COMMIT_AGE: Final = 15.0


class _Boot(BootStrategy):
    """No Kafka clients of its own, and no web server."""

    enable_kafka = False
    enable_web = False


class WorkerApp(faust.App):
    """The app that carries the others: it owns the pool and the publisher, and starts and stops the agents' apps."""

    BootStrategy = _Boot
    logger = FAUST_LOGGER

    def __init__(self, settings: Settings) -> None:
        directory = settings.worker.data_dir or Path(tempfile.gettempdir()) / "newswire"
        directory.mkdir(parents=True, exist_ok=True)
        super().__init__(
            group("worker", settings.topics),
            autodiscover=False,
            datadir=directory / "worker",
            store="memory://",
            topic_allow_declare=False,
            topic_disable_leader=True,
            worker_redirect_stdouts=False,
        )
        self.settings = settings
        self.data_directory = directory
        self.failure: Exception | None = None
        self.pool = Pool(
            settings.pool,
            settings.extract,
            batch_size=settings.worker.batch_size,
            extracting="extract" in settings.worker.agents,
            on_failure=self.stop_with,
        )
        self.publisher = Publisher(settings)
        self.halts = Halts(settings, self.publisher, self._end_halt)
        self.site = HealthSite(settings.web, live=self.live, ready=self.ready, measure=self.measure)
        self.agent_apps = [self._make(agent) for agent in settings.worker.agents]
        metrics.begin(settings.worker.agents, settings.extract.model)

    def stop_with(self, error: Exception) -> None:
        """Stops the worker because of an error that it cannot go on with; nothing more is acknowledged."""
        if self.failure is None:
            self.failure = error
            logger.error("The worker stops: %s", error)
            for app in self.agent_apps:
                for stage in app.stages:
                    stage.abandon()
            self.add_future(self.crash(error))

    async def on_start(self) -> None:
        """Checks the topics and connects the producer; then the agents join their groups while the pool loads the model."""
        if self.settings.web.enabled:
            await self.site.start()
        told = warnings(await asyncio.to_thread(partial(check_topics, self.settings, WORKER_TOPICS, patient=True)))
        if told:
            logger.warning("%d of `newswire topics check`, the first: %s", len(told), told[0])
        await self.publisher.start()
        await self.halts.start(self.stop_with)
        await super().on_start()
        agents = [self.add_runtime_dependency(app) for app in self.agent_apps]
        await asyncio.gather(self._warm_up(), *agents)
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD)
        logger.info("Ready: %s, %d processes", ", ".join(self.settings.worker.agents), self.pool.size)

    async def on_stop(self) -> None:
        """All agents drain at once; what they share goes last, also when an agent cannot leave its group in peace."""
        async with AsyncExitStack() as shared:
            for stop in (self.site.stop, self.publisher.stop, self.halts.stop, self.pool.stop, super().on_stop):
                shared.push_async_callback(stop)
            ends = await asyncio.gather(*(app.stop() for app in self.agent_apps), return_exceptions=True)
            await asyncio.gather(*(app.standing.stop() for app in self.agent_apps if app.standing is not None))
            for error in filter(None, ends):
                raise error

    def live(self) -> list[Check]:
        """Whether the worker can still do its work: that this is answered at all says that its event loop turns."""
        return [Check("failure", self.failure is None and not self.crashed, str(self.failure or "none"))]

    def ready(self) -> list[Check]:
        """Whether the worker does its work: its groups have given it partitions, the pool is warm, messages and commits get
        through, and none of its partitions has halted.
        """
        checks = [
            Check("stopping", not self.should_stop, "yes" if self.should_stop else "no"),
            Check("pool", self.pool.warm, f"{len(self.pool.pids)} of {self.pool.size} processes"),
        ]
        for app in self.agent_apps:
            name = app.agent_name
            if app.partitions is None or app.rebalancing:
                checks.append(
                    Check(f"{name} assigned", False, "rebalancing" if app.rebalancing else "joining its group")
                )
            else:
                checks.append(Check(f"{name} assigned", True, f"{len(app.partitions)} partitions"))
            age = app.commit_age
            checks.append(
                Check(f"{name} commits", age < MAX_COMMIT_AGE, f"{age:.1f} s under way" if age else "none waits")
            )
            oldest = max((stage.age for stage in app.stages if not stage.holds), default=0.0)
            checks.append(
                Check(f"{name} messages", oldest < self._longest, f"{oldest:.1f} s" if oldest else "none in work")
            )
            if app.standing is not None:
                left = app.standing.unready
                checks.append(Check(f"{name} restored", not left, f"{left} partitions to go" if left else "all"))
            checks += [
                Check(f"{halt.agent} {halt.topic}/{halt.partition}", False, f"halted since {halt.since}: {halt.why}")
                for halt in self._halts_of(app)
            ]
        return checks

    @property
    def in_flight(self) -> dict[str, int]:
        """Messages of each stage between consumption and acknowledgement."""
        return {stage.name: len(stage.window) for app in self.agent_apps for stage in app.stages}

    @property
    def left(self) -> int:
        """Messages that were not through when their stage had drained for the last time."""
        return sum(stage.left for app in self.agent_apps for stage in app.stages)

    def measure(self) -> None:
        """Sets the metrics that are only looked at when somebody asks."""
        metrics.READY.set(all(check.passed for check in self.ready()))
        metrics.POOL_PROCESSES.set(len(self.pool.pids))
        metrics.POOL_RESIDENT_BYTES.set(sum(map(resident_bytes, self.pool.pids)))
        stages = [stage for app in self.agent_apps for stage in app.stages]
        metrics.EMBARGO_OVERDUE_SECONDS.set(max((stage.overdue for stage in stages), default=0.0))
        for app in self.agent_apps:
            halted = [halt.agent for halt in self._halts_of(app)]
            for stage in app.stages:
                metrics.HALTED.labels(stage.name).set(halted.count(stage.name))
            if app.standing is not None:
                app.standing.measure()
        metrics.LAG.clear()
        for app in self.agent_apps:
            for (topic, partition), lag in app.lags().items():
                metrics.LAG.labels(app.agent_name, topic, partition).set(lag)

    @property
    def _longest(self) -> float:
        """Seconds that a message is in work at most while all is well: one that hangs, first in company and then alone, and
        as long for its dead letter as for a commit.
        """
        pool = self.settings.pool
        return (pool.attempts + 1) * pool.task_deadline + MAX_COMMIT_AGE

    def _halts_of(self, app: AgentApp) -> list[Halt]:
        """The halts at partitions that an agent has here."""
        halts = (self.halts.of(stage.name, tuple(tp)) for stage in app.stages for tp in sorted(app.partitions or ()))
        return [halt for halt in halts if halt is not None]

    def _end_halt(self, halt: Halt) -> None:
        for app in self.agent_apps:
            for stage in app.stages:
                if stage.name == halt.agent:
                    stage.end_halt((halt.topic, halt.partition))

    async def _warm_up(self) -> None:
        await self.pool.start()
        for app in self.agent_apps:
            for stage in app.stages:
                stage.begin()

    def _make(self, agent: str) -> AgentApp:
        tables = None
        if agent == "tables":
            tables = Tables(self.settings, KafkaTableLog(self.settings), TableStore(self.data_directory / agent))
        app = AgentApp(agent, self.settings, self.stop_with, tables)
        match agent:
            case "intake":
                app.add_stage(RAW, self._stage(app, agent, reading(self.pool, self.settings), begun=False))
                log = IndexLog(self.settings)
                app.add_stage(INDEX, self._stage(app, "notices", answering(log, self.settings)))
            case "extract":
                ours = fingerprint(self.settings)
                app.add_stage(
                    ARTICLES, self._stage(app, agent, extracting(self.pool, self.settings, ours), begun=False)
                )
                stories = HeldStories()
                ahead = holding(self.pool, self.publisher, stories, self.settings, ours)
                app.add_stage(EMBARGOED, self._stage(app, "embargo", ahead, stories, begun=False))
            case "publish":
                app.add_stage(EXTRACTIONS, self._stage(app, agent, publishing(self.settings), emits=True))
            case "tables" if tables is not None:
                app.add_stage(EXTRACTIONS, self._stage(app, agent, tabulating(tables)))
        return app

    def _stage(
        self,
        app: AgentApp,
        name: str,
        handler: Handler,
        stories: HeldStories | None = None,
        *,
        begun: bool = True,
        emits: bool = False,
    ) -> Stage:
        return Stage(
            name,
            handler,
            self.publisher,
            self.settings,
            acknowledge=lambda event: event.ack(),
            stop_worker=self.stop_with,
            commit=app.commit_soon,
            halts=self.halts,
            pause=app.pause,
            resume_partition=app.resume_partition,
            max_in_flight=self.settings.worker.max_embargoed if stories is not None else None,
            stories=stories,
            begun=begun,
            emits=emits,
        )


def run(settings: Settings) -> None:
    """Runs a worker until SIGTERM or Ctrl-C, which drain it, or a second one of them, which does not wait.

    Raises what it could not go on with: SettingsError, TopicError, BrokerError, PublishError, PoolError.
    """
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    worker = WorkerApp(settings)
    loop = asyncio.get_running_loop()
    stopping: list[asyncio.Task[None]] = []
    asked: list[float] = []

    def stop(signum: signal.Signals) -> None:
        if worker.should_stop:
            logger.warning("%s: the worker ends at once; what is in flight will be read again", signum.name)
            os._exit(1)
        asked.append(time.monotonic())
        held = worker.in_flight
        each = ", ".join(f"{name} {count}" for name, count in held.items() if count)
        logger.info(
            "%s: the worker stops; %s",
            signum.name,
            f"in flight are {each}" if each else "nothing is in flight",
            extra={"in_flight": held},
        )
        last_resort = threading.Timer(settings.worker.drain_deadline + STOP_MARGIN, _overdue)
        last_resort.daemon = True
        last_resort.start()
        stopping.append(loop.create_task(worker.stop()))

    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop, signum)
    began = time.monotonic()
    try:
        try:
            await worker.start()
            await worker.wait_until_stopped()
        finally:
            await worker.stop()
            await asyncio.gather(*stopping)
    except (Exception, asyncio.CancelledError):
        # What breaks on the way out of a worker that failed (a commit on a closed connection) says less than the failure, and
        # what breaks because somebody stopped it while it was starting (a pool that ends before it is warm) says nothing.
        if worker.failure is None and not stopping:
            raise
        logger.debug("While the worker stopped", exc_info=True)
    finally:
        _say_end(worker, asked[0] if asked else None, began)
    # What crashes a part of Faust's crashes the worker, and Faust raises it nowhere. After a signal it says nothing, as above.
    failure = worker.failure or (None if stopping else worker.crash_reason)
    if failure is not None:
        raise failure


def _say_end(worker: WorkerApp, asked: float | None, began: float) -> None:
    now = time.monotonic()
    if worker.failure is not None or asked is None:
        logger.error("The worker has failed after %.0f s", now - began)
    elif worker.left:
        logger.warning(
            "The worker has ended after %.1f s; not through, and to be read again: %d", now - asked, worker.left
        )
    else:
        logger.info("The worker has ended after %.1f s; everything that was in flight is through", now - asked)


def _overdue() -> None:
    """Called when a worker that was told to stop does not end."""
    logger.error("The worker does not end by itself and is ended; what was in flight will be read again")
    os._exit(1)


@cache
def _app() -> WorkerApp:
    return WorkerApp(load())


def __getattr__(name: str) -> Any:
    """`app`, for Faust's command, is made when it is first asked for: importing this module reads no settings."""
    if name == "app":
        return _app()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

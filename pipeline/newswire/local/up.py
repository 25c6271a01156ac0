"""The whole pipeline on this machine: a local broker with the topics, workers and a gateway, all of which end with us."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from newswire.errors import BrokerError, InputError, WorkerProcessError
from newswire.lag import group_lags
from newswire.local.broker import LocalBroker
from newswire.local.child import spawn
from newswire.local.gateway import GatewayProcess, free_port
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, child_environment
from newswire.topic_admin import create_topics

__all__ = ("LocalPipeline", "local_pipeline")

# Seconds between two looks at processes and offsets.
LOOK_INTERVAL: Final = 0.2

# Lines of a worker's log that an error quotes.
LOG_LINES: Final = 20


class LocalPipeline:
    """A running broker, its workers and maybe a gateway, and the settings with which other processes reach them."""

    def __init__(
        self,
        broker: LocalBroker,
        settings: Settings,
        workers: Sequence[WorkerProcess],
        gateway: GatewayProcess | None = None,
    ) -> None:
        self.broker = broker
        self.settings = settings
        self.workers = workers
        self.gateway = gateway

    def feed(self, paths: Sequence[Path]) -> None:
        """Feeds files and directories with `newswire feed`. Raises InputError when that fails."""
        command = [sys.executable, "-P", "-m", "newswire", "feed", *map(str, paths)]
        feeder = spawn(command, None, child_environment(self.settings))
        try:
            while (status := feeder.poll()) is None:
                self.check()
                time.sleep(LOOK_INTERVAL)
        finally:
            feeder.kill()
            feeder.wait()
        if status:
            raise InputError(f"`newswire feed` ended with status {status}", "Its own message is above")

    def wait_until_through(self, timeout: float) -> None:
        """Returns when everything fed has left the last topic. Raises WorkerProcessError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while lags := {entry.agent: entry.lag for entry in group_lags(self.settings) if entry.lag}:
            self.check()
            if time.monotonic() > deadline:
                behind = ", ".join(f"{agent} {lag} messages" for agent, lag in lags.items())
                raise WorkerProcessError(f"Not through after {timeout:.0f} s; behind are {behind}{self._log_end()}")
            time.sleep(LOOK_INTERVAL)

    def check(self) -> None:
        """Raises BrokerError or WorkerProcessError, with the end of the log, when a part has ended by itself."""
        if self.broker.pid is None:
            raise BrokerError("The broker has ended by itself")
        for service in (*self.workers, *([self.gateway] if self.gateway else [])):
            if service.status is not None:
                raise WorkerProcessError(f"The {service.command} ended with status {service.status}{self._log_end()}")

    def wait(self) -> None:
        """Waits for ever, or until a part ends by itself, which raises as `check` does."""
        while True:
            self.check()
            time.sleep(LOOK_INTERVAL)

    def _log_end(self) -> str:
        logs = {worker.log for worker in self.workers if worker.log is not None}
        lines = [line for log in sorted(logs) for line in log_end(log)]
        return ":\n" + "\n".join(lines) if lines else ""


def log_end(log: Path) -> list[str]:
    """The last lines of a worker's log, and before them its own last word on why it ended, where that stands further up: the
    interpreter may have complained behind it of what it found open.
    """
    lines = log.read_text("utf-8", "replace").splitlines()
    said = [line for line in lines[:-LOG_LINES] if line.startswith("error: ")]
    shown = lines[-LOG_LINES:]
    return shown if any(line.startswith("error: ") for line in shown) else said[-1:] + shown


@contextmanager
def local_pipeline(
    broker: LocalBroker, settings: Settings, workers: int = 1, log: Path | None = None, *, gateway: bool = False
) -> Iterator[LocalPipeline]:
    """Starts `broker`, the topics on it, `workers` and maybe a gateway; at the end, SIGTERM included, drains them and removes all
    data.

    `settings` hold for everything but the broker's address and security. The workers' output is appended to `log`, or goes
    where ours goes. To be entered in the main thread.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            stack.enter_context(broker)
            here = _at(broker, settings, log)
            create_topics(here)
            processes = [stack.enter_context(WorkerProcess(here, log)) for _ in range(workers)]
            served = stack.enter_context(GatewayProcess(_serving(broker, here), log)) if gateway else None
            yield LocalPipeline(broker, here, processes, served)
    finally:
        signal.signal(signal.SIGTERM, before)


def _serving(broker: LocalBroker, settings: Settings) -> Settings:
    """The settings of the gateway: its store goes with the broker's data, and its port is free."""
    given = {"data_dir": broker.directory / "gateway", "port": free_port(settings.gateway)}
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update=given)})


def _at(broker: LocalBroker, settings: Settings, log: Path | None) -> Settings:
    """The settings with the broker's address and security, and one copy of everything on its one node. A log that goes to a file
    of ours is text: only people read it, when something went wrong.
    """
    given: dict[str, Any] = broker.kafka.model_dump()
    kept = (
        "request_timeout",
        "session_timeout",
        "heartbeat_interval",
        "rebalance_timeout",
        "commit_interval",
        "client_id",
    )
    given |= settings.kafka.model_dump(include=set(kept))
    single = {"replication": 1, "min_insync_replicas": 1}
    update: dict[str, Any] = {
        "kafka": type(settings.kafka)(**given),
        "topics": settings.topics.model_copy(update=single),
    }
    if log is not None:
        update["log_format"] = "text"
    return settings.model_copy(update=update)

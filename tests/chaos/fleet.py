"""The workers of a chaos run, each a process of its own, and whoever replaces one that has ended, as an orchestrator does."""

from __future__ import annotations

import re
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from newswire.local.child import spawn
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, child_environment

__all__ = ("Fleet", "Member")

# Messages that come through in a worker's life before its memory is looked at: its caches and allocators have seen all kinds
# of them by then, however slow the machine.
WARM_UP = 400

# Of Documentation/filesystems/proc.rst, in kB: a page that n processes share counts a part in n for each.
ANONYMOUS = re.compile(r"^Pss_Anon:\s+(\d+) kB$", re.MULTILINE)


class Member(WorkerProcess):
    """One worker, and what is known of its life."""

    def __init__(self, settings: Settings, log: Path, number: int, naive: str | None) -> None:
        super().__init__(settings, log)
        self.number = number
        self.naive = naive
        self.frozen = False
        self.memory: list[float] = []
        """MiB that it and its pool had at each look, pages that they share counted once. What is mapped from files does not
        count: it is shared with other workers, and each one's part of it grows when another one ends.
        """
        self.warm_from: int | None = None
        """Messages through when it was looked at first, and `WARM_UP`."""

    def start(self) -> Member:
        if self.naive is None:
            super().start()
        else:
            command = [sys.executable, "-P", "-m", "tests.chaos.naive", self.naive, "worker"]
            self.process = spawn(command, self.log, child_environment(self.settings))
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def ready(self) -> bool:
        return self.log is not None and b"Ready: " in self.log.read_bytes()

    def family(self) -> list[psutil.Process]:
        """The worker and everything below it."""
        try:
            worker = psutil.Process(self.pid)
            return [worker, *worker.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def children(self) -> list[psutil.Process]:
        """The pool's processes: the leaves below the fork server."""
        return [process for process in self.family()[1:] if not process.children()]

    def measure(self, through: int) -> None:
        """Notes the memory, once the worker is warm; `through` are the messages that have come through so far."""
        if self.warm_from is None:
            self.warm_from = through + WARM_UP
        if through < self.warm_from:
            return
        used = 0.0
        for process in self.family():
            try:
                found = ANONYMOUS.search(Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii"))
            except (FileNotFoundError, ProcessLookupError):  # it ended in this moment
                return
            if found is None:
                return
            used += int(found[1]) / 1024
        if used:
            self.memory.append(used)

    def growth(self) -> float | None:
        """By how much the median of the last third of the measurements is above that of the first; None when they are too few."""
        third = len(self.memory) // 3
        if third < 5:
            return None
        return statistics.median(self.memory[-third:]) / statistics.median(self.memory[:third]) - 1


@dataclass
class Fleet:
    """The workers that run, and those that have ended. `tell` is called with what happens."""

    settings: Settings
    directory: Path
    tell: Callable[..., None]
    naive: str | None = None
    running: list[Member] = field(default_factory=list)
    ended: list[Member] = field(default_factory=list)
    seen: set[psutil.Process] = field(default_factory=set)
    drains: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    gave_up: int = 0
    """Workers that ended by themselves."""

    def start(self) -> Member:
        number = len(self.running) + len(self.ended)
        member = Member(self.settings, self.directory / f"worker-{number}.log", number, self.naive).start()
        self.running.append(member)
        self.tell("started", worker=number)
        return member

    def look(self) -> None:
        """Notes what runs, and puts a new worker in the place of one that gave up."""
        for member in list(self.running):
            if not member.frozen and member.status is not None:
                self.gave_up += 1
                self.tell("gave up", worker=member.number, status=member.status)
                self._remove(member)
                self.start()
            else:
                self.seen.update(member.family())

    def measure(self, through: int) -> None:
        for member in self.running:
            member.measure(through)

    def kill(self, member: Member) -> None:
        self.seen.update(member.family())
        member.kill()
        self._remove(member)

    def terminate(self, members: list[Member]) -> None:
        """SIGTERM to all of them at once; notes how long each took and how it ended."""
        began = time.monotonic()
        ready = {member.number for member in members if member.ready}
        for member in members:
            self.seen.update(member.family())
            member.signal(signal.SIGTERM)
        for member in members:
            status = member.wait(self.settings.worker.drain_deadline + 30.0)
            seconds = time.monotonic() - began
            self.tell("ended", worker=member.number, status=status, seconds=round(seconds, 1))
            if member.number in ready:  # one that still imports its modules is ended by the signal itself
                self.statuses.append(status)
                self.drains.append(seconds)
            self._remove(member)

    def orphans(self) -> list[psutil.Process]:
        """What was ever below a worker that has ended, and still runs."""
        ours = {process for member in self.running for process in member.family()}
        return psutil.wait_procs(self.seen - ours, timeout=10)[1]

    def close(self) -> None:
        for member in list(self.running):
            member.signal(signal.SIGCONT)
            self.kill(member)

    def _remove(self, member: Member) -> None:
        self.running.remove(member)
        self.ended.append(member)

"""A process of the pool as the worker sees it: the tasks that it holds, and the clock that runs while it works."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final

from newswire.stream.cpus import queued_seconds
from newswire.stream.frames import Begin, Drop, pack, receive
from newswire.stream.jobs import EXTRACT, Job

__all__ = ("DIED", "OVERRAN", "RECYCLED", "PoolProcess", "Task", "halves")

# Tasks that one process holds: the one it works on and the next, so that it never waits for us in between. A third would
# only tie articles to a process that another one may be free for.
DEPTH: Final = 2

# Seconds that a task may have been kept waiting without getting them back: the kernel's scheduling is no finer under load.
NEGLIGIBLE_WAIT: Final = 0.1

# Why a process ends, as the metric of restarts says it.
DIED: Final = "died"
OVERRAN: Final = "overran"
RECYCLED: Final = "recycled"


@dataclass(eq=False, slots=True)
class Task:
    """A piece of work on one process: one or several whole jobs, or one of the two halves of an extraction."""

    id: int
    kind: str
    """A method of `Tasks`."""
    jobs: list[Job]
    process: PoolProcess
    other: Task | None = None
    """The other half, when it is one."""
    dropped: bool = False
    """Whether nobody wants its result any more."""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of its kind: an extraction takes a list, everything else those of its only job."""
        return ([job.arguments[0] for job in self.jobs],) if self.kind == EXTRACT else self.jobs[0].arguments

    def hand_over(self, message: Callable[[int], object]) -> None:
        """Sends what it has found to its other half, whose clock begins. `message` makes it for a task of that number."""
        other = self.other
        if other is not None and not other.dropped and not self.dropped:
            other.process.send(message(other.id))
            other.process.restart_clock()

    def drop_other(self) -> None:
        """Lets its other half be forgotten: it waits in vain."""
        other = self.other
        if other is None or other.dropped:
            return
        other.dropped = True
        if other in other.process.tasks:
            other.process.send(Drop(other.id))
            other.process.restart_clock()


def halves(job: Job, ids: tuple[int, int], processes: tuple[PoolProcess, PoolProcess]) -> tuple[Task, Task]:
    """The two halves of an extraction, in the order in which they are to begin."""
    parse = Task(ids[0], "parse", [job], processes[0])
    recognise = Task(ids[1], "recognise", [job], processes[1])
    parse.other, recognise.other = recognise, parse
    return parse, recognise


class PoolProcess:
    """A process at the other end of the socket `end`, which does one task after the other.

    `deadline` is the seconds that it may work on one. When it has overrun it, `kill` is called with its id. Time in which it
    stood in line for a processor, or we did, is not counted.
    """

    def __init__(self, end: socket.socket, deadline: float, kill: Callable[[int], object]) -> None:
        self.pid = 0  # until it says hello
        self.tasks: deque[Task] = deque()
        self.done = 0
        """Jobs that it has done."""
        self.end_reason = DIED
        self._end = end
        self._deadline = deadline
        self._kill = kill
        self._writer: asyncio.StreamWriter | None = None
        self._retired = False
        self._alarm: asyncio.TimerHandle | None = None
        self._queued = 0.0  # seconds that it had stood in line for a processor when its clock was set

    @property
    def ready(self) -> bool:
        """Whether it takes tasks."""
        return self.pid > 0 and not self._retired

    @property
    def idle(self) -> bool:
        """Whether it is ready and has nothing to do."""
        return self.ready and not self.tasks

    @property
    def has_room(self) -> bool:
        """Whether it may hold one more task. With half an article it may not, for it waits for the other half."""
        return self.ready and len(self.tasks) < DEPTH and all(task.other is None for task in self.tasks)

    async def answers(self) -> AsyncIterator[object]:
        """What it says, until its end."""
        reader, self._writer = await asyncio.open_connection(sock=self._end)
        while (answer := await receive(reader)) is not None:
            yield answer

    def send(self, value: object) -> None:
        """Sends it a value. Before it has said hello it holds no task, and there is nothing to send."""
        if self._writer is not None:
            self._writer.write(pack(value))

    def begin(self, task: Task) -> None:
        """Gives it a task."""
        self.tasks.append(task)
        self.send(Begin(task.id, task.kind, task.arguments))
        if len(self.tasks) == 1:
            self.restart_clock()

    def finish(self) -> Task:
        """Notes that its first task is over; the clock of the next one begins."""
        task = self.tasks.popleft()
        self.done += len(task.jobs)
        self.restart_clock()
        return task

    def give_up(self) -> list[Task]:
        """Takes all its tasks from it, for it has ended."""
        self.stop_clock()
        tasks = list(self.tasks)
        self.tasks.clear()
        return tasks

    def retire(self) -> None:
        """Lets it end, after its last task."""
        self.end_reason = RECYCLED
        self._retired = True
        self.close()

    def close(self) -> None:
        """Closes its connection, and so ends it when it waits for work."""
        self.stop_clock()
        self._end.close() if self._writer is None else self._writer.close()

    def restart_clock(self) -> None:
        """Gives its first task the whole deadline from now on."""
        self.stop_clock()
        if self.tasks:
            self._queued = queued_seconds(self.pid)
            self._set_alarm(asyncio.get_running_loop().time() + self._deadline)

    def stop_clock(self) -> None:
        """Gives its first task all the time there is."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def grant(self, seconds: float) -> None:
        """Gives its first task that much more time than it has."""
        if self._alarm is not None:
            self._set_alarm(self._alarm.when() + seconds)

    def _set_alarm(self, when: float) -> None:
        self.stop_clock()
        self._alarm = asyncio.get_running_loop().call_at(when, self._overrun, when)

    def _overrun(self, due: float) -> None:
        other = self._other_at_work()
        now = asyncio.get_running_loop().time()
        queued = queued_seconds(self.pid)
        waited = queued - self._queued + now - due
        if waited > NEGLIGIBLE_WAIT:
            self._queued = queued
            self._set_alarm(now + waited)
            if other is not None:  # it waits for this one, and shall not be late before it
                other.grant(now + waited - due)
            return
        self.end_reason = OVERRAN
        if other is not None:
            # It only waits for this one. It is dropped, and its clock begins anew, when this one is gone.
            other.stop_clock()
        self._kill(self.pid)

    def _other_at_work(self) -> PoolProcess | None:
        """The process that has the other half of what this one works on."""
        task = self.tasks[0]
        other = None if task.dropped else task.other
        return other.process if other is not None and other in other.process.tasks else None

"""The pool of worker processes that do all that computes: wire formats read, articles extracted.

An article's two tasks, entities and quotes, run in parallel in two processes while both are idle: its Extraction is there
sooner. One process recognises names while the other parses, then makes entities of them while the other finds the quotes;
the parse and the entities go from one to the other by way of us, as they are. Under saturation one process runs both tasks
of a few articles at once, which the model does a quarter faster than one by one and with the same records; the
next few already wait in its socket.

A process that dies or overruns the deadline is replaced at once. Time in which it stood in line for a processor, or we did, is
not counted: on a machine with too much to do articles are late, and none is lost for it. If it was working on several articles,
each of them is tried alone, so that the culprit is found and only its attempts count; those that waited behind are simply
handed out again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from newswire.errors import NewswireError, PoolError, WorkerProcessError
from newswire.settings import ExtractSettings, PoolSettings, WorkerSettings
from newswire.stream.cpus import available_cpus, queued_seconds
from newswire.stream.forkserver import COMMAND, FORK, KILL, Order
from newswire.stream.frames import (
    Begin,
    Drop,
    Dropped,
    Entities,
    Failed,
    Hello,
    Output,
    Parsed,
    Shared,
    Succeeded,
    pack,
    receive,
)
from newswire.web import metrics

__all__ = ("Pool",)

logger = logging.getLogger(__name__)

# Tasks that one process holds: the one it works on and the next, so that it never waits for us in between. A third would
# only tie articles to a process that another one may be free for.
DEPTH: Final = 2

# Bytes of the articles of one task: what the model takes in one go, some 8,000 tokens. More would come out later, not faster.
BATCH_BYTES: Final = 48 * 1024

# The tasks that do half of an article each, in the order in which they begin.
HALVES: Final = ("parse", "recognise")

# Articles of one task, unless told otherwise.
BATCH_SIZE: Final = WorkerSettings().batch_size

# Seconds that the fork server may take to load the model: ten times what it takes on a slow machine.
START_DEADLINE: Final = 60.0

# Seconds that processes get to end by themselves when the pool stops; they have nothing left to do.
STOP_DEADLINE: Final = 2.0

# Seconds that a task may have been kept waiting without getting them back: the kernel's scheduling is no finer under load.
NEGLIGIBLE_WAIT: Final = 0.1

# Processes lost one after the other without a single result between: then it is not the articles. A burst of poison
# articles makes `attempts` losses each, so ten of them in a row still pass with the default of two.
MAX_LOSSES: Final = 20

# Bytes of what a process of the pool writes to stderr that become one record of the log: many a traceback, few a runaway.
MAX_OUTPUT: Final = 16 * 1024

# One thread for the matrix products of each process: there are as many processes as processors.
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class _Job:
    """What somebody waits for, and what is tried to get it."""

    __slots__ = ("alone", "arguments", "attempts", "future", "kind", "parts")

    def __init__(self, kind: str, arguments: tuple[Any, ...], future: asyncio.Future[Any]) -> None:
        self.kind = kind
        self.arguments = arguments
        self.future = future
        self.attempts = 0
        self.alone = False  # it was in a task that came to a bad end
        self.parts: list[_Task] = []


class _Task:
    """A piece of work on one process: one or several whole jobs, or one of the two halves of an extraction."""

    __slots__ = ("dropped", "id", "jobs", "kind", "process")

    def __init__(self, id: int, jobs: list[_Job], kind: str, process: _Process) -> None:
        self.id = id
        self.jobs = jobs
        self.kind = kind
        self.process = process
        self.dropped = False


class _Process:
    """One process as the worker sees it."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.pid = 0  # until it says hello
        self.tasks: deque[_Task] = deque()
        self.done = 0
        self.alarm: asyncio.TimerHandle | None = None
        self.queued = 0.0  # seconds that it had stood in line for a processor when its clock was set
        self.writer: asyncio.StreamWriter | None = None
        self.reason = "died"
        self.splits = 0
        self.retired = False

    @property
    def ready(self) -> bool:
        return self.pid > 0 and not self.retired

    def send(self, value: object) -> None:
        if self.writer is not None:
            self.writer.write(pack(value))


class Pool:
    """`processes` processes (0: as many as there are CPUs for us), each able to do the `Tasks` that `settings.tasks` names.

    `batch_size` is how many articles one process takes at once under saturation; `extracting` says whether articles will be
    extracted, so that the model is loaded at the start; `on_failure` is called once, with the error, when the pool cannot go on.
    """

    def __init__(
        self,
        settings: PoolSettings,
        extract: ExtractSettings,
        *,
        batch_size: int = BATCH_SIZE,
        extracting: bool = True,
        on_failure: Callable[[NewswireError], object] | None = None,
    ) -> None:
        self.settings = settings
        self.size = settings.processes or available_cpus()
        self._batch_size = batch_size
        self._order = Order(settings.tasks, extract, extracting, settings.max_memory_mb)
        self._on_failure = on_failure
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._processes: list[_Process] = []
        self._light: deque[_Job] = deque()
        self._heavy: deque[_Job] = deque()
        self._ids = itertools.count(1)
        self._listeners: set[asyncio.Task[None]] = set()
        self._losses = 0
        self._stopping = False
        self._failure: NewswireError | None = None
        self._restarting: asyncio.Task[None] | None = None
        self._warm = asyncio.Event()

    async def start(self) -> None:
        """Starts the processes; returns when all are ready.

        Raises PoolError, or the error that kept the fork server from loading (SettingsError for a missing model).
        """
        await self._start_server()
        for _ in range(self.size):
            self._fork()
        try:
            async with asyncio.timeout(START_DEADLINE):
                await self._warm.wait()
        except TimeoutError:
            raise PoolError(f"The pool's processes are not ready after {START_DEADLINE:.0f} s") from None

    async def stop(self) -> None:
        """Ends all processes, working or not; what was waited for is cancelled."""
        self._stopping = True
        if self._restarting is not None:
            self._restarting.cancel()
        held = (job for process in self._processes for task in process.tasks for job in task.jobs)
        for job in (*self._light, *self._heavy, *held):
            job.future.cancel()
        for process in self._processes:
            _silence(process)
            process.end.close() if process.writer is None else process.writer.close()
        await self._end_server()
        for listener in list(self._listeners):
            listener.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)
        self._processes.clear()

    @property
    def warm(self) -> bool:
        """Whether every process is ready for work."""
        return len(self._processes) >= self.size and all(process.ready for process in self._processes)

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are ready."""
        return [process.pid for process in self._processes if process.ready]

    @property
    def busy(self) -> int:
        """How many processes are working."""
        return sum(1 for process in self._processes if process.tasks)

    @property
    def waiting(self) -> int:
        """How many tasks no process has taken yet."""
        return len(self._light) + len(self._heavy)

    async def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
        """The articles of a message of the raw topic.

        Raises InputError for what no reader can make sense of, WorkerProcessError when it killed or hung its process
        `attempts` times.
        """
        found: list[Output] = await self._submit("read", (value, dict(headers)))
        return found

    async def extract(self, value: bytes) -> Output:
        """The Extraction of an encoded Article. Raises as `read` does."""
        found: Output = await self._submit("extract", (value,))
        return found

    async def _submit(self, kind: str, arguments: tuple[Any, ...]) -> Any:
        if self._failure is not None or self._stopping:
            raise self._failure or PoolError("The pool is stopping")
        job = _Job(kind, arguments, asyncio.get_running_loop().create_future())
        (self._heavy if kind == "extract" else self._light).append(job)
        self._dispatch()
        try:
            return await job.future
        finally:
            metrics.POOL_WAITING.set(self.waiting)

    # ---- handing out

    def _dispatch(self) -> None:
        """Hands out what waits: light work first, an article in two halves while processes would else stand idle."""
        for queue in (self._light, self._heavy):
            while queue:
                job = queue[0]
                if job.future.done():  # its partition was revoked
                    queue.popleft()
                    continue
                idle = [process for process in self._processes if process.ready and not process.tasks]
                free = idle or self._working_but_free()
                if job.kind == "extract" and not job.alone and len(idle) >= 2 * len(queue):
                    self._split(queue.popleft(), idle[0], idle[1])
                elif free:
                    share = -(-len(queue) // len(free))
                    self._begin(self._batch(queue, share), job.kind, free[0])
                else:
                    break
        metrics.POOL_WAITING.set(self.waiting)
        metrics.POOL_BUSY.set(self.busy)

    def _working_but_free(self) -> list[_Process]:
        """Working processes that may hold one more task: none that has half an article, for it waits for the other half."""
        return [p for p in self._processes if p.ready and len(p.tasks) < DEPTH and not p.splits]

    def _batch(self, queue: deque[_Job], share: int) -> list[_Job]:
        """Takes what one process shall do at once: at most its share, a batch, and what the model takes in one go."""
        jobs = [queue.popleft()]
        if jobs[0].kind != "extract" or jobs[0].alone:
            return jobs
        size = len(jobs[0].arguments[0])
        while queue and len(jobs) < min(share, self._batch_size):
            job = queue[0]
            size += len(job.arguments[0])
            if job.alone or job.future.done() or size > BATCH_BYTES:
                break
            jobs.append(queue.popleft())
        return jobs

    def _split(self, job: _Job, one: _Process, other: _Process) -> None:
        self._begin([job], "parse", one)
        self._begin([job], "recognise", other)

    def _begin(self, jobs: list[_Job], kind: str, process: _Process) -> None:
        task = _Task(next(self._ids), jobs, kind, process)
        for job in jobs:
            job.parts.append(task)
        process.tasks.append(task)
        process.splits += kind in HALVES
        arguments = ([job.arguments[0] for job in jobs],) if kind == "extract" else jobs[0].arguments
        process.send(Begin(task.id, kind, arguments))
        if len(process.tasks) == 1:
            self._set_alarm(process)

    # ---- what comes back

    async def _listen(self, process: _Process) -> None:
        reader, process.writer = await asyncio.open_connection(sock=process.end)
        with contextlib.suppress(ConnectionError):
            while (answer := await receive(reader)) is not None:
                self._take(process, answer)
        process.writer.close()
        if not self._stopping:
            self._lost(process)

    def _take(self, process: _Process, answer: object) -> None:
        match answer:
            case Hello(pid):
                process.pid = pid
                if self.warm:
                    self._warm.set()
            case Parsed(_, parse):
                self._hand_over(process.tasks[0], "recognise", lambda id: Shared(id, parse))
                self._set_alarm(
                    process
                )  # last, for it also waits for the other half, which shall be the first to be late
            case Dropped():
                self._end(process)
            case Succeeded(_, result, seconds):
                self._losses = 0
                task = self._end(process)
                for _ in task.jobs:
                    metrics.TASK_SECONDS.labels(task.kind).observe(seconds / len(task.jobs))
                if task.dropped:
                    pass
                elif task.kind == "recognise":
                    self._hand_over(task, "parse", lambda id: Entities(id, result))
                elif task.kind == "extract":
                    for job, found in zip(task.jobs, result, strict=True):
                        self._settle(job, found)
                else:
                    self._settle(task.jobs[0], result)
            case Failed():
                self._losses = 0
                task = self._end(process)
                if not task.dropped:
                    self._drop_others(task)
                    self._settle(task.jobs[0], answer)
        if process.done >= self.settings.max_tasks and not process.tasks:
            process.reason = "recycled"
            process.retired = True
            _silence(process)
            if process.writer is not None:
                process.writer.close()
        self._dispatch()

    def _hand_over(self, task: _Task, kind: str, message: Callable[[int], object]) -> None:
        """Sends what one half of an article has found to the other half, which is of that kind, and whose clock begins."""
        for part in task.jobs[0].parts:
            if part.kind == kind and not part.dropped and not task.dropped:
                part.process.send(message(part.id))
                self._set_alarm(part.process)

    def _end(self, process: _Process) -> _Task:
        """The first task of the process is over; the clock of the next one begins."""
        task = process.tasks.popleft()
        process.done += len(task.jobs)
        process.splits -= task.kind in HALVES
        self._set_alarm(process)
        return task

    def _drop_others(self, task: _Task) -> None:
        for job in task.jobs:
            for part in job.parts:
                if part is task or part.dropped:
                    continue
                part.dropped = True
                if part.kind in HALVES and part in part.process.tasks:
                    part.process.send(Drop(part.id))
                    self._set_alarm(part.process)
            job.parts.clear()

    def _settle(self, job: _Job, result: Any) -> None:
        job.parts.clear()
        if isinstance(result, Failed):
            result.error.__notes__ = [result.trace]
            self._reject(job, result.error)
        elif not job.future.done():
            job.future.set_result(result)

    def _reject(self, job: _Job, error: Exception) -> None:
        if not job.future.done():
            job.future.set_exception(error)

    # ---- processes that end

    def _set_alarm(self, process: _Process) -> None:
        _silence(process)
        if process.tasks:
            process.queued = queued_seconds(process.pid)
            self._alarm_at(process, asyncio.get_running_loop().time() + self.settings.task_deadline)

    def _alarm_at(self, process: _Process, when: float) -> None:
        _silence(process)
        process.alarm = asyncio.get_running_loop().call_at(when, self._overrun, process, when)

    def _overrun(self, process: _Process, due: float) -> None:
        task = process.tasks[0]
        halves = task.jobs[0].parts if task.kind in HALVES and not task.dropped else []
        others = [part.process for part in halves if part is not task and part in part.process.tasks]
        now = asyncio.get_running_loop().time()
        queued = queued_seconds(process.pid)
        waited = queued - process.queued + now - due
        if waited > NEGLIGIBLE_WAIT:
            process.queued = queued
            self._alarm_at(process, now + waited)
            for other in others:  # which wait for this one, and shall not be late before it
                if other.alarm is not None:
                    self._alarm_at(other, other.alarm.when() + now + waited - due)
            return
        process.reason = "overran"
        for other in others:
            # It only waits for this one. It is dropped, and its clock begins anew, when this one is gone.
            _silence(other)
        self._command(KILL, process.pid)

    def _lost(self, process: _Process) -> None:
        """A process ended: replaces it, and hands out again what it held."""
        _silence(process)
        self._processes.remove(process)
        metrics.POOL_RESTARTS.labels(process.reason).inc()
        if process.reason != "recycled":
            self._losses += 1
            logger.warning(
                "Process %d of the pool %s and is replaced (%d tasks)", process.pid, process.reason, len(process.tasks)
            )
        held = list(process.tasks)
        process.tasks.clear()
        for task in reversed(held):
            if task.dropped:
                continue
            self._drop_others(task)
            for job in reversed(task.jobs):
                if not job.future.done() and not (task is held[0] and self._condemned(job, task, process.reason)):
                    (self._heavy if job.kind == "extract" else self._light).appendleft(job)
        if self._losses > MAX_LOSSES:
            self._fail(
                PoolError(
                    f"{self._losses} processes of the pool were lost one after the other, without a result between",
                    "Look for what they wrote, in the log; raise pool.max_memory_mb if they ran out of memory",
                )
            )
        else:
            self._fork()
        self._dispatch()

    def _condemned(self, job: _Job, task: _Task, reason: str) -> bool:
        """Notes that a job was being worked on when its process was lost; whether that was its last attempt."""
        job.alone = True
        if len(task.jobs) == 1:
            job.attempts += 1
            if job.attempts >= self.settings.attempts:
                self._reject(job, self._culprit(job, reason))
                return True
        metrics.RETRIES.labels("pool").inc()
        return False

    def _culprit(self, job: _Job, reason: str) -> WorkerProcessError:
        what = (
            f"overran its deadline of {self.settings.task_deadline:g} s (pool.task_deadline)"
            if reason == "overran"
            else "died"
        )
        return WorkerProcessError(f"The process that worked on this message {what}, {job.attempts} times in a row")

    def _fail(self, error: NewswireError) -> None:
        if self._failure is None:
            self._failure = error
            for job in (*self._light, *self._heavy):
                self._reject(job, error)
            if self._on_failure is not None:
                self._on_failure(error)

    # ---- the fork server

    async def _start_server(self) -> None:
        ours, theirs = socket.socketpair()
        # What the worker is told by its environment (passwords among it) is none of the extraction's business.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSWIRE_")}
        environment |= ONE_THREAD | {"PYTHONPATH": os.pathsep.join(_absolute(sys.path))}
        with theirs:
            # A group of its own: a Ctrl-C in the terminal is for the worker.
            self._server = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-P", "-m", "newswire.stream.forkserver", str(theirs.fileno()), str(os.getpid())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                process_group=0,
            )
        # Nobody waits for it: it ends when the last process that has the other end does.
        threading.Thread(target=_log_output, args=(self._server,), name="pool-stderr", daemon=True).start()
        ours.sendall(pack(self._order))
        # A second handle on our end for the one answer: the first stays free for passing descriptors.
        reader, writer = await asyncio.open_connection(sock=ours.dup())
        try:
            async with asyncio.timeout(START_DEADLINE):
                answer = await receive(reader)
        except TimeoutError:
            self._server.kill()
            raise PoolError(f"The language model is not loaded after {START_DEADLINE:.0f} s") from None
        finally:
            writer.close()
        ours.setblocking(True)
        self._control = ours
        match answer:
            case Hello():
                return
            case Failed(_, error, trace):
                logger.debug("The fork server failed: %s", trace)
                raise error
        raise PoolError("The pool's fork server ended while it started", "Look for what it wrote, in the log")

    async def _end_server(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        server, self._server = self._server, None
        if server is not None:
            try:
                await asyncio.to_thread(server.wait, STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                server.kill()
                await asyncio.to_thread(server.wait)

    async def _restart(self) -> None:
        """Replaces a fork server that was killed, and with it every process."""
        logger.warning("The pool's fork server died and is replaced")
        metrics.POOL_RESTARTS.labels("fork server").inc()
        try:
            await self._end_server()
            await self._start_server()
        except NewswireError as error:
            self._fail(error)
            return
        self._restarting = None
        while len(self._processes) < self.size:
            self._fork()

    def _fork(self) -> None:
        """Asks for one more process, or first for another fork server when this one is gone."""
        if self._restarting is not None and not self._restarting.done():
            return
        ours, theirs = socket.socketpair()
        with theirs:
            if not self._command(FORK, 0, [theirs.fileno()]):
                ours.close()
                self._restarting = asyncio.create_task(self._restart())
                return
        process = _Process(ours)
        self._processes.append(process)
        listener = asyncio.create_task(self._listen(process))
        self._listeners.add(listener)
        listener.add_done_callback(self._listeners.discard)

    def _command(self, what: bytes, pid: int, descriptors: Iterable[int] = ()) -> bool:
        """Whether the command could be given; a fork server that is gone takes its processes with it."""
        if self._control is None or self._server is None or self._server.poll() is not None:
            return False
        try:
            socket.send_fds(self._control, [COMMAND.pack(what, pid)], list(descriptors))
        except OSError:
            return False
        return True


def _log_output(server: subprocess.Popen[bytes]) -> None:
    """Puts what the fork server and its processes write to stderr into the log. What they write at once, such as a traceback,
    becomes one record.
    """
    assert server.stderr is not None
    with server.stderr as pipe:
        while written := os.read(pipe.fileno(), MAX_OUTPUT):
            while (
                not written.endswith(b"\n")
                and len(written) < MAX_OUTPUT
                and (more := os.read(pipe.fileno(), MAX_OUTPUT))
            ):
                written += more
            if text := written.decode("utf-8", "replace").strip():
                logger.warning("A process of the pool wrote: %s", text)


def _silence(process: _Process) -> None:
    if process.alarm is not None:
        process.alarm.cancel()
        process.alarm = None


def _absolute(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path and os.path.isabs(path)]  # noqa: PTH117

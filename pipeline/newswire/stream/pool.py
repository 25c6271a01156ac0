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
from collections.abc import Callable, Mapping
from typing import Any, Final

from newswire.errors import NewswireError, PoolError, WorkerProcessError
from newswire.settings import ExtractSettings, PoolSettings, WorkerSettings
from newswire.stream.cpus import available_cpus
from newswire.stream.forkserver import ProcessSpec
from newswire.stream.forkserver_client import START_DEADLINE, ForkServerClient
from newswire.stream.frames import Dropped, Failed, HandedEntities, HandedParse, Hello, Output, Parsed, Succeeded
from newswire.stream.jobs import EXTRACT, Job, JobQueue
from newswire.stream.processes import OVERRAN, RECYCLED, PoolProcess, Task, halves
from newswire.web import metrics

__all__ = ("Pool",)

logger = logging.getLogger(__name__)

# Articles of one task, unless told otherwise.
BATCH_SIZE: Final = WorkerSettings().batch_size

# Processes lost one after the other without a single result between: then it is not the articles. A burst of poison
# articles makes `attempts` losses each, so ten of them in a row still pass with the default of two.
MAX_LOSSES: Final = 20


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
        self._server = ForkServerClient(ProcessSpec(settings.tasks, extract, extracting, settings.max_memory_mb))
        self._on_failure = on_failure
        self._processes: list[PoolProcess] = []
        self._light = JobQueue(1)
        self._heavy = JobQueue(batch_size)
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
        await self._server.start()
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
            process.close()
        await self._server.stop()
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
        """How many jobs no process has taken yet."""
        return len(self._light) + len(self._heavy)

    async def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
        """The articles of a message of the raw topic.

        Raises InputError for what no reader can make sense of, WorkerProcessError when it killed or hung its process
        `attempts` times.
        """
        articles: list[Output] = await self._submit("read", (value, dict(headers)))
        return articles

    async def extract(self, value: bytes) -> Output:
        """The Extraction of an encoded Article. Raises as `read` does."""
        extraction: Output = await self._submit(EXTRACT, (value,))
        return extraction

    async def _submit(self, kind: str, arguments: tuple[Any, ...]) -> Any:
        if self._failure is not None or self._stopping:
            raise self._failure or PoolError("The pool is stopping")
        job = Job(kind, arguments, asyncio.get_running_loop().create_future())
        self._queue_of(job).add(job)
        self._dispatch()
        try:
            return await job.future
        finally:
            metrics.POOL_WAITING.set(self.waiting)

    def _queue_of(self, job: Job) -> JobQueue:
        return self._heavy if job.kind == EXTRACT else self._light

    # ---- handing out

    def _dispatch(self) -> None:
        """Hands out what waits: light work first, an article in two halves while processes would else stand idle."""
        for queue in (self._light, self._heavy):
            while (job := queue.first()) is not None:
                idle = [process for process in self._processes if process.idle]
                free = idle or [process for process in self._processes if process.has_room]
                if job.kind == EXTRACT and not job.alone and len(idle) >= 2 * len(queue):
                    self._split(queue.take(), idle[0], idle[1])
                elif free:
                    free[0].begin(Task(next(self._ids), job.kind, queue.take_batch(len(free)), free[0]))
                else:
                    break
        metrics.POOL_WAITING.set(self.waiting)
        metrics.POOL_BUSY.set(self.busy)

    def _split(self, job: Job, one: PoolProcess, other: PoolProcess) -> None:
        for half in halves(job, (next(self._ids), next(self._ids)), (one, other)):
            half.process.begin(half)

    # ---- what comes back

    async def _listen(self, process: PoolProcess) -> None:
        with contextlib.suppress(ConnectionError):
            async for answer in process.answers():
                self._take(process, answer)
        process.close()
        if not self._stopping:
            self._replace(process)

    def _take(self, process: PoolProcess, answer: object) -> None:
        match answer:
            case Hello(pid):
                process.pid = pid
                if self.warm:
                    self._warm.set()
            case Parsed(_, parse):
                process.tasks[0].hand_over(lambda id: HandedParse(id, parse))
                # Last, for it also waits for the other half, which shall be the first to be late.
                process.restart_clock()
            case Dropped():
                process.finish()
            case Succeeded():
                self._losses = 0
                self._succeed(process.finish(), answer)
            case Failed():
                self._losses = 0
                task = process.finish()
                if not task.dropped:
                    task.drop_other()
                    _settle(task.jobs[0], answer)
        if process.done >= self.settings.max_tasks and not process.tasks:
            process.retire()
        self._dispatch()

    def _succeed(self, task: Task, answer: Succeeded) -> None:
        for _ in task.jobs:
            metrics.TASK_SECONDS.labels(task.kind).observe(answer.seconds / len(task.jobs))
        if task.dropped:
            return
        if task.kind == "recognise":
            task.hand_over(lambda id: HandedEntities(id, answer.result))
        elif task.kind == EXTRACT:
            for job, result in zip(task.jobs, answer.result, strict=True):
                _settle(job, result)
        else:
            _settle(task.jobs[0], answer.result)

    # ---- processes that end

    def _replace(self, process: PoolProcess) -> None:
        """Puts another one in the place of a process that has ended, and hands out again what it held."""
        self._processes.remove(process)
        tasks = process.give_up()
        metrics.POOL_RESTARTS.labels(process.end_reason).inc()
        if process.end_reason != RECYCLED:
            self._losses += 1
            logger.warning(
                "Process %d of the pool %s and is replaced (%d tasks)", process.pid, process.end_reason, len(tasks)
            )
        for task in reversed(tasks):
            if task.dropped:
                continue
            task.drop_other()
            for job in reversed(task.jobs):
                if not job.future.done() and not (task is tasks[0] and self._condemned(job, task)):
                    self._queue_of(job).put_back(job)
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

    def _condemned(self, job: Job, task: Task) -> bool:
        """Notes that a job was being worked on when its process was lost; whether that was its last attempt."""
        job.alone = True
        if len(task.jobs) == 1:
            job.attempts += 1
            if job.attempts >= self.settings.attempts:
                job.reject(self._culprit(job, task.process.end_reason))
                return True
        metrics.RETRIES.labels("pool").inc()
        return False

    def _culprit(self, job: Job, reason: str) -> WorkerProcessError:
        what = (
            f"overran its deadline of {self.settings.task_deadline:g} s (pool.task_deadline)"
            if reason == OVERRAN
            else "died"
        )
        return WorkerProcessError(f"The process that worked on this message {what}, {job.attempts} times in a row")

    def _fail(self, error: NewswireError) -> None:
        if self._failure is None:
            self._failure = error
            for job in (*self._light, *self._heavy):
                job.reject(error)
            if self._on_failure is not None:
                self._on_failure(error)

    # ---- processes that begin

    def _fork(self) -> None:
        """Asks for one more process, or first for another fork server when this one is gone."""
        if self._restarting is not None and not self._restarting.done():
            return
        end = self._server.fork()
        if end is None:
            self._restarting = asyncio.create_task(self._restart())
            return
        process = PoolProcess(end, self.settings.task_deadline, self._server.kill)
        self._processes.append(process)
        listener = asyncio.create_task(self._listen(process))
        self._listeners.add(listener)
        listener.add_done_callback(self._listeners.discard)

    async def _restart(self) -> None:
        """Replaces a fork server that was killed, and with it every process."""
        logger.warning("The pool's fork server died and is replaced")
        metrics.POOL_RESTARTS.labels("fork server").inc()
        try:
            await self._server.stop()
            await self._server.start()
        except NewswireError as error:
            self._fail(error)
            return
        self._restarting = None
        while len(self._processes) < self.size:
            self._fork()


def _settle(job: Job, result: Any) -> None:
    """Ends a job with its result or, as what failed in a batch has it, its error."""
    if isinstance(result, Failed):
        result.error.__notes__ = [result.trace]
        job.reject(result.error)
    else:
        job.resolve(result)

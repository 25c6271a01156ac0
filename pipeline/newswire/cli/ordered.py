"""Messages through the pool: all processors busy, results in the order of the input, bounded memory.

What reads the input waits while the window is full, and the window empties only as fast as the results are taken: whoever
is slowest, source, extraction or reader of the results, sets the pace.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from newswire.errors import InputError, PermanentError, PoolError, WorkerProcessError
from newswire.settings import Settings
from newswire.stream.pool import Pool

__all__ = ("Ordered", "Result", "Submission")

# Messages in the window for each process: one that it works on, one that waits in its socket, and two whose results wait
# for those of an earlier, longer article.
PER_PROCESS: Final = 4


@dataclass(frozen=True, slots=True)
class Submission:
    """A message to extract from. `name` is a file's name or a line's number, for errors; `fault` what is wrong with the
    message already, so that its place among the results is kept.
    """

    name: str
    value: bytes
    headers: Mapping[str, bytes]
    fault: InputError | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The encoded Extractions of the articles of a message, or the error that kept it from being read or extracted."""

    submission: Submission
    extractions: list[bytes]
    error: PermanentError | WorkerProcessError | None = None


class Ordered:
    """A window over a pool that is started: `submit` from one task, iterate over `results` in another."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool = pool
        self._max_count = pool.size * PER_PROCESS
        self._max_bytes = settings.worker.max_in_flight_bytes
        self._count = 0
        self._bytes = 0
        self._room = asyncio.Condition()
        self._tasks: asyncio.Queue[asyncio.Task[Result] | None] = asyncio.Queue()

    async def submit(self, submission: Submission) -> None:
        """Takes in the next message, once there is room."""
        size = len(submission.value)
        async with self._room:
            await self._room.wait_for(lambda: not self._count or self._fits(size))
            self._count += 1
            self._bytes += size
        self._tasks.put_nowait(asyncio.create_task(self._extract(submission)))

    def end(self) -> None:
        """Says that nothing more will be submitted."""
        self._tasks.put_nowait(None)

    async def results(self) -> AsyncIterator[Result]:
        """The results in the order of submission, each as soon as it and those before it are there.

        Raises PoolError when the pool cannot go on.
        """
        while (task := await self._tasks.get()) is not None:
            result = await task
            yield result
            async with self._room:
                self._count -= 1
                self._bytes -= len(result.submission.value)
                self._room.notify()

    def _fits(self, size: int) -> bool:
        return self._count < self._max_count and self._bytes + size <= self._max_bytes

    async def _extract(self, submission: Submission) -> Result:
        if submission.fault is not None:
            return Result(submission, [], submission.fault)
        try:
            articles = await self._pool.read(submission.value, submission.headers)
            extractions = await asyncio.gather(*(self._pool.extract(article.value) for article in articles))
        except PoolError:
            raise  # no fault of this message
        except (PermanentError, WorkerProcessError) as error:
            return Result(submission, [], error)
        return Result(submission, [extraction.value for extraction in extractions])

"""Jobs: what callers of the pool wait for, and the queue in which it waits for a process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

__all__ = ("BATCH_BYTES", "EXTRACT", "Job", "JobQueue")

# Bytes of the articles of one batch: what the model takes in one go, some 8,000 tokens. More would come out later, not faster.
BATCH_BYTES: Final = 48 * 1024

EXTRACT: Final = "extract"
"""The kind of the jobs that one process can do several of at once, and two processes one of in parallel."""


@dataclass(eq=False, slots=True)
class Job:
    """What somebody waits for: a method of `Tasks`, its arguments, and what came of it so far."""

    kind: str
    arguments: tuple[Any, ...]
    future: asyncio.Future[Any]
    attempts: int = 0
    """Processes that it has cost while it was the only one that they worked on."""
    alone: bool = False
    """Whether it is to share a process with no other: it was in a task that came to a bad end."""

    def reject(self, error: Exception) -> None:
        """Ends it with an error, unless nobody waits for it any more."""
        if not self.future.done():
            self.future.set_exception(error)

    def resolve(self, result: Any) -> None:
        """Ends it with its result, unless nobody waits for it any more."""
        if not self.future.done():
            self.future.set_result(result)


class JobQueue:
    """Jobs of one weight that no process has taken yet, handed out in batches of at most `batch_size`."""

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self._jobs: deque[Job] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs)

    def add(self, job: Job) -> None:
        """Puts a new job at the end."""
        self._jobs.append(job)

    def put_back(self, job: Job) -> None:
        """Puts a job that lost its process at the front: it has waited before."""
        self._jobs.appendleft(job)

    def first(self) -> Job | None:
        """The job whose turn it is. Forgets those before it that nobody waits for: their partition was revoked."""
        while self._jobs and self._jobs[0].future.done():
            self._jobs.popleft()
        return self._jobs[0] if self._jobs else None

    def take(self) -> Job:
        """Takes the first job out."""
        return self._jobs.popleft()

    def take_batch(self, processes: int) -> list[Job]:
        """Takes out what one of so many free processes shall do at once: its share of what waits, and no more than a batch and
        what the model takes in one go.
        """
        most = min(-(-len(self._jobs) // processes), self._batch_size)
        batch = [self.take()]
        if batch[0].kind != EXTRACT or batch[0].alone:
            return batch
        size = len(batch[0].arguments[0])
        while self._jobs and len(batch) < most:
            job = self._jobs[0]
            size += len(job.arguments[0])
            if job.alone or job.future.done() or size > BATCH_BYTES:
                break
            batch.append(self.take())
        return batch

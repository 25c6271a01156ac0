"""Jobs that come again, side by side: what waits for others in threads, what follows from it in the caller's, one at a time."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

__all__ = ("Job", "Schedule")


@dataclass(frozen=True)
class Job:
    """`wait` runs in a thread, when there is one, and must not raise; `act` gets what it gave, in the caller's thread, and says
    in how many seconds to begin again, None for never. No two jobs of one `lane` wait at once. One that is `minor` does not keep
    the schedule going."""

    act: Callable[[Any], float | None]
    wait: Callable[[], Any] | None = None
    lane: str = ""
    minor: bool = False


class Schedule:
    """Runs jobs until none comes again or `stop` is called. At most `width` wait at once; between two of one lane there are
    `pause` seconds."""

    def __init__(self, width: int, pause: float) -> None:
        self._width = width
        self._pause = pause
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._lanes: dict[str, deque[Job]] = {}
        """The lanes that are taken, with the jobs that wait for them."""
        self._tasks: SimpleQueue[Job | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[Job, Any] | None] = SimpleQueue()
        self._left = 0
        self._stopped = False

    def stop(self) -> None:
        """Ends `run` after what is being acted on. What still waits is given up. May be called by a signal's handler."""
        self._stopped = True
        self._done.put(None)

    def run(self, jobs: Iterable[Job]) -> None:
        """Begins each job at once, and whenever it wants to again. What `act` raises ends it."""
        for job in jobs:
            self._left += not job.minor
            self._at(0.0, job)
        for _ in range(min(self._width, len(self._due))):
            # Daemons: a server that does not answer must not hold up the end.
            threading.Thread(target=self._work, daemon=True).start()
        try:
            while self._left and not self._stopped:
                self._turn()
        finally:
            for _ in range(self._width):
                self._tasks.put(None)

    def _turn(self) -> None:
        now = time.monotonic()
        if self._due and self._due[0][0] <= now:
            heapq.heappop(self._due)[2]()
            return
        try:
            found = self._done.get(timeout=self._due[0][0] - now if self._due else None)
        except Empty:  # something is due
            return
        if found is not None:
            job, given = found
            self._call(time.monotonic() + self._pause, lambda: self._release(job.lane))
            self._act(job, given)

    def _at(self, when: float, job: Job) -> None:
        self._call(when, lambda: self._begin(job))

    def _call(self, when: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, (when, next(self._order), action))

    def _begin(self, job: Job) -> None:
        if job.wait is None:
            self._act(job, None)
        elif job.lane in self._lanes:
            self._lanes[job.lane].append(job)
        else:
            self._lanes[job.lane] = deque()
            self._tasks.put(job)

    def _release(self, lane: str) -> None:
        if self._lanes[lane]:
            self._tasks.put(self._lanes[lane].popleft())
        else:
            del self._lanes[lane]

    def _act(self, job: Job, given: Any) -> None:
        again = job.act(given)
        if again is None:
            self._left -= not job.minor
        else:
            self._at(time.monotonic() + again, job)

    def _work(self) -> None:
        while (job := self._tasks.get()) is not None:
            assert job.wait is not None
            self._done.put((job, job.wait()))

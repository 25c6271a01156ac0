"""Connections that read the store, on threads of their own, so that no client waits for another one's disk."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from newswire.gateway.schema import open_reader

__all__ = ("Readers",)

P = ParamSpec("P")
T = TypeVar("T")

# Readers at once. Each holds some megabytes, and two keep a disk busy; the others are for searches that take long.
THREADS: Final = 4


class Readers:
    """Runs functions that take a connection, each on a thread."""

    def __init__(self, directory: Path) -> None:
        self._free: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._free.put(open_reader(directory))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="gateway-reader")

    async def read(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, partial(self._run, work, *args, **kwargs)
        )

    def close(self) -> None:
        """Waits for what is being read, and closes the connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        while not self._free.empty():
            self._free.get().close()

    def _run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        connection = self._free.get()
        try:
            return work(connection, *args, **kwargs)
        finally:
            self._free.put(connection)

"""Threads of the matrix products, which numpy leaves to a BLAS library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import LibController, ThreadpoolController

__all__ = ("one_thread",)


@contextmanager
def one_thread() -> Iterator[None]:
    """Matrix products inside take one thread, whatever the program's setting is; afterwards that holds again.

    They are too small to share: threads that wait for each other take several times the processor time. The setting is the
    process's, so products that other threads of the program make meanwhile take one thread as well.
    """
    # threadpoolctl's own context asks each library for everything that it tells, which takes a tenth of a millisecond.
    more = [(library, threads) for library in _libraries() if (threads := library.get_num_threads()) != 1]
    for library, _ in more:
        library.set_num_threads(1)
    try:
        yield
    finally:
        for library, threads in more:
            library.set_num_threads(threads)


@cache
def _libraries() -> list[LibController]:
    """The BLAS libraries that were loaded when this was first asked, numpy's among them. Looking takes milliseconds."""
    libraries: list[LibController] = ThreadpoolController().select(user_api="blas").lib_controllers
    return libraries

"""Ctrl-C: an exception while a command runs, which then closes what it has open, and the plain end before and after.

While modules are imported, and while the interpreter takes itself down, there is nothing to close: an exception would only be
shown as a traceback, or be lost in code that expects none.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

__all__ = ("STATUS", "end_at_once", "raised", "run")

T = TypeVar("T")

# 128 plus the number of SIGINT, as a shell reports a program that it ended.
STATUS = 130


def end_at_once() -> None:
    """Lets Ctrl-C end the process, without a word, from now on. One that ignores SIGINT, as in the background of a script,
    goes on doing so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


@contextmanager
def raised() -> Iterator[None]:
    """Lets Ctrl-C raise KeyboardInterrupt inside, where `end_at_once` holds outside; elsewhere it changes nothing."""
    ours = signal.getsignal(signal.SIGINT) is _end
    if ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGINT, _end)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns. Ctrl-C cancels it, and then raises KeyboardInterrupt; a second one raises at once.

    `asyncio.run` cancels in the signal handler, between any two steps of Python: where a callback is just setting a result,
    its future is then cancelled under its hands, and a traceback is logged. Here the loop cancels, between two callbacks.
    """
    raises = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    interrupted = False

    async def main() -> T:
        task = asyncio.current_task()

        def interrupt() -> None:
            nonlocal interrupted
            if interrupted or task is None:
                raise KeyboardInterrupt
            interrupted = True
            task.cancel()

        if raises:
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
        return await coroutine

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise


def _end(number: int, frame: FrameType | None) -> None:
    os._exit(STATUS)

"""Ctrl-C while a coroutine runs. How commands end on it is tried in tests/cli."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable

import pytest

from newswire.interrupts import run


def test_it_returns_what_the_coroutine_returns_and_gives_the_signal_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert run(asyncio.sleep(0, "done")) == "done"
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_while_a_result_is_being_set_leaves_the_result_alone(caplog: pytest.LogCaptureFixture) -> None:
    """`asyncio.run` cancelled the future under its hands, and logged a traceback."""
    closed = []

    async def command() -> None:
        answer = asyncio.get_running_loop().create_future()

        def give() -> None:
            signal.raise_signal(signal.SIGINT)
            answer.set_result(None)

        asyncio.get_running_loop().call_soon(give)
        try:
            await answer
            await asyncio.Event().wait()
        finally:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        run(command())
    assert closed
    assert not caplog.records


def test_a_second_ctrl_c_ends_what_does_not_end_on_the_first() -> None:
    async def command() -> None:
        soon: Callable[..., object] = asyncio.get_running_loop().call_soon
        soon(signal.raise_signal, signal.SIGINT)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        soon(signal.raise_signal, signal.SIGINT)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        run(command())


def test_a_cancellation_of_its_own_is_no_ctrl_c() -> None:
    async def command() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(command())


def test_a_process_that_ignores_the_signal_goes_on_ignoring_it() -> None:
    """As one does that a script has put into the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:

        async def command() -> str:
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)
            return "done"

        assert run(command()) == "done"
    finally:
        signal.signal(signal.SIGINT, before)

"""The worker's end of the fork server (`newswire.stream.forkserver`): starts and ends it, and asks it for processes."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Final

from newswire.errors import PoolError
from newswire.stream.forkserver import COMMAND, FORK, KILL, ProcessSpec
from newswire.stream.frames import Failed, Hello, pack, receive

__all__ = ("START_DEADLINE", "ForkServerClient")

logger = logging.getLogger(__name__)

# Seconds that the fork server may take to load the model. A slow machine needs five; one that was overloaded, as by many replicas
# that start at once, needed more than sixty, and whoever gives up there only starts anew.
START_DEADLINE: Final = 300.0

# Seconds that it gets to end by itself when the pool stops; it has nothing left to do.
STOP_DEADLINE: Final = 2.0

# Bytes of what a process of the pool writes to stderr that become one record of the log: many a traceback, few a runaway.
MAX_OUTPUT: Final = 16 * 1024

# One thread for the matrix products of each process: there are as many processes as processors.
ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class ForkServerClient:
    """A fork server that makes processes as `spec` says. Can be started again after it has been stopped."""

    def __init__(self, spec: ProcessSpec) -> None:
        self._spec = spec
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    async def start(self) -> None:
        """Starts it; returns when the model is loaded.

        Raises PoolError, or the error that kept it from loading (SettingsError for a missing model).
        """
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
        ours.sendall(pack(self._spec))
        # A second handle on our end for the one answer: the first stays free for passing descriptors.
        reader, writer = await asyncio.open_connection(sock=ours.dup())
        try:
            async with asyncio.timeout(START_DEADLINE):
                answer = await receive(reader)
        except TimeoutError:
            self._server.kill()
            raise PoolError(
                f"The language model is not loaded after {START_DEADLINE:.0f} s",
                "Look for what keeps the machine's processors or its disk busy, or lower pool.processes",
            ) from None
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
        raise PoolError("The pool's fork server ended while it started", "Read what it wrote in the log")

    async def stop(self) -> None:
        """Ends it, and with it every process that it made."""
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

    def fork(self) -> socket.socket | None:
        """Our end of the connection to a new process; None when the fork server is gone, which takes its processes with it."""
        ours, theirs = socket.socketpair()
        with theirs:
            if self._command(FORK, 0, [theirs.fileno()]):
                return ours
        ours.close()
        return None

    def kill(self, pid: int) -> None:
        """Ends one of its processes, at once; nothing when it has ended already."""
        self._command(KILL, pid)

    def _command(self, what: bytes, pid: int, descriptors: Iterable[int] = ()) -> bool:
        """Whether the command could be given."""
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


def _absolute(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path and os.path.isabs(path)]  # noqa: PTH117

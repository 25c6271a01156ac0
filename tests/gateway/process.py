"""`newswire gateway` as a process of its own, and a client that follows it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import requests

from newswire.local.child import spawn
from newswire.settings import Settings, child_environment
from newswire.topics import Topic
from tests.gateway.running import Event, parsed
from tests.waiting import wait_for

__all__ = ("GatewayProcess", "put")

# Seconds for an answer.
PATIENCE = 60.0


class GatewayProcess:
    """A context manager: leaving it kills the process."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()

    def start(self) -> None:
        """Starts it, and waits until it has read the topics once."""
        before = self.log.stat().st_size if self.log.exists() else 0
        command = [sys.executable, "-P", "-m", "newswire", "gateway"]
        self.process = spawn(command, self.log, child_environment(self._settings))

        def listens() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            found = re.search(rb'The gateway is at (http://[^\s"]+)', self.log.read_bytes()[before:])
            self.url = found[1].decode() if found else ""
            return bool(found)

        wait_for(listens, "it listens")
        wait_for(lambda: requests.get(f"{self.url}/readyz", timeout=PATIENCE).ok, "it has read the topics")

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def get(self, path: str) -> Any:
        """JSON of an answer."""
        return requests.get(self.url + path, timeout=PATIENCE).json()

    def follow(self, path: str, last: str = "") -> Iterator[Event]:
        """Events of a stream until the connection ends, without comments."""
        headers = {"Last-Event-ID": last} if last else {}
        with requests.get(self.url + path, headers=headers, stream=True, timeout=PATIENCE) as answer:
            assert answer.status_code == 200, answer.text
            block: list[bytes] = []
            try:
                for line in answer.iter_lines(chunk_size=1):
                    if line:
                        block.append(line)
                        continue
                    if (event := parsed(b"\n".join(block)))[0]:
                        yield event
                    block = []
            except requests.exceptions.RequestException:
                return  # cut off: what is not whole does not count


def put(producer: Any, settings: Settings, topic: Topic, key: str, value: bytes | None) -> None:
    """Puts a message onto a topic, unconfirmed."""
    producer.send(topic.full_name(settings.topics), key=key.encode(), value=value)

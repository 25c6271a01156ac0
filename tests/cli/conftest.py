"""The command line as a user runs it, in an empty directory."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from click.testing import CliRunner

from newswire.cli import main
from newswire.settings import PREFIX, Settings, variables
from tests.waiting import wait_for

ROOT = Path(__file__).parent.parent.parent

NEWSWIRE = (sys.executable, "-P", "-m", "newswire")

# Seconds after which a command counts as hanging; with a loaded machine in mind.
DEADLINE = 120


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    status: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()

    @property
    def json(self) -> list[dict[str, Any]]:
        """The lines of its output as JSON."""
        return [orjson.loads(line) for line in self.out.splitlines()]


def environment(settings: Settings | None = None, **more: str) -> dict[str, str]:
    """Our environment without settings, but for those given."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return kept | {"PYTHONPATH": str(ROOT)} | (variables(settings) if settings else {}) | more


def _checked(done: Done, arguments: tuple[object, ...], status: int) -> Done:
    assert done.status == status, f"status {done.status}\n{done.err}"
    if "--traceback" not in arguments:
        assert "Traceback" not in done.err
    return done


@pytest.fixture
def newswire_process(tmp_path: Path) -> Callable[..., Done]:
    """Runs `newswire ARGUMENTS` as a process and checks its exit status (0 unless `status` says another)."""

    def run(
        *arguments: object, stdin: bytes = b"", settings: Settings | None = None, status: int = 0, **more: str
    ) -> Done:
        done = subprocess.run(
            [*NEWSWIRE, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(settings, **more),
            timeout=DEADLINE,
        )
        return _checked(Done(done.returncode, done.stdout, done.stderr.decode()), arguments, status)

    return run


class Started:
    """A command that runs beside the test, with every process that it started. Its temporary files go to `directory`."""

    def __init__(self, arguments: tuple[object, ...], directory: Path) -> None:
        self._directory = directory
        self._temporary = directory / "temporary"
        self._temporary.mkdir()
        self._process = subprocess.Popen(
            [*NEWSWIRE, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=(directory / "out").open("wb"),
            stderr=(directory / "err").open("wb"),
            cwd=directory,
            env=environment(TMPDIR=str(self._temporary)),
        )
        self._family: set[psutil.Process] = set()

    @property
    def out(self) -> str:
        return (self._directory / "out").read_text()

    @property
    def err(self) -> str:
        return (self._directory / "err").read_text()

    def signal(self, number: signal.Signals) -> None:
        self._look()
        self._process.send_signal(number)

    def wait(self) -> int:
        """Its exit status."""
        return int(wait_for(self._status, f"the command to end; it said: {self.err[-2000:]}", DEADLINE))

    def wait_for_processes(self, count: int) -> None:
        """Returns when it has started at least that many that run."""
        wait_for(lambda: self._look() >= count, f"{count} processes")

    def assert_no_process_is_left(self) -> None:
        """The kernel ends them with their parent, which takes a moment."""
        assert self._family, "it started no process: this proves nothing"
        assert not psutil.wait_procs(list(self._family), timeout=60)[1]

    def assert_nothing_is_left(self) -> None:
        """Neither a process nor a temporary file, but for the directory of the workers, which is reused."""
        assert not [one for one in self._family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        assert [path.name for path in self._temporary.iterdir() if path.name != "newswire"] == []

    def end(self) -> None:
        self._look()
        everyone: list[subprocess.Popen[bytes] | psutil.Process] = [self._process, *self._family]
        for one in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        self._process.wait()

    def _status(self) -> str | None:
        self._look()
        status = self._process.poll()
        return None if status is None else str(status)

    def _look(self) -> int:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._family.update(psutil.Process(self._process.pid).children(recursive=True))
        return len([one for one in self._family if one.is_running()])


@pytest.fixture
def newswire_started(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Starts `newswire ARGUMENTS` in a directory of its own; whatever is left of it ends with the test."""
    started: list[Started] = []

    def start(*arguments: object) -> Started:
        directory = tmp_path / f"started-{len(started)}"
        directory.mkdir()
        started.append(Started(arguments, directory))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def newswire(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Done]]:
    """The same in this process: everything but the start of the interpreter, which is most of the time."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, settings: Settings | None = None, status: int = 0, **more: str) -> Done:
        given = environment(settings, **more)
        changes: dict[str, str | None] = {name: None for name in os.environ if name not in given}
        with CliRunner().isolation(env=changes | given) as (out, err, _):
            with pytest.raises(SystemExit) as ended:
                main([str(argument) for argument in arguments])
            done = Done(int(ended.value.code or 0), out.getvalue(), err.getvalue().decode())
        return _checked(done, arguments, status)

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)

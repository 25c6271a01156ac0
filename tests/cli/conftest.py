"""The command line as a user runs it, in an empty directory."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.settings import PREFIX, Settings, variables

ROOT = Path(__file__).parent.parent.parent

NEWSWIRE = (sys.executable, "-P", "-m", "pipeline.cli")

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
    def json(self) -> list[dict[str, object]]:
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

"""Stories into the pipeline and messages out of it, with the commands and clients that users have."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from newswire.cli.following import follow
from newswire.lag import group_lags
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, child_environment
from newswire.stream.message import ConsumedMessage
from newswire.topics import Topic
from tests.waiting import wait_for

__all__ = ("SEEDS", "feed", "messages", "newswire", "stories", "wait_until_through")

SEEDS = Path(__file__).parents[2] / "seeds"


def stories() -> list[Path]:
    """The example stories, without what describes them."""
    described = {path for path in SEEDS.iterdir() if path.name.endswith((".meta.json", ".md"))}
    return sorted(set(SEEDS.iterdir()) - described)


def newswire(
    settings: Settings, arguments: Sequence[str | Path], stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line with these settings to its end."""
    return subprocess.run(
        [sys.executable, "-m", "newswire", *map(str, arguments)],
        input=stdin or b"",
        capture_output=True,
        env=child_environment(settings),
        timeout=120,
        check=False,
    )


def feed(settings: Settings, paths: Iterable[Path]) -> None:
    """Feeds files in this order with `newswire feed`."""
    done = newswire(settings, ["feed", *paths])
    assert done.returncode == 0, done.stderr.decode()


def messages(settings: Settings, topic: Topic) -> list[ConsumedMessage]:
    """What lies on a topic now."""
    return list(follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True))


def wait_until_through(settings: Settings, *workers: WorkerProcess, timeout: float = 120.0) -> None:
    """Waits until no agent is behind; fails at once when a worker has ended."""

    def through() -> bool:
        for worker in workers:
            ended = f"worker ended: {worker.log.read_text() if worker.log else ''}"
            assert worker.status is None, ended
        return not any(entry.lag for entry in group_lags(settings))

    try:
        wait_for(through, "every agent's lag returns to zero", timeout)
    except AssertionError as error:
        error.add_note("\n".join(f"{entry}" for entry in group_lags(settings) if entry.lag))
        for worker in workers:
            error.add_note(worker.log.read_text()[-20_000:] if worker.log else "no log")
        raise

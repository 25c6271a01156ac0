"""A drop folder: files that appear in it are fed and then moved aside.

Files go to `done/` after every message of theirs is confirmed, and not before: a crash in between feeds a file once more,
and loses none. What can never be fed goes to `failed/` with its reason beside it; what the broker did not take stays and is
tried again. A file counts as complete when neither it nor its description has changed for `SETTLED` seconds. A writer that
pauses for longer writes under a hidden, `.part` or `.tmp` name first, which is passed over, and renames the file then.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from newswire.errors import InputError
from newswire.feed.files import is_story, items_of
from newswire.feed.sender import Outcome, Sender
from newswire.wire.files import sidecar

__all__ = ("SETTLED", "DropFolder")

# Seconds without change after which a file counts as complete: writers over a network flush more often than that.
SETTLED: Final = 2.0

DONE: Final = "done"
FAILED: Final = "failed"
REASON: Final = ".reason.txt"


# Size, time of change and inode: of the file, and of its description where it has one.
State = tuple[tuple[int, int, int], ...]


@dataclass
class DropFolder:
    """A folder that is watched. `look` does one round."""

    directory: Path
    settled: float = SETTLED
    _seen: dict[Path, tuple[State, float]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Makes the folders for what is done. Raises InputError where that cannot be."""
        try:
            for name in (DONE, FAILED):
                (self.directory / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.directory} cannot be watched: {error.strerror}", "Name a directory that we may write to"
            ) from None

    def look(self, sender: Sender) -> Outcome:
        """Feeds what is complete, moves it aside, and says what became of it."""
        total = Outcome()
        for path in self._complete():
            outcome = sender.send(items_of(path))
            if not outcome.failed:
                self._move(path, DONE)
            elif outcome.refused:
                moved = self._move(path, FAILED)
                moved.with_name(moved.name + REASON).write_text("\n".join(outcome.failed) + "\n", encoding="utf-8")
            total.add(outcome)
        return total

    def _complete(self) -> list[Path]:
        """The files that have not changed for long enough, the oldest first: versions of a story arrive in order."""
        now = time.monotonic()
        current = dict(self._stories())
        self._seen = {
            path: known if (known := self._seen.get(path)) and known[0] == state else (state, now)
            for path, state in current.items()
        }
        ready = [path for path, (_, since) in self._seen.items() if now - since >= self.settled]
        return sorted(ready, key=lambda path: (current[path][0][1], path.name))

    def _stories(self) -> Iterator[tuple[Path, State]]:
        for path in sorted(self.directory.iterdir()):
            try:
                if not path.is_dir() and is_story(path):
                    beside = sidecar(path)
                    found = [one.stat() for one in (path, beside) if one.exists()]
                    yield path, tuple((one.st_size, one.st_mtime_ns, one.st_ino) for one in found)
            except FileNotFoundError:  # its writer took it away
                continue

    def _move(self, path: Path, name: str) -> Path:
        """Moves a file and then its description; files of the same name that lie there are kept."""
        target = self.directory / name / path.name
        number = 2
        while target.exists() or sidecar(target).exists():
            target = target.with_name(f"{path.stem}~{number}{path.suffix}")
            number += 1
        path.rename(target)
        self._seen.pop(path, None)
        beside = sidecar(path)
        # STORY.html may lie beside STORY.txt and share its description.
        if beside.is_file() and not any(other.stem == path.stem for other in self._seen):
            beside.rename(sidecar(target))
        return target

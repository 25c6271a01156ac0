"""A drop folder: files that appear in it are fed and then moved aside.

Files go to `done/` after every message of theirs is confirmed, and not before: a crash in between feeds a file once more,
and loses none. What can never be fed goes to `failed/` with its reason beside it; what the broker did not take stays and is
tried again. A file counts as complete when neither it nor its description has changed for `SETTLED` seconds. A writer that
pauses for longer writes under a hidden, `.part` or `.tmp` name first, which is passed over, and renames the file then.

How the folder does is kept in a hidden file in it: whoever watches it next knows since when nothing came.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from newswire.errors import InputError
from newswire.feed.cursor import Health
from newswire.feed.files import is_story, items_of
from newswire.feed.sender import Outcome, Sender
from newswire.wire.files import sidecar

__all__ = ("SETTLED", "DropFolder", "health_of", "waiting")

# Seconds without change after which a file counts as complete: writers over a network flush more often than that.
SETTLED: Final = 2.0

DONE: Final = "done"
FAILED: Final = "failed"
REASON: Final = ".reason.txt"
STATE: Final = ".newswire.json"


# Size, time of change and inode: of the file, and of its description where it has one.
State = tuple[tuple[int, int, int], ...]


@dataclass
class DropFolder:
    """A folder that is watched. `look` does one round; `health` says how it does."""

    directory: Path
    settled: float = SETTLED
    health: Health = field(default_factory=Health)
    _seen: dict[Path, tuple[State, float]] = field(default_factory=dict)
    _fed: dict[Path, State] = field(default_factory=dict)
    """Files that are confirmed and still lie there."""

    def prepare(self) -> None:
        """Makes the folders for what is done, and takes note of how it did before. Raises InputError where that cannot be."""
        try:
            for name in (DONE, FAILED):
                (self.directory / name).mkdir(parents=True, exist_ok=True)
            before = health_of(self.directory)
            self._note(since=before.since or time.time(), last_new=before.last_new, fed=before.fed)
            self.keep()
        except OSError as error:
            raise InputError(
                f"{self.directory} cannot be watched: {error.strerror}", "Name a directory that we may write to"
            ) from None

    def look(self, sender: Sender) -> Outcome:
        """Feeds what is complete, moves it aside, and says what became of it. A folder that cannot be looked into has failed, and
        so has one of which nothing can be moved: what is fed of it is not fed again."""
        total = Outcome()
        try:
            self._feed(sender, total)
        except OSError as error:
            reason = f"{self.directory}: {error.strerror or error}"
            self._note(failures=self.health.failures + 1, reason=reason)
            total.failed.append(reason)
        return total

    def keep(self) -> None:
        """Keeps how the folder does, for whoever looks or comes next. Raises OSError."""
        path = self.directory / STATE
        written = path.with_name(f"{STATE}.tmp")
        written.write_bytes(msgspec.json.encode(self.health))
        written.replace(path)

    def _note(self, **changes: Any) -> None:
        self.health = msgspec.structs.replace(self.health, **changes)

    def _feed(self, sender: Sender, total: Outcome) -> None:
        for path in self._complete():
            state = self._seen[path][0]
            if self._fed.get(path) == state:
                self._move(path, DONE)
                continue
            outcome = sender.send(items_of(path))
            total.add(outcome)
            if outcome.confirmed:
                self._note(last_new=time.time(), fed=self.health.fed + outcome.confirmed)
            if not outcome.failed:
                self._fed[path] = state
                self._move(path, DONE)
            elif outcome.refused:
                moved = self._move(path, FAILED)
                moved.with_name(moved.name + REASON).write_text("\n".join(outcome.failed) + "\n", encoding="utf-8")
            if outcome.confirmed:
                self.keep()
        self._note(last_success=time.time(), failures=0, reason=None)

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
        self._fed.pop(path, None)
        beside = sidecar(path)
        # STORY.html may lie beside STORY.txt and share its description.
        if beside.is_file() and not any(other.stem == path.stem for other in self._seen):
            beside.rename(sidecar(target))
        return target


def health_of(directory: Path) -> Health:
    """How a folder did when somebody watched it last; of one that nobody has watched, nothing is known."""
    try:
        return msgspec.json.decode((directory / STATE).read_bytes(), type=Health)
    except (OSError, msgspec.MsgspecError):  # a damaged one is written anew
        return Health()


def waiting(directory: Path) -> list[Path]:
    """The files of a folder that are still to be fed, by name. Raises OSError."""
    return sorted(path for path in directory.iterdir() if not path.is_dir() and is_story(path))

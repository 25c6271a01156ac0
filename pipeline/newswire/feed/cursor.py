"""What is kept of polled addresses over restarts: what their servers said last, and which entries are fed, in which version.

All of it is kept for each raw topic by itself: what one broker has got says nothing about another one.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from newswire.errors import InputError
from newswire.lock_file import locked

__all__ = ("Cursor", "CursorFile", "Health", "Known", "cursors_in")

# Entries remembered beyond those that the feed lists now: feeds take old ones up again, but not for long.
REMEMBERED: Final = 5_000

# Failed polls in a row of an address that is named failing. With the default settings that is a quarter of an hour.
FAILING: Final = 3

# Seconds after which what was only noted is written.
NOTED: Final = 5.0

# The key of the file's one object. Files from before it had the addresses in its place.
TOPICS: Final = "topics"


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one entry: the fingerprint of what it said last, and the version that this was given.

    `fed` is false from before the entry is sent until all that was sent with it is confirmed. `version` is None in what was fed
    before versions were kept. `marks` are those of `newswire.feed.entries.Entry`.
    """

    fingerprint: str
    version: int | None = None
    fed: bool = True
    marks: tuple[str, ...] = ()

    def version_of(self, fingerprint: str, own: int) -> int:
        """The version of the entry as it is now, when its feed would make it `own`: the same for what says the same, else a
        higher one than any before, so that subscribers let go of what the entry said before."""
        last = own if self.version is None else self.version
        return last if fingerprint == self.fingerprint else max(own, last + 1)


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an address does. Times are Unix seconds; None for what never was."""

    since: float | None = None
    """When it was polled first."""
    last_success: float | None = None
    """When it last gave something to read, be it nothing new."""
    last_new: float | None = None
    """When something new or changed of it was fed last."""
    fed: int = 0
    """Items fed of it."""
    failures: int = 0
    """Failed polls in a row."""
    reason: str | None = None
    """Why the last poll failed."""
    gone: bool = False
    """Whether it is polled no more."""

    @property
    def is_failing(self) -> bool:
        """Whether it failed several times in a row: once is an accident."""
        return not self.gone and self.failures >= FAILING

    def is_silent(self, expected: float | None, now: float) -> bool:
        """Whether nothing new came for longer than the seconds in which something is expected."""
        last = self.last_new or self.since
        return expected is not None and last is not None and now - last > expected


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far one address is fed. `seen` has what is known of each entry by its id, the latest last; `unchanged` counts the
    answers in a row that nothing has changed."""

    etag: str | None = None
    last_modified: str | None = None
    unchanged: int = 0
    health: Health = Health()
    seen: dict[str, Known] = {}

    def advanced(self, entries: dict[str, Known], etag: str | None = None, last_modified: str | None = None) -> Cursor:
        """The cursor after these entries; the oldest are forgotten beyond `REMEMBERED`."""
        kept = {name: value for name, value in self.seen.items() if name not in entries} | entries
        surplus = len(kept) - max(REMEMBERED, len(entries))
        seen = dict(list(kept.items())[max(surplus, 0) :])
        return Cursor(etag=etag, last_modified=last_modified, health=self.health, seen=seen)

    def with_health(self, **changes: Any) -> Cursor:
        """The same with changes to its health."""
        return msgspec.structs.replace(self, health=msgspec.structs.replace(self.health, **changes))


class CursorFile:
    """The file with the cursors of all addresses, as one raw topic is fed from them. `opened` makes one; it keeps other
    feeders out as long as it is open."""

    def __init__(self, path: Path, topic: str, topics: dict[str, dict[str, Cursor]]) -> None:
        self._path = path
        self._topics = topics
        self._cursors = topics.setdefault(topic, {})
        self._marks = {address: _marks(cursor) for address, cursor in self._cursors.items()}
        self._written = time.monotonic()
        self._is_written = True

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path, topic: str) -> Iterator[CursorFile]:
        """Reads the file. `topic` identifies the raw topic among all topics of all brokers.

        Raises InputError when the file is damaged, SettingsError when another feeder has it or it cannot be written.
        """
        with locked(
            path.with_name(path.name + ".lock"),
            unwritable=(f"The feeds' state cannot be kept in {path}", "Set feed.state to a file we may write"),
            taken=(f"Another feeder polls with the state in {path}", "End it, or set feed.state to another file"),
        ):
            opened = cls(path, topic, _read(path, topic))
            yield opened
            if not opened._is_written:
                opened._write()

    def get(self, address: str) -> Cursor:
        """The address's cursor; an empty one for a new address."""
        return self._cursors.get(address, Cursor())

    def known(self, entry: str) -> Known | None:
        """What is known of the entry with this id, from whichever address it came last: a feed may move to another one, and
        several may list the same story."""
        found = [cursor.seen[entry] for cursor in self._cursors.values() if entry in cursor.seen]
        return max(found, key=lambda one: one.version or 0, default=None)

    def same(self, marks: Iterable[str]) -> str | None:
        """The id under which an entry with one of these marks is known."""
        return next((found[mark] for mark in marks for found in self._marks.values() if mark in found), None)

    def start_over(self, address: str) -> None:
        """Makes everything that the address lists unfed. Versions are not forgotten: who has read them would take lower ones
        for late news."""
        seen = self.get(address).seen
        unfed = {name: msgspec.structs.replace(known, fed=False) for name, known in seen.items()}
        self.put(address, Cursor(health=self.get(address).health, seen=unfed))

    def put(self, address: str, cursor: Cursor) -> None:
        """Keeps the address's cursor. It is on the disk, whole, when this returns."""
        self._cursors[address] = cursor
        self._marks[address] = _marks(cursor)
        self._write()

    def note(self, address: str, cursor: Cursor) -> None:
        """Keeps an address's cursor in which nothing has changed but how the address does. It may be on the disk some seconds
        later: the file has all addresses, and most polls bring nothing."""
        self._cursors[address] = cursor
        self._is_written = False
        if time.monotonic() - self._written > NOTED:
            self._write()

    def _write(self) -> None:
        data = msgspec.json.encode({TOPICS: self._topics})
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        self._written = time.monotonic()
        self._is_written = True


def cursors_in(path: Path, topic: str) -> dict[str, Cursor]:
    """The cursors of the topic's addresses as the file has them now, whoever keeps it. Raises InputError when it is damaged."""
    return _read(path, topic).get(topic, {})


def _marks(cursor: Cursor) -> dict[str, str]:
    return {mark: name for name, known in cursor.seen.items() for mark in known.marks}


def _read(path: Path, topic: str) -> dict[str, dict[str, Cursor]]:
    try:
        found = orjson.loads(path.read_bytes())
        if not isinstance(found, dict) or TOPICS not in found:
            return {topic: _before_topics(found)}
        return msgspec.convert(found[TOPICS], dict[str, dict[str, Cursor]])
    except FileNotFoundError:
        return {}
    except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f"The feeds' state in {path} is damaged: {error}",
            "Remove the file; what the feeds list now is then fed once more, with the same ids",
        ) from None


class Former(msgspec.Struct, frozen=True):
    """A cursor as files had it that knew neither topics nor versions."""

    etag: str | None = None
    last_modified: str | None = None
    seen: dict[str, str] = {}


def _before_topics(found: Any) -> dict[str, Cursor]:
    """The cursors of such a file. They do not say which topic was fed: it counts as the first that is fed now."""
    return {
        address: Cursor(
            etag=former.etag,
            last_modified=former.last_modified,
            seen={name: Known(fingerprint=fingerprint) for name, fingerprint in former.seen.items()},
        )
        for address, former in msgspec.convert(found, dict[str, Former]).items()
    }

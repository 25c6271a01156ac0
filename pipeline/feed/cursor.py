"""What is kept of polled addresses over restarts: what their servers said last, and which entries are fed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import orjson

from pipeline.errors import InputError, SettingsError

__all__ = ("Cursor", "CursorFile")

# Entries remembered beyond those that the feed lists now: feeds take old ones up again, but not for long.
REMEMBERED: Final = 5_000


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """How far one address is fed. `seen` has the fingerprint of each entry by its id, the latest last."""

    etag: str | None = None
    last_modified: str | None = None
    seen: dict[str, str] = {}

    def advanced(self, fed: dict[str, str], etag: str | None, last_modified: str | None) -> Cursor:
        """The cursor after these entries; the oldest are forgotten beyond `REMEMBERED`."""
        kept = {name: value for name, value in self.seen.items() if name not in fed} | fed
        surplus = len(kept) - max(REMEMBERED, len(fed))
        return Cursor(etag=etag, last_modified=last_modified, seen=dict(list(kept.items())[max(surplus, 0) :]))


class CursorFile:
    """The file with the cursors of all addresses. `opened` makes one; it keeps other feeders out as long as it is open."""

    def __init__(self, path: Path, cursors: dict[str, Cursor]) -> None:
        self._path = path
        self._cursors = cursors

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: Path) -> Iterator[CursorFile]:
        """Reads the file. Raises InputError when it is damaged, SettingsError when another feeder has it or it cannot be
        written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.with_name(path.name + ".lock").open("w")
        except OSError as error:
            raise SettingsError(
                f"The feeds' state cannot be kept in {path}: {error.strerror}", "Set feed.state to a file we may write"
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SettingsError(
                    f"Another feeder polls with the state in {path}", "End it, or set feed.state to another file"
                ) from None
            yield cls(path, _read(path))

    def get(self, address: str) -> Cursor:
        """The address's cursor; an empty one for a new address."""
        return self._cursors.get(address, Cursor())

    def put(self, address: str, cursor: Cursor) -> None:
        """Keeps the address's cursor. It is on the disk, whole, when this returns."""
        self._cursors[address] = cursor
        data = orjson.dumps(self._cursors, default=msgspec.to_builtins, option=orjson.OPT_INDENT_2)
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


def _read(path: Path) -> dict[str, Cursor]:
    try:
        return msgspec.convert(orjson.loads(path.read_bytes()), dict[str, Cursor])
    except FileNotFoundError:
        return {}
    except (orjson.JSONDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            f"The feeds' state in {path} is damaged: {error}",
            "Remove the file; what the feeds list now is then fed once more, with the same ids",
        ) from None

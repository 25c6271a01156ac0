"""What a client is told out of the store: what stands, then what has changed, in pieces of a bounded size.

Each piece is read in one transaction, by a thread that may wait for the disk. What has been withdrawn since is not told again: of
a record whose withdrawal lies ahead in the journal, only that is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from newswire.gateway.changes import Change, Wanted, event, narrowed
from newswire.gateway.places import BEGINNING, Cursor, Place, vector

__all__ = ("Expired", "Piece", "changed", "first_seq", "is_ahead", "is_expired", "now", "standing")

# Rows and bytes at which a piece ends: some milliseconds of work, and what a connection takes at once.
ROWS: Final = 500
BYTES: Final = 256 * 1024


class Expired(Exception):  # noqa: N818 - what happened, not what went wrong
    """The journal does not reach back to the place."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What to send next, and the place behind it."""

    frames: bytes
    events: int
    place: Place
    seq: int
    """The count of the last change that has been looked at."""
    finished: bool
    """Whether that was all, at the moment of reading."""


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything inside is read as of one moment."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def now(connection: sqlite3.Connection, stream: str) -> tuple[int, ...]:
    """What a client has been told who knows all there is."""
    rows = connection.execute("SELECT partition, position FROM partitions WHERE stream = ?", (stream,))
    return vector(rows.fetchall())


def is_ahead(place: Place, known: tuple[int, ...]) -> bool:
    """Whether somebody has been told more than there is."""
    return len(place.told) > len(known) or any(map(int.__gt__, place.told, known))


def is_expired(connection: sqlite3.Connection, place: Place) -> bool:
    """Whether the journal does not reach back to the place."""
    floors = connection.execute("SELECT partition, floor FROM partitions WHERE stream = ?", (place.stream,))
    return any(_told(place, number) < floor for number, floor in floors)


def standing(connection: sqlite3.Connection, place: Place, wanted: Wanted) -> Piece:
    """What stands behind the cursor of the place, in the order of time, and has not changed since its vector."""
    after: Cursor = place.standing or BEGINNING
    frames: list[bytes] = []
    size = count = 0
    rows = connection.execute(
        "SELECT seq, partition, offset, time, id, value FROM records"
        " WHERE stream = ? AND (time, partition, offset) > (?, ?, ?) ORDER BY time, partition, offset LIMIT ?",
        (place.stream, *after, ROWS),
    )
    for seq, partition, offset, time, id, value in rows:
        count += 1
        after = (time, partition, offset)
        if value is None or offset >= _told(place, partition):
            continue
        change = Change(seq, place.stream, partition, offset, id, value, None)
        if narrowed(change, wanted):
            frames.append(event("added", change, Place(place.stream, place.told, after).id()))
            size += len(frames[-1])
            if size > BYTES:
                break
    rows.close()
    finished = count < ROWS and size <= BYTES
    behind = Place(place.stream, place.told, None if finished else after)
    return Piece(b"".join(frames), len(frames), behind, 0, finished)


def first_seq(connection: sqlite3.Connection, place: Place) -> int:
    """The count before the first change that may lie behind the place: where to begin with `changed`."""
    # As of one moment: a batch that comes between two partitions would hide the change of the one behind that of the other.
    with snapshot(connection):
        found = [
            row[0]
            for number in range(max(len(place.told), len(now(connection, place.stream))))
            for row in connection.execute(
                "SELECT seq FROM journal WHERE stream = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT 1",
                (place.stream, number, _told(place, number)),
            )
        ]
        return min(found) - 1 if found else _last_seq(connection)


def changed(connection: sqlite3.Connection, place: Place, wanted: Wanted, seq: int) -> Piece:
    """What has changed behind the place, of the changes with a higher count than `seq`.

    Raises Expired when the journal does not reach back to the place, or the place lies ahead of it: the topic was made anew.
    """
    with snapshot(connection):
        known = now(connection, place.stream)
        if is_ahead(place, known) or is_expired(connection, place):
            raise Expired
        last = _last_seq(connection)
        told = [_told(place, number) for number in range(max(len(place.told), len(known)))]
        frames: list[bytes] = []
        size = count = 0
        rows = connection.execute(
            "SELECT seq, stream, partition, offset, id, after, before,"
            " EXISTS (SELECT 1 FROM journal AS later WHERE later.stream = journal.stream AND later.id = journal.id"
            "         AND later.seq > journal.seq AND later.after IS NULL)"
            " FROM journal WHERE seq > ? AND stream = ? ORDER BY seq LIMIT ?",
            (seq, place.stream, ROWS),
        )
        for *row, withdrawn in rows:
            change = Change(*row)
            count += 1
            seq = change.seq
            if change.offset < told[change.partition]:
                continue
            told[change.partition] = change.offset + 1
            kind = narrowed(change, wanted)
            if kind is None or (withdrawn and kind != "withdrawn"):
                continue
            frames.append(event(kind, change, Place(place.stream, tuple(told)).id()))
            size += len(frames[-1])
            if size > BYTES:
                break
        rows.close()
    finished = count < ROWS and size <= BYTES
    if finished:  # then also of what changed nothing
        told[: len(known)] = map(max, told, known)
    return Piece(b"".join(frames), len(frames), Place(place.stream, tuple(told)), last if finished else seq, finished)


def _last_seq(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()
    return int(found[0])


def _told(place: Place, partition: int) -> int:
    return place.told[partition] if partition < len(place.told) else 0

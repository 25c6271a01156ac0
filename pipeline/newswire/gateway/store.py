"""What stands and what has changed, kept in one SQLite file by the one thread that reads the topics."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import orjson

from newswire.gateway.changes import Change
from newswire.gateway.places import vector
from newswire.gateway.schema import open_writer
from newswire.gateway.streams import ARTICLE_STREAM, STREAMS, Stream
from newswire.records import Article
from newswire.ruling import WITHDRAWN, Ruling, ruling

__all__ = ("Message", "Partition", "Rewound", "Store")

logger = logging.getLogger(__name__)

Partition = tuple[str, int]
"""The name of a stream, and the number of a partition of its topic."""

DAY_MS: Final = 24 * 60 * 60 * 1000

# Rows that one transaction gives up at most: some tens of milliseconds, for which the reading of the topics waits.
TRIMMED_AT_ONCE: Final = 500

# Pages of the file that are given back to the system after each.
PAGES_AT_ONCE: Final = 2_000


class Rewound(Exception):  # noqa: N818 - what happened, not what went wrong
    """A topic begins anew, or has lost what was not read yet: what is kept of it says nothing any more."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.stream = stream


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a stream's topic. Without a value it withdraws the record of its key, unless it has `expired`: then the tables
    have only forgotten it.
    """

    partition: Partition
    offset: int
    time_ms: int
    key: str
    value: bytes | None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    version: int
    offset: int
    value: bytes | None

    @property
    def ruling(self) -> Ruling:
        """Of an article: its place among the versions of its story."""
        return self.version, self.value is None, self.offset


class Store:
    """Takes messages in, each batch in one transaction with the offsets behind it. `clock` gives Unix seconds."""

    def __init__(self, directory: Path, history_days: float, *, clock: Callable[[], float] = time.time) -> None:
        """Raises SettingsError when the file cannot be used."""
        self._connection = open_writer(directory)
        self._history_ms = int(history_days * DAY_MS)
        self._clock = clock
        found = self._connection.execute(
            "SELECT max(coalesce((SELECT max(seq) FROM records), 0), coalesce((SELECT max(seq) FROM journal), 0))"
        )
        self._seq: int = found.fetchone()[0]
        self._floors: dict[Partition, int] = {}
        self._positions: dict[Partition, int] = {}
        self._last: dict[Partition, tuple[int, int]] = {}
        for stream, number, position, floor, offset, time_ms in self._connection.execute("SELECT * FROM partitions"):
            self._positions[stream, number] = position
            self._floors[stream, number] = floor
            if offset is not None:
                self._last[stream, number] = offset, time_ms

    @property
    def seq(self) -> int:
        """The count of the last change."""
        return self._seq

    @property
    def positions(self) -> Mapping[Partition, int]:
        """For each partition that is known the offset behind the last message that is worked in."""
        return self._positions

    @property
    def last(self) -> Mapping[Partition, tuple[int, int]]:
        """Offset and time of the last message that is worked in, for each partition that had one."""
        return self._last

    def told(self, stream: str) -> tuple[int, ...]:
        """The positions of a stream as the vector of a place."""
        return vector((number, offset) for (name, number), offset in self._positions.items() if name == stream)

    def caught_up(self, stream: str) -> bool:
        """Whether every partition has been read up to where it ended when the store was made."""
        floors = [(at, floor) for at, floor in self._floors.items() if at[0] == stream]
        return bool(floors) and all(self._positions[at] >= floor for at, floor in floors)

    def read_age(self) -> float | None:
        """Seconds since the topics were read last; None if they never were."""
        row = self._connection.execute("SELECT time FROM moments WHERE name = 'read'").fetchone()
        return None if row is None else max(0.0, self._clock() - row[0] / 1000)

    def begin(self, partition: Partition, position: int, floor: int) -> None:
        """Takes on a partition that is not known yet, from a position on. The journal begins at `floor`: what comes before that
        says what stands, and not what has changed, since a compacted topic does not have it any more.
        """
        with self._transaction():
            self._connection.execute(
                "INSERT INTO partitions (stream, partition, position, floor) VALUES (?, ?, ?, ?)",
                (*partition, position, floor),
            )
        self._positions[partition], self._floors[partition] = position, floor

    def forget(self, stream: str) -> None:
        """Drops all that is known of a stream, its partitions included."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM words WHERE rowid IN (SELECT seq FROM records WHERE stream = ?)", (stream,)
            )
            for table in ("records", "journal", "partitions"):
                self._connection.execute(f"DELETE FROM {table} WHERE stream = ?", (stream,))  # noqa: S608 - our own names
        for known in [at for at in self._positions if at[0] == stream]:
            del self._positions[known], self._floors[known]
            self._last.pop(known, None)

    def take(
        self, messages: Iterable[Message], positions: Mapping[Partition, int]
    ) -> list[tuple[Change, tuple[int, ...]]]:
        """Works messages in, and moves on to `positions`, the offsets behind them. Each change comes with what has then been told
        of its stream, as the vector of a place.

        Raises Rewound for a message that comes before those that are worked in; then nothing is.
        """
        vectors = {name: list(self.told(name)) for name in STREAMS}
        changes: list[tuple[Change, tuple[int, ...]]] = []
        last: dict[Partition, tuple[int, int]] = {}
        began = self._seq
        try:
            with self._transaction():
                for message in messages:
                    stream, number = message.partition
                    if message.offset < self._positions[message.partition]:
                        raise Rewound(stream)
                    change = self._work(STREAMS[stream], message)
                    vectors[stream][number] = message.offset + 1
                    last[message.partition] = message.offset, message.time_ms
                    if change is not None and message.offset >= self._floors[message.partition]:
                        changes.append((change, tuple(vectors[stream])))
                for partition, position in positions.items():
                    self._connection.execute(
                        "UPDATE partitions SET position = ? WHERE stream = ? AND partition = ?", (position, *partition)
                    )
                for partition, (offset, time_ms) in last.items():
                    self._connection.execute(
                        "UPDATE partitions SET last_offset = ?, last_time = ? WHERE stream = ? AND partition = ?",
                        (offset, time_ms, *partition),
                    )
                self._connection.execute("REPLACE INTO moments VALUES ('read', ?)", (self._now(),))
        except BaseException:
            self._seq = began
            raise
        self._positions |= positions
        self._last |= last
        return changes

    def trim(self) -> bool:
        """Gives up some of what is older than the history that is kept; whether there may be more.

        The journal gives up its beginning only, so that what is left of it has no gaps.
        """
        before = self._now() - self._history_ms
        with self._transaction():
            old = self._connection.execute(
                "SELECT seq, stream, partition, offset, time FROM journal ORDER BY seq LIMIT ?", (TRIMMED_AT_ONCE,)
            ).fetchall()
            kept = next((at for at, row in enumerate(old) if row[4] >= before), len(old))
            floors: dict[Partition, int] = {}
            for _, stream, number, offset, _ in old[:kept]:
                floors[stream, number] = max(offset + 1, self._floors[stream, number])
            if kept:
                self._connection.execute("DELETE FROM journal WHERE seq <= ?", (old[kept - 1][0],))
            for (stream, number), floor in floors.items():
                self._connection.execute(
                    "UPDATE partitions SET floor = ? WHERE stream = ? AND partition = ?", (floor, stream, number)
                )
            gone = [
                row
                for name in STREAMS
                for row in self._connection.execute(
                    "SELECT seq FROM records WHERE stream = ? AND time < ? ORDER BY time LIMIT ?",
                    (name, before, TRIMMED_AT_ONCE),
                )
            ]
            self._connection.executemany("DELETE FROM words WHERE rowid = ?", gone)
            self._connection.executemany("DELETE FROM records WHERE seq = ?", gone)
        self._floors |= floors
        self._connection.execute(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE})").fetchall()
        return kept == TRIMMED_AT_ONCE or len(gone) >= TRIMMED_AT_ONCE

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def _now(self) -> int:
        return int(self._clock() * 1000)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _work(self, stream: Stream, message: Message) -> Change | None:
        """Writes what a message changes, and says it."""
        if message.expired:  # the history that is kept here ends at its own time
            return None
        id, value, version = message.key, message.value, 0
        rank: Ruling | None = None
        if value is not None:
            try:
                record = msgspec.json.decode(value, type=stream.record)
            except (ValueError, msgspec.MsgspecError) as error:
                where = f"{stream.topic.name}[{message.partition[1]}]@{message.offset}"
                logger.warning("The message at %s is no record (%s) and is passed over", where, error)
                return None
            if isinstance(record, Article):
                id, version = record.id, record.version  # others than we may write articles, with any key
                rank = ruling(version, record.status, message.offset)
                if record.status in WITHDRAWN:
                    value = None
        found = self._connection.execute(
            "SELECT seq, version, offset, value FROM records WHERE stream = ? AND id = ?", (stream.name, id)
        ).fetchone()
        known = None if found is None else _Row(*found)
        if known is not None and rank is not None and rank < known.ruling:
            return None
        if known is not None and known.value == value:
            self._connection.execute("UPDATE records SET version = ? WHERE seq = ?", (version, known.seq))
            return None
        # Clocks of producers may be wrong: what claims to come from the future would stay for ever.
        at = min(message.time_ms, self._now())
        # What is too old to be kept changes nothing when the store is made; later, somebody may hold it.
        if at < self._now() - self._history_ms and message.offset < self._floors[message.partition]:
            return None
        self._seq += 1
        if known is not None:
            self._connection.execute("DELETE FROM words WHERE rowid = ?", (known.seq,))
            self._connection.execute("DELETE FROM records WHERE seq = ?", (known.seq,))
        place = (stream.name, message.partition[1], message.offset)
        if value is not None or stream is ARTICLE_STREAM:
            self._connection.execute(
                "INSERT INTO records (seq, stream, partition, offset, id, time, version, value)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (self._seq, *place, id, at, version, value),
            )
        if value is not None:
            self._connection.execute(
                "INSERT INTO words (rowid, text) VALUES (?, ?)", (self._seq, stream.text(orjson.loads(value)))
            )
        before = None if known is None else known.value
        if message.offset >= self._floors[message.partition]:
            self._connection.execute(
                "INSERT INTO journal (seq, stream, partition, offset, id, time, after, before)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (self._seq, *place, id, at, value, before),
            )
        return Change(self._seq, *place, id, value, before)

"""Looking things up in the store: a record, an article, and a search over all of them."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Final

import orjson

from newswire.gateway.questions import Search
from newswire.gateway.streams import ARTICLE_STREAM, RECORD_STREAMS

__all__ = ("Found", "article", "found", "record")

# Seconds after which a search answers with what it has found by then.
DEADLINE: Final = 3.0

# Bytes after which it does so, too: articles may have megabytes each.
MOST_BYTES: Final = 8 * 1024 * 1024

# Steps of SQLite's machine between two looks at the clock: some tenths of a millisecond.
STEPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Records that were found, each with the name of its stream and its time in Unix milliseconds."""

    records: list[tuple[str, int, bytes]]
    complete: bool
    """Whether everything has been looked at, or `limit` was reached first; otherwise it took too long, or grew too large."""


def article(connection: sqlite3.Connection, id: str) -> bytes | None:
    """The article that stands, as JSON."""
    return _value(connection, (ARTICLE_STREAM.name,), id)


def record(connection: sqlite3.Connection, id: str) -> bytes | None:
    """The record that stands, as JSON."""
    return _value(connection, tuple(stream.name for stream in RECORD_STREAMS), id)


def _value(connection: sqlite3.Connection, streams: tuple[str, ...], id: str) -> bytes | None:
    for stream in streams:
        row = connection.execute("SELECT value FROM records WHERE stream = ? AND id = ?", (stream, id)).fetchone()
        if row is not None and row[0] is not None:
            value: bytes = row[0]
            return value
    return None


def found(connection: sqlite3.Connection, question: Search) -> Found:
    """The newest records that a question asks for."""
    streams = [stream.name for stream in question.streams]
    source = "records"
    # The plus keeps SQLite from an index of streams, behind which it would sort everything.
    conditions = [f"+records.stream IN ({', '.join('?' * len(streams))})", "records.value IS NOT NULL"]
    values: list[object] = list(streams)
    if question.since is not None:
        conditions.append("records.time >= ?")
        values.append(int(question.since.timestamp() * 1000))
    if phrases := (*question.words, *question.indexed):
        source = "words JOIN records ON records.seq = words.rowid"
        conditions.append("words MATCH ?")
        values.append(" AND ".join(map(_quoted, phrases)))
    order = "words.rowid" if phrases else "records.seq"
    records: list[tuple[str, int, bytes]] = []
    size = 0
    deadline = time.monotonic() + DEADLINE
    connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        for stream, at, value in connection.execute(
            f"SELECT records.stream, records.time, records.value FROM {source}"  # noqa: S608 - only names of ours
            f" WHERE {' AND '.join(conditions)} ORDER BY {order} DESC",
            values,
        ):
            if question.wanted.holds(orjson.loads(value)):
                records.append((stream, at, value))
                size += len(value)
                if size > MOST_BYTES:
                    return Found(records, complete=False)
                if len(records) == question.limit:
                    break
            elif time.monotonic() > deadline:
                return Found(records, complete=False)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return Found(records, complete=False)
    finally:
        connection.set_progress_handler(None, STEPS)
    return Found(records, complete=True)


def _quoted(phrase: str) -> str:
    """The phrase as FTS5 has it: whatever stands in it, only its words count. A NUL would end the query."""
    return '"' + phrase.replace("\0", " ").replace('"', '""') + '"'

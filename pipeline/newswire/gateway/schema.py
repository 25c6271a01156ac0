"""The tables of the gateway's file, and its connections."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from newswire.errors import SettingsError

__all__ = ("FILE", "open_reader", "open_writer")

FILE: Final = "gateway.sqlite"
"""The file's name in `gateway.data_dir`."""

# Raised with each change of the tables below: a file of another version is made anew from the topics.
VERSION: Final = 1

# `seq` is one count for records and journal: it grows with each change, so a record's is that of its last one.
TABLES: Final = """
CREATE TABLE partitions (
    stream TEXT, partition INTEGER,
    position INTEGER NOT NULL, -- the offset behind the last message that is worked in
    floor INTEGER NOT NULL,    -- the offset from which on the journal has every change
    last_offset INTEGER, last_time INTEGER, -- of the last message that is worked in
    PRIMARY KEY (stream, partition)
) WITHOUT ROWID;
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    stream TEXT NOT NULL, id TEXT NOT NULL,
    partition INTEGER NOT NULL, offset INTEGER NOT NULL, time INTEGER NOT NULL,
    version INTEGER NOT NULL,  -- of an article; 0 for what is extracted
    value BLOB,                -- none for an article that has been withdrawn
    UNIQUE (stream, id)
);
CREATE INDEX records_by_time ON records (stream, time, partition, offset);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    stream TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, time INTEGER NOT NULL,
    id TEXT NOT NULL, after BLOB, before BLOB
);
CREATE INDEX journal_by_stream ON journal (stream);
CREATE INDEX journal_by_place ON journal (stream, partition, offset);
CREATE INDEX journal_withdrawals ON journal (stream, id, seq) WHERE after IS NULL;
CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE moments (name TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
"""

# Seconds that a connection waits for the lock of another one. Readers wait for nobody; only whoever makes the file does.
BUSY_TIMEOUT: Final = 10.0

# KiB of the file that each connection keeps in memory; the kernel keeps the rest while there is room.
CACHE_KIB: Final = 8 * 1024


def open_writer(directory: Path) -> sqlite3.Connection:
    """The connection of the one who writes; makes the file, or makes it anew where another version of us wrote it.

    Raises SettingsError when the directory or the file is not to be had.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        connection = _connection(f"{(directory / FILE).absolute().as_uri()}?mode=rwc")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            connection.close()
            for ending in ("", "-wal", "-shm"):
                (directory / f"{FILE}{ending}").unlink(missing_ok=True)
            connection = _connection(f"{(directory / FILE).absolute().as_uri()}?mode=rwc")
            # Before the first table: space that is given up goes back to the system in small steps.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    except (OSError, sqlite3.Error) as error:
        raise SettingsError(
            f"The gateway's file in {directory} cannot be used: {error}",
            "Correct gateway.data_dir, or delete the file: the gateway makes it anew from the topics",
        ) from None
    # A crash of the machine may take the last transactions, all of each: the offsets go with them, and they are read again.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def open_reader(directory: Path) -> sqlite3.Connection:
    """A connection that only reads, and sees each transaction of the writer as a whole or not at all."""
    return _connection(f"{(directory / FILE).absolute().as_uri()}?mode=ro")


def _connection(uri: str) -> sqlite3.Connection:
    # Each is used by one thread at a time, and closed by another one.
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection

"""The states of the stories of this worker, on disk: a copy of what lies in Kafka, made anew by each worker.

Nothing here has to survive: the file has no name once it is open, so that a killed worker leaves none behind and no other worker
can take it for its own, and SQLite keeps no journal and waits for no disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = ("Row", "TableStore")

# KiB of the file that SQLite keeps in memory. The kernel keeps the rest while there is room.
CACHE_KIB: Final = 16 * 1024

# Bytes. A state of eighty ids takes 1.3 KB: a dozen fit well, of which the default of 4 KiB wastes a fifth.
PAGE: Final = 16 * 1024

Row = tuple[bytes, int, bytes | None]
"""The key of a story, when it was written last, in Unix milliseconds, and its state, None to forget it."""


class TableStore:
    """The states of stories by partition and key. `directory` is where the file lies."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / f"stories-{id(self):x}.sqlite"
        path.unlink(missing_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in (
            f"page_size = {PAGE}",
            f"cache_size = -{CACHE_KIB}",
            "journal_mode = OFF",
            "synchronous = OFF",
            "locking_mode = EXCLUSIVE",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(
            "CREATE TABLE stories (number INTEGER, story BLOB, at INTEGER, state BLOB, UNIQUE (number, story))"
        )
        self._database.execute("CREATE INDEX ages ON stories (number, at)")
        path.unlink()

    def get(self, partition: int, story: bytes) -> bytes | None:
        """The state of a story, None for one that is not known."""
        found = self._database.execute(
            "SELECT state FROM stories WHERE number = ? AND story = ?", (partition, story)
        ).fetchone()
        return None if found is None else bytes(found[0])

    def put(self, partition: int, rows: Iterable[Row]) -> None:
        """Takes rows in, in their order."""
        self._database.execute("BEGIN")
        for story, at_ms, state in rows:
            if state is None:
                self._database.execute("DELETE FROM stories WHERE number = ? AND story = ?", (partition, story))
            else:
                self._database.execute(
                    "INSERT INTO stories VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, state = excluded.state",
                    (partition, story, at_ms, state),
                )
        self._database.execute("COMMIT")

    def older(self, partition: int, than_ms: int, limit: int) -> list[tuple[bytes, bytes]]:
        """Keys and states of the oldest stories that were written before that time, at most `limit`."""
        return self._database.execute(
            "SELECT story, state FROM stories WHERE number = ? AND at < ? ORDER BY at LIMIT ?",
            (partition, than_ms, limit),
        ).fetchall()

    def drop(self, partition: int) -> None:
        """Forgets a partition."""
        self._database.execute("DELETE FROM stories WHERE number = ?", (partition,))

    def __len__(self) -> int:
        """How many stories are known."""
        return int(self._database.execute("SELECT count(*) FROM stories").fetchone()[0])

    @property
    def bytes(self) -> int:
        """What the file takes."""
        [pages], [size] = (self._database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages) * int(size)

    def close(self) -> None:
        """Ends it, and with it the file."""
        self._database.close()

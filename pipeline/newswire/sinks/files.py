"""Files of rows: Parquet, CSV and JSON lines. A file is there whole, or not at all."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import orjson

from newswire.errors import InstallationError, SettingsError
from newswire.sinks.columns import Column, row
from newswire.subscribe.stories import Record

__all__ = ("FORMATS", "check", "format_of", "write")

# Each format by the suffix of its files.
SUFFIXES: Final = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}

# Nothing is fetched from the network: what reads JSON and writes Parquet is part of DuckDB's package.
OFFLINE: Final[dict[str, str | bool | int | float | list[str]]] = {"autoinstall_known_extensions": "false"}


def format_of(path: Path) -> str:
    """The format that the path's suffix names. Raises SettingsError for another suffix."""
    if path.suffix.lower() not in SUFFIXES:
        raise SettingsError(
            f"{path} does not say in which format to write",
            f"End it in {', '.join(SUFFIXES)}, or name the format: --format {'|'.join(FORMATS)}",
        )
    return SUFFIXES[path.suffix.lower()]


def check(path: Path, format: str) -> None:
    """What would keep `write` from its work, found before anything is read.

    Raises SettingsError for a directory that is not there, InstallationError for Parquet without DuckDB.
    """
    if not path.parent.is_dir():
        raise SettingsError(f"There is no directory {path.parent}", "Make it, or write somewhere else")
    if format == "parquet" and find_spec("duckdb") is None:
        raise InstallationError.of_extra("Parquet", "duckdb", "export")


def write(records: Iterable[Record], columns: Sequence[Column], path: Path, format: str) -> None:
    """Writes the records, one a row, into a file of that format, which takes the place of one that is there.

    Raises OSError where the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as directory:
        made = Path(directory) / path.name
        FORMATS[format](records, columns, made)
        made.replace(path)


def _json_lines(records: Iterable[Record], columns: Sequence[Column], path: Path) -> None:
    with path.open("wb") as file:
        for record in records:
            file.write(orjson.dumps(row(record, columns), option=orjson.OPT_APPEND_NEWLINE))


def _csv(records: Iterable[Record], columns: Sequence[Column], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([column.name for column in columns])
        lines.writerows(row(record, columns).values() for record in records)


def _parquet(records: Iterable[Record], columns: Sequence[Column], path: Path) -> None:
    import duckdb  # slow to import, and an extra

    rows = path.with_suffix(".rows")
    _json_lines(records, columns, rows)
    # A time that DuckDB knows not (23:59:60) is none rather than the end of the export.
    shown = ", ".join(f'TRY_CAST("{column.name}" AS {column.type}) AS "{column.name}"' for column in columns)
    read = ", ".join(f"'{column.name}': 'TEXT'" for column in columns)
    with duckdb.connect(config=OFFLINE) as database:
        database.execute(
            f"COPY (SELECT {shown} FROM read_json({_quoted(rows)}, format = 'newline_delimited', columns = {{{read}}}))"  # noqa: S608 - names of ours, and paths that are quoted
            f" TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


FORMATS: Final[dict[str, Callable[[Iterable[Record], Sequence[Column], Path], None]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "jsonl": _json_lines,
}
"""The formats, and what writes each."""

"""Files as messages: their bytes, and headers from the `STORY.meta.json` beside them."""

from __future__ import annotations

from pathlib import Path

from pipeline.wire.metadata import SIDECAR, headers_of_sidecar

__all__ = ("is_sidecar", "load", "sidecar")


def load(path: Path) -> tuple[bytes, dict[str, bytes]]:
    """The value and the headers of the message that a file stands for.

    Raises OSError, and InputError for a description that is none.
    """
    beside = sidecar(path)
    headers = headers_of_sidecar(beside.read_bytes(), str(beside)) if beside.is_file() else {}
    return path.read_bytes(), headers


def sidecar(path: Path) -> Path:
    """Where the description of a file would lie: `STORY.meta.json` for `STORY.txt`."""
    return path.with_name(path.stem + SIDECAR)


def is_sidecar(path: Path) -> bool:
    """Whether a file describes another one and is no story itself."""
    return path.name.endswith(SIDECAR)

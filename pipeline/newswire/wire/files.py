"""Files as messages: their bytes, and headers from the `STORY.meta.json` beside them."""

from __future__ import annotations

from pathlib import Path

from newswire.errors import InputError
from newswire.wire.metadata import SIDECAR, headers_of_sidecar
from newswire.wire.registry import check_type

__all__ = ("is_sidecar", "load", "sidecar")


def load(path: Path) -> tuple[bytes, dict[str, bytes]]:
    """The value and the headers of the message that a file stands for.

    Raises OSError, and InputError, which names the description and the place in it, for one that is wrong.
    """
    beside = sidecar(path)
    headers = _described(beside) if beside.is_file() else {}
    return path.read_bytes(), headers


def sidecar(path: Path) -> Path:
    """Where the description of a file would lie: `STORY.meta.json` for `STORY.txt`."""
    return path.with_name(path.stem + SIDECAR)


def is_sidecar(path: Path) -> bool:
    """Whether a file describes another one and is no story itself."""
    return path.name.endswith(SIDECAR)


def _described(beside: Path) -> dict[str, bytes]:
    try:
        headers = headers_of_sidecar(beside.read_bytes())
        check_type(headers.get("content-type", b""))
    except InputError as error:
        raise InputError(
            f"{beside} is wrong: {error.what}", error.remedy, format="meta.json", where=error.where
        ) from None
    return headers

"""A file that says that somebody uses what lies beside it, for as long as its process lives, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newswire.errors import SettingsError

__all__ = ("locked",)


@contextmanager
def locked(path: Path, *, unwritable: tuple[str, str], taken: tuple[str, str]) -> Iterator[None]:
    """Holds the lock at `path` within the block; the file stays.

    Raises SettingsError with what is wrong and its remedy: `unwritable`, to which the system's reason is added, when the file
    cannot be made, and `taken` when another process holds it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        what, remedy = unwritable
        raise SettingsError(f"{what}: {error.strerror}", remedy) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(*taken) from None
        yield

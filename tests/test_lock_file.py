"""One process at a time holds a lock, and says so to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswire.errors import SettingsError
from newswire.lock_file import locked

UNWRITABLE = ("The state cannot be kept", "Name another place")
TAKEN = ("Another one uses it", "End that one")


def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "lock"
    with (
        locked(lock, unwritable=UNWRITABLE, taken=TAKEN),
        pytest.raises(SettingsError, match=r"Another one uses it.*End that one"),
        locked(lock, unwritable=UNWRITABLE, taken=TAKEN),
    ):
        pass
    with locked(lock, unwritable=UNWRITABLE, taken=TAKEN):
        pass


def test_a_place_that_cannot_be_written_to_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(SettingsError, match=r"The state cannot be kept: .+Name another place"),
        locked(tmp_path / "file" / "lock", unwritable=UNWRITABLE, taken=TAKEN),
    ):
        pass

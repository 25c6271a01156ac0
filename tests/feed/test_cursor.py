from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import InputError, SettingsError
from pipeline.feed.cursor import REMEMBERED, Cursor, CursorFile


def test_cursors_are_kept_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "state" / "feeds.json"
    kept = Cursor(etag='"1"', last_modified="then", seen={"a": "1"})
    with CursorFile.opened(path) as cursors:
        assert cursors.get("http://a") == Cursor()
        cursors.put("http://a", kept)
    with CursorFile.opened(path) as cursors:
        assert cursors.get("http://a") == kept


def test_a_write_that_fails_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feeds.json"
    with CursorFile.opened(path) as cursors:
        cursors.put("http://a", Cursor(etag="old"))
        before = path.read_bytes()

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            cursors.put("http://a", Cursor(etag="new"))
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["feeds.json", "feeds.json.lock"]


def test_two_feeders_do_not_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "feeds.json"
    with CursorFile.opened(path), pytest.raises(SettingsError, match="Another feeder"), CursorFile.opened(path):
        pass
    with CursorFile.opened(path):
        pass


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"http://a": {"seen": 5}}'])
def test_a_damaged_file_is_named(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "feeds.json"
    path.write_bytes(damage)
    with pytest.raises(InputError, match=r"feeds\.json is damaged"), CursorFile.opened(path):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"feed\.state"), CursorFile.opened(tmp_path / "file" / "feeds.json"):
        pass


def test_old_entries_are_forgotten_but_never_listed_ones() -> None:
    cursor = Cursor(seen={f"old{n}": "1" for n in range(REMEMBERED)})
    after = cursor.advanced({"old0": "2", "new": "1"}, "e", None)
    assert len(after.seen) == REMEMBERED
    assert (after.seen["old0"], after.seen["new"]) == ("2", "1")
    assert "old1" not in after.seen
    many = {f"new{n}": "1" for n in range(REMEMBERED + 10)}
    assert cursor.advanced(many, None, None).seen == many

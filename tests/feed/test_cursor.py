from __future__ import annotations

import os
from pathlib import Path

import pytest

from newswire.errors import InputError, SettingsError
from newswire.feed import cursor
from newswire.feed.cursor import REMEMBERED, Cursor, CursorFile, Health, Known, cursors_in

TOPIC = "news.raw 1"


def test_cursors_are_kept_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "state" / "feeds.json"
    kept = Cursor(etag='"1"', last_modified="then", seen={"a": Known(fingerprint="1", version=3, fed=False)})
    with CursorFile.opened(path, TOPIC) as cursors:
        assert cursors.get("http://a") == Cursor()
        cursors.put("http://a", kept)
    with CursorFile.opened(path, TOPIC) as cursors:
        assert cursors.get("http://a") == kept


def test_what_is_only_noted_is_written_with_the_next_cursor_and_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "feeds.json"
    failed = Cursor(health=Health(failures=1))
    with CursorFile.opened(path, TOPIC) as cursors:
        cursors.note("http://a", failed)
        assert cursors.get("http://a") == failed
        assert not path.exists()
        cursors.put("http://b", Cursor())
        assert cursors_in(path, TOPIC) == {"http://a": failed, "http://b": Cursor()}
        cursors.note("http://b", failed)
    assert cursors_in(path, TOPIC)["http://b"] == failed


def test_what_is_only_noted_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor, "NOTED", 0.0)
    with CursorFile.opened(tmp_path / "feeds.json", TOPIC) as cursors:
        cursors.note("http://a", Cursor(unchanged=1))
        assert cursors_in(tmp_path / "feeds.json", TOPIC)["http://a"].unchanged == 1


def test_an_entry_is_known_by_its_marks_until_it_is_forgotten(tmp_path: Path) -> None:
    with CursorFile.opened(tmp_path / "feeds.json", TOPIC) as cursors:
        cursors.put("http://a", Cursor(seen={"a": Known(fingerprint="1", marks=("x", "y"))}))
        assert (cursors.same(("z", "y")), cursors.same(("z",)), cursors.same(())) == ("a", None, None)
    with CursorFile.opened(tmp_path / "feeds.json", TOPIC) as cursors:
        assert cursors.same(("x",)) == "a"
        cursors.put("http://a", Cursor())
        assert cursors.same(("x",)) is None


def test_a_write_that_fails_leaves_the_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feeds.json"
    with CursorFile.opened(path, TOPIC) as cursors:
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
    with (
        CursorFile.opened(path, TOPIC),
        pytest.raises(SettingsError, match="Another feeder"),
        CursorFile.opened(path, TOPIC),
    ):
        pass
    with CursorFile.opened(path, TOPIC):
        pass


@pytest.mark.parametrize(
    "damage", [b"{", b"[]", b'{"http://a": {"seen": 5}}', b'{"topics": {"t": {"http://a": {"seen": {"a": "1"}}}}}']
)
def test_a_damaged_file_is_named(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "feeds.json"
    path.write_bytes(damage)
    with pytest.raises(InputError, match=r"feeds\.json is damaged"), CursorFile.opened(path, TOPIC):
        pass


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"feed\.state"), CursorFile.opened(tmp_path / "file" / "feeds.json", TOPIC):
        pass


def test_old_entries_are_forgotten_but_never_listed_ones() -> None:
    one, two = Known(fingerprint="1"), Known(fingerprint="2")
    before = Cursor(seen={f"old{n}": one for n in range(REMEMBERED)})
    after = before.advanced({"old0": two, "new": one}, "e", None)
    assert len(after.seen) == REMEMBERED
    assert (after.seen["old0"], after.seen["new"]) == (two, one)
    assert "old1" not in after.seen
    many = {f"new{n}": one for n in range(REMEMBERED + 10)}
    assert before.advanced(many, None, None).seen == many


def test_each_topic_has_cursors_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "feeds.json"
    kept = Cursor(etag="1")
    with CursorFile.opened(path, TOPIC) as cursors:
        cursors.put("http://a", kept)
    with CursorFile.opened(path, "news.raw 2") as cursors:
        assert cursors.get("http://a") == Cursor()
        cursors.put("http://a", Cursor(etag="2"))
    with CursorFile.opened(path, TOPIC) as cursors:
        assert cursors.get("http://a") == kept


def test_a_file_from_before_topics_counts_for_the_first_topic_that_is_fed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.json"
    path.write_text('{"http://a": {"etag": "e", "last_modified": null, "seen": {"a": "1"}}}')
    with CursorFile.opened(path, TOPIC) as cursors:
        assert cursors.get("http://a") == Cursor(etag="e", seen={"a": Known(fingerprint="1")})
        cursors.put("http://b", Cursor())
    with CursorFile.opened(path, "news.raw 2") as cursors:
        assert cursors.get("http://a") == Cursor()
    with CursorFile.opened(path, TOPIC) as cursors:
        assert cursors.get("http://a").etag == "e"


def test_an_entry_keeps_its_version_until_it_says_something_else() -> None:
    known = Known(fingerprint="1", version=7)
    assert known.version_of("1", own=9) == 7
    assert known.version_of("2", own=1) == 8
    assert known.version_of("2", own=7) == 8
    assert known.version_of("2", own=100) == 100
    before_versions = Known(fingerprint="1")
    assert (before_versions.version_of("1", own=5), before_versions.version_of("2", own=5)) == (5, 6)


def test_an_entry_is_known_from_whichever_address_it_came(tmp_path: Path) -> None:
    with CursorFile.opened(tmp_path / "feeds.json", TOPIC) as cursors:
        assert cursors.known("a") is None
        cursors.put("http://a", Cursor(seen={"a": Known(fingerprint="2", version=2)}))
        cursors.put("https://a", Cursor(seen={"a": Known(fingerprint="3", version=3)}))
        cursors.put("http://old", Cursor(seen={"a": Known(fingerprint="1")}))
        assert cursors.known("a") == Known(fingerprint="3", version=3)


def test_starting_over_forgets_what_was_fed_and_no_version(tmp_path: Path) -> None:
    with CursorFile.opened(tmp_path / "feeds.json", TOPIC) as cursors:
        cursors.put("http://a", Cursor(etag="1", seen={"a": Known(fingerprint="2", version=2)}))
        cursors.start_over("http://a")
        cursors.start_over("http://new")
        assert cursors.get("http://a") == Cursor(seen={"a": Known(fingerprint="2", version=2, fed=False)})

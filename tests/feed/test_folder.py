"""A drop folder against a real broker."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newswire.feed.folder import DropFolder, health_of, waiting
from newswire.feed.sender import Outcome, Sender
from newswire.local.broker import EmbeddedBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import RAW
from tests.kafka.traffic import messages

STORY = b'{"id": "a:%d", "body": "A ferry ran aground."}'


def names(folder: Path) -> list[str]:
    """The files in it, without the note of how it does."""
    found = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in found if name != ".newswire.json")


def watched(drop: Path, settled: float = 0.0) -> DropFolder:
    folder = DropFolder(drop, settled)
    folder.prepare()
    return folder


def test_files_are_fed_and_moved_with_their_descriptions(drop: Path, fed: Settings, sender: Sender) -> None:
    (drop / "a.json").write_bytes(STORY % 1)
    (drop / "b.txt").write_bytes(b"Text")
    (drop / "b.meta.json").write_text('{"id": "b:1"}')
    outcome = watched(drop).look(sender)
    assert (outcome.confirmed, outcome.failed) == (2, [])
    assert names(drop) == ["done/a.json", "done/b.meta.json", "done/b.txt"]
    assert {message.key for message in messages(fed, RAW)} == {b"a:1", b"b:1"}


def test_a_file_that_still_grows_is_left_alone(drop: Path, sender: Sender) -> None:
    folder = watched(drop, settled=3600)
    (drop / "a.json").write_bytes(STORY[:10])
    assert folder.look(sender).confirmed == 0
    with (drop / "a.json").open("ab") as file:
        file.write(STORY[10:])
    assert folder.look(sender).confirmed == 0
    folder.settled = 0.0
    assert folder.look(sender).confirmed == 1


def test_a_change_starts_the_wait_anew(drop: Path, sender: Sender) -> None:
    folder = watched(drop, settled=3600)
    (drop / "a.json").write_bytes(STORY % 1)
    folder.look(sender)
    ((path, (state, since)),) = folder._seen.items()
    folder._seen[path] = (state, since - 3601)
    os.utime(path, ns=(1, 1))
    assert folder.look(sender).confirmed == 0
    state, since = folder._seen[path]
    folder._seen[path] = (state, since - 3601)
    assert folder.look(sender).confirmed == 1


def test_unfinished_names_wait_until_they_are_renamed(drop: Path, sender: Sender) -> None:
    folder = watched(drop)
    (drop / "a.json.part").write_bytes(STORY % 1)
    assert folder.look(sender).confirmed == 0
    (drop / "a.json.part").rename(drop / "a.json")
    assert folder.look(sender).confirmed == 1


def test_a_crash_between_confirmation_and_move_feeds_again_and_loses_nothing(
    drop: Path, fed: Settings, sender: Sender, monkeypatch: object
) -> None:
    (drop / "a.json").write_bytes(STORY % 1)
    folder = watched(drop)
    path = drop / "a.json"
    shutil.copy(path, drop.parent / "kept.json")
    assert folder.look(sender).confirmed == 1
    # What a crash leaves: the file still there, its message on the topic.
    (drop / "done" / "a.json").unlink()
    shutil.copy(drop.parent / "kept.json", path)
    assert watched(drop).look(sender).confirmed == 1
    assert [message.key for message in messages(fed, RAW)] == [b"a:1", b"a:1"]
    assert names(drop) == ["done/a.json"]


def test_what_can_never_be_fed_is_moved_aside_with_its_reason(drop: Path, sender: Sender) -> None:
    (drop / "wrong.txt").write_bytes(b"Text")
    (drop / "wrong.meta.json").write_text('{"published": "today"}')
    with (drop / "big.txt").open("wb") as file:
        file.truncate(RAW.max_message_bytes + 1)
    (drop / "good.json").write_bytes(STORY % 1)
    outcome = watched(drop).look(sender)
    assert (outcome.confirmed, len(outcome.failed)) == (1, 2)
    assert names(drop) == [
        "done/good.json",
        "failed/big.txt",
        "failed/big.txt.reason.txt",
        "failed/wrong.meta.json",
        "failed/wrong.txt",
        "failed/wrong.txt.reason.txt",
    ]
    assert "published" in (drop / "failed" / "wrong.txt.reason.txt").read_text()


def test_an_unreadable_file_is_done_since_it_is_on_its_way_to_the_dead_letters(
    drop: Path, fed: Settings, sender: Sender
) -> None:
    (drop / "cut.json").write_bytes(b'{"id":')
    outcome = watched(drop).look(sender)
    assert (outcome.confirmed, len(outcome.unreadable)) == (1, 1)
    assert names(drop) == ["done/cut.json"]
    assert [message.key for message in messages(fed, RAW)] == [b"cut.json"]


def test_files_of_the_same_name_do_not_overwrite_each_other(drop: Path, sender: Sender) -> None:
    folder = watched(drop)
    for number in (1, 2, 3):
        (drop / "a.json").write_bytes(STORY % number)
        assert folder.look(sender).confirmed == 1
    assert {(drop / name).read_bytes() for name in names(drop)} == {STORY % number for number in (1, 2, 3)}


@pytest.mark.broker
def test_without_its_broker_a_file_stays(drop: Path, settings_for: Callable[..., Settings]) -> None:
    (drop / "a.json").write_bytes(STORY % 1)
    with EmbeddedBroker() as broker:
        settings = settings_for(broker)
        settings = settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"request_timeout": 1.0})})
        create_topics(settings)
        with Sender(settings) as sender:
            broker.kill()
            outcome: Outcome = watched(drop).look(sender)
    assert outcome.confirmed == 0
    assert outcome.failed
    assert not outcome.refused
    assert names(drop) == ["a.json"]


def test_it_knows_since_when_nothing_came_whoever_watched_it_before(drop: Path, sender: Sender) -> None:
    assert health_of(drop).since is None
    began = time.time()
    folder = watched(drop)
    assert folder.look(sender).confirmed == 0
    assert began <= (folder.health.since or 0.0) <= (folder.health.last_success or 0.0)
    assert folder.health.last_new is None
    (drop / "a.json").write_bytes(STORY % 1)
    assert folder.look(sender).confirmed == 1
    again = watched(drop)
    assert (again.health.since, again.health.last_new, again.health.fed) == (
        folder.health.since,
        folder.health.last_new,
        1,
    )
    assert again.health.is_silent(60.0, (again.health.last_new or 0.0) + 61)
    assert not again.health.is_silent(60.0, time.time())


def test_a_damaged_note_of_how_it_does_is_written_anew(drop: Path, sender: Sender) -> None:
    (drop / ".newswire.json").write_text("{")
    watched(drop).look(sender)
    assert health_of(drop).since is not None


def test_a_folder_that_is_away_has_failed_until_it_is_back(drop: Path, sender: Sender) -> None:
    folder = watched(drop)
    drop.rename(drop.with_name("away"))
    for times in (1, 2, 3):
        outcome = folder.look(sender)
        assert (folder.health.failures, outcome.confirmed) == (times, 0)
    assert "No such file or directory" in (folder.health.reason or "")
    assert folder.health.is_failing
    drop.with_name("away").rename(drop)
    assert folder.look(sender).failed == []
    assert (folder.health.failures, folder.health.reason) == (0, None)


def test_what_is_fed_and_cannot_be_moved_is_not_fed_again(
    drop: Path, fed: Settings, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.json").write_bytes(STORY % 1)
    folder = watched(drop)

    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        assert folder.look(sender).confirmed == 1
        assert folder.look(sender).confirmed == 0
    assert folder.health.failures == 2
    assert folder.look(sender).confirmed == 0
    assert names(drop) == ["done/a.json"]
    assert len(messages(fed, RAW)) == 1


def test_what_waits_in_it_are_the_files_that_would_be_fed(drop: Path) -> None:
    watched(drop)
    for name in ("b.json", "a.txt", "a.meta.json", "c.part", ".hidden"):
        (drop / name).write_bytes(b"x")
    assert [path.name for path in waiting(drop)] == ["a.txt", "b.json"]

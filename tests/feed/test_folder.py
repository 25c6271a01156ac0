"""A drop folder against a real broker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newswire.feed.folder import DropFolder
from newswire.feed.sender import Outcome, Sender
from newswire.local.broker import EmbeddedBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import RAW
from tests.kafka.traffic import messages

STORY = b'{"id": "a:%d", "body": "A ferry ran aground."}'


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


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

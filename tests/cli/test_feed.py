"""`newswire feed` as a user runs it, against a real broker."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import RAW
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment
from tests.feed.server import Reply, serving
from tests.feed.test_entries import RSS
from tests.kafka.traffic import SEEDS, messages
from tests.waiting import wait_for

Run = Callable[..., Done]
LINE = b'{"id": "a:%d", "body": "A ferry ran aground."}\n'


@pytest.fixture
def fed(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    return settings


def test_the_example_stories_are_fed_keyed_by_their_articles(newswire: Run, fed: Settings) -> None:
    done = newswire("feed", SEEDS, settings=fed)
    found = messages(fed, RAW)
    stories = [path for path in SEEDS.iterdir() if not path.name.endswith((".meta.json", ".md"))]
    assert len(found) == len(stories)
    assert sorted(message.value or b"" for message in found) == sorted(path.read_bytes() for path in stories)
    assert f"{len(found)} fed, 1 of them unreadable" in done.err
    assert "080_malformed_cut-off.json" in done.err
    assert done.out == b""
    correction = [message for message in found if message.key == b"urn:example:globalpress:sanctions-7781"]
    assert [b'"version": "1"' in (message.value or b"") for message in correction] == [True, False]


def test_stdin_is_json_lines(newswire_process: Run, fed: Settings) -> None:
    done = newswire_process("feed", "-", stdin=LINE % 1 + b"\n" + LINE % 2, settings=fed)
    assert "2 fed" in done.err
    assert {message.key for message in messages(fed, RAW)} == {b"a:1", b"a:2"}


def test_stdin_of_a_named_type_is_one_message(newswire_process: Run, fed: Settings) -> None:
    newswire_process("feed", "-", "--content-type", "text/plain", stdin=b"One.\nTwo.\n", settings=fed)
    (message,) = messages(fed, RAW)
    assert (message.value, message.header("content-type")) == (b"One.\nTwo.\n", b"text/plain")


def test_what_is_too_large_is_named_and_the_rest_is_fed(newswire: Run, fed: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(LINE % 1)
    (tmp_path / "big.txt").write_bytes(b"x" * (RAW.max_message_bytes + 1))
    (tmp_path / "c.json").write_bytes(LINE % 3)
    done = newswire("feed", tmp_path / "a.json", tmp_path / "big.txt", tmp_path / "c.json", settings=fed, status=1)
    assert "2 fed, 1 not confirmed" in done.err
    assert "big.txt" in done.err
    assert len(messages(fed, RAW)) == 2


@pytest.mark.parametrize("arguments", [[], ["no-such-file"], ["--rate", "0", "-"]])
def test_wrong_arguments_are_told(newswire_process: Run, fed: Settings, arguments: list[str]) -> None:
    done = newswire_process("feed", *arguments, settings=fed, status=1 if arguments[:1] == ["no-such-file"] else 2)
    assert "error" in done.err.lower()


def test_without_topics_it_says_what_to_run(
    newswire_process: Run, embedded_broker: LocalBroker, settings_for: Callable[..., Settings]
) -> None:
    done = newswire_process("feed", "-", stdin=LINE % 1, settings=settings_for(embedded_broker), status=1)
    assert "newswire topics create" in done.err


def test_without_a_broker_it_says_so(newswire_process: Run, fed: Settings) -> None:
    kafka = fed.kafka.model_copy(update={"servers": "127.0.0.1:1", "request_timeout": 1.0})
    done = newswire_process("feed", "-", stdin=LINE % 1, settings=fed.model_copy(update={"kafka": kafka}), status=1)
    assert "127.0.0.1:1" in done.err


def test_no_more_than_the_rate_is_fed(newswire_process: Run, fed: Settings) -> None:
    newswire_process("feed", "-", "--rate", "10", stdin=b"".join(LINE % number for number in range(11)), settings=fed)
    times = [message.timestamp_ms for message in messages(fed, RAW)]
    assert max(times) - min(times) >= 900


def test_an_address_is_polled_once_and_its_state_kept(newswire: Run, fed: Settings) -> None:
    with serving(Reply(RSS.encode(), headers={"etag": '"1"'}), Reply(status=304)) as server:
        assert "2 fed" in newswire("feed", server.address, "--once", settings=fed).err
        assert "0 fed" in newswire("feed", server.address, "--once", settings=fed).err
    assert server.requests[1]["if-none-match"] == '"1"'
    assert len(messages(fed, RAW)) == 2


def test_another_topic_and_another_broker_get_what_one_has_got(
    newswire: Run, fed: Settings, settings_for: Callable[..., Settings]
) -> None:
    with EmbeddedBroker() as broker, serving(Reply(RSS.encode())) as server:
        elsewhere = settings_for(broker, topics={"prefix": fed.topics.prefix}, feed={"state": fed.feed.state})
        prefixed = fed.model_copy(
            update={"topics": fed.topics.model_copy(update={"prefix": f"{fed.topics.prefix}other."})}
        )
        for settings in (elsewhere, prefixed):
            create_topics(settings)
        for settings in (fed, elsewhere, prefixed):
            assert "2 fed" in newswire("feed", server.address, "--once", settings=settings).err
            assert "0 fed" in newswire("feed", server.address, "--once", settings=settings).err
        assert len(messages(elsewhere, RAW)) == len(messages(prefixed, RAW)) == 2


def test_starting_over_feeds_an_address_again(newswire: Run, fed: Settings) -> None:
    with serving(Reply(RSS.encode(), headers={"etag": '"1"'})) as server:
        for options in ([], ["--start-over"]):
            assert "2 fed" in newswire("feed", server.address, "--once", *options, settings=fed).err
    assert "if-none-match" not in server.requests[1]


def test_files_have_nothing_to_start_over(newswire_process: Run, fed: Settings) -> None:
    assert "--start-over is for addresses" in newswire_process("feed", "-", "--start-over", settings=fed, status=2).err


def test_an_address_that_fails_once_fails_the_command(newswire: Run, fed: Settings) -> None:
    with serving(Reply(status=500)) as server:
        assert "500" in newswire("feed", server.address, "--once", settings=fed, status=1).err


def test_a_drop_folder_is_emptied_once(newswire: Run, fed: Settings, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a.json").write_bytes(LINE % 1)
    assert "1 fed" in newswire("feed", "--watch", drop, "--once", settings=fed).err
    assert (drop / "done" / "a.json").is_file()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_and_polling_end_well_with_a_signal(fed: Settings, tmp_path: Path, number: signal.Signals) -> None:
    drop = tmp_path / "drop"
    with serving(Reply(RSS.encode())) as server:
        process = subprocess.Popen(
            [*NEWSWIRE, "feed", server.address, "--watch", str(drop)],
            env=environment(fed),
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            wait_for(lambda: len(messages(fed, RAW)) == 2, "the feed's entries are fed")
            (drop / "a.json").write_bytes(LINE % 1)
            wait_for((drop / "done" / "a.json").is_file, "the file is fed")
            os.kill(process.pid, number)
            _, said = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0, said
    assert "3 fed" in said


def test_a_feeder_killed_outright_has_lost_nothing_of_its_folder(fed: Settings, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    for number in range(200):
        (drop / f"{number:03}.json").write_bytes(LINE % number)
    command = [*NEWSWIRE, "feed", "--watch", str(drop)]
    done = drop / "done"
    for _ in range(2):
        before = len(list(done.glob("*")))
        process = subprocess.Popen(command, env=environment(fed), cwd=tmp_path, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda before=before: len(list(done.glob("*"))) > before, "files are moved")
        finally:
            process.kill()
            process.wait()
        fed_now = {message.key for message in messages(fed, RAW)}
        assert {b"a:%d" % int(path.stem) for path in done.glob("*.json")} <= fed_now
        if not list(drop.glob("[0-9]*.json")):
            break
    subprocess.run([*command, "--once"], env=environment(fed), cwd=tmp_path, check=True, timeout=DEADLINE)
    assert {message.key for message in messages(fed, RAW)} == {b"a:%d" % number for number in range(200)}
    assert [path.name for path in drop.glob("*.json")] == [".newswire.json"], "its state, and nothing else"


def test_an_address_that_cannot_be_polled_is_told_which_can(newswire: Run, tmp_path: Path) -> None:
    done = newswire("feed", "ftp://wire.example/feed.xml", status=1)
    assert "Only http:// and https:// addresses can be polled, not ftp://wire.example/feed.xml" in done.err
    assert (
        "No such file or directory: seeds. Correct the path; nothing was fed" in newswire("feed", "seeds", status=1).err
    )

"""`newswire feeds`, and what a feeder that goes on says of itself, as a user sees them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from newswire.local.broker import LocalBroker
from newswire.records import Heartbeat, decode
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import HEARTBEATS, RAW
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment
from tests.feed.server import Reply, serving
from tests.feed.test_entries import RSS
from tests.kafka.traffic import messages
from tests.waiting import wait_for

Run = Callable[..., Done]

# Without the quarter of an hour that it asks for between two polls.
OFTEN = RSS.replace("<ttl>15</ttl>", "")


@pytest.fixture
def fed(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    settings = settings_for(embedded_broker, feed={"interval": 0.2, "host_pause": 0.0, "timeout": 5.0})
    create_topics(settings)
    return settings


def listing(tmp_path: Path, *feeds: tuple[str, str], more: str = "") -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("".join(f'[[feeds]]\nname = "{name}"\naddress = "{address}"\n{more}\n' for name, address in feeds))
    return path


def test_checking_asks_each_source_once_and_says_what_it_would_bring(newswire: Run, tmp_path: Path) -> None:
    with serving(Reply(RSS.encode())) as good, serving(Reply(b"<html>Sign in</html>")) as bad:
        path = listing(tmp_path, ("Nordwire", good.address), ("Closed", bad.address))
        done = newswire("feeds", "check", "--sources", path, status=1)
        found = newswire("feeds", "check", good.address, "--json").json
    assert len(good.requests) == 2
    assert re.search(r"^Nordwire +2 +2024-05-03T09:00:00\+02:00 +Second & last$", "\n".join(done.lines), re.MULTILINE)
    assert re.search(r"^Closed +0 +- +.*not a feed", "\n".join(done.lines), re.MULTILINE)
    assert "1 of 2 sources cannot be read: Closed" in done.err
    assert [(row["entries"], row["last"], row["error"]) for row in found] == [(2, "Second & last", None)]


def test_checking_needs_sources(newswire: Run) -> None:
    assert "feeds.toml" in newswire("feeds", "check", status=1).err
    assert "Not an http" in newswire("feeds", "check", "ftp://x.example/", status=1).err


def test_the_status_tells_a_quiet_feed_from_a_broken_one(newswire: Run, fed: Settings, tmp_path: Path) -> None:
    with serving(Reply(RSS.encode())) as good, serving(Reply(status=404)) as bad, serving(Reply(status=410)) as gone:
        path = listing(tmp_path, ("Nordwire", good.address), ("Closed", bad.address), ("Over", gone.address))
        for _ in range(3):
            newswire("feed", "--sources", path, "--once", settings=fed, status=1)
    done = newswire("feeds", "status", "--sources", path, settings=fed, status=1)
    assert re.search(r"^Nordwire +well +\d+ s ago +\d+ s ago +2 +0$", "\n".join(done.lines), re.MULTILINE)
    assert re.search(r"^Closed +failing +never +never +0 +3 +.*404", "\n".join(done.lines), re.MULTILINE)
    assert re.search(r"^Over +ended +never +never +0 +3 +.*410", "\n".join(done.lines), re.MULTILINE)
    assert "2 of 3 sources need a look: Closed, Over" in done.err
    listing(tmp_path, ("Nordwire", good.address), more="expected = 0.001")
    (silent,) = newswire("feeds", "status", good.address, "--json", settings=fed).json
    assert silent["state"] == "well"
    done = newswire("feeds", "status", "--sources", path, "--json", settings=fed, status=1)
    assert {row["source"]: row["state"] for row in done.json}["Nordwire"] == "silent"


def test_without_arguments_the_list_of_the_settings_is_polled(newswire: Run, fed: Settings, tmp_path: Path) -> None:
    with serving(Reply(RSS.encode())) as server:
        path = listing(tmp_path, ("Nordwire", server.address))
        settings = fed.model_copy(update={"feed": fed.feed.model_copy(update={"sources": path})})
        assert "2 fed" in newswire("feed", "--once", settings=settings).err


@contextmanager
def feeding(settings: Settings, tmp_path: Path, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "feeder.log").open("wb") as log:
        process = subprocess.Popen(
            [*NEWSWIRE, "feed", *map(str, arguments)], env=environment(settings), cwd=tmp_path, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def said(tmp_path: Path) -> str:
    return (tmp_path / "feeder.log").read_text(encoding="utf-8")


def test_a_feeder_that_goes_on_sends_heartbeats_and_shows_how_it_does(fed: Settings, tmp_path: Path) -> None:
    with serving(Reply(RSS.encode())) as good, serving(Reply(status=503)) as bad:
        path = listing(tmp_path, ("Nordwire", good.address), ("Closed", bad.address), more="expected = 86400")
        with feeding(fed, tmp_path, "--sources", path) as process:
            wait_for(lambda: len(bad.requests) > 2 and len(messages(fed, RAW)) == 2, "it polls")
            found = wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+", said(tmp_path)), "it says where it listens")
            (beat,) = messages(fed, HEARTBEATS)

            def shown(page: str) -> str:
                with urllib.request.urlopen(f"{found[0]}{page}", timeout=DEADLINE) as answer:
                    return str(answer.read().decode())

            wait_for(lambda: 'newswire_feed_items_total{source="Nordwire"} 2.0' in shown("/metrics"), "its items")
            metrics = shown("/metrics")
            assert orjson.loads(shown("/readyz"))["status"] == orjson.loads(shown("/livez"))["status"] == "pass"
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(DEADLINE) == 0, said(tmp_path)
    heartbeat = decode(beat.value or b"", Heartbeat)
    assert (heartbeat.sources, heartbeat.failing, heartbeat.silent) == (2, [], [])
    assert beat.key == heartbeat.feeder.encode()
    assert beat.header("ce_type") == b"newswire.heartbeat.v1"
    for line in (
        'newswire_feed_polled{source="Closed"} 1.0',
        'newswire_feed_expected_seconds{source="Nordwire"} 86400.0',
        'newswire_feed_consecutive_failures{source="Nordwire"} 0.0',
        'newswire_feed_last_success_timestamp_seconds{source="Closed"} 0.0',
    ):
        assert line in metrics
    assert float(re.findall(r'failures_total\{source="Closed"\} (\S+)', metrics)[0]) >= 2
    assert "newswire_ready" not in metrics


def test_one_slow_server_delays_no_other(fed: Settings, tmp_path: Path) -> None:
    enough = threading.Event()
    slow = Reply([b"<rss>", b"</rss>"], pause=lambda: enough.wait(DEADLINE))
    try:
        with serving(slow) as stuck, serving(Reply(OFTEN.encode())) as quick:
            with feeding(fed, tmp_path, stuck.address, quick.address) as process:
                wait_for(lambda: len(quick.requests) > 4, "the other one is polled")
                os.kill(process.pid, signal.SIGTERM)
                assert process.wait(DEADLINE) == 0, said(tmp_path)
            assert len(stuck.requests) == 1
    finally:
        enough.set()


def test_one_bad_feed_ends_no_other(fed: Settings, tmp_path: Path) -> None:
    broken = b'<rss version="2.0"><channel><image><link><author>N</author></link></image></channel></rss'
    with serving(Reply(broken)) as bad, serving(Reply(OFTEN.encode())) as good:
        with feeding(fed, tmp_path, bad.address, good.address) as process:
            wait_for(lambda: len(bad.requests) > 2 and len(good.requests) > 2, "both are polled again")
            assert process.poll() is None, said(tmp_path)
        assert len(messages(fed, RAW)) == 2


def test_a_drop_folder_of_the_list_is_watched_and_named_silent_when_nothing_comes(
    newswire: Run, fed: Settings, tmp_path: Path
) -> None:
    drop, away = tmp_path / "drop", tmp_path / "none"
    drop.mkdir()
    path = tmp_path / "feeds.toml"
    path.write_text(f'[[folders]]\npath = "{drop}"\nname = "Satellite"\nexpected = 0.001\n', encoding="utf-8")
    (drop / "a.json").write_bytes(b'{"id": "a:1", "body": "A ferry ran aground."}')
    (row,) = newswire("feeds", "check", "--sources", path, "--json").json
    assert (row["source"], row["entries"], row["last"], row["error"]) == ("Satellite", 1, "a.json", None)
    with feeding(fed, tmp_path, "--sources", path) as process:
        wait_for(lambda: len(messages(fed, RAW)) == 1, "the file is fed")
        found = wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+", said(tmp_path)), "it says where it listens")

        def metrics() -> str:
            with urllib.request.urlopen(f"{found[0]}/metrics", timeout=DEADLINE) as answer:
                return str(answer.read().decode())

        wait_for(lambda: 'newswire_feed_items_total{source="Satellite"} 1.0' in metrics(), "its items")
        shown = metrics()
        assert 'newswire_feed_expected_seconds{source="Satellite"} 0.001' in shown
        assert float(re.findall(r'last_new_timestamp_seconds\{source="Satellite"\} (\S+)', shown)[0]) > 1e9
        assert float(re.findall(r'last_success_timestamp_seconds\{source="Satellite"\} (\S+)', shown)[0]) > 1e9
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(DEADLINE) == 0, said(tmp_path)
    done = newswire("feeds", "status", "--sources", path, "--json", settings=fed, status=1)
    (row,) = done.json
    assert (row["source"], row["state"], row["fed"]) == ("Satellite", "silent", 1)
    path.write_text(f'[[folders]]\npath = "{away}"\n', encoding="utf-8")
    assert "No such file" in newswire("feeds", "check", "--sources", path, "--json", status=1).json[0]["error"]

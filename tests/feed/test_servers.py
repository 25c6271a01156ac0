"""Servers that do what servers do, and feeders that are killed: nothing is lost, and nothing comes under two ids."""

from __future__ import annotations

import gzip
import random
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from newswire.feed.cursor import CursorFile
from newswire.feed.polling import poll
from newswire.feed.sender import Sender
from newswire.feed.sources import Source
from newswire.settings import Settings
from newswire.topics import RAW
from newswire.wire import read
from tests.cli.conftest import DEADLINE, NEWSWIRE, environment
from tests.feed.server import Reply, serving
from tests.feed.test_entries import RSS
from tests.kafka.traffic import messages
from tests.waiting import wait_for

GOOD = Reply(RSS.encode(), headers={"etag": '"1"', "content-type": "application/rss+xml"})
PACKED = gzip.compress(RSS.encode())

FAULTS = {
    "fails": Reply(status=500),
    "refuses": Reply(status=403),
    "is not there": Reply(status=404),
    "wants a login": Reply(b"<html><body>Sign in</body></html>", headers={"content-type": "text/html"}),
    "says nothing": Reply(b""),
    "promises more than it sends": Reply(RSS.encode(), headers={"content-length": "99999"}),
    "redirects in circles": Reply(status=302, headers={"location": "/feed"}),
    "redirects out of the web": Reply(status=302, headers={"location": "file:///etc/passwd"}),
    "sends a bomb": Reply(gzip.compress(bytes(100_000_000)), headers={"content-encoding": "gzip"}),
    "sends half a parcel": Reply(PACKED[: len(PACKED) // 2], headers={"content-encoding": "gzip"}),
    "sends an unknown parcel": Reply(RSS.encode(), headers={"content-encoding": "br"}),
    "sends a bomb of entities": Reply(b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel/></rss>'),
    "sends a picture": Reply(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
}


@pytest.fixture
def cursors(fed: Settings) -> Iterator[CursorFile]:
    with CursorFile.opened(fed.feed.state, "news.raw 1") as opened:
        yield opened


@pytest.mark.parametrize("reply", FAULTS.values(), ids=FAULTS)
def test_a_server_that_misbehaves_once_costs_nothing(
    fed: Settings, sender: Sender, cursors: CursorFile, reply: Reply
) -> None:
    settings = fed.feed.model_copy(update={"max_bytes": 1_000_000})
    with serving(GOOD) as server:
        server.replies[:] = [reply]
        bad = poll(Source(address=server.address), cursors, sender, settings)
        server.replies[:] = [GOOD]
        good = poll(Source(address=server.address), cursors, sender, settings)
    assert (bad.outcome.confirmed, bad.failures, bad.reason is None) == (0, 1, False)
    assert bad.pause is not None
    assert (good.outcome.confirmed, good.failures) == (2, 0)


def test_a_server_that_stalls_is_left_after_the_timeout(fed: Settings, sender: Sender, cursors: CursorFile) -> None:
    enough = threading.Event()
    stall = Reply([RSS.encode()[:300], RSS.encode()[300:]], pause=lambda: enough.wait(DEADLINE))
    settings = fed.feed.model_copy(update={"timeout": 0.3})
    try:
        with serving(stall) as server:
            bad = poll(Source(address=server.address), cursors, sender, settings)
    finally:
        enough.set()
    assert (bad.outcome.confirmed, bad.failures) == (0, 1)


@pytest.mark.parametrize("least", [2, 3])
def test_a_server_that_promises_less_than_it_sends_gives_no_half_stories(
    fed: Settings, sender: Sender, cursors: CursorFile, least: int
) -> None:
    short = len(RSS.encode()) * least // 4
    with serving(Reply(RSS.encode(), headers={"content-length": str(short)}), GOOD) as server:
        for _ in range(2):
            poll(Source(address=server.address), cursors, sender, fed.feed)
    articles = [read(message.value or b"", dict(message.headers))[0] for message in messages(fed, RAW)]
    assert {article.version for article in articles} == {1}
    assert len(articles) == len({article.id for article in articles}) == 2


@pytest.mark.parametrize("said", ["utf-8", "us-ascii", "x-unknown", "utf-16"])
def test_a_server_that_names_a_wrong_charset_is_read_all_the_same(
    fed: Settings, sender: Sender, cursors: CursorFile, said: str
) -> None:
    body = RSS.replace("utf-8", "windows-1252").encode("cp1252")
    with serving(Reply(body, headers={"content-type": f"application/rss+xml; charset={said}"})) as server:
        found = poll(Source(address=server.address), cursors, sender, fed.feed)
    assert found.outcome.confirmed == 2, found.reason
    bodies = {read(message.value or b"", dict(message.headers))[0].body for message in messages(fed, RAW)}
    assert "A ferry ran aground.\n\n“Nobody was hurt,” she said." in bodies


class Growing:
    """A feed that lists some more items each time it is asked: with a guid, with another guid each time, with none."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._lock = threading.Lock()
        self.titles: list[str] = []

    def reply(self) -> Reply:
        with self._lock:
            self.titles += [f"Story {len(self.titles) + number}" for number in range(self._chance.randint(1, 9))]
            items = "".join(self._item(number, title) for number, title in enumerate(self.titles))
        return Reply(f'<rss version="2.0"><channel><title>Quay</title>{items}</channel></rss>'.encode())

    def _item(self, number: int, title: str) -> str:
        guids = (f"quay:{number}", f"{self._chance.random()}:x", str(number), "")
        guid = f"<guid isPermaLink='false'>{guids[number % 4]}</guid>" if guids[number % 4] else ""
        return f"<item>{guid}<title>{title}</title><link>https://quay.example/{number}</link></item>"


def test_kill_9_of_a_feeder_loses_no_item_and_gives_none_two_ids(fed: Settings, tmp_path: Path) -> None:
    chance = random.Random(7)
    feed = Growing(chance)
    with serving(feed.reply) as server:
        command = [*NEWSWIRE, "feed", server.address]
        for _ in range(3):
            least = len(messages(fed, RAW)) + chance.randint(1, 25)
            process = subprocess.Popen(command, env=environment(fed), cwd=tmp_path, stderr=subprocess.DEVNULL)
            try:
                wait_for(lambda least=least: len(messages(fed, RAW)) >= least, "it feeds")
            finally:
                process.kill()
                process.wait()
        subprocess.run([*command, "--once"], env=environment(fed), cwd=tmp_path, check=True, timeout=DEADLINE)
    articles = [read(message.value or b"", dict(message.headers))[0] for message in messages(fed, RAW)]
    ids: dict[str, set[str]] = {}
    for article in articles:
        ids.setdefault(article.headline or "", set()).add(article.id)
    assert set(ids) == set(feed.titles)
    assert {title: found for title, found in ids.items() if len(found) > 1} == {}
    assert {article.version for article in articles} == {1}

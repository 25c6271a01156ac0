from __future__ import annotations

import gzip
import pickle
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newswire.feed.fetch import LONGEST_WAIT, MOST_REDIRECTS, FetchError, GoneError, fetch
from newswire.settings import FeedSettings
from tests.feed.server import Reply, serving

QUICK = FeedSettings(timeout=0.3, max_bytes=10_000)


def test_an_answer_comes_with_its_validators() -> None:
    with serving(Reply(b"<rss/>", headers={"etag": '"1"', "last-modified": "Fri, 03 May 2024 09:00:00 GMT"})) as server:
        answer = fetch(server.address, QUICK)
    assert (answer.body, answer.etag, answer.last_modified) == (b"<rss/>", '"1"', "Fri, 03 May 2024 09:00:00 GMT")
    assert server.requests[0]["user-agent"] == QUICK.user_agent
    assert "if-none-match" not in server.requests[0]


def test_validators_are_sent_back_and_304_has_no_body() -> None:
    with serving(Reply(status=304)) as server:
        answer = fetch(server.address, QUICK, '"1"', "Fri, 03 May 2024 09:00:00 GMT")
    assert answer.body is None
    assert server.requests[0]["if-none-match"] == '"1"'
    assert server.requests[0]["if-modified-since"] == "Fri, 03 May 2024 09:00:00 GMT"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_answers_are_read(encoding: str, pack: object) -> None:
    with serving(Reply(pack(b"<rss/>"), headers={"content-encoding": encoding})) as server:  # type: ignore[operator]
        assert fetch(server.address, QUICK).body == b"<rss/>"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"x" * 10_001),
        Reply(gzip.compress(b"x" * 10_001), headers={"content-encoding": "gzip"}),
        Reply(gzip.compress(bytes(50_000_000)), headers={"content-encoding": "gzip"}),
        Reply(b"x" * 1_000_000, headers={"content-length": "1000000"}),
    ],
    ids=["plain", "gzip", "bomb", "long"],
)
def test_too_long_an_answer_is_refused_by_what_it_unpacks_to(reply: Reply) -> None:
    with serving(reply) as server, pytest.raises(FetchError, match="more than 10,000 bytes"):
        fetch(server.address, QUICK)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"no gzip", headers={"content-encoding": "gzip"}), "broken gzip"),
        (Reply(gzip.compress(b"x" * 500)[:-9], headers={"content-encoding": "gzip"}), "cut off"),
        (Reply(b"x", headers={"content-encoding": "br"}), "did not ask for"),
        (Reply(b"x", headers={"content-length": "50"}), "before its answer was through|does not answer"),
    ],
)
def test_a_broken_answer_is_no_answer(reply: Reply, said: str) -> None:
    with serving(reply) as server, pytest.raises(FetchError, match=said):
        fetch(server.address, QUICK)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_names_its_time(status: int) -> None:
    with serving(Reply(status=status, headers={"retry-after": "120"})) as server, pytest.raises(FetchError) as caught:
        fetch(server.address, QUICK)
    assert caught.value.retry_after == 120
    assert pickle.loads(pickle.dumps(caught.value)).retry_after == 120


def test_the_time_may_be_a_date_and_is_bounded() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    for written, least, most in ((date, 590, 600), ("9" * 30, LONGEST_WAIT, LONGEST_WAIT)):
        with (
            serving(Reply(status=503, headers={"retry-after": written})) as server,
            pytest.raises(FetchError) as caught,
        ):
            fetch(server.address, QUICK)
        assert caught.value.retry_after is not None
        assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
def test_a_refusal_may_pass(status: int) -> None:
    with serving(Reply(status=status)) as server, pytest.raises(FetchError, match=str(status)) as caught:
        fetch(server.address, QUICK)
    assert caught.value.refused
    assert pickle.loads(pickle.dumps(caught.value)).refused


def test_only_what_says_that_it_is_gone_is_gone() -> None:
    with serving(Reply(status=410)) as server, pytest.raises(GoneError, match="410"):
        fetch(server.address, QUICK)


def test_redirects_are_followed_and_bounded() -> None:
    there = Reply(status=301, headers={"location": "/there"})
    with serving(there, Reply(b"<rss/>")) as server:
        assert fetch(server.address, QUICK).body == b"<rss/>"
        assert server.requests[1]["path"] == "/there"
    with serving(there) as server, pytest.raises(FetchError, match="redirects more than"):
        fetch(server.address, QUICK)
    assert len(server.requests) == MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/feed", "http://[::1"])
def test_no_redirect_leads_out_of_http_and_none_ends_its_address(location: str) -> None:
    with serving(Reply(status=302, headers={"location": location})) as server, pytest.raises(FetchError) as caught:
        fetch(server.address, QUICK)
    assert caught.value.refused


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    silence = threading.Event()
    reply = Reply([b"<rss>", b"</rss>"], pause=lambda: silence.wait(20))
    began = time.monotonic()
    try:
        with serving(reply) as server, pytest.raises(FetchError):
            fetch(server.address, QUICK)
    finally:
        silence.set()
    assert time.monotonic() - began < 10


def test_a_server_that_trickles_is_not_waited_for() -> None:
    enough = threading.Event()
    reply = Reply([b"x"] * 200, pause=lambda: enough.wait(0.1))
    began = time.monotonic()
    try:
        with serving(reply) as server, pytest.raises(FetchError, match="too slow"):
            fetch(server.address, QUICK)
    finally:
        enough.set()
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/feed", "http://[::1", "http://", "http://\x00/"])
def test_an_address_that_leads_nowhere_is_named(address: str) -> None:
    with pytest.raises((FetchError, GoneError)):
        fetch(address, QUICK)

"""`newswire up`: broker, worker and gateway stay until Ctrl-C, and other terminals feed and tail."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Callable

import pytest
import requests

from tests.cli.conftest import ROOT, Done, Started
from tests.waiting import wait_for

pytestmark = pytest.mark.broker

STORY = ROOT / "seeds" / "000_073d16b00d11c82c.txt"
URL = re.compile(r"curl -N '(http://127\.0\.0\.1:\d+/stream/quotes\?since=2h)'")
ADDRESS = re.compile(r"export NEWSWIRE_KAFKA__SERVERS=(127\.0\.0\.1:\d+)")


def test_it_serves_other_terminals_until_ctrl_c_ends_all_of_it(
    newswire_started: Callable[..., Started], newswire_process: Callable[..., Done]
) -> None:
    up = newswire_started("up")
    servers = wait_for(lambda: ADDRESS.search(up.out), "the broker's address").group(1)
    newswire_process("feed", STORY, "--servers", servers)
    tailed = newswire_process("tail", "quotes", "--from-beginning", "--count", 1, "--json", "--servers", servers)
    assert tailed.json[0]["article"]["id"] == "073d16b00d11c82c"
    assert "073d16b00d11c82c" in first_quote(up)
    up.signal(signal.SIGINT)
    assert up.wait() == 0, up.err
    assert "Everything has stopped" in up.err
    up.assert_nothing_is_left()


def first_quote(up: Started) -> str:
    """The data of the first event of the stream whose address it prints."""
    url = URL.search(up.out)
    assert url
    with requests.get(url[1], stream=True, timeout=120) as answer:
        assert answer.status_code == 200, answer.text
        for line in answer.iter_lines(chunk_size=1):
            if line.startswith(b"data: "):
                return str(line.decode())
    raise AssertionError("the stream ended")


def test_a_second_one_beside_it_has_a_gateway_of_its_own(newswire_started: Callable[..., Started]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        up = newswire_started("up", "--set", f"gateway.port={port}")
        url = wait_for(lambda: URL.search(up.out), "the gateway's address")[1]
        assert f":{port}/" not in url
        wait_for(lambda: answers(url), "it serves")
    up.signal(signal.SIGINT)
    assert up.wait() == 0, up.err


def answers(url: str) -> bool:
    try:
        with requests.get(url, stream=True, timeout=120) as answer:
            return answer.status_code == 200
    except requests.ConnectionError:
        return False


def test_a_worker_that_fails_ends_it_with_status_1(newswire_started: Callable[..., Started]) -> None:
    # A port of the kernel's choice: another test's gateway may take the usual one meanwhile, and then ours ends first.
    up = newswire_started("up", "--set", "pool.tasks=tests.nowhere:Tasks", "--set", "gateway.port=0")
    assert up.wait() == 1
    assert "error: The worker ended with status 1" in up.err
    up.assert_nothing_is_left()

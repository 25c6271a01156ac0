"""`newswire up`: broker and worker stay until Ctrl-C, and other terminals feed and tail."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable

import pytest

from tests.cli.conftest import ROOT, Done, Started
from tests.waiting import wait_for

pytestmark = pytest.mark.broker

STORY = ROOT / "seeds" / "000_073d16b00d11c82c.txt"
ADDRESS = re.compile(r"export NEWSWIRE_KAFKA__SERVERS=(127\.0\.0\.1:\d+)")


def test_it_serves_other_terminals_until_ctrl_c_ends_all_of_it(
    newswire_started: Callable[..., Started], newswire_process: Callable[..., Done]
) -> None:
    up = newswire_started("up")
    servers = wait_for(lambda: ADDRESS.search(up.out), "the broker's address").group(1)
    newswire_process("feed", STORY, "--servers", servers)
    tailed = newswire_process("tail", "quotes", "--from-beginning", "--count", 1, "--json", "--servers", servers)
    assert tailed.json[0]["article"]["id"] == "073d16b00d11c82c"
    up.signal(signal.SIGINT)
    assert up.wait() == 0, up.err
    assert "Broker and workers have stopped" in up.err
    up.assert_nothing_is_left()


def test_a_worker_that_fails_ends_it_with_status_1(newswire_started: Callable[..., Started]) -> None:
    up = newswire_started("up", "--set", "pool.tasks=tests.nowhere:Tasks")
    assert up.wait() == 1
    assert "error: The worker ended with status 1" in up.err
    up.assert_nothing_is_left()

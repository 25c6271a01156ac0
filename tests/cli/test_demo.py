"""`newswire demo` as a new user runs it: everything once, and nothing left behind."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.cli.conftest import ROOT, Started

pytestmark = pytest.mark.broker

STORY = ROOT / "seeds" / "000_073d16b00d11c82c.txt"
MALFORMED = ROOT / "seeds" / "080_malformed_cut-off.json"

Start = Callable[..., Started]


def test_it_shows_what_comes_out_of_each_story_and_leaves_nothing_behind(newswire_started: Start) -> None:
    demo = newswire_started("demo", STORY, MALFORMED)
    assert demo.wait() == 0, demo.err
    assert "Antony Blinken" in demo.out
    assert "2 messages in. Out came 1 extraction with " in demo.out
    assert "and 1 dead letter. It took" in demo.out
    assert "080_malformed_cut-off.json" in demo.out
    demo.assert_nothing_is_left()


def test_a_worker_that_fails_ends_it_with_its_message_and_status_1(newswire_started: Start) -> None:
    demo = newswire_started("demo", STORY, "--set", "pool.tasks=tests.nowhere:Tasks")
    assert demo.wait() == 1
    assert "error: The worker ended with status 1" in demo.err
    assert "tests.nowhere" in demo.err
    demo.assert_nothing_is_left()


def test_without_stories_it_says_where_to_run_it(newswire_started: Start) -> None:
    demo = newswire_started("demo")
    assert demo.wait() == 1
    assert "No such file or directory: seeds. " in demo.err
    demo.assert_nothing_is_left()


def test_ctrl_c_ends_all_of_it(newswire_started: Start) -> None:
    demo = newswire_started("demo", STORY)
    demo.wait_for_processes(3)  # the broker, the worker, and one of the pool's
    demo.signal(signal.SIGINT)
    assert demo.wait() == 130
    demo.assert_nothing_is_left()


def test_kill_9_leaves_no_process(newswire_started: Start) -> None:
    demo = newswire_started("demo", STORY)
    demo.wait_for_processes(3)
    demo.signal(signal.SIGKILL)
    assert demo.wait() == -signal.SIGKILL
    demo.assert_no_process_is_left()

"""The worker as it stands before it is started: what its checks say."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from newswire.settings import load
from newswire.stream.app import WorkerApp
from newswire.stream.embargo import HeldStories
from newswire.web.metrics import REGISTRY


async def test_no_message_in_work_is_no_age(tmp_path: Path) -> None:
    """Not one below zero, either."""
    worker = WorkerApp(load(worker={"data_dir": tmp_path}))
    for _ in range(100):
        details = {check.detail for check in worker.ready() if check.name.endswith(" messages")}
        assert details == {"none in work"}


async def test_a_story_that_is_held_past_its_embargo_shows_in_the_metrics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[HeldStories] = []

    def make() -> HeldStories:
        made.append(HeldStories())
        return made[-1]

    async def nobody_reads(token: bytes) -> None:
        pass

    monkeypatch.setattr("newswire.stream.app.HeldStories", make)
    worker = WorkerApp(load(worker={"data_dir": tmp_path}))
    worker.measure()
    assert REGISTRY.get_sample_value("newswire_embargo_overdue_seconds") == 0.0
    waiting = asyncio.ensure_future(made[0].wait("a", 1, time.time() - 60.0, nobody_reads))
    await asyncio.sleep(0)
    worker.measure()
    overdue = REGISTRY.get_sample_value("newswire_embargo_overdue_seconds")
    assert overdue is not None
    assert overdue >= 60.0
    made[0].release()
    await waiting
    worker.measure()
    assert REGISTRY.get_sample_value("newswire_embargo_overdue_seconds") == 0.0

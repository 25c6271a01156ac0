"""The worker as it stands before it is started: what its checks say."""

from __future__ import annotations

from pathlib import Path

from newswire.settings import load
from newswire.stream.app import WorkerApp


async def test_no_message_in_work_is_no_age(tmp_path: Path) -> None:
    """Not one below zero, either."""
    worker = WorkerApp(load(worker={"data_dir": tmp_path}))
    for _ in range(100):
        details = {check.detail for check in worker.ready() if check.name.endswith(" messages")}
        assert details == {"none in work"}

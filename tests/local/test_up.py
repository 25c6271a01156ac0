"""What is shown of a worker's log when it has ended by itself."""

from __future__ import annotations

from pathlib import Path

from newswire.local.up import LOG_LINES, log_end


def test_the_last_lines_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    lines = [f"line {number}" for number in range(3 * LOG_LINES)]
    log.write_text("\n".join([*lines, "error: no broker"]), encoding="utf-8")
    assert log_end(log) == [*lines[1 - LOG_LINES :], "error: no broker"]


def test_the_reason_is_shown_even_where_the_interpreter_complains_behind_it(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    noise = ["Exception ignored in:", *["  File ..."] * LOG_LINES, "RuntimeError: Event loop is closed"]
    log.write_text("\n".join(["error: an older one", "error: no tasks at tests.nowhere", *noise]), encoding="utf-8")
    assert log_end(log) == ["error: no tasks at tests.nowhere", *noise[-LOG_LINES:]]

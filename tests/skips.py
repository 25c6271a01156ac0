"""Fails a run that skips a test which is not on a list: otherwise a machine that lacks a program tests less, and nobody sees it.

The environment variable ALLOWED_SKIPS names the list: a test on each line, without its parameters; # begins a comment.
`.ci/run` sets it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ("Skips", "watch")


class Skips:
    """A plugin that sees what is skipped, in the process that started the run."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._others: dict[str, str] = {}
        """Why each test was skipped that must not be."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._see(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._see(report)

    def _see(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        expected = hasattr(report, "wasxfail")  # it ran, and failed as it says
        if report.skipped and not expected and report.nodeid.partition("[")[0] not in self._allowed:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self._others[report.nodeid] = reason

    @pytest.hookimpl(trylast=True)  # after pytest has noted what failed
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._others and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        cache = getattr(session.config, "cache", None)  # it can be switched off
        if self._others and cache is not None:
            # They count as failed for `make again`, too: it must not pass because another test failed beside them.
            failed = cache.get("cache/lastfailed", {})
            cache.set("cache/lastfailed", {**failed, **dict.fromkeys(self._others, True)})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._others:
            return
        terminalreporter.section("skipped, and not on the list of allowed skips", red=True)
        for name, reason in sorted(self._others.items()):
            terminalreporter.line(f"{name}: {reason}")
        terminalreporter.line(
            "Install what the reason names. If a test cannot run there at all, put it on .ci/allowed-skips, with why."
        )


def watch(config: pytest.Config) -> None:
    """Begins to look, if the environment names a list and this process is not one of a parallel run's workers."""
    if (file := os.environ.get("ALLOWED_SKIPS")) and not hasattr(config, "workerinput"):
        lines = [line.partition("#")[0].strip() for line in Path(file).read_text(encoding="utf-8").splitlines()]
        config.pluginmanager.register(Skips(frozenset(filter(None, lines))))

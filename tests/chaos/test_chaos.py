"""A short chaos run, and the control that shows that it can see loss. `make chaos` has the long ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswire.local.apache import missing_programs
from tests.chaos.run import Plan, run
from tests.chaos.schedule import IN_DEBT, SHORT, draw

pytestmark = [
    pytest.mark.broker,
    pytest.mark.slow,
    pytest.mark.xdist_group("apache"),
    pytest.mark.timeout(600),  # a run notices by itself when nothing moves; on a busy machine it only takes longer
    pytest.mark.skipif(bool(missing_programs()), reason=f"Apache Kafka needs {' and '.join(missing_programs())}"),
]

SEED = 11

# Half of what `make chaos` gives an article, for the sake of the test suite; the slowest of those that must pass takes a second.
TASK_DEADLINE = 2.5


def test_nothing_is_lost_and_little_repeated_whatever_is_killed(tmp_path: Path) -> None:
    report = run(Plan("short", SEED, 180, draw(SEED, SHORT), task_deadline=TASK_DEADLINE), tmp_path / "run")
    assert report.passed, f"{report.table()}\n{report.history.read_text()}"


def test_the_same_run_sees_the_loss_of_a_worker_that_acknowledges_on_arrival(tmp_path: Path) -> None:
    plan = Plan("control", SEED, 120, draw(SEED, IN_DEBT), naive="arrival", poison=False)
    report = run(plan, tmp_path / "run")
    assert report.outcome.missing, report.table()
    # Nothing tells of work that such workers have left, so a run may end before they do, with lag at the next agent.
    broken = {row.what for row in report.rows if not row.holds} - {"lag at the end"}
    # The tables agent acknowledges on arrival, too.
    assert broken - {"missing from the tables, or not the newest", "left over in the tables"} == {"missing"}

"""The verdict of a soak sees what is not flat."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.soak import Sample, judge

SECONDS = 1200.0
RATE = 10.0


def samples(
    lag: Callable[[float], float] = lambda _: 15.0, memory: Callable[[float], float] = lambda _: 400.0
) -> list[Sample]:
    return [
        Sample(at, int(at * RATE), int(at * RATE), int(lag(at)), (memory(at), 400.0))
        for at in range(0, int(SECONDS), 5)
    ]


def broken(found: list[Sample]) -> set[str]:
    return {row.what for row in judge(found, RATE, SECONDS) if not row.holds}


def test_a_run_that_stays_the_same_is_flat() -> None:
    assert broken(samples()) == set()


def test_what_happens_while_it_warms_up_does_not_count() -> None:
    assert broken(samples(lag=lambda at: 900.0 if at < 60 else 15.0, memory=lambda at: min(400.0, 200 + at))) == set()


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (samples(lag=lambda at: at / 20), "lag, median of the first and last third"),
        (samples(lag=lambda at: 200.0 if at == 700 else 15.0), "lag, most"),
        (samples(memory=lambda at: 400 + at / 20), "memory of worker 0, the same"),
    ],
)
def test_what_grows_or_stands_still_is_seen(found: list[Sample], what: str) -> None:
    assert broken(found) == {what}


def test_a_run_too_short_to_judge_does_not_pass() -> None:
    assert not all(row.holds for row in judge(samples()[:10], RATE, SECONDS))

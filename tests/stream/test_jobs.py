"""The queue of jobs: whose turn it is, and how many go to one process at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from newswire.stream.jobs import BATCH_BYTES, EXTRACT, Job, JobQueue


async def job(value: bytes = b"article", kind: str = EXTRACT, **options: Any) -> Job:
    return Job(kind, (value,), asyncio.get_running_loop().create_future(), **options)


async def queue_of(*jobs: Job, batch_size: int = 8) -> JobQueue:
    queue = JobQueue(batch_size)
    for one in jobs:
        queue.add(one)
    return queue


@pytest.mark.parametrize(("waiting", "processes", "taken"), [(1, 1, 1), (7, 2, 4), (7, 7, 1), (40, 2, 8), (3, 8, 1)])
async def test_a_process_gets_its_share_of_what_waits_and_no_more_than_a_batch(
    waiting: int, processes: int, taken: int
) -> None:
    jobs = [await job() for _ in range(waiting)]
    queue = await queue_of(*jobs)
    assert queue.take_batch(processes) == jobs[:taken]
    assert list(queue) == jobs[taken:]


async def test_a_batch_is_no_larger_than_what_the_model_takes_in_one_go() -> None:
    large, small = await job(b"x" * (BATCH_BYTES - 10)), [await job(b"12345") for _ in range(5)]
    queue = await queue_of(large, *small)
    assert queue.take_batch(1) == [large, *small[:2]]
    too_large = await job(b"x" * (2 * BATCH_BYTES))
    assert (await queue_of(too_large, *small)).take_batch(1) == [too_large]


async def test_what_came_to_a_bad_end_shares_a_process_with_no_other() -> None:
    suspect, others = await job(alone=True), [await job() for _ in range(3)]
    queue = await queue_of(others[0], suspect, *others[1:])
    assert queue.take_batch(1) == [others[0]]
    assert queue.take_batch(1) == [suspect]
    assert queue.take_batch(1) == others[1:]


async def test_only_extractions_are_done_several_at_once() -> None:
    jobs = [await job(kind="read") for _ in range(3)]
    assert (await queue_of(*jobs)).take_batch(1) == jobs[:1]


async def test_what_nobody_waits_for_never_has_its_turn() -> None:
    jobs = [await job() for _ in range(4)]
    queue = await queue_of(*jobs)
    for cancelled in (0, 1, 3):
        jobs[cancelled].future.cancel()
    assert queue.first() is jobs[2]
    assert queue.take_batch(1) == [jobs[2]]
    assert queue.first() is None
    assert len(queue) == 0


async def test_what_lost_its_process_goes_before_what_has_not_had_its_turn() -> None:
    first, second = await job(), await job()
    queue = await queue_of(first, second)
    queue.put_back(queue.take())
    assert queue.first() is first


async def test_a_job_that_was_cancelled_takes_no_result_and_no_error() -> None:
    cancelled = await job()
    cancelled.future.cancel()
    cancelled.resolve("late")
    cancelled.reject(RuntimeError("late"))
    assert cancelled.future.cancelled()

from __future__ import annotations

import threading
import time

from newswire.feed.schedule import Job, Schedule

DEADLINE = 20.0


def test_jobs_wait_side_by_side_and_act_one_at_a_time() -> None:
    together = threading.Barrier(3)
    acting = []

    def act(given: int) -> None:
        acting.append((given, threading.current_thread()))

    def wait(number: int) -> int:
        together.wait(DEADLINE)  # passed only when all three wait at once
        return number

    schedule = Schedule(width=3, pause=0.0)
    schedule.run([Job(act, lambda number=number: wait(number), str(number)) for number in range(3)])
    assert sorted(number for number, _ in acting) == [0, 1, 2]
    assert {thread for _, thread in acting} == {threading.current_thread()}


def test_one_lane_is_asked_one_at_a_time_with_a_pause() -> None:
    at_once, most = 0, 0
    began: list[float] = []
    ended: list[float] = []
    lock = threading.Lock()

    def wait() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            began.append(time.monotonic())
        time.sleep(0.01)
        with lock:
            at_once -= 1
            ended.append(time.monotonic())

    Schedule(width=8, pause=0.05).run([Job(lambda _: None, wait, "one") for _ in range(4)])
    assert most == 1
    assert all(begin - end >= 0.05 for begin, end in zip(began[1:], ended[:-1], strict=True))


def test_no_more_wait_at_once_than_the_width() -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def wait() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        with lock:
            at_once -= 1

    Schedule(width=2, pause=0.0).run([Job(lambda _: None, wait, str(number)) for number in range(8)])
    assert most == 2


def test_one_that_does_not_answer_holds_up_neither_the_others_nor_the_end() -> None:
    silence = threading.Event()
    counts = 0

    def act(_: object) -> float:
        nonlocal counts
        counts += 1
        if counts == 5:
            schedule.stop()
        return 0.01

    schedule = Schedule(width=2, pause=0.0)
    stuck = Job(lambda _: None, silence.wait, "stuck")
    try:
        schedule.run([stuck, Job(act, lambda: None, "quick")])
    finally:
        silence.set()
    assert counts == 5


def test_it_ends_when_no_job_comes_again_whatever_minor_ones_do() -> None:
    beats = 0

    def beat(_: object) -> float:
        nonlocal beats
        beats += 1
        return 0.01

    rounds = iter((0.02, 0.02, None))
    Schedule(width=1, pause=0.0).run([Job(beat, minor=True), Job(lambda _: next(rounds))])
    assert beats >= 2

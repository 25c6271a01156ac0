"""The stage with a handler, a publisher and callbacks that a test steers; the window and the guard are the real ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest

from newswire.errors import BrokerError, InputError, PermanentError, PublishError
from newswire.settings import load
from newswire.stream.batches import Outgoing
from newswire.stream.message import ConsumedMessage
from newswire.stream.stage import Stage, Steps
from newswire.web.metrics import REGISTRY

Partition = tuple[str, int]


class Broker:
    """What a stage sees of the rest: it publishes, acknowledges, commits, halts and stops."""

    def __init__(self) -> None:
        self.published: list[Outgoing] = []
        self.acknowledged: list[int] = []
        self.stopped_with: list[Exception] = []
        self.commits = 0
        self.paused: list[Partition] = []
        self.resumed: list[Partition] = []
        self.halted: dict[Partition, str] = {}
        self.refusing: Exception | None = None

    async def publish(self, steps: Sequence[Sequence[Outgoing]]) -> None:
        await asyncio.sleep(0)
        if self.refusing is not None:
            raise self.refusing
        self.published += [message for step in steps for message in step]

    def has_halted(self, agent: str, partition: Partition) -> bool:
        return partition in self.halted

    async def declare(self, agent: str, partition: Partition, offset: int, why: str) -> None:
        self.halted[partition] = why

    def commit(self) -> None:
        self.commits += 1


class Work:
    """A handler whose messages wait until a test lets them go on, with a result or an error."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ends: dict[int, asyncio.Future[Steps]] = {}

    async def __call__(self, message: ConsumedMessage) -> Steps:
        self.begun.append(message.offset)
        return await self.ends.setdefault(message.offset, asyncio.get_running_loop().create_future())

    def end(self, offset: int, error: Exception | None = None) -> None:
        end = self.ends.setdefault(offset, asyncio.get_running_loop().create_future())
        if error is None:
            end.set_result([[Outgoing("news.out", b"k", str(offset).encode())]])
        else:
            end.set_exception(error)


def message(offset: int, key: bytes | None = None, partition: int = 0) -> ConsumedMessage:
    return ConsumedMessage("news.in", partition, offset, key or str(offset).encode(), b"value", (), 0)


def make(broker: Broker, handler: Any, *, begun: bool = True, emits: bool = False) -> Stage:
    return Stage(
        "extract",
        handler,
        broker,  # type: ignore[arg-type]
        load(worker={"max_in_flight": 4, "dead_letter_window": 4}),
        acknowledge=broker.acknowledged.append,
        stop_worker=broker.stopped_with.append,
        commit=broker.commit,
        halts=broker,  # type: ignore[arg-type]
        pause=broker.paused.append,
        resume_partition=broker.resumed.append,
        begun=begun,
        emits=emits,
    )


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def work() -> Work:
    return Work()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def submitted(stage: Stage, *messages: ConsumedMessage) -> asyncio.Task[None]:
    """Messages handed over as a stream does: the next one when the one before was taken in."""

    async def hand_over() -> None:
        for one in messages:
            await stage.submit(one, one.offset)

    task = asyncio.create_task(hand_over())
    await settle()
    return task


def values(broker: Broker) -> list[bytes | None]:
    return [outgoing.value for outgoing in broker.published]


async def test_messages_of_one_key_are_published_in_their_order_and_others_need_not_wait(
    broker: Broker, work: Work
) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0, b"story"), message(1, b"story"), message(2))
    for offset in (2, 1):
        work.end(offset)
    await settle()
    assert values(broker) == [b"2"]
    work.end(0)
    await settle()
    assert values(broker) == [b"2", b"0", b"1"]
    assert broker.acknowledged == [0, 1, 2]


@pytest.mark.parametrize("error", [InputError("no body"), RuntimeError("a bug")])
async def test_what_cannot_be_processed_is_set_aside_and_acknowledged(
    broker: Broker, work: Work, error: Exception
) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0), message(1))
    work.end(0, error)
    work.end(1)
    await settle()
    [letter, other] = sorted(broker.published, key=lambda outgoing: outgoing.topic)
    assert (letter.topic, letter.value, other.value) == ("news.dead-letters", b"value", b"1")
    assert broker.acknowledged == [0, 1]
    assert broker.stopped_with == []


async def test_what_the_broker_finds_too_large_is_set_aside_too(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0))
    broker.refusing = PermanentError("too large")
    work.end(0)
    await settle()
    # The dead letter was refused as well: going on would lose the message.
    assert [type(error) for error in broker.stopped_with] == [PublishError]
    assert broker.acknowledged == []


@pytest.mark.parametrize("error", [PublishError("not confirmed"), BrokerError("gone")])
async def test_an_error_that_may_pass_stops_the_worker_and_acknowledges_nothing_behind(
    broker: Broker, work: Work, error: Exception
) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0), message(1), message(2))
    work.end(0)
    await settle()
    work.end(1, error)
    work.end(2)
    await settle()
    assert broker.stopped_with == [error]
    assert broker.acknowledged == [0]


async def test_a_drain_lets_what_is_in_flight_through_and_nothing_more_in(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0), message(1))
    drain = asyncio.create_task(stage.drain(deadline=10.0))
    late = await submitted(stage, message(2))
    assert late.done()
    for offset in (0, 1):
        work.end(offset)
    assert await drain
    assert (broker.acknowledged, work.begun) == ([0, 1], [0, 1])


async def test_what_a_drain_gives_up_is_not_acknowledged_even_when_it_ends_later(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    await submitted(stage, message(0), message(1))
    work.end(0)
    await settle()
    assert not await stage.drain(deadline=0.01)
    assert broker.acknowledged == [0]
    assert len(stage.window) == 0
    stage.resume()
    await submitted(stage, message(1))
    assert work.begun == [0, 1, 1]


async def test_a_place_is_free_when_it_is_committed_and_commits_are_asked_for_at_half_a_window(
    broker: Broker, work: Work
) -> None:
    stage = make(broker, work)
    waiting = await submitted(stage, *map(message, range(6)))
    assert work.begun == [0, 1, 2, 3]
    work.end(0)
    await settle()
    assert (broker.commits, work.begun) == (0, [0, 1, 2, 3])
    work.end(1)
    await settle()
    assert (broker.commits, work.begun) == (1, [0, 1, 2, 3])
    stage.committed({("news.in", 0): 1, ("news.other", 0): 5})
    await settle()
    assert work.begun == [0, 1, 2, 3, 4]
    stage.committed({("news.in", 0): 2})
    await settle()
    assert waiting.done()


async def test_after_a_rebalance_nothing_waits_for_commits_of_before(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    await submitted(stage, *map(message, range(4)))
    for offset in range(4):
        work.end(offset)
    await settle()
    await stage.drain(deadline=1.0)
    stage.resume()
    assert (await submitted(stage, *map(message, range(4, 8)))).done()


async def test_a_stage_takes_nothing_in_before_it_begins(broker: Broker, work: Work) -> None:
    stage = make(broker, work, begun=False)
    waiting = await submitted(stage, message(0))
    assert (work.begun, waiting.done()) == ([], False)
    stage.begin()
    await settle()
    assert work.begun == [0]


async def test_a_run_of_dead_letters_halts_the_partition_and_what_comes_of_it_waits_for_the_end_of_the_halt(
    broker: Broker, work: Work
) -> None:
    stage = make(broker, work)
    for offset in range(6):
        work.end(offset, InputError("bad"))
    await submitted(stage, *map(message, range(4)))
    stage.committed({("news.in", 0): 4})
    assert broker.halted == {("news.in", 0): "4 of the last 4 messages became dead letters"}
    assert ("news.in", 0) in broker.paused
    await submitted(stage, message(4), message(5), message(7, partition=1))
    assert work.begun == [0, 1, 2, 3, 7]
    work.ends.clear()
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    await settle()
    assert work.begun == [0, 1, 2, 3, 7, 4, 5]
    assert broker.resumed == [("news.in", 0)]
    assert broker.acknowledged == [0, 1, 2, 3]


async def test_a_partition_that_goes_on_badly_halts_again(broker: Broker, work: Work) -> None:
    async def refuse(message: ConsumedMessage) -> Steps:
        work.begun.append(message.offset)
        raise InputError("bad")

    stage = make(broker, refuse)
    for offset in range(20):
        await submitted(stage, message(offset))
        stage.committed({("news.in", 0): offset + 1})
    assert work.begun == [0, 1, 2, 3]
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    for offset in range(20):
        await settle()
        stage.committed({("news.in", 0): offset + 1})
    assert broker.halted
    assert len(work.begun) <= 4 + 4 + 4
    assert work.begun == list(range(len(work.begun)))
    assert broker.resumed == []


async def test_what_waits_at_a_halted_partition_is_left_to_whoever_has_it_next(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    broker.halted[("news.in", 0)] = "of another worker"
    await submitted(stage, message(0))
    assert await stage.drain(deadline=1.0)
    stage.resume()
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    await settle()
    assert work.begun == []
    await submitted(stage, message(0))
    assert work.begun == [0]


async def test_what_comes_of_a_halted_partition_during_a_drain_is_left_alone_too(broker: Broker, work: Work) -> None:
    """Whoever has the partition next reads it again; kept here, it would be done twice, with an old token."""
    stage = make(broker, work)
    broker.halted[("news.in", 0)] = "of another worker"
    await stage.drain(deadline=1.0)
    await submitted(stage, message(0))
    stage.resume()
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    await settle()
    assert work.begun == []


async def test_a_halt_that_ends_twice_lets_each_message_in_once(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    await submitted(stage, *(message(offset, partition=1) for offset in range(10, 14)))  # the window is full
    broker.halted[("news.in", 0)] = "of another worker"
    await submitted(stage, message(0), message(1))
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    await settle()
    stage.end_halt(("news.in", 0))
    await settle()
    for offset in range(10, 14):
        work.end(offset)
    await settle()
    stage.committed({("news.in", 1): 14})
    await settle()
    assert work.begun == [10, 11, 12, 13, 0, 1]


async def test_what_waited_for_room_when_its_partition_halted_is_not_taken_in(broker: Broker, work: Work) -> None:
    stage = make(broker, work)
    waiting = await submitted(stage, *map(message, range(5)))
    broker.halted[("news.in", 0)] = "meanwhile"
    work.end(0)
    await settle()
    stage.committed({("news.in", 0): 1})
    await settle()
    assert (work.begun, waiting.done()) == ([0, 1, 2, 3], True)
    broker.halted.clear()
    stage.end_halt(("news.in", 0))
    await settle()
    assert work.begun == [0, 1, 2, 3, 4]


def _age() -> tuple[float, float]:
    """How many articles were measured, and their ages together, in seconds."""
    found = [REGISTRY.get_sample_value(f"newswire_article_age_seconds_{of}") for of in ("count", "sum")]
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


async def test_where_records_leave_the_age_of_their_articles_is_measured_from_their_arrival(
    broker: Broker, work: Work
) -> None:
    stage = make(broker, work, emits=True)
    count, total = _age()
    minute_ago = str(int((time.time() - 60) * 1000)).encode()
    arrived = ConsumedMessage("news.in", 0, 0, b"0", b"value", (("newswire-arrived", minute_ago),), 0)
    held = message(1)
    await submitted(stage, arrived, held)
    assert _age() == (count, total), "not before they are confirmed"
    for offset in (0, 1):
        work.end(offset)
    await settle()
    found, sum_of_ages = _age()
    assert found - count == 1
    assert 60 <= sum_of_ages - total < 70


async def test_what_becomes_a_dead_letter_and_what_is_no_record_yet_has_no_age(broker: Broker, work: Work) -> None:
    headers = (("newswire-arrived", b"1"),)
    before = _age()
    for emits, error in ((True, InputError("bad")), (False, None)):
        stage = make(broker, work, emits=emits)
        offset = int(emits)
        await submitted(stage, ConsumedMessage("news.in", 0, offset, b"0", b"value", headers, 0))
        work.end(offset, error)
        await settle()
    assert _age() == before

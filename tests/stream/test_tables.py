"""The tables at work, on a log that a test stops wherever it likes; the way through Kafka is tested in `tests/kafka`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from newswire.errors import BrokerError, PermanentError, PublishError
from newswire.records import EntityRecord, Extraction, decode
from newswire.settings import load
from newswire.stream import tables as module
from newswire.stream.message import ConsumedMessage
from newswire.stream.table import StoryState
from newswire.stream.table_store import TableStore
from newswire.stream.tables import Tables
from newswire.topics import EXPIRED
from tests.stream.table_world import Crash, Log, extraction, message, record_id

NOW = 1_800_000_000.0
NOW_MS = int(NOW * 1000)
DAY_MS = 24 * 60 * 60 * 1000


async def settle() -> None:
    for _ in range(60):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF", 0.0)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(log: Log, clock: Clock, tmp_path: Path) -> AsyncIterator[Callable[..., Tables]]:
    made: list[Tables] = []

    def tables(**worker: Any) -> Tables:
        settings = load(worker=worker, kafka={"session_timeout": 0.05})
        found = Tables(settings, log, TableStore(tmp_path), clock=clock)
        found.assign([0])
        made.append(found)
        return found

    yield tables
    for one in made:
        await one.stop()


def held(log: Log) -> dict[str, str]:
    """Names of what stands, by id."""
    return {id[0]: decode(value, EntityRecord).name for id, value in log.table(committed=True).items()}


async def take(tables: Tables, made: Extraction | None, offset: int, at_ms: int = NOW_MS) -> None:
    await asyncio.wait_for(tables.take(message(made, offset, at_ms=at_ms)), 60)


async def test_a_version_replaces_what_stands_and_withdraws_what_it_no_longer_has(
    log: Log, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "ab"), 1)
    await take(tables, extraction("x", 2, "bc", model="large"), 2)
    assert held(log) == {"b": "b by large", "c": "c by large"}
    withdrawn = [out for out in log.transactions[-1].records if out.value is None]
    assert [out.key for out in withdrawn] == [record_id("a").encode()]
    assert dict(withdrawn[0].headers) == {"ce_subject": b"x", "newswire-extraction-offset": b"2"}


async def test_each_record_is_keyed_by_its_id_and_says_what_the_log_topics_say(
    log: Log, make: Callable[..., Tables]
) -> None:
    await take(make(), extraction("x", 1, "a"), 7)
    [out] = log.transactions[-1].records
    assert (out.topic, out.key) == ("news.current.entities", record_id("a").encode())
    headers = dict(out.headers)
    assert headers["ce_type"] == b"newswire.entity.v1"
    assert headers["newswire-extraction-offset"] == b"7"
    assert headers["traceparent"] == b"00-1-2-01"
    assert "newswire-marker" not in headers


async def test_what_was_worked_in_before_is_not_written_again(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    for offset in (1, 2, 1, 2):
        await take(tables, extraction("x", offset, "a"), offset)
    assert len(log.transactions) == 2


@pytest.mark.parametrize("status", ["canceled", "withheld"])
async def test_only_a_higher_version_revives_a_killed_story(log: Log, make: Callable[..., Tables], status: str) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "ab"), 1)
    await take(tables, extraction("x", 2, "ab", status=status), 2)
    assert held(log) == {}
    await take(tables, extraction("x", 2, "a", model="large"), 3)
    await take(tables, extraction("x", 1, "a"), 4)
    assert held(log) == {}
    await take(tables, extraction("x", 3, "c"), 5)
    assert held(log) == {"c": "c by small"}


async def test_a_story_that_arrives_after_its_own_kill_never_appears(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    await take(tables, extraction("x", 2, "", status="canceled"), 1)
    await take(tables, extraction("x", 1, "ab"), 2)
    await take(tables, extraction("x", 2, "ab"), 3)
    assert log.table(committed=False) == {}


async def test_a_story_that_somebody_takes_out_of_the_topic_counts_as_killed(
    log: Log, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, None, 0)  # nobody knows it
    await take(tables, extraction("x", 1, "ab"), 1)
    await take(tables, None, 2)
    await take(tables, extraction("x", 1, "ab"), 3)
    assert held(log) == {}


async def test_an_id_that_is_not_one_of_ours_is_withdrawn_as_it_was_written(
    log: Log, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "a", id="Entity 1"), 1)
    await take(tables, extraction("x", 2, ""), 2)
    assert [(out.key, out.value is None) for t in log.transactions for out in t.records] == [
        (b"Entity 1", False),
        (b"Entity 1", True),
    ]


async def test_what_is_no_extraction_is_passed_over(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    await asyncio.wait_for(tables.take(message(b"[]", 1)), 60)
    await take(tables, extraction("x", 1, "a"), 2)
    assert held(log) == {"a": "a by small"}


async def test_a_story_is_forgotten_with_its_records_when_it_is_too_old(
    log: Log, clock: Clock, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "ab"), 1, NOW_MS - 10 * DAY_MS)
    await take(tables, extraction("y", 1, "c"), 2)
    clock.now += 21 * 24 * 3600
    await take(tables, extraction("z", 1, "d"), 3, int(clock.now * 1000))
    assert set(held(log)) == {"c", "d"}
    assert set(log.states()) == {b"y", b"z"}
    assert {(out.key or b"")[:1] for _, out in log.records if out.value is None and EXPIRED in dict(out.headers)} == {
        b"a",
        b"b",
    }


async def test_a_record_that_is_withdrawn_is_not_called_expired(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "ab"), 1)
    await take(tables, extraction("x", 2, "b"), 2)
    assert [((out.key or b"")[:1], EXPIRED in dict(out.headers)) for _, out in log.records if out.value is None] == [
        (b"a", False)
    ]


async def test_idle_tables_forget_too(
    log: Log, clock: Clock, make: Callable[..., Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXPIRY_INTERVAL", 0.01)
    await take(make(), extraction("x", 1, "ab"), 1)
    clock.now += 31 * 24 * 3600
    for _ in range(6000):
        await asyncio.sleep(0.01)
        if not log.states():
            break
    assert (held(log), log.states()) == ({}, {})


async def test_a_story_that_is_too_old_when_it_comes_is_never_shown_but_withdraws_what_stands(
    log: Log, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, extraction("y", 1, "c"), 1)
    await take(tables, extraction("x", 1, "ab"), 2, NOW_MS - 31 * DAY_MS)
    assert set(held(log)) == {"c"}
    await take(tables, extraction("y", 2, "", status="canceled"), 3, NOW_MS - 31 * DAY_MS)
    assert held(log) == {}


async def test_messages_that_wait_are_written_together(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    made = [extraction(story, version, "ab"[:version]) for story in "xy" for version in (1, 2)]
    await asyncio.gather(*(tables.take(message(one, offset, at_ms=NOW_MS)) for offset, one in enumerate(made)))
    assert [transaction.outcome for transaction in log.transactions] == ["committed"]
    assert len(log.states()) == 2


async def test_nothing_is_worked_on_before_what_is_known_has_been_read(log: Log, make: Callable[..., Tables]) -> None:
    await take(make(), extraction("x", 2, "", status="canceled"), 1)
    log.steps, log.failure = 1, "pause"  # while it reads the states
    tables = make()
    waiting = asyncio.create_task(tables.take(message(extraction("x", 1, "a"), 2, at_ms=NOW_MS)))
    await settle()
    assert (tables.unready, waiting.done()) == (1, False)
    log.resume.set()
    await asyncio.wait_for(waiting, 60)
    assert (tables.unready, held(log)) == (0, {})


async def test_a_drain_does_not_wait_for_what_cannot_be_worked_on_yet(log: Log, make: Callable[..., Tables]) -> None:
    log.steps, log.failure = 0, "pause"
    tables = make()
    waiting = asyncio.create_task(tables.take(message(extraction("x", 1, "a"), 1, at_ms=NOW_MS)))
    await settle()
    tables.release()
    await settle()
    assert waiting.cancelled()
    with pytest.raises(asyncio.CancelledError):
        await tables.take(message(extraction("x", 1, "a"), 1, at_ms=NOW_MS))


async def test_a_partition_that_comes_back_is_read_from_where_it_was_known(
    log: Log, make: Callable[..., Tables]
) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "a"), 1)
    tables.assign([0])
    await take(make(), extraction("x", 2, "b"), 2)  # in between it is another worker's
    tables.assign([0])
    await take(tables, extraction("x", 3, "c"), 3)
    assert log.restored_from == [0, 1, 0, 1]
    assert held(log) == {"c": "c by small"}


async def test_a_partition_that_is_given_away_is_forgotten(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "a"), 1)
    tables.assign([])
    with pytest.raises(asyncio.CancelledError):
        await tables.take(message(extraction("x", 2, "a"), 2, at_ms=NOW_MS))
    tables.assign([0])
    await settle()
    assert log.restored_from == [0, 0]


async def test_a_worker_that_has_lost_its_partition_writes_nothing_and_goes_on_when_nobody_else_does(
    log: Log, make: Callable[..., Tables]
) -> None:
    zombie = make()
    await take(zombie, extraction("x", 1, "a"), 1)
    log.steps, log.failure = 1, "pause"
    late = asyncio.create_task(zombie.take(message(extraction("x", 2, "ab"), 2, at_ms=NOW_MS)))
    await settle()
    heir = make()
    await take(heir, extraction("x", 2, "ab"), 2)
    await take(heir, extraction("x", 3, "c"), 3)
    log.resume.set()
    await settle()
    assert (zombie.unready, late.done()) == (1, False)
    assert set(held(log)) == {"c"}
    await asyncio.wait_for(late, 60)
    assert set(held(log)) == {"c"}
    assert log.claims == 3


async def test_a_broker_that_does_not_answer_is_asked_again(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    await take(tables, extraction("x", 1, "a"), 1)
    for step in range(6):
        log.steps, log.failure = step, BrokerError
        await take(tables, extraction("x", 2 + step, "b"), 2 + step)
    assert set(held(log)) == {"b"}


async def test_a_broker_that_never_answers_ends_the_worker(
    log: Log, make: Callable[..., Tables], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(partition: int) -> None:
        raise BrokerError("no answer")

    monkeypatch.setattr(log, "claim", silent)
    with pytest.raises(PublishError, match="no answer"):
        await take(make(publish_attempts=2), extraction("x", 1, "a"), 1)


async def test_a_record_that_the_broker_refuses_hurts_no_other_message(log: Log, make: Callable[..., Tables]) -> None:
    tables = make()
    log.largest = 2000
    made = [extraction("x", 1, "a"), extraction("y", 1, "b", model="m" * 3000), extraction("z", 1, "c")]
    ends = await asyncio.gather(
        *(tables.take(message(one, offset, at_ms=NOW_MS)) for offset, one in enumerate(made)), return_exceptions=True
    )
    assert [type(end) for end in ends] == [type(None), PermanentError, type(None)]
    assert set(held(log)) == {"a", "c"}


# ---- histories


EXTRACTIONS = st.tuples(
    st.sampled_from("xy"),
    st.integers(1, 3),
    st.sets(st.sampled_from("abc"), max_size=3),
    st.sampled_from(("small", "large")),
    st.sampled_from(("usable", "usable", "usable", "canceled", "withheld")),
)


class Histories(RuleBasedStateMachine):
    """Versions, silent edits, repeats, reorderings, kills, purges and second extractions of two stories, worked in by workers
    that crash between any two steps, lose their partition without noticing, and are given it back.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.log = Log()
        self.topic: list[ConsumedMessage] = []
        self.position = 0
        """Of the next message to be delivered."""
        self.committed = 0
        self.ends: dict[int, asyncio.Task[None]] = {}
        self.zombies: list[Tables] = []
        self.directory = directory
        self.worker = self.start()

    def start(self) -> Tables:
        async def made() -> Tables:
            tables = Tables(
                load(kafka={"session_timeout": 1000.0}), self.log, TableStore(self.directory), clock=lambda: NOW
            )
            tables.assign([0])
            return tables

        return self.loop.run_until_complete(made())

    def settle(self) -> None:
        self.loop.run_until_complete(settle())

    def acknowledge(self) -> None:
        """In order, as the window does."""
        while self.committed in self.ends and self.ends[self.committed].done():
            end = self.ends[self.committed]
            if end.cancelled() or end.exception() is not None:
                return
            self.committed += 1

    @rule(made=EXTRACTIONS)
    def extract(self, made: tuple[str, int, set[str], str, str]) -> None:
        story, version, records, model, status = made
        # Ids are those of one story only, as hashes over its id are.
        names = "".join(name if story == "x" else {"a": "d", "b": "e", "c": "f"}[name] for name in sorted(records))
        found = extraction(story, version, names, model=model, status=status)
        self.topic.append(message(found, len(self.topic), at_ms=NOW_MS))

    @precondition(lambda self: self.topic)
    @rule(which=st.integers(0, 20))
    def repeat(self, which: int) -> None:
        """The extract agent has crashed: what it wrote comes once more."""
        old = self.topic[which % len(self.topic)]
        self.topic.append(message(old.value, len(self.topic), story=(old.key or b"").decode(), at_ms=NOW_MS))

    @rule(story=st.sampled_from("xy"))
    def purge(self, story: str) -> None:
        self.topic.append(message(None, len(self.topic), story=story, at_ms=NOW_MS))

    @rule(count=st.integers(1, 4))
    def deliver(self, count: int) -> None:
        async def deliver() -> None:
            for given in self.topic[self.position : self.position + count]:
                self.ends[given.offset] = asyncio.ensure_future(self.worker.take(given))
                self.position += 1
            await settle()

        self.loop.run_until_complete(deliver())
        self.acknowledge()

    @rule(steps=st.integers(0, 8))
    def lose_the_broker(self, steps: int) -> None:
        self.log.steps, self.log.failure = steps, BrokerError

    @rule(
        count=st.integers(1, 4),
        steps=st.integers(0, 8),
        failure=st.sampled_from((Crash, "pause")),
        back=st.integers(0, 3),
    )
    def crash(self, count: int, steps: int, failure: Any, back: int) -> None:
        """In the middle of its work the process is gone, or stands still: another one goes on from an offset that was committed
        some time ago.
        """
        self.log.steps, self.log.failure = steps, failure
        self.deliver(count)
        self.zombies.append(self.worker)
        self.ends.clear()
        self.committed = self.position = max(0, self.committed - back)
        self.log.steps = -1
        self.worker = self.start()
        self.settle()

    @rule(first=EXTRACTIONS, second=EXTRACTIONS, steps=st.integers(0, 5))
    def outlive(self, first: Any, second: Any, steps: int) -> None:
        """A worker stands still in the middle of its work until another one has worked on what comes next."""
        self.extract(first)
        self.crash(4, steps, "pause", 0)
        self.extract(second)
        self.deliver(4)
        self.wake_the_zombies()

    @rule()
    def wake_the_zombies(self) -> None:
        self.log.resume.set()
        self.settle()

    @rule()
    def rebalance(self) -> None:
        """The partition goes away and comes back to the same worker."""

        async def again() -> None:
            self.worker.release()
            await settle()
            self.worker.assign([0])
            await settle()

        self.loop.run_until_complete(again())
        self.acknowledge()
        self.ends.clear()
        self.position = self.committed

    @invariant()
    def every_record_in_the_table_is_known_to_the_states(self) -> None:
        known = {
            id
            for state in self.log.states().values()
            for _, id in msgspec.msgpack.decode(state, type=StoryState).standing()
        }
        assert set(self.log.table(committed=True)) == known

    def teardown(self) -> None:
        try:
            self.wake_the_zombies()
            self.crash(1, 0, Crash, 0)
            for _ in range(len(self.topic) + 1):
                self.deliver(4)
            assert self.committed == len(self.topic)
            for committed in (True, False):
                table = self.log.table(committed=committed)
                found = {id[0]: decode(value, EntityRecord).name for id, value in table.items()}
                assert found == self.expected(), f"of readers of what is committed: {committed}"
        finally:
            for tables in (self.worker, *self.zombies):
                self.loop.run_until_complete(tables.stop())
            self.loop.close()

    def expected(self) -> dict[str, str]:
        """What the newest valid version of each story says."""
        rules: dict[bytes, tuple[int, bool, dict[str, str]]] = {}
        for given in self.topic:
            key = given.key or b""
            version, killed, _ = rules.get(key, (0, False, {}))
            if given.value is None:
                rules[key] = (version, bool(version), {})
                continue
            made = decode(given.value, Extraction)
            kill = made.article.status != "usable"
            if made.article.version < version or (killed and not kill and made.article.version == version):
                continue
            named = {} if kill else {entity.id[0]: entity.name for entity in made.entities}
            rules[key] = (made.article.version, kill, named)
        return {id: name for _, _, names in rules.values() for id, name in names.items()}


@pytest.mark.slow
def test_they_hold_what_the_newest_versions_say_whatever_comes_and_wherever_workers_crash(tmp_path: Path) -> None:
    settings = hypothesis_settings(max_examples=60, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(partial(Histories, tmp_path), settings=settings)  # type: ignore[arg-type]


def test_three_hundred_thousand_stories_fit_into_the_bound(tmp_path: Path) -> None:
    """A hundredth of them, with the two dozen records of a story of two hundred words, written twice."""
    store = TableStore(tmp_path)
    began = time.process_time()
    for version in (1, 2):
        state = msgspec.msgpack.encode(
            StoryState(version, "usable", 1, NOW_MS, (bytes(16 * 11), bytes(16 * 9), bytes(64)))
        )
        store.put(0, [(b"urn:newsml:example.org:20260101:%06d" % number, NOW_MS, state) for number in range(3000)])
    seconds = time.process_time() - began
    assert len(store) == 3000
    assert store.bytes * 100 < 300 * 10**6
    assert seconds < 3
    assert list(tmp_path.iterdir()) == []
    store.close()

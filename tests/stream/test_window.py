"""The window under every order of events: what is acknowledged is a prefix, and everything of it is published."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from newswire.stream.window import Slot, State, Window

MAX_COUNT = 6
MAX_BYTES = 100
PARTITIONS = (("raw", 0), ("raw", 1), ("raw", 2))

Item = tuple[tuple[str, int], int]


class WindowMachine(RuleBasedStateMachine):
    """A broker with three partitions, a worker with a window, and whatever may happen to them.

    The model: `committed` is the offset that a restart begins at, `acknowledged` the one that the next commit may bring it to,
    `read` the next offset to be consumed, `published` what has got out, `repeatable` what of it got out since the worker
    started or got its partitions. The window is the real one.
    """

    slots = Bundle("slots")

    def __init__(self) -> None:
        super().__init__()
        self.committed = dict.fromkeys(PARTITIONS, 0)
        self.published: set[Item] = set()
        self.begin()

    def begin(self) -> None:
        """A worker begins where the broker says."""
        self.window: Window[Item] = Window(MAX_COUNT, MAX_BYTES, self.acknowledge)
        self.begin_again()

    def begin_again(self) -> None:
        self.acknowledged = dict(self.committed)
        self.read = dict(self.committed)
        self.in_flight: dict[Item, Slot[Item]] = {}
        self.repeatable: set[Item] = set()
        self.failed: set[tuple[str, int]] = set()

    def acknowledge(self, item: Item) -> None:
        partition, offset = item
        assert offset == self.acknowledged[partition], "acknowledged out of order, or twice"
        assert item in self.published, "acknowledged before it was published"
        self.acknowledged[partition] = offset + 1
        del self.in_flight[item]

    def is_worked_on(self, slot: Slot[Item]) -> bool:
        """Whether this process, not one before a crash, still works on it."""
        return slot.state is State.IN_FLIGHT and self.in_flight.get(slot.item) is slot

    @rule(target=slots, partition=st.sampled_from(PARTITIONS), size=st.integers(0, 60) | st.just(500))
    def submit(self, partition: tuple[str, int], size: int) -> Slot[Item] | None:
        item = (partition, self.read[partition])
        if not self.window.has_room(size):
            with pytest.raises(OverflowError):
                self.window.submit(partition, item[1], item, size)
            return None
        slot = self.window.submit(partition, item[1], item, size)
        self.read[partition] += 1
        self.in_flight[item] = slot
        return slot

    @rule(slot=consumes(slots))
    def finish(self, slot: Slot[Item] | None) -> None:
        """In any order, and also when the partition was taken from us meanwhile: then it is published all the same."""
        if slot is None or not (slot.state is State.REVOKED or self.is_worked_on(slot)):
            return
        self.published.add(slot.item)
        before = dict(self.acknowledged)
        revoked = slot.state is State.REVOKED
        if not revoked:
            self.repeatable.add(slot.item)
        count = self.window.finish(slot)
        assert count == sum(self.acknowledged.values()) - sum(before.values())
        if revoked:
            assert count == 0

    @rule(slot=consumes(slots))
    def fail(self, slot: Slot[Item] | None) -> None:
        if slot is None or not self.is_worked_on(slot):
            return
        self.window.fail(slot)
        self.failed.add(slot.item[0])

    @rule(partition=st.sampled_from(PARTITIONS), late=st.integers(0, 3))
    def commit(self, partition: tuple[str, int], late: int) -> None:
        """The broker confirms a commit, perhaps of somewhat less than is acknowledged by now."""
        offset = max(self.committed[partition], self.acknowledged[partition] - late)
        self.committed[partition] = offset
        self.window.committed(partition, offset)

    @rule()
    def rebalance(self) -> None:
        """The group takes the partitions away and gives them again; what was not committed by then is read again."""
        expected = set(self.in_flight)
        assert {slot.item for slot in self.window.revoke()} == expected
        self.window.forget_uncommitted()
        self.begin_again()

    @rule()
    def crash(self) -> None:
        """kill -9: the window is gone, the broker knows what it knew."""
        self.begin()

    @rule()
    @precondition(lambda self: not self.failed)
    def drain(self) -> None:
        """Everything in flight ends, last come first: then nothing is left and everything read is acknowledged."""
        for slot in reversed(list(self.in_flight.values())):
            if slot.state is State.IN_FLIGHT:
                self.published.add(slot.item)
                self.repeatable.add(slot.item)
                self.window.finish(slot)
        assert len(self.window) == 0
        assert self.window.bytes == 0
        assert self.acknowledged == self.read
        assert self.window.uncommitted == sum(self.read.values()) - sum(self.committed.values())

    @invariant()
    def what_is_acknowledged_is_published(self) -> None:
        for partition, acknowledged in self.acknowledged.items():
            assert all((partition, offset) in self.published for offset in range(acknowledged))

    @invariant()
    def nothing_read_is_forgotten(self) -> None:
        for partition in PARTITIONS:
            offsets = range(self.acknowledged[partition], self.read[partition])
            assert all((partition, offset) in self.in_flight for offset in offsets)

    @invariant()
    def a_crash_now_would_repeat_no_more_than_a_window(self) -> None:
        repeated = {item for item in self.repeatable if item[1] >= self.committed[item[0]]}
        assert len(repeated) <= MAX_COUNT

    @invariant()
    def the_bounds_hold(self) -> None:
        assert len(self.window) == len(self.in_flight)
        assert len(self.window) + self.window.uncommitted <= MAX_COUNT
        assert self.window.bytes == sum(slot.size for slot in self.in_flight.values())
        assert self.window.bytes <= MAX_BYTES or len(self.window) == 1


WindowMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestWindow = pytest.mark.slow(WindowMachine.TestCase)


def test_a_message_larger_than_the_window_enters_when_it_is_empty() -> None:
    window: Window[str] = Window(10, 100, lambda _: None)
    assert window.has_room(1_000)
    slot = window.submit(0, 0, "large", 1_000)
    assert not window.has_room(0)
    assert window.finish(slot) == 1
    assert window.has_room(100)


def test_a_place_is_free_when_its_message_is_committed_and_not_before() -> None:
    window: Window[str] = Window(1, 100, lambda _: None)
    window.finish(window.submit(0, 7, "only", 1))
    assert not window.has_room(1)
    window.committed(0, 7)  # everything before it
    assert not window.has_room(1)
    window.committed(0, 8)
    assert window.has_room(1)


def test_nothing_behind_a_failed_message_is_acknowledged() -> None:
    acknowledged: list[str] = []
    window: Window[str] = Window(10, 100, acknowledged.append)
    first, second, third = (window.submit(0, offset, item, 1) for offset, item in enumerate("abc"))
    window.finish(first)
    window.fail(second)
    window.finish(third)
    assert acknowledged == ["a"]


def test_a_message_cannot_be_finished_twice() -> None:
    window: Window[str] = Window(10, 100, lambda _: None)
    window.submit(0, 0, "head", 1)
    slot = window.submit(0, 1, "behind", 1)
    window.finish(slot)
    with pytest.raises(ValueError, match="finished"):
        window.finish(slot)

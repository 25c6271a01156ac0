"""The in-flight window: messages that were consumed and are not yet committed, bounded, acknowledged in order.

A message's place is free when its acknowledgement is committed, not before: what a crash repeats is never more than a window.
Knows nothing of Kafka. A partition is anything hashable, an item anything at all; time and threads play no part, so that a
state machine can drive it through every order of events (tests/stream/test_window.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from enum import Enum
from typing import Generic, TypeVar

__all__ = ("Slot", "State", "Window")

T = TypeVar("T")


class State(Enum):
    """Where a message stands."""

    IN_FLIGHT = "in flight"
    """Being worked on."""
    FINISHED = "finished"
    """Everything made of it is confirmed, but a message before it in its partition is not finished."""
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    """It could neither be published nor put aside: nothing behind it in its partition is ever acknowledged."""
    REVOKED = "revoked"
    """Its partition went to another worker, or we stop: whoever reads it next does it again."""


class Slot(Generic[T]):
    """One message in the window."""

    __slots__ = ("item", "offset", "partition", "size", "state")

    def __init__(self, partition: Hashable, offset: int, item: T, size: int) -> None:
        self.partition = partition
        self.offset = offset
        self.item = item
        self.size = size
        self.state = State.IN_FLIGHT


class Window(Generic[T]):
    """Messages in flight, at most `max_count` of them (those that wait for a commit included) and at most `max_bytes`.

    `acknowledge` is called with each item when it and everything before it in its partition is finished: what is
    acknowledged is always a prefix of what was submitted. A message larger than `max_bytes` enters where nothing is in flight,
    else it never could.
    """

    def __init__(self, max_count: int, max_bytes: int, acknowledge: Callable[[T], object]) -> None:
        self.max_count = max_count
        self.max_bytes = max_bytes
        self._acknowledge = acknowledge
        self._queues: dict[Hashable, deque[Slot[T]]] = {}
        self._uncommitted: dict[Hashable, deque[int]] = {}
        self._count = 0
        self._bytes = 0

    def __len__(self) -> int:
        """How many messages are in flight, finished ones that wait for an earlier one included."""
        return self._count

    @property
    def bytes(self) -> int:
        """The sum of their sizes."""
        return self._bytes

    @property
    def uncommitted(self) -> int:
        """How many messages are acknowledged and not known to be committed."""
        return sum(map(len, self._uncommitted.values()))

    def has_room(self, size: int) -> bool:
        """Whether a message of that size may enter."""
        if self._count + self.uncommitted >= self.max_count:
            return False
        return not self._count or self._bytes + size <= self.max_bytes

    def submit(self, partition: Hashable, offset: int, item: T, size: int) -> Slot[T]:
        """Takes in the next message of a partition. Raises OverflowError where `has_room` says no."""
        if not self.has_room(size):
            raise OverflowError(
                f"the window holds {self._count} messages, {self._bytes} bytes, and {self.uncommitted} wait for a commit"
            )
        slot = Slot(partition, offset, item, size)
        self._queues.setdefault(partition, deque()).append(slot)
        self._count += 1
        self._bytes += size
        return slot

    def finish(self, slot: Slot[T]) -> int:
        """Notes that everything made of the message is confirmed; gives how many messages that acknowledged.

        The end of a revoked message comes too late and changes nothing.
        """
        if slot.state is State.REVOKED:
            return 0
        if slot.state is not State.IN_FLIGHT:
            raise ValueError(f"a message that is {slot.state.value} cannot be finished")
        slot.state = State.FINISHED
        return self._advance(slot.partition)

    def fail(self, slot: Slot[T]) -> None:
        """Notes that the message cannot be finished by us: its partition is acknowledged up to it and no further."""
        if slot.state is State.IN_FLIGHT:
            slot.state = State.FAILED

    def committed(self, partition: Hashable, offset: int) -> None:
        """Takes note that everything before this offset of a partition is committed: its places are free."""
        waiting = self._uncommitted.get(partition, ())
        while waiting and waiting[0] < offset:
            waiting.popleft()

    def revoke(self) -> list[Slot[T]]:
        """Gives up what is in flight; gives the slots that were not acknowledged. Commits may still come."""
        slots = [slot for queue in self._queues.values() for slot in queue]
        for slot in slots:
            slot.state = State.REVOKED
        self._queues.clear()
        self._count = self._bytes = 0
        return slots

    def forget_uncommitted(self) -> None:
        """Frees the places of what waits for a commit: the partitions were given away, nobody commits it for us any more."""
        self._uncommitted.clear()

    def _advance(self, partition: Hashable) -> int:
        queue = self._queues[partition]
        acknowledged = 0
        while queue and queue[0].state is State.FINISHED:
            slot = queue.popleft()
            slot.state = State.ACKNOWLEDGED
            self._count -= 1
            self._bytes -= slot.size
            acknowledged += 1
            self._uncommitted.setdefault(partition, deque()).append(slot.offset)
            self._acknowledge(slot.item)
        if not queue:
            del self._queues[partition]
        return acknowledged

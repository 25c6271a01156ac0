"""The control: a worker that acknowledges as consumers commonly do, which a chaos run must see lose messages.

    python -m tests.chaos.naive arrival|completion    # the rest is `newswire worker`

`arrival` acknowledges what is handed over, as Kafka's own auto-commit does; `completion` acknowledges what is finished, in
whatever order that happens, as most handlers of asynchronous tasks do. All else is the real worker.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Hashable
from typing import Any

from newswire.cli import main
from newswire.stream import stage
from newswire.stream.window import Slot, State, Window


class ArrivalWindow(Window[Any]):
    def submit(self, partition: Hashable, offset: int, item: Any, size: int) -> Slot[Any]:
        slot = super().submit(partition, offset, item, size)
        self._uncommitted.setdefault(partition, deque()).append(offset)
        self._acknowledge(item)
        return slot

    def _advance(self, partition: Hashable) -> int:
        acknowledge, self._acknowledge = self._acknowledge, lambda _: None
        waiting = deque(self._uncommitted.get(partition, ()))  # what waits for a commit does so since it came
        try:
            return super()._advance(partition)
        finally:
            self._acknowledge = acknowledge
            self._uncommitted[partition] = waiting


class CompletionWindow(Window[Any]):
    def finish(self, slot: Slot[Any]) -> int:
        if slot.state is State.IN_FLIGHT:
            slot.state = State.ACKNOWLEDGED
            self._queues[slot.partition].remove(slot)
            self._count -= 1
            self._bytes -= slot.size
            self._uncommitted.setdefault(slot.partition, deque()).append(slot.offset)
            self._acknowledge(slot.item)
            return 1
        return 0


if __name__ == "__main__":
    mode = sys.argv.pop(1)
    stage.Window = {"arrival": ArrivalWindow, "completion": CompletionWindow}[mode]  # type: ignore[attr-defined]
    main()

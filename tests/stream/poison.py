"""The real tasks of the pool, but they die, hang or eat memory when an article says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newswire.records import Article, decode
from newswire.stream.frames import Output
from newswire.stream.tasks import Tasks
from tests.stream.hostile import obey

__all__ = ("PoisonTasks",)


class PoisonTasks(Tasks):
    """Obeys the headline, then extracts."""

    def extract(self, values: Sequence[bytes]) -> list[Output]:
        for value in values:
            obey(decode(value, Article))
        return super().extract(values)

    def recognise(self, value: bytes) -> Any:
        obey(decode(value, Article))
        return super().recognise(value)

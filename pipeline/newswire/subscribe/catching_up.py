"""How a partition is caught up with: what was is worked in without a word, then what stands is told, then what changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newswire.errors import InputError
from newswire.subscribe.conditions import Condition
from newswire.subscribe.stories import Added, Change, Stories

__all__ = ("CatchingUp", "Place")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic} {self.partition}:{self.offset}"


class CatchingUp:
    """The stories of one partition. Messages before the offset `live` change what is held and are told to nobody. At `live`,
    a subscriber without a memory of its own (`tells_standing`) is told all that stands.
    """

    def __init__(self, conditions: Sequence[Condition], *, live: int, tells_standing: bool) -> None:
        self._stories = Stories(conditions)
        self._live = live
        self._tells_standing = tells_standing
        self.arrived = False
        """Whether all that is before `live` has been worked in, and what stands has been told."""

    def arrive(self, position: int) -> list[Change]:
        """To be told where the next message will be read, once there are none before it. What stands, when that is `live`."""
        if self.arrived or position < self._live:
            return []
        self.arrived = True
        return [Added(record) for record in self._stories.standing()] if self._tells_standing else []

    def go_on(self, live: int) -> None:
        """The partition was another subscriber's of the group for a while, who has told what is before `live`."""
        self._live = live
        self.arrived, self._tells_standing = False, False

    def take(self, place: Place, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> list[Change]:
        """What a message changes. One that cannot be read changes nothing and is logged."""
        told = self.arrive(place.offset)
        if value is None:
            return told
        try:
            changes = self._stories.take(value, dict(headers))
        except InputError as error:
            logger.warning("%s is passed over: %s", place, error)
            return told
        return told + changes if place.offset >= self._live else told

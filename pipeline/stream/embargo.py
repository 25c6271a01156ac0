"""Embargoes: Extractions wait on a topic of their own until they may be published.

Waiting in the publish agent's window would block the acknowledgement of everything behind, for days; a timer in memory would
be lost with the worker. So the publish agent puts an embargoed Extraction on the embargoed topic, confirmed, and is done
with it. The embargo agent holds what it reads there, unacknowledged and in memory, and publishes it when its time has come.
What it cannot keep (the window is full, the worker stops, the partition goes elsewhere) it puts at the end of the same topic,
confirmed, and only then lets go: at every moment the broker has each held story beyond the acknowledged offset.

A later version of a story takes the place of an earlier one that is held, and so does a notice that the story was
withdrawn: a killed story does not come out when its embargo ends.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from pipeline.errors import InputError
from pipeline.records import Extraction
from pipeline.web import metrics

__all__ = ("VERSION_HEADER", "Hold", "Verdict", "embargo_end")

# On a notice (a message of the embargoed topic without value): the version that takes the place of all lower ones.
VERSION_HEADER: Final = "newswire-version"

# Seconds that a story is held before it may be put back to make room: what a sweep over more stories than fit takes at
# least, and so the delay that overflowing adds to a release.
MIN_HOLD: Final = 10.0

# Seconds after which a held story is put back anyway: the copy has a new time, so that the topic's retention never takes it.
MAX_HOLD: Final = 24 * 60 * 60.0

# Seconds between looks at the clock, which may be set while we wait.
LOOK_INTERVAL: Final = 5.0

# Versions that are remembered of withdrawn stories, for copies put back before the notice was read.
REMEMBERED: Final = 10_000


class Verdict:
    """How a wait ended."""

    DUE: Final = "due"
    PUT_BACK: Final = "put back"
    SUPERSEDED: Final = "superseded"


@dataclass(eq=False, slots=True)
class _Held:
    version: int
    until: float
    since: float
    verdict: str | None = None
    decided: asyncio.Event = field(default_factory=asyncio.Event)

    def decide(self, verdict: str) -> None:
        if self.verdict is None:
            self.verdict = verdict
            self.decided.set()


class Hold:
    """The stories that this worker holds. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._held: dict[str, list[_Held]] = {}
        self._withdrawn: OrderedDict[str, int] = OrderedDict()
        self._draining = False

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    async def wait(self, article: str, version: int, until: float) -> str:
        """Waits until Unix time `until`; gives a Verdict: due, or to be put back, or superseded by another version."""
        if version <= self._withdrawn.get(article, -1) or any(h.version > version for h in self._held.get(article, ())):
            return Verdict.SUPERSEDED
        self._supersede(article, version)
        if self._draining:
            return Verdict.PUT_BACK
        held = _Held(version, until, self._clock())
        self._held.setdefault(article, []).append(held)
        metrics.EMBARGOED.set(len(self))
        try:
            while held.verdict is None:
                now = self._clock()
                if now >= until:
                    return Verdict.DUE
                if now - held.since >= MAX_HOLD:
                    return Verdict.PUT_BACK
                try:
                    await asyncio.wait_for(held.decided.wait(), min(LOOK_INTERVAL, until - now))
                except TimeoutError:
                    continue
            return held.verdict
        finally:
            self._held[article].remove(held)
            if not self._held[article]:
                del self._held[article]
            metrics.EMBARGOED.set(len(self))

    def withdraw(self, article: str, version: int) -> None:
        """Notes that `version` takes the place of all lower ones of the article, held or still to come."""
        self._withdrawn[article] = max(version, self._withdrawn.pop(article, -1))
        if len(self._withdrawn) > REMEMBERED:
            self._withdrawn.popitem(last=False)
        self._supersede(article, version)

    def make_room(self) -> None:
        """Called while a message waits to be held: the story whose embargo ends last goes back, once it was held a while."""
        waiting = [held for stories in self._held.values() for held in stories if held.verdict is None]
        last = max(waiting, key=lambda held: held.until, default=None)
        if last is not None:
            delay = max(0.0, last.since + MIN_HOLD - self._clock())
            asyncio.get_running_loop().call_later(delay, last.decide, Verdict.PUT_BACK)

    def release(self) -> None:
        """Called when a drain begins: everything goes back."""
        self._draining = True
        for stories in list(self._held.values()):
            for held in stories:
                held.decide(Verdict.PUT_BACK)

    def resume(self) -> None:
        """Called when the drain is over and partitions are ours again."""
        self._draining = False

    def _supersede(self, article: str, version: int) -> None:
        for held in self._held.get(article, ()):
            if held.version <= version:
                held.decide(Verdict.SUPERSEDED)


def embargo_end(extraction: Extraction) -> float | None:
    """When the embargo of an Extraction's article ends, in Unix seconds (a time without offset is UTC); None without one.

    Raises InputError when nobody can tell: such an article must not get out.
    """
    text = extraction.article.embargoed_until
    if text is None:
        return None
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"embargoed_until is {text[:100]!r}, which is no RFC 3339 time",
            "Correct the embargo at the source and send the article again; it was not published",
            format="article",
            where="$.article.embargoed_until",
        ) from None
    return (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()

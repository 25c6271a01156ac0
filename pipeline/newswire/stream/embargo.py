"""Embargoes: stories wait on a private topic, extracted ahead of time, until they may be published.

Nothing of a story under embargo may lie on a public topic, so its way is another one from the start:

1. The intake agent puts its Article on the embargoed topic instead of the articles topic.
2. The embargo stage (of the extract agent, which has the language model) extracts it ahead of time, and puts both together at
   the end of the same topic.
3. It holds what it reads there, unacknowledged and in memory, until the time has come. What it cannot keep (the window is full,
   the worker stops, the partition goes elsewhere) it puts at the end of the same topic, confirmed, and only then lets go: at
   every moment the broker has each held story beyond the acknowledged offset.
4. When a story is due, the stage sends a probe to the same partition and waits until it reads it: by then it has read every
   notice that was there before. Then Article and Extraction leave for the public topics in one step; the publish agent makes
   the records as of any other Extraction.

A later version takes the place of an earlier one. Of what does not come this way itself (a kill, a version whose embargo is
over) the intake agent puts a notice on the embargoed topic. A notice goes round once more, to the end of the topic, so that it
stands behind each copy of the story that was put back before it was read; when a stage reads a notice of its own for the second
time, no copy is left.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import msgspec

from newswire.errors import InputError
from newswire.stream.batches import Outgoing
from newswire.stream.message import ConsumedMessage
from newswire.web import metrics

__all__ = (
    "Head",
    "HeldStories",
    "Kind",
    "Verdict",
    "embargo_end",
    "head_of",
    "notice",
    "probe",
    "token_of",
    "version_of",
)

# Headers of the embargoed topic: what a message is, the version that a notice is of, and whose notice or probe it is.
KIND_HEADER: Final = "newswire-embargo"
VERSION_HEADER: Final = "newswire-version"
TOKEN_HEADER: Final = "newswire-token"  # noqa: S105 - a mark, no secret

# Seconds that a story is held before it may be put back to make room: what a sweep over more stories than fit takes at
# least, and so the delay that overflowing adds to a release.
MIN_HOLD: Final = 10.0

# Seconds after which a held story is put back anyway: the copy has a new time, so that the topic's retention never takes it.
MAX_HOLD: Final = 24 * 60 * 60.0

# Seconds between looks at the clock, which may be set while we wait.
LOOK_INTERVAL: Final = 5.0

# Superseded stories whose version is remembered, and notices of ours that are on their way round.
REMEMBERED: Final = 10_000


class Kind:
    """What a message of the embargoed topic is."""

    ARTICLE: Final = b"article"
    """An Article to be extracted ahead of time."""
    STORY: Final = b"story"
    """An EmbargoedStory, to be held."""
    NOTICE: Final = b"notice"
    """A version of its article takes the place of all up to it."""
    PROBE: Final = b"probe"
    """A story is due: who reads this has read everything before."""

    @staticmethod
    def of(message: ConsumedMessage) -> bytes | None:
        """The kind of a message; None when it says none."""
        return message.header(KIND_HEADER)

    @staticmethod
    def header(kind: bytes) -> tuple[str, bytes]:
        """The header of a message of that kind."""
        return (KIND_HEADER, kind)


class Verdict:
    """How a wait ended."""

    DUE: Final = "due"
    PUT_BACK: Final = "put back"
    SUPERSEDED: Final = "superseded"


class Head(msgspec.Struct, frozen=True):
    """What decides on the way of an encoded Article, read without the rest of it."""

    id: str
    version: int = 1
    status: str = "usable"
    embargoed_until: str | None = None


def head_of(article: bytes) -> Head | None:
    """The head of an encoded Article; None for what is none, which whoever decodes it whole can say more about."""
    try:
        return msgspec.json.decode(article, type=Head)
    except msgspec.DecodeError:
        return None


def embargo_end(until: str | None) -> float | None:
    """When an embargo ends, in Unix seconds (a time without offset is UTC); None without one.

    Raises InputError when nobody can tell: such an article must not get out.
    """
    if until is None:
        return None
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        raise InputError(
            f"embargoed_until is {until[:100]!r}, which is no RFC 3339 time",
            "Correct the embargo at the source and send the article again; it was not published",
            format="article",
            where="$.embargoed_until",
        ) from None
    return (end if end.tzinfo else end.replace(tzinfo=UTC)).timestamp()


def notice(topic: str, key: bytes, version: int, token: bytes | None = None) -> Outgoing:
    """A notice that `version` takes the place of every version up to it, with the token of who sends it round."""
    headers = ((VERSION_HEADER, str(version).encode()), *(((TOKEN_HEADER, token),) if token is not None else ()))
    return Outgoing(topic, key, None, (Kind.header(Kind.NOTICE), *headers))


def probe(topic: str, key: bytes, token: bytes) -> Outgoing:
    """A probe for the story that waits for `token`."""
    return Outgoing(topic, key, None, (Kind.header(Kind.PROBE), (TOKEN_HEADER, token)))


def token_of(message: ConsumedMessage) -> bytes | None:
    """The token of a notice or probe."""
    return message.header(TOKEN_HEADER)


def version_of(message: ConsumedMessage) -> int | None:
    """The version that a notice is of; None when it does not say."""
    version = message.header(VERSION_HEADER)
    return int(version) if version is not None and version.isdigit() else None


@dataclass(eq=False, slots=True)
class _HeldStory:
    """A story that waits: its version, when its embargo ends and since when it is held, in Unix seconds, and what was decided."""

    version: int
    until: float
    since: float
    token: bytes = field(default_factory=lambda: secrets.token_hex(8).encode())
    probed: bool = False
    verdict: str | None = None
    decided: asyncio.Event = field(default_factory=asyncio.Event)

    def decide(self, verdict: str) -> None:
        if self.verdict is None:
            self.verdict = verdict
            self.decided.set()


class HeldStories:
    """The stories that this worker holds. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._held: dict[str, list[_HeldStory]] = {}
        self._superseded: OrderedDict[str, int] = OrderedDict()
        self._sent_round: OrderedDict[bytes, None] = OrderedDict()
        self._draining = False

    def __len__(self) -> int:
        return sum(map(len, self._held.values()))

    @property
    def overdue(self) -> float:
        """Seconds since the end of the embargo of the most overdue story that is held; 0 when none is overdue. One that is to be
        published at once (`until` is 0) counts from when it came.
        """
        ends = (story.until or story.since for stories in self._held.values() for story in stories)
        return max(0.0, self._clock() - min(ends, default=math.inf))

    async def wait(
        self, article: str, version: int, until: float, send_probe: Callable[[bytes], Awaitable[None]]
    ) -> str:
        """Waits until Unix time `until`, then sends a probe with the given token and waits for `probed` with it.

        Gives a Verdict: due, or to be put back, or superseded by another version.
        """
        if self.superseded(article, version):
            return Verdict.SUPERSEDED
        self._supersede(article, version)
        if self._draining:
            return Verdict.PUT_BACK
        story = _HeldStory(version, until, self._clock())
        self._held.setdefault(article, []).append(story)
        metrics.EMBARGOED.set(len(self))
        try:
            while story.verdict is None:
                now = self._clock()
                if now - story.since >= MAX_HOLD:
                    return Verdict.PUT_BACK
                if now >= until and not story.probed:
                    story.probed = True
                    await send_probe(story.token)
                try:
                    left = LOOK_INTERVAL if story.probed else min(LOOK_INTERVAL, until - now)
                    await asyncio.wait_for(story.decided.wait(), left)
                except TimeoutError:
                    continue
            return story.verdict
        finally:
            self._held[article].remove(story)
            if not self._held[article]:
                del self._held[article]
            metrics.EMBARGOED.set(len(self))

    def probed(self, token: bytes | None) -> None:
        """Called when a probe was read: the story that waits for it is due, unless something else was decided."""
        for stories in self._held.values():
            for story in stories:
                if story.token == token:
                    story.decide(Verdict.DUE)

    def superseded(self, article: str, version: int) -> bool:
        """Whether a version is known to have been superseded, by a notice or by one that is held."""
        return version <= self._superseded.get(article, -1) or any(
            story.version > version for story in self._held.get(article, ())
        )

    def supersede(self, article: str, version: int) -> None:
        """Notes that `version` takes the place of all up to it of the article, held or still to come."""
        self._superseded[article] = max(version, self._superseded.pop(article, -1))
        if len(self._superseded) > REMEMBERED:
            self._superseded.popitem(last=False)
        self._supersede(article, version)

    def send_round(self) -> bytes:
        """A token for a notice that goes round."""
        token = secrets.token_hex(8).encode()
        self._sent_round[token] = None
        if len(self._sent_round) > REMEMBERED:
            self._sent_round.popitem(last=False)
        return token

    def came_round(self, token: bytes | None) -> bool:
        """Whether a notice is one that this worker sent round; it is then at its end."""
        if token is None or token not in self._sent_round:
            return False
        del self._sent_round[token]
        return True

    def make_room(self) -> None:
        """Called while a message waits to be held: the story whose embargo ends last goes back, once it was held a while."""
        waiting = [story for stories in self._held.values() for story in stories if story.verdict is None]
        last = max(waiting, key=lambda story: story.until, default=None)
        if last is not None:
            delay = max(0.0, last.since + MIN_HOLD - self._clock())
            asyncio.get_running_loop().call_later(delay, last.decide, Verdict.PUT_BACK)

    def release(self) -> None:
        """Called when a drain begins: everything goes back."""
        self._draining = True
        for stories in list(self._held.values()):
            for story in stories:
                story.decide(Verdict.PUT_BACK)

    def resume(self) -> None:
        """Called when the drain is over and partitions are ours again. What was sent round may come to somebody else."""
        self._draining = False
        self._sent_round.clear()

    def _supersede(self, article: str, version: int) -> None:
        for story in self._held.get(article, ()):
            if story.version <= version:
                story.decide(Verdict.SUPERSEDED)

"""One client of a stream, from its request to its end, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Final

import orjson
from aiohttp import web

from newswire.gateway import history
from newswire.gateway.delivery import SLOW, Client, Delivery, Farewell
from newswire.gateway.places import BEGINNING, Place
from newswire.gateway.questions import Following
from newswire.gateway.readers import Readers
from newswire.web import metrics

__all__ = ("Telling",)

# Seconds without an event after which a comment is sent: proxies end connections that are silent for a minute or less.
COMMENT_INTERVAL: Final = 15.0

# Milliseconds after which a browser connects again.
RETRY_MS: Final = 2_000

# Seconds that a client may take to read what the system's buffers and ours hold, until it counts as one that reads no more.
WRITE_DEADLINE: Final = 30.0

# Seconds that a client who is dropped gets to read why.
FAREWELL_DEADLINE: Final = 1.0

# Seconds that a client's place may lie ahead of us. Another gateway may have been a moment faster; what lies ahead for longer is
# of a topic that has been made anew.
AHEAD_DEADLINE: Final = 5.0
AHEAD_INTERVAL: Final = 0.05

EXPIRED: Final = {
    "reason": "What has changed since that id is not kept any more",
    "remedy": "Drop what you hold: what stands follows",
}


class Telling:
    """Tells one client what it asks for: what it lacks, at its own speed, and then what changes."""

    def __init__(
        self,
        request: web.Request,
        response: web.StreamResponse,
        question: Following,
        readers: Readers,
        delivery: Delivery,
        caught_up: Callable[[str], bool],
    ) -> None:
        self._request = request
        self._response = response
        self._question = question
        self._stream = question.stream.name
        self._readers = readers
        self._delivery = delivery
        self._caught_up = caught_up
        self._place = Place(self._stream, ())
        self._written = time.monotonic()

    async def run(self) -> None:
        """Tells until the client goes, or is too slow."""
        try:
            await self._begin()
            await self._follow(await self._catch_up())
        except TimeoutError:  # of a write
            await self._drop(SLOW)

    async def _begin(self) -> None:
        """Finds where to begin, and says so: a client that is cut off before its first event can come back with that id."""
        known = await self._readers.read(history.now, self._stream)
        asked, since = self._question.place, self._question.since
        if asked is not None:
            self._place = asked
            if await self._is_ahead(asked) or await self._readers.read(history.is_expired, asked):
                await self._reset()
                return
        elif since is not None:
            self._place = Place(self._stream, known, self._cursor())
        else:
            self._place = Place(self._stream, known)
        await self._write(b"retry: %d\nid: %b\n\n" % (RETRY_MS, self._place.id().encode()))

    def _cursor(self) -> tuple[int, int, int]:
        """Before the first record that stands and is asked for."""
        since = self._question.since
        return BEGINNING if since is None else (int(since.timestamp() * 1000), -1, -1)

    async def _is_ahead(self, place: Place) -> bool:
        deadline = time.monotonic() + AHEAD_DEADLINE
        while True:
            known = await self._readers.read(history.now, self._stream)
            if not history.is_ahead(place, known):
                return False
            if time.monotonic() > deadline:
                return True
            await asyncio.sleep(AHEAD_INTERVAL)

    async def _reset(self) -> None:
        while not self._caught_up(self._stream):  # noqa: ASYNC110 - another thread knows
            await asyncio.sleep(AHEAD_INTERVAL)
        known = await self._readers.read(history.now, self._stream)
        self._place = Place(self._stream, known, self._cursor())
        said = (self._place.id().encode(), orjson.dumps(EXPIRED))
        await self._write(b"event: reset\nid: %b\ndata: %b\n\n" % said)

    async def _catch_up(self) -> Client:
        """Tells what the client lacks out of the store, and lets it join those who are told what changes."""
        while True:
            try:
                while self._place.standing is not None:
                    await self._send(await self._readers.read(history.standing, self._place, self._question.wanted))
                seq = await self._readers.read(history.first_seq, self._place)
                while True:
                    piece = await self._readers.read(history.changed, self._place, self._question.wanted, seq)
                    await self._send(piece)
                    seq = piece.seq
                    if piece.finished:
                        client = self._delivery.join(self._stream, self._question.wanted, seq)
                        if client is not None:
                            return client
            except history.Expired:
                await self._reset()

    async def _send(self, piece: history.Piece) -> None:
        self._place = piece.place
        metrics.GATEWAY_TOLD.labels(self._stream).inc(piece.events)
        if piece.frames:
            await self._write(piece.frames)
        elif time.monotonic() - self._written > COMMENT_INTERVAL:
            await self._comment(self._place)

    async def _follow(self, client: Client) -> None:
        try:
            while True:
                frames: list[bytes] = []
                try:
                    async with asyncio.timeout(COMMENT_INTERVAL):
                        frames = await client.take()
                except TimeoutError:
                    if not client.waits:
                        await self._comment(_furthest(self._place, self._delivery.place(self._stream)))
                if frames:
                    await self._write(b"".join(frames))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if client.farewell is None or task is None:
                raise
            task.uncancel()
            await self._drop(client.farewell)
        finally:
            self._delivery.leave(self._stream, client)

    async def _comment(self, place: Place) -> None:
        """A comment, and where the client stands: it is not to read again what was not for it."""
        await self._write(b": still here\nid: %b\n\n" % place.id().encode())

    async def _write(self, data: bytes) -> None:
        async with asyncio.timeout(WRITE_DEADLINE):
            await self._response.write(data)
        self._written = time.monotonic()

    async def _drop(self, farewell: Farewell) -> None:
        """Says why, where the client still reads, and ends the connection."""
        metrics.GATEWAY_DROPPED.labels(self._stream).inc()
        try:
            async with asyncio.timeout(FAREWELL_DEADLINE):
                await self._response.write(b"event: dropped\ndata: %b\n\n" % orjson.dumps(farewell))
                await self._response.write_eof()
        except (TimeoutError, ConnectionError):
            if self._request.transport is not None:
                self._request.transport.abort()


def _furthest(one: Place, other: Place) -> Place:
    pairs = itertools.zip_longest(one.told, other.told, fillvalue=0)
    return Place(one.stream, tuple(max(pair) for pair in pairs))

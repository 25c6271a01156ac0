"""Who is told what changes in the moment in which it does, and how much of it waits for each.

Everything here runs on the event loop. A change is narrowed once for all clients who asked for the same, and encoded once for
all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from newswire.gateway.changes import Change, Kind, Wanted, event, narrowed
from newswire.gateway.places import Place
from newswire.gateway.streams import STREAMS
from newswire.web import metrics

__all__ = ("ANEW", "SLOW", "Client", "Delivery", "Farewell", "Told")

Told = tuple[Change, tuple[int, ...]]
"""A change, and what has been told of its stream behind it, as the vector of a place."""

# Bytes that an event counts at least: what the queue itself takes for it.
LEAST: Final = 100


Farewell = Mapping[str, str]
"""Why a client is dropped, and what it can do."""

SLOW: Final[Farewell] = {
    "error": "You read more slowly than records come",
    "remedy": "Connect again with Last-Event-ID: nothing is lost",
}
ANEW: Final[Farewell] = {
    "error": "The topic has been made anew",
    "remedy": "Connect again with Last-Event-ID: you will be told what stands",
}


class Client:
    """One who follows a stream: what waits for it. `task` is the one that sends it, and is cancelled when it is dropped."""

    def __init__(self, wanted: Wanted, after: int, most_bytes: int, task: asyncio.Task[object] | None) -> None:
        self.wanted = wanted
        self.farewell: Farewell | None = None
        """Why it has been dropped, if it has."""
        self._after = after
        self._most = most_bytes
        self._task = task
        self._waiting: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()

    def put(self, seq: int, frame: bytes) -> None:
        """Lets an event wait, unless it was told out of the store."""
        if seq <= self._after or self.farewell is not None:
            return
        self._waiting.append(frame)
        self._size += max(LEAST, len(frame))
        self._news.set()
        if self._size > self._most:
            self.drop(SLOW)

    def drop(self, farewell: Farewell) -> None:
        """Tells it nothing more but this."""
        if self.farewell is None:
            self.farewell = farewell
            self._waiting.clear()
            if self._task is not None:
                self._task.cancel()

    @property
    def waits(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    async def take(self) -> list[bytes]:
        """What waits, as soon as something does."""
        await self._news.wait()
        self._news.clear()
        frames, self._waiting, self._size = self._waiting, [], 0
        return frames


class Delivery:
    """The clients of each stream."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._clients: dict[str, set[Client]] = {name: set() for name in STREAMS}
        self._places = {name: Place(name, ()) for name in STREAMS}
        self.seq = 0
        """The count of the last change that has been told."""

    def place(self, stream: str) -> Place:
        """What everybody who follows a stream has been told, or has no need to be."""
        return self._places[stream]

    def join(self, stream: str, wanted: Wanted, after: int) -> Client | None:
        """A new client, who has been told all changes up to the count `after` out of the store; None when later ones have been
        told meanwhile. It will be told all others.
        """
        if self.seq > after:
            return None
        client = Client(wanted, after, self._most_bytes, asyncio.current_task())
        self._clients[stream].add(client)
        return client

    def leave(self, stream: str, client: Client) -> None:
        """Tells the client no more."""
        self._clients[stream].discard(client)

    def drop_all(self, stream: str) -> None:
        """Drops who follows a stream of which nothing holds any more."""
        for client in self._clients[stream]:
            client.drop(ANEW)

    def tell(self, changes: Sequence[Told], vectors: Mapping[str, tuple[int, ...]]) -> None:
        """Tells changes, in their order; `vectors` are what has been told of each stream behind them."""
        for change, told in changes:
            self._tell(change, told)
            self.seq = change.seq
        for stream, told in vectors.items():
            self._places[stream] = Place(stream, told)

    def _tell(self, change: Change, told: tuple[int, ...]) -> None:
        kinds: dict[Wanted, Kind | None] = {}
        frames: dict[Kind, bytes] = {}
        id = ""
        for client in self._clients[change.stream]:
            if client.wanted not in kinds:
                kinds[client.wanted] = narrowed(change, client.wanted)
            kind = kinds[client.wanted]
            if kind is None:
                continue
            if kind not in frames:
                id = id or Place(change.stream, told).id()
                frames[kind] = event(kind, change, id)
            client.put(change.seq, frames[kind])
            metrics.GATEWAY_TOLD.labels(change.stream).inc()

"""A gateway without a broker: store, delivery and site in this process, and what feeds them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from newswire.gateway.delivery import Client, Delivery
from newswire.gateway.readers import Readers
from newswire.gateway.site import Site
from newswire.gateway.store import Message, Store
from newswire.gateway.streams import STREAMS
from newswire.settings import GatewaySettings
from newswire.web import metrics
from newswire.web.health import Check
from tests.gateway.records import NOW, Feed

__all__ = ("Event", "Running", "eventually", "named", "parsed", "running", "until")

# Seconds for what comes in a moment, on a busy machine.
PATIENCE = 60.0

Event = tuple[str, str, Any]
"""Name, id and data."""


@dataclass(frozen=True)
class Running:
    """A gateway, and a client of it."""

    url: str
    feed: Feed
    delivery: Delivery
    http: aiohttp.ClientSession

    def take(self, *messages: Message) -> None:
        """Lets messages come in as one batch."""
        changes = self.feed.store.take(messages, {one.partition: one.offset + 1 for one in messages})
        self.delivery.tell(changes, {stream: self.feed.store.told(stream) for stream in STREAMS})

    async def joined(self, count: int) -> list[Client]:
        """The clients of the quotes, once there are so many who are told what changes in the moment in which it does."""
        await eventually(lambda: len(self.delivery._clients["quotes"]) == count)
        return list(self.delivery._clients["quotes"])

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        async with self.http.get(self.url + path, headers=headers) as answer:
            return answer.status, orjson.loads(await answer.read())


@asynccontextmanager
async def running(directory: Path, *, caught_up: bool = True, **settings: Any) -> AsyncIterator[Running]:
    """Runs one with these settings of `gateway`."""
    metrics.begin_gateway()
    given = GatewaySettings.model_validate({"port": 0, "data_dir": directory} | settings)
    store = Store(directory, given.history, clock=lambda: NOW)
    feed = Feed(store)
    readers, delivery = Readers(directory), Delivery(given.max_client_bytes)
    check = [Check("reading", True, "reads")]
    site = Site(
        given,
        readers,
        delivery,
        live=lambda: check,
        ready=lambda: check,
        caught_up=lambda stream: caught_up,
        measure=lambda: None,
    )
    await site.start()
    assert site.url is not None
    try:
        async with aiohttp.ClientSession() as http:
            yield Running(site.url, feed, delivery, http)
    finally:
        await site.stop()
        readers.close()
        store.close()


def parsed(block: bytes) -> Event:
    """An event from its lines; a comment, or a line with an id alone, has no name."""
    fields = {}
    for line in block.split(b"\n"):
        name, _, value = line.partition(b": ")
        fields[name] = value
    data = fields.get(b"data")
    return fields.get(b"event", b"").decode(), fields.get(b"id", b"").decode(), data and orjson.loads(data)


def named(raw: bytes) -> Iterator[Event]:
    """The events that are complete."""
    for block in raw.split(b"\n\n")[:-1]:
        if (event := parsed(block))[0]:
            yield event


async def eventually(condition: Callable[[], bool]) -> None:
    """Comes back when the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - nobody there says so
            await asyncio.sleep(0.01)


async def until(answer: aiohttp.ClientResponse, count: int) -> list[Event]:
    """The next `count` events of a stream, without comments."""
    found: list[Event] = []
    while len(found) < count:
        block = await answer.content.readuntil(b"\n\n")
        if (event := parsed(block.removesuffix(b"\n\n")))[0]:
            found.append(event)
    return found

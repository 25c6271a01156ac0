"""Fetches that bring nothing, at a bearable rate.

A broker holds back the answer to a fetch until there is something, or the wait that the client allows is over. The embedded
broker answers at once, whatever there is, and aiokafka asks again at once: 4,500 times a second and group, which takes most
of a core while nothing happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiokafka.protocol.fetch import FetchRequest

__all__ = ("EMPTY_FETCH_SECONDS", "paced")

# What a fetch that brings nothing takes at least. A message that comes meanwhile waits half of it on average; fifty fetches
# a second cost a hundredth of a core. Brokers that wait by themselves, as Apache Kafka does, take longer anyway.
EMPTY_FETCH_SECONDS: Final = 0.02

Send = Callable[..., Awaitable[Any]]


def paced(send: Send) -> Send:
    """`send` of an aiokafka client, which takes a node and a request, with answers to fetches that bring nothing held back."""

    async def sent(node: Any, request: Any, **options: Any) -> Any:
        began = time.monotonic()
        response = await send(node, request, **options)
        if isinstance(request, FetchRequest) and _empty(response):
            await asyncio.sleep(max(0.0, began + EMPTY_FETCH_SECONDS - time.monotonic()))
        return response

    return sent


def _empty(response: Any) -> bool:
    """Whether an answer has neither records nor an error for any partition (its cells: number, error, ..., records)."""
    return not any(partition[1] or partition[-1] for _, partitions in response.topics for partition in partitions)

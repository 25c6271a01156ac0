"""The aiokafka producers of the worker: how each is made, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from newswire.clients import aiokafka_options, producer_options
from newswire.settings import Settings
from newswire.stream.batches import MAX_BATCH_BYTES, MAX_REQUEST_BYTES
from newswire.stream.reconnecting import backing_off

__all__ = ("close_producer", "new_producer")

# Seconds that a producer gets to end.
STOP_DEADLINE: Final = 3.0


def new_producer(settings: Settings, **more: Any) -> AIOKafkaProducer:
    """A producer for what leaves the worker, not yet started; `more` are options of aiokafka's."""
    producer = AIOKafkaProducer(
        **aiokafka_options(settings.kafka),
        **producer_options(settings.topics),
        max_batch_size=MAX_BATCH_BYTES,
        max_request_size=MAX_REQUEST_BYTES,
        **more,
    )
    backing_off(producer.client)
    return producer


async def close_producer(producer: AIOKafkaProducer) -> None:
    """Ends a producer, within `STOP_DEADLINE`."""
    # What is still buffered has nobody who waits for it; a broker out of reach must not hold up the end.
    with contextlib.suppress(TimeoutError, KafkaError):
        await asyncio.wait_for(producer.stop(), STOP_DEADLINE)

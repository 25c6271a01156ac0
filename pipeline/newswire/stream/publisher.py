"""The producer of everything that leaves: idempotent, confirmed by all in-sync replicas, every record awaited.

Faust's own send path does not tell its caller of a failed batch and is ten times dearer (docs/streaming.md).
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError, RecordTooLargeError

from newswire.errors import BrokerError, PermanentError, PublishError
from newswire.settings import Settings
from newswire.stream.batches import Outgoing, deliver, partition_of
from newswire.stream.producers import close_producer, new_producer
from newswire.web import metrics

__all__ = ("BACKOFF", "MAX_BACKOFF", "Publisher")

logger = logging.getLogger(__name__)

# Seconds before the second try, doubled at each further one: a leader election takes one to a few seconds.
BACKOFF: Final = 0.5
MAX_BACKOFF: Final = 10.0


class Publisher:
    """Publishes messages and comes back when the broker has confirmed them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._closed: dict[AIOKafkaProducer, asyncio.Event] = {}
        self._renewing = asyncio.Lock()
        self._stopped = False

    async def start(self) -> None:
        """Connects. Raises BrokerError when no broker answers."""
        producer = new_producer(self._settings)
        try:
            await producer.start()
        except KafkaError as error:
            await close_producer(producer)
            raise BrokerError(
                f"The broker at {self._settings.kafka.servers} does not answer: {error!r}", "Check kafka.servers"
            ) from error
        if self._stopped:  # meanwhile
            await close_producer(producer)
        else:
            self._use(producer)

    async def stop(self) -> None:
        """Sends what is buffered and disconnects."""
        self._stopped = True
        producer, self._producer = self._producer, None
        if producer is not None:
            await self._give_up(producer)

    async def publish(self, steps: Sequence[Sequence[Outgoing]]) -> None:
        """Publishes all messages; those of a step only when everything of the step before is confirmed.

        A record that is not confirmed is sent again, `worker.publish_attempts` times in all, with growing pauses. Raises
        PermanentError for a message that the broker finds too large, and PublishError when the attempts are used up:
        then some may have been written and some not.
        """
        began = time.perf_counter()
        for step in steps:
            await self._publish(step)
        metrics.PUBLISH_SECONDS.observe(time.perf_counter() - began)

    async def _publish(self, step: Sequence[Outgoing]) -> None:
        todo = list(step)
        for attempt in range(1, self._settings.worker.publish_attempts + 1):
            producer = self._producer
            if producer is None:
                raise PublishError("The producer is stopped")
            results = await self._sent(producer, todo)
            failed = [(m, r) for m, r in zip(todo, results, strict=True) if isinstance(r, BaseException)]
            if not failed:
                return
            todo = [message for message, _ in failed]
            message, error = failed[0]
            for message, error in failed:
                if isinstance(error, MessageSizeTooLargeError | RecordTooLargeError):
                    raise PermanentError(
                        f"A message of {len(message.value or b''):,} bytes is more than topic {message.topic} takes",
                        f"Raise max.message.bytes of {message.topic}, or send shorter articles",
                    ) from error
                if not isinstance(error, KafkaError):
                    raise error
            logger.warning(
                "%d of %d records not confirmed at attempt %d: %r", len(failed), len(step), attempt, failed[0][1]
            )
            if attempt < self._settings.worker.publish_attempts:
                metrics.RETRIES.labels("publish").inc()
                await asyncio.sleep(min(MAX_BACKOFF, BACKOFF * 2 ** (attempt - 1)) * random.uniform(0.5, 1.5))  # noqa: S311
                if not all(_retriable(error) for _, error in failed):
                    await self._renew(producer)
        raise PublishError(
            f"{len(todo)} records for topic {message.topic} were not confirmed in "
            f"{self._settings.worker.publish_attempts} attempts: {error!r}",
            "Nothing is lost: the message is read again. Check the broker, then start the worker again",
        )

    async def _renew(self, failed: AIOKafkaProducer) -> None:
        """A new producer in place of one whose sequence of records the broker no longer accepts."""
        async with self._renewing:
            if self._producer is not failed:
                return
            producer = new_producer(self._settings)
            try:
                await producer.start()
            except KafkaError as error:
                logger.warning("The producer cannot be renewed yet: %r", error)
                await close_producer(producer)
                return
            self._use(producer)
        await self._give_up(failed)

    def _use(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._closed[producer] = asyncio.Event()

    async def _give_up(self, producer: AIOKafkaProducer) -> None:
        """Closes a producer. What it has not answered by then it never will: aiokafka leaves whoever waits for a topic's
        partitions waiting for ever, and what is still buffered as well.
        """
        await close_producer(producer)
        self._closed.pop(producer).set()

    async def _sent(self, producer: AIOKafkaProducer, messages: Sequence[Outgoing]) -> list[BaseException | None]:
        """Sends all messages; for each the error, None when it is confirmed."""
        groups: dict[tuple[str, bytes | None], list[int]] = {}
        for place, message in enumerate(messages):
            groups.setdefault((message.topic, message.key), []).append(place)
        sends = [
            asyncio.create_task(_send(producer, topic, key, [messages[place] for place in places]))
            for (topic, key), places in groups.items()
        ]
        answered: asyncio.Future[Any] = asyncio.gather(*sends, return_exceptions=True)
        closed: asyncio.Future[Any] = asyncio.ensure_future(self._closed[producer].wait())
        try:
            await asyncio.wait({answered, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closed.cancel()
            for send in sends:
                send.cancel()
        errors: list[BaseException | None] = [None] * len(messages)
        for send, places in zip(sends, groups.values(), strict=True):
            for place, error in zip(places, _outcomes(send, len(places)), strict=True):
                errors[place] = error
        return errors


async def _send(
    producer: AIOKafkaProducer, topic: str, key: bytes | None, messages: Sequence[Outgoing]
) -> list[BaseException | None]:
    """Sends messages of one topic and key; for each the error, None when it is confirmed."""
    partition = await partition_of(producer, topic, key)
    deliveries = await deliver(producer, messages, topic, partition)
    return [delivery.error for delivery in deliveries for _ in range(delivery.count)]


def _outcomes(send: asyncio.Task[list[BaseException | None]], count: int) -> list[BaseException | None]:
    if not send.done() or send.cancelled():
        lost: BaseException = KafkaTimeoutError("The producer was closed")
        return [lost] * count
    error = send.exception()
    return send.result() if error is None else [error] * count


def _retriable(error: BaseException) -> bool:
    return bool(getattr(error, "retriable", False))

"""Items into the raw topic, each one confirmed by the broker."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from newswire.clients import Failures, broker_errors, kafka_python_options, listening, producer_options
from newswire.errors import InputError
from newswire.feed.item import Item
from newswire.settings import Settings
from newswire.topics import RAW, SOURCE_HEADER

__all__ = ("Outcome", "Sender")

# Unconfirmed messages and bytes at once: full batches, and memory that stays small when the broker is slow.
UNCONFIRMED: Final = 500
UNCONFIRMED_BYTES: Final = 32 * 1024 * 1024

# Bytes of a batch for one partition: a request for a dozen stories in place of three, which feeds an archive 1.4 times as fast. A
# single story does not wait for others.
BATCH_BYTES: Final = 128 * 1024

# Bytes that headers and the protocol's framing may add to the largest value.
FRAMING: Final = 256 * 1024

# How many failures a report names; the rest it counts.
NAMED: Final = 5


@dataclass(slots=True)
class Outcome:
    """What became of the items sent so far. `failed` has a reason for each that was not confirmed."""

    confirmed: int = 0
    unreadable: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    refused: bool = False
    """Whether a failure would come again however often it were tried, as of an item that is too large."""

    def add(self, other: Outcome) -> None:
        """Counts the other one's items too."""
        self.confirmed += other.confirmed
        self.unreadable += other.unreadable
        self.failed += other.failed
        self.refused |= other.refused

    def failures(self) -> str:
        """The first failures in words."""
        more = f" and {len(self.failed) - NAMED:,} more" if len(self.failed) > NAMED else ""
        return "; ".join(self.failed[:NAMED]) + more


class Sender:
    """An idempotent producer for the raw topic. Use it as a context manager.

    Entering raises BrokerError without a broker, SettingsError where it refuses us.
    """

    def __init__(self, settings: Settings, rate: float | None = None) -> None:
        self._settings = settings
        self._topic = RAW.full_name(settings.topics)
        self._interval = 1 / rate if rate else 0.0
        self._due = 0.0
        self._producer: Any = None
        self._error: Any = Exception  # kafka-python's own, once that is loaded
        self._waiting: deque[tuple[Item, int, Any]] = deque()
        self._bytes = 0

    def __enter__(self) -> Self:
        from kafka import KafkaProducer  # slow to import
        from kafka.errors import KafkaError

        self._error = KafkaError
        kafka = self._settings.kafka
        with broker_errors(kafka):
            self._producer = KafkaProducer(
                **kafka_python_options(kafka),
                **producer_options(self._settings.topics),
                max_request_size=RAW.max_message_bytes + FRAMING,
                batch_size=BATCH_BYTES,
                metrics_enabled=False,  # nobody asks for them, and counting costs
                max_block_ms=int(kafka.request_timeout * 1000),
                # Twice, so that one lost request is repeated before a message counts as failed.
                delivery_timeout_ms=int(kafka.request_timeout * 2000),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from kafka.errors import KafkaError

        try:
            self._producer.close(timeout=self._settings.kafka.request_timeout)
        except KafkaError:
            # Whatever was sent is confirmed or counted as failed by now. When its flush fails, kafka-python's close leaves
            # the thread running and tries again, with a traceback, at the interpreter's end.
            self._producer._sender.force_close()  # noqa: SLF001
            self._producer._closed = True  # noqa: SLF001

    def send(
        self, items: Iterable[Item], *, on_confirmed: Callable[[], object] | None = None, outcome: Outcome | None = None
    ) -> Outcome:
        """Sends the items in order and returns when each is confirmed or has failed. An InputError of the iterable is the
        failure of what it would have given, and ends it.

        Never faster than the rate. `outcome` is counted on as it grows, for whoever is interrupted.
        """
        found = Outcome() if outcome is None else outcome
        with listening(self._settings.kafka) as failures:
            try:
                for item in items:
                    self._pace()
                    self._begin(item, found, failures)
                    if len(self._waiting) > UNCONFIRMED or self._bytes > UNCONFIRMED_BYTES:
                        # Half of them at once: who waits for each one in turn has the producer's thread woken for each.
                        while len(self._waiting) > UNCONFIRMED // 2 or self._bytes > UNCONFIRMED_BYTES // 2:
                            self._confirm(found, failures, on_confirmed)
            except InputError as error:
                found.failed.append(str(error))
                found.refused = True
            while self._waiting:
                self._confirm(found, failures, on_confirmed)
        return found

    def announce(self, topic: str, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        """Sends a message to another topic and waits until it is confirmed. Raises NewswireError when it is not."""
        with broker_errors(self._settings.kafka):
            sent = self._producer.send(topic, key=key, value=value, headers=headers)
            sent.get(timeout=self._settings.kafka.request_timeout * 3)

    def _pace(self) -> None:
        if not self._interval:  # even a sleep of no time gives the processor away
            return
        now = time.monotonic()
        self._due = max(self._due, now)
        time.sleep(self._due - now)
        self._due += self._interval

    def _begin(self, item: Item, outcome: Outcome, failures: Failures) -> None:
        headers = list(item.headers.items())
        if item.source:
            headers.append((SOURCE_HEADER, item.source.encode("utf-8", "replace")))
        size = len(item.value) + len(item.key) + sum(len(name) + len(value) for name, value in headers)
        if size > RAW.max_message_bytes:
            outcome.failed.append(f"{item.name}: {size:,} bytes, and a message may have {RAW.max_message_bytes:,}")
            outcome.refused = True
            return
        try:
            sent = self._producer.send(self._topic, key=item.key, value=item.value, headers=headers)
        except self._error as error:
            outcome.failed.append(f"{item.name}: {failures.ours(error).what}")
            return
        self._waiting.append((item, size, sent))
        self._bytes += size

    def _confirm(self, outcome: Outcome, failures: Failures, on_confirmed: Callable[[], object] | None) -> None:
        item, size, sent = self._waiting.popleft()
        self._bytes -= size
        if not sent.succeeded():
            try:
                # The producer gives up by itself before that.
                sent.get(timeout=self._settings.kafka.request_timeout * 3)
            except self._error as error:
                outcome.failed.append(f"{item.name}: {failures.ours(error).what}")
                return
        failures.last = None  # the broker is there: what comes later has another reason
        outcome.confirmed += 1
        if item.unreadable is not None:
            outcome.unreadable.append(f"{item.name}: {item.unreadable}")
        if on_confirmed is not None:
            on_confirmed()

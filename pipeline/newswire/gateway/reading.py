"""The thread that reads the topics into the store, and hands on what changes. No client can hold it up."""

from __future__ import annotations

import heapq
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from newswire.clients import broker_errors, close, kafka_python_options
from newswire.gateway.delivery import Told
from newswire.gateway.store import Message, Partition, Rewound, Store
from newswire.gateway.streams import STREAMS
from newswire.settings import Settings
from newswire.subscribe.offsets import partitions_of
from newswire.topics import EXPIRED
from newswire.web import metrics

if TYPE_CHECKING:
    from kafka import KafkaConsumer, TopicPartition

__all__ = ("Reading",)

logger = logging.getLogger(__name__)

# Milliseconds that one poll waits for messages, and seconds of rest after one that found none. While a poll waits, the client
# asks the broker again and again, which the embedded one answers at once: polls without rests cost a third of a processor when
# nothing comes, these a twentieth. What comes is told a tenth of a second later at most.
POLL_MS: Final = 20
REST: Final = 0.1

# Messages of one poll, which are one transaction: some tenths of a second of work.
BATCH: Final = 500

# Bytes of one fetch, so that catching up takes little memory. A larger message still comes, alone.
FETCH_BYTES: Final = 8 * 1024 * 1024

# Seconds between two looks for partitions that have been added, and at how far we are behind.
LOOK_INTERVAL: Final = 10.0

# Seconds between two times of giving up what is too old.
TRIM_INTERVAL: Final = 60.0

# Seconds between two tries at a broker that refuses.
PAUSE: Final = 1.0

# Seconds without an answer of the broker after which we do not know any more what stands.
SILENCE: Final = 30.0

Listener = Callable[[Sequence[Told], Mapping[str, tuple[int, ...]]], None]


class Reading:
    """Reads until it is stopped. On this thread `tell` is called with the changes of each batch, once they are written, and with
    what has then been told of each stream; and `forget` with a stream of which nothing that was told holds any more.
    """

    def __init__(self, settings: Settings, store: Store, *, tell: Listener, forget: Callable[[str], None]) -> None:
        self._settings = settings
        self._store = store
        self._tell = tell
        self._forget = forget
        self._streams = {stream.topic.full_name(settings.topics): stream for stream in STREAMS.values()}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gateway-reading", daemon=True)
        self._looked = self._trimmed = -math.inf
        self._heard = time.monotonic()
        self._ready: frozenset[str] = frozenset()
        self._unproven: set[Partition] = set()
        """Partitions of which it is not known yet whether they are those that were read: their last message is read again."""
        self.error: Exception | None = None
        """What has ended it."""
        self.behind = 0
        """Messages that were not read yet when it was looked last."""

    def start(self) -> None:
        """Begins to read."""
        self._thread.start()

    def stop(self) -> None:
        """Ends it, and closes the store."""
        self._stopped.set()
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether it reads, or tries to."""
        return self._thread.is_alive()

    @property
    def silence(self) -> float:
        """Seconds since the broker has answered, as far as they are too many; else 0."""
        seconds = time.monotonic() - self._heard
        return seconds if seconds > SILENCE else 0.0

    def has_caught_up(self, stream: str) -> bool:
        """Whether the stream has once been read up to where it ended."""
        return stream in self._ready

    def _run(self) -> None:
        try:
            with broker_errors(self._settings.kafka):
                self._read()
        except Exception as error:
            self.error = error
        finally:
            self._store.close()

    def _read(self) -> None:
        from kafka import KafkaConsumer
        from kafka.errors import KafkaError

        consumer = KafkaConsumer(
            **kafka_python_options(self._settings.kafka, patient=True),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # a place that is gone shows in what comes: `Rewound`
            isolation_level="read_committed",  # the tables agent writes in transactions
            max_poll_records=BATCH,
            fetch_max_bytes=FETCH_BYTES,
            metadata_max_age_ms=int(LOOK_INTERVAL * 1000),
        )
        try:
            self._forget_what_is_too_old()
            while not self._stopped.is_set():
                try:
                    if time.monotonic() - self._looked > LOOK_INTERVAL:
                        self._look(consumer)
                    batches = consumer.poll(timeout_ms=POLL_MS)
                    self._take(consumer, batches)
                    if not batches:
                        self._stopped.wait(REST)
                except Rewound as rewound:
                    self._begin_anew(rewound.stream, "its topic begins anew")
                    self._looked = -math.inf
                except KafkaError as error:
                    if self._looked == -math.inf:  # nobody waits for a broker that was never there
                        raise
                    logger.warning("The broker cannot be read from: %s; trying again", error)
                    self._stopped.wait(PAUSE)
                if time.monotonic() - self._trimmed > TRIM_INTERVAL and not self._store.trim():
                    self._trimmed = time.monotonic()
        finally:
            close(consumer)

    def _forget_what_is_too_old(self) -> None:
        """A compacted topic keeps what withdraws a record for a while only: who was away for longer holds what is gone."""
        age = self._store.read_age()
        for stream in STREAMS.values():
            kept = stream.topic.delete_retention_ms
            if age is not None and kept is not None and age * 1000 > kept:
                self._begin_anew(stream.name, f"it was read last {age / 86400:.0f} days ago")

    def _begin_anew(self, stream: str, why: str) -> None:
        logger.warning("What is kept of the stream %s is made anew, since %s", stream, why)
        self._ready -= {stream}
        self._store.forget(stream)
        self._forget(stream)

    def _look(self, consumer: KafkaConsumer) -> None:
        """Takes on partitions that are new, and sees how far each is read."""
        partitions = partitions_of(consumer, list(self._streams))
        begin, end = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        for at in partitions:
            stream, position = self._streams[at.topic], self._store.positions.get(self._known(at))
            if position is not None and not begin[at] <= position <= end[at]:
                self._begin_anew(stream.name, f"partition {at.partition} has other offsets than those that were read")
        names = {name for name, _ in self._store.positions}
        new = [at for at in partitions if self._known(at) not in self._store.positions]
        for at in new:
            # One that was added to a topic that we follow is new from its beginning on.
            floor = begin[at] if self._known(at)[0] in names else end[at]
            self._store.begin(self._known(at), begin[at], floor)
        if new or not consumer.assignment():
            consumer.assign(partitions)
            for at in partitions:
                known = self._known(at)
                last = self._store.last.get(known)
                consumer.seek(at, self._store.positions[known] if last is None else last[0])
            self._unproven = set(self._store.last)
            logger.info("Following %d partitions of %s", len(partitions), ", ".join(self._streams))
        self.behind = sum(max(0, end[at] - self._store.positions[self._known(at)]) for at in partitions)
        metrics.GATEWAY_BEHIND.set(self.behind)
        self._heard = self._looked = time.monotonic()
        self._note_what_has_caught_up()

    def _take(self, consumer: KafkaConsumer, batches: Mapping[TopicPartition, list[Any]]) -> None:
        positions: dict[Partition, int] = {}
        for at in consumer.assignment():
            known, position = self._known(at), consumer.position(at)
            if position is None:
                continue
            if position > self._store.positions[known]:
                positions[known] = position
            if known in self._unproven and position > self._store.last[known][0]:
                self._prove(known, batches.get(at, []))
        if positions:
            self._work(batches, positions)
        self._note_what_has_caught_up()

    def _prove(self, partition: Partition, messages: Sequence[Any]) -> None:
        """Raises Rewound when another message is where the last one was: a broker was started anew, and has as many by now."""
        offset, time_ms = self._store.last[partition]
        if any(message.offset == offset and message.timestamp != time_ms for message in messages):
            raise Rewound(partition[0])
        self._unproven.discard(partition)

    def _is_known(self, record: Any) -> bool:
        """Whether it is the last message, which is read again."""
        last = self._store.last.get((self._streams[record.topic].name, record.partition))
        return last is not None and last == (record.offset, record.timestamp)

    def _work(self, batches: Mapping[TopicPartition, list[Any]], positions: Mapping[Partition, int]) -> None:
        messages = [
            Message(
                partition=(self._streams[record.topic].name, record.partition),
                offset=record.offset,
                time_ms=record.timestamp,
                key=(record.key or b"").decode("utf-8", "replace"),
                value=record.value,
                expired=record.value is None and any(name == EXPIRED for name, _ in record.headers),
            )
            # Partitions are merged by time as well as a batch allows; within one the order stays.
            for record in heapq.merge(*batches.values(), key=lambda record: record.timestamp)
            if not self._is_known(record)
        ]
        changes = self._store.take(messages, positions)
        self._heard = time.monotonic()
        for change, _ in changes:
            metrics.GATEWAY_CHANGES.labels(change.stream, change.kind).inc()
        self._tell(changes, {stream: self._store.told(stream) for stream in {name for name, _ in positions}})

    def _note_what_has_caught_up(self) -> None:
        unproven = {stream for stream, _ in self._unproven}
        self._ready = frozenset(name for name in STREAMS if self._store.caught_up(name) and name not in unproven)

    def _known(self, at: TopicPartition) -> Partition:
        return self._streams[at.topic].name, at.partition

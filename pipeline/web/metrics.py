"""Every metric of a worker, each declared once: its name has the unit, its text the meaning. `/metrics` shows them.

Names end in what they count or in the unit (seconds, bytes); `_total` is a counter, the rest are gauges and histograms.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

__all__ = (
    "ARTICLES",
    "DEAD_LETTERS",
    "DRAIN_SECONDS",
    "EMBARGOED",
    "IN_FLIGHT",
    "IN_FLIGHT_BYTES",
    "LAG",
    "MESSAGE_SECONDS",
    "POOL_BUSY",
    "POOL_PROCESSES",
    "POOL_RESTARTS",
    "POOL_WAITING",
    "PUBLISH_SECONDS",
    "RECORDS",
    "REGISTRY",
    "RETRIES",
    "TASK_SECONDS",
)

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # the worker's own memory, CPU seconds and descriptors, under their usual names

# Seconds. An article takes some 0.1 s; below lies the transport's share, above what waits in the window or hangs.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0, 60.0)

ARTICLES: Final = Counter(
    "newswire_messages",
    "Messages acknowledged by an agent: read, extracted or published, dead letters included.",
    ["agent"],
    registry=REGISTRY,
)
RECORDS: Final = Counter(
    "newswire_records", "Records confirmed by the broker, by topic (without prefix).", ["topic"], registry=REGISTRY
)
DEAD_LETTERS: Final = Counter(
    "newswire_dead_letters", "Messages set aside as dead letters, by agent.", ["agent"], registry=REGISTRY
)
RETRIES: Final = Counter(
    "newswire_retries",
    "Second and later tries: `publish` of unconfirmed records, `pool` of messages whose process was lost.",
    ["of"],
    registry=REGISTRY,
)
POOL_RESTARTS: Final = Counter(
    "newswire_pool_restarts",
    "Processes of the pool that were replaced, by reason: died, overran (the deadline), recycled, fork server.",
    ["reason"],
    registry=REGISTRY,
)
POOL_PROCESSES: Final = Gauge("newswire_pool_processes", "Processes of the pool that are ready.", registry=REGISTRY)
POOL_BUSY: Final = Gauge("newswire_pool_busy", "Processes of the pool that are working.", registry=REGISTRY)
POOL_WAITING: Final = Gauge(
    "newswire_pool_waiting", "Tasks that wait for a process. Above 0 all the time: saturated.", registry=REGISTRY
)
IN_FLIGHT: Final = Gauge(
    "newswire_in_flight", "Messages between consumption and acknowledgement, by agent.", ["agent"], registry=REGISTRY
)
IN_FLIGHT_BYTES: Final = Gauge(
    "newswire_in_flight_bytes", "The same in bytes of message values.", ["agent"], registry=REGISTRY
)
TASK_SECONDS: Final = Histogram(
    "newswire_task_seconds",
    "Computing time of one task in a process of the pool: read, extract, or its halves recognise and parse (with the join).",
    ["task"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
MESSAGE_SECONDS: Final = Histogram(
    "newswire_message_seconds",
    "From a message's entry into the window until everything made of it is confirmed, by agent.",
    ["agent"],
    buckets=BUCKETS,
    registry=REGISTRY,
)
PUBLISH_SECONDS: Final = Histogram(
    "newswire_publish_seconds",
    "From handing the records of one message to the producer until the broker confirmed all.",
    buckets=BUCKETS,
    registry=REGISTRY,
)
LAG: Final = Gauge(
    "newswire_lag",
    "Messages between the committed offset and the end of a partition that this worker holds, by agent, topic, partition.",
    ["agent", "topic", "partition"],
    registry=REGISTRY,
)
EMBARGOED: Final = Gauge(
    "newswire_embargoed", "Extractions that this worker holds until their embargo ends.", registry=REGISTRY
)
DRAIN_SECONDS: Final = Gauge(
    "newswire_drain_seconds",
    "How long the last drain took, at a rebalance or at the end, by agent.",
    ["agent"],
    registry=REGISTRY,
)

"""Every metric of a worker and of a feeder, each declared once: its name has the unit, its text the meaning.

`/metrics` shows them. Names end in what they count or in the unit (seconds, bytes); `_total` is a counter, the rest are gauges
and histograms.

A series that appears with its first event has no increase to see, and a rule about a series that is not there says nothing.
So `begin` makes every series that a worker may ever show, at 0, and `begin_feed` those of a source. Only those of LAG come and go
with the partitions.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from newswire import __version__, topics

__all__ = (
    "ARTICLE_AGE_SECONDS",
    "BUILD_INFO",
    "DEAD_LETTERS",
    "DRAIN_SECONDS",
    "EMBARGOED",
    "EMBARGO_OVERDUE_SECONDS",
    "FEEDER_REGISTRY",
    "FEED_CONSECUTIVE_FAILURES",
    "FEED_EXPECTED_SECONDS",
    "FEED_FAILURES",
    "FEED_ITEMS",
    "FEED_ITEM_AGE_SECONDS",
    "FEED_LAST_NEW",
    "FEED_LAST_SUCCESS",
    "FEED_POLLED",
    "GATEWAY_BEHIND",
    "GATEWAY_CHANGES",
    "GATEWAY_CLIENTS",
    "GATEWAY_DROPPED",
    "GATEWAY_READY",
    "GATEWAY_REFUSED",
    "GATEWAY_REGISTRY",
    "GATEWAY_STORE_BYTES",
    "GATEWAY_TOLD",
    "HALTED",
    "INDEXED",
    "IN_FLIGHT",
    "IN_FLIGHT_BYTES",
    "LAG",
    "MESSAGES",
    "MESSAGE_SECONDS",
    "NOTICES",
    "POOL_BUSY",
    "POOL_PROCESSES",
    "POOL_RESIDENT_BYTES",
    "POOL_RESTARTS",
    "POOL_WAITING",
    "PUBLISH_SECONDS",
    "READY",
    "RECORDS",
    "REGISTRY",
    "RETRIES",
    "TABLE_BYTES",
    "TABLE_RESTORE_SECONDS",
    "TABLE_STORIES",
    "TASK_SECONDS",
    "begin",
    "begin_feed",
    "begin_gateway",
)

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # the worker's own memory, CPU seconds and descriptors, under their usual names

# Seconds. An article takes some 0.1 s; below lies the transport's share, above what waits in the window or hangs.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0, 60.0)

# Seconds. From a story that goes straight through to one that waited for a worker to be mended.
ARRIVAL_AGES: Final = (0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 6 * 3600.0)

# Seconds. Below a minute lies a feed that is pushed rather than polled; a feed of a quiet office brings yesterday's.
AGES: Final = (30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 6 * 3600.0, 24 * 3600.0)

FEEDER_REGISTRY: Final = CollectorRegistry()
"""The metrics of a feeder, which is a process of its own: it has none of a worker's."""
ProcessCollector(registry=FEEDER_REGISTRY)

GATEWAY_REGISTRY: Final = CollectorRegistry()
"""The metrics of a gateway, which is a process of its own as well."""
ProcessCollector(registry=GATEWAY_REGISTRY)

# The streams of a gateway, what may happen to a record in one, and why a client is turned away.
STREAMS: Final = ("quotes", "events", "entities", "articles")
CHANGES: Final = ("added", "changed", "withdrawn")
REFUSALS: Final = ("clients", "token")

# The names that each agent goes by in the label `agent`: what it holds under embargo the publish agent reads as another one.
# Notices that name other stories are the intake agent's other work.
NAMES: Final = {
    "intake": ("intake", "notices"),
    "extract": ("extract", "embargo"),
    "publish": ("publish",),
    "tables": ("tables",),
}

# The topics that each agent publishes records on.
PUBLISHED: Final = {
    "intake": (topics.ARTICLES, topics.EMBARGOED, topics.INDEX, topics.ALERTS),
    "extract": (topics.EXTRACTIONS, topics.ARTICLES, topics.EMBARGOED),
    "publish": topics.RECORD_TOPICS,
    "tables": tuple(topics.CURRENT.values()),
}

# What each agent lets the pool do.
TASKS: Final = {"intake": ("read",), "extract": ("extract", "recognise", "parse"), "publish": (), "tables": ()}

# What is tried again, and why a process of the pool is replaced.
TRIED: Final = ("publish", "pool")
REASONS: Final = ("died", "overran", "recycled", "fork server")

# What became of a notice that names another story: that one was withdrawn, or an alert was sent for a reason.
OUTCOMES: Final = ("withdrawn", "unknown", "ambiguous", "sourceless", "incomplete", "settled")

BUILD_INFO: Final = Gauge(
    "newswire_build_info",
    "Always 1; its labels say what runs: versions of newswire, Python and spaCy, and the name of the language model.",
    ["version", "python", "spacy", "model"],
    registry=REGISTRY,
)
READY: Final = Gauge("newswire_ready", "Whether /readyz says that the worker does its work: 1 or 0.", registry=REGISTRY)
HALTED: Final = Gauge(
    "newswire_halted",
    "Partitions of this worker at which the agent has halted after a run of dead letters.",
    ["agent"],
    registry=REGISTRY,
)
MESSAGES: Final = Counter(
    "newswire_messages",
    "Messages acknowledged by an agent: read, extracted or published, dead letters included.",
    ["agent"],
    registry=REGISTRY,
)
RECORDS: Final = Counter(
    "newswire_records",
    "Records confirmed by the broker, by topic (without prefix): markers, tombstones and what goes under embargo included.",
    ["topic"],
    registry=REGISTRY,
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
POOL_RESIDENT_BYTES: Final = Gauge(
    "newswire_pool_resident_bytes",
    "Memory of the pool's processes, pages that they share counted for each.",
    registry=REGISTRY,
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
ARTICLE_AGE_SECONDS: Final = Histogram(
    "newswire_article_age_seconds",
    "From an article's arrival on the raw topic until all of its records are confirmed; without those that an embargo held.",
    buckets=ARRIVAL_AGES,
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
    "Messages between the committed offset and the end of a partition that this worker holds, by agent, topic, partition; "
    "without those under embargo.",
    ["agent", "topic", "partition"],
    registry=REGISTRY,
)
EMBARGOED: Final = Gauge(
    "newswire_embargoed", "Extractions that this worker holds until their embargo ends.", registry=REGISTRY
)
EMBARGO_OVERDUE_SECONDS: Final = Gauge(
    "newswire_embargo_overdue_seconds",
    "How long ago the embargo ended of the most overdue story that this worker still holds; 0 when none is overdue.",
    registry=REGISTRY,
)
TABLE_STORIES: Final = Gauge(
    "newswire_table_stories",
    "Stories that the tables agent of this worker knows, killed ones included.",
    registry=REGISTRY,
)
TABLE_BYTES: Final = Gauge(
    "newswire_table_bytes", "What it knows of them takes on disk, in a file below `worker.data_dir`.", registry=REGISTRY
)
TABLE_RESTORE_SECONDS: Final = Gauge(
    "newswire_table_restore_seconds",
    "How long the tables agent took to read what is known of a partition's stories, the last time that it was given one.",
    registry=REGISTRY,
)
INDEXED: Final = Gauge(
    "newswire_indexed",
    "Articles of the last three days that this worker's index holds, for notices.",
    registry=REGISTRY,
)
NOTICES: Final = Counter(
    "newswire_notices",
    "Kills and holds of other stories, by outcome: withdrawn, or an alert because they are unknown, ambiguous, sourceless, "
    "incomplete, or settled (after an earlier alert).",
    ["outcome"],
    registry=REGISTRY,
)
DRAIN_SECONDS: Final = Gauge(
    "newswire_drain_seconds",
    "How long the last drain took, at a rebalance or at the end, by agent.",
    ["agent"],
    registry=REGISTRY,
)

FEED_POLLED: Final = Gauge(
    "newswire_feed_polled",
    "Whether the source is polled: 1, or 0 once its server says that it is gone for good.",
    ["source"],
    registry=FEEDER_REGISTRY,
)
FEED_LAST_SUCCESS: Final = Gauge(
    "newswire_feed_last_success_timestamp_seconds",
    "When the source last gave something to read, be it nothing new, in Unix seconds; 0 for never.",
    ["source"],
    registry=FEEDER_REGISTRY,
)
FEED_LAST_NEW: Final = Gauge(
    "newswire_feed_last_new_timestamp_seconds",
    "When something new or changed of the source was fed last, in Unix seconds; when it was polled first, if nothing was.",
    ["source"],
    registry=FEEDER_REGISTRY,
)
FEED_EXPECTED_SECONDS: Final = Gauge(
    "newswire_feed_expected_seconds",
    "Seconds without anything new after which the source is silent; 0 for a source of which nothing is expected.",
    ["source"],
    registry=FEEDER_REGISTRY,
)
FEED_CONSECUTIVE_FAILURES: Final = Gauge(
    "newswire_feed_consecutive_failures",
    "Failed polls of the source in a row; 0 after one that succeeds.",
    ["source"],
    registry=FEEDER_REGISTRY,
)
FEED_FAILURES: Final = Counter(
    "newswire_feed_failures", "Failed polls of the source.", ["source"], registry=FEEDER_REGISTRY
)
FEED_ITEMS: Final = Counter(
    "newswire_feed_items", "Items of the source that the broker confirmed.", ["source"], registry=FEEDER_REGISTRY
)
FEED_ITEM_AGE_SECONDS: Final = Histogram(
    "newswire_feed_item_age_seconds",
    "How old an item was when it was fed, by the time that it says itself; without those of a source's first poll.",
    ["source"],
    buckets=AGES,
    registry=FEEDER_REGISTRY,
)

GATEWAY_READY: Final = Gauge(
    "newswire_gateway_ready", "Whether /readyz says that the gateway does its work: 1 or 0.", registry=GATEWAY_REGISTRY
)
GATEWAY_BEHIND: Final = Gauge(
    "newswire_gateway_behind",
    "Messages that the gateway has not read yet, looked at every 10 s.",
    registry=GATEWAY_REGISTRY,
)
GATEWAY_CHANGES: Final = Counter(
    "newswire_gateway_changes",
    "Changes of what stands, by stream and by what they are: `added`, `changed` or `withdrawn`.",
    ["stream", "change"],
    registry=GATEWAY_REGISTRY,
)
GATEWAY_CLIENTS: Final = Gauge(
    "newswire_gateway_clients", "Clients who follow a stream.", ["stream"], registry=GATEWAY_REGISTRY
)
GATEWAY_TOLD: Final = Counter(
    "newswire_gateway_told", "Events told to clients, each to each.", ["stream"], registry=GATEWAY_REGISTRY
)
GATEWAY_DROPPED: Final = Counter(
    "newswire_gateway_dropped", "Clients dropped since they read too slowly.", ["stream"], registry=GATEWAY_REGISTRY
)
GATEWAY_REFUSED: Final = Counter(
    "newswire_gateway_refused",
    "Requests turned away: `clients` where too many are connected, `token` without the right one.",
    ["reason"],
    registry=GATEWAY_REGISTRY,
)
GATEWAY_STORE_BYTES: Final = Gauge(
    "newswire_gateway_store_bytes", "Size of the gateway's store on disk.", registry=GATEWAY_REGISTRY
)


def begin_gateway() -> None:
    """Makes the series of a gateway, each at 0."""
    for stream in STREAMS:
        for metric in (GATEWAY_CLIENTS, GATEWAY_TOLD, GATEWAY_DROPPED):
            metric.labels(stream)
        for change in CHANGES:
            GATEWAY_CHANGES.labels(stream, change)
    for reason in REFUSALS:
        GATEWAY_REFUSED.labels(reason)


def begin_feed(source: str, expected: float | None = None) -> None:
    """Makes the series of a source of a feeder, each at 0 but for `expected`."""
    for metric in (FEED_LAST_SUCCESS, FEED_LAST_NEW, FEED_CONSECUTIVE_FAILURES, FEED_FAILURES, FEED_ITEMS):
        metric.labels(source)
    FEED_ITEM_AGE_SECONDS.labels(source)
    FEED_EXPECTED_SECONDS.labels(source).set(expected or 0.0)
    FEED_POLLED.labels(source).set(1)


def begin(agents: Iterable[str], model: str) -> None:
    """Makes the series of a worker with these agents (the names of `worker.agents`) and this language model, each at 0."""
    BUILD_INFO.labels(__version__, platform.python_version(), version("spacy"), model).set(1)
    for what in TRIED:
        RETRIES.labels(what)
    for reason in REASONS:
        POOL_RESTARTS.labels(reason)
    for agent in agents:
        for name in NAMES[agent]:
            for metric in (MESSAGES, DEAD_LETTERS, IN_FLIGHT, IN_FLIGHT_BYTES, MESSAGE_SECONDS, DRAIN_SECONDS, HALTED):
                metric.labels(name)
        for topic in PUBLISHED[agent]:
            RECORDS.labels(topic.name)
        for outcome in OUTCOMES if agent == "intake" else ():
            NOTICES.labels(outcome)
        for task in TASKS[agent]:
            TASK_SECONDS.labels(task)

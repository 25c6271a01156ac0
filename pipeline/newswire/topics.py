"""The registry of every topic: the one place that says what lies where, under which key, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from newswire.records import (
    Alert,
    Article,
    EmbargoedStory,
    EntityRecord,
    EventRecord,
    Extraction,
    Halt,
    Heartbeat,
    IndexedArticle,
    QuoteRecord,
)
from newswire.settings import TopicSettings

__all__ = (
    "ALERTS",
    "ARRIVED",
    "ARTICLES",
    "CURRENT",
    "CURRENT_ENTITIES",
    "CURRENT_EVENTS",
    "CURRENT_QUOTES",
    "DEAD_LETTERS",
    "EMBARGOED",
    "ENTITIES",
    "EVENTS",
    "EXPIRED",
    "EXTRACTIONS",
    "EXTRACTION_OFFSET",
    "HALTS",
    "HEARTBEATS",
    "INDEX",
    "PUBLIC_TOPICS",
    "QUOTES",
    "RAW",
    "RECORD_TOPICS",
    "SOURCE_HEADER",
    "STORIES",
    "TOPICS",
    "WORKER_TOPICS",
    "Topic",
    "group",
)

DAY_MS: Final = 24 * 60 * 60 * 1000
MIB: Final = 1024 * 1024

# One record takes some kilobytes. A version marker lists the ids of all: a body of 100,000 code points that is a table of
# figures has up to 50,000 entities, and an id takes 35 bytes.
MAX_RECORD_BYTES: Final = 4 * MIB

# Kafka's name, in the configuration of a topic, for what its producers call none.
UNCOMPRESSED: Final = "uncompressed"


@dataclass(frozen=True)
class Topic:
    """A topic of the pipeline. `name` has no prefix; `full_name` puts the configured one before it."""

    name: str
    key: str
    """What the key of a message is, in words."""
    record: type[msgspec.Struct] | None
    """The struct that a value decodes to; None where values are bytes as they came."""
    max_message_bytes: int
    retention_ms: int
    cleanup: str = "delete"
    partitions: int | None = None
    """A number of its own; None takes `topics.partitions`."""
    min_compaction_lag_ms: int | None = None
    delete_retention_ms: int | None = None
    """How long a tombstone stays once its topic was compacted, and so how long a reader may be away and still learn of it."""
    segment_bytes: int | None = None
    """A broker compacts full segments only; of its own accord it fills a gibibyte first."""
    public: bool = True
    """Whether subscribers may read it. What lies on the others is not, or not yet, for publication: keep readers out."""
    meaning: str = ""

    def full_name(self, settings: TopicSettings) -> str:
        """The name on the broker."""
        return settings.prefix + self.name

    def partition_count(self, settings: TopicSettings) -> int:
        """How many partitions `newswire topics create` gives it."""
        return self.partitions or settings.partitions

    def configuration(self, settings: TopicSettings) -> dict[str, str]:
        """The topic's configuration in Kafka's own names."""
        found = {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_ms),
            "max.message.bytes": str(self.max_message_bytes),
            "min.insync.replicas": str(settings.min_insync_replicas),
            "compression.type": UNCOMPRESSED if settings.compression == "none" else settings.compression,
        }
        if self.min_compaction_lag_ms is not None:
            found["min.compaction.lag.ms"] = str(self.min_compaction_lag_ms)
        if self.delete_retention_ms is not None:
            found["delete.retention.ms"] = str(self.delete_retention_ms)
        if self.segment_bytes is not None:
            found["segment.bytes"] = str(self.segment_bytes)
        return found


# Of a compacted topic: small enough that a broker compacts a busy partition within a day, large enough to be few files.
SEGMENT_BYTES: Final = 64 * MIB


def _current(name: str, record: type[msgspec.Struct]) -> Topic:
    return Topic(
        name=f"current.{name}",
        key="record id",
        record=record,
        max_message_bytes=MAX_RECORD_BYTES,
        retention_ms=-1,  # a record stands until the tables agent withdraws it
        cleanup="compact",
        delete_retention_ms=7 * DAY_MS,  # as long as a reader of the log topics sees every version
        segment_bytes=SEGMENT_BYTES,
        meaning=f"the {name} that stand now, one a message; a message without a value withdraws the record of its key",
    )


RAW: Final = Topic(
    name="raw",
    key="any; the feeder uses the article id",
    record=None,
    max_message_bytes=4 * MIB,
    retention_ms=7 * DAY_MS,
    public=False,  # embargoed stories come in here
    meaning="wire items as they came, in any format that a reader knows",
)
ARTICLES: Final = Topic(
    name="articles",
    key="article id",
    record=Article,
    max_message_bytes=2 * MIB,
    retention_ms=30 * DAY_MS,
    meaning="one Article a message, whatever format it came in",
)
EXTRACTIONS: Final = Topic(
    name="extractions",
    key="article id",
    record=Extraction,
    max_message_bytes=4 * MIB,
    retention_ms=90 * DAY_MS,
    cleanup="compact,delete",
    min_compaction_lag_ms=7 * DAY_MS,  # a reader who is a week behind still sees every version
    meaning="everything extracted from one article version; the current state of every story for who joins late",
)
ENTITIES: Final = Topic(
    name="entities",
    key="article id",
    record=EntityRecord,
    max_message_bytes=MAX_RECORD_BYTES,
    retention_ms=90 * DAY_MS,
    meaning="one entity a message, and a version marker after the last one of an article",
)
QUOTES: Final = Topic(
    name="quotes",
    key="article id",
    record=QuoteRecord,
    max_message_bytes=MAX_RECORD_BYTES,
    retention_ms=90 * DAY_MS,
    meaning="one quote a message, and a version marker after the last one of an article",
)
EVENTS: Final = Topic(
    name="events",
    key="article id",
    record=EventRecord,
    max_message_bytes=MAX_RECORD_BYTES,
    retention_ms=90 * DAY_MS,
    meaning="one event a message, and a version marker after the last one of an article",
)
CURRENT_ENTITIES: Final = _current("entities", EntityRecord)
CURRENT_QUOTES: Final = _current("quotes", QuoteRecord)
CURRENT_EVENTS: Final = _current("events", EventRecord)
STORIES: Final = Topic(
    name="stories",
    key="article id",
    record=None,
    max_message_bytes=MAX_RECORD_BYTES,
    retention_ms=-1,  # the tables agent forgets stories itself, together with their records
    cleanup="compact",
    segment_bytes=SEGMENT_BYTES,
    public=False,
    meaning="what the tables agent knows of each story: version, offset and the ids that stand; the agent's own",
)
EMBARGOED: Final = Topic(
    name="embargoed",
    key="article id",
    record=EmbargoedStory,
    max_message_bytes=7 * MIB,  # the largest Article and the largest Extraction together
    retention_ms=90 * DAY_MS,  # the extract agent writes what it holds anew every day, so none is lost to it
    public=False,
    meaning="stories that wait for the end of their embargo, extracted ahead of time; the extract agent's own",
)
DEAD_LETTERS: Final = Topic(
    name="dead-letters",
    key="as it came",
    record=None,
    max_message_bytes=8 * MIB,  # the largest message of another topic, with its error headers
    retention_ms=90 * DAY_MS,
    partitions=3,
    public=False,  # whole bodies, embargoed ones too
    meaning="messages that could not be processed, as they came, with headers that say why",
)
HALTS: Final = Topic(
    name="halts",
    key="agent, topic and partition",
    record=Halt,
    max_message_bytes=MIB,
    retention_ms=-1,  # a halt lasts until somebody ends it
    cleanup="compact",
    partitions=1,
    public=False,
    meaning="partitions at which agents have halted after a run of dead letters, until `newswire dlq resume`",
)
HEARTBEATS: Final = Topic(
    name="heartbeats",
    key="feeder",
    record=Heartbeat,
    max_message_bytes=MIB,
    retention_ms=7 * DAY_MS,  # as long as what the feeders fed
    partitions=1,
    meaning="a record of each feeder each minute: that it lives, and which of its sources fail or are silent",
)

INDEX: Final = Topic(
    name="index",
    key="article id",
    record=IndexedArticle,
    max_message_bytes=MIB,
    retention_ms=4 * DAY_MS,  # a notice looks back three days
    cleanup="compact,delete",
    min_compaction_lag_ms=DAY_MS,  # who reads a day again decides as it was decided
    partitions=1,  # the stories and notices of all in one order, whatever partition of the raw topic they came by
    public=False,  # stories under embargo too
    meaning="by what notices may name the articles of the last days; the intake agent's own",
)
ALERTS: Final = Topic(
    name="alerts",
    key="article id of the notice",
    record=Alert,
    max_message_bytes=MIB,
    retention_ms=90 * DAY_MS,
    partitions=1,
    meaning="kills and holds of other stories that somebody has to look at, with the stories that they may mean",
)

SOURCE_HEADER: Final = "newswire.source"
"""Header of a raw message: the file and line, or the address, that the feeder took it from. For people; no reader looks at it."""

EXTRACTION_OFFSET: Final = "newswire-extraction-offset"
"""Header of every message: the offset of the Extraction that it was made of. Two Extractions of one article version (by another
model, or of a text that changed) are told apart by it: the higher one is the newer one, since a story stays in its partition.
"""

CURRENT: Final = {ENTITIES: CURRENT_ENTITIES, QUOTES: CURRENT_QUOTES, EVENTS: CURRENT_EVENTS}
"""For each topic that logs records, the table of those that stand."""

EXPIRED: Final = "newswire-expired"
"""Header of a tombstone of a table whose record was not withdrawn: its story is older than the tables remember."""

ARRIVED: Final = "newswire-arrived"
"""Header of Articles, Extractions and records: when the raw message lay on its topic, in Unix milliseconds. A story that an
embargo held has none, since its way says nothing about ours.
"""

TOPICS: Final = (
    RAW,
    ARTICLES,
    EXTRACTIONS,
    ENTITIES,
    QUOTES,
    EVENTS,
    *CURRENT.values(),
    STORIES,
    EMBARGOED,
    DEAD_LETTERS,
    HALTS,
    HEARTBEATS,
    INDEX,
    ALERTS,
)
WORKER_TOPICS: Final = tuple(topic for topic in TOPICS if topic is not HEARTBEATS)
"""Those that a worker reads or writes."""
RECORD_TOPICS: Final = (ENTITIES, QUOTES, EVENTS)
PUBLIC_TOPICS: Final = tuple(topic for topic in TOPICS if topic.public)


def group(agent: str, settings: TopicSettings) -> str:
    """The consumer group of an agent, as operators name it to Kafka's tools."""
    return f"{settings.prefix}{agent}"

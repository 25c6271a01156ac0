"""What becomes of one Extraction: its records, one a message, and on each of their topics a marker that closes the version.

Messages are CloudEvents 1.0 in Kafka's binary content mode: the value is the plain JSON record, the event's attributes are
headers (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from newswire import cloudevents
from newswire.cloudevents import Headers, utf8
from newswire.records import (
    ArticleReference,
    EntityRecord,
    EventRecord,
    Extraction,
    QuoteRecord,
    VersionMarker,
    encode,
)
from newswire.ruling import WITHDRAWN
from newswire.settings import TopicSettings
from newswire.stream.batches import Outgoing
from newswire.topics import ARRIVED, CURRENT, ENTITIES, EVENTS, EXTRACTION_OFFSET, QUOTES, Topic

__all__ = ("CARRIED", "MARKER", "MARKER_HEADER", "MODEL_HEADER", "TRACE", "current", "publication", "records")

MARKER: Final = "newswire.version.v1"

# Of which topic's records each list of the Extraction makes, and the CloudEvents type of each.
KINDS: Final[tuple[tuple[Topic, str, type[msgspec.Struct], str], ...]] = (
    (ENTITIES, "entities", EntityRecord, "newswire.entity.v1"),
    (QUOTES, "quotes", QuoteRecord, "newswire.quote.v1"),
    (EVENTS, "events", EventRecord, "newswire.event.v1"),
)

MARKER_HEADER: Final = "newswire-marker"
"""Header of markers, and of nothing else: stock connectors can drop messages by the name of a header, not by its value."""

MODEL_HEADER: Final = "newswire-model"
"""Header of every message: name and version of the language model that made the Extraction."""

# What made the event, as CloudEvents asks: with `ce_id` unique for each record of each Extraction.
SOURCE: Final = b"/newswire/extract"

# Headers of W3C Trace Context that go through from the raw message to each record.
TRACE: Final = ("traceparent", "tracestate")

# What goes through from one of our topics to the next.
CARRIED: Final = (*TRACE, ARRIVED)

# Code points of the headline that every record repeats: of a story with thousands of names, a headline of a megabyte would make
# gigabytes.
MAX_HEADLINE: Final = 500


def records(extraction: Extraction) -> dict[Topic, list[msgspec.Struct]]:
    """The records of an Extraction by topic, in its order; none when its article was canceled or is withheld."""
    reference = _reference(extraction)
    withdrawn = extraction.article.status in WITHDRAWN
    return {
        topic: [] if withdrawn else [_with_article(record, kind, reference) for record in getattr(extraction, name)]
        for topic, name, kind, _ in KINDS
    }


def publication(
    extraction: Extraction, settings: TopicSettings, *, carried: Mapping[str, bytes], offset: int, timestamp_ms: int
) -> list[list[Outgoing]]:
    """The messages of an Extraction in two steps, the version markers last, all keyed by the article's id.

    `carried` are the headers that go through. `offset` and `timestamp_ms` are those of the Kafka record that brought the
    Extraction; the time stands in for articles that do not say when they were published.
    """
    by_topic = records(extraction)
    article = extraction.article
    reference = _reference(extraction)
    key = utf8(article.id)
    headers = _headers(extraction, carried, offset, timestamp_ms)
    body = [
        Outgoing(topic.full_name(settings), key, encode(record), headers(kind, _id(record)))
        for topic, _, _, kind in KINDS
        for record in by_topic[topic]
    ]
    markers = [
        Outgoing(
            topic.full_name(settings),
            key,
            encode(_marker(by_topic[topic], reference, article.status)),
            headers(MARKER, f"{article.id}:{topic.name}", (MARKER_HEADER, utf8(article.status))),
        )
        for topic, _, _, _ in KINDS
    ]
    return [body, markers]


def current(
    extraction: Extraction, settings: TopicSettings, *, carried: Mapping[str, bytes], offset: int, timestamp_ms: int
) -> dict[Topic, dict[str, Outgoing]]:
    """For each topic that logs records, the messages of its table (`newswire.topics.CURRENT`) that hold what stands of an
    Extraction, by record id, which is also their key.
    """
    by_topic = records(extraction)
    headers = _headers(extraction, carried, offset, timestamp_ms)
    return {
        topic: {
            (id := _id(record)): Outgoing(
                CURRENT[topic].full_name(settings), utf8(id), encode(record), headers(kind, id)
            )
            for record in by_topic[topic]
        }
        for topic, _, _, kind in KINDS
    }


def _headers(
    extraction: Extraction, carried: Mapping[str, bytes], offset: int, timestamp_ms: int
) -> Callable[..., Headers]:
    """A function that gives the headers of a message by its CloudEvents type and its id, with others that it is to have."""
    article = extraction.article
    time = article.published or _rfc3339(timestamp_ms)
    model = f"{extraction.model.name} {extraction.model.version}"

    def headers(kind: str, id: str, *others: tuple[str, bytes]) -> Headers:
        return (
            *cloudevents.headers(
                kind, id=f"{id}:{article.version}:{offset}", source=SOURCE, subject=article.id, time=time
            ),
            (EXTRACTION_OFFSET, str(offset).encode()),
            (MODEL_HEADER, utf8(model)),
            *others,
            *carried.items(),
        )

    return headers


def _marker(marked: list[msgspec.Struct], reference: ArticleReference, status: str) -> VersionMarker:
    return VersionMarker(article=reference, status=status, count=len(marked), ids=[_id(record) for record in marked])


def _id(record: msgspec.Struct) -> str:
    return str(record.id)  # type: ignore[attr-defined]


def _reference(extraction: Extraction) -> ArticleReference:
    article = extraction.article
    return ArticleReference(
        id=article.id,
        version=article.version,
        published=article.published,
        source=article.source,
        url=article.url,
        embargoed_until=article.embargoed_until,
        body_sha256=article.body_sha256,
        headline=None if article.status in WITHDRAWN else article.headline and article.headline[:MAX_HEADLINE],
    )


def _with_article(record: msgspec.Struct, kind: type[msgspec.Struct], reference: ArticleReference) -> msgspec.Struct:
    fields: dict[str, Any] = {name: getattr(record, name) for name in record.__struct_fields__}
    return kind(**fields, article=reference)


def _rfc3339(timestamp_ms: int) -> str:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

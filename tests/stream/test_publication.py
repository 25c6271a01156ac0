"""What becomes of an Extraction: records and markers with CloudEvents headers."""

from __future__ import annotations

import json

import pytest

from newswire.records import (
    ArticleHead,
    Entity,
    EntityRecord,
    Extraction,
    Mention,
    Model,
    Quote,
    QuoteRecord,
    Span,
    VersionMarker,
    decode,
    encode,
)
from newswire.schemas import schemas
from newswire.settings import TopicSettings
from newswire.stream.publication import MARKER, publication, records
from newswire.topics import ENTITIES, EVENTS, QUOTES

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
WEDNESDAY = 1_700_049_600_000  # 2023-11-15T12:00:00Z


def extraction(**head: object) -> Extraction:
    given = {"id": "zürich-1", "version": 3, "status": "usable", "source": "Example Wire", "body_sha256": "00"} | head
    mention = Mention(0, 4, "Anna", "name")
    return Extraction(
        article=ArticleHead(**given),  # type: ignore[arg-type]
        entities=[Entity(id=f"e{i}", type="PERSON", name="Anna", mentions=[mention], salience=0.5) for i in range(3)],
        quotes=[Quote(id="q0", type="direct", kind="speech", text="Yes.", spans=[Span(6, 10)])],
        model=Model("en_core_web_sm", "3.8.0"),
    )


def test_each_record_is_a_message_keyed_by_the_article_and_the_markers_come_after_all_of_them() -> None:
    body, markers = publication(
        extraction(), TopicSettings(prefix="wire."), carried={}, offset=7, timestamp_ms=WEDNESDAY
    )
    assert [message.topic for message in body] == ["wire.entities"] * 3 + ["wire.quotes"]
    assert [message.topic for message in markers] == ["wire.entities", "wire.quotes", "wire.events"]
    assert {message.key for message in (*body, *markers)} == {"zürich-1".encode()}
    found = [decode(message.value or b"", VersionMarker) for message in markers]
    assert [marker.count for marker in found] == [3, 1, 0]


def test_a_marker_lists_the_ids_of_what_stands() -> None:
    body, markers = publication(extraction(), TopicSettings(), carried={}, offset=7, timestamp_ms=WEDNESDAY)
    for marker in markers:
        found = [json.loads(message.value or b"")["id"] for message in body if message.topic == marker.topic]
        assert decode(marker.value or b"", VersionMarker).ids == found
    assert decode(markers[0].value or b"", VersionMarker).ids == ["e0", "e1", "e2"]


def test_extractions_of_one_version_are_told_apart_by_their_offsets() -> None:
    """Else whoever deduplicates by `ce_id` would miss what a second extraction brings, or that it takes something back."""
    first, second, again = (
        [
            dict(message.headers)["ce_id"]
            for step in publication(extraction(), TopicSettings(), carried={}, offset=offset, timestamp_ms=0)
            for message in step
        ]
        for offset in (7, 8, 7)
    )
    assert set(first).isdisjoint(second)
    assert first == again


def test_a_record_is_that_of_the_extraction_with_its_article() -> None:
    whole = extraction()
    body, _ = publication(whole, TopicSettings(), carried={}, offset=7, timestamp_ms=WEDNESDAY)
    first, quote = decode(body[0].value or b"", EntityRecord), decode(body[3].value or b"", QuoteRecord)
    assert (first.id, first.mentions, quote.text, quote.spans) == (
        "e0",
        whole.entities[0].mentions,
        "Yes.",
        [Span(6, 10)],
    )
    assert (first.article.id, first.article.version, first.article.body_sha256) == ("zürich-1", 3, "00")
    offline = records(whole)
    assert [message.value for message in body] == [
        encode(r) for topic in (ENTITIES, QUOTES, EVENTS) for r in offline[topic]
    ]


def test_headers_are_those_of_a_cloud_event_and_a_trace_goes_through() -> None:
    carried = {"traceparent": TRACE}
    body, markers = publication(
        extraction(published="2023-11-14T08:00:00+01:00"),
        TopicSettings(),
        carried=carried,
        offset=7,
        timestamp_ms=WEDNESDAY,
    )
    assert dict(body[0].headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"e0:3:7",
        "ce_type": b"newswire.entity.v1",
        "ce_dataschema": b"urn:newswire:schema:newswire.entity.v1",
        "ce_source": b"/newswire/extract",
        "ce_subject": "zürich-1".encode(),
        "ce_time": b"2023-11-14T08:00:00+01:00",
        "content-type": b"application/json",
        "newswire-extraction-offset": b"7",
        "newswire-model": b"en_core_web_sm 3.8.0",
        "traceparent": TRACE,
    }
    named = {dict(message.headers)["ce_dataschema"].decode() for message in (*body, *markers)}
    assert named < {schema["$id"] for schema in schemas().values()}
    assert {dict(message.headers)["newswire-marker"] for message in markers} == {b"usable"}, "and on nothing else"
    assert {dict(message.headers)["ce_type"] for message in markers} == {MARKER.encode()}
    events = [(dict(m.headers)["ce_source"], dict(m.headers)["ce_id"]) for m in (*body, *markers)]
    assert len(set(events)) == len(events), "CloudEvents are told apart by source and id"


def test_without_a_time_in_the_article_that_of_the_kafka_record_is_taken() -> None:
    body, _ = publication(extraction(), TopicSettings(), carried={}, offset=7, timestamp_ms=WEDNESDAY)
    assert dict(body[0].headers)["ce_time"] == b"2023-11-15T12:00:00.000Z"


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_a_withdrawn_version_has_markers_alone(status: str) -> None:
    body, markers = publication(
        extraction(status=status, headline="Anna says yes"),
        TopicSettings(),
        carried={},
        offset=7,
        timestamp_ms=WEDNESDAY,
    )
    assert body == []
    found = [decode(message.value or b"", VersionMarker) for message in markers]
    assert [(marker.status, marker.count, marker.ids) for marker in found] == [(status, 0, [])] * 3
    assert {marker.article.headline for marker in found} == {None}


def test_a_record_repeats_the_headline_of_its_article_within_reason() -> None:
    for headline, repeated in (
        ("Anna says yes", "Anna says yes"),
        ("Yes! " * 1000, ("Yes! " * 1000)[:500]),
        (None, None),
    ):
        body, _ = publication(
            extraction(headline=headline), TopicSettings(), carried={}, offset=7, timestamp_ms=WEDNESDAY
        )
        assert decode(body[3].value or b"", QuoteRecord).article.headline == repeated

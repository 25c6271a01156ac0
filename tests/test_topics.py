"""The registry of topics says what the documentation promises."""

from __future__ import annotations

from typing import Any

import pytest

from newswire import topics
from newswire.records import RECORD_TYPES
from newswire.settings import TopicSettings
from newswire.topics import CURRENT, DEAD_LETTERS, EXTRACTIONS, RECORD_TOPICS, STORIES, TOPICS, Topic, group

DAY = 24 * 60 * 60 * 1000
MIB = 1024 * 1024


def test_every_topic_of_the_module_is_in_the_registry_once() -> None:
    defined = [found for found in vars(topics).values() if isinstance(found, Topic)]
    assert sorted(topic.name for topic in defined) == sorted(topic.name for topic in TOPICS)
    assert len({topic.name for topic in TOPICS}) == len(TOPICS) == 16


@pytest.mark.parametrize(
    ("name", "partitions", "cleanup", "retention_days", "max_mib"),
    [
        ("raw", 12, "delete", 7, 4),
        ("articles", 12, "delete", 30, 2),
        ("extractions", 12, "compact,delete", 90, 4),
        ("entities", 12, "delete", 90, 4),
        ("quotes", 12, "delete", 90, 4),
        ("events", 12, "delete", 90, 4),
        ("embargoed", 12, "delete", 90, 7),
        ("dead-letters", 3, "delete", 90, 8),
        ("heartbeats", 1, "delete", 7, 1),
        ("current.quotes", 12, "compact", None, 4),
        ("current.events", 12, "compact", None, 4),
        ("current.entities", 12, "compact", None, 4),
        ("stories", 12, "compact", None, 4),
        ("index", 1, "compact,delete", 4, 1),
        ("alerts", 1, "delete", 90, 1),
    ],
)
def test_a_topic_is_configured_as_documented(
    name: str, partitions: int, cleanup: str, retention_days: int | None, max_mib: int
) -> None:
    settings = TopicSettings()
    topic = next(topic for topic in TOPICS if topic.name == name)
    assert topic.full_name(settings) == f"news.{name}"
    assert topic.partition_count(settings) == partitions
    configuration = topic.configuration(settings)
    assert configuration["cleanup.policy"] == cleanup
    assert configuration["retention.ms"] == ("-1" if retention_days is None else str(retention_days * DAY))
    assert configuration["max.message.bytes"] == str(max_mib * MIB)
    assert configuration["compression.type"] == "gzip"


def test_the_compacted_topic_of_stories_leaves_a_week_to_see_every_version() -> None:
    assert EXTRACTIONS.configuration(TopicSettings())["min.compaction.lag.ms"] == str(7 * DAY)
    compacted = {topic.name for topic in TOPICS if "compact" in topic.cleanup}
    assert compacted == {
        *("extractions", "halts", "index", "stories"),
        *("current.quotes", "current.events", "current.entities"),
    }


def test_a_reader_of_a_table_may_be_away_for_a_week_and_still_learns_what_was_withdrawn() -> None:
    for topic in CURRENT.values():
        assert topic.configuration(TopicSettings())["delete.retention.ms"] == str(7 * DAY)


def test_a_table_is_compacted_long_before_a_gibibyte_lies_on_it() -> None:
    for topic in (*CURRENT.values(), STORIES):
        assert int(topic.configuration(TopicSettings())["segment.bytes"]) <= 64 * MIB


def test_a_dead_letter_has_room_for_the_largest_message_of_any_topic_and_its_headers() -> None:
    assert max(t.max_message_bytes for t in TOPICS if t is not DEAD_LETTERS) + MIB <= DEAD_LETTERS.max_message_bytes


def test_settings_change_prefix_partitions_and_durability() -> None:
    settings = TopicSettings(prefix="desk.", partitions=48, min_insync_replicas=2)
    assert {topic.full_name(settings).split(".")[0] for topic in TOPICS} == {"desk"}
    assert RECORD_TOPICS[0].partition_count(settings) == 48
    assert DEAD_LETTERS.partition_count(settings) == 3
    assert {topic.configuration(settings)["min.insync.replicas"] for topic in TOPICS} == {"2"}
    assert group("extract", settings) == "desk.extract"


@pytest.mark.parametrize(
    ("setting", "kept"),
    [("gzip", "gzip"), ("zstd", "zstd"), ("lz4", "lz4"), ("snappy", "snappy"), ("none", "uncompressed")],
)
def test_every_topic_keeps_the_codec_that_is_set_under_its_name_in_kafka(setting: Any, kept: str) -> None:
    settings = TopicSettings(compression=setting)
    assert {topic.configuration(settings)["compression.type"] for topic in TOPICS} == {kept}


def test_public_topics_have_a_published_record_type_and_raw_and_dead_letters_bytes() -> None:
    types = set(RECORD_TYPES.values())
    assert {topic.name for topic in TOPICS if topic.record is None} == {"raw", "dead-letters", "stories"}
    assert all(topic.record in types for topic in TOPICS if topic.public)


def test_every_topic_says_what_lies_on_it_and_under_which_key() -> None:
    assert all(topic.meaning and topic.key for topic in TOPICS)

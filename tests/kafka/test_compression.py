"""The codec of what we write is the one that is set, whichever part of ours writes it; and we read every codec of Kafka."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest
from aiokafka import AIOKafkaProducer
from kafka.record.default_records import DefaultRecordBatch

from newswire.cli.following import follow
from newswire.clients import aiokafka_options
from newswire.local.broker import LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, TopicSettings
from newswire.stream.batches import Outgoing
from newswire.stream.publisher import Publisher
from newswire.topic_admin import create_topics
from newswire.topics import ALERTS, ARTICLES, HALTS, HEARTBEATS, QUOTES, RAW, TOPICS, Topic
from tests.kafka.traffic import SEEDS, feed, messages, newswire, wait_until_through
from tests.waiting import wait_for

CODECS = get_args(TopicSettings.model_fields["compression"].annotation)

# The lowest three bits of a batch's attributes (https://kafka.apache.org/documentation/#recordbatch).
NAMES = ("none", "gzip", "snappy", "lz4", "zstd")

BAD = b'{"uri": "urn:test:bad", "version": "one"}'
EMBARGOED_STORY = (
    b'{"id": "urn:test:later", "headline": "Later", "language": "en", "embargoed_until": "2999-01-01T00:00:00Z",'
    b' "body": "\xe2\x80\x9cIt will open on Monday,\xe2\x80\x9d said Mayor Ana Delgado."}'
)
KILL = (
    b'{"id": "urn:test:kill", "source": "Nordwire", "headline": "Please kill story slugged NORWAY-FERRY", "body": "'
    + 20 * b"Note to editors: please kill story slugged NORWAY-FERRY. "
    + b'"}'
)


def codecs(settings: Settings, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The codecs of the batches that a client is given of a topic; the embedded broker keeps them as a producer sent them. A
    small batch that its codec would make larger goes without one, so none may be among them.
    """
    found: set[int] = set()
    begin = DefaultRecordBatch.__init__

    def noting(batch: Any, *arguments: Any, **named: Any) -> None:
        begin(batch, *arguments, **named)
        found.add(batch.compression_type)

    with monkeypatch.context() as patch:
        patch.setattr(DefaultRecordBatch, "__init__", noting)
        assert list(follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True))
    return {NAMES[number] for number in found}


def test_every_topic_is_in_gzip_whoever_of_us_wrote_it(
    embedded_broker: LocalBroker,
    settings_for: Callable[..., Settings],
    worker: Callable[[Settings], WorkerProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    feed(settings, [SEEDS])
    for story in (BAD, EMBARGOED_STORY, KILL):
        done = newswire(settings, ["feed", "--content-type", "application/json", "-"], story)
        assert done.returncode == 0, done.stderr.decode()
    running = worker(settings)
    wait_until_through(settings, running)
    wait_for(lambda: messages(settings, ALERTS), "the alert")
    # No agent halts here, and no feeder goes on.
    written = [topic for topic in TOPICS if topic not in (HALTS, HEARTBEATS)]
    assert [codecs(settings, topic, monkeypatch) - {"none"} for topic in written] == [{"gzip"}] * len(written)
    before = len(messages(settings, RAW))
    replayed = newswire(settings, ["dlq", "replay", "--all"])
    assert replayed.returncode == 0, replayed.stderr.decode()
    assert len(messages(settings, RAW)) > before
    assert codecs(settings, RAW, monkeypatch) - {"none"} == {"gzip"}


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_set_is_what_feeder_and_publisher_write(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings], codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(embedded_broker, topics={"compression": codec})
    create_topics(settings)
    done = newswire(settings, ["feed", "--content-type", "text/plain", "-"], b"The harbour will open on Monday. " * 99)
    assert done.returncode == 0, done.stderr.decode()
    publisher = Publisher(settings)
    await publisher.start()
    await publisher.publish([[Outgoing(QUOTES.full_name(settings.topics), b"a", b'{"text": "We stay in port"}' * 99)]])
    await publisher.stop()
    assert codecs(settings, RAW, monkeypatch) == codecs(settings, QUOTES, monkeypatch) == {codec}


async def test_messages_are_read_in_whatever_codec_others_sent_them(
    embedded_broker: LocalBroker,
    settings_for: Callable[..., Settings],
    worker: Callable[[Settings], WorkerProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for(embedded_broker, worker={"agents": ["intake"]})
    create_topics(settings)
    name = RAW.full_name(settings.topics)
    for codec in CODECS:
        compression = None if codec == "none" else codec
        async with AIOKafkaProducer(**aiokafka_options(settings.kafka), compression_type=compression) as producer:
            await producer.send_and_wait(name, b"The harbour will open on Monday. " * 99, codec.encode())
    assert codecs(settings, RAW, monkeypatch) == set(CODECS)
    shown = newswire(settings, ["tail", "raw", "--from-beginning", "--until-end"])
    assert shown.returncode == 0, shown.stderr.decode()
    assert len(shown.stdout.splitlines()) == len(CODECS)
    worker(settings)
    wait_for(lambda: len(messages(settings, ARTICLES)) == len(CODECS), "every message is an article")

"""`newswire purge`: the text of a killed story, taken off the topics as far as Kafka lets us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import click

from newswire.cli.counted import counted
from newswire.cli.following import follow
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.clients import admin, broker_errors, kafka_python_options, producer_options
from newswire.errors import BrokerError, InputError
from newswire.records import Extraction, decode
from newswire.ruling import WITHDRAWN, ruling
from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.topic_admin import check_topics
from newswire.topics import ALERTS, CURRENT, DEAD_LETTERS, EXTRACTIONS, HALTS, HEARTBEATS, RAW, STORIES, TOPICS

__all__ = ("command",)

# Topics whose keys need not be article ids: a message is the story's when its value names the id, too.
ANY_KEY: Final = (RAW, DEAD_LETTERS, ALERTS)

# Topics with nothing of a story's text. That a story was killed, the tables agent has to remember.
WITHOUT_TEXT: Final = (HALTS, HEARTBEATS, STORIES)

SEARCHED: Final = tuple(topic for topic in TOPICS if topic not in WITHOUT_TEXT)

Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message with something of the story lies."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int

    def __str__(self) -> str:
        return f"{self.topic} {self.partition}:{self.offset}"


@click.command()
@click.argument("article", metavar="ARTICLE")
@click.option("--dry-run", is_flag=True, help="Only say what lies where.")
@click.option(
    "--with-older",
    is_flag=True,
    help="Also delete every older message in the partitions where the story lies: Kafka cannot delete one alone.",
)
@pass_invocation
def command(invocation: Invocation, article: str, dry_run: bool, with_older: bool) -> None:
    """Take the text of a killed story off the topics. ARTICLE is its id.

    Kill the story first, so that subscribers let go of it. On compacted topics, purge then writes a tombstone for the story. On
    the others it deletes what it can: Kafka deletes from the start of a partition only, so the story's messages go at once where
    nothing older lies before them, or with --with-older. What remains is listed with the time when its retention ends.
    """
    settings = invocation.settings()
    policies = {state.name: state.configuration for state in check_topics(settings)}
    messages = list(_of_story(settings, article))
    _reject_unkilled(settings, article, messages)
    places = [Place(message.topic, message.partition, message.offset, message.timestamp_ms) for message in messages]
    for topic, count in sorted(_counts(places).items()):
        click.echo(f"{topic}: {counted(count, 'message')}")
    if dry_run:
        return
    compacted = {name for name, policy in policies.items() if "compact" in policy.get("cleanup.policy", "")}
    # The tables agent has written a tombstone for each record when the story was killed.
    tables = {topic.full_name(settings.topics) for topic in CURRENT.values()}
    _bury(settings, article, sorted({place.topic for place in places} & compacted - tables))
    remaining = _delete(settings, [place for place in places if place.topic not in compacted], with_older=with_older)
    for topic in sorted({place.topic for place in places} & compacted):
        newest = max(place.timestamp_ms for place in places if place.topic == topic)
        lag = int(policies[topic].get("min.compaction.lag.ms", "0"))
        click.echo(f"{topic}: a tombstone takes the story out when the broker compacts, from {_time(newest + lag)} on")
    for place in remaining:
        click.echo(f"{place} remains {_until(place, policies[place.topic])}")
    if not remaining:
        click.echo("Nothing remains on the other topics.")


def _of_story(settings: Settings, article: str) -> Iterator[ConsumedMessage]:
    """Every message that lies on a topic now and has the story's id as its key, or, where keys are anything, in its value."""
    key = article.encode("utf-8", "surrogatepass")
    any_key = {topic.full_name(settings.topics) for topic in ANY_KEY}
    tables = {topic.full_name(settings.topics) for topic in CURRENT.values()}
    names = [topic.full_name(settings.topics) for topic in SEARCHED]
    for message in follow(settings, names, from_beginning=True, until_end=True):
        if message.value is None:
            continue
        subject = message.header("ce_subject") if message.topic in tables else message.key
        if subject == key or (message.topic in any_key and key in message.value):
            yield message


def _reject_unkilled(settings: Settings, article: str, messages: Sequence[ConsumedMessage]) -> None:
    if not messages:
        raise InputError(
            f"No topic holds anything of {article}", "`newswire tail articles --from-beginning` shows the ids there are"
        )
    topic = EXTRACTIONS.full_name(settings.topics)
    found = [
        (ruling(head.version, head.status, message.offset), head)
        for message in messages
        if message.topic == topic and (head := decode(message.value or b"", Extraction).article)
    ]
    _, newest = max(found, key=lambda one: one[0], default=(None, None))
    if newest is not None and newest.status not in WITHDRAWN:
        raise InputError(
            f"{article} is {newest.status} in its newest version, {newest.version}: subscribers hold its records",
            "Feed a higher version with status canceled first, wait until it is through (newswire lag), then purge",
        )


def _bury(settings: Settings, article: str, topics: Iterable[str]) -> None:
    """A tombstone on each of the topics. Raises BrokerError."""
    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    with broker_errors(settings.kafka):
        producer = KafkaProducer(**kafka_python_options(settings.kafka), **producer_options(settings.topics))
        try:
            for topic in topics:
                producer.send(topic, key=article.encode("utf-8", "surrogatepass"), value=None).get(
                    timeout=settings.kafka.request_timeout
                )
        except KafkaError as error:
            raise BrokerError(
                f"The tombstones of {article} were not confirmed: {error}",
                "Run it again; a second tombstone is harmless",
            ) from None
        finally:
            producer.close(timeout=settings.kafka.request_timeout)


def _delete(settings: Settings, places: Sequence[Place], *, with_older: bool) -> list[Place]:
    """Deletes what lies at the start of its partition, and what is older with it where that is wanted; the places that remain."""
    from kafka import TopicPartition

    by_partition: defaultdict[Partition, list[Place]] = defaultdict(list)
    for place in places:
        by_partition[place.topic, place.partition].append(place)
    with admin(settings.kafka) as client:
        partitions = [TopicPartition(*partition) for partition in by_partition]
        starts = _starts(settings, partitions)
        ends: dict[Partition, int] = {}
        for partition, found in by_partition.items():
            offsets = [place.offset for place in found]
            end = max(offsets) + 1 if with_older else _end_of_run(offsets, starts[partition])
            if end > starts[partition]:
                ends[partition] = end
        if ends:
            client.delete_records({TopicPartition(*partition): end for partition, end in ends.items()})
    for (topic, number), end in sorted(ends.items()):
        story = sum(place.offset < end for place in by_partition[topic, number])
        others = end - starts[topic, number] - story
        along = f", and {counted(others, 'older message')} with them" if others else ""
        click.echo(f"{topic} partition {number}: deleted {counted(story, 'message')} of the story{along}")
    return [place for place in places if place.offset >= ends.get((place.topic, place.partition), 0)]


def _starts(settings: Settings, partitions: Sequence[tuple[str, int]]) -> Mapping[Partition, int]:
    from kafka import KafkaConsumer

    with broker_errors(settings.kafka):
        consumer = KafkaConsumer(**kafka_python_options(settings.kafka), group_id=None)
        try:
            found = consumer.beginning_offsets(list(partitions))
        finally:
            consumer.close()
    return {(partition.topic, partition.partition): offset for partition, offset in found.items()}


def _end_of_run(offsets: Iterable[int], start: int) -> int:
    """The offset behind the messages that lie one after the other from the start on."""
    for offset in sorted(offsets):
        if offset != start:
            break
        start += 1
    return start


def _counts(places: Iterable[Place]) -> dict[str, int]:
    counts: defaultdict[str, int] = defaultdict(int)
    for place in places:
        counts[place.topic] += 1
    return counts


def _until(place: Place, configuration: Mapping[str, str]) -> str:
    retention = int(configuration.get("retention.ms", "-1"))
    if retention < 0:
        return "without end: the topic has no retention"
    return f"until about {_time(place.timestamp_ms + retention)}"


def _time(timestamp_ms: int) -> str:
    return f"{datetime.fromtimestamp(timestamp_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"

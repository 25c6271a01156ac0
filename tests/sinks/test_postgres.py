"""Tables in a real PostgreSQL: exactly what stands, whatever came how often and whenever the sink was killed."""

from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from newswire.errors import DatabaseError
from newswire.local.broker import LocalBroker
from newswire.records import Extraction
from newswire.settings import Settings
from newswire.sinks import postgres
from newswire.sinks.postgres import Message, database
from newswire.subscribe.stories import Stories
from newswire.topic_admin import create_topics
from newswire.topics import QUOTES, RECORD_TOPICS
from tests.cli.kafka import extraction, publish
from tests.postgres import running_postgres
from tests.subscribe.messages import messages_of, story

pytestmark = pytest.mark.slow  # starts a PostgreSQL


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture
def schema() -> str:
    return f"s{uuid.uuid4().hex[:10]}"


def rows(url: str, query: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def applied(url: str, schema: str, *found: tuple[Extraction, int], again: bool = False) -> list[tuple[str, int, str]]:
    """What the table of quotes holds once the messages of Extractions at these offsets are worked in, each in a batch."""
    messages = [message for one, offset in found for message in messages_of(one, offset)]
    with database(url, schema, [QUOTES]) as tables:
        for offset, (value, headers) in enumerate(messages):
            tables.apply(QUOTES, "news.quotes", [Message(0, offset, value, headers)])
    return sorted(rows(url, f"SELECT id, article_version, speaker FROM {schema}.quotes"))


V1 = story(1, [("p", "Mina Holt"), ("q", "Otto Lind")])
V2 = story(2, [("p", "Mina Holm"), ("r", "Ida Berg")])
KILL = story(3, [], status="canceled")


def test_a_newer_version_takes_the_place_of_the_records_before(address: str, schema: str) -> None:
    assert applied(address, schema, (V1, 0), (V2, 1)) == [("p", 2, "Mina Holm"), ("r", 2, "Ida Berg")]


def test_a_kill_empties_the_table_and_what_comes_late_does_not_fill_it(address: str, schema: str) -> None:
    assert applied(address, schema, (V1, 0), (V2, 1), (KILL, 2), (V1, 0), (V2, 1)) == []


def test_an_older_version_that_comes_late_and_what_comes_twice_change_nothing(address: str, schema: str) -> None:
    expected = [("p", 2, "Mina Holm"), ("r", 2, "Ida Berg")]
    assert applied(address, schema, (V2, 1), (V1, 0), (V2, 1), (V2, 1)) == expected


def test_a_version_after_a_kill_revives_the_story(address: str, schema: str) -> None:
    assert applied(address, schema, (KILL, 2), (story(4, [("p", "Mina Holt")]), 3)) == [("p", 4, "Mina Holt")]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_order_and_the_batches_the_table_is_what_a_subscriber_holds(
    address: str, schema: str, seed: int
) -> None:
    chance = random.Random(seed)
    told = [(one, offset) for offset, one in enumerate([V1, V2, KILL, story(2, [("s", "Ann")], id="b"), V1])]
    messages = [message for one, offset in told for message in messages_of(one, offset)]
    messages += chance.sample(messages, len(messages) // 2)
    chance.shuffle(messages)
    stories = Stories()
    with database(address, schema, [QUOTES]) as tables:
        while messages:
            batch = [messages.pop() for _ in range(min(len(messages), chance.randint(1, 4)))]
            tables.apply(QUOTES, "news.quotes", [Message(0, 0, value, headers) for value, headers in batch])
            for value, headers in batch:
                stories.take(value, headers)
            held = sorted((record.id, record.article.version) for record in stories.standing())
            assert sorted(rows(address, f"SELECT id, article_version FROM {schema}.quotes")) == held


def test_what_cannot_be_read_is_passed_over_and_the_offset_moves_on(address: str, schema: str) -> None:
    with database(address, schema, [QUOTES]) as tables:
        good = [Message(0, 3, value, headers) for value, headers in messages_of(V1, 0)]
        bad = [Message(0, 4, b"{", {"ce_type": b"newswire.quote.v1"}), Message(0, 5, None, {})]
        tables.apply(QUOTES, "news.quotes", [*good, *bad])
        assert tables.offsets("news.quotes") == {0: 6}
    assert len(rows(address, f"SELECT id FROM {schema}.quotes")) == 2


def test_a_batch_that_fails_changes_neither_tables_nor_offsets(
    address: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(address, schema, [QUOTES]) as tables:
        messages = [Message(0, number, *message) for number, message in enumerate(messages_of(V1, 0))]
        monkeypatch.setattr(postgres, "_text", lambda text: f"{text}\0")
        with pytest.raises(Exception, match="NUL"):
            tables.apply(QUOTES, "news.quotes", messages)
        assert tables.offsets("news.quotes") == {}
    assert rows(address, f"SELECT id FROM {schema}.quotes") == []


def test_a_second_sink_on_the_same_tables_is_refused(
    address: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_PATIENCE", 0.1)
    with (
        database(address, schema, [QUOTES]),
        pytest.raises(DatabaseError, match="Another sink writes to the schema"),
        database(address, schema, [QUOTES]),
    ):
        pass


def test_tables_of_an_earlier_release_get_the_columns_that_they_lack(address: str, schema: str) -> None:
    with database(address, schema, [QUOTES]):
        pass
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"ALTER TABLE {schema}.quotes DROP COLUMN stance")
    with database(address, schema, [QUOTES]):
        pass
    assert rows(address, f"SELECT stance FROM {schema}.quotes") == []


def command(url: str, schema: str, settings: Settings, *more: str) -> list[str]:
    place = ["--servers", settings.kafka.servers, "--prefix", settings.topics.prefix, "--schema", schema]
    return [sys.executable, "-m", "newswire", "sink", url, *place, *more]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://127.0.0.1/news", "'mysql' is no database that there is a sink for. Write postgres://"),
        ("postgres://127.0.0.1:1/news", "PostgreSQL does not do its part: connection failed"),
        ("postgres://127.0.0.1/news?colour=red", "The address of the database cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(url: str, said: str) -> None:
    line = [sys.executable, "-m", "newswire", "sink", url, "--set", "log_format=text"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def topics(embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]) -> Settings:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    return settings


def test_all_three_tables_hold_what_stands_on_the_topics(address: str, schema: str, topics: Settings) -> None:
    publish(
        topics, extraction("a"), extraction("b", speaker="Otto Lind"), extraction("b", version=2, status="canceled")
    )
    for _ in range(2):  # the second time there is nothing to do
        done = subprocess.run(
            command(address, schema, topics, "--until-end"), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        for topic in RECORD_TOPICS:
            assert rows(address, f"SELECT article_id FROM {schema}.{topic.name}") == [("a",)]
    assert rows(address, f"SELECT speaker, published FROM {schema}.quotes") == [("Mina Holt", None)]


def test_a_topic_that_was_made_anew_is_refused(address: str, schema: str, topics: Settings) -> None:
    with database(address, schema, RECORD_TOPICS):
        pass
    name = QUOTES.full_name(topics.topics)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"INSERT INTO {schema}.offsets VALUES ('{name}', 0, 99)")
    done = subprocess.run(command(address, schema, topics, "--until-end"), capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert re.search(rf"{re.escape(name)}/0 ends at 0, and the tables are at 99: the topic was made anew", done.stderr)


def test_kill_9_at_any_moment_leaves_the_tables_exact(address: str, schema: str, topics: Settings) -> None:
    """After each kill the table is what the messages before its offsets make, and in the end what all of them make."""
    chance = random.Random(7)
    history = [
        extraction(f"story-{chance.randrange(20)}", speaker=f"Speaker {number % 7}", version=number + 1,
                   status="canceled" if chance.random() < 0.2 else "usable")
        for number in range(150)
    ]  # fmt: skip
    feeding = threading.Thread(target=publish, args=(topics, *history))
    feeding.start()
    kills = 0
    while feeding.is_alive() or kills < 5:
        sink = subprocess.Popen(command(address, schema, topics), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(1.0, 4.0))
        sink.send_signal(signal.SIGKILL)
        sink.wait()
        kills += 1
        assert _quotes_of(address, schema) == _expected(address, schema, topics)
    feeding.join()
    last = subprocess.run(command(address, schema, topics, "--until-end"), capture_output=True, text=True, timeout=120)
    assert last.returncode == 0, last.stderr
    found = _quotes_of(address, schema)
    newest = {one.article.id: one for one in history}
    assert found == sorted(
        (f"{id}-q", one.article.version) for id, one in newest.items() if one.article.status == "usable"
    )


def _quotes_of(url: str, schema: str) -> list[tuple[str, int]]:
    if rows(url, f"SELECT to_regclass('{schema}.quotes')") == [(None,)]:
        return []
    return sorted(rows(url, f"SELECT id, article_version FROM {schema}.quotes"))


def _expected(url: str, schema: str, settings: Settings) -> list[tuple[str, int]]:
    """What the messages before the offsets in the table make, read anew from the broker."""
    from kafka import KafkaConsumer, TopicPartition

    if rows(url, f"SELECT to_regclass('{schema}.offsets')") == [(None,)]:
        return []
    name = QUOTES.full_name(settings.topics)
    offsets = dict(rows(url, f"SELECT partition, next_offset FROM {schema}.offsets WHERE topic = '{name}'"))
    stories: dict[int, Stories] = {number: Stories() for number in offsets}
    with KafkaConsumer(bootstrap_servers=settings.kafka.servers, auto_offset_reset="earliest") as consumer:
        places = [TopicPartition(name, number) for number in offsets]
        consumer.assign(places)
        while any(consumer.position(place) < offsets[place.partition] for place in places):
            for place, records in consumer.poll(timeout_ms=200).items():
                for record in records:
                    if record.offset < offsets[place.partition]:
                        stories[place.partition].take(record.value, dict(record.headers))
    return sorted((record.id, record.article.version) for one in stories.values() for record in one.standing())

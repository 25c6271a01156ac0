"""The whole gateway on a real broker: what stands in Kafka stands in HTTP, whatever is killed."""

from __future__ import annotations

import itertools
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests
from kafka import KafkaProducer

from newswire.clients import admin, kafka_python_options
from newswire.gateway.schema import FILE, open_reader, open_writer
from newswire.local.broker import LocalBroker
from newswire.settings import Settings, child_environment
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES, CURRENT_QUOTES
from tests.gateway.process import GatewayProcess, put
from tests.gateway.records import article, quote
from tests.waiting import wait_for


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings for each broker in turn, and the topics on it."""
    create_topics(settings)
    return settings


@pytest.fixture
def producer(settings: Settings) -> Iterator[Any]:
    with KafkaProducer(**kafka_python_options(settings.kafka), acks="all") as producer:
        yield producer


@pytest.fixture
def gateway(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], GatewayProcess]]:
    """Starts a gateway, which ends with the test."""
    started: list[GatewayProcess] = []

    def start() -> GatewayProcess:
        one = GatewayProcess(settings, tmp_path / "gateway.log")
        started.append(one)
        one.start()
        return one

    yield start
    for one in started:
        one.kill()


def test_what_stands_is_served_and_what_changes_is_told(
    settings: Settings, producer: Any, gateway: Callable[[], GatewayProcess]
) -> None:
    for id in ("p", "q", "r"):
        put(producer, settings, CURRENT_QUOTES, id, quote(id))
    put(producer, settings, CURRENT_QUOTES, "q", None)
    put(producer, settings, ARTICLES, "a", article("a"))
    put(producer, settings, ARTICLES, "b", article("b"))
    put(producer, settings, ARTICLES, "b", article("b", version=2, status="canceled", body=""))
    producer.flush()
    running = gateway()
    assert running.get("/records/p") == orjson.loads(quote("p"))
    assert "error" in running.get("/records/q")
    assert running.get("/articles/a") == orjson.loads(article("a"))
    assert "error" in running.get("/articles/b")
    assert {one["record"]["id"] for one in running.get("/search?q=port")["results"]} == {"p", "r", "a"}
    events = running.follow("/stream/quotes?since=1h&speaker=Holt")
    assert {(name, said["id"]) for name, _, said in itertools.islice(events, 2)} == {("added", "p"), ("added", "r")}
    articles = running.follow("/stream/articles?since=1h")
    assert next(articles)[2]["id"] == "a"
    began = time.monotonic()
    put(producer, settings, CURRENT_QUOTES, "p", quote("p", "Ida Holt"))
    assert next(events)[2] == orjson.loads(quote("p", "Ida Holt"))
    assert time.monotonic() - began < 10
    put(producer, settings, CURRENT_QUOTES, "p", None)
    assert next(events)[::2] == ("withdrawn", {"id": "p", "article": "story-p"})
    put(producer, settings, ARTICLES, "a", article("a", version=2, status="canceled", body=""))
    assert next(articles)[::2] == ("withdrawn", {"id": "a", "article": "a"})
    assert 'newswire_gateway_changes_total{change="withdrawn",stream="quotes"} 1.0' in metrics_of(running)
    assert running.stop() == 0


def metrics_of(running: GatewayProcess) -> str:
    return requests.get(f"{running.url}/metrics", timeout=30).text


def test_a_batch_that_is_taken_back_is_never_told(settings: Settings, gateway: Callable[[], GatewayProcess]) -> None:
    """The tables agent writes in transactions."""
    running = gateway()
    events = running.follow("/stream/quotes?since=1h")
    options = kafka_python_options(settings.kafka) | {"transactional_id": f"{settings.topics.prefix}test"}
    with KafkaProducer(**options) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        put(producer, settings, CURRENT_QUOTES, "p", quote("p"))
        producer.flush()
        producer.abort_transaction()
        producer.begin_transaction()
        put(producer, settings, CURRENT_QUOTES, "q", quote("q"))
        producer.commit_transaction()
    assert next(events)[2]["id"] == "q"
    wait_for(lambda: running.get("/readyz")["checks"]["topics"]["detail"] == "0 messages behind", "it is through")
    assert "error" in running.get("/records/p")


@pytest.mark.slow
def test_kill_9_loses_and_repeats_nothing(
    settings: Settings, producer: Any, gateway: Callable[[], GatewayProcess], tmp_path: Path
) -> None:
    """Kills while messages come; the client comes back each time with the last id that it has seen."""
    rng = random.Random(9)
    table: dict[str, bytes] = {}
    ended = threading.Event()

    def produce() -> None:
        for number in range(1200):
            id = f"q{rng.randrange(200)}"
            value = None if rng.random() < 0.25 else quote(id, text=f"text {number}")
            table.pop(id, None)
            if value is not None:
                table[id] = value
            put(producer, settings, CURRENT_QUOTES, id, value)
            time.sleep(0.005)
        table["last"] = quote("last")
        put(producer, settings, CURRENT_QUOTES, "last", table["last"])
        producer.flush()
        ended.set()

    running = gateway()
    thread = threading.Thread(target=produce)
    thread.start()
    held: dict[str, Any] = {}
    told: list[str] = []
    kills, last = 0, ""
    through = False
    while not through:
        for name, id, said in running.follow("/stream/quotes?since=1h", last):
            assert name != "reset"
            told.append(id)
            last = id
            if name == "withdrawn":
                held.pop(said["id"], None)
            else:
                held[said["id"]] = said
            if kills < 4 and len(told) > 150 * (kills + 1):
                kills += 1
                running.kill()
            # Partitions have no order among them: what came last is not told last.
            if ended.is_set() and held == {key: orjson.loads(value) for key, value in table.items()}:
                through = True
                break
        if not through:
            running.start()
    thread.join()
    assert kills == 4
    assert len(told) == len(set(told))
    connection = open_reader(settings.gateway.data_dir)
    rows = connection.execute("SELECT count(*), count(DISTINCT partition || ':' || offset) FROM journal").fetchone()
    connection.close()
    assert rows[0] == rows[1]


def test_a_store_that_was_away_for_longer_than_tombstones_last_is_made_anew(
    settings: Settings, producer: Any, gateway: Callable[[], GatewayProcess]
) -> None:
    put(producer, settings, CURRENT_QUOTES, "p", quote("p"))
    producer.flush()
    running = gateway()
    assert running.stop() == 0
    connection = open_writer(settings.gateway.data_dir)
    connection.execute("UPDATE moments SET time = time - 8 * 86400000")
    connection.execute("INSERT INTO records VALUES (999, 'quotes', 'gone', 0, 0, 9e12, 0, ?)", (quote("gone"),))
    connection.close()
    running.start()
    assert "it was read last 8 days ago" in running.log.read_text()
    assert "error" in running.get("/records/gone")
    assert running.get("/records/p") == orjson.loads(quote("p"))


@pytest.mark.parametrize("count", [1, 60], ids=["with fewer messages", "with more messages"])
def test_a_topic_that_was_made_anew_is_read_anew(
    settings: Settings, producer: Any, gateway: Callable[[], GatewayProcess], count: int
) -> None:
    for number in range(20):
        put(producer, settings, CURRENT_QUOTES, f"q{number}", quote(f"q{number}"))
    producer.flush()
    running = gateway()
    last = [id for _, id, _ in itertools.islice(running.follow("/stream/quotes?since=1h"), 20)][-1]
    assert running.stop() == 0
    with admin(settings.kafka) as client:
        client.delete_topics([CURRENT_QUOTES.full_name(settings.topics)])
    create_topics(settings)
    # Of the old topic the old producer has counted what it sent.
    with KafkaProducer(**kafka_python_options(settings.kafka), acks="all") as fresh:
        for number in range(count):
            put(fresh, settings, CURRENT_QUOTES, f"p{number}", quote(f"p{number}"))
    running.start()
    wanted = {f"p{number}" for number in range(count)}
    assert {one["record"]["id"] for one in running.get("/search?in=quotes&limit=200")["results"]} == wanted
    events = itertools.islice(running.follow("/stream/quotes", last), 1 + count)
    assert next(events)[0] == "reset"
    assert {said["id"] for _, _, said in events} == wanted


def fails(settings: Settings) -> str:
    command = [sys.executable, "-P", "-m", "newswire", "gateway"]
    done = subprocess.run(
        command, env=child_environment(settings), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_what_keeps_it_from_starting_is_named(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = settings_for(embedded_broker, kafka={"request_timeout": 3.0})
    assert "Missing topic" in fails(settings)
    open_to_all = settings_for(embedded_broker, gateway={"host": "0.0.0.0"})
    assert "there is no gateway.token" in fails(open_to_all)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        away = settings_for(embedded_broker, kafka={"servers": address, "request_timeout": 2.0})
        assert f"No broker answers at {address}" in fails(away)


def test_two_gateways_do_not_share_a_store(settings: Settings, gateway: Callable[[], GatewayProcess]) -> None:
    gateway()
    assert (settings.gateway.data_dir / FILE).exists()
    assert "Another gateway uses" in fails(settings)

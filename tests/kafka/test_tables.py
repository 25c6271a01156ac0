"""The tables agent on real brokers: what an independent consumer of the tables holds is what the newest versions say."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable

import pytest
from kafka import KafkaProducer

from newswire.clients import kafka_python_options
from newswire.lag import group_lags
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.records import Extraction, encode
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import CURRENT, CURRENT_ENTITIES, EXTRACTIONS, STORIES
from tests.chaos.consumer import holdings
from tests.kafka.traffic import messages, newswire
from tests.stream.table_world import extraction
from tests.waiting import wait_for

StartWorker = Callable[[Settings], WorkerProcess]


@pytest.fixture
def make_settings(settings_for: Callable[..., Settings]) -> Callable[[LocalBroker], Settings]:
    def make(broker: LocalBroker) -> Settings:
        # A killed worker's partitions are free after its session, on the embedded broker after the rebalance timeout.
        settings = settings_for(
            broker,
            kafka={"session_timeout": 6.0, "heartbeat_interval": 1.0, "rebalance_timeout": 8.0},
            worker={"agents": "tables", "drain_deadline": 5.0},
        )
        create_topics(settings)
        return settings

    return make


def send(settings: Settings, *made: Extraction) -> None:
    producer = KafkaProducer(**kafka_python_options(settings.kafka), acks="all")
    for one in made:
        producer.send(EXTRACTIONS.full_name(settings.topics), key=one.article.id.encode(), value=encode(one))
    producer.flush()
    producer.close()


def through(settings: Settings) -> bool:
    [entry] = [entry for entry in group_lags(settings) if entry.agent == "tables"]
    return not entry.lag and all(one.committed is not None for one in entry.partitions if one.end)


def wait_until_through(settings: Settings, worker: WorkerProcess) -> None:
    def done() -> bool:
        assert worker.status is None, worker.log and worker.log.read_text()
        return through(settings)

    wait_for(done, "the tables are at the end", 120.0)


def held(settings: Settings) -> dict[str, str]:
    """What stands, by an independent consumer: names by record id."""
    found = holdings(settings.kafka.servers, CURRENT_ENTITIES.full_name(settings.topics))
    return {id[0]: str(record["name"]) for id, record in found.items()}


def test_the_tables_hold_what_the_newest_versions_say_and_forget_what_was_withdrawn(
    broker: LocalBroker, make_settings: Callable[[LocalBroker], Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker)
    running = worker(settings)
    send(
        settings,
        extraction("x", 1, "ab"),
        extraction("x", 2, "bc", model="large"),
        extraction("y", 1, "d"),
        extraction("y", 2, "", status="canceled"),
        extraction("y", 1, "d"),
        extraction("z", 2, "", status="canceled"),
        extraction("z", 1, "e"),
    )
    wait_until_through(settings, running)
    assert held(settings) == {"b": "b by large", "c": "c by large"}
    tail = newswire(settings, ["tail", "current.entities", "--from-beginning", "--until-end"]).stdout.decode()
    assert "by large" in tail
    assert "withdrawn" in tail
    lag = newswire(settings, ["lag"]).stdout.decode()
    assert "tables" in lag
    assert running.stop() == 0


def test_what_stands_of_a_story_is_in_the_partition_of_its_extractions(
    embedded_broker: LocalBroker, make_settings: Callable[[LocalBroker], Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    running = worker(settings)
    for n in range(8):
        send(settings, extraction(f"story-{n}", 1, f"{n}abc"), extraction(f"story-{n}", 2, f"{n}ab"))
    wait_until_through(settings, running)
    home = {message.key: message.partition for message in messages(settings, EXTRACTIONS)}
    found = messages(settings, CURRENT_ENTITIES)
    assert len({message.partition for message in found}) > 1
    for message in found:
        assert message.partition == home[message.header("ce_subject") or b""]
    assert running.stop() == 0


@pytest.mark.xdist_group("apache")
def test_kill_9_at_any_time_leaves_nothing_out_and_nothing_over(
    apache_broker: LocalBroker, make_settings: Callable[[LocalBroker], Settings], worker: StartWorker
) -> None:
    """On Apache Kafka alone: the embedded broker never gives the partitions of a member that died to another one."""
    _kill_9(make_settings(apache_broker), worker, lambda: None)


def test_a_power_failure_leaves_nothing_out_and_nothing_over(
    make_settings: Callable[[LocalBroker], Settings], worker: StartWorker
) -> None:
    """Worker and broker are killed together, in the middle of a transaction where it so happens."""
    with EmbeddedBroker() as broker:

        def fail() -> None:
            broker.kill()
            broker.start()

        _kill_9(make_settings(broker), worker, fail)


def _kill_9(settings: Settings, worker: StartWorker, fail: Callable[[], None]) -> None:
    """Six versions of sixteen stories, the last of some a kill; the worker is killed while it works on the second and the
    fourth.
    """
    rng = random.Random(5)
    names = "0123456789abcdef"
    newest: dict[str, str] = {}
    running = worker(settings)
    for version in range(1, 7):
        before = len(messages(settings, STORIES))
        history = []
        for number, name in enumerate(names):
            story = f"story-{number}"
            killed = version == 6 and number % 3 == 0
            newest[name] = "" if killed else rng.choice(("", f"model {version}"))
            records, status = name if newest[name] else "", "canceled" if killed else "usable"
            history.append(extraction(story, version, records, model=newest[name] or "none", status=status))
        send(settings, *history)
        if version in (2, 4):
            wait_for(lambda least=before: len(messages(settings, STORIES)) > least, "the first states", 120.0)
            running.kill()
            fail()
            running = worker(settings)
    wait_until_through(settings, running)
    assert held(settings) == {name: f"{name} by {model}" for name, model in newest.items() if model}


@pytest.mark.xdist_group("apache")
def test_a_worker_that_stood_still_beyond_its_session_puts_nothing_back(
    apache_broker: LocalBroker, make_settings: Callable[[LocalBroker], Settings], worker: StartWorker
) -> None:
    settings = make_settings(apache_broker)
    frozen = worker(settings)
    send(settings, *(extraction(f"story-{name}", 1, name) for name in "0123456789abcdef"))
    wait_until_through(settings, frozen)
    send(settings, *(extraction(f"story-{name}", 2, name, model="large") for name in "0123456789abcdef"))
    frozen.signal(signal.SIGSTOP)
    heir = worker(settings)
    send(settings, *(extraction(f"story-{name}", 3, "", status="canceled") for name in "01234567"))
    wait_until_through(settings, heir)
    frozen.signal(signal.SIGCONT)
    send(settings, *(extraction(f"story-{name}", 3, "", status="withheld") for name in "89ab"))
    wait_until_through(settings, heir)
    assert set(held(settings)) == set("cdef")
    assert frozen.stop() == 0


def test_every_table_exists_with_the_policy_that_upserts_need(
    embedded_broker: LocalBroker, make_settings: Callable[[LocalBroker], Settings]
) -> None:
    settings = make_settings(embedded_broker)
    shown = newswire(settings, ["topics", "check"])
    assert shown.returncode == 0, shown.stderr
    assert all(topic.cleanup == "compact" for topic in (*CURRENT.values(), STORIES))

"""What a worker does when it is stopped, killed, or given something that it cannot process.

The workers are real processes on a real broker with a real pool; only the extraction is that of `tests.stream.hostile`,
which is quick, and dies or hangs where an article says so.
"""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from kafka import KafkaProducer
from kafka.partitioner.default import murmur2

from newswire import __version__
from newswire.clients import kafka_python_options
from newswire.lag import group_lags
from newswire.local.apache import ApacheKafka, missing_programs
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.records import Article, Extraction, VersionMarker, decode, encode
from newswire.settings import Settings, child_environment
from newswire.stream.message import ConsumedMessage
from newswire.topic_admin import create_topics
from newswire.topics import (
    ARTICLES,
    DEAD_LETTERS,
    EMBARGOED,
    EXTRACTIONS,
    PUBLIC_TOPICS,
    QUOTES,
    RAW,
    RECORD_TOPICS,
    Topic,
)
from newswire.web.metrics import REGISTRY
from tests.kafka.traffic import messages, newswire, wait_until_through
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
HOSTILE = "tests.stream.hostile:HostileTasks"
TRACE = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")

StartWorker = Callable[[Settings], WorkerProcess]


@pytest.fixture(autouse=True)
def _tests_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def make_settings(settings_for: Callable[..., Settings]) -> Callable[..., Settings]:
    """Settings for hostile workers on a broker, with the topics made."""

    def make(broker: LocalBroker, *, deaths: bool = False, **groups: dict[str, object]) -> Settings:
        if deaths:
            # A killed worker's partitions are free after its session, on the embedded broker after the rebalance timeout.
            timeouts: dict[str, object] = {"session_timeout": 6.0, "heartbeat_interval": 1.0, "rebalance_timeout": 12.0}
            groups["kafka"] = timeouts | groups.get("kafka", {})
            groups["worker"] = {"drain_deadline": 10.0} | groups.get("worker", {})
        groups["pool"] = {"tasks": HOSTILE, "processes": 2, "task_deadline": 20.0} | groups.get("pool", {})
        settings = settings_for(broker, **groups)
        create_topics(settings)
        return settings

    return make


def article(id: str, headline: str | None = None, **given: Any) -> Article:
    return Article(**({"id": id, "body": "Text.", "headline": headline} | given))


def send(
    settings: Settings, topic: Topic, sent: Iterable[Article | tuple[bytes, bytes, Sequence[tuple[str, bytes]]]]
) -> None:
    producer = KafkaProducer(**kafka_python_options(settings.kafka), max_request_size=8 * 1024 * 1024)
    for item in sent:
        key, value, headers = (item.id.encode(), encode(item), ()) if isinstance(item, Article) else item
        producer.send(topic.full_name(settings.topics), value, key=key, headers=list(headers))
    producer.flush()
    producer.close()


def ids(found: Iterable[ConsumedMessage]) -> list[str]:
    return [(message.key or b"").decode() for message in found]


def headers(letter: ConsumedMessage) -> dict[str, str]:
    return {name: value.decode() for name, value in letter.headers}


def kind(message: ConsumedMessage) -> str:
    """What a message of the embargoed topic is."""
    return (message.header("newswire-embargo") or b"").decode()


def public(settings: Settings, id: str) -> list[ConsumedMessage]:
    """Everything that anybody may read of a story."""
    return [message for topic in PUBLIC_TOPICS for message in messages(settings, topic) if message.key == id.encode()]


def keys_of_two_partitions(settings: Settings) -> tuple[str, str]:
    """Two keys that lie in partitions of their own."""
    of = {(murmur2(f"k{i}".encode()) & 0x7FFFFFFF) % 2: f"k{i}" for i in range(20)}
    return of[0], of[1]


def wait_until_halted(running: WorkerProcess) -> WorkerProcess:
    wait_for(lambda: b"halted at" in log(running), "the halt")
    wait_for(lambda: "articles/0" in unready(f"{address(running)}"), "the worker to say that it has halted")
    return running


def unready(url: str) -> str:
    """The checks that fail, by name."""
    checks = json.loads(get(f"{url}/readyz")[1])["checks"]
    return " ".join(name for name, check in checks.items() if check["status"] != "pass")


def some_but_not_all(settings: Settings, topic: Topic, all_of_them: int) -> None:
    """Waits until work is under way, and fails when none is left: what follows would prove nothing."""
    found = wait_for(lambda: messages(settings, topic), f"the first message on {topic.name}")
    assert len(found) < all_of_them / 2, "too quick for this test"


# ---- how it ends


def test_sigterm_lets_what_is_in_flight_through_and_repeats_nothing(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker)
    count = 240
    send(settings, RAW, (article(f"a{i}", "sleep 0.02") for i in range(count)))
    for _ in range(2):
        running = worker(settings)
        done = len(messages(settings, EXTRACTIONS))
        wait_for(lambda least=done: len(messages(settings, EXTRACTIONS)) > least, "further extractions")
        began = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - began < settings.worker.drain_deadline
    assert len(messages(settings, EXTRACTIONS)) < count, "too quick for this test"
    wait_until_through(settings, worker(settings))
    for topic in (ARTICLES, EXTRACTIONS, QUOTES):
        assert Counter(ids(messages(settings, topic))) == Counter(f"a{i}" for i in range(count))


def test_everything_that_a_worker_writes_is_json_its_end_and_what_its_processes_write_included(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker, tmp_path: Path
) -> None:
    settings = make_settings(embedded_broker)
    running = worker(settings)
    wait_for(lambda: b"Ready" in log(running), "the worker to be ready")
    gate = tmp_path / "gate"
    send(settings, ARTICLES, [article("loud", "write malloc(): corrupted")])
    wait_for(lambda: b"malloc(): corrupted" in log(running), "what a process of the pool wrote")
    wait_until_through(settings, running)
    send(settings, ARTICLES, [article("held", f"wait-for {gate}")])
    wait_for(lambda: figures(running).get('newswire_in_flight{agent="extract"}') == 1, "the other to be in work")
    running.signal(signal.SIGTERM)
    wait_for(lambda: b"SIGTERM" in log(running), "the line on the stop")
    gate.touch()
    assert running.wait(150) == 0
    lines = [json.loads(line) for line in log(running).splitlines()]
    [asked] = [line for line in lines if "SIGTERM" in line["message"]]
    assert asked["message"] == "SIGTERM: the worker stops; in flight are extract 1"
    assert asked["in_flight"] == {"intake": 0, "notices": 0, "extract": 1, "publish": 0, "tables": 0, "embargo": 0}
    assert re.fullmatch(
        r"The worker has ended after [\d.]+ s; everything that was in flight is through", lines[-1]["message"]
    )


def test_the_error_that_ends_a_worker_is_json_too(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    for wrong in ({"tasks": "tests.nowhere:Tasks"}, {"tasks": "no-class"}):
        settings = make_settings(embedded_broker)
        running = worker(settings.model_copy(update={"pool": settings.pool.model_copy(update=wrong)}))
        assert wait_for(lambda r=running: r.status, "the worker to give up") == 1
        lines = [json.loads(line) for line in log(running).splitlines()]
        assert lines[-1]["level"] == "ERROR"
        assert "pool.tasks" in lines[-1]["message"]


def test_a_worker_that_is_stopped_while_it_starts_ends_in_peace(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    running = worker(make_settings(embedded_broker, pool={"tasks": "tests.stream.hostile:SlowTasks"}))
    for agent in (b"intake", b"extract", b"publish"):
        wait_for(lambda a=agent: a + b": " in log(running), "its partitions, while the model is loading")
    assert running.stop() == 0
    assert b"error: " not in log(running)


def test_messages_are_left_alone_until_the_model_is_loaded(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """They would hold up a rebalance or the end, longer than a drain may take, and be read again by the next one."""
    settings = make_settings(embedded_broker, pool={"tasks": "tests.stream.hostile:SlowTasks"})
    send(settings, ARTICLES, (article(f"a{i}") for i in range(20)))
    running = worker(settings)
    wait_for(lambda: address(running), "the address in the log")
    wait_for(lambda: extract_lag(running) == 20, "the articles to be fetched, while the model is loading")
    assert not figures(running).get('newswire_in_flight{agent="extract"}')
    began = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - began < settings.worker.drain_deadline
    assert b"not through in time" not in log(running)


def extract_lag(running: WorkerProcess) -> float:
    return sum(value for name, value in figures(running).items() if name.startswith('newswire_lag{agent="extract"'))


@pytest.mark.xdist_group("apache")
def test_kill_9_loses_nothing_and_leaves_no_orphan(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """On Apache Kafka alone: the embedded broker never gives the partitions of a member that died to another one."""
    _kill_9(make_settings(apache_broker, deaths=True), worker, lambda: None)


@pytest.mark.xdist_group("apache")
def test_kill_9_repeats_no_more_than_a_window_however_rarely_commits_come(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    window, count = 8, 200
    settings = make_settings(
        apache_broker, deaths=True, kafka={"commit_interval": 600.0}, worker={"max_in_flight": window, "batch_size": 1}
    )
    send(settings, RAW, (article(f"a{i}", "sleep 0.02") for i in range(count)))
    first = worker(settings)
    wait_for(lambda: len(messages(settings, EXTRACTIONS)) > count / 2, "half of it")
    first.kill()
    assert len(messages(settings, EXTRACTIONS)) < count, "too quick for this test"
    second = worker(settings)
    wait_for(lambda: len(set(ids(messages(settings, QUOTES)))) == count, "all of it")
    assert second.stop() == 0
    assert max(repeats(settings, count).values()) <= window


def test_a_power_failure_loses_nothing(make_settings: Callable[..., Settings], worker: StartWorker) -> None:
    """Worker and broker are killed together."""
    with EmbeddedBroker() as broker:

        def fail() -> None:
            broker.kill()
            broker.start()

        _kill_9(make_settings(broker, deaths=True), worker, fail)


def _kill_9(settings: Settings, worker: StartWorker, fail: Callable[[], None]) -> None:
    count = 200
    send(settings, RAW, (article(f"a{i}", "sleep 0.02") for i in range(count)))
    killed = worker(settings)
    some_but_not_all(settings, EXTRACTIONS, count)
    assert killed.process is not None
    family = psutil.Process(killed.process.pid).children(recursive=True)
    assert len(family) == 3, "the fork server and two processes"
    killed.kill()
    assert not psutil.wait_procs(family, timeout=60)[1]
    fail()
    wait_until_through(settings, worker(settings))
    for topic in (ARTICLES, EXTRACTIONS, QUOTES):
        assert set(ids(messages(settings, topic))) == {f"a{i}" for i in range(count)}
    assert max(repeats(settings, count).values()) <= settings.worker.max_in_flight


def repeats(settings: Settings, count: int) -> dict[str, int]:
    """How many messages each agent sent again; what comes twice to it leaves it twice, and is no repeat of its own."""
    articles, extractions, quotes = (Counter(ids(messages(settings, t))) for t in (ARTICLES, EXTRACTIONS, QUOTES))
    return {
        "intake": articles.total() - count,
        "extract": sum(max(0, extractions[id] - articles[id]) for id in articles),
        "publish": sum(max(0, quotes[id] - extractions[id]) for id in extractions),
    }


@pytest.mark.xdist_group("apache")
def test_two_workers_share_the_partitions_and_one_takes_over_from_the_other(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """On Apache Kafka alone: the embedded broker refuses commits while a group changes, and then forgets nobody."""
    settings = make_settings(apache_broker, pool={"processes": 1})
    one, other = worker(settings), worker(settings)
    for running in (one, other):
        wait_for(lambda r=running: b"extract: 4 partitions assigned" in log(r), "half of the partitions each")
    send(settings, RAW, (article(f"a{i}", "sleep 0.01") for i in range(100)))
    wait_for(lambda: len(messages(settings, EXTRACTIONS)) > 20, "a fifth of the extractions")
    assert other.stop() == 0
    wait_until_through(settings, one)
    assert Counter(ids(messages(settings, EXTRACTIONS))) == Counter(f"a{i}" for i in range(100))


@pytest.mark.xdist_group("apache")
def test_what_was_acknowledged_since_the_last_commit_is_committed_when_partitions_move(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    # So large a window that no part of it asks for a commit.
    settings = make_settings(apache_broker, kafka={"commit_interval": 600.0}, worker={"max_in_flight": 300})
    send(settings, RAW, (article(f"a{i}") for i in range(60)))
    one = worker(settings)
    wait_for(lambda: len(messages(settings, QUOTES)) == 60, "all of it, and no commit yet")
    assert sum(lag.lag for lag in group_lags(settings)) == 4 * 60
    other = worker(settings)
    for running in (one, other):
        wait_for(lambda r=running: b"publish: 2 partitions assigned" in log(r), "half of the partitions each")
    wait_for(lambda: not any(lag.lag for lag in group_lags(settings)), "the commits")
    for running in (one, other):
        assert running.stop() == 0
    for topic in (ARTICLES, EXTRACTIONS, QUOTES):
        assert Counter(ids(messages(settings, topic))) == Counter(f"a{i}" for i in range(60))


@pytest.mark.xdist_group("apache")
def test_a_worker_that_is_stopped_while_its_group_changes_repeats_nothing(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker, tmp_path: Path
) -> None:
    """The end of the drain comes before the client joins the group again, whose commits would be refused."""
    # The articles wait until the other worker is there, however long that takes.
    settings = make_settings(
        apache_broker,
        kafka={"rebalance_timeout": 240.0},
        worker={"drain_deadline": 200.0},
        pool={"task_deadline": 200.0},
    )
    gate = tmp_path / "gate"
    one = worker(settings)
    wait_for(lambda: b"Ready" in log(one), "the worker to be ready")
    send(settings, ARTICLES, (article(f"a{i}", f"wait-for {gate}") for i in range(20)))
    wait_for(lambda: figures(one).get('newswire_in_flight{agent="extract"}') == 20, "the articles to be in work")
    one.signal(signal.SIGTERM)
    other = worker(settings)
    wait_for(lambda: b"extract because it is rebalancing" in log(one), "the group to change")
    gate.touch()
    assert one.wait(150) == 0
    wait_until_through(settings, other)
    for topic in (EXTRACTIONS, QUOTES):
        assert Counter(ids(messages(settings, topic))) == Counter(f"a{i}" for i in range(20))


@pytest.mark.xdist_group("apache")
@pytest.mark.skipif(bool(missing_programs()), reason="Apache Kafka needs java and mvn")
def test_a_broker_that_goes_away_for_a_while_costs_nothing(
    make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """On Apache Kafka alone: after a restart the embedded broker takes its old members in and gives them nothing."""
    with ApacheKafka() as broker:
        settings = make_settings(broker, deaths=True)
        count = 150
        send(settings, RAW, (article(f"a{i}", "sleep 0.02") for i in range(count)))
        running = worker(settings)
        some_but_not_all(settings, EXTRACTIONS, count)
        broker.kill()
        wait_for(lambda: b" is away: " in log(running), "its clients to notice")
        broker.start()
        if running.status is None:
            wait_for(
                lambda: len(set(ids(messages(settings, QUOTES)))) == count or running.status is not None, "all of it"
            )
        if running.status is not None:  # then it said why, and the next one goes on
            wait_until_through(settings, worker(settings))
        assert set(ids(messages(settings, QUOTES))) == {f"a{i}" for i in range(count)}


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_broker_that_is_away_is_one_line_and_another_when_it_is_back(
    make_settings: Callable[..., Settings], worker: StartWorker, log_format: str
) -> None:
    with EmbeddedBroker() as broker:
        settings = make_settings(broker).model_copy(update={"log_format": log_format})
        running = worker(settings)
        wait_for(lambda: b"Ready" in log(running), "the worker to be ready", 180)
        wait_for(lambda: log(running).count(b"partitions assigned") == 4, "its partitions", 180)
        # Who is still reading the tables has more to say when the broker goes.
        wait_for(
            lambda: len(set(re.findall(rb"tables: partition (\d+), \d+ states read", log(running)))) == 4,
            "its tables",
            180,
        )
        before = len(log(running).splitlines())
        broker.kill()
        away = f"The broker at {broker.servers} is away: Connection refused; trying again".encode()
        wait_for(lambda: away in log(running), "its clients to notice")
        # Two hundred lines a second it was; each of its clients tries once a second now.
        silent_until = time.monotonic() + 4
        wait_for(lambda: time.monotonic() > silent_until, "four seconds without it")
        during = log(running).splitlines()[before:]
        assert len(during) == 1, b"\n".join(during).decode()
        broker.start()
        wait_for(
            lambda: f"The broker at {broker.servers} is back after".encode() in log(running), "its clients to notice"
        )
        assert log(running).count(b" is away: ") == log(running).count(b" is back after ") == 1


# ---- what it cannot process


def test_bad_articles_become_dead_letters_as_they_came_and_stop_no_other(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker, pool={"task_deadline": 1.0})
    bad = {
        "undecodable": (b'{"id": "undecodable", "body": ', RAW, "intake", "input"),
        "refused": (encode(article("refused", "refuse")), ARTICLES, "extract", "input"),
        "surprising": (encode(article("surprising", "raise surprise")), ARTICLES, "extract", "refused"),
        "killer": (encode(article("killer", "die")), ARTICLES, "extract", "process"),
        "hanging": (encode(article("hanging", "hang")), ARTICLES, "extract", "process"),
        "no-extraction": (b"[]", EXTRACTIONS, "publish", "input"),
    }
    for key, (value, topic, _, _) in bad.items():
        send(settings, topic, [(key.encode(), value, [TRACE, ("x-desk", "Zürich".encode())])])
    send(settings, ARTICLES, (article(f"a{i}") for i in range(60)))
    wait_until_through(settings, worker(settings))
    assert Counter(ids(messages(settings, QUOTES))) == Counter(f"a{i}" for i in range(60))
    letters = {letter.key: letter for letter in messages(settings, DEAD_LETTERS)}
    assert len(messages(settings, DEAD_LETTERS)) == len(bad)
    for key, (value, topic, agent, reason) in bad.items():
        letter = letters[key.encode()]
        assert letter.value == value
        found = headers(letter)
        assert (found["traceparent"], found["x-desk"]) == (TRACE[1].decode(), "Zürich")
        assert found["__connect.errors.topic"] == topic.full_name(settings.topics)
        assert found["__connect.errors.stage"] == agent
        assert found["newswire.errors.reason"] == reason
        assert found["__connect.errors.exception.message"]
        source = [m for m in messages(settings, topic) if m.key == letter.key]
        where = (int(found["__connect.errors.partition"]), int(found["__connect.errors.offset"]))
        assert where == (source[0].partition, source[0].offset)
    assert "overran its deadline" in headers(letters[b"hanging"])["__connect.errors.exception.message"]
    assert "RuntimeError: surprise" in headers(letters[b"surprising"])["__connect.errors.exception.stacktrace"]


def test_an_article_too_large_for_its_topic_is_a_dead_letter_that_says_so(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    # Noise, so that compression does not save it: three megabytes in what four of the raw topic take.
    large = article("large", body=base64.b64encode(os.urandom(2_900_000)).decode())
    send(settings, RAW, [large, article("small")])
    wait_until_through(settings, worker(settings))
    [letter] = messages(settings, DEAD_LETTERS)
    assert letter.value == encode(large)
    assert re.search(
        r"of [\d,]+ bytes is more than topic \S+articles takes", headers(letter)["__connect.errors.exception.message"]
    )
    assert ids(messages(settings, EXTRACTIONS)) == ["small"]


def test_a_run_of_dead_letters_halts_the_partition_for_every_worker_until_it_is_resumed(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    settings = make_settings(
        broker, topics={"partitions": 1}, worker={"dead_letter_window": 20, "max_in_flight": 5}, web={"port": 0}
    )
    every = [article(f"a{i}", f"refuse-until {mended}") for i in range(200)]
    send(settings, ARTICLES, every)
    for _ in range(2):  # the second worker sets nothing more aside
        halted = wait_until_halted(worker(settings))
        assert get(f"{address(halted)}/livez")[0] == 200
        set_aside = messages(settings, DEAD_LETTERS)
        assert 20 <= len(set_aside) < 20 + 5
        assert halted.stop() == 0
    running = worker(settings)
    wait_for(lambda: address(running), "the third worker")
    listed = newswire(settings, ["dlq", "list"])
    assert b"extract has halted at" in listed.stderr
    assert b"of the last 20 messages became dead letters" in listed.stderr
    mended.touch()
    resumed = newswire(settings, ["dlq", "resume"])
    assert (resumed.returncode, resumed.stdout.count(b"extract goes on at")) == (0, 1)
    wait_until_through(settings, running)
    assert messages(settings, DEAD_LETTERS) == set_aside
    done = Counter(ids(messages(settings, EXTRACTIONS)))
    assert done == Counter(one.id for one in every) - Counter(ids(set_aside))
    assert "articles/0" not in unready(f"{address(running)}")
    assert newswire(settings, ["dlq", "resume"]).stderr.splitlines()[-1] == b"No agent has halted."


def test_a_halted_partition_stops_no_other(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(
        embedded_broker, topics={"partitions": 2}, worker={"dead_letter_window": 20, "max_in_flight": 5}
    )
    bad, good = keys_of_two_partitions(settings)
    send(settings, ARTICLES, (article(bad, "refuse", version=version) for version in range(1, 101)))
    running = worker(settings)
    wait_for(lambda: b": halted at " in log(running), "the halt")
    send(settings, ARTICLES, (article(good, version=version) for version in range(1, 101)))
    wait_for(lambda: len(messages(settings, EXTRACTIONS)) == 100, "the good ones")
    assert len(messages(settings, DEAD_LETTERS)) < 30
    assert running.stop() == 0


def test_a_worker_without_topics_says_what_to_run(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings], worker: StartWorker
) -> None:
    running = worker(settings_for(embedded_broker, pool={"tasks": HOSTILE}))
    assert wait_for(lambda: running.status, "the worker to give up") == 1
    assert b"newswire topics create" in log(running).splitlines()[-1]


# ---- order, versions, embargoes


def test_versions_of_a_story_leave_in_the_order_in_which_they_came(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """Though the second one is ready first."""
    settings = make_settings(embedded_broker)
    versions = [article("a", f"sleep {0.3 / version}", version=version) for version in range(1, 9)]
    send(settings, ARTICLES, versions)
    wait_until_through(settings, worker(settings))
    for topic, type in ((EXTRACTIONS, Extraction), (QUOTES, VersionMarker)):
        found = [decode(message.value or b"", type).article.version for message in messages(settings, topic)]  # type: ignore[attr-defined]
        assert found == list(range(1, 9))


def test_a_canceled_version_ends_with_empty_markers(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    send(settings, ARTICLES, [article("a"), article("a", version=2, status="canceled")])
    wait_until_through(settings, worker(settings))
    for topic in RECORD_TOPICS:
        markers = [decode(message.value or b"", VersionMarker) for message in messages(settings, topic)]
        assert [(m.article.version, m.status, m.count) for m in markers] == [(1, "usable", 0), (2, "canceled", 0)]


def test_nothing_of_a_story_is_public_until_its_embargo_ends_and_then_all_of_it_is(
    broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(broker)
    running = worker(settings)
    wait_for(lambda: b"Ready" in log(running), "the worker to be ready")
    end = datetime.now(UTC) + timedelta(seconds=8)
    held = article("held", embargoed_until=end.isoformat())
    send(settings, RAW, [held, article("free")])
    wait_for(lambda: any(kind(message) == "story" for message in messages(settings, EMBARGOED)), "the extraction ahead")
    assert datetime.now(UTC) < end, "too slow for this test"
    wait_for(lambda: {*ids(messages(settings, QUOTES))} == {"free"}, "the other story")
    seen = wait_for(lambda: len(public(settings, "held")) == 2 + len(RECORD_TOPICS) and public(settings, "held"), "all")
    assert min(message.timestamp_ms for message in seen) >= int(end.timestamp() * 1000)
    [released] = [message for message in seen if message.topic == ARTICLES.full_name(settings.topics)]
    assert released.value == encode(held)
    wait_until_through(settings, running)
    # It was extracted once, ahead of time, and not again when it came out.
    assert len(public(settings, "held")) == 2 + len(RECORD_TOPICS)
    assert messages(settings, DEAD_LETTERS) == []


def test_embargoed_stories_outlive_the_worker_and_are_in_the_way_of_nobody(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    far = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    first = worker(settings)
    bad = article("unreadable", embargoed_until="next week")
    send(settings, RAW, [article("held", embargoed_until=far), bad, *(article(f"a{i}") for i in range(50))])
    wait_for(lambda: len(messages(settings, QUOTES)) == 50, "the others")
    [letter] = messages(settings, DEAD_LETTERS)
    assert (letter.key, headers(letter)["newswire.errors.where"]) == (b"unreadable", "$.embargoed_until")
    wait_until_through(settings, first)
    wait_for(lambda: [kind(message) for message in messages(settings, EMBARGOED)] == ["article", "story"], "extraction")
    assert first.stop() == 0
    # It was put back, and only it.
    assert [kind(message) for message in messages(settings, EMBARGOED)] == ["article", "story", "story"]
    assert public(settings, "held") == []


@pytest.mark.parametrize(
    "when", ["while it is held", "while no worker runs", "after the embargo ended while no worker ran"]
)
def test_a_story_that_is_killed_before_its_embargo_ends_never_comes_out(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker, when: str
) -> None:
    settings = make_settings(embedded_broker)
    intake = settings.model_copy(update={"worker": settings.worker.model_copy(update={"agents": ("intake",)})})
    first = worker(settings)
    wait_for(lambda: b"Ready" in log(first), "the worker to be ready")
    # Long enough for a worker to end and another one to start before the embargo does.
    end = datetime.now(UTC) + timedelta(seconds=8 if when == "while it is held" else 25)
    send(
        settings,
        RAW,
        [article("killed", embargoed_until=end.isoformat()), article("kept", embargoed_until=end.isoformat())],
    )
    wait_for(
        lambda: [kind(message) for message in messages(settings, EMBARGOED)].count("story") == 2, "the extractions"
    )
    if when != "while it is held":
        assert first.stop() == 0
        first = worker(intake)
    assert datetime.now(UTC) < end, "too slow for this test"
    send(
        settings,
        RAW,
        [article("killed", body="Secret.", version=2, status="canceled", embargoed_until=end.isoformat())],
    )
    wait_for(lambda: "notice" in [kind(message) for message in messages(settings, EMBARGOED)], "the notice of the kill")
    if when == "after the embargo ended while no worker ran":
        wait_for(lambda: datetime.now(UTC) > end + timedelta(seconds=0.5), "the end of the embargo")
    assert first.status is None
    second = worker(settings) if when != "while it is held" else first
    wait_for(lambda: len(public(settings, "kept")) == 2 + len(RECORD_TOPICS), "the story that was not killed")
    wait_until_through(settings, second)
    told = public(settings, "killed")
    assert len(told) == 2 + len(RECORD_TOPICS)
    for message in told:
        value = json.loads(message.value or b"")
        told_of = value.get("article", value)
        assert (told_of["version"], value.get("status", told_of.get("status"))) == (2, "canceled")
        # A slow machine may come to the kill when the embargo is over, and then its text is no secret.
        assert b"Secret" not in (message.value or b"") or message.timestamp_ms >= end.timestamp() * 1000


def test_a_version_whose_embargo_was_lifted_takes_the_place_of_the_one_that_is_held(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    running = worker(settings)
    wait_for(lambda: b"Ready" in log(running), "the worker to be ready")
    end = datetime.now(UTC) + timedelta(seconds=8)
    send(settings, RAW, [article("a", embargoed_until=end.isoformat()), article("b", embargoed_until=end.isoformat())])
    wait_for(
        lambda: [kind(message) for message in messages(settings, EMBARGOED)].count("story") == 2, "the extractions"
    )
    send(settings, RAW, [article("a", version=2)])
    wait_for(lambda: len(public(settings, "b")) == 2 + len(RECORD_TOPICS), "the other story")
    wait_until_through(settings, running)
    versions = [json.loads(message.value or b"") for message in public(settings, "a")]
    assert {value.get("article", value)["version"] for value in versions} == {2}


# ---- how it is seen


def test_health_and_metrics_tell_what_a_worker_does(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    settings = make_settings(embedded_broker)
    running = worker(settings)
    url = wait_for(lambda: address(running), "the address in the log")
    assert figures(running)["newswire_ready"] == 0
    wait_for(lambda: get(url + "/readyz")[0] == 200, "the worker to be ready")
    fresh = figures(running)
    assert fresh["newswire_ready"] == 1
    counts = {name: value for name, value in fresh.items() if re.search(r"_(total|count)(\{|$)", name)}
    assert set(counts.values()) == {0}
    assert "newswire_halted" in {family(name) for name in fresh}
    send(settings, RAW, [*(article(f"a{i}") for i in range(20)), (b"x", b"{", ())])
    wait_until_through(settings, running)
    assert get(url + "/livez")[0] == 200
    shown = figures(running)
    assert series(shown) == series(fresh)
    assert shown['newswire_messages_total{agent="intake"}'] == 21
    assert shown['newswire_messages_total{agent="publish"}'] == 20
    assert shown['newswire_dead_letters_total{agent="intake"}'] == 1
    assert shown['newswire_records_total{topic="quotes"}'] == 20
    assert shown['newswire_message_seconds_count{agent="extract"}'] == 20
    assert shown["newswire_pool_processes"] == 2
    assert shown["newswire_pool_resident_bytes"] > 2 * 10_000_000
    [build] = [name for name in shown if family(name) == "newswire_build_info"]
    assert f'model="{settings.extract.model}"' in build
    assert f'version="{__version__}"' in build
    lags = {name: value for name, value in shown.items() if name.startswith("newswire_lag{")}
    assert lags
    assert not any(lags.values())
    assert running.process is not None
    connections = psutil.Process(running.process.pid).net_connections()
    assert {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
    [child, *_] = [p for p in psutil.Process(running.process.pid).children(recursive=True) if not p.children()]
    child.suspend()
    running.signal(signal.SIGTERM)
    assert running.wait(150) == 0


def test_stories_under_embargo_are_no_lag(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker
) -> None:
    """They wait unacknowledged, as they should: nothing is behind."""
    settings = make_settings(embedded_broker)
    running = worker(settings)
    wait_for(lambda: address(running), "the address in the log")
    far = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    send(settings, ARTICLES, [*(article(f"held{i}", embargoed_until=far) for i in range(3)), article("free")])
    wait_for(lambda: figures(running).get("newswire_embargoed") == 3, "the stories to be held")
    wait_until_through(settings, running)
    lags = {name: value for name, value in figures(running).items() if family(name) == "newswire_lag"}
    assert any(value == 0 for value in lags.values())
    assert {name: value for name, value in lags.items() if value} == {}


@pytest.mark.xdist_group("apache")
def test_every_metric_moves_and_a_broker_that_does_not_answer_makes_a_worker_unready(
    apache_broker: LocalBroker, make_settings: Callable[..., Settings], worker: StartWorker, tmp_path: Path
) -> None:
    """On Apache Kafka alone: the embedded broker has no rebalance to speak of, so no drain before the end."""
    settings = make_settings(
        apache_broker,
        kafka={"request_timeout": 3.0, "commit_interval": 2.0},
        # A window half of which is more than what comes through in two seconds: when the broker falls silent, there is
        # something to commit.
        worker={"max_in_flight": 64, "batch_size": 1, "publish_attempts": 20},
        pool={"task_deadline": 2.0},
    )
    moved: set[str] = set()

    def seen(condition: Callable[[dict[str, float]], object], what: str) -> None:
        def look() -> bool:
            shown = figures(one)
            moved.update(family(name) for name, value in shown.items() if value)
            return bool(condition(shown))

        wait_for(look, what)

    one = worker(settings)
    wait_for(lambda: b"Ready" in log(one), "the worker to be ready")
    fresh = figures(one)
    gate = tmp_path / "gate"
    far = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    kill = article("kill", status="canceled", extra={"notice": {"kind": "kill", "slug": "BC-Ferry"}})
    send(settings, RAW, [article("raw"), (b"x", b"{", ()), kill])
    send(settings, ARTICLES, [article("held", embargoed_until=far), article("once", f"die-once {tmp_path / 'died'}")])
    seen(lambda shown: shown.get("newswire_embargoed"), "a story under embargo")
    send(settings, ARTICLES, (article(f"a{i}", f"wait-for {gate}") for i in range(80)))
    seen(lambda shown: shown.get("newswire_pool_busy") == 2 and shown.get("newswire_pool_waiting"), "a busy pool")
    seen(lambda shown: shown.get('newswire_in_flight{agent="extract"}') == 64, "a full window")
    seen(lambda shown: any(value for name, value in shown.items() if name.startswith("newswire_lag{")), "a lag")
    gate.touch()
    wait_until_through(settings, one)
    other = worker(settings)
    seen(lambda shown: shown.get('newswire_drain_seconds{agent="extract"}'), "the drain of a rebalance")
    wait_for(lambda: b"Ready" in log(other), "the other worker to be ready")

    # Long ones: while the broker does not answer, the producer has no room for all of them.
    noise = base64.b64encode(os.urandom(75_000)).decode()
    url = address(one)

    def silent_before_a_commit() -> bool:
        before = figures(one)['newswire_messages_total{agent="intake"}']
        send(settings, RAW, (article(f"b{i}", "sleep 0.3", body=noise) for i in range(120)))

        def at_work() -> bool:
            shown = figures(one)
            # What is in flight at this moment, or was between two looks.
            return (
                shown['newswire_in_flight{agent="intake"}'] >= 4
                or shown['newswire_messages_total{agent="intake"}'] > before
            )

        try:
            wait_for(at_work, "work")
        except AssertionError as error:
            error.add_note(f"{get(f'{url}/readyz')[1].decode()}\n{log(one).decode()[-3000:]}")
            raise
        wait_for(lambda: get(f"{url}/readyz")[0] == 200, "the worker to be ready again")
        return falls_silent_before_a_commit(apache_broker, url)

    try:
        wait_for(silent_before_a_commit, "a broker that falls silent before a commit")
        seen(lambda shown: shown.get('newswire_retries_total{of="publish"}'), "a second try")
        for check in (b"commits", b"messages"):
            try:
                wait_for(
                    lambda c=check: c + b'":{"status":"fail"' in get(f"{url}/readyz")[1],
                    f"{check.decode()} to stand still",
                )
            except AssertionError as error:
                error.add_note(f"{get(f'{url}/readyz')[1].decode()}\n{log(one).decode()[-3000:]}")
                raise
        assert get(f"{url}/livez")[0] == 200
    finally:
        apache_broker.resume()
    wait_for(lambda: get(f"{url}/readyz")[0] == 200, "the worker to be ready again")
    wait_until_through(settings, one, other)
    seen(lambda _: True, "the end")
    declared = {found.name for found in REGISTRY.collect() if found.name.startswith("newswire_")}
    # Nothing of this run halts an agent, and no story comes out late.
    assert moved == declared - {"newswire_halted", "newswire_embargo_overdue_seconds"}
    assert series(figures(one)) == series(fresh)


def falls_silent_before_a_commit(broker: LocalBroker, url: str | None) -> bool:
    """Whether the broker that was paused leaves a commit unanswered; when all was committed just then, it goes on.

    Nothing finishes while the broker is silent, so a worker that had nothing to commit at that moment never begins one."""
    broker.pause()
    silent_since = time.monotonic()

    def known() -> str | None:
        for agent in ("intake", "extract"):
            detail = json.loads(get(f"{url}/readyz")[1])["checks"][f"{agent} commits"]["detail"]
            if detail != "none waits" and float(detail.split()[0]) > 1:
                return "open"
        # more than the two seconds after which a commit begins, twice
        return "none" if time.monotonic() - silent_since > 5 else None

    if wait_for(known, "what becomes of commits") == "open":
        return True
    broker.resume()
    return False


def family(sample: str) -> str:
    """The metric that a sample belongs to."""
    return re.sub(r"(_total|_count|_sum|_bucket|_created)?(\{.*)?$", "", sample)


def series(shown: dict[str, float]) -> set[str]:
    """All but those that come and go with the partitions."""
    return {name for name in shown if family(name) != "newswire_lag"}


def address(running: WorkerProcess) -> str | None:
    found = re.search(rb"http://127\.0\.0\.1:\d+", log(running))
    return found and found[0].decode()


def figures(running: WorkerProcess) -> dict[str, float]:
    """What its metrics show."""
    text = get(f"{address(running)}/metrics")[1].decode()
    return {name: float(value) for name, value in re.findall(r"^(newswire_\w+(?:\{.*\})?) (\S+)$", text, re.MULTILINE)}


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def test_the_command_of_faust_starts_the_same_worker(
    embedded_broker: LocalBroker, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = make_settings(embedded_broker)
    send(settings, RAW, (article(f"a{i}") for i in range(10)))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "faust",
        "-A",
        "newswire.stream.app",
        "--datadir",
        tmp_path,
        "worker",
        "-l",
        "info",
    ]
    environment = child_environment(settings)
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as faust:
        try:
            wait_for(lambda: len(messages(settings, QUOTES)) == 10, "all markers")
        finally:
            faust.terminate()
        assert faust.wait(150) == 0


def log(running: WorkerProcess) -> bytes:
    assert running.log is not None
    return running.log.read_bytes()

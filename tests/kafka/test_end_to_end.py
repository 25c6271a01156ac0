"""The whole way of an article, on each broker: what comes out is what `newswire extract` says, once, and in order."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from newswire.lag import group_lags
from newswire.local.broker import LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.records import Extraction, VersionMarker, decode, encode
from newswire.settings import Settings, load
from newswire.stream.message import ConsumedMessage
from newswire.stream.publication import MARKER, records
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES, DEAD_LETTERS, ENTITIES, EVENTS, EXTRACTIONS, QUOTES, RAW, RECORD_TOPICS, Topic
from tests.conftest import fresh_settings
from tests.kafka.traffic import feed, messages, newswire, stories, wait_until_through
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]


@dataclass
class Run:
    """A worker that has processed the example stories, and still runs."""

    settings: Settings
    worker: WorkerProcess

    def values(self, topic: Topic) -> list[bytes]:
        return [message.value or b"" for message in messages(self.settings, topic)]


@pytest.fixture(scope="module")
def run(broker: LocalBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    directory = tmp_path_factory.mktemp("run")
    settings = fresh_settings(broker, directory)
    create_topics(settings)
    with WorkerProcess(settings, directory / "worker.log") as worker:
        feed(settings, stories())
        wait_until_through(settings, worker)
        yield Run(settings, worker)


@pytest.fixture(scope="module")
def offline() -> list[bytes]:
    """What `newswire extract` prints for the example stories, a line an Extraction; it knows no broker."""
    return newswire(load(), ["extract", "--json", *stories()]).stdout.splitlines()


def is_record(message: ConsumedMessage) -> bool:
    return message.header("ce_type") != MARKER.encode()


def test_every_story_ends_as_one_extraction_or_one_dead_letter(run: Run) -> None:
    raw, articles = messages(run.settings, RAW), messages(run.settings, ARTICLES)
    letters = messages(run.settings, DEAD_LETTERS)
    assert len(raw) == len(stories())
    stages = Counter((letter.header("__connect.errors.stage") or b"").decode() for letter in letters)
    assert len(messages(run.settings, EXTRACTIONS)) == len(articles) - stages["extract"]
    unread = {(letter.header("__connect.errors.topic"), letter.value) for letter in letters}
    assert len(unread) == len(letters)
    assert letters, "one of the example stories is malformed on purpose"


def test_extractions_are_those_of_the_command_line_byte_for_byte(run: Run, offline: list[bytes]) -> None:
    expected = [line for line in offline if "error" not in orjson.loads(line)]
    assert expected
    assert sorted(run.values(EXTRACTIONS)) == sorted(expected)


def test_records_are_those_of_the_command_line_byte_for_byte(run: Run, offline: list[bytes]) -> None:
    expected: dict[str, list[bytes]] = {topic.name: [] for topic in RECORD_TOPICS}
    for line in offline:
        if "error" not in orjson.loads(line):
            for topic, found in records(decode(line, Extraction)).items():
                expected[topic.name] += map(encode, found)
    for topic in RECORD_TOPICS:
        published = [message.value for message in messages(run.settings, topic) if is_record(message)]
        assert sorted(filter(None, published)) == sorted(expected[topic.name]), topic.name
    assert all(expected.values())


def test_each_version_ends_with_its_marker_on_every_record_topic(run: Run) -> None:
    for topic in RECORD_TOPICS:
        of_article: dict[tuple[bytes | None, int], list[ConsumedMessage]] = {}
        for message in messages(run.settings, topic):
            version = orjson.loads(message.value or b"{}")["article"]["version"]
            of_article.setdefault((message.key, version), []).append(message)
        assert of_article
        for found in of_article.values():
            assert [is_record(message) for message in found] == [True] * (len(found) - 1) + [False]
            assert orjson.loads(found[-1].value or b"{}")["count"] == len(found) - 1


@pytest.mark.parametrize("options", [{"batch_size": 1}, {"batch_size": 7, "max_in_flight": 64}], ids=str)
def test_other_batch_sizes_and_orders_give_the_same_records(
    run: Run,
    broker: LocalBroker,
    options: dict[str, object],
    worker: Callable[[Settings], WorkerProcess],
    settings_for: Callable[..., Settings],
) -> None:
    settings = settings_for(broker, worker=options, pool={"processes": 2})
    create_topics(settings)
    feed(settings, reversed(stories()))
    wait_until_through(settings, worker(settings))
    for topic in (EXTRACTIONS, *RECORD_TOPICS):
        assert sorted(m.value or b"" for m in messages(settings, topic)) == sorted(run.values(topic)), topic.name


def test_feeding_the_same_stories_again_gives_the_same_record_ids(run: Run) -> None:
    def ids(topic: Topic) -> Counter[bytes]:
        return Counter(
            (message.header("ce_id") or b"").rpartition(b":")[0] for message in messages(run.settings, topic)
        )

    before = {topic: ids(topic) for topic in RECORD_TOPICS}
    feed(run.settings, stories())
    wait_until_through(run.settings, run.worker)
    for topic in RECORD_TOPICS:
        assert ids(topic) == before[topic] + before[topic]
        told_apart = Counter(message.header("ce_id") for message in messages(run.settings, topic))
        assert set(told_apart.values()) == {1}, "the offset of the Extraction tells them apart"


def test_a_canceled_version_ends_with_its_marker_alone(run: Run, tmp_path: Path) -> None:
    story = {
        "id": "urn:test:canceled",
        "version": 1,
        "headline": "Harbour to open",
        "published": "2026-03-02T10:00:00Z",
        "language": "en",
        "body": "“The harbour will open on Monday,” said Mayor Ana Delgado of Port Arlen in a statement.",
    }
    for name, changed in (("1.json", {}), ("2.json", {"version": 2, "status": "canceled"})):
        (tmp_path / name).write_bytes(orjson.dumps(story | changed))
        feed(run.settings, [tmp_path / name])
    wait_until_through(run.settings, run.worker)
    for topic in RECORD_TOPICS:
        ours = [orjson.loads(m.value or b"") for m in messages(run.settings, topic) if m.key == b"urn:test:canceled"]
        assert ours[-1]["status"] == "canceled"
        assert ours[-1]["count"] == 0
        assert [value["article"]["version"] for value in ours] == [1] * (len(ours) - 1) + [2]
    quoted = [m for m in messages(run.settings, QUOTES) if m.key == b"urn:test:canceled" and is_record(m)]
    assert len(quoted) == 1


def test_lag_returns_to_zero(run: Run) -> None:
    lags = group_lags(run.settings)
    assert {entry.agent: entry.lag for entry in lags} == {"intake": 0, "extract": 0, "publish": 0, "tables": 0}
    assert sum(partition.end for entry in lags for partition in entry.partitions) > 0


def test_two_workers_of_a_group_share_the_partitions(
    broker: LocalBroker, worker: Callable[[Settings], WorkerProcess], settings_for: Callable[..., Settings]
) -> None:
    settings = settings_for(broker)
    create_topics(settings)
    both = worker(settings), worker(settings)
    wait_for(
        lambda: (
            {entry.agent: (entry.state, entry.members) for entry in group_lags(settings)}
            == {"intake": ("Stable", 2), "extract": ("Stable", 2), "publish": ("Stable", 2), "tables": ("Stable", 2)}
        ),
        "both workers are members of all three groups",
    )
    feed(settings, stories())
    wait_until_through(settings, *both)
    assert len(messages(settings, ENTITIES)) > 0
    assert len(messages(settings, EVENTS)) > 0
    for process in both:
        assert process.stop() == 0
        assert process.log is not None
        assert "2 partitions assigned" in process.log.read_text()


def test_a_story_extracted_again_replaces_what_subscribers_hold(run: Run, tmp_path: Path) -> None:
    """Here since its text changed and its version did not; a better model does the same."""
    bodies = [
        f"“{said},” Mayor Ana Delgado said on Friday." for said in ("We will pay for the bridge", "Nobody will pay")
    ]
    for body in bodies:
        path = tmp_path / "story.json"
        path.write_bytes(orjson.dumps({"id": "urn:test:bridge", "body": body}))
        feed(run.settings, [path])
        wait_until_through(run.settings, run.worker)
    command = [sys.executable, str(ROOT / "examples" / "quotes.py")]
    command += ["--servers", run.settings.kafka.servers, "--idle", "5"]
    command += ["--topic", QUOTES.full_name(run.settings.topics), "--group", f"{run.settings.topics.prefix}desk"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert "urn:test:bridge: 1 quotes no longer hold (usable)" in said
    markers = [
        decode(message.value or b"", VersionMarker)
        for message in messages(run.settings, QUOTES)
        if message.key == b"urn:test:bridge" and not is_record(message)
    ]
    first, second = (set(marker.ids) for marker in markers)
    assert len(first) == len(second) == 1
    assert first.isdisjoint(second)

"""Kafka Connect with a stock sink, on the files of `examples/connect`: a real PostgreSQL holds exactly the quotes that stand."""

from __future__ import annotations

import socket
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import orjson
import psycopg
import pytest
from psycopg.rows import dict_row

from newswire.local.broker import LOOPBACK, LocalBroker
from newswire.local.child import spawn
from newswire.local.maven import Artifacts
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from newswire.topics import CURRENT_QUOTES
from tests.chaos.consumer import holdings
from tests.kafka.traffic import feed, wait_until_through
from tests.postgres import running_postgres
from tests.waiting import wait_for

EXAMPLES = Path(__file__).parents[2] / "examples" / "connect"
CONNECT = Artifacts("connect", "Kafka Connect", Path(__file__).with_name("connect.pom.xml"))

MISSING = CONNECT.missing_programs()

# A worker with one connector: little memory, and the quick compiler only, which halves the processor time of its start.
JAVA = ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
# Its interface on a free port, no search of all jars for connectors, and a killed worker's partitions soon for its heir.
WORKER = f"""
listeners=http://{LOOPBACK}:0
plugin.discovery=service_load
consumer.session.timeout.ms=6000
consumer.heartbeat.interval.ms=1000
"""
LOG = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("apache"),
    pytest.mark.skipif(bool(MISSING), reason=f"Kafka Connect needs {' and '.join(MISSING)}"),
]


class Connect:
    """Kafka Connect as a process of its own, with the connector of the quotes; leaving the block ends it."""

    def __init__(self, directory: Path, changes: Mapping[str, str]) -> None:
        artifacts = CONNECT.bring()
        [archive] = artifacts.glob("*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(directory / "connectors", filter="data")
        changes = {
            "/opt/connectors": str(directory / "connectors"),
            "/tmp/connect.offsets": str(directory / "offsets"),
            **changes,
        }
        files = [_changed(EXAMPLES / name, directory, changes) for name in ("worker.properties", "quotes.properties")]
        with files[0].open("a") as worker:
            worker.write(WORKER)
        main = "org.apache.kafka.connect.cli.ConnectStandalone"
        self._command = [*JAVA, LOG, "-cp", f"{artifacts}/*", main, *map(str, files)]
        self.log = directory / "connect.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = spawn(self._command, self.log)

    def kill(self) -> None:
        """SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.kill()


def _changed(file: Path, directory: Path, changes: Mapping[str, str]) -> Path:
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    copy = directory / file.name
    copy.write_text(text, encoding="utf-8")
    return copy


@pytest.fixture
def postgres() -> Iterator[tuple[str, int]]:
    """The address of a server, and its port."""
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        port = found.getsockname()[1]
    with running_postgres(port) as url:
        yield url, port


def rows(url: str) -> dict[str, dict[str, Any]]:
    """The table of quotes by id, nothing before there is one."""
    try:
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return {row.pop("id"): row for row in connection.execute("SELECT * FROM quotes")}
    except psycopg.errors.UndefinedTable:
        return {}


def as_row(record: Mapping[str, Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says in these columns: `speaker_name` is `name` of its `speaker`."""

    def value(column: str) -> Any:
        if column in record:
            return record[column]
        outer, _, inner = column.partition("_")
        return record[outer] and record[outer][inner]

    return {column: value(column) for column in columns}


def put(settings: Settings, directory: Path, id: str, version: int, *said: str, status: str = "usable") -> None:
    """Feeds a version of a story that has these quotes."""
    body = "\n\n".join(f"“{one},” Mayor Ana Delgado of Port Arlen said on Friday." for one in said)
    story = {"id": id, "version": version, "status": status, "language": "en", "headline": "Harbour", "body": body}
    file = directory / f"{id}-{version}.json"
    file.write_bytes(orjson.dumps(story))
    feed(settings, [file])


def test_debeziums_sink_holds_exactly_what_stands_after_a_correction_a_kill_and_kill_9(
    apache_broker: LocalBroker,
    settings_for: Callable[..., Settings],
    worker: Callable[[Settings], WorkerProcess],
    postgres: tuple[str, int],
    tmp_path: Path,
) -> None:
    url, port = postgres
    settings = settings_for(apache_broker)
    create_topics(settings)
    topic = CURRENT_QUOTES.full_name(settings.topics)
    running = worker(settings)
    put(settings, tmp_path, "same", 1, "The ferry will sail on Monday")
    put(settings, tmp_path, "corrected", 1, "We will pay for the bridge", "The harbour stays open")
    put(settings, tmp_path, "killed", 1, "Nobody will lose a job at the mill")
    changes = {
        "127.0.0.1:9092": apache_broker.servers,
        "127.0.0.1:5432/news": f"127.0.0.1:{port}/postgres",
        "news.current.quotes": topic,
    }

    def same_as_the_table() -> dict[str, dict[str, Any]]:
        """The rows, once they say what an independent consumer of the topic holds."""
        wait_until_through(settings, running)
        held = holdings(apache_broker.servers, topic)

        def same() -> bool:
            assert connect.process is not None
            assert connect.process.poll() is None, connect.log.read_text()
            found = rows(url)
            return found == {id: as_row(held[id], row) for id, row in found.items() if id in held} and len(
                found
            ) == len(held)

        try:
            wait_for(same, "PostgreSQL has what the table has", 240)
        except AssertionError as error:
            error.add_note(connect.log.read_text()[-5000:])
            raise
        return rows(url)

    with Connect(tmp_path, changes) as connect:
        before = same_as_the_table()
        assert {row["article_id"] for row in before.values()} == {"same", "corrected", "killed"}
        assert any(row["speaker_name"] == "Ana Delgado" for row in before.values())
        connect.kill()
        put(settings, tmp_path, "corrected", 2, "We will not pay for the bridge", "The harbour stays open")
        put(settings, tmp_path, "killed", 2, status="canceled")
        connect.start()
        after = same_as_the_table()
        assert {(row["article_id"], row["article_version"]) for row in after.values()} == {
            ("same", 1),
            ("corrected", 2),
        }
        assert not any("will pay" in row["text"] for row in after.values())
        assert any("not pay" in row["text"] for row in after.values())
        # Once more without a crash in between.
        put(settings, tmp_path, "same", 2, status="canceled")
        assert {row["article_id"] for row in same_as_the_table().values()} == {"corrected"}

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaAdminClient

from newswire.clients import kafka_python_options
from newswire.errors import BrokerError, InstallationError
from newswire.local.broker import EmbeddedBroker, LocalBroker
from tests.waiting import wait_for

pytestmark = pytest.mark.broker

OWNER = """
import sys
from newswire.local.broker import EmbeddedBroker
broker = EmbeddedBroker().start()
print(broker.pid, broker.directory, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        yield running


def topics(broker: LocalBroker) -> list[str]:
    client = KafkaAdminClient(**kafka_python_options(broker.kafka))
    try:
        return list(client.list_topics())
    finally:
        client.close()


def create_topic(broker: LocalBroker, name: str) -> None:
    client = KafkaAdminClient(**kafka_python_options(broker.kafka))
    try:
        client.create_topics({name: {"num_partitions": 1, "replication_factor": 1}})
    finally:
        client.close()


def test_it_listens_on_the_loopback_interface_only(broker: EmbeddedBroker) -> None:
    assert broker.pid is not None
    listening = {c.laddr.ip for c in psutil.Process(broker.pid).net_connections() if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_brokers_beside_each_other_have_ports_and_data_of_their_own(broker: EmbeddedBroker) -> None:
    create_topic(broker, "here")
    with EmbeddedBroker() as other:
        assert other.servers != broker.servers
        assert "here" not in topics(other)


def test_stopping_keeps_port_and_topics_for_the_next_start(broker: EmbeddedBroker) -> None:
    create_topic(broker, "kept")
    before = broker.servers
    broker.stop()
    assert broker.pid is None
    broker.start()
    assert broker.servers == before
    assert "kept" in topics(broker)


def test_a_killed_broker_comes_back_on_the_same_port(broker: EmbeddedBroker) -> None:
    before = broker.servers
    broker.kill()
    assert broker.pid is None
    assert broker.start().servers == before
    topics(broker)


def test_closing_ends_the_process_and_removes_the_data() -> None:
    with EmbeddedBroker() as broker:
        pid, directory = broker.pid, broker.directory
        assert directory.is_dir()
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert not directory.exists()


def test_a_paused_broker_can_still_be_closed() -> None:
    with EmbeddedBroker() as broker:
        pid = broker.pid
        broker.pause()
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_it_dies_with_its_owner_even_when_that_is_killed() -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid, _ = owner.stdout.readline().split()
    server = psutil.Process(int(pid))
    assert server.is_running()
    assert server.name() == "noida-db"
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    wait_for(
        lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE, "the broker ends with its owner"
    )


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "noida_db" else find(name, *rest)
    )
    with pytest.raises(InstallationError, match=r"\.\[local\]"), EmbeddedBroker():
        pass


class Broken(EmbeddedBroker):
    """Starts with a data directory that is a file."""

    def _prepare(self) -> list[str]:
        (self.directory / "data").write_text("no directory")
        return super()._prepare()


def test_a_server_that_does_not_start_is_an_error_with_its_own_words() -> None:
    with pytest.raises(BrokerError, match="ended at start") as caught, Broken():
        pass
    assert "File exists" in str(caught.value)
    assert "GLIBC" not in str(caught.value)


def test_no_directory_is_left_after_a_failed_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", os.fspath(tmp_path))
    with pytest.raises(BrokerError), Broken():
        pass
    assert list(tmp_path.iterdir()) == []

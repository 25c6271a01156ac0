"""docker-compose.yml without Docker: its structure, and each of its command lines run as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from newswire.cli import EXTRAS
from newswire.local.apache import KAFKA_VERSION
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.local.child import spawn
from newswire.settings import PoolSettings, Settings, WorkerSettings
from newswire.stream.app import STOP_MARGIN
from newswire.stream.cpus import available_cpus
from newswire.topics import EXTRACTIONS, RAW
from tests.kafka.traffic import messages, stories, wait_until_through
from tests.waiting import wait_for

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]

# Proportional set size of a worker with two extraction processes (docs/performance.md).
WORKER_MB = 529

TOKEN = "a-token-that-is-long-enough"

OURS = [name for name, service in SERVICES.items() if service["image"] != SERVICES["kafka"]["image"]]


def seconds(duration: str) -> float:
    match = re.fullmatch(r"(\d+)s", duration)
    assert match, duration
    return float(match[1])


def mebibytes(size: str) -> int:
    """Of a size as Compose has it, where M and G are powers of 1024."""
    match = re.fullmatch(r"(\d+)([MG])", size)
    assert match, size
    return int(match[1]) * {"M": 1, "G": 1024}[match[2]]


def broker_check(broker: LocalBroker) -> list[str]:
    """The broker's health check with the test's port in the place of the container's, as Compose runs it: $$ is its $."""
    _, *check = SERVICES["kafka"]["healthcheck"]["test"]
    host, _, port = broker.servers.rpartition(":")
    return [re.sub(r"/dev/tcp/localhost/\d+", f"/dev/tcp/{host}/{port}", part.replace("$$", "$")) for part in check]


def has_compose_plugin() -> bool:
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_compose_plugin(), reason="`docker compose` is not installed here")
def test_docker_compose_reads_the_file() -> None:
    done = subprocess.run(
        ["docker", "compose", "--file", str(ROOT / "docker-compose.yml"), "--profile", "feeder", "config", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_broker_is_the_apache_kafka_that_the_tests_run_on() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"


def test_the_broker_makes_no_topics_of_its_own_and_says_when_it_is_well() -> None:
    kafka = SERVICES["kafka"]
    assert kafka["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert kafka["environment"]["KAFKA_PROCESS_ROLES"] == "broker,controller"


def test_the_broker_is_well_when_it_answers_and_not_when_it_only_listens(broker: LocalBroker) -> None:
    check = broker_check(broker)
    assert subprocess.run(check, timeout=30).returncode == 0
    broker.pause()  # the kernel still accepts connections for it
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(check, timeout=1)
    finally:
        broker.resume()
    assert subprocess.run(check, timeout=30).returncode == 0


@pytest.mark.broker
def test_the_broker_is_not_well_where_nobody_listens_or_another_server_does(tmp_path: Path) -> None:
    with EmbeddedBroker() as broker:
        check = broker_check(broker)
    assert subprocess.run(check, timeout=30, capture_output=True).returncode != 0
    with socket.create_server(("127.0.0.1", 0)) as other:
        other_check = [part.replace(broker.servers.rpartition(":")[2], str(other.getsockname()[1])) for part in check]
        process = subprocess.Popen(other_check)
        connection, _ = other.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        assert process.wait(30) != 0


def test_the_brokers_check_asks_where_the_other_services_do_and_starts_no_java() -> None:
    kind, program, *arguments = SERVICES["kafka"]["healthcheck"]["test"]
    assert (kind, program) == ("CMD", "bash")  # which the image has
    (port,) = re.findall(r"/dev/tcp/localhost/(\d+)", arguments[-1])
    assert f"INSIDE://:{port}," in SERVICES["kafka"]["environment"]["KAFKA_LISTENERS"]


def test_every_service_has_limits() -> None:
    for name, service in SERVICES.items():
        limits = service["deploy"]["resources"]["limits"]
        assert float(limits["cpus"]) <= 2, name  # Docker refuses more than the machine has
        assert mebibytes(limits["memory"]) >= 256, name


def test_a_worker_has_whole_processors_and_room_for_a_process_at_its_bound() -> None:
    limits = SERVICES["worker"]["deploy"]["resources"]["limits"]
    assert float(limits["cpus"]).is_integer()  # the pool rounds down
    assert mebibytes(limits["memory"]) >= WORKER_MB / 1.048576 + PoolSettings().max_memory_mb


def test_the_pool_follows_the_limit_of_the_container(tmp_path: Path) -> None:
    cpus = float(SERVICES["worker"]["deploy"]["resources"]["limits"]["cpus"])
    (tmp_path / "cpu.max").write_text(f"{int(cpus * 100_000)} 100000\n")  # as Docker writes it
    assert available_cpus(tmp_path) == min(cpus, len(os.sched_getaffinity(0)))


def test_the_brokers_heap_leaves_half_of_its_memory_to_the_rest() -> None:
    kafka = SERVICES["kafka"]
    (heap,) = re.findall(r"-Xmx(\d+)g", kafka["environment"]["KAFKA_HEAP_OPTS"])
    assert 2 * 1024 * int(heap) <= mebibytes(kafka["deploy"]["resources"]["limits"]["memory"])


@pytest.mark.parametrize("name", ["kafka", "gateway"])
def test_what_is_published_is_on_the_loopback_interface_only(name: str) -> None:
    assert [port for port in SERVICES[name]["ports"] if not port.startswith("127.0.0.1:")] == []


def test_the_store_of_the_gateway_is_a_volume_that_its_user_owns() -> None:
    gateway = SERVICES["gateway"]
    directory = gateway["environment"]["NEWSWIRE_GATEWAY__DATA_DIR"]
    assert gateway["volumes"] == [f"gateway-data:{directory}"]
    assert "gateway-data" in COMPOSE["volumes"]
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(rf"install --directory --owner=10001 .*{directory}$", image, re.MULTILINE)


def test_the_token_of_the_gateway_is_a_secret_in_a_file() -> None:
    gateway = SERVICES["gateway"]
    [secret] = gateway["secrets"]
    assert gateway["environment"]["NEWSWIRE_GATEWAY__TOKEN_FILE"] == f"/run/secrets/{secret}"
    assert COMPOSE["secrets"][secret] == {"file": "./gateway.token"}
    assert "gateway.token" in (ROOT / ".gitignore").read_text().splitlines()


def test_listeners_agree_with_the_addresses_that_clients_use() -> None:
    environment = SERVICES["kafka"]["environment"]
    advertised = dict(entry.split("://") for entry in environment["KAFKA_ADVERTISED_LISTENERS"].split(","))
    listening = dict(entry.split("://:") for entry in environment["KAFKA_LISTENERS"].split(","))
    protocols = dict(entry.split(":") for entry in environment["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(","))
    assert set(listening) == set(protocols) == {*advertised, "CONTROLLER"}
    assert all(address.split(":")[1] == listening[name] for name, address in advertised.items())
    for name in OURS:
        assert SERVICES[name]["environment"]["NEWSWIRE_KAFKA__SERVERS"] == advertised["INSIDE"]
    assert environment["KAFKA_CONTROLLER_QUORUM_VOTERS"] == f"1@kafka:{listening['CONTROLLER']}"


def test_workers_can_be_scaled() -> None:
    worker = SERVICES["worker"]
    assert "container_name" not in worker
    assert "ports" not in worker
    assert "hostname" not in worker


def test_workers_get_the_time_to_drain() -> None:
    allowed = seconds(SERVICES["worker"]["stop_grace_period"])
    assert allowed > WorkerSettings().drain_deadline + STOP_MARGIN


def test_everything_waits_for_the_broker_and_workers_for_the_topics() -> None:
    for name in OURS:
        assert SERVICES[name]["depends_on"]["kafka"]["condition"] == "service_healthy"
    for name in ("worker", "feeder", "gateway"):
        assert SERVICES[name]["depends_on"]["topics"]["condition"] == "service_completed_successfully"


def test_feeder_and_gateway_start_only_when_asked_for() -> None:
    assert SERVICES["feeder"]["profiles"] == ["feeder"]
    assert SERVICES["gateway"]["profiles"] == ["gateway"]
    assert all("profiles" not in SERVICES[name] for name in ("kafka", "topics", "worker"))


def test_the_image_runs_the_command_of_the_package_as_an_ordinary_user() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line.split(maxsplit=1) for line in lines if line and line[0].isupper()]
    last = {instruction[0]: instruction[1] for instruction in instructions}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert last["ENTRYPOINT"] == '["newswire"]'
    assert "newswire" in project["scripts"]
    assert last["USER"] not in ("root", "0")
    assert sum(name == "FROM" for name, _ in instructions) == 2


def test_the_image_has_the_extras_of_the_commands_that_its_services_run() -> None:
    installed = set(re.findall(r"--extra (\w+)", (ROOT / "Dockerfile").read_text(encoding="utf-8")))
    commands = {word for service in SERVICES.values() for word in service.get("command", ()) if word in EXTRAS}
    assert commands >= {"worker", "feed", "gateway"}
    assert {EXTRAS[command] for command in commands} <= installed


def test_the_image_gets_every_file_that_it_copies() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = line.split()[1:]
            assert set(sources) <= kept
            assert all((ROOT / source).exists() for source in sources)


class Container:
    """A service's own command line and environment, with the test's broker, topics and port in the place of the network's."""

    def __init__(self, settings: Settings, directory: Path) -> None:
        self.settings = settings
        self.directory = directory
        self.port = free_port()

    def environment(self, name: str) -> dict[str, str]:
        given = {key: str(value) for key, value in SERVICES[name]["environment"].items()}
        replaced = {
            "NEWSWIRE_KAFKA__SERVERS": self.settings.kafka.servers,
            "NEWSWIRE_TOPICS__PREFIX": self.settings.topics.prefix,
            "NEWSWIRE_POOL__PROCESSES": "1",
            "NEWSWIRE_KAFKA__COMMIT_INTERVAL": "0.2",
        }
        if "NEWSWIRE_WEB__PORT" in given:
            replaced |= {"NEWSWIRE_WEB__PORT": str(self.port), "NEWSWIRE_WEB__HOST": "127.0.0.1"}
        if "NEWSWIRE_GATEWAY__PORT" in given:
            (self.directory / "token").write_text(f"{TOKEN}\n")
            replaced |= {
                "NEWSWIRE_GATEWAY__PORT": str(self.port),
                "NEWSWIRE_GATEWAY__HOST": "127.0.0.1",
                "NEWSWIRE_GATEWAY__TOKEN_FILE": str(self.directory / "token"),
                "NEWSWIRE_GATEWAY__DATA_DIR": str(self.directory / "store"),
            }
        return {**os.environ, **given, **replaced}

    def command(self, name: str) -> list[str]:
        arguments = [str(ROOT / "seeds") if word == "/seeds" else word for word in SERVICES[name]["command"]]
        return [sys.executable, "-m", "newswire", *arguments]

    def run(self, command: Sequence[str], name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.directory,
            env=self.environment(name),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def health_check(self, name: str) -> list[str]:
        kind, program, *arguments = SERVICES[name]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        ports = [value for key, value in SERVICES[name]["environment"].items() if key.endswith("__PORT")]
        port = str(ports[0])
        assert any(f":{port}/" in argument for argument in arguments)
        return [sys.executable, *(argument.replace(f":{port}/", f":{self.port}/") for argument in arguments)]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def test_every_command_line_works_in_the_order_of_the_services(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    assert set(OURS) == {"topics", "worker", "feeder", "gateway"}, "a service without a test of its command line"
    settings = settings_for(embedded_broker, topics={"partitions": 12})
    container = Container(settings, tmp_path)

    topics = container.run(container.command("topics"), "topics")
    assert topics.returncode == 0, topics.stderr

    worker = spawn(container.command("worker"), tmp_path / "worker.log", container.environment("worker"))
    try:
        check = container.health_check("worker")
        wait_for(lambda: container.run(check, "worker").returncode == 0, "the worker's own health check passes")
        feeder = container.run(container.command("feeder"), "feeder")
        assert feeder.returncode == 0, feeder.stderr
        wait_until_through(settings)
        assert len(messages(settings, RAW)) == len(stories())
        assert len(messages(settings, EXTRACTIONS)) > 0
        serves_what_stands(Container(settings, tmp_path))
        worker.terminate()
        assert worker.wait(seconds(SERVICES["worker"]["stop_grace_period"])) == 0
    finally:
        worker.kill()
        worker.wait()


def serves_what_stands(container: Container) -> None:
    """The gateway's command line does, to who has the token."""
    gateway = spawn(container.command("gateway"), container.directory / "gateway.log", container.environment("gateway"))
    try:
        check = container.health_check("gateway")
        wait_for(lambda: container.run(check, "gateway").returncode == 0, "the gateway's own health check passes")
        url = f"http://127.0.0.1:{container.port}/search?q=the&in=quotes"
        assert requests.get(url, timeout=60).status_code == 401
        found = requests.get(url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60).json()
        assert found["results"]
        gateway.terminate()
        assert gateway.wait(60) == 0
    finally:
        gateway.kill()
        gateway.wait()

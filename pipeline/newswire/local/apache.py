"""Apache Kafka itself as a local broker, for tests, benchmarks and chaos: one KRaft node, its jars from Maven Central.

Needs `java` (17 or later) and, for the first start, `mvn`. `python -m newswire.local.apache` (`make kafka`) runs one until
Ctrl-C, with Kafka's own commands beside it.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from newswire.errors import BrokerError, NewswireError
from newswire.local.apache_tools import write_tools
from newswire.local.broker import LOOPBACK, LocalBroker
from newswire.local.maven import Artifacts
from newswire.settings import KafkaSettings

__all__ = ("KAFKA_VERSION", "ApacheKafka", "KafkaSecurity", "kafka_jars", "missing_programs")

# The first release whose containers and jars were both tried with the clients that uv.lock pins.
KAFKA_VERSION: Final = "4.1.0"

ARTIFACTS: Final = Artifacts(
    f"kafka-{KAFKA_VERSION}",
    "Apache Kafka",
    Path(__file__).with_name("apache.pom.xml"),
    {"kafka.version": KAFKA_VERSION},
)

# Any cluster needs an id of 16 bytes in URL-safe base64; ours never meet each other.
CLUSTER_ID: Final = "bmV3c3dpcmUtbG9jYWwtMQ"

# Half a gigabyte of heap is plenty for one node with a few hundred partitions; the serial collector and few threads leave the
# processors of a small machine to the workers.
JAVA_OPTIONS: Final = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData")

# A command asks one question and ends: a small heap, the quick compiler only (which halves its processor time), and what it
# has to say without a logger's lines.
TOOL_OPTIONS: Final = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)

# Only warnings, and the one line that says the server is ready.
LOG_OPTIONS: Final = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
)
READY: Final = re.compile(r"Kafka Server started")
PORT_TAKEN: Final = re.compile(r"Address already in use|Socket server failed to bind")

# How often other ports are tried when somebody took one between our asking the kernel for it and the server's start.
PORT_ATTEMPTS: Final = 3

# One node: no copies of the internal topics, few partitions of them (each is a directory made at start), and no waiting for
# more members before a group begins. A killed node comes back once its old session has ended, so that is short.
CONFIGURATION: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
listeners=CONTROLLER://{host}:{controller},CLIENT://{host}:{port}
advertised.listeners=CLIENT://{host}:{port}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENT:{protocol}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=8388608
"""

# The controller's listener is reachable on the loopback interface only and asks for no login, so its user is anonymous.
SECURE_CONFIGURATION: Final = """\
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin};User:ANONYMOUS
allow.everyone.if.no.acl.found=false
sasl.enabled.mechanisms={mechanism}
sasl.mechanism.inter.broker.protocol={mechanism}
listener.name.client.{mechanism_name}.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required username="{admin}" password="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
"""

MECHANISM: Final = "SCRAM-SHA-512"


@dataclass(frozen=True)
class KafkaSecurity:
    """SASL_SSL with SCRAM-SHA-512 and Kafka's own authorizer, which denies whatever no ACL allows."""

    keystore: Path
    """The server's key (PKCS 8) and certificate chain in PEM."""
    authority: Path
    """The certificates in PEM that clients shall trust."""
    admin: str
    """A user who may do everything; made when the storage is formatted."""
    password: str


class ApacheKafka(LocalBroker):
    """One node of Apache Kafka in a JVM of its own; up within some seconds."""

    name = "Apache Kafka"
    start_deadline = 90.0

    def __init__(self, security: KafkaSecurity | None = None) -> None:
        super().__init__()
        self._security = security
        self._port = 0
        self._controller = 0

    @property
    def kafka(self) -> KafkaSettings:
        """The settings with which clients reach it, those of the administrator on a secured one; after the first `start`."""
        servers = f"{LOOPBACK}:{self._port}"
        if self._security is None:
            return KafkaSettings(servers=servers)
        return KafkaSettings(
            servers=servers,
            security_protocol="SASL_SSL",
            sasl_mechanism=MECHANISM,
            sasl_username=self._security.admin,
            sasl_password=SecretStr(self._security.password),
            ssl_cafile=self._security.authority,
        )

    def start(self) -> ApacheKafka:
        """As `LocalBroker.start`; brings the jars first where they are missing, which takes a minute once."""
        first = self._port == 0
        for attempt in range(1, PORT_ATTEMPTS + 1):
            if first:
                self._port, self._controller = _free_ports()
            try:
                super().start()
            except BrokerError:
                if not (first and attempt < PORT_ATTEMPTS and PORT_TAKEN.search(self._output())):
                    raise
                shutil.rmtree(self.directory)
                self.directory.mkdir()
            else:
                break
        return self

    def tools(self) -> Path:
        """A directory with Kafka's own commands (`kafka-topics.sh` and others), which goes with the broker's data."""
        directory = self.directory / "bin"
        write_tools(directory, ["java", *TOOL_OPTIONS, "-cp", f"{kafka_jars()}/*"])
        return directory

    def _prepare(self) -> list[str]:
        java = ["java", *JAVA_OPTIONS, *LOG_OPTIONS, "-cp", f"{kafka_jars()}/*"]
        configuration = self.directory / "server.properties"
        if not configuration.exists():
            configuration.write_text(self._configuration(), encoding="utf-8")
            self._format(java, configuration)
        return [*java, "kafka.Kafka", str(configuration)]

    def _configuration(self) -> str:
        text = CONFIGURATION.format(
            host=LOOPBACK,
            port=self._port,
            controller=self._controller,
            protocol="SASL_SSL" if self._security else "PLAINTEXT",
            data=self.directory / "data",
        )
        if self._security:
            text += SECURE_CONFIGURATION.format(
                admin=self._security.admin,
                password=self._security.password,
                keystore=self._security.keystore,
                authority=self._security.authority,
                mechanism=MECHANISM,
                mechanism_name=MECHANISM.lower(),
            )
        return text

    def _format(self, java: list[str], configuration: Path) -> None:
        command = [
            *java,
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            CLUSTER_ID,
            "--config",
            str(configuration),
        ]
        if self._security:
            command += ["--add-scram", f"{MECHANISM}=[name={self._security.admin},password={self._security.password}]"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BrokerError(f"Apache Kafka's storage cannot be formatted: {(done.stderr or done.stdout).strip()}")

    def _answers(self, output: str) -> bool:
        return READY.search(output) is not None

    def _output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""


def missing_programs() -> tuple[str, ...]:
    """Of the programs outside Python that are needed, those that are not there."""
    return ARTIFACTS.missing_programs()


def kafka_jars() -> Path:
    """The directory with Kafka's jars; brings them when they are not there yet.

    Raises InstallationError when a program is missing or Maven fails.
    """
    return ARTIFACTS.bring()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind((LOOPBACK, 0))
        second.bind((LOOPBACK, 0))
        return first.getsockname()[1], second.getsockname()[1]


NEXT_STEPS: Final = """\
Apache Kafka {version} listens on {servers}; Ctrl-C ends it and removes its data. In another terminal:

  . .venv/bin/activate
  export NEWSWIRE_KAFKA__SERVERS={servers}
  newswire topics create
  newswire worker

Feed it with `newswire feed seeds`. Kafka's own commands are in {tools}:

  export PATH={tools}:$PATH
  kafka-consumer-groups.sh --bootstrap-server {servers} --describe --all-groups
"""


def main() -> int:
    """Runs a broker until SIGINT or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ApacheKafka() as broker:
            print(NEXT_STEPS.format(version=KAFKA_VERSION, servers=broker.servers, tools=broker.tools()), flush=True)  # noqa: T201
            while True:
                signal.pause()
    except KeyboardInterrupt:
        return 0
    except NewswireError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Apache Kafka as `make kafka` gives it: its own commands, the ones that our messages tell you to run among them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from newswire.clients import admin
from newswire.errors import TopicError
from newswire.local import apache
from newswire.local.apache import ApacheKafka, missing_programs
from newswire.local.apache_tools import TOOLS, write_tools
from newswire.local.child import spawn
from newswire.settings import Settings
from newswire.topic_admin import check_topics, create_topics, warnings
from newswire.topics import QUOTES
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.broker,
    pytest.mark.xdist_group("apache"),
    pytest.mark.skipif(bool(missing_programs()), reason=f"Apache Kafka needs {' and '.join(missing_programs())}"),
]


@pytest.fixture
def settings(apache_broker: ApacheKafka, settings_for: Callable[..., Settings]) -> Settings:
    return settings_for(apache_broker)


def run(broker: ApacheKafka, line: str) -> str:
    """What a line of a shell says that has Kafka's commands on its path."""
    path = f"{broker.tools()}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_a_message_says_to_run_mends_the_topic(
    apache_broker: ApacheKafka, settings: Settings, settings_for: Callable[..., Settings]
) -> None:
    create_topics(settings, [QUOTES])
    name = QUOTES.full_name(settings.topics)
    changes = {"cleanup.policy": "compact", "compression.type": "zstd", "max.message.bytes": "9"}
    with admin(settings.kafka) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, changes)])
    more = settings_for(apache_broker, topics={"prefix": settings.topics.prefix, "partitions": 5})

    def commands() -> list[str]:
        """Those that a check of the topic names now."""
        try:
            said = "; ".join(warnings(check_topics(more, [QUOTES])))
        except TopicError as error:
            said = str(error)
        return re.findall(r"`(kafka-[^`]+)`", said)

    wait_for(lambda: len(commands()) == 3, "the broker has the changes")
    for line in commands():
        run(apache_broker, line)
    wait_for(lambda: len(commands()) == 1, "only the codec is left, which is a warning")
    run(apache_broker, *commands())
    wait_for(lambda: not commands(), "nothing is left")


def test_kafkas_own_clients_read_what_we_write(apache_broker: ApacheKafka, settings: Settings) -> None:
    create_topics(settings)
    server = f"--bootstrap-server {apache_broker.servers}"
    raw = f"{settings.topics.prefix}raw"
    run(apache_broker, f"echo 'It will open.' | kafka-console-producer.sh {server} --topic {raw}")
    said = run(apache_broker, f"kafka-console-consumer.sh {server} --topic {raw} --from-beginning --max-messages 1")
    assert said == "It will open.\n"


def test_every_command_starts_a_class_that_the_jars_have() -> None:
    held = {
        name
        for jar in apache.kafka_jars().glob("kafka*.jar")
        for name in zipfile.ZipFile(jar).namelist()
        if name.endswith(".class")
    }
    assert {main for main in TOOLS.values() if f"{main.replace('.', '/')}.class" not in held} == set()


def test_the_documentation_names_no_other_command() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("pipeline/newswire/*.py")]
    named = {name for page in pages for name in re.findall(r"kafka-[a-z-]+\.sh", page.read_text(encoding="utf-8"))}
    assert named - set(TOOLS) == set()


def test_a_command_gets_its_arguments_whole(tmp_path: Path) -> None:
    write_tools(tmp_path / "my bin", [sys.executable, "-c", "import sys; print(sys.argv[1:])"])
    done = subprocess.run(
        [tmp_path / "my bin" / "kafka-topics.sh", "--topic", "a b"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{[TOOLS['kafka-topics.sh'], '--topic', 'a b']}\n"


def test_make_kafka_says_what_to_do_next_and_leaves_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    broker = spawn([sys.executable, "-m", "newswire.local.apache"], log)
    try:
        wait_for(lambda: "--all-groups" in log.read_text(), "the next steps", 120)
        said = log.read_text()
        servers = re.search(r"export NEWSWIRE_KAFKA__SERVERS=(127\.0\.0\.1:\d+)", said)
        tools = re.search(r"export PATH=(\S+):\$PATH", said)
        assert servers
        assert tools
        assert "newswire topics create" in said
        assert "newswire worker" in said
        listed = subprocess.run(
            [Path(tools[1]) / "kafka-topics.sh", "--bootstrap-server", servers[1], "--list"], capture_output=True
        )
        assert listed.returncode == 0, listed.stderr
        broker.send_signal(signal.SIGINT)
        assert broker.wait(60) == 0
        assert not Path(tools[1]).exists()
    finally:
        broker.kill()
        broker.wait()

"""The documentation's subscribers with their client and nothing else installed, on what our own producer wrote.

Each client gets an environment of its own, made once under `.cache/subscribers` from the package index.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest

from newswire.local.apache import kafka_jars, missing_programs
from newswire.records import encode
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.publication import current, publication
from newswire.stream.publisher import Publisher
from newswire.topic_admin import create_topics
from newswire.topics import EXTRACTIONS
from tests.cli.kafka import extraction
from tests.test_docs import ADDRESS, ROOT, _blocks

CACHE = ROOT / ".cache" / "subscribers"

# The client that each block of the documentation imports, and the distribution that brings it: those of Python in the version
# that uv.lock pins, kafkajs in its last one, of 2023, that of Java with the broker that is tested.
CLIENTS = {"kafka": "kafka-python", "aiokafka": "aiokafka", "kafkajs": "kafkajs", "org.apache.kafka": "kafka-clients"}
KAFKAJS_VERSION = "2.2.4"
IMPORT = re.compile(
    rf"^from ({'|'.join(CLIENTS)}) import |require\(\"(kafkajs)\"\)|^import (org\.apache\.kafka)\.", re.MULTILINE
)

BLOCKS = [
    block
    for block in (*_blocks("python"), *_blocks("js"), *_blocks("java"))
    if ADDRESS in block[1] and IMPORT.search(block[1]) is not None
]

# Seconds that a package index gets before it counts as out of reach, and a subscriber before it counts as silent.
INSTALL_DEADLINE = 90
DEADLINE = 90

SAID = "We stay in port"


@pytest.fixture
async def filled(settings: Settings) -> Settings:
    """Topics with the records of two stories, as a worker publishes them."""
    create_topics(settings)
    publisher = Publisher(settings)
    await publisher.start()
    try:
        for offset, found in enumerate((extraction("a"), extraction("b", speaker="Otto Lind"))):
            topic = EXTRACTIONS.full_name(settings.topics)
            await publisher.publish([[Outgoing(topic, found.article.id.encode(), encode(found))]])
            await publisher.publish(publication(found, settings.topics, carried={}, offset=offset, timestamp_ms=0))
            tables = current(found, settings.topics, carried={}, offset=offset, timestamp_ms=0)
            await publisher.publish([list(table.values()) for table in tables.values()])
    finally:
        await publisher.stop()
    return settings


def environment(client: str) -> Path:
    """A directory with an environment that holds only this client; skips the test where none can be made."""
    if client == "kafkajs" and (missing := [program for program in ("node", "npm") if shutil.which(program) is None]):
        pytest.skip(f"kafkajs needs {' and '.join(missing)}, not found here")
    release = KAFKAJS_VERSION if client == "kafkajs" else version(CLIENTS[client])
    directory = CACHE / f"{CLIENTS[client]}-{release}-python-{sys.version_info.major}.{sys.version_info.minor}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes beside each other want it in the same moment
        if not (directory / "made").exists():
            shutil.rmtree(directory, ignore_errors=True)
            if client == "kafkajs":
                options = ["--prefix", str(directory), "--no-audit", "--no-fund", "--fetch-retries", "0"]
                _install(["npm", "install", *options, f"kafkajs@{release}"])
            else:
                _install([sys.executable, "-m", "venv", str(directory)])
                options = ["--quiet", "--disable-pip-version-check", "--retries", "1"]
                python = str(directory / "bin" / "python")
                _install([python, "-m", "pip", "install", *options, f"{CLIENTS[client]}=={release}"])
            (directory / "made").touch()
    return directory


def _install(command: Sequence[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=INSTALL_DEADLINE)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[-1]} is not there after {INSTALL_DEADLINE} s")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{command[-1]} cannot be installed here: {(error.stderr or error.stdout).strip()[-300:]}")


def command(client: str) -> tuple[list[str], dict[str, str]]:
    """What runs a program of this client, given as one argument more, and its environment variables."""
    if client == "org.apache.kafka":
        if missing := missing_programs():
            pytest.skip(f"a client in Java needs {' and '.join(missing)}, not found here")
        # Java runs a file: the program goes into one.
        run = f'printf %s "$1" > "$0" && exec java -Xmx256m -cp {shlex.quote(str(kafka_jars()))}/\\* "$0"'
        return ["sh", "-c", run, str(Path(tempfile.mkdtemp()) / "Quotes.java")], dict(os.environ)
    directory = environment(client)
    if client == "kafkajs":
        return ["node", "-e"], os.environ | {"NODE_PATH": str(directory / "node_modules")}
    return [str(directory / "bin" / "python"), "-I", "-u", "-c"], dict(os.environ)


def client_of(code: str) -> str:
    found = IMPORT.search(code)
    assert found, "a block without a client that is known here"
    return found[1] or found[2] or found[3]


def test_every_client_has_a_subscriber_in_the_documentation() -> None:
    assert {client_of(code) for _, code in BLOCKS} == set(CLIENTS)


@pytest.mark.parametrize(
    ("page", "code"), BLOCKS, ids=[f"{Path(page).stem}-{client_of(code)}-{i}" for i, (page, code) in enumerate(BLOCKS)]
)
def test_a_subscriber_needs_its_client_and_nothing_else(page: str, code: str, filled: Settings) -> None:
    code = code.replace(ADDRESS, filled.kafka.servers).replace('"news.', f'"{filled.topics.prefix}')
    code = re.sub(r'((?:group_id=|groupId: |"group.id", )")', rf"\g<1>{filled.topics.prefix}", code)
    program, variables = command(client_of(code))
    process = subprocess.Popen(
        [*program, code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=variables
    )
    silence = threading.Timer(DEADLINE, process.kill)
    silence.start()
    said = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if SAID in line or "2 stories" in line or "2 quotes stand" in line:
                break
        else:
            pytest.fail(f"the subscriber of {page} ended without a quote:\n{said}")
    finally:
        silence.cancel()
        process.kill()
        process.communicate()


def test_the_example_needs_kafka_python_and_nothing_else(filled: Settings) -> None:
    program = [str(environment("kafka") / "bin" / "python"), "-I", str(ROOT / "examples" / "quotes.py")]
    place = ["--servers", filled.kafka.servers, "--topic", f"{filled.topics.prefix}quotes"]
    group = ["--group", f"{filled.topics.prefix}desk", "--idle", "10"]
    done = subprocess.run([*program, *place, *group], capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(SAID) == 2

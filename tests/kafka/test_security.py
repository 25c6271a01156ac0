"""SCRAM, TLS and Kafka's authorizer, with exactly the rights that docs/security.md lists."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from newswire.clients import admin
from newswire.errors import SettingsError
from newswire.local.apache import ApacheKafka, KafkaSecurity, missing_programs
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, load
from newswire.topic_admin import check_topics, create_topics
from newswire.topics import HEARTBEATS, QUOTES, RAW, TOPICS, WORKER_TOPICS, Topic
from tests.conftest import fresh_settings
from tests.kafka.traffic import feed, newswire, wait_until_through
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.broker,
    pytest.mark.xdist_group("apache"),
    pytest.mark.skipif(bool(missing_programs()), reason=f"Apache Kafka needs {' and '.join(missing_programs())}"),
]

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
USERS = ("newswire-admin", "newswire-worker", "newswire-feeder", "newswire-reader", "newswire-operator")
PASSWORD = "correct horse"

STORY = {
    "id": "urn:test:harbour",
    "headline": "Harbour to open",
    "published": "2026-03-02T10:00:00Z",
    "language": "en",
    "body": "“The harbour will open on Monday,” said Mayor Ana Delgado of Port Arlen in a statement.",
}


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    directory = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(directory / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    # Kafka reads keys in PKCS 8 only.
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    (directory / "broker.pem").write_bytes(pem + chain)
    with ApacheKafka(KafkaSecurity(directory / "broker.pem", directory / "ca.pem", "root", "root secret")) as broker:
        yield broker


@pytest.fixture(scope="module")
def login(secured: ApacheKafka, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    """Settings of one of the users of the page; each has the rights that the page gives it."""
    base = fresh_settings(secured, tmp_path_factory.mktemp("settings"))
    with admin(base.kafka) as client:
        upsert = [UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, PASSWORD, 4096) for user in USERS]
        assert not any(client.alter_user_scram_credentials(upsert).values())
        assert not client.create_acls(list(rules(base.topics.prefix)))["failed"]

    def settings(user: str, password: str = PASSWORD) -> Settings:
        kafka = base.kafka.model_dump() | {"sasl_username": user, "sasl_password": password}
        return load(**base.model_dump() | {"kafka": kafka})

    # The broker learns of users and rules a moment after it has confirmed them.
    wait_for(lambda: not denied(lambda: create_topics(settings("newswire-admin"))), "the rules are in force")
    wait_for(
        lambda: not denied(lambda: check_topics(settings("newswire-worker"), WORKER_TOPICS)), "the rules are in force"
    )
    return settings


def denied(call: Callable[[], object]) -> bool:
    try:
        call()
    except SettingsError:
        return True
    return False


def rules(prefix: str) -> Iterator[ACL]:
    """The commands of the page as rules, with another prefix in the place of `news.`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=["kafka-acls.sh"])
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", action="append", required=True)
    parser.add_argument("--topic")
    parser.add_argument("--group")
    parser.add_argument("--transactional-id")
    parser.add_argument("--resource-pattern-type", default="literal")
    for line in re.findall(r"^kafka-acls\.sh .*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        given = parser.parse_args(shlex.split(line))
        named = {
            ResourceType.TOPIC: given.topic,
            ResourceType.GROUP: given.group,
            ResourceType.TRANSACTIONAL_ID: given.transactional_id,
        }
        [(kind, full)] = [(kind, name) for kind, name in named.items() if name is not None]
        name = re.sub(r"^news\.", prefix, full)
        pattern = ResourcePattern(kind, name, ACLResourcePatternType[given.resource_pattern_type.upper()])
        for operation in given.operation:
            code = ACLOperation[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()]
            yield ACL(given.allow_principal, "*", code, ACLPermissionType.ALLOW, pattern)


def test_the_whole_way_works_with_the_minimal_rights(login: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "story.json").write_bytes(orjson.dumps(STORY))
    with WorkerProcess(login("newswire-worker"), tmp_path / "worker.log") as worker:
        feed(login("newswire-feeder"), [tmp_path / "story.json"])
        wait_until_through(login("newswire-operator"), worker)
    assert worker.status == 0
    operator = login("newswire-operator")
    lag = newswire(operator, ["lag"])
    assert lag.returncode == 0, lag.stderr
    letters = newswire(operator, ["dlq", "list"])
    assert letters.stdout == b"", letters.stderr
    resumed = newswire(operator, ["dlq", "resume"])
    assert (resumed.returncode, resumed.stderr.splitlines()[-1]) == (0, b"No agent has halted.")
    topic = QUOTES.full_name(operator.topics)
    reader = newswire(login("newswire-reader"), ["tail", topic, "--from-beginning", "--json", "--count", "1"])
    assert orjson.loads(reader.stdout)["speaker"]["name"] == "Ana Delgado", reader.stderr


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if not topic.public], ids=lambda topic: topic.name)
def test_a_subscriber_cannot_read_a_private_topic(login: Callable[..., Settings], topic: Topic) -> None:
    settings = login("newswire-reader")
    done = newswire(settings, ["tail", topic.full_name(settings.topics), "--from-beginning", "--until-end"])
    assert (done.returncode, done.stdout) == (1, b"")
    assert topic.full_name(settings.topics).encode() in done.stderr


def test_a_feeder_may_look_at_its_topics(login: Callable[..., Settings]) -> None:
    check_topics(login("newswire-feeder"), (RAW, HEARTBEATS))


def test_a_feeder_may_not_write_to_other_topics(login: Callable[..., Settings]) -> None:
    with pytest.raises(SettingsError, match="newswire-feeder"):
        check_topics(login("newswire-feeder"))


def test_a_wrong_password_ends_the_worker_with_a_clear_error(login: Callable[..., Settings]) -> None:
    done = newswire(login("newswire-worker", "open-sesame"), ["worker"])
    assert done.returncode == 1
    said = orjson.loads(done.stderr.splitlines()[-1])["message"]  # a worker logs JSON where stderr is no terminal
    assert "newswire-worker" in said
    assert "kafka.sasl_password" in said
    assert b"sesame" not in done.stdout + done.stderr


def test_a_broker_with_another_certificate_is_refused(
    secured: ApacheKafka, login: Callable[..., Settings], tmp_path: Path
) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    settings = login("newswire-admin")
    kafka = settings.kafka.model_dump() | {"ssl_cafile": tmp_path / "other.pem", "request_timeout": 3.0}
    done = newswire(load(**settings.model_dump() | {"kafka": kafka}), ["topics", "check"])
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()[-1]
    assert said.startswith("error: ")
    assert "certificate verify failed" in said.lower()

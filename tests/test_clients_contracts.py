"""Upstream behaviour: what the installed kafka-python and aiokafka do that the design relies on or works around.

A test that fails here after an upgrade says that an internal changed which we touch. Each names what depends on it. Those of
Faust stand in tests/stream/test_contracts.py.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import socket
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import aiokafka.client
import aiokafka.consumer.group_coordinator
import aiokafka.errors
import kafka.coordinator.base
import kafka.errors
import kafka.net.connection
import kafka.net.manager
import kafka.net.selector
import kafka.net.transport
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.protocol.fetch import FetchRequest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

from newswire import clients, connections, logs
from newswire.clients import broker_errors, kafka_python_options, producer_options
from newswire.connections import ImpatientClient, PatientClient
from newswire.errors import BrokerError
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.outages import is_refusal, reason
from newswire.settings import KafkaSettings, TopicSettings
from newswire.stream.pacing import paced
from tests.waiting import wait_for

# Seconds for what takes milliseconds.
PATIENCE = 20.0


class Told:
    """What is told of brokers, in place of `OUTAGES`."""

    def __init__(self) -> None:
        self.lost_with: list[tuple[str, BaseException]] = []
        self.reached_at: list[str] = []

    def lost(self, address: str, error: BaseException, began: float) -> None:
        self.lost_with.append((address, error))

    def reached(self, address: str) -> None:
        self.reached_at.append(address)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(connections, "OUTAGES", told)
    return told


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens, nor will meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


# ---- kafka-python: its producer, whose end pipeline/newswire/feed/sender.py forces


def test_a_producer_whose_close_fails_goes_on_until_it_is_forced() -> None:
    """Why the sender touches `_sender` and `_closed` where the broker went away with something unconfirmed."""
    with EmbeddedBroker() as broker:
        producer = KafkaProducer(**kafka_python_options(broker.kafka), **producer_options(TopicSettings()))
        producer.send("forced", b"1").get(timeout=PATIENCE)
        broker.kill()
        producer.send("forced", b"2")
        with pytest.raises(kafka.errors.KafkaTimeoutError):
            producer.close(timeout=0.2)
        assert producer._sender.is_alive()
        assert producer._closed is False
        producer._sender.force_close()
        wait_for(lambda: not producer._sender.is_alive(), "the producer's thread to end", timeout=PATIENCE)
        producer._closed = True
        began = time.monotonic()
        producer.close(timeout=PATIENCE)  # as the interpreter does at its end
        assert time.monotonic() - began < PATIENCE / 2


# ---- kafka-python: its connections, which pipeline/newswire/connections.py watches


@pytest.mark.parametrize("patient", [False, True])
@pytest.mark.parametrize("kind", [KafkaProducer, KafkaConsumer, KafkaAdminClient])
def test_every_client_reaches_the_broker_through_ours(
    embedded_broker: LocalBroker, told: Told, kind: Any, patient: bool
) -> None:
    client = kind(**kafka_python_options(embedded_broker.kafka, patient=patient))
    try:
        used = client._sender._client if kind is KafkaProducer else client._client
        assert type(used) is (PatientClient if patient else ImpatientClient)
        assert isinstance(used._manager, connections._Connections)
        wait_for(lambda: embedded_broker.servers in told.reached_at, "word of the connection", timeout=PATIENCE)
        assert told.lost_with == []
    finally:
        clients.close(client)


def test_every_try_to_connect_goes_through_connect_and_leaves_its_error(nobody: str, told: Told) -> None:
    """What tells of a broker that is away. The words for a system call that failed are read in `newswire.outages`."""
    options = kafka_python_options(KafkaSettings(servers=nobody, request_timeout=0.5), patient=True)
    with pytest.raises(kafka.errors.KafkaTimeoutError):
        KafkaAdminClient(**options)
    assert len(told.lost_with) > 1
    for address, error in told.lost_with:
        assert address == nobody
        assert is_refusal(error)
        assert reason(error) == "Connection refused"


def test_whoever_is_impatient_gives_up_when_every_address_refuses(
    nobody: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By way of `_do_bootstrap`, its deadline, and `cluster.bootstrap_brokers`."""
    monkeypatch.setattr(connections, "REFUSAL_PATIENCE", 0.2)
    began = time.monotonic()
    with pytest.raises(kafka.errors.KafkaTimeoutError):
        KafkaAdminClient(**kafka_python_options(KafkaSettings(servers=nobody, request_timeout=2 * PATIENCE)))
    assert time.monotonic() - began < PATIENCE
    assert told.lost_with == [], "who has never got through says so himself"


# ---- records of the log that are read as errors, or held back


def test_kafka_python_says_only_in_its_log_why_it_cannot_connect(nobody: str) -> None:
    """Why `broker_errors` reads the records of these loggers: the error itself is a time-out."""
    modules = (kafka.net.manager, kafka.net.connection, kafka.net.transport)
    assert {module.log.name for module in modules} == set(clients.CONNECTING)
    heard: list[logging.LogRecord] = []

    def hear(record: logging.LogRecord) -> bool:
        heard.append(record)
        return True

    for module in modules:
        module.log.addFilter(hear)
    settings = KafkaSettings(servers=nobody, request_timeout=0.5)
    try:
        with pytest.raises(kafka.errors.KafkaTimeoutError) as failure:
            KafkaAdminClient(**kafka_python_options(settings))
    finally:
        for module in modules:
            module.log.removeFilter(hear)
    assert "refused" not in str(failure.value).lower()
    errors = [argument for record in heard for argument in record.args or () if isinstance(argument, Exception)]
    assert any(isinstance(error, kafka.errors.KafkaError) and is_refusal(error) for error in errors)
    with pytest.raises(BrokerError, match="Connection refused"), broker_errors(settings):
        KafkaAdminClient(**kafka_python_options(settings))


FOLLOWING: dict[str, tuple[ModuleType, ...]] = {
    "Unable to update metadata from": (aiokafka.client,),
    "Marking the coordinator dead": (kafka.coordinator.base, aiokafka.consumer.group_coordinator),
    "Bootstrap %s not ready": (kafka.net.manager,),
    "%s: Request timed out after": (kafka.net.connection,),
}


def test_records_that_follow_a_lost_connection_begin_as_newswire_logs_has_it() -> None:
    assert set(FOLLOWING) == set(logs.FOLLOWING)
    for beginning, modules in FOLLOWING.items():
        for module in modules:
            source = inspect.getsource(module)
            assert f'"{beginning}' in source or f"'{beginning}" in source, (beginning, module)
            assert module.log.name.partition(".")[0] in logs.KAFKA_CLIENTS


def test_errors_that_say_that_there_is_no_connection_have_these_names() -> None:
    names = {name for errors in (kafka.errors, aiokafka.errors) for name in dir(errors)}
    assert names >= logs.NO_CONNECTION


def test_the_nervous_logger_is_that_of_the_loop() -> None:
    """It warns of steps of a tenth of a second."""
    assert kafka.net.selector.log.name == logs.NERVOUS
    assert "log.warning(msg)" in inspect.getsource(kafka.net.selector)


# ---- aiokafka: its client, whose `_get_conn` and `send` pipeline/newswire/stream replaces


async def test_aiokafka_logs_the_error_of_a_connection_that_fails_and_gives_none() -> None:
    """What newswire/stream/reconnecting.py takes from the log, by a filter at this very logger."""
    assert aiokafka.client.log.name == "aiokafka"
    heard: list[logging.LogRecord] = []

    def hear(record: logging.LogRecord) -> bool:
        heard.append(record)
        return True

    broker = await asyncio.to_thread(EmbeddedBroker)
    with broker:
        client = AIOKafkaClient(bootstrap_servers=broker.servers)
        await client.bootstrap()
        (node,) = [one.nodeId for one in client.cluster.brokers()]
        broker.kill()
        aiokafka.client.log.addFilter(hear)
        try:
            assert await client._get_conn(node, group=ConnectionGroup.COORDINATION) is None
        finally:
            aiokafka.client.log.removeFilter(hear)
            await client.close()
    errors = [argument for record in heard for argument in record.args or () if isinstance(argument, Exception)]
    assert any(isinstance(error, ConnectionRefusedError) or is_refusal(error) for error in errors)


async def test_every_request_asks_get_conn_and_what_stands_is_found_by_node_and_group(
    embedded_broker: LocalBroker,
) -> None:
    """Where reconnecting.py hooks in, and how it sees that a connection stands."""
    client = AIOKafkaClient(bootstrap_servers=embedded_broker.servers)
    await client.bootstrap()
    asked: list[dict[str, Any]] = []
    connect = client._get_conn

    async def get_connection(node_id: Any, **options: Any) -> Any:
        asked.append(options)
        return await connect(node_id, **options)

    client._get_conn = get_connection
    try:
        (node,) = [one.nodeId for one in client.cluster.brokers()]
        assert client.cluster.broker_metadata(node).port == int(embedded_broker.servers.partition(":")[2])
        for group in (ConnectionGroup.DEFAULT, ConnectionGroup.COORDINATION):
            assert await client.ready(node, group=group)
            assert client._conns[node, group].connected()
        assert [options["group"] for options in asked] == [ConnectionGroup.DEFAULT, ConnectionGroup.COORDINATION]
        assert "self.ready(node_id, group=group)" in inspect.getsource(AIOKafkaClient.send)
    finally:
        await client.close()


async def test_a_producers_client_is_one_to_hook_into(embedded_broker: LocalBroker) -> None:
    """For newswire/stream/publisher.py."""
    producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.servers)
    try:
        assert isinstance(producer.client, AIOKafkaClient)
        assert producer._sender.client is producer.client
    finally:
        await producer.stop()


async def test_a_consumers_fetches_go_through_the_send_of_its_client_and_their_answers_say_what_is_in_them(
    embedded_broker: LocalBroker,
) -> None:
    """Where newswire/stream/halts.py and agent_app.py pace them. Of each partition an answer has the error second and the
    records last.
    """
    topic = "contract-fetches"
    admin = AIOKafkaAdminClient(bootstrap_servers=embedded_broker.servers)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    consumer = AIOKafkaConsumer(bootstrap_servers=embedded_broker.servers, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=embedded_broker.servers)
    answers: list[Any] = []
    send = consumer._client.send

    async def kept(node: Any, request: Any, **options: Any) -> Any:
        response = await send(node, request, **options)
        if isinstance(request, FetchRequest):
            answers.append(response)
        return response

    consumer._client.send = paced(kept)
    await consumer.start()
    await producer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.getmany(timeout_ms=300)
        await producer.send_and_wait(topic, b"news")
        async with asyncio.timeout(PATIENCE):
            assert (await consumer.getone()).value == b"news"
    finally:
        await producer.stop()
        await consumer.stop()
    partitions = [
        partition for answer in answers for name, cells in answer.topics if name == topic for partition in cells
    ]
    assert partitions
    assert all(partition[0] == 0 and partition[1] == 0 for partition in partitions)
    assert not partitions[0][-1]
    assert any(b"news" in bytes(partition[-1]) for partition in partitions if partition[-1])

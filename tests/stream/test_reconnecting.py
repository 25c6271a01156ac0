"""aiokafka's tries to connect to a broker that is away."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiokafka.client
import pytest
from aiokafka.client import AIOKafkaClient

from newswire.local.broker import EmbeddedBroker
from newswire.stream.reconnecting import backing_off

# Seconds without the broker, and the most tries that the back-off makes of them: it doubles from a twentieth to one second.
AWAY = 2.0
MOST = 7


@pytest.mark.broker
def test_many_who_ask_for_a_broker_that_is_away_make_few_tries_and_find_it_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries = 0
    connect = aiokafka.client.create_conn

    async def counted(*given: Any, **options: Any) -> Any:
        nonlocal tries
        tries += 1
        return await connect(*given, **options)

    async def ask(client: AIOKafkaClient, node: int, until: float) -> None:
        while time.monotonic() < until:
            assert not await client.ready(node)
            await asyncio.sleep(0.01)

    async def tell(broker: EmbeddedBroker) -> None:
        nonlocal tries
        client = AIOKafkaClient(bootstrap_servers=broker.servers)
        backing_off(client)
        await client.bootstrap()
        try:
            (node,) = [one.nodeId for one in client.cluster.brokers()]
            broker.kill()
            tries = 0
            await asyncio.gather(*(ask(client, node, time.monotonic() + AWAY) for _ in range(10)))
            assert 1 < tries <= MOST
            broker.start()
            assert await client.ready(node)
        finally:
            await client.close()

    monkeypatch.setattr(aiokafka.client, "create_conn", counted)
    with EmbeddedBroker() as broker:
        asyncio.run(tell(broker))
        servers = broker.servers
    said = [message for message in caplog.messages if servers in message and "broker at" in message]
    assert said[0] == f"The broker at {servers} is away: Connection refused; trying again"
    assert said[1].startswith(f"The broker at {servers} is back after ")
    assert len(said) == 2
    assert not [message for message in caplog.messages if "Unable connect" in message]

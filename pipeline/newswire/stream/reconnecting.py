"""Connections of aiokafka, with the back-off that it lacks.

While a broker is away aiokafka tries to connect for each request of each of its tasks, some fifty times a second and client, and
logs every one. kafka-python and the Java client back off; here aiokafka does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.client import ConnectionGroup

from newswire.clients import RECONNECT_BACKOFF, RECONNECT_MAX_BACKOFF
from newswire.outages import OUTAGES

__all__ = ("backing_off",)

# Where `_get_conn` leaves the error with which it could not connect: it logs it and returns None.
_errors: ContextVar[list[Exception] | None] = ContextVar("errors", default=None)


@dataclass(frozen=True, slots=True)
class _Failing:
    """A broker that could not be reached that many times in a row, and is not to be tried before a time."""

    tries: int
    until: float


class _Errors(logging.Filter):
    """Keeps the error of a connection that failed, and its record from the log: `newswire.outages` tells of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        errors = _errors.get()
        arguments = record.args if isinstance(record.args, tuple) else ()
        error = next((argument for argument in arguments if isinstance(argument, Exception)), None)
        if errors is None or error is None:
            return True
        errors.append(error)
        return False


CONNECTING: Final = _Errors()


def backing_off(client: Any) -> None:
    """Lets a client of aiokafka wait between its tries to connect to a broker, and tell of it once.

    Of all who ask for a connection meanwhile, one tries when the time has come, and all take its result.
    """
    logging.getLogger("aiokafka").addFilter(CONNECTING)  # adding it again changes nothing
    connect = client._get_conn  # noqa: SLF001 - tests/stream/test_reconnecting.py holds it
    failing: dict[Any, _Failing] = {}
    trying = asyncio.Lock()

    async def attempt(node_id: Any, options: dict[str, Any]) -> Any:
        broker = client.cluster.broker_metadata(node_id)
        began = time.monotonic()
        errors: list[Exception] = []
        token = _errors.set(errors)
        try:
            connection = await connect(node_id, **options)
        finally:
            _errors.reset(token)
        address = f"{broker.host}:{broker.port}" if broker is not None else None
        if connection is not None:
            failing.pop(node_id, None)
            if address is not None:
                OUTAGES.reached(address)
        else:
            tries = failing[node_id].tries + 1 if node_id in failing else 1
            pause = min(RECONNECT_MAX_BACKOFF, RECONNECT_BACKOFF * 2 ** min(tries - 1, 30))
            failing[node_id] = _Failing(tries, time.monotonic() + pause)
            if address is not None and errors:
                OUTAGES.lost(address, errors[-1], began)
        return connection

    async def get_connection(node_id: Any, **options: Any) -> Any:
        standing = client._conns.get((node_id, options.get("group", ConnectionGroup.DEFAULT)))  # noqa: SLF001
        if standing is not None and standing.connected():
            return standing
        seen = failing.get(node_id)
        if seen is not None:
            await asyncio.sleep(max(0.0, seen.until - time.monotonic()))
        async with trying:
            latest = failing.get(node_id)
            return None if latest is not None and latest is not seen else await attempt(node_id, options)

    client._get_conn = get_connection  # noqa: SLF001

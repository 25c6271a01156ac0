"""The gateway as a process: what it is made of, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from newswire.gateway.delivery import Delivery, Told
from newswire.gateway.readers import Readers
from newswire.gateway.reading import Reading
from newswire.gateway.schema import FILE
from newswire.gateway.site import Site
from newswire.gateway.store import Store
from newswire.gateway.streams import STREAMS
from newswire.lock_file import locked
from newswire.settings import Settings
from newswire.web import metrics
from newswire.web.health import Check

__all__ = ("serve",)

logger = logging.getLogger(__name__)

# Seconds between two looks at the thread that reads.
LOOK_INTERVAL: Final = 0.2


async def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT.

    Raises SettingsError for settings that do not fit, TopicError for a missing topic, BrokerError without a broker at the start.
    """
    metrics.begin_gateway()
    delivery = Delivery(settings.gateway.max_client_bytes)
    directory = settings.gateway.data_dir
    with locked(
        directory / "lock",
        unwritable=(f"{directory} cannot be written to", "Correct gateway.data_dir"),
        taken=(f"Another gateway uses {directory}", "Stop it, or give this one a gateway.data_dir of its own"),
    ):
        store = Store(directory, settings.gateway.history)
        delivery.tell([], {stream: store.told(stream) for stream in STREAMS})
        readers = Readers(directory)
        loop = asyncio.get_running_loop()

        def tell(changes: Sequence[Told], vectors: Mapping[str, tuple[int, ...]]) -> None:
            loop.call_soon_threadsafe(delivery.tell, changes, vectors)

        def forget(stream: str) -> None:
            loop.call_soon_threadsafe(delivery.drop_all, stream)

        reading = Reading(settings, store, tell=tell, forget=forget)
        try:
            site = Site(
                settings.gateway,
                readers,
                delivery,
                live=lambda: [_is_reading(reading)],
                ready=lambda: _is_ready(reading),
                caught_up=reading.has_caught_up,
                measure=lambda: _measure(reading, directory),
            )
            reading.start()
            try:
                await site.start()
                await _until_told_to_stop(reading)
            finally:
                await site.stop()
                reading.stop()
        finally:
            store.close()
            readers.close()
    if reading.error is not None:
        raise reading.error


async def _until_told_to_stop(reading: Reading) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    while reading.alive and not told.is_set():
        try:
            async with asyncio.timeout(LOOK_INTERVAL):
                await told.wait()
        except TimeoutError:
            continue


def _is_reading(reading: Reading) -> Check:
    return Check("reading", reading.alive, "reads" if reading.alive else f"ended: {reading.error}")


def _is_ready(reading: Reading) -> list[Check]:
    unread = [stream for stream in STREAMS if not reading.has_caught_up(stream)]
    silence = reading.silence
    return [
        _is_reading(reading),
        Check(
            "topics",
            not unread,
            f"not read yet: {', '.join(unread)}" if unread else f"{reading.behind} messages behind",
        ),
        Check("broker", not silence, f"no answer for {silence:.0f} s" if silence else "answers"),
    ]


def _measure(reading: Reading, directory: Path) -> None:
    metrics.GATEWAY_READY.set(all(check.passed for check in _is_ready(reading)))
    metrics.GATEWAY_STORE_BYTES.set(sum(path.stat().st_size for path in directory.glob(f"{FILE}*")))

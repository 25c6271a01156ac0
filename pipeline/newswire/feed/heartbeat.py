"""Heartbeats: what a feeder says of itself each minute, so that a dead feed does not look like a quiet day."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from newswire import cloudevents
from newswire.feed.cursor import Health
from newswire.feed.sources import Folder, Source
from newswire.records import Heartbeat
from newswire.settings import Settings

__all__ = ("INTERVAL", "feeder_name", "headers_of", "heartbeat")

# Seconds between two of them.
INTERVAL: Final = 60.0


def feeder_name(settings: Settings) -> str:
    """The name of the feeder that keeps this state on this machine: the client's, and what tells it from others without saying
    where it runs, for everybody may read it."""
    place = f"{socket.gethostname()}\x1f{settings.feed.state.resolve()}"
    return f"{settings.kafka.client_id}-{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def heartbeat(
    feeder: str, sources: Iterable[tuple[Source | Folder, Health]], *, fed: int, expected: float | None, now: float
) -> Heartbeat:
    """The heartbeat of a feeder with these sources. `expected` is for those that do not say it themselves; `now` is in Unix
    seconds."""
    found = list(sources)
    return Heartbeat(
        feeder=feeder,
        time=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        interval=INTERVAL,
        sources=len(found),
        fed=fed,
        failing=[source.label for source, health in found if health.is_failing],
        silent=[source.label for source, health in found if health.is_silent(source.expected or expected, now)],
        ended=[source.label for source, health in found if health.gone],
    )


def headers_of(beat: Heartbeat) -> list[tuple[str, bytes]]:
    """The headers of its message, as CloudEvents has them."""
    id = f"{beat.feeder}:{beat.time}"
    return list(cloudevents.headers("newswire.heartbeat.v1", id=id, source=b"/newswire/feed", time=beat.time))

"""What a subscriber asks for, checked before anything connects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newswire.errors import SettingsError
from newswire.settings import KafkaSettings, TopicSettings
from newswire.subscribe.conditions import Condition, parse_all
from newswire.subscribe.moments import moment
from newswire.topics import RECORD_TOPICS

__all__ = ("Request", "request")


@dataclass(frozen=True, slots=True)
class Request:
    """A topic by its full name, the conditions on its records, where to begin (None: at the beginning), and the broker."""

    topic: str
    conditions: tuple[Condition, ...]
    since: datetime | None
    group: str | None
    kafka: KafkaSettings


def request(
    topic: str,
    servers: str | None,
    where: str,
    since: str | datetime | None,
    group: str | None,
    prefix: str,
    kafka: KafkaSettings | None,
) -> Request:
    """Raises SettingsError for a topic, a condition, a time or an address that is none."""
    chosen = next((known for known in RECORD_TOPICS if known.name == topic), None)
    if chosen is None or chosen.record is None:
        names = ", ".join(known.name for known in RECORD_TOPICS)
        raise SettingsError(
            f"There is no topic of records called {topic!r}", f"The topics are {names}, without the prefix"
        )
    conditions = parse_all(where, [chosen.record]) if where.strip() else ()
    options: dict[str, Any] = {} if servers is None else {"servers": servers}
    return Request(
        topic=chosen.full_name(TopicSettings(prefix=prefix)),
        conditions=conditions,
        since=moment(since) if isinstance(since, str) else since,
        group=group,
        kafka=(kafka or KafkaSettings()).model_copy(update=options),
    )

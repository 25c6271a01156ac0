"""What must come out of a chaos run: the same messages through the same readers, extraction and records, without Kafka."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newswire.records import Extraction, decode
from newswire.settings import Settings
from newswire.stream.publication import publication
from newswire.stream.tasks import Tasks
from tests.chaos.stories import POISON, Raw

__all__ = ("Expected", "expect")

# Messages that one process takes at a time.
CHUNK = 50

Record = tuple[str, bytes]


@dataclass
class Expected:
    """What one raw message becomes. `fails` is the agent that must set it aside, if any does."""

    fails: str | None = None
    key: bytes = b""
    article: bytes | None = None
    extraction: bytes | None = None
    records: dict[Record, bytes] = field(default_factory=dict)
    """By full topic name and `event_of`: values of the records and of the version markers."""


def expect(messages: Sequence[Raw], settings: Settings) -> list[Expected]:
    """What each of the messages becomes, computed by two processes."""
    chunks = [messages[i : i + CHUNK] for i in range(0, len(messages), CHUNK)]
    with multiprocessing.get_context("spawn").Pool(2, _begin, (settings,)) as pool:
        return [expected for chunk in pool.imap(_expect, chunks) for expected in chunk]


_tasks: Tasks
_settings: Settings


def _begin(settings: Settings) -> None:
    global _settings, _tasks
    _settings = settings
    _tasks = Tasks(settings.extract, warm=True)


def _expect(messages: Sequence[Raw]) -> list[Expected]:
    return [_one(message) for message in messages]


def event_of(headers: Iterable[tuple[str, bytes]]) -> bytes:
    """The `ce_id` without the offset of the Extraction: where that lies on its topic is decided by chance."""
    return dict(headers).get("ce_id", b"").rpartition(b":")[0]


def _one(message: Raw) -> Expected:
    fails = POISON[message.poison].fails if message.poison else None
    if fails == "intake":
        return Expected(fails)
    [article] = _tasks.read(message.value, dict(message.headers))
    key = article.article.encode()
    if fails == "extract":
        return Expected(fails, key, article.value)
    [output] = _tasks.extract([article.value])
    steps = publication(decode(output.value, Extraction), _settings.topics, carried={}, offset=0, timestamp_ms=0)
    records = {
        (outgoing.topic, event_of(outgoing.headers)): outgoing.value or b"" for step in steps for outgoing in step
    }
    return Expected(None, key, article.value, output.value, records)

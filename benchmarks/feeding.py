"""How fast items are fed, each confirmed by the broker: files, JSON lines, a feed of 10,000 entries; and the two clients of Kafka
that could do it, beside each other. A part of `benchmarks.speed`.
"""

from __future__ import annotations

import asyncio
import html
import json
import random
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from aiokafka import AIOKafkaProducer

from newswire.clients import aiokafka_options, producer_options
from newswire.feed import entries
from newswire.feed.cursor import CursorFile
from newswire.feed.fetch import Answer
from newswire.feed.files import expand, items_of
from newswire.feed.item import Item
from newswire.feed.polling import Asked, take
from newswire.feed.sender import UNCONFIRMED, Sender
from newswire.feed.sources import Source
from newswire.local.broker import EmbeddedBroker
from newswire.settings import Settings, load
from newswire.topic_admin import create_topics
from newswire.topics import RAW

__all__ = ("feeding",)

# Files and lines that are fed in a pass. They have the length of articles, the entries of a feed that of teasers.
STORIES: Final = 2_000
ENTRIES: Final = 10_000


def feeding(texts: Sequence[str], passes: int) -> dict[str, float]:
    """Items a second, medians over the passes, and how many times as fast aiokafka sends the same items as kafka-python."""
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as place, EmbeddedBroker() as broker:
        directory = Path(place)
        settings = load(kafka=broker.kafka.model_dump(), feed={"state": directory / "feeds.json"})
        create_topics(settings)
        _write(directory, texts)
        feed = _feed(texts, rng)
        lines = list(items_of(directory / "stories.jsonl"))
        rates: dict[str, list[float]] = {"files": [], "json_lines": [], "feed": [], "kafka_python": [], "aiokafka": []}
        with Sender(settings) as sender:
            for number in range(passes):
                rates["files"].append(_rate(STORIES, lambda: _sent(sender, _files(directory / "stories"))))
                rates["json_lines"].append(_rate(STORIES, lambda: _sent(sender, items_of(directory / "stories.jsonl"))))
                rates["feed"].append(_rate(ENTRIES, lambda number=number: _polled(settings, sender, feed, number)))  # type: ignore[misc]
                rates["kafka_python"].append(_rate(STORIES, lambda: _sent(sender, iter(lines))))
                rates["aiokafka"].append(_rate(STORIES, lambda: asyncio.run(_sent_by_aiokafka(settings, lines))))
    return {
        **{f"feed.{name}_items_s": statistics.median(found) for name, found in rates.items()},
        "feed.aiokafka_against_kafka_python": statistics.median(
            other / one for one, other in zip(rates["kafka_python"], rates["aiokafka"], strict=True)
        ),
    }


def _write(directory: Path, texts: Sequence[str]) -> None:
    (directory / "stories").mkdir()
    with (directory / "stories.jsonl").open("w", encoding="utf-8") as lines:
        for number in range(STORIES):
            story = json.dumps({"id": f"bench:{number}", "headline": "Story", "body": texts[number % len(texts)]})
            (directory / "stories" / f"{number:05}.json").write_text(story, encoding="utf-8")
            lines.write(f"{story}\n")


def _feed(texts: Sequence[str], rng: random.Random) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>bench:{number}</guid><title>Story {number}</title>"
        f"<link>https://bench.example/{number}</link><pubDate>Tue, 04 Mar 2025 10:00:00 +0100</pubDate>"
        f"<description>{html.escape(f'<p>{rng.choice(texts)[:400]}</p>')}</description></item>"
        for number in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>Bench</title>{items}</channel></rss>".encode()


def _files(directory: Path) -> Iterator[Item]:
    for path in expand(directory):
        yield from items_of(path)


def _sent(sender: Sender, items: Iterator[Item]) -> int:
    return sender.send(items).confirmed


def _polled(settings: Settings, sender: Sender, feed: bytes, number: int) -> int:
    """What a poll does after the server has answered, at an address of its own in each pass."""
    answer = Answer(feed, None, None, "application/rss+xml")
    with CursorFile.opened(settings.feed.state, str(number)) as cursors:
        asked = Asked(Source(address="https://bench.example/"), answer, entries.parse(feed, answer.content_type))
        return take(asked, cursors, sender, settings.feed).outcome.confirmed


async def _sent_by_aiokafka(settings: Settings, items: Sequence[Item]) -> int:
    """As `Sender` sends, with the other client."""
    producer = AIOKafkaProducer(
        **aiokafka_options(settings.kafka),
        **producer_options(settings.topics),
        max_request_size=RAW.max_message_bytes,
    )
    await producer.start()
    topic = RAW.full_name(settings.topics)
    waiting: deque[asyncio.Future[object]] = deque()
    try:
        for item in items:
            waiting.append(await producer.send(topic, item.value, item.key, headers=list(item.headers.items())))
            if len(waiting) > UNCONFIRMED:
                await waiting.popleft()
        while waiting:
            await waiting.popleft()
    finally:
        await producer.stop()
    return len(items)


def _rate(count: int, send: Callable[[], int]) -> float:
    began = time.perf_counter()
    confirmed = send()
    if confirmed != count:
        raise SystemExit(f"{confirmed:,} of {count:,} items were confirmed")
    return count / (time.perf_counter() - began)

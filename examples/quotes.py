"""Keeps the quotes of every story as they stand now, and prints each new one.

A subscriber that does all that the topics ask of one: it skips versions older than what it has, tells a new quote from one
that an update left unchanged (record ids stay), drops what the marker of a version makes obsolete, and commits only what
it has worked on. Needs kafka-python and nothing else of this project.

    python examples/quotes.py [--servers HOST:PORT] [--topic news.quotes] [--group quotes-example] [--idle SECONDS]
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from kafka import KafkaConsumer

MARKER = b"newswire.version.v1"


class Story:
    """The newest version of a story that was seen, and its quotes by record id, each with the version that last had it."""

    def __init__(self) -> None:
        self.version = 0
        self.quotes: dict[str, tuple[int, dict[str, Any]]] = {}


def take(stories: dict[str, Story], record: dict[str, Any], kind: bytes) -> str | None:
    """Works one message into the stories; the line to print, if there is something new."""
    article = record["article"]
    story = stories.setdefault(article["id"], Story())
    if article["version"] < story.version:
        return None
    story.version = article["version"]
    if kind == MARKER:
        gone = [
            id for id, (version, _) in story.quotes.items() if version < story.version or record["status"] != "usable"
        ]
        for id in gone:
            del story.quotes[id]
        return f"{article['id']}: {len(gone)} quotes no longer hold ({record['status']})" if gone else None
    new = record["id"] not in story.quotes
    story.quotes[record["id"]] = (story.version, record)
    return f"{speaker(record)}: {record['text']}" if new else None


def speaker(quote: dict[str, Any]) -> str:
    """The speaker's name, else the words that the story has for the speaker."""
    found = quote["speaker"] or {}
    return found.get("name") or (found.get("mention") or {}).get("text") or "unknown"


def main() -> None:
    """Follows the topic; with --idle ends when nothing came for so long."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--servers", default="127.0.0.1:9092")
    parser.add_argument("--topic", default="news.quotes")
    parser.add_argument("--group", default="quotes-example")
    parser.add_argument("--idle", type=float)
    given = parser.parse_args()
    consumer = KafkaConsumer(
        given.topic,
        bootstrap_servers=given.servers.split(","),
        group_id=given.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        consumer_timeout_ms=given.idle * 1000 if given.idle else float("inf"),
    )
    stories: dict[str, Story] = {}
    try:
        for message in consumer:
            line = take(stories, json.loads(message.value), dict(message.headers)["ce_type"])
            if line:
                print(line, flush=True)
            consumer.commit()
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    print(f"{sum(len(story.quotes) for story in stories.values())} quotes hold", file=sys.stderr)


if __name__ == "__main__":
    main()

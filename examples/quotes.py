"""Keeps the quotes of every story as they stand now, and prints each new one.

A subscriber that does all that the topics ask of one: it takes quotes as they come, drops what the ruling version marker of a
story does not list (after an update, a kill, or a second extraction), is not fooled by messages that come late or twice, and
commits only what it has worked on. Needs kafka-python and nothing else of this project.

    python examples/quotes.py [--servers HOST:PORT] [--topic news.quotes] [--group quotes-example] [--idle SECONDS]
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from kafka import KafkaConsumer

MARKER = b"newswire.version.v1"

# What orders messages of one story: the article's version, whether it kills the story, then the offset of the Extraction that
# made them.
Order = tuple[int, bool, int]


class Story:
    """What the ruling marker says of a story, and its quotes by record id, each with its order."""

    def __init__(self) -> None:
        self.ruling: Order = (-1, False, -1)
        self.standing: set[str] = set()
        self.quotes: dict[str, tuple[Order, dict[str, Any]]] = {}


def take(stories: dict[str, Story], record: dict[str, Any], headers: dict[str, bytes]) -> str | None:
    """Works one message into the stories; the line to print, if there is something new."""
    article = record["article"]
    story = stories.setdefault(article["id"], Story())
    killed = record.get("status") in ("canceled", "withheld")  # only a marker has a status
    order = (article["version"], killed, int(headers["newswire-extraction-offset"]))
    if headers["ce_type"] == MARKER:
        if order < story.ruling:
            return None
        story.ruling, story.standing = order, set(record["ids"])
        gone = [id for id, (made, _) in story.quotes.items() if made <= order and id not in story.standing]
        for id in gone:
            del story.quotes[id]
        return f"{article['id']}: {len(gone)} quotes no longer hold ({record['status']})" if gone else None
    if order <= story.ruling and record["id"] not in story.standing:
        return None
    known = story.quotes.get(record["id"])
    if known is None or known[0] < order:
        story.quotes[record["id"]] = (order, record)
    return f"{speaker(record)}: {record['text']}" if known is None else None


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
            line = take(stories, json.loads(message.value), dict(message.headers))
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

"""Writes pipeline/newswire/gateway/samples.json: a real message of every kind of record, from one invented story.

python docs/samples.py
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson

from newswire.extract import extract
from newswire.feed.heartbeat import headers_of, heartbeat
from newswire.records import Article, IndexedArticle, body_sha256, encode
from newswire.settings import Settings, TopicSettings
from newswire.stream.handlers import answering
from newswire.stream.message import ConsumedMessage
from newswire.stream.publication import publication
from newswire.stream.publisher import Outgoing
from newswire.stream.story_index import Decision, Unsettled
from newswire.topics import ARTICLES, EXTRACTIONS, HEARTBEATS, TOPICS

ROOT = Path(__file__).parent.parent
FILE = ROOT / "pipeline" / "newswire" / "gateway" / "samples.json"

BODY = (
    "OSLO, March 4 (Harbour Wire) - Norway condemned Belarus on Monday over the arrest of two journalists, Foreign Minister"
    " Mina Holt said.\n"
    "“We will not look away while reporters disappear into cells,” Holt told reporters in Oslo.\n"
)
STORY = Article(
    id="urn:example:harbourwire:arrests-12",
    version=2,
    signal="correction",
    headline="CORRECTED-Norway condemns Belarus over arrests",
    published="2024-03-04T10:12:00Z",
    modified="2024-03-04T11:47:00Z",
    source="Harbour Wire",
    located="Oslo",
    language="en",
    url="https://example.org/arrests-12",
    body=BODY,
    body_sha256=body_sha256(BODY),
    format="ninjs",
)

# When the heartbeat was sent, in Unix seconds: that of the correction.
SENT = 1_709_552_820.0

JSON = (("content-type", b"application/json"),)

KILL = IndexedArticle(
    id="urn:example:harbourwire:kill-3",
    version=1,
    status="usable",
    source="Harbour Wire",
    names={"kind": "kill", "slug": "NORWAY-ARRESTS"},
)


class Notices:
    """A log of notices that has one kill, of a story that nobody knows."""

    async def take(self, message: ConsumedMessage) -> list[Decision]:
        return [Unsettled(KILL, int(SENT * 1000), "unknown", ())]


async def alert(settings: Settings) -> Outgoing:
    """The alert that the intake agent makes of the kill."""
    message = ConsumedMessage("", 0, 0, None, None, (), 0)
    [[found]] = await answering(Notices(), settings)(message)  # type: ignore[arg-type]
    return found


def samples() -> list[dict[str, Any]]:
    """One message of each kind: its topic without prefix, key, headers and value."""
    extraction, settings, key = extract(STORY), TopicSettings(), STORY.id.encode()
    beat = heartbeat("feeder-1", [], fed=12, expected=None, now=SENT)
    messages = [
        Outgoing(ARTICLES.full_name(settings), key, encode(STORY), JSON),
        Outgoing(EXTRACTIONS.full_name(settings), key, encode(extraction), JSON),
        *(
            message
            for step in publication(extraction, settings, carried={}, offset=7, timestamp_ms=0)
            for message in step
        ),
        asyncio.run(alert(Settings(topics=settings))),
        Outgoing(HEARTBEATS.full_name(settings), beat.feeder.encode(), encode(beat), tuple(headers_of(beat))),
    ]
    names = {topic.full_name(settings): topic.name for topic in TOPICS}
    found: dict[str, dict[str, Any]] = {}
    for message in messages:
        headers = {name: value.decode() for name, value in message.headers}
        found.setdefault(
            headers.get("ce_type", message.topic),
            {
                "topic": names[message.topic],
                "key": (message.key or b"").decode(),
                "headers": headers,
                "value": orjson.loads(message.value or b""),
            },
        )
    return list(found.values())


if __name__ == "__main__":
    FILE.write_bytes(orjson.dumps(samples(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

"""Messages put onto topics as the workers put them."""

from __future__ import annotations

from collections.abc import Iterable

from kafka import KafkaProducer

from newswire.clients import kafka_python_options
from newswire.records import (
    Actor,
    ArticleHead,
    Cue,
    Entity,
    Event,
    Evidence,
    Extraction,
    Mention,
    Model,
    Predicate,
    Quote,
    Span,
    Speaker,
    encode,
)
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.publication import publication
from newswire.topics import EXTRACTIONS

__all__ = ("extraction", "publish", "send")


def send(settings: Settings, messages: Iterable[Outgoing]) -> list[int]:
    """Sends messages one after the other, each confirmed; their offsets."""
    with KafkaProducer(**kafka_python_options(settings.kafka), acks="all", max_request_size=8_000_000) as producer:
        return [
            producer.send(message.topic, key=message.key, value=message.value, headers=list(message.headers))
            .get(timeout=30)
            .offset
            for message in messages
        ]


def publish(settings: Settings, *found: Extraction) -> None:
    """Puts Extractions, their records and their version markers onto the topics."""
    for one in found:
        topic = EXTRACTIONS.full_name(settings.topics)
        [offset] = send(settings, [Outgoing(topic, one.article.id.encode(), encode(one))])
        for step in publication(one, settings.topics, carried={}, offset=offset, timestamp_ms=0):
            send(settings, step)


def extraction(id: str, *, speaker: str | None = "Mina Holt", status: str = "usable", version: int = 1) -> Extraction:
    """A small Extraction with one entity, one quote and one event, all of the speaker."""
    named = Speaker(entity=f"{id}-e", name=speaker) if speaker else None
    return Extraction(
        article=ArticleHead(id=id, version=version, status=status, headline=f"Story {id}", source="Harbour Wire"),
        entities=[Entity(id=f"{id}-e", type="PERSON", name=speaker or "?", mentions=[Mention(0, 4, "Mina", "name")])],
        quotes=[
            Quote(
                id=f"{id}-q", type="direct", kind="speech", confidence=0.9, text="We stay in port", spans=[Span(0, 15)],
                speaker=named, cue=Cue(16, 20, "said", "say", "neutral"),
            )
        ],
        events=[
            Event(
                id=f"{id}-v", type="CONSULT", quad=1, predicate=Predicate(0, 3, "met", "meet"), evidence=Evidence(0, 9),
                actors=[Actor(start=0, end=4, text="Mina", name=speaker, country="NOR")], recipients=[],
            )
        ],
        model=Model("en_core_web_sm", "3.8.0"),
    )  # fmt: skip

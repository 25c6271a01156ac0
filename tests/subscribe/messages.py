"""Messages of a record topic, made as the publish agent makes them."""

from __future__ import annotations

from collections.abc import Sequence

from newswire.records import Extraction, Quote, Span, Speaker
from newswire.settings import TopicSettings
from newswire.stream.publication import publication
from newswire.topics import QUOTES
from tests.cli.kafka import extraction

__all__ = ("Message", "messages_of", "story")

Message = tuple[bytes, dict[str, bytes]]


def story(version: int, quotes: Sequence[tuple[str, str]], *, id: str = "a", status: str = "usable") -> Extraction:
    """An Extraction with a quote for each pair of a record id and a speaker."""
    made = extraction(id, version=version, status=status)
    return Extraction(
        article=made.article,
        entities=[],
        events=[],
        model=made.model,
        quotes=[
            Quote(
                id=quote,
                type="direct",
                kind="speech",
                text=quote,
                spans=[Span(0, 1)],
                cue=None,
                speaker=Speaker(entity=None, name=speaker),
            )
            for quote, speaker in quotes
        ],
    )


def messages_of(found: Extraction, offset: int) -> list[Message]:
    """The messages of the Extraction at this offset on the topic of quotes: the records, then the marker."""
    steps = publication(found, TopicSettings(), carried={}, offset=offset, timestamp_ms=0)
    name = QUOTES.full_name(TopicSettings())
    return [
        (outgoing.value, dict(outgoing.headers))
        for step in steps
        for outgoing in step
        if outgoing.topic == name and outgoing.value is not None
    ]

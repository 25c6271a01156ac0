"""Records and messages of the streams, made as the agents make them."""

from __future__ import annotations

import itertools

from newswire.gateway.store import Message, Store
from newswire.gateway.streams import STREAMS
from newswire.records import Article, ArticleReference, QuoteRecord, Span, Speaker, encode

__all__ = ("Feed", "article", "quote")

# The clock of the stores in these tests, in Unix seconds.
NOW = 1_800_000_000.0


def quote(id: str, speaker: str | None = "Mina Holt", *, text: str = "We stay in port", version: int = 1) -> bytes:
    """A quote, as it stands on its topic."""
    return encode(
        QuoteRecord(
            id=id,
            article=ArticleReference(id=f"story-{id}", version=version, source="Harbour Wire"),
            type="direct",
            kind="speech",
            text=text,
            spans=[Span(0, 1)],
            speaker=None if speaker is None else Speaker(name=speaker),
            confidence=0.9,
        )
    )


def article(id: str, *, version: int = 1, status: str = "usable", body: str = "The ferry stays in port.") -> bytes:
    """An article, as it stands on its topic."""
    return encode(Article(id=id, version=version, status=status, body=body, headline=f"Story {id}"))


class Feed:
    """Messages for a store, without a broker: offsets count up in each of two partitions of each stream."""

    def __init__(self, store: Store, *, floor: int = 0) -> None:
        self.store = store
        self._offsets = {
            (stream, number): itertools.count(store.positions.get((stream, number), 0))
            for stream in STREAMS
            for number in (0, 1)
        }
        for partition in self._offsets:
            if partition not in store.positions:
                store.begin(partition, 0, floor)

    def message(
        self, id: str, value: bytes | None, *, stream: str = "quotes", partition: int | None = None, age: float = 0
    ) -> Message:
        """The next message, `age` seconds old."""
        number = sum(id.encode()) % 2 if partition is None else partition
        offset = next(self._offsets[stream, number])
        return Message((stream, number), offset, int((NOW - age) * 1000), id, value)

    def take(self, *messages: Message) -> list[str]:
        """Takes them in as one batch; the kinds of the changes, each with its id."""
        positions = {message.partition: message.offset + 1 for message in messages}
        return [f"{change.kind} {change.id}" for change, _ in self.store.take(messages, positions)]

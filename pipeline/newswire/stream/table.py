"""The rule of the tables: which messages take a story from what stands of it to what an Extraction says. Knows no Kafka."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from newswire.records import Extraction
from newswire.ruling import WITHDRAWN, Ruling, ruling
from newswire.settings import TopicSettings
from newswire.stream.batches import Outgoing
from newswire.stream.publication import current
from newswire.topics import CURRENT, EXPIRED, EXTRACTION_OFFSET, Topic

__all__ = ("Replacement", "StoryState", "expiry", "purge", "replacement", "state_key")

# The form of our own record ids: half the size as bytes. Whoever extracts in another way may have others.
HEXADECIMAL: Final = re.compile(r"[0-9a-f]{32}")


class StoryState(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a story: which Extraction rules, and the ids that stand. In MessagePack it takes 16 bytes an id."""

    version: int
    """Of the article."""
    status: str
    offset: int
    """Of the Extraction."""
    at_ms: int
    """When the Extraction was written, in Unix milliseconds."""
    ids: tuple[bytes | tuple[str, ...], ...] = ()
    """The ids that stand, of each topic in the order of `newswire.topics.CURRENT`: as bytes, one behind the other, or as they
    are."""

    @property
    def ruling(self) -> Ruling:
        """Its place among the Extractions of the story."""
        return ruling(self.version, self.status, self.offset)

    def standing(self) -> Iterator[tuple[Topic, str]]:
        """Each record that stands: the topic that logs such records, and its id."""
        for topic, ids in zip(CURRENT, self.ids, strict=False):
            for id in _unpacked(ids):
                yield topic, id


@dataclass(frozen=True, slots=True)
class Replacement:
    """What one step changes of a story: the records and tombstones to be written, and the state behind them, None for none."""

    story: bytes
    """The key of the state."""
    state: StoryState | None
    messages: tuple[Outgoing, ...]


def state_key(article: str) -> bytes:
    """The key of a story's state."""
    return article.encode("utf-8", "surrogatepass")


def replacement(
    extraction: Extraction,
    before: StoryState | None,
    settings: TopicSettings,
    *,
    carried: Mapping[str, bytes],
    offset: int,
    timestamp_ms: int,
) -> Replacement | None:
    """What an Extraction changes, given what is known of its story; None when something else rules, or it was worked in
    before."""
    article = extraction.article
    if before is not None and ruling(article.version, article.status, offset) <= before.ruling:
        return None
    standing = current(extraction, settings, carried=carried, offset=offset, timestamp_ms=timestamp_ms)
    ids = tuple(_packed(standing[topic]) for topic in CURRENT)
    upserts = [message for messages in standing.values() for message in messages.values()]
    gone = () if before is None else ((topic, id) for topic, id in before.standing() if id not in standing[topic])
    story = state_key(article.id)
    return Replacement(
        story,
        StoryState(article.version, article.status, offset, timestamp_ms, ids),
        (*upserts, *_tombstones(story, gone, settings, offset)),
    )


def purge(story: bytes, before: StoryState, settings: TopicSettings, *, offset: int) -> Replacement | None:
    """What it changes that somebody took a story out of the topic of Extractions: it counts as killed. None when it is."""
    if before.status in WITHDRAWN:
        return None
    killed = StoryState(before.version, WITHDRAWN[0], offset, before.at_ms)
    return Replacement(story, killed, tuple(_tombstones(story, before.standing(), settings, offset)))


def expiry(story: bytes, before: StoryState, settings: TopicSettings) -> Replacement:
    """What it changes that a story is forgotten: its records go with it, for nobody could withdraw them later."""
    return Replacement(
        story, None, tuple(_tombstones(story, before.standing(), settings, before.offset, (EXPIRED, b"")))
    )


def _tombstones(
    story: bytes, gone: Iterable[tuple[Topic, str]], settings: TopicSettings, offset: int, *others: tuple[str, bytes]
) -> Iterator[Outgoing]:
    headers = (("ce_subject", story), (EXTRACTION_OFFSET, str(offset).encode()), *others)
    for topic, id in gone:
        yield Outgoing(CURRENT[topic].full_name(settings), id.encode("utf-8", "replace"), None, headers)


def _packed(ids: Iterable[str]) -> bytes | tuple[str, ...]:
    found = tuple(ids)
    return bytes.fromhex("".join(found)) if all(map(HEXADECIMAL.fullmatch, found)) else found


def _unpacked(ids: bytes | tuple[str, ...]) -> Iterable[str]:
    return re.findall(HEXADECIMAL, ids.hex()) if isinstance(ids, bytes) else ids

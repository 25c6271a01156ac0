"""What the gateway tells of: each stream with its topic, its short forms, and what of its records can be searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from newswire.records import Article, EntityRecord, EventRecord, QuoteRecord
from newswire.topics import ARTICLES, CURRENT_ENTITIES, CURRENT_EVENTS, CURRENT_QUOTES, Topic

__all__ = ("ARTICLE_STREAM", "RECORD_STREAMS", "SHORT_FORMS", "STREAMS", "Stream")

SHORT_FORMS: Final = ("speaker", "type", "country")
"""Parameters of a request that stand for a condition on the fields that a reader means by them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream, and the topic that it is made of."""

    name: str
    topic: Topic
    record: type[msgspec.Struct]
    short_forms: Mapping[str, tuple[str, ...]]
    """For each short form that makes sense here the fields, any of which may meet it."""
    searched: tuple[tuple[str, ...], ...]
    """The paths of the texts that a search looks at. They hold whatever the short forms compare, so that an index of their words
    finds at least every record that meets one."""

    def text(self, record: Mapping[str, Any]) -> str:
        """What a search looks at of a record, as parsed JSON: one line for each text."""
        return "\n".join(text for path in self.searched for text in _texts(record, path))


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, Mapping):
        yield from _texts(value.get(path[0]), path[1:])


def _paths(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name.split(".")) for name in names)


_QUOTES: Final = Stream(
    name="quotes",
    topic=CURRENT_QUOTES,
    record=QuoteRecord,
    short_forms={"speaker": ("speaker",), "type": ("type",)},
    searched=_paths("text", "speaker.name", "speaker.mention.text", "speaker.role", "article.headline"),
)
_EVENTS: Final = Stream(
    name="events",
    topic=CURRENT_EVENTS,
    record=EventRecord,
    short_forms={
        "speaker": ("attributed_to",),
        "type": ("type",),
        "country": ("actors.country", "recipients.country", "place.country"),
    },
    searched=_paths(
        *("predicate.text", "predicate.lemma", "actors.text", "actors.name", "recipients.text", "recipients.name"),
        *("place.text", "place.name", "attributed_to.name", "evidence.text", "sentence.text", "article.headline"),
    ),
)
_ENTITIES: Final = Stream(
    name="entities",
    topic=CURRENT_ENTITIES,
    record=EntityRecord,
    short_forms={"type": ("type",), "country": ("country",)},
    searched=_paths("name", "aliases", "role", "article.headline"),
)

ARTICLE_STREAM: Final = Stream(
    name="articles",
    topic=ARTICLES,
    record=Article,
    short_forms={},
    searched=_paths("headline", "body", "byline", "keywords", "subjects"),
)
"""The articles themselves. They have versions, of which the highest stands."""

RECORD_STREAMS: Final = (_QUOTES, _EVENTS, _ENTITIES)
"""What is extracted, from the tables of what stands."""

STREAMS: Final = {stream.name: stream for stream in (*RECORD_STREAMS, ARTICLE_STREAM)}

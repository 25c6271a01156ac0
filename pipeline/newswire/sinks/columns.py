"""Records as rows: which columns each kind has, of which type, and what of the record each holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from newswire.records import Actor, Speaker
from newswire.subscribe.stories import Record
from newswire.topics import ENTITIES, EVENTS, QUOTES

__all__ = ("COLUMNS", "Column", "row")

# Between the values of a cell that holds several: names have commas in them, and hardly ever this.
SEPARATOR: Final = "; "


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `type` is its name in SQL, as both DuckDB and PostgreSQL have it."""

    name: str
    type: str
    value: Callable[[Any], Any]
    """What of a record stands in it; None for nothing."""


def row(record: Record, columns: Iterable[Column]) -> dict[str, Any]:
    """The record's values by the names of the columns. Times are RFC 3339 as the record has them, and no text has a NUL, which
    no database takes.
    """
    values = {column.name: column.value(record) for column in columns}
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in values.items()}


def _field(path: str) -> Callable[[Any], Any]:
    """Follows the fields of a path with dots; what is absent on the way is None."""
    names = path.split(".")

    def value(record: Any) -> Any:
        for name in names:
            if record is None:
                return None
            record = getattr(record, name)
        return record

    return value


def _all(path: str, of: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """One value of each item of a list, in its order, None without any."""

    def value(record: Any) -> str | None:
        found = [one for item in getattr(record, path) if (one := of(item))]
        return SEPARATOR.join(found) or None

    return value


def _columns(given: Mapping[str, tuple[str, str | Callable[[Any], Any]]]) -> tuple[Column, ...]:
    return tuple(
        Column(name, type, _field(value) if isinstance(value, str) else value) for name, (type, value) in given.items()
    )


def _name(actor: Actor) -> str | None:
    return actor.name or actor.text


def _speaker(speaker: Speaker) -> str | None:
    return speaker.name or (speaker.mention.text if speaker.mention is not None else None)


ARTICLE: Final[dict[str, tuple[str, str | Callable[[Any], Any]]]] = {
    "id": ("TEXT", "id"),
    "article_id": ("TEXT", "article.id"),
    "article_version": ("BIGINT", "article.version"),
    "published": ("TIMESTAMPTZ", "article.published"),
    "source": ("TEXT", "article.source"),
    "headline": ("TEXT", "article.headline"),
    "url": ("TEXT", "article.url"),
}

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    QUOTES.name: _columns(
        {
            **ARTICLE,
            "speaker": ("TEXT", "speaker.name"),
            "speaker_role": ("TEXT", "speaker.role"),
            "speaker_entity": ("TEXT", "speaker.entity"),
            "speaker_mention": ("TEXT", "speaker.mention.text"),
            "anonymous": ("BOOLEAN", "speaker.anonymous"),
            "speakers": ("TEXT", _all("speakers", _speaker)),
            "text": ("TEXT", "text"),
            "type": ("TEXT", "type"),
            "kind": ("TEXT", "kind"),
            "polarity": ("TEXT", "polarity"),
            "cue": ("TEXT", "cue.text"),
            "stance": ("TEXT", "cue.stance"),
            "continues": ("TEXT", "continues"),
            "confidence": ("DOUBLE PRECISION", "confidence"),
            "start_offset": ("INTEGER", lambda quote: quote.spans[0].start if quote.spans else None),
            "end_offset": ("INTEGER", lambda quote: quote.spans[-1].end if quote.spans else None),
        }
    ),
    EVENTS.name: _columns(
        {
            **ARTICLE,
            "event": ("TEXT", "event"),
            "type": ("TEXT", "type"),
            "mode": ("TEXT", "mode"),
            "cameo": ("TEXT", "cameo"),
            "quad": ("INTEGER", "quad"),
            "score": ("DOUBLE PRECISION", "score"),
            "goldstein": ("DOUBLE PRECISION", "goldstein"),
            "predicate": ("TEXT", "predicate.text"),
            "lemma": ("TEXT", "predicate.lemma"),
            "actors": ("TEXT", _all("actors", _name)),
            "actor_countries": ("TEXT", _all("actors", lambda actor: actor.country)),
            "actor_sectors": ("TEXT", _all("actors", lambda actor: actor.sector)),
            "recipients": ("TEXT", _all("recipients", _name)),
            "recipient_countries": ("TEXT", _all("recipients", lambda actor: actor.country)),
            "recipient_sectors": ("TEXT", _all("recipients", lambda actor: actor.sector)),
            "date": ("TEXT", "date.value"),
            "date_precision": ("TEXT", "date.precision"),
            "place": ("TEXT", lambda event: event.place and (event.place.name or event.place.text)),
            "place_country": ("TEXT", "place.country"),
            "geonames": ("BIGINT", "place.geonames"),
            "lat": ("DOUBLE PRECISION", "place.lat"),
            "lon": ("DOUBLE PRECISION", "place.lon"),
            "polarity": ("TEXT", "polarity"),
            "modality": ("TEXT", "modality"),
            "tense": ("TEXT", "tense"),
            "attributed_to": ("TEXT", "attributed_to.name"),
            "attributed_quote": ("TEXT", "attributed_to.quote"),
            "evidence": ("TEXT", "evidence.text"),
            "sentence": ("TEXT", "sentence.text"),
            "confidence": ("DOUBLE PRECISION", "confidence"),
            "start_offset": ("INTEGER", "evidence.start"),
            "end_offset": ("INTEGER", "evidence.end"),
        }
    ),
    ENTITIES.name: _columns(
        {
            **ARTICLE,
            "type": ("TEXT", "type"),
            "name": ("TEXT", "name"),
            "aliases": ("TEXT", lambda entity: SEPARATOR.join(entity.aliases) or None),
            "country": ("TEXT", "country"),
            "role": ("TEXT", "role"),
            "gender": ("TEXT", "gender"),
            "geonames": ("BIGINT", "place.geonames"),
            "lat": ("DOUBLE PRECISION", "place.lat"),
            "lon": ("DOUBLE PRECISION", "place.lon"),
            "salience": ("DOUBLE PRECISION", "salience"),
            "mentions": ("INTEGER", lambda entity: len(entity.mentions)),
        }
    ),
}
"""The columns of each record topic, by its name without prefix. The first is the key."""

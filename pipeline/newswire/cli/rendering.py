"""Records and messages as one line for a person each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from newswire.cli.counted import counted
from newswire.cli.printable import printable
from newswire.records import (
    Actor,
    Alert,
    Article,
    EntityRecord,
    Event,
    EventRecord,
    Extraction,
    Heartbeat,
    QuoteRecord,
    Speaker,
    VersionMarker,
)

__all__ = ("actors", "circumstances", "one_line", "speaker", "start_of")

# Characters of a message's value that a line shows when it is no record.
SHOWN: Final = 100


def one_line(record: msgspec.Struct) -> str:
    """The record in words, without what a terminal would obey."""
    return printable(RENDERERS[type(record)](record))


def start_of(value: bytes | None) -> str:
    """The beginning of a message's value that is no record."""
    if value is None:
        return "(no value)"
    text = printable(value[: 4 * SHOWN].decode("utf-8", "replace"))
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def speaker(found: Speaker | None) -> str:
    """Who speaks, in words: the name that the mention resolves to, else the mention itself."""
    if found is None:
        return "?"
    name = found.name or (found.mention.text if found.mention else "")
    return f"{name} (anonymous)" if found.anonymous else name or "?"


def actors(found: Sequence[Actor]) -> str:
    """The parties of one end of an event, each with its country."""
    return "; ".join(
        f"{actor.name or actor.text} [{actor.country}]" if actor.country else actor.name or actor.text
        for actor in found
    )


def circumstances(event: Event) -> str:
    """What keeps an event from being a plain fact: negated, planned, or somebody's word."""
    found = [word for word in (event.polarity, event.modality) if word not in ("affirmed", "actual")]
    if event.attributed_to:
        found.append(f"according to {event.attributed_to.name or 'a quote'}")
    return ", ".join(found)


def _article(article: Article) -> str:
    return f"{article.headline or article.body[:SHOWN]} ({_of(article)}, {article.status})"


def _extraction(extraction: Extraction) -> str:
    if extraction.skipped:
        counts = f"not extracted: {extraction.skipped}"
    else:
        counts = ", ".join(
            (
                counted(len(extraction.entities), "entity", "entities"),
                counted(len(extraction.quotes), "quote"),
                counted(len(extraction.events), "event"),
            )
        )
    return f"{extraction.article.headline or ''} — {counts} ({_of(extraction.article)}, {extraction.article.status})"


def _entity(entity: EntityRecord) -> str:
    facts = ", ".join(fact for fact in (entity.name, entity.role, entity.country) if fact)
    return f"{entity.type} {facts}: {counted(len(entity.mentions), 'mention')} ({_of(entity.article)})"


def _quote(quote: QuoteRecord) -> str:
    cue = f" [{quote.cue.text}]" if quote.cue else ""
    return f"{speaker(quote.speaker)}{cue}: {quote.text} ({quote.type}, {_of(quote.article)})"


def _event(event: EventRecord) -> str:
    parties = " → ".join(party for party in (actors(event.actors), actors(event.recipients)) if party)
    date = (event.date.value or event.date.text) if event.date else None
    place = (event.place.name or event.place.text) if event.place else None
    facts = ", ".join(fact for fact in (parties, date, place, circumstances(event)) if fact)
    return f"{event.type} “{event.predicate.text}” {facts} ({_of(event.article)})"


def _marker(marker: VersionMarker) -> str:
    if marker.status != "usable":
        return f"everything of {marker.article.id} is {marker.status} as of version {marker.article.version}"
    return f"end of {_of(marker.article)}: {counted(marker.count, 'record')}"


def _heartbeat(heartbeat: Heartbeat) -> str:
    facts = [f"{counted(heartbeat.sources, 'source')}, {heartbeat.fed:,} fed"]
    for word, names in (("failing", heartbeat.failing), ("silent", heartbeat.silent), ("ended", heartbeat.ended)):
        facts += [f"{word}: {', '.join(names)}"] if names else []
    return f"{heartbeat.feeder} lives: {'; '.join(facts)}"


def _alert(alert: Alert) -> str:
    names = ", ".join(f"{name} {text}" for name, text in alert.names.items()) or "another story"
    found = "; ".join(f"{one.id} v{one.version} ({one.headline or one.status})" for one in alert.candidates)
    whose = f" of {alert.source}" if alert.source else ""
    return f"{alert.kind}{whose} names {names} — {alert.reason}: {found or 'no story matches'} ({alert.notice} v{alert.version})"


def _of(article: Any) -> str:
    return f"{article.id} v{article.version}"


RENDERERS: Final[dict[type[msgspec.Struct], Callable[[Any], str]]] = {
    Article: _article,
    Extraction: _extraction,
    EntityRecord: _entity,
    QuoteRecord: _quote,
    EventRecord: _event,
    VersionMarker: _marker,
    Heartbeat: _heartbeat,
    Alert: _alert,
}

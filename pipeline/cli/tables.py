"""Entities, quotes and events as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.cli.printable import printable
from pipeline.cli.rendering import actors, circumstances, speaker
from pipeline.records import Entity, Event, Extraction, Quote

__all__ = ("entity_table", "event_table", "quote_table", "show")

# Columns of the speaker at most, and of the words at least: an indirect source can be a whole phrase.
SPEAKER_WIDTH: Final = 26


def show(extraction: Extraction, console: Console) -> None:
    """Prints the article's head and what was extracted from it, the most salient entities first."""
    article = extraction.article
    console.print(Text(printable(article.headline or article.id), style="bold"))
    facts = [fact for fact in (article.source, article.published, article.id, f"version {article.version}") if fact]
    if article.status != "usable":
        facts.append(article.status)
    console.print(Text(printable(" · ".join(facts)), style="dim"))
    console.print(Group(*_parts(extraction)))


def _parts(extraction: Extraction) -> Iterable[RenderableType]:
    if extraction.skipped:
        yield Text(f"Not extracted: {extraction.skipped} {extraction.article.language or ''}".rstrip(), style="yellow")
    if extraction.truncated_at is not None:
        yield Text(f"Read up to character {extraction.truncated_at:,} only (extract.max_body_chars)", style="yellow")
    if extraction.entities:
        yield entity_table(extraction.entities)
    if extraction.quotes:
        yield quote_table(extraction.quotes)
    if extraction.events:
        yield event_table(extraction.events)
    yield Text()


def entity_table(entities: Sequence[Entity]) -> Table:
    """Name, type, what else is known, and how often and how prominently each is mentioned."""
    table = _table(f"Entities ({len(entities)})", "name", "type", "role", "country")
    table.add_column("mentions", justify="right")
    table.add_column("salience", justify="right")
    for entity in sorted(entities, key=lambda entity: -entity.salience):
        facts = (entity.name, entity.type, entity.role or "", entity.country or "")
        table.add_row(*map(_text, facts), str(len(entity.mentions)), f"{entity.salience:.2f}")
    return table


def quote_table(quotes: Sequence[Quote]) -> Table:
    """Speaker, type, cue and words, in the order of the article."""
    table = _table(f"Quotes ({len(quotes)})")
    for column in ("speaker", "type", "cue"):
        table.add_column(column, overflow="fold", max_width=SPEAKER_WIDTH)
    table.add_column("text", overflow="fold", ratio=1, min_width=SPEAKER_WIDTH)
    for quote in quotes:
        cue = quote.cue.text if quote.cue else ""
        table.add_row(*map(_text, (speaker(quote.speaker), quote.type, cue, quote.text)))
    return table


def event_table(events: Sequence[Event]) -> Table:
    """Type, who did it to whom, when and where, with what qualifies it, in the order of the article."""
    table = _table(f"Events ({len(events)})", "type", "word", "who", "to whom", "when", "where", "but")
    for event in events:
        row = (
            event.type,
            event.predicate.text,
            actors(event.actors),
            actors(event.recipients),
            (event.date.value or event.date.text) if event.date else "",
            (event.place.name or event.place.text) if event.place else "",
            circumstances(event),
        )
        table.add_row(*map(_text, row))
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="", header_style="dim", box=None, pad_edge=False, expand=True
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _text(text: str) -> Text:
    return Text(printable(text))

"""Entities, quotes and events as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newswire.cli.counted import counted
from newswire.cli.printable import printable
from newswire.cli.rendering import actors, circumstances, speaker
from newswire.records import Entity, Event, Extraction, Quote

__all__ = (
    "entity_paragraphs",
    "entity_table",
    "event_paragraphs",
    "event_table",
    "quote_paragraphs",
    "quote_table",
    "show",
)

# Below so many columns of the terminal a kind of record is no table but a paragraph each: the text, which folds at words, would
# have too few columns beside all others, or none.
ENTITY_WIDTH: Final = 72
QUOTE_WIDTH: Final = 90
EVENT_WIDTH: Final = 110

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
    console.print(Group(*_parts(extraction, console.width)))


def _parts(extraction: Extraction, width: int) -> Iterable[RenderableType]:
    if extraction.skipped:
        yield Text(f"Not extracted: {extraction.skipped} {extraction.article.language or ''}".rstrip(), style="yellow")
    if extraction.truncated_at is not None:
        yield Text(f"Only read up to character {extraction.truncated_at:,} (extract.max_body_chars)", style="yellow")
    if extraction.entities:
        wide = width >= ENTITY_WIDTH
        yield entity_table(extraction.entities) if wide else entity_paragraphs(extraction.entities)
    if extraction.quotes:
        yield quote_table(extraction.quotes) if width >= QUOTE_WIDTH else quote_paragraphs(extraction.quotes)
    if extraction.events:
        yield event_table(extraction.events) if width >= EVENT_WIDTH else event_paragraphs(extraction.events)
    yield Text()


def entity_table(entities: Sequence[Entity]) -> Table:
    """Name, type, what else is known, and how often and how prominently each is mentioned."""
    table = _table(f"Entities ({len(entities)})", "name", "type", "role", "country")
    table.add_column("mentions", justify="right")
    table.add_column("salience", justify="right")
    for entity in _by_salience(entities):
        facts = (entity.name, entity.type, entity.role or "", entity.country or "")
        table.add_row(*map(_text, facts), str(len(entity.mentions)), f"{entity.salience:.2f}")
    return table


def entity_paragraphs(entities: Sequence[Entity]) -> RenderableType:
    """What `entity_table` says, for a narrow terminal."""
    return _paragraphs(
        f"Entities ({len(entities)})",
        [
            (
                entity.name,
                (
                    entity.type, entity.role, entity.country, counted(len(entity.mentions), "mention"),
                    f"salience {entity.salience:.2f}",
                ),
            )
            for entity in _by_salience(entities)
        ],
    )  # fmt: skip


def _by_salience(entities: Sequence[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: -entity.salience)


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


def quote_paragraphs(quotes: Sequence[Quote]) -> RenderableType:
    """What `quote_table` says, for a narrow terminal."""
    return _paragraphs(
        f"Quotes ({len(quotes)})",
        [(quote.text, (speaker(quote.speaker), quote.type, quote.cue.text if quote.cue else None)) for quote in quotes],
    )


def event_table(events: Sequence[Event]) -> Table:
    """Type, who did it to whom, when and where, with what qualifies it, in the order of the article."""
    table = _table(f"Events ({len(events)})", "type", "word", "who", "to whom", "when", "where", "but")
    for event in events:
        row = (
            event.type,
            event.predicate.text,
            actors(event.actors),
            actors(event.recipients),
            _date(event),
            _place(event),
            circumstances(event),
        )
        table.add_row(*map(_text, row))
    return table


def event_paragraphs(events: Sequence[Event]) -> RenderableType:
    """What `event_table` says, for a narrow terminal."""
    found = []
    for event in events:
        parties = " → ".join(party for party in (actors(event.actors), actors(event.recipients)) if party)
        what = f"{event.type} “{event.predicate.text}”"
        found.append((f"{what} {parties}", (_date(event), _place(event), circumstances(event))))
    return _paragraphs(f"Events ({len(events)})", found)


def _date(event: Event) -> str:
    return (event.date.value or event.date.text) if event.date else ""


def _place(event: Event) -> str:
    return (event.place.name or event.place.text) if event.place else ""


def _paragraphs(title: str, entries: Sequence[tuple[str, Sequence[str | None]]]) -> RenderableType:
    """The title, and below it for each entry its words and, indented, its facts, those that there are."""
    lines: list[RenderableType] = [Text(title)]
    for words, facts in entries:
        lines.append(_text(words))
        if said := " · ".join(fact for fact in facts if fact):
            lines.append(Padding(Text(printable(said), style="dim"), (0, 0, 0, 2), expand=False))
    return Group(*lines)


def _table(title: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="", header_style="dim", box=None, pad_edge=False, expand=True
    )
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _text(text: str) -> Text:
    return Text(printable(text))

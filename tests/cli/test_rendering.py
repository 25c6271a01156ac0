"""Records in words, on lines and in tables, whatever a story holds."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from newswire.cli.counted import counted
from newswire.cli.printable import printable
from newswire.cli.rendering import RENDERERS, one_line, speaker, start_of
from newswire.cli.tables import show
from newswire.records import (
    RECORD_TYPES,
    Actor,
    Article,
    ArticleHead,
    ArticleReference,
    AttributedTo,
    Cue,
    Entity,
    EntityRecord,
    Event,
    EventDate,
    EventPlace,
    EventRecord,
    Evidence,
    Extraction,
    Mention,
    Model,
    Predicate,
    Quote,
    QuoteRecord,
    Span,
    Speaker,
    Text,
    VersionMarker,
)

OF = ArticleReference(id="urn:example:7", version=2)
MINA = Speaker(entity="e", name="Mina Holt", mention=Text(0, 3, "she"))
ENTITY = Entity(
    id="e", type="PERSON", name="Mina Holt", mentions=[Mention(0, 9, "Mina Holt", "name")], role="mayor", salience=0.5
)
QUOTE = Quote(
    id="q",
    type="direct",
    kind="speech",
    text="We stay",
    spans=[Span(9, 16)],
    speaker=MINA,
    cue=Cue(1, 5, "said", "say", "neutral"),
)
EVENT = Event(
    id="v", type="CONSULT", quad=1, predicate=Predicate(0, 3, "met", "meet"), evidence=Evidence(0, 9),
    actors=[Actor(start=0, end=1, text="she", name="Mina Holt", country="NOR")],
    recipients=[Actor(start=2, end=3, text="miners")],
    date=EventDate(start=4, end=5, text="Friday", value="2026-01-30", precision="day"),
    place=EventPlace(start=6, end=7, text="the port", name="Bergen"),
    polarity="negated", modality="planned", attributed_to=AttributedTo(quote="q", name="Mina Holt"),
)  # fmt: skip


def _on_topic(record: Entity | Quote | Event) -> EntityRecord | QuoteRecord | EventRecord:
    kind = {Entity: EntityRecord, Quote: QuoteRecord, Event: EventRecord}[type(record)]
    found: EntityRecord | QuoteRecord | EventRecord = kind(
        **{name: getattr(record, name) for name in record.__struct_fields__}, article=OF
    )
    return found


def _extraction(**given: object) -> Extraction:
    head = ArticleHead(
        id="urn:example:7", version=2, status="usable", headline="Harbour stays open", source="Harbour Wire"
    )
    return Extraction(**({"article": head, "model": Model("m", "1")} | given))  # type: ignore[arg-type]


def test_every_record_type_has_its_line() -> None:
    assert set(RENDERERS) == set(RECORD_TYPES.values())


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (_on_topic(QUOTE), "Mina Holt [said]: We stay (direct, urn:example:7 v2)"),
        (_on_topic(ENTITY), "PERSON Mina Holt, mayor: 1 mention (urn:example:7 v2)"),
        (
            _on_topic(EVENT),
            "CONSULT “met” Mina Holt [NOR] → miners, 2026-01-30, Bergen, negated, planned, according to Mina Holt "
            "(urn:example:7 v2)",
        ),
        (VersionMarker(article=OF, status="usable", count=3), "end of urn:example:7 v2: 3 records"),
        (
            VersionMarker(article=OF, status="canceled", count=0),
            "everything of urn:example:7 is canceled as of version 2",
        ),
        (Article(id="a", body="No head"), "No head (a v1, usable)"),
        (_extraction(quotes=[QUOTE]), "Harbour stays open — 0 entities, 1 quote, 0 events (urn:example:7 v2, usable)"),
        (_extraction(skipped="language"), "Harbour stays open — not extracted: language (urn:example:7 v2, usable)"),
    ],
)
def test_a_record_reads_as_one_line(record: object, line: str) -> None:
    assert one_line(record) == line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "?"),
        (Speaker(), "?"),
        (Speaker(mention=Text(0, 2, "he")), "he"),
        (Speaker(mention=Text(0, 9, "an aide"), anonymous=True), "an aide (anonymous)"),
    ],
)
def test_a_speaker_is_named_as_well_as_is_known(found: Speaker | None, words: str) -> None:
    assert speaker(found) == words


@given(st.text(max_size=50))
def test_nothing_that_a_terminal_obeys_gets_onto_a_line(text: str) -> None:
    line = one_line(QuoteRecord(id="q", type="direct", kind="speech", text=text, spans=[], article=OF))
    for character in "\n\r\x1b\x07\x00\x7f\x9b\u202e\u2066":
        assert character not in line


def test_an_escape_sequence_in_a_story_does_not_reach_the_terminal_through_a_table() -> None:
    evil = "\x1b]0;owned\x07[bold]Mina[/bold]\x1b[2J"
    quote = Quote(id="q", type="direct", kind="speech", text=evil, spans=[], speaker=Speaker(name=evil))
    entity = Entity(id="e", type=evil, name=evil, mentions=[], role=evil)
    text = _shown(_extraction(quotes=[quote], entities=[entity], events=[EVENT]))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]Mina" in text


def test_tables_show_entities_quotes_and_events_of_a_story() -> None:
    text = _shown(_extraction(entities=[ENTITY], quotes=[QUOTE], events=[EVENT]))
    for part in (
        "Harbour stays open",
        "Harbour Wire",
        "Mina Holt",
        "mayor",
        "0.50",
        "We stay",
        "said",
        "CONSULT",
        "Bergen",
    ):
        assert part in text


def test_tables_say_why_nothing_was_extracted_or_where_reading_stopped() -> None:
    assert "Not extracted: language" in _shown(_extraction(skipped="language"))
    assert "Only read up to character 1,000" in _shown(_extraction(truncated_at=1000))


@given(st.none() | st.binary(max_size=900))
def test_the_start_of_any_value_is_short_and_on_one_line(value: bytes | None) -> None:
    assert len(start_of(value)) <= 100
    assert printable(start_of(value)) == start_of(value)


def _shown(extraction: Extraction) -> str:
    console = Console(file=io.StringIO(), width=160, force_terminal=False)
    show(extraction, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140])
def test_every_word_of_a_quote_is_shown_however_narrow_the_terminal(width: int) -> None:
    said = "We are fighting for every house and the water rose by two metres in a single night"
    long = msgspec.structs.replace(QUOTE, text=said, speaker=Speaker(name="Deputy Emergencies Minister Omarov"))
    event = msgspec.structs.replace(EVENT, predicate=Predicate(0, 3, "had condemned", "condemn"))
    found = Extraction(
        article=ArticleHead(id="a", version=1, status="usable"),
        model=Model("m", "1"),
        entities=[ENTITY],
        quotes=[long],
        events=[event],
    )
    console = Console(width=width, file=io.StringIO())
    show(found, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert all(len(line) <= width for line in text.splitlines())
    for word in (
        *said.split(),
        "Emergencies",
        "direct",
        "said",
        "Mina",
        "PERSON",
        "CONSULT",
        "condemned",
        "miners",
        "Bergen",
    ):
        assert word in text, f"{word!r} is lost or broken"


def test_one_is_not_many() -> None:
    assert (counted(1, "dead letter"), counted(0, "dead letter")) == ("1 dead letter", "0 dead letters")
    assert (counted(1, "story", "stories"), counted(1234, "story", "stories")) == ("1 story", "1,234 stories")

"""Records as rows."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from newswire.records import (
    Actor,
    ArticleReference,
    AttributedTo,
    EntityRecord,
    EventDate,
    EventPlace,
    EventRecord,
    Evidence,
    Mention,
    Predicate,
    QuoteRecord,
    Span,
    Speaker,
    Text,
)
from newswire.sinks.columns import COLUMNS, row
from newswire.topics import RECORD_TOPICS

ARTICLE = ArticleReference(id="a", version=3, published="2026-11-03T09:00:00+01:00", headline="Port stays shut")


def quote(speaker: Speaker | None = None, text: str = "We stay in port") -> QuoteRecord:
    return QuoteRecord(
        id="q", type="direct", kind="speech", text=text, spans=[Span(4, 9), Span(20, 24)], speaker=speaker,
        confidence=0.9, article=ARTICLE,
    )  # fmt: skip


def event() -> EventRecord:
    return EventRecord(
        id="v", type="CONSULT", quad=1, predicate=Predicate(5, 8, "met", "meet"), article=ARTICLE,
        actors=[
            Actor(start=0, end=4, text="Mina", name="Mina Holt", country="NOR", sector="GOV"),
            Actor(start=9, end=12, text="she", country="SWE"),
        ],
        recipients=[], evidence=Evidence(0, 9, "Mina met"), sentence=Text(0, 10, "Mina met."),
        place=EventPlace(start=0, end=1, text="Oslo", country="NOR", lat=59.9, lon=10.7, geonames=3143244),
        date=EventDate(start=0, end=1, text="Monday", value="2026-11-02", precision="day"),
        attributed_to=AttributedTo(quote="q", name="Otto Lind"), event="f" * 32,
    )  # fmt: skip


def test_there_are_columns_for_every_topic_of_records_and_the_first_is_the_key() -> None:
    assert set(COLUMNS) == {topic.name for topic in RECORD_TOPICS}
    for columns in COLUMNS.values():
        names = [column.name for column in columns]
        assert names[0] == "id"
        assert len(set(names)) == len(names)


def test_the_documentation_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "subscribing.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (all|quotes|events|entities) \| (.+) \|$", page, re.MULTILINE))
    for topic, columns in COLUMNS.items():
        assert re.findall(r"`(\w+)`", f"{rows['all']} {rows[topic]}") == [column.name for column in columns]


def test_a_quote_is_flattened_with_its_article_and_speaker() -> None:
    speaker = Speaker(entity="e", name="Mina Holt", mention=Text(0, 3, "she"), role="harbour master")
    found = row(quote(speaker), COLUMNS["quotes"])
    assert found["article_id"], found["headline"] == ("a", "Port stays shut")
    assert (found["speaker"], found["speaker_mention"], found["speaker_role"]) == ("Mina Holt", "she", "harbour master")
    assert (found["start_offset"], found["end_offset"], found["anonymous"]) == (4, 24, False)
    assert found["published"] == "2026-11-03T09:00:00+01:00"


def test_those_who_say_it_together_with_the_speaker_are_in_one_cell() -> None:
    others = [Speaker(name="Otto Lind"), Speaker(mention=Text(5, 13, "the crew")), Speaker(anonymous=True)]
    found = row(msgspec.structs.replace(quote(Speaker(name="Mina Holt")), speakers=others), COLUMNS["quotes"])
    assert (found["speaker"], found["speakers"]) == ("Mina Holt", "Otto Lind; the crew")
    assert row(quote(), COLUMNS["quotes"])["speakers"] is None


def test_what_a_record_lacks_is_empty() -> None:
    found = row(quote(), COLUMNS["quotes"])
    assert {found[name] for name in ("speaker", "speaker_role", "anonymous", "cue", "stance", "url")} == {None}


def test_an_event_has_its_actors_in_one_cell_and_its_place_and_words() -> None:
    found = row(event(), COLUMNS["events"])
    assert (found["actors"], found["actor_countries"], found["actor_sectors"]) == ("Mina Holt; she", "NOR; SWE", "GOV")
    assert (found["recipients"], found["recipient_countries"]) == (None, None)
    assert (found["place"], found["geonames"], found["date"]) == ("Oslo", 3143244, "2026-11-02")
    assert found["event"] == "f" * 32
    assert (found["evidence"], found["sentence"], found["attributed_to"]) == ("Mina met", "Mina met.", "Otto Lind")


def test_an_entity_tells_how_often_it_is_mentioned() -> None:
    mentions = [Mention(0, 4, "Mina", "name"), Mention(9, 12, "she", "pronoun")]
    record = EntityRecord(id="e", type="PERSON", name="Mina Holt", mentions=mentions, aliases=["Holt"], article=ARTICLE)
    found = row(record, COLUMNS["entities"])
    assert (found["name"], found["aliases"], found["mentions"]) == ("Mina Holt", "Holt", 2)


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_no_text_has_a_nul(text: str) -> None:
    assert "\0" not in row(quote(text=text), COLUMNS["quotes"])["text"]

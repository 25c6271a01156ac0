"""What the example story must give: the one in seeds/ that everybody reads first."""

from __future__ import annotations

from pathlib import Path

import pytest

from newswire.extract import extract
from newswire.records import Article, Entity, Extraction, Quote

STORY = Path(__file__).parents[2] / "seeds" / "000_073d16b00d11c82c.txt"


@pytest.fixture(scope="module")
def extraction() -> Extraction:
    body = STORY.read_text(encoding="utf-8")
    return extract(Article(id="example", body=body, published="2022-07-29T18:30:00-04:00", source="Reuters"))


def entity(extraction: Extraction, name: str) -> Entity:
    return next(found for found in extraction.entities if found.name == name)


def quote(extraction: Extraction, words: str) -> Quote:
    return next(found for found in extraction.quotes if words in found.text)


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("We had a frank", "Antony Blinken"),
        ("that we put forth on the release", "Antony Blinken"),
        ("Holding two wrongfully detained", "Adrienne Watson"),
        ("Regarding the possible exchange", "Russian foreign ministry"),
    ],
)
def test_each_verbatim_quote_has_its_speaker(extraction: Extraction, words: str, speaker: str) -> None:
    found = quote(extraction, words)
    assert found.type == "direct"
    assert found.speaker is not None
    assert speaker in (found.speaker.name or "")


def test_the_unnamed_official_is_anonymous(extraction: Extraction) -> None:
    speaker = quote(extraction, "without polemics and was businesslike").speaker
    assert speaker is not None
    assert speaker.anonymous
    assert speaker.mention is not None
    assert "U.S. official" in speaker.mention.text


def test_marked_words_inside_running_text_are_no_quotes_of_their_own(extraction: Extraction) -> None:
    assert [
        q.text for q in extraction.quotes if len(q.text) < 25 and ("proposal" in q.text or "diplomacy" in q.text)
    ] == []


def test_he_is_blinken(extraction: Extraction) -> None:
    speaker = quote(extraction, "that we put forth on the release").speaker
    assert speaker is not None
    assert speaker.mention is not None
    assert speaker.mention.text == "he"
    assert speaker.entity == entity(extraction, "Antony Blinken").id


@pytest.mark.parametrize("name", ["Antony Blinken", "Sergei Lavrov", "Vadim Krasikov", "Adrienne Watson"])
def test_people_are_persons(extraction: Extraction, name: str) -> None:
    assert entity(extraction, name).type == "PERSON"


def test_the_two_diplomats_consult_on_the_friday(extraction: Extraction) -> None:
    found = next(event for event in extraction.events if event.type == "CONSULT")
    ends = {(end.name, end.country) for end in (*found.actors, *found.recipients)}
    assert ends == {("Antony Blinken", "USA"), ("Sergei Lavrov", "RUS")}
    assert found.date is not None
    assert (found.date.text, found.date.value, found.date.precision) == ("Friday", "2022-07-29", "day")
    assert (found.polarity, found.mode) == ("affirmed", "phone")


def test_every_offset_covers_its_text(extraction: Extraction) -> None:
    body = STORY.read_text(encoding="utf-8")
    for found in extraction.entities:
        assert all(body[m.start : m.end] == m.text for m in found.mentions)
    for said in extraction.quotes:
        assert " … ".join(body[s.start : s.end] for s in said.spans) == said.text
    for event in extraction.events:
        parts = [event.predicate, *event.actors, *event.recipients, event.date, event.place]
        assert all(body[part.start : part.end] == part.text for part in parts if part is not None)

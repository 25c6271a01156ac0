"""Tags that part the subject of a sentence from its verb."""

import pytest

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import quotations
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.inserted_tags import inserted_tags
from tests.extract.lists import LEXICONS
from tests.extract.quoting import parsed, quotes

TEXT = "The harbour, engineer Marta Olsen went on to explain, had no crane."


def found(model: LanguageModel, text: str, *drafts: QuoteDraft) -> list[QuoteDraft]:
    lists = (LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    return inserted_tags(parsed(model, text), quotations(text), [*drafts], *lists)


def draft(text: str, cue: str, *contents: str) -> QuoteDraft:
    """What the networks might have found."""
    spans = tuple((text.index(content), text.index(content) + len(content)) for content in contents)
    at = text.index(cue)
    return QuoteDraft("indirect", "speech", spans, (), None, (at, at + len(cue), cue, "neutral"), 0.5)


@pytest.mark.parametrize(
    ("source", "tag"),
    [
        ("engineer Marta Olsen", "went on to explain"),
        ("the town", "hastened to clarify"),
        ("the mayor of Bergen", "was keen to point out"),
        ("she", "later admitted"),
    ],
)
def test_both_halves_of_the_sentence_are_said(model: LanguageModel, source: str, tag: str) -> None:
    text = f"The new harbour, {source} {tag}, has no crane."
    (one,) = found(model, text)
    assert [text[start:end] for start, end in one.spans] == ["The new harbour", "has no crane"]
    assert one.source is not None
    assert text[one.source.start : one.source.end] == source
    assert one.cue is not None
    assert text[one.cue[0] : one.cue[1]].endswith(tag.split()[-1])


def test_they_are_quotes_of_the_text(model: LanguageModel) -> None:
    assert quotes(model, TEXT) == [("indirect", "engineer Marta Olsen", "The harbour … had no crane")]


@pytest.mark.parametrize(
    "text",
    [
        "The harbour, a place of few words, has no crane.",
        "The mayor, who said that it rained, has no crane.",
        "The harbour, I think, has no crane.",
        "When it rained, the mayor complained, had no crane.",
        "In Bergen, the mayor went on to explain, has no crane.",
        "The harbour, Marta Olsen left, has no crane.",
        "The harbour, the mayor said, and the town.",
        "The harbour, reporters were told, has no crane.",
        "The harbour, the town refused to sell, has no crane.",
        "The harbour, the court heard, has no crane.",
    ],
)
def test_other_shapes_have_no_such_tag(model: LanguageModel, text: str) -> None:
    assert found(model, text) == []


def test_half_of_what_was_said_gives_way_and_all_of_it_stays(model: LanguageModel) -> None:
    (whole,) = found(model, TEXT)
    assert found(model, TEXT, draft(TEXT, "went on", "had no crane")) == [whole]
    other = draft(TEXT, "went on", "The harbour", "had no crane")
    assert found(model, TEXT, other) == [other]


def test_a_sentence_with_marks_or_another_tag_is_left_alone(model: LanguageModel) -> None:
    other = draft(TEXT, "had", "no crane")
    assert found(model, TEXT, other) == [other]
    assert found(model, TEXT.replace("no crane", "“no crane”")) == []

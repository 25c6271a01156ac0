"""Tags at the end of a sentence whose verb reads as a noun."""

import pytest

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import quotations
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.closing_tags import closing_tags
from tests.extract.lists import LEXICONS
from tests.extract.quoting import parsed, quotes


def found(model: LanguageModel, text: str, *drafts: QuoteDraft) -> list[tuple[str, str]]:
    """Source and content of each quote that a closing tag makes."""
    tags = closing_tags(parsed(model, text), quotations(text), [*drafts], LEXICONS.cues, LEXICONS.sources)
    return [
        (text[draft.source.start : draft.source.end], text[slice(*draft.spans[0])]) for draft in tags if draft.source
    ]


@pytest.mark.parametrize(
    ("said", "source", "verb"),
    [
        ("Some 80 boats have sunk since Sunday", "fishermen in the bay", "reckon"),
        ("About 900 guests slept at the port last night", "volunteers in Bergen", "estimate"),
        ("Two of the three wells gave no water in May, the mayor's among them", "figures of the water office", "show"),
    ],
)
def test_a_plural_and_a_verb_at_the_end_of_a_sentence_say_it(
    model: LanguageModel, said: str, source: str, verb: str
) -> None:
    text = f"The harbour is shut. {said}, {source} {verb}."
    assert found(model, text) == [(source, said)]


@pytest.mark.parametrize(
    "text",
    [
        "He visited the castle, the museum and the dance show.",
        "She won two prizes, three medals and the title of the sports report.",
        "Eight boats and three wells, figures of the water office show.",
        "The streets are empty, dogs bark.",
        "The harbour was empty, the engines of the ships roar.",
        "The harbour has three piers, a wall and rooms for the summer show.",
    ],
)
def test_lists_and_nouns_at_the_end_are_no_tag(model: LanguageModel, text: str) -> None:
    assert found(model, text) == []


def test_they_are_quotes_of_the_text(model: LanguageModel) -> None:
    text = "The harbour is shut. Some 80 boats have sunk since Sunday, fishermen in the bay reckon."
    assert quotes(model, text) == [("indirect", "fishermen in the bay", "Some 80 boats have sunk since Sunday")]


def test_what_is_in_marks_or_has_a_tag_is_left_alone(model: LanguageModel) -> None:
    text = "Some 80 boats have sunk since Sunday, fishermen in the bay reckon."
    draft = QuoteDraft("indirect", "speech", ((0, 36),), (), None, None, 1.0)
    assert found(model, text, draft) == []
    assert found(model, text.replace("80 boats", "“80 boats”")) == []
    assert len(found(model, text)) == 1


def test_a_report_that_shows_something_is_a_document(model: LanguageModel) -> None:
    text = "Some 80 boats have sunk since Sunday, records of the harbour report."
    (draft,) = closing_tags(parsed(model, text), [], [], LEXICONS.cues, LEXICONS.sources)
    assert draft.kind == "document"

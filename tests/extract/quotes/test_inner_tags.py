"""Quotations with a tag of their own inside what somebody else reports."""

from dataclasses import replace
from typing import Any

import pytest

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.marks import quotations
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.inner_tags import inner_tags
from newswire.extract.quotes.spans import inside_marks
from tests.extract.lists import LEXICONS
from tests.extract.quoting import parsed


def found(model: LanguageModel, text: str, word: str, **change: Any) -> list[tuple[str, str, str]]:
    """Type, source and content of what one quote becomes that has all behind a word, its cue, as content."""
    outer = quotations(text)
    at = text.index(word)
    spans = ((at + len(word) + 1, len(text) - 1),)
    whole = QuoteDraft(
        "mixed", "speech", spans, inside_marks(spans, outer), None, (at, at + len(word), word, "neutral"), 0.5
    )
    whole = replace(whole, **change)
    drafts = inner_tags(parsed(model, text), outer, [whole], LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    return [
        (
            draft.type,
            text[draft.source.start : draft.source.end] if draft.source else "",
            " … ".join(text[start:end] for start, end in draft.spans),
        )
        for draft in drafts
    ]


SAID = "nobody will cross this river before spring"


@pytest.mark.parametrize(
    ("reported", "source", "rest"),
    [
        (
            "the harbour master had written to her that",
            "the harbour master",
            "the harbour master had written to her that",
        ),
        ("the guards kept shouting", "the guards", "the guards kept shouting"),
        ("the town put up a sign that read", "a sign", "the town put up"),
        ("soldiers pinned up a note saying", "a note", "soldiers pinned up"),
    ],
)
def test_the_quotation_is_said_by_whom_its_own_tag_names(
    model: LanguageModel, reported: str, source: str, rest: str
) -> None:
    text = f"Marta Olsen said {reported} “{SAID}”."
    assert found(model, text, "said") == [("indirect", "", rest), ("direct", source, SAID)]


@pytest.mark.parametrize(
    "text",
    [
        f"Marta Olsen said that “{SAID}”.",
        f"Marta Olsen said that she had told them “{SAID}”.",
        "Marta Olsen said the guards had called it “a long wait”.",
        f"Marta Olsen said the guards were sure, and “{SAID}”.",
        f"Marta Olsen said the guards had not shouted “{SAID}”.",
        f"Marta Olsen said the guards would shout “{SAID}”.",
        f"Marta Olsen said whether the guards had shouted “{SAID}”.",
        f"Marta Olsen said that if the guards shouted “{SAID}” she would leave.",
        f"Marta Olsen said the guards were told “{SAID}”.",
        f"Marta Olsen said the guards forced the men to shout “{SAID}”.",
        f"Marta Olsen said nobody had written “{SAID}”.",
        f"Marta Olsen said her brother left the hall saying “{SAID}”.",
        "Marta Olsen said the guards promised that the river “will stay closed to every single boat until spring”.",
    ],
)
def test_a_quotation_without_a_tag_of_its_own_stays_with_who_reports_it(model: LanguageModel, text: str) -> None:
    assert len(found(model, text, "said")) == 1


@pytest.mark.parametrize("change", [{"polarity": "negated"}, {"cue": (12, 16, "say", "demanding")}])
def test_what_was_denied_or_demanded_stays_with_who_denies_or_demands_it(
    model: LanguageModel, change: dict[str, Any]
) -> None:
    assert len(found(model, f"Marta Olsen said the guards had shouted “{SAID}”.", "said", **change)) == 1


def test_a_text_may_begin_with_the_verb(model: LanguageModel) -> None:
    text = f"Shouting “{SAID}” is banned, says the report"
    outer = quotations(text)
    spans = ((0, text.index(", says")),)
    at = text.index("says")
    draft = QuoteDraft("mixed", "speech", spans, inside_marks(spans, outer), None, (at, at + 4, "say", "neutral"), 0.5)
    lists = (LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    assert inner_tags(parsed(model, text), outer, [draft], *lists) == [draft]


def test_what_stands_behind_the_quotation_is_reported_too(model: LanguageModel) -> None:
    text = f"Marta Olsen said the guards had shouted “{SAID}” before the bridge was closed."
    (outer, inner) = found(model, text, "said")
    assert outer[2] == "the guards had shouted … before the bridge was closed"
    assert inner == ("direct", "the guards", SAID)

"""What the tests of quotes share: a text parsed, and its quotes in short."""

from __future__ import annotations

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.finding import find_quotes
from tests.extract.lists import LEXICONS

__all__ = ("drafts", "only", "parsed", "quotes")


def parsed(model: LanguageModel, text: str) -> Parse:
    (parse,) = model.parse([text])
    return parse


def drafts(parse: Parse) -> list[QuoteDraft]:
    return find_quotes(parse, LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)


def quotes(model: LanguageModel, text: str) -> list[tuple[str, str | None, str]]:
    """Type, source and content of each quote of a text."""
    return [
        (
            draft.type,
            text[draft.source.start : draft.source.end] if draft.source else None,
            " … ".join(text[start:end] for start, end in draft.spans),
        )
        for draft in drafts(parsed(model, text))
    ]


def only(model: LanguageModel, text: str) -> QuoteDraft:
    (draft,) = drafts(parsed(model, text))
    return draft

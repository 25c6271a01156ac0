"""The extractor: articles in, Extractions out, whole or as the two halves that may run in two processes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.drafts import QuoteDraft
from pipeline.extract.gate import admit
from pipeline.extract.join import join
from pipeline.extract.model import load_model
from pipeline.extract.parse import NamedSpan, Parse
from pipeline.extract.quotes import find_quotes
from pipeline.records import Article, ArticleHead, Extraction, Model, body_sha256
from pipeline.settings import ExtractSettings

__all__ = ("Extractor", "Reading")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the quotes half makes of one article: its parse and its quotes, to be joined with the names."""

    parse: Parse
    quotes: list[QuoteDraft]


class Extractor:
    """Extracts entities, quotes and events from articles with one loaded model.

    `extract` does all of it. The pool uses the parts: `recognise` and `read` are the two tasks that run in parallel,
    `join` makes one Extraction of their results. All take the articles as they came; the parts return nothing (an empty
    list of names, an empty reading) for an article that is not extracted.
    """

    def __init__(self, settings: ExtractSettings | None = None) -> None:
        self.settings = settings or ExtractSettings()
        self.model = load_model(self.settings.model)

    def extract(self, articles: Sequence[Article]) -> list[Extraction]:
        """One Extraction an article, in order."""
        analyses = self.model.analyse([admit(article, self.settings).text for article in articles])
        return [
            self.join(article, names, Reading(parse, find_quotes(parse, self.settings.lexicon)))
            for article, (parse, names) in zip(articles, analyses, strict=True)
        ]

    def recognise(self, articles: Sequence[Article]) -> list[list[NamedSpan]]:
        """The entities task: the names in each article's body."""
        return self.model.recognise([admit(article, self.settings).text for article in articles])

    def read(self, articles: Sequence[Article]) -> list[Reading]:
        """The quotes task: each body parsed, its quotes found."""
        parses = self.model.parse([admit(article, self.settings).text for article in articles])
        return [Reading(parse, find_quotes(parse, self.settings.lexicon)) for parse in parses]

    def join(self, article: Article, names: list[NamedSpan], reading: Reading) -> Extraction:
        """One Extraction of both tasks' results."""
        head = ArticleHead(
            id=article.id,
            version=article.version,
            status=article.status,
            headline=article.headline,
            published=article.published,
            source=article.source,
            language=article.language,
            url=article.url,
            embargoed_until=article.embargoed_until,
            body_sha256=article.body_sha256 or body_sha256(article.body),
        )
        admission = admit(article, self.settings)
        entities, quotes, events = join(article, reading.parse, reading.quotes, names, self.settings.lexicon)
        return Extraction(
            article=head,
            entities=entities,
            quotes=quotes,
            events=events,
            model=Model(self.model.name, self.model.version),
            skipped=admission.skipped,
            truncated_at=admission.truncated_at,
        )

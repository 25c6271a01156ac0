"""The extractor: articles in, Extractions out, whole or as the two halves that may run in two processes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from threading import RLock
from typing import Final, ParamSpec, TypeVar

from newswire.extract.document.drafts import EntityDraft, QuoteDraft
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.finding import find_entities
from newswire.extract.gate import Admission, admit
from newswire.extract.join import join
from newswire.extract.language.model import load_model
from newswire.extract.language.threads import one_thread
from newswire.extract.lexicons import Lexicons
from newswire.extract.quotes.finding import find_quotes
from newswire.records import Article, ArticleHead, Extraction, Model, body_sha256
from newswire.settings import ExtractSettings

__all__ = ("Extractor",)

P = ParamSpec("P")
R = TypeVar("R")

# The model, its scratch space and what it keeps of the words that it has met exist once a process, whoever extracts. Threads
# that used them at once would write into each other's numbers and get wrong records, without an error. They take turns: it
# costs a microsecond a call, and under the interpreter's lock they would not be faster together.
TURN: Final = RLock()


def _in_turn(method: Callable[P, R]) -> Callable[P, R]:
    """One thread at a time, and the matrix products in that one."""

    @wraps(method)
    def taking_turns(*args: P.args, **kwargs: P.kwargs) -> R:
        with TURN, one_thread():
            return method(*args, **kwargs)

    return taking_turns


class Extractor:
    """Extracts entities, quotes and events from articles with one loaded model and one set of word lists.

    `extract` does all of it. The pool uses the parts, in two processes at once: `admit` in each, `recognise` beside `parse`,
    then `entities`, which needs both, beside `quotes`; `join` makes one Extraction of their results. The parts return nothing
    (an empty list of names, an empty parse) for an article that is not extracted.

    Extractors may be used from several threads, which take turns, and share the model when they name the same one.
    """

    @_in_turn
    def __init__(self, settings: ExtractSettings | None = None) -> None:
        """Loads the model, unless the process has it already. Raises SettingsError when it is not installed or unfit."""
        self.settings = settings or ExtractSettings()
        self.lexicons = Lexicons.load(self.settings.lexicon)
        self.model = load_model(self.settings.model)

    @_in_turn
    def extract(self, articles: Sequence[Article]) -> list[Extraction]:
        """One Extraction an article, in order."""
        admissions = [self.admit(article) for article in articles]
        analyses = self.model.analyse([admission.text for admission in admissions])
        return [
            self.join(article, admission, parse, self.quotes(parse), self.entities(parse, names))
            for article, admission, (parse, names) in zip(articles, admissions, analyses, strict=True)
        ]

    @_in_turn
    def admit(self, article: Article) -> Admission:
        """What of an article is extracted."""
        return admit(article, self.settings)

    @_in_turn
    def recognise(self, admission: Admission) -> list[NamedSpan]:
        """The names in what is extracted of an article."""
        return self.model.recognise([admission.text])[0]

    @_in_turn
    def parse(self, admission: Admission) -> Parse:
        """What is extracted of an article, parsed."""
        return self.model.parse([admission.text])[0]

    @_in_turn
    def quotes(self, parse: Parse) -> list[QuoteDraft]:
        """The quotes of a text; they need the parse with its vectors, so in the process that made it."""
        return find_quotes(parse, self.lexicons.cues, self.lexicons.sources, self.lexicons.quote_words)

    @_in_turn
    def entities(self, parse: Parse, names: list[NamedSpan]) -> list[EntityDraft]:
        """The entities of a text with their mentions by name."""
        return find_entities(parse, names, self.lexicons.gazetteer)

    @_in_turn
    def join(
        self,
        article: Article,
        admission: Admission,
        parse: Parse,
        quote_drafts: list[QuoteDraft],
        entity_drafts: list[EntityDraft],
    ) -> Extraction:
        """One Extraction of what was found."""
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
        entities, quotes, events = join(article, parse, quote_drafts, entity_drafts, self.lexicons)
        return Extraction(
            article=head,
            entities=entities,
            quotes=quotes,
            events=events,
            model=Model(self.model.name, self.model.version),
            skipped=admission.skipped,
            truncated_at=admission.truncated_at,
        )

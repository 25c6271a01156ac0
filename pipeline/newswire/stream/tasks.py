"""What a pool process does: bytes of a message in, encoded records out, so that nothing of it happens on the event loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from newswire.extract import Extractor
from newswire.records import Article, Extraction, decode, encode
from newswire.settings import ExtractSettings
from newswire.stream.frames import Output
from newswire.stream.naming import indexed
from newswire.wire import read

__all__ = ("ParsedArticle", "TaskClass", "Tasks")


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article between its parsing and the join: it stays in the process that parsed it, but for a copy of `parse`."""

    article: Article
    admission: Any
    parse: Any
    """What the other half needs too."""


class TaskClass(Protocol):
    """How the pool makes its tasks: once, in the fork server, before the processes are forked from it."""

    def __call__(self, settings: ExtractSettings, *, warm: bool) -> Tasks: ...


class Tasks:
    """The tasks of one process. `warm` says whether to load the language model at once.

    Each raises InputError when the message is not what it should be.
    """

    def __init__(self, settings: ExtractSettings, *, warm: bool) -> None:
        self._settings = settings
        self._loaded: Extractor | None = None
        if warm:
            # The first article of a model pays for caches and lazy tables; it had better not be somebody's news.
            self._extractor.extract([Article(id="warm-up", body="The minister said on Friday: “We are ready.”")])

    def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
        """The articles of a message of the raw topic, encoded, each with what the index keeps of it."""
        return [Output(article.id, encode(article), encode(indexed(article))) for article in read(value, headers)]

    def extract(self, values: Sequence[bytes]) -> list[Output]:
        """The Extractions of encoded Articles: both halves and the join."""
        articles = [decode(value, Article) for value in values]
        return [_output(extraction) for extraction in self._extractor.extract(articles)]

    def recognise(self, value: bytes) -> Any:
        """The entities task begins: the names in an encoded Article."""
        return self._extractor.recognise(self._extractor.admit(decode(value, Article)))

    def entities(self, names: Any, parse: Any) -> Any:
        """The entities task ends: the entities that the names are of, in the light of the parse."""
        return self._extractor.entities(parse, names)

    def parse(self, value: bytes) -> ParsedArticle:
        """The quotes task begins: an encoded Article parsed."""
        article = decode(value, Article)
        admission = self._extractor.admit(article)
        return ParsedArticle(article, admission, self._extractor.parse(admission))

    def quotes(self, parsed: ParsedArticle) -> Any:
        """The quotes task ends: the quotes of a parsed article."""
        return self._extractor.quotes(parsed.parse)

    def join(self, parsed: ParsedArticle, quotes: Any, entities: Any) -> Output:
        """The Extraction of both halves."""
        return _output(self._extractor.join(parsed.article, parsed.admission, parsed.parse, quotes, entities))

    @property
    def _extractor(self) -> Extractor:
        if self._loaded is None:
            self._loaded = Extractor(self._settings)
        return self._loaded


def _output(extraction: Extraction) -> Output:
    return Output(extraction.article.id, encode(extraction))

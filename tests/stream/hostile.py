"""Tasks for the pool that die, hang or eat memory when an article says so; otherwise quick, and without a language model,
which would take seconds to import.

Named in `pool.tasks`, so that real worker processes run them. `tests.stream.poison` does the same to the real extraction.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from newswire.errors import InputError
from newswire.records import Article, ArticleHead, Extraction, Model, decode, encode
from newswire.settings import ExtractSettings
from newswire.stream.frames import Output
from newswire.stream.naming import indexed
from newswire.stream.tasks import ParsedArticle

__all__ = ("HostileTasks", "SlowTasks", "obey")


def obey(article: Article) -> None:
    """Does what the headline says."""
    order, _, argument = (article.headline or "").partition(" ")
    match order:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True:
                time.sleep(60)
        case "sleep":
            time.sleep(float(argument))
        case "compute":  # for so many seconds of processor time
            began = time.process_time()
            while time.process_time() - began < float(argument):
                pass
        case "wait-for":  # until a file exists
            while not Path(argument).exists():
                time.sleep(0.005)
        case "eat":
            bytearray(int(argument))
        case "refuse":
            raise InputError("the headline said so", format="test", where="$.headline")
        case "refuse-until":  # a file exists
            if not Path(argument).exists():
                raise InputError("the file is not there yet", format="test", where="$.headline")
        case "raise":
            raise RuntimeError(argument)
        case "write":  # as a library in C does, past Python's logging
            os.write(2, argument.encode() + b"\n")
        case "die-once":  # the file tells the second try from the first
            if not Path(argument).exists():
                Path(argument).touch()
                os.kill(os.getpid(), signal.SIGKILL)


class HostileTasks:
    """Answers with an empty Extraction whose model names the process, and `split` or `whole`."""

    def __init__(self, settings: ExtractSettings, *, warm: bool) -> None:
        pass

    def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
        article = decode(value, Article)
        obey(article)
        return [Output(article.id, value, encode(indexed(article)))]

    def extract(self, values: Sequence[bytes]) -> list[Output]:
        articles = [decode(value, Article) for value in values]
        for article in articles:
            obey(article)
        return [self._answer(article, f"whole {len(values)}") for article in articles]

    def recognise(self, value: bytes) -> Any:
        article = decode(value, Article)
        if article.byline in (None, "recogniser"):
            obey(article)
        return os.getpid()

    def entities(self, names: Any, parse: Article) -> Any:
        if parse.byline == "entities":
            obey(parse)
        return names

    def parse(self, value: bytes) -> ParsedArticle:
        article = decode(value, Article)
        if article.byline in (None, "parser"):
            obey(article)
        return ParsedArticle(article, None, article)

    def quotes(self, parsed: ParsedArticle) -> Any:
        if parsed.article.byline == "quotes":
            obey(parsed.article)
        return None

    def join(self, parsed: ParsedArticle, quotes: Any, entities: Any) -> Output:
        if parsed.article.byline == "join":
            obey(parsed.article)
        return self._answer(parsed.article, f"split {entities}")

    def _answer(self, article: Article, how: str) -> Output:
        head = ArticleHead(
            id=article.id, version=article.version, status=article.status, embargoed_until=article.embargoed_until
        )
        return Output(article.id, encode(Extraction(article=head, model=Model(how, str(os.getpid())))))


class SlowTasks(HostileTasks):
    """Takes half a minute to load."""

    def __init__(self, settings: ExtractSettings, *, warm: bool) -> None:
        time.sleep(30)
        super().__init__(settings, warm=warm)

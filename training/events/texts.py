"""Texts with all that events are found from: parse, parties, quotes, as the pipeline makes them; kept between runs if asked."""

from __future__ import annotations

import dataclasses
import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newswire.extract.coreference import link_mentions
from newswire.extract.document.drafts import EntityDraft, QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.countries import attribute_countries
from newswire.extract.events.parties import Party, all_parties, parties
from newswire.extract.extractor import Extractor
from newswire.records import Article

__all__ = ("Text", "read_texts")


@dataclass(frozen=True)
class Text:
    """One article as the search for events sees it."""

    article: Article
    parse: Parse
    known: dict[int, Party]
    entities: list[EntityDraft]
    quotes: list[QuoteDraft]


def read_texts(articles: Sequence[Article], extractor: Extractor, kept: Path | None = None) -> list[Text]:
    """The texts of the articles; from the file `kept`, when it is there."""
    lists = extractor.lexicons
    if kept is not None and kept.exists():
        found = [
            dataclasses.replace(text, parse=dataclasses.replace(text.parse, vectors=vectors))
            for text, vectors in pickle.loads(kept.read_bytes())
        ]
        if [(text.article.id, text.article.body) for text in found] == [(one.id, one.body) for one in articles]:
            return found
    found = []
    for article in articles:
        admission = extractor.admit(article)
        ((parse, names),) = extractor.model.analyse([admission.text])
        quotes, entities = extractor.quotes(parse), extractor.entities(parse, names)
        year = (article.published or "")[:4]
        attribute_countries(
            parse,
            entities,
            article.headline or "",
            int(year) if year.isdecimal() else None,
            lists.gazetteer,
            lists.leaders,
        )
        link_mentions(parse, entities, quotes, lists.gazetteer, lists.sources, lists.anaphora)
        known = all_parties(parse, entities, parties(parse, entities, lists.gazetteer, lists.event_words))
        found.append(Text(article, parse, known, entities, quotes))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Processes that share the work never meet half a file.
        begun = kept.with_name(f"{kept.name}.{os.getpid()}")
        begun.write_bytes(pickle.dumps([(text, text.parse.vectors) for text in found]))
        begun.replace(kept)
    return found

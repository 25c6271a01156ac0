"""The join: what the two halves found becomes records, speakers resolved to entities."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.extract.coreference import Antecedent, link_mentions
from pipeline.extract.drafts import EntityDraft, QuoteDraft
from pipeline.extract.events import find_events
from pipeline.extract.identifiers import record_ids
from pipeline.extract.parse import Parse
from pipeline.extract.salience import salience
from pipeline.records import Article, Cue, Entity, Event, Mention, Quote, Span, Speaker, Text

__all__ = ("join",)

# Places of every published number, so that the last bits of a sum do not decide whether two records are equal.
PLACES: Final = 3


def join(
    article: Article,
    parse: Parse,
    drafts: list[QuoteDraft],
    entity_drafts: list[EntityDraft],
    lexicon: Path | None = None,
) -> tuple[list[Entity], list[Quote], list[Event]]:
    """Entities, quotes and events of an article, with their ids, speakers resolved to entities.

    `entity_drafts` get the mentions that resolve to them; `lexicon` is a directory of additions to the word lists.
    """
    speakers = link_mentions(parse, entity_drafts, drafts, lexicon)
    entities = _entities(article, parse, entity_drafts)
    quotes = _quotes(article, parse, drafts, speakers, entities)
    events = find_events(parse, article, entity_drafts, entities, quotes, lexicon)
    return entities, quotes, events


def _entities(article: Article, parse: Parse, drafts: list[EntityDraft]) -> list[Entity]:
    ids = record_ids(article.id, "entity", [f"{draft.label} {draft.name}" for draft in drafts])
    weights = salience(parse, drafts)
    return [
        Entity(
            id=id,
            type=draft.label,
            name=draft.name,
            mentions=[Mention(m.start, m.end, parse.text[m.start : m.end], m.kind) for m in draft.mentions],
            aliases=list(draft.aliases),
            country=draft.country,
            role=draft.role,
            gender=draft.gender,
            place=draft.place,
            salience=round(weight, PLACES),
        )
        for id, draft, weight in zip(ids, drafts, weights, strict=True)
    ]


def _quotes(
    article: Article, parse: Parse, drafts: list[QuoteDraft], speakers: list[Antecedent], entities: list[Entity]
) -> list[Quote]:
    """The records of the drafts, in the same order. `speakers[i]` is whom the source of the i-th quote stands for."""
    texts = [" … ".join(parse.text[start:end] for start, end in draft.spans) for draft in drafts]
    ids = record_ids(article.id, "quote", texts)
    return [
        Quote(
            id=id,
            type=draft.type,
            kind=draft.kind,
            text=text,
            spans=[Span(start, end) for start, end in draft.spans],
            verbatim=[Span(start, end) for start, end in draft.verbatim],
            speaker=_speaker(parse, draft, speaker, entities),
            cue=_cue(parse, draft),
            continues=None if draft.continues is None else ids[draft.continues],
            confidence=round(draft.confidence, PLACES),
        )
        for id, text, draft, speaker in zip(ids, texts, drafts, speakers, strict=True)
    ]


def _speaker(parse: Parse, draft: QuoteDraft, known: Antecedent, entities: list[Entity]) -> Speaker | None:
    source = draft.source
    if source is None:
        return None
    text = parse.text[source.start : source.end]
    entity = None if known.entity is None else entities[known.entity]
    described = known.phrase or source
    if entity is not None:
        name: str | None = entity.name
    elif parse.tags[described.head] in ("PRP", "PRP$", "WP", "DT"):
        name = None  # a pronoun that nothing resolves names nobody; any other phrase describes its speaker
    else:
        name = " ".join(parse.text[described.start : described.end].split())
    return Speaker(
        entity=None if entity is None else entity.id,
        name=name,
        mention=Text(source.start, source.end, text),
        role=None if entity is None else entity.role,
        anonymous=entity is None and (source.anonymous or described.anonymous),
    )


def _cue(parse: Parse, draft: QuoteDraft) -> Cue | None:
    if draft.cue is None:
        return None
    start, end, lemma, stance = draft.cue
    return Cue(start, end, parse.text[start:end], lemma, stance)

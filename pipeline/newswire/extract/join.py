"""The join: what the two halves found becomes records, speakers resolved to entities."""

from __future__ import annotations

from typing import Final

from newswire.extract.coreference import Antecedent, Chooser, link_mentions
from newswire.extract.document.drafts import (
    DateDraft,
    EntityDraft,
    EventDraft,
    PartyDraft,
    PlaceDraft,
    QuoteDraft,
    SourceDraft,
)
from newswire.extract.document.parse import Parse
from newswire.extract.entities.countries import attribute_countries
from newswire.extract.event_mentions import distinct_events, mentions_of
from newswire.extract.events.finding import find_events
from newswire.extract.identifiers import record_ids
from newswire.extract.lexicons import Lexicons
from newswire.extract.salience import salience
from newswire.records import (
    Actor,
    Article,
    AttributedTo,
    Cue,
    Entity,
    Event,
    EventDate,
    EventPlace,
    Evidence,
    Mention,
    Predicate,
    Quote,
    Span,
    Speaker,
    Text,
)

__all__ = ("event_records", "join")

# Decimal places of every published number, so that the last bits of a sum do not decide whether two records are equal.
DECIMALS: Final = 3

# The OntoNotes labels of what speaks by its name.
SPEAKING: Final = frozenset(("PERSON", "ORG", "GPE"))

# Code points of a clause or sentence that an event repeats. What is longer is a list or a table, and a hundred events in it would
# make an Extraction of megabytes.
MAX_EVIDENCE: Final = 1000


def join(
    article: Article,
    parse: Parse,
    drafts: list[QuoteDraft],
    entity_drafts: list[EntityDraft],
    lexicons: Lexicons,
    chooser: Chooser | None = None,
) -> tuple[list[Entity], list[Quote], list[Event]]:
    """Entities, quotes and events of an article, with their ids, speakers resolved to entities.

    `entity_drafts` get the countries that they belong to and the mentions that resolve to them. `chooser` has other weights than
    those that come with the project (training reports on others).
    """
    attribute_countries(
        parse, entity_drafts, article.headline or "", _year(article), lexicons.gazetteer, lexicons.leaders
    )
    speakers = link_mentions(
        parse, entity_drafts, drafts, lexicons.gazetteer, lexicons.sources, lexicons.anaphora, chooser
    )
    entities = _entities(article, parse, entity_drafts)
    heads = {
        mention.head: index
        for index, draft in enumerate(entity_drafts)
        for mention in draft.mentions
        if mention.kind == "name" and draft.label in SPEAKING
    }
    quotes = _quotes(article, parse, drafts, speakers, entities, heads)
    events = event_records(
        article, parse, find_events(parse, article, entity_drafts, drafts, lexicons), entities, quotes
    )
    return entities, quotes, events


def _year(article: Article) -> int | None:
    """The year of publication, None where the article tells none."""
    year = (article.published or "")[:4]
    return int(year) if year.isdecimal() else None


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
            salience=round(weight, DECIMALS),
        )
        for id, draft, weight in zip(ids, drafts, weights, strict=True)
    ]


def _quotes(
    article: Article,
    parse: Parse,
    drafts: list[QuoteDraft],
    speakers: list[Antecedent],
    entities: list[Entity],
    heads: dict[int, int],
) -> list[Quote]:
    """The records of the drafts, in the same order. `speakers[i]` is whom the source of the i-th quote stands for, `heads` are
    the entities by the tokens that head their names."""
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
            speaker=_speaker(parse, speaker, entities),
            speakers=_others(parse, speaker, entities, heads),
            cue=_cue(parse, draft),
            polarity=draft.polarity,
            continues=None if draft.continues is None else ids[draft.continues],
            confidence=round(draft.confidence * speaker.confidence, DECIMALS),
        )
        for id, text, draft, speaker in zip(ids, texts, drafts, speakers, strict=True)
    ]


def _speaker(parse: Parse, known: Antecedent, entities: list[Entity]) -> Speaker | None:
    source = known.source
    described = known.phrase or source
    if described is None and known.entity is None:
        return None
    entity = None if known.entity is None else entities[known.entity]
    if entity is not None:
        name: str | None = entity.name
    elif described is None or _is_pronoun(parse, described):
        name = None  # a pronoun that nothing resolves names nobody; any other phrase describes its speaker
    else:
        name = " ".join(parse.text[described.start : described.end].split())
    return Speaker(
        entity=None if entity is None else entity.id,
        name=name,
        mention=None if source is None else Text(source.start, source.end, parse.text[source.start : source.end]),
        role=None if entity is None else entity.role,
        # People of a country are persons without a name, too: "many Peruvians said".
        anonymous=entity.type == "NORP"
        if entity is not None
        else any(one is not None and one.anonymous for one in (source, described)),
    )


def _is_pronoun(parse: Parse, source: SourceDraft) -> bool:
    """Whether a source is a pronoun. A determiner is one only if it stands alone: "some in Lima" says who."""
    alone = parse.starts[source.head] == source.start and parse.ends[source.head] == source.end
    return parse.tags[source.head] in ("PRP", "PRP$", "WP") or (parse.tags[source.head] == "DT" and alone)


def _others(parse: Parse, known: Antecedent, entities: list[Entity], heads: dict[int, int]) -> list[Speaker]:
    """Who else is named beside the speaker in the same phrase: "Ruiz, Berg and their lawyer, Ito,"."""
    source = known.source
    found: dict[int, int] = {}
    if source is None or known.entity is None:
        return []
    for token in parse.tokens(source.start, source.end):
        if heads.get(token, known.entity) == known.entity:
            continue
        link, listed = token, False
        while parse.deps[link] in ("conj", "appos") and link != source.head:
            # The parser has "Ruiz, Berg and Ito" for an apposition; a person is none to another, but a firm may be one's.
            above = parse.heads[link]
            alike = link in heads and above in heads and entities[heads[link]].type == entities[heads[above]].type
            in_row = any(parse.deps[child] == "conj" for child in parse.children[link])
            listed |= parse.deps[link] == "conj" or alike or in_row
            link = above
        if listed and (link == source.head or heads.get(link) == known.entity):
            found.setdefault(heads[token], token)
    others = []
    for index, token in found.items():
        mention = next(one for one in entities[index].mentions if parse.starts[token] in range(one.start, one.end))
        text = Text(mention.start, mention.end, mention.text)
        one = entities[index]
        others.append(Speaker(entity=one.id, name=one.name, mention=text, role=one.role))
    return others


def _cue(parse: Parse, draft: QuoteDraft) -> Cue | None:
    if draft.cue is None:
        return None
    start, end, lemma, stance = draft.cue
    return Cue(start, end, parse.text[start:end], lemma, stance)


def event_records(
    article: Article, parse: Parse, drafts: list[EventDraft], entities: list[Entity], quotes: list[Quote]
) -> list[Event]:
    """The records of the drafts, in the same order; entities and quotes are those that the drafts count."""
    actors = [[_actor(parse, party, entities) for party in draft.actors] for draft in drafts]
    recipients = [[_actor(parse, party, entities) for party in draft.recipients] for draft in drafts]
    contents = [
        # What makes an event the same one in another version of the story.
        " ".join((draft.type, draft.lemma, *(end.name or end.text for end in (*ones, *others))))
        for draft, ones, others in zip(drafts, actors, recipients, strict=True)
    ]
    ids = record_ids(article.id, "event", contents)
    told = distinct_events(mentions_of(parse, drafts, [entity.name for entity in entities]))
    first = {number: index for index, number in reversed([*enumerate(told)])}
    return [
        Event(
            id=id,
            type=draft.type,
            mode=draft.mode,
            cameo=draft.cameo,
            quad=draft.quad,
            score=draft.score,
            goldstein=draft.goldstein,
            predicate=Predicate(*draft.predicate, parse.text[slice(*draft.predicate)], draft.lemma),
            actors=ones,
            recipients=others,
            date=_date(parse, draft.date),
            place=_place(parse, draft.place, entities),
            polarity=draft.polarity,
            modality=draft.modality,
            tense=draft.tense,
            attributed_to=None if draft.quote is None else _attributed_to(quotes[draft.quote]),
            evidence=_evidence(parse, draft),
            confidence=round(draft.confidence, DECIMALS),
            sentence=_sentence(parse, draft),
            event=ids[first[number]],
        )
        for id, draft, ones, others, number in zip(ids, drafts, actors, recipients, told, strict=True)
    ]


def _evidence(parse: Parse, draft: EventDraft) -> Evidence:
    start, end = draft.evidence
    return Evidence(start, end, parse.text[start:end] if end - start <= MAX_EVIDENCE else None)


def _sentence(parse: Parse, draft: EventDraft) -> Text | None:
    """The sentence of the predicate, without the white space around it."""
    first, behind = parse.sentences[parse.sentence(parse.tokens(*draft.predicate)[0])]
    start, end = parse.starts[first], parse.ends[behind - 1]
    text = parse.text[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
    return Text(start, end, parse.text[start:end]) if end - start <= MAX_EVIDENCE else None


def _actor(parse: Parse, party: PartyDraft, entities: list[Entity]) -> Actor:
    entity = None if party.entity is None else entities[party.entity]
    return Actor(
        start=party.start,
        end=party.end,
        text=parse.text[party.start : party.end],
        entity=entity.id if entity else None,
        name=entity.name if entity else None,
        country=party.country,
        sector=party.sector,
    )


def _date(parse: Parse, when: DateDraft | None) -> EventDate | None:
    if when is None:
        return None
    text = parse.text[when.start : when.end]
    return EventDate(start=when.start, end=when.end, text=text, value=when.value, precision=when.precision)


def _place(parse: Parse, where: PlaceDraft | None, entities: list[Entity]) -> EventPlace | None:
    if where is None:
        return None
    entity = None if where.entity is None else entities[where.entity]
    point = entity.place if entity else None
    return EventPlace(
        start=where.start,
        end=where.end,
        text=parse.text[where.start : where.end],
        name=entity.name if entity else None,
        country=where.country,
        lat=point.lat if point else None,
        lon=point.lon if point else None,
        geonames=point.geonames if point else None,
    )


def _attributed_to(quote: Quote) -> AttributedTo:
    speaker = quote.speaker
    return AttributedTo(
        quote=quote.id, entity=speaker.entity if speaker else None, name=speaker.name if speaker else None
    )

"""The records that enter and leave the pipeline, and their codec.

Structs are msgspec's, the bytes are orjson's: UTF-8 JSON with the fields in the order below, `null` for what is absent.
All offsets are Unicode code points into `Article.body`, half open: `body[start:end] == text`. Readers ignore fields that
they do not know; strings that look like enumerations (types, stances, signals) are open: new values may appear.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, TypeVar

import msgspec
import orjson

from pipeline.errors import InputError

__all__ = (
    "RECORD_TYPES",
    "SCHEMA_VERSION",
    "Actor",
    "Article",
    "ArticleHead",
    "ArticleReference",
    "AttributedTo",
    "Cue",
    "EmbargoedStory",
    "Entity",
    "EntityRecord",
    "Event",
    "EventDate",
    "EventPlace",
    "EventRecord",
    "Extraction",
    "Halt",
    "Mention",
    "Model",
    "Place",
    "Predicate",
    "Quote",
    "QuoteRecord",
    "Span",
    "Speaker",
    "Text",
    "VersionMarker",
    "body_sha256",
    "decode",
    "encode",
    "record_id",
)

SCHEMA_VERSION: Final = "1.0"

T = TypeVar("T")


class Span(msgspec.Struct, frozen=True):
    """A stretch of the body: code points `start` to `end`, half open."""

    start: int
    end: int


class Text(msgspec.Struct, frozen=True):
    """A stretch of the body together with the text that stands there."""

    start: int
    end: int
    text: str


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one news story, as every wire reader hands it on. Only `id` and `body` are required.

    `version` grows with each version of the same `id`; `status` is usable, withheld or canceled; `signal` is new, update,
    correction or what else the wire said. Times are RFC 3339. `urgency` is 1 (flash) to 9. `body` is the text as it came,
    with LF line ends; `format` names the reader; `extra` holds what the wire said and no field takes.
    """

    id: str
    body: str
    version: int = 1
    status: str = "usable"
    signal: str | None = None
    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    located: str | None = None
    language: str | None = None
    urgency: int | None = None
    published: str | None = None
    modified: str | None = None
    source: str | None = None
    url: str | None = None
    embargoed_until: str | None = None
    subjects: list[str] = []
    keywords: list[str] = []
    body_sha256: str | None = None
    format: str | None = None
    extra: dict[str, Any] = {}


class ArticleHead(msgspec.Struct, frozen=True, kw_only=True):
    """What an Extraction repeats of its article."""

    id: str
    version: int
    status: str
    headline: str | None = None
    published: str | None = None
    source: str | None = None
    language: str | None = None
    url: str | None = None
    embargoed_until: str | None = None
    body_sha256: str | None = None


class ArticleReference(msgspec.Struct, frozen=True, kw_only=True):
    """What a record on a per-record topic repeats of its article."""

    id: str
    version: int
    published: str | None = None
    source: str | None = None
    url: str | None = None
    embargoed_until: str | None = None
    body_sha256: str | None = None


class Mention(msgspec.Struct, frozen=True):
    """One place where the body refers to an entity. `kind` is name, nominal or pronoun."""

    start: int
    end: int
    text: str
    kind: str


class Place(msgspec.Struct, frozen=True):
    """A place in GeoNames: its id, and WGS 84 degrees."""

    geonames: int
    lat: float
    lon: float


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or something that the article names.

    `type` is an OntoNotes label, `name` the canonical form, `country` ISO 3166-1 alpha-3, `role` what the article calls the
    bearer ("U.S. Secretary of State"), `gender` (male, female) only where the text says it, `salience` the share of
    sentences with a mention, weighted to the lead, 0 to 1.
    """

    id: str
    type: str
    name: str
    mentions: list[Mention]
    aliases: list[str] = []
    country: str | None = None
    role: str | None = None
    gender: str | None = None
    place: Place | None = None
    salience: float = 0.0


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a quote is attributed to: an entity of the article where one is known, else the phrase that stands there.

    `mention` is the source phrase as written, even a pronoun; `name` what it resolves to.
    """

    entity: str | None = None
    name: str | None = None
    mention: Text | None = None
    role: str | None = None
    anonymous: bool = False


class Cue(msgspec.Struct, frozen=True):
    """The word or phrase that attributes a quote, with its stance (neutral, assertive, denying, accusing, ...)."""

    start: int
    end: int
    text: str
    lemma: str
    stance: str


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the article says somebody said, wrote, thought or wants.

    `type` is direct, indirect or mixed; `kind` speech, document, thought or intent. `text` joins the texts of `spans` with
    " … "; `verbatim` are the characters inside quote marks. `continues` is the id of the quote of the paragraph before
    when a quotation runs over several.
    """

    id: str
    type: str
    kind: str
    text: str
    spans: list[Span]
    verbatim: list[Span] = []
    speaker: Speaker | None = None
    cue: Cue | None = None
    continues: str | None = None
    confidence: float = 0.0


class Predicate(msgspec.Struct, frozen=True):
    """The word that names an event."""

    start: int
    end: int
    text: str
    lemma: str


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One end of an event. `country` is ISO 3166-1 alpha-3; `sector` a PLOVER actor code (GOV, MIL, OPP, ...)."""

    start: int
    end: int
    text: str
    entity: str | None = None
    name: str | None = None
    country: str | None = None
    sector: str | None = None


class EventDate(msgspec.Struct, frozen=True, kw_only=True):
    """When: the phrase, and its `value` (ISO 8601, as short as `precision` allows: day, week, month, quarter, year)."""

    start: int
    end: int
    text: str
    value: str | None = None
    precision: str | None = None


class EventPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where: the phrase, and the place that it names."""

    start: int
    end: int
    text: str
    name: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


class AttributedTo(msgspec.Struct, frozen=True, kw_only=True):
    """Who says that an event happened: the speaker of the quote inside which it is told."""

    quote: str
    entity: str | None = None
    name: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom, by PLOVER 2.0.

    `type` and `mode` are PLOVER's, `cameo` the CAMEO code, `quad` 1 verbal cooperation, 2 material cooperation, 3 verbal
    conflict, 4 material conflict; `score` is PLOVER's scale, `goldstein` Goldstein's, both -10 to 10. `polarity` is
    affirmed or negated, `modality` actual, planned, possible or demanded. `evidence` is the clause.
    """

    id: str
    type: str
    quad: int
    predicate: Predicate
    actors: list[Actor]
    recipients: list[Actor]
    evidence: Span
    mode: str | None = None
    cameo: str | None = None
    score: float | None = None
    goldstein: float | None = None
    date: EventDate | None = None
    place: EventPlace | None = None
    polarity: str = "affirmed"
    modality: str = "actual"
    tense: str | None = None
    attributed_to: AttributedTo | None = None
    confidence: float = 0.0


class Model(msgspec.Struct, frozen=True):
    """What made an Extraction: the language model and its version."""

    name: str
    version: str


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """Everything extracted from one version of one article.

    `skipped` says why nothing was extracted (`language`); `truncated_at` is the code point after which the body was not
    read, when it was too long.
    """

    article: ArticleHead
    entities: list[Entity] = []
    quotes: list[Quote] = []
    events: list[Event] = []
    model: Model
    schema: str = SCHEMA_VERSION
    skipped: str | None = None
    truncated_at: int | None = None


class EntityRecord(Entity, frozen=True, kw_only=True):
    """An Entity as it stands on the entities topic."""

    article: ArticleReference


class QuoteRecord(Quote, frozen=True, kw_only=True):
    """A Quote as it stands on the quotes topic."""

    article: ArticleReference


class EventRecord(Event, frozen=True, kw_only=True):
    """An Event as it stands on the events topic."""

    article: ArticleReference


class VersionMarker(msgspec.Struct, frozen=True, kw_only=True):
    """Closes the records of one article version on a per-record topic, and says what stands.

    `ids` are the record ids of this version on this topic, `count` is their number. The marker with the highest article
    version rules; among markers of one version, the one whose Extraction has the highest offset (header
    `newswire-extraction-offset`). What the ruling marker does not list is obsolete. With `status` canceled or withheld it
    lists nothing.
    """

    article: ArticleReference
    status: str
    count: int
    ids: list[str] = []


class EmbargoedStory(msgspec.Struct, frozen=True, kw_only=True):
    """An article under embargo and what was extracted from it ahead of time. On a private topic; no subscriber sees it.

    `fingerprint` says which release, model and settings extracted it: after a change of them it is extracted again.
    """

    article: Article
    extraction: Extraction
    fingerprint: str


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """A partition at which an agent takes nothing more in, since too many of its messages became dead letters.

    `offset` is that of the message that tripped the guard, `why` is for people, `since` is RFC 3339. On a private topic.
    """

    agent: str
    topic: str
    partition: int
    offset: int
    why: str
    since: str


RECORD_TYPES: Final[dict[str, type[msgspec.Struct]]] = {
    "newswire.article.v1": Article,
    "newswire.extraction.v1": Extraction,
    "newswire.entity.v1": EntityRecord,
    "newswire.quote.v1": QuoteRecord,
    "newswire.event.v1": EventRecord,
    "newswire.version.v1": VersionMarker,
}
"""The record types by their CloudEvents name, as the header `ce_type` of a message gives it."""


def encode(record: msgspec.Struct) -> bytes:
    """The record as JSON bytes; the same record always gives the same bytes."""
    return orjson.dumps(record, default=msgspec.to_builtins)


def decode(data: bytes | bytearray | memoryview | str, type: type[T]) -> T:
    """The record of the given type that the JSON in `data` holds.

    Raises InputError when `data` is no JSON, or JSON of another shape; `where` then is the JSON path of the first fault.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(f"no valid JSON: {error.msg}", format="json", where=f"character {error.pos}") from None
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `")
        raise InputError(f"not a valid {type.__name__}: {what}", format="json", where=path.rstrip("`") or "$") from None


def body_sha256(body: str) -> str:
    """The SHA-256 of the body's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def record_id(article: str, kind: str, content: str, ordinal: int = 0) -> str:
    """The id of a record: 32 hexadecimal digits of a hash over the article's id, the kind of record, its content folded
    (case and white space do not count) and its ordinal among equals.

    The version of the article is left out, so that an unchanged quote keeps its id when the story is updated.
    """
    folded = " ".join(content.casefold().split())
    key = "\x1f".join((article, kind, folded, str(ordinal)))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]

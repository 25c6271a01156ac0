"""The records that enter and leave the pipeline, and their codec.

Structs are msgspec's, the bytes are orjson's: UTF-8 JSON with the fields in the order below, `null` for what is absent.
All offsets are Unicode code points into `Article.body`, half open: `body[start:end] == text`. Readers ignore fields that
they do not know; strings that look like enumerations (types, stances, signals) are open: new values may appear.

The docstring below a field is its description in the JSON Schemas and in docs/records.md.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, TypeAlias, TypeVar

import msgspec
import orjson

from newswire.errors import InputError

__all__ = (
    "RECORD_TYPES",
    "SCHEMA_IDS",
    "SCHEMA_VERSION",
    "Actor",
    "Alert",
    "Article",
    "ArticleHead",
    "ArticleReference",
    "AttributedTo",
    "Candidate",
    "Cue",
    "EmbargoedStory",
    "Entity",
    "EntityRecord",
    "Event",
    "EventDate",
    "EventPlace",
    "EventRecord",
    "Evidence",
    "Extraction",
    "Halt",
    "Heartbeat",
    "IndexedArticle",
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

# RFC 3339, with the offset that the wire had. All times pass `newswire.wire.times.rfc3339` before they come into a record.
Time: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


class Span(msgspec.Struct, frozen=True):
    """A stretch of the body: code points `start` to `end`, half open."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""


class Text(msgspec.Struct, frozen=True):
    """A stretch of the body together with the text that stands there."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one news story, as every wire reader hands it on. Only `id` and `body` are required of who writes one."""

    id: str
    """The provider's identifier of the story; made from source and address, or from the content, where it gives
    none."""
    body: str
    """The text, as it came but with LF line ends; HTML has become paragraphs. Offsets of all records point into it."""
    version: int = 1
    """Grows with each version of the same `id`; without one of its own, `modified` in Unix seconds, else 1."""
    status: str = "usable"
    """`usable`, `withheld` or `canceled` (killed)."""
    signal: str | None = None
    """`new`, `update`, `correction` or what else the wire said."""
    headline: str | None = None
    """The headline, as the wire has it."""
    byline: str | None = None
    """The byline, as the wire has it."""
    dateline: str | None = None
    """The dateline, as the wire has it."""
    located: str | None = None
    """The place that the story is filed under."""
    language: str | None = None
    """The language as declared, BCP 47."""
    urgency: int | None = None
    """1 (flash) to 9."""
    published: Time | None = None
    """When the story was published: what relative dates in it are resolved against."""
    modified: Time | None = None
    """When this version was made."""
    source: str | None = None
    """Who published it."""
    url: str | None = None
    """Where it was published."""
    embargoed_until: Time | None = None
    """Nothing of the story leaves before this time."""
    subjects: list[str] = []
    """Subjects by the wire's own words or codes."""
    keywords: list[str] = []
    """Keywords of the wire."""
    body_sha256: str | None = None
    """SHA-256 of the body's UTF-8 bytes, in hexadecimal: which text offsets point into."""
    format: str | None = None
    """The reader that read it: `text`, `ninjs`, `rss`, ..."""
    extra: dict[str, Any] = {}
    """What the wire said and no field takes, under its own names."""


class ArticleHead(msgspec.Struct, frozen=True, kw_only=True):
    """What an Extraction repeats of its article."""

    id: str
    """The provider's identifier of the story; made from source and address, or from the content, where it gives
    none."""
    version: int
    """Grows with each version of the same `id`; without one of its own, `modified` in Unix seconds, else 1."""
    status: str
    """`usable`, `withheld` or `canceled` (killed)."""
    headline: str | None = None
    """The headline, as the wire has it."""
    published: Time | None = None
    """When the story was published: what relative dates in it are resolved against."""
    source: str | None = None
    """Who published it."""
    language: str | None = None
    """The language as declared, BCP 47."""
    url: str | None = None
    """Where it was published."""
    embargoed_until: Time | None = None
    """Nothing of the story leaves before this time."""
    body_sha256: str | None = None
    """SHA-256 of the body's UTF-8 bytes, in hexadecimal: which text offsets point into."""


class ArticleReference(msgspec.Struct, frozen=True, kw_only=True):
    """What a record on a per-record topic repeats of its article."""

    id: str
    """The provider's identifier of the story; made from source and address, or from the content, where it gives
    none."""
    version: int
    """Grows with each version of the same `id`; without one of its own, `modified` in Unix seconds, else 1."""
    published: Time | None = None
    """When the story was published: what relative dates in it are resolved against."""
    source: str | None = None
    """Who published it."""
    url: str | None = None
    """Where it was published."""
    embargoed_until: Time | None = None
    """Nothing of the story leaves before this time."""
    body_sha256: str | None = None
    """SHA-256 of the body's UTF-8 bytes, in hexadecimal: which text offsets point into."""
    headline: str | None = None
    """The headline, as the wire has it; of a longer one the first 500 code points, and null on the marker of a killed story."""


class Mention(msgspec.Struct, frozen=True):
    """One place where the body refers to an entity."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    kind: str
    """`name`, `nominal` or `pronoun`."""


class Place(msgspec.Struct, frozen=True):
    """A place in GeoNames."""

    geonames: int
    """Its id in GeoNames."""
    lat: float
    """Latitude in degrees, WGS 84."""
    lon: float
    """Longitude in degrees, WGS 84."""


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or something that the article names."""

    id: str
    """Record id: 32 hexadecimal digits, the same in every version of the article that has it unchanged. Speakers and
    actors refer to it."""
    type: str
    """OntoNotes label: `PERSON`, `ORG`, `GPE`, `LOC`, `NORP`, `FAC`, `PRODUCT`, `EVENT`, `WORK_OF_ART`, `LAW` or `LANGUAGE`."""
    name: str
    """The fullest form of the name."""
    mentions: list[Mention]
    """Every place where the body refers to it."""
    aliases: list[str] = []
    """Other forms of the name."""
    country: str | None = None
    """ISO 3166-1 alpha-3 code of the country that it is, lies in or belongs to."""
    role: str | None = None
    """What the article calls the bearer: "U.S. Secretary of State"."""
    gender: str | None = None
    """`male` or `female`, only where the text says it."""
    place: Place | None = None
    """Where a place is."""
    salience: float = 0.0
    """0 to 1: the share of sentences that mention it, weighted to the lead."""


class Speaker(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a quote is attributed to: an entity of the article where one is known, else the phrase that stands there."""

    entity: str | None = None
    """Record id of the entity, where it is one."""
    name: str | None = None
    """What the mention resolves to: an entity's name, or what a nameless speaker was called, "a U.S. official"."""
    mention: Text | None = None
    """The phrase that stands in the tag, even "he"."""
    role: str | None = None
    """What the article calls the speaker."""
    anonymous: bool = False
    """Whether the article keeps the name back."""


class Cue(msgspec.Struct, frozen=True):
    """The word or phrase that attributes a quote."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    lemma: str
    """The word in its base form."""
    stance: str
    """How it attributes: `neutral`, `assertive`, `denying`, `accusing`, ..."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the article says somebody said, wrote, thought or wants."""

    id: str
    """Record id: 32 hexadecimal digits, the same in every version of the article that has it unchanged."""
    type: str
    """`direct` (in quote marks, or a turn of a transcript), `indirect` or `mixed`."""
    kind: str
    """`speech`, `document`, `thought` or `intent`."""
    text: str
    """The texts of `spans`, joined by " … "."""
    spans: list[Span]
    """Each piece; several when the tag interrupts the quote."""
    verbatim: list[Span] = []
    """The characters inside quote marks, or of a turn of a transcript."""
    speaker: Speaker | None = None
    """Whom it is attributed to; null where the article names nobody."""
    speakers: list[Speaker] = []
    """Who else says it, where several do together: "Ruiz and Berg said in a joint statement"."""
    cue: Cue | None = None
    """The attributing word; null where there is none."""
    polarity: str = "affirmed"
    """`affirmed`, or `negated` where the article says that the speaker did not say it, or asked whether it is so."""
    continues: str | None = None
    """Record id of the quote of the paragraph before, when this one carries it on: its marks were left open there, or
    what is quoted here without a tag follows at once."""
    confidence: float = 0.0
    """0 to 1: the probability that half of the content and the speaker are right."""


class Predicate(msgspec.Struct, frozen=True):
    """The word that names an event."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    lemma: str
    """The word in its base form."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One end of an event."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    entity: str | None = None
    """Record id of the entity, where it is one."""
    name: str | None = None
    """The entity's name."""
    country: str | None = None
    """ISO 3166-1 alpha-3 code of the country."""
    sector: str | None = None
    """PLOVER's code of what the actor is: `GOV`, `MIL`, `OPP`, ..."""


class EventDate(msgspec.Struct, frozen=True, kw_only=True):
    """When: the phrase, and the date that it means."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    value: str | None = None
    """The date in ISO 8601, as short as `precision` allows, with weekends and quarters as TIMEX3 has them: 2022-07-29, 2022-W30,
    2022-W30-WE, 2022-07, 2022-Q3, 2022."""
    precision: str | None = None
    """`day`, `week`, `weekend`, `month`, `quarter` or `year`."""


class EventPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where: the phrase, and the place that it names."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str
    """What stands there: `body[start:end]`."""
    name: str | None = None
    """The place's name."""
    country: str | None = None
    """ISO 3166-1 alpha-3 code of the country."""
    lat: float | None = None
    """Latitude in degrees, WGS 84."""
    lon: float | None = None
    """Longitude in degrees, WGS 84."""
    geonames: int | None = None
    """Its id in GeoNames."""


class Evidence(msgspec.Struct, frozen=True):
    """The clause that tells of an event."""

    start: int
    """The code point of the body where it begins."""
    end: int
    """The code point of the body behind its last one."""
    text: str | None = None
    """What stands there: `body[start:end]`; null where that is longer than 1,000 code points."""


class AttributedTo(msgspec.Struct, frozen=True, kw_only=True):
    """Who says that an event happened: the speaker of the quote inside which it is told."""

    quote: str
    """Record id of the quote inside which the event is told."""
    entity: str | None = None
    """Record id of the entity that says so, where it is one."""
    name: str | None = None
    """The name of who says so."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom, by PLOVER 2.0."""

    id: str
    """Record id: 32 hexadecimal digits, the same in every version of the article that has it unchanged."""
    type: str
    """PLOVER's event type: `CONSULT`, `ASSAULT`, ..."""
    quad: int
    """1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
    predicate: Predicate
    """The word that names the event."""
    actors: list[Actor]
    """Who does it."""
    recipients: list[Actor]
    """To whom it is done."""
    evidence: Evidence
    """The clause that says all of it."""
    mode: str | None = None
    """PLOVER's mode of the type, where one fits."""
    cameo: str | None = None
    """The CAMEO code, where one fits."""
    score: float | None = None
    """PLOVER's scale, -10 (conflict) to 10 (cooperation)."""
    goldstein: float | None = None
    """Goldstein's scale, -10 (conflict) to 10 (cooperation)."""
    date: EventDate | None = None
    """When, where the article says it."""
    place: EventPlace | None = None
    """Where, where the article says it."""
    polarity: str = "affirmed"
    """`affirmed` or `negated`."""
    modality: str = "actual"
    """`actual`, `planned`, `possible` or `demanded`."""
    tense: str | None = None
    """Tense of the predicate."""
    attributed_to: AttributedTo | None = None
    """Who says so; null when the article itself does."""
    confidence: float = 0.0
    """0 to 1: how likely type and both ends are right. It is cautious: of records with 0.5, more than half are right."""
    sentence: Text | None = None
    """The sentence that the predicate stands in; null where it is longer than 1,000 code points."""
    event: str | None = None
    """Id of the event, common to all records that tell it: the `id` of the first of them. Count these to count events."""


class Model(msgspec.Struct, frozen=True):
    """What made an Extraction."""

    name: str
    """Name of the language model."""
    version: str
    """Version of the language model."""


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """Everything extracted from one version of one article."""

    article: ArticleHead
    """The article version that it was extracted from."""
    entities: list[Entity] = []
    """Somebody or something that the article names."""
    quotes: list[Quote] = []
    """What the article says somebody said."""
    events: list[Event] = []
    """Who did what to whom."""
    model: Model
    """What made it."""
    schema: str = SCHEMA_VERSION
    """Version of these records."""
    skipped: str | None = None
    """Why nothing was extracted (`language`); null when it was."""
    truncated_at: int | None = None
    """The code point after which a body that was too long was not read; null when all was."""


class EntityRecord(Entity, frozen=True, kw_only=True):
    """An Entity as it stands on the entities topic."""

    article: ArticleReference
    """The article version that it stands in."""


class QuoteRecord(Quote, frozen=True, kw_only=True):
    """A Quote as it stands on the quotes topic."""

    article: ArticleReference
    """The article version that it stands in."""


class EventRecord(Event, frozen=True, kw_only=True):
    """An Event as it stands on the events topic."""

    article: ArticleReference
    """The article version that it stands in."""


class VersionMarker(msgspec.Struct, frozen=True, kw_only=True):
    """Closes the records of one article version on a per-record topic, and says what stands.

    The marker with the highest article version rules; among markers of one version, one that kills the story, else the one whose
    Extraction has the highest offset (header `newswire-extraction-offset`). What the ruling marker does not list is obsolete.
    With `status` canceled or withheld it lists nothing.
    """

    article: ArticleReference
    """The article version that it closes."""
    status: str
    """The article's: with `canceled` or `withheld` nothing of it holds any more."""
    count: int
    """Records of this version on this topic: the length of `ids`."""
    ids: list[str] = []
    """The record ids of what stands. Every other record of the article that is not newer is obsolete."""


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


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """Word of a feeder that it lives, and of how its sources do: what tells a quiet day from a dead feed.

    A feeder that polls or watches sends one each minute. Sources go by the names that its list of feeds gives them.
    """

    feeder: str
    """Which feeder, the same after a restart: the key of the message."""
    time: Time
    """When it was sent."""
    interval: float
    """Seconds until the next one. Two or three that fail to come mean that the feeder is dead."""
    sources: int
    """Feeds polled and folders watched."""
    fed: int
    """Items fed since the feeder started."""
    failing: list[str]
    """Sources whose last three polls, or more, failed."""
    silent: list[str]
    """Sources that have brought nothing new for longer than is expected of them."""
    ended: list[str]
    """Sources that are polled no more, since their servers say that they are gone for good."""


class IndexedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """What the index keeps of one article: all by which a notice may name it. On a private topic.

    `names` is what a notice says of the story that it means (`extra.notice`), None for an article that is no notice. Times are
    RFC 3339.
    """

    id: str
    version: int
    status: str
    source: str | None = None
    headline: str | None = None
    slug: str | None = None
    numbers: list[str] = []
    published: str | None = None
    modified: str | None = None
    embargoed_until: str | None = None
    names: dict[str, str] | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A story that a notice may mean."""

    id: str
    """The article's id."""
    version: int
    """The version that intake has seen last."""
    status: str
    """Of that version: `usable`, `withheld` or `canceled`."""
    headline: str | None = None
    """The headline; absent while the story is under embargo."""
    published: Time | None = None
    """When the story was published."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """A kill or hold that names another story, which somebody has to look at: no single story is the one that it means.

    A later alert on the same notice replaces an earlier one.
    """

    notice: str
    """The id of the notice's own article, and the key of the message."""
    version: int
    """The version of that article."""
    time: Time
    """When the notice came."""
    kind: str
    """What it asks for: `kill` or `hold`."""
    reason: str
    """`unknown`: no story matches. `ambiguous`: several do. `sourceless`: the notice does not say whose it is. `incomplete`: more
    stories came in these days than the index holds. `settled`: one that came later matched, and nothing is left to do."""
    source: str | None = None
    """Who sent the notice."""
    names: dict[str, str] = {}
    """What it says of the story: `slug`, `headline`, `number`, `source`, `time`, `id`. Empty where one is under embargo."""
    candidates: list[Candidate] = []
    """The stories that match, the latest first; at most 20."""


RECORD_TYPES: Final[dict[str, type[msgspec.Struct]]] = {
    "newswire.article.v1": Article,
    "newswire.extraction.v1": Extraction,
    "newswire.entity.v1": EntityRecord,
    "newswire.quote.v1": QuoteRecord,
    "newswire.event.v1": EventRecord,
    "newswire.version.v1": VersionMarker,
    "newswire.heartbeat.v1": Heartbeat,
    "newswire.alert.v1": Alert,
}
"""The record types by their CloudEvents name, as the header `ce_type` of a message gives it."""

SCHEMA_IDS: Final = "urn:newswire:schema:"
"""What stands before the name of a record type in the `$id` of its JSON Schema, and in the header `ce_dataschema`."""


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

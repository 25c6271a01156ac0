"""What the layers of the extraction hand to each other, before ids and joins make records of it.

Offsets are code points into the body, tokens are indexes into the Parse. Drafts are plain and picklable: a quote draft may
be made in one process and joined in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newswire.records import Place

__all__ = (
    "DateDraft",
    "EntityDraft",
    "EventDraft",
    "MentionDraft",
    "PartyDraft",
    "PlaceDraft",
    "QuoteDraft",
    "SourceDraft",
)


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """The phrase that a quote is attributed to, as it stands: `head` is the token of its head word."""

    start: int
    end: int
    head: int
    anonymous: bool = False


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A quote as found, its source not yet resolved to an entity.

    `spans` and `verbatim` are (start, end) pairs; `cue` is (start, end, lemma, stance) or None; `source` is None where the
    text names none; `inherits` says that the source was taken over from a quote before (a follow-on quote without a tag);
    `continues` is the index, in the article's list of drafts, of the quote of the paragraph before that this one carries on;
    `polarity` is negated where the text tells that it was not said.
    """

    type: str
    kind: str
    spans: tuple[tuple[int, int], ...]
    verbatim: tuple[tuple[int, int], ...]
    source: SourceDraft | None
    cue: tuple[int, int, str, str] | None
    confidence: float
    continues: int | None = None
    inherits: bool = False
    polarity: str = "affirmed"


@dataclass(frozen=True, slots=True)
class MentionDraft:
    """One mention of an entity; `kind` is name, nominal or pronoun, `head` the token of its head word."""

    start: int
    end: int
    head: int
    kind: str


@dataclass(slots=True)
class EntityDraft:
    """An entity of the document with its mentions in text order.

    `label` is an OntoNotes label; `name` the canonical form; `sector` a PLOVER actor code where the text tells it.
    """

    label: str
    name: str
    mentions: list[MentionDraft]
    aliases: list[str] = field(default_factory=list)
    country: str | None = None
    role: str | None = None
    gender: str | None = None
    place: Place | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """One end of an event; `entity` is the index of an entity draft."""

    start: int
    end: int
    entity: int | None
    country: str | None
    sector: str | None


@dataclass(frozen=True, slots=True)
class DateDraft:
    """When an event took place: the phrase, and its value as the record has it."""

    start: int
    end: int
    value: str | None
    precision: str | None


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """Where an event took place: the phrase, and the index of the entity draft that it names."""

    start: int
    end: int
    entity: int | None
    country: str | None


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event as found, before entities and quotes have ids.

    `predicate` and `evidence` are (start, end); `lemma` is that of the predicate; `quote` is the index of the quote draft
    inside which the event is told. The rest is as in the record.
    """

    type: str
    mode: str | None
    cameo: str | None
    quad: int
    score: float
    goldstein: float | None
    predicate: tuple[int, int]
    lemma: str
    actors: tuple[PartyDraft, ...]
    recipients: tuple[PartyDraft, ...]
    evidence: tuple[int, int]
    date: DateDraft | None
    place: PlaceDraft | None
    polarity: str
    modality: str
    tense: str | None
    quote: int | None
    confidence: float

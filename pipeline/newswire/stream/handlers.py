"""The handlers: what each agent makes of a message.

A handler knows neither window nor acknowledgement: it turns a message into messages, in steps. The stage that runs it
(`newswire.stream.stage`) publishes them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from newswire import cloudevents
from newswire.cloudevents import JSON
from newswire.errors import InputError
from newswire.records import (
    Alert,
    Article,
    Candidate,
    EmbargoedStory,
    Extraction,
    IndexedArticle,
    body_sha256,
    decode,
    encode,
)
from newswire.ruling import WITHDRAWN
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.embargo import (
    Head,
    HeldStories,
    Kind,
    Verdict,
    embargo_end,
    head_of,
    notice,
    probe,
    token_of,
    version_of,
)
from newswire.stream.frames import Output
from newswire.stream.index_log import IndexLog
from newswire.stream.message import ConsumedMessage
from newswire.stream.pool import Pool
from newswire.stream.publication import CARRIED, TRACE, publication
from newswire.stream.publisher import Publisher
from newswire.stream.stage import Handler, Steps
from newswire.stream.story_index import Unsettled, Withdrawal
from newswire.stream.tables import Tables
from newswire.topics import ALERTS, ARRIVED, ARTICLES, EMBARGOED, EXTRACTIONS, INDEX
from newswire.web import metrics

__all__ = ("EXTRACTED_HEADER", "answering", "extracting", "holding", "publishing", "reading", "tabulating")


EXTRACTED_HEADER: Final = "newswire-extracted"
"""On an Article that was extracted ahead of time: the fingerprint of its Extraction, which leaves together with it."""

# Candidates that an alert names: more are no help to who has to choose.
MAX_CANDIDATES: Final = 20


def reading(pool: Pool, settings: Settings) -> Handler:
    """The intake agent: a message in any wire format becomes the Articles in it; those under embargo go the private way.

    What the index keeps of them follows when they are confirmed: whoever withdraws a story does it after the story.
    """
    articles, embargoed = ARTICLES.full_name(settings.topics), EMBARGOED.full_name(settings.topics)
    index = INDEX.full_name(settings.topics)

    def way(output: Output, message: ConsumedMessage) -> list[Outgoing]:
        trace = _carried(message, TRACE)
        carried = (*trace, (ARRIVED, str(message.timestamp_ms).encode()))
        key = _key(output.article)
        public = Outgoing(articles, key, output.value, JSON + carried)
        if not settings.worker.hold_embargoed or (head := head_of(output.value)) is None:
            return [public]
        held = _is_embargoed(head)
        if head.status in WITHDRAWN:
            value = _without_content(output.value) if held else output.value
            return [notice(embargoed, key, head.version), Outgoing(articles, key, value, JSON + carried)]
        if held:
            return [Outgoing(embargoed, key, output.value, (*JSON, Kind.header(Kind.ARTICLE), *trace))]
        # It may take the place of one that is held: an update, or the same version with its embargo lifted.
        if head.version > 1 or head.embargoed_until is not None:
            return [notice(embargoed, key, head.version), public]
        return [public]

    async def handle(message: ConsumedMessage) -> Steps:
        outputs = await pool.read(_value(message), dict(message.headers))
        arrived = (*JSON, (ARRIVED, str(message.timestamp_ms).encode()))
        return [
            [outgoing for output in outputs for outgoing in way(output, message)],
            [Outgoing(index, _key(one.article), one.indexed, arrived) for one in outputs if one.indexed is not None],
        ]

    return handle


def answering(log: IndexLog, settings: Settings) -> Handler:
    """The notices stage of the intake agent: a notice that names another story withdraws it, or becomes an alert."""
    articles, embargoed = ARTICLES.full_name(settings.topics), EMBARGOED.full_name(settings.topics)
    alerts = ALERTS.full_name(settings.topics)

    def withdrawal(decision: Withdrawal, carried: tuple[tuple[str, bytes], ...]) -> list[Outgoing]:
        story, key = decision.story, _key(decision.story.id)
        article = Article(
            id=story.id,
            body="",
            version=decision.version,
            status=decision.status,
            signal=decision.kind,
            headline=None if _is_embargoed(story) else story.headline,
            published=story.published,
            source=story.source,
            embargoed_until=story.embargoed_until,
            body_sha256=body_sha256(""),
            format="notice",
            extra={"withdrawn_by": decision.notice},
        )
        # Of a story that is held: up to the version that was seen, so that the next one of the wire, which may have the number
        # of ours, is held as any other.
        return [notice(embargoed, key, story.version), Outgoing(articles, key, encode(article), JSON + carried)]

    def alert(decision: Unsettled) -> Outgoing:
        told, arrived = decision.notice, datetime.fromtimestamp(decision.arrived / 1000, UTC)
        time = arrived.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        names = dict(told.names or {})
        kind = names.pop("kind", "kill")
        record = Alert(
            notice=told.id,
            version=told.version,
            time=time,
            kind=kind,
            reason=decision.reason,
            source=told.source,
            names={} if any(map(_is_embargoed, (told, *decision.candidates))) else names,
            candidates=[_candidate(story) for story in decision.candidates[:MAX_CANDIDATES]],
        )
        headers = cloudevents.headers(
            "newswire.alert.v1",
            id=f"{told.id}:{told.version}:{decision.reason}:{len(decision.candidates)}",
            source=b"/newswire/intake",
            subject=told.id,
            time=time,
        )
        return Outgoing(alerts, _key(told.id), encode(record), headers)

    async def handle(message: ConsumedMessage) -> Steps:
        made: list[Outgoing] = []
        for decision in await log.take(message):
            if isinstance(decision, Withdrawal):
                metrics.NOTICES.labels("withdrawn").inc()
                made += withdrawal(decision, _carried(message))
            else:
                metrics.NOTICES.labels(decision.reason).inc()
                made.append(alert(decision))
        return [made] if made else []

    return handle


def extracting(pool: Pool, settings: Settings, fingerprint: str) -> Handler:
    """The extract agent: an Article becomes its Extraction. `fingerprint` is that of our extractions."""
    topic, embargoed = EXTRACTIONS.full_name(settings.topics), EMBARGOED.full_name(settings.topics)

    async def handle(message: ConsumedMessage) -> Steps:
        value = _value(message)
        if message.header(EXTRACTED_HEADER) == fingerprint.encode():
            return []
        head = head_of(value) if settings.worker.hold_embargoed else None
        if head is not None and head.status not in WITHDRAWN and _is_embargoed(head):
            # Some other producer put it here: what it wrote is public, what we make of it is not.
            headers = (*JSON, Kind.header(Kind.ARTICLE), *_carried(message, TRACE))
            return [[Outgoing(embargoed, _key(head.id), value, headers)]]
        output = await pool.extract(value)
        return [[Outgoing(topic, _key(output.article), output.value, JSON + _carried(message))]]

    return handle


def holding(pool: Pool, publisher: Publisher, stories: HeldStories, settings: Settings, fingerprint: str) -> Handler:
    """The embargo stage: a story under embargo is extracted ahead of time, held, and published when its time has come."""
    topic = EMBARGOED.full_name(settings.topics)
    articles, extractions = ARTICLES.full_name(settings.topics), EXTRACTIONS.full_name(settings.topics)
    # Live news goes first: of the hundreds of stories that may be held, a batch at a time is extracted.
    turn = asyncio.Semaphore(settings.worker.batch_size)

    async def extracted(article: Article, message: ConsumedMessage) -> Steps:
        embargo_end(article.embargoed_until)
        async with turn:
            output = await pool.extract(encode(article))
        if stories.superseded(article.id, article.version):
            return []
        story = EmbargoedStory(article=article, extraction=decode(output.value, Extraction), fingerprint=fingerprint)
        headers = (*JSON, Kind.header(Kind.STORY), *_carried(message))
        return [[Outgoing(topic, _key(article.id), encode(story), headers)]]

    async def held(story: EmbargoedStory, message: ConsumedMessage) -> Steps:
        article = story.article
        if story.fingerprint != fingerprint:
            return await extracted(article, message)
        key = _key(article.id)
        end = embargo_end(article.embargoed_until) if settings.worker.hold_embargoed else None
        verdict = await stories.wait(
            article.id, article.version, end or 0.0, lambda token: publisher.publish([[probe(topic, key, token)]])
        )
        if verdict == Verdict.SUPERSEDED:
            return []
        if verdict == Verdict.PUT_BACK:
            return [[Outgoing(topic, message.key, message.value, message.headers)]]
        carried = _carried(message)
        ahead = (*JSON, (EXTRACTED_HEADER, fingerprint.encode()), *carried)
        return [
            [
                Outgoing(articles, key, encode(article), ahead),
                Outgoing(extractions, key, encode(story.extraction), JSON + carried),
            ]
        ]

    async def handle(message: ConsumedMessage) -> Steps:
        match Kind.of(message):
            case Kind.PROBE:
                stories.probed(token_of(message))
                return []
            case Kind.NOTICE:
                version = version_of(message)
                if message.key is None or version is None or stories.came_round(token_of(message)):
                    return []
                stories.supersede(message.key.decode("utf-8", "surrogatepass"), version)
                return [[notice(topic, message.key, version, stories.send_round())]]
            case Kind.ARTICLE:
                return await extracted(decode(_value(message), Article), message)
            case Kind.STORY:
                return await held(decode(_value(message), EmbargoedStory), message)
        raise InputError(
            "A message of the embargoed topic does not say what it is", "Only workers write to it: correct its ACLs"
        )

    return handle


def publishing(settings: Settings) -> Handler:
    """The publish agent: an Extraction becomes its records and, behind them, the version markers."""

    async def handle(message: ConsumedMessage) -> Steps:
        if message.value is None:  # somebody took the story out of the compacted topic: nothing to say of it
            return []
        return publication(
            decode(message.value, Extraction),
            settings.topics,
            carried=dict(_carried(message)),
            offset=message.offset,
            timestamp_ms=message.timestamp_ms,
        )

    return handle


def tabulating(tables: Tables) -> Handler:
    """The tables agent: an Extraction takes the place of what the tables hold of its story. It publishes by itself, since only
    what one transaction writes can be told apart from what a worker writes that has lost its partition.
    """

    async def handle(message: ConsumedMessage) -> Steps:
        await tables.take(message)
        return []

    return handle


def _is_embargoed(article: Head | IndexedArticle) -> bool:
    end = embargo_end(article.embargoed_until)
    return end is not None and end > time.time()


def _candidate(story: IndexedArticle) -> Candidate:
    return Candidate(
        id=story.id,
        version=story.version,
        status=story.status,
        headline=None if _is_embargoed(story) else story.headline,
        published=story.published,
    )


def _without_content(article: bytes) -> bytes:
    """The notice of a kill under embargo: that the story is withdrawn is public, what it said is not."""
    told = decode(article, Article)
    kept = (
        "id",
        "version",
        "status",
        "signal",
        "language",
        "published",
        "modified",
        "source",
        "embargoed_until",
        "format",
    )
    return encode(Article(body="", body_sha256=body_sha256(""), **{name: getattr(told, name) for name in kept}))


def _value(message: ConsumedMessage) -> bytes:
    if message.value is None:
        raise InputError("The message has no value", "Send the article as the value of the message")
    return message.value


def _key(article: str) -> bytes:
    return article.encode("utf-8", "surrogatepass")


def _carried(message: ConsumedMessage, names: Sequence[str] = CARRIED) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, value) for name in names if (value := message.header(name)) is not None)

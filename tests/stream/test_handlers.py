"""What the agents make of a message, with a pool that a test steers; the way through Kafka is tested in `tests/kafka`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newswire.errors import InputError
from newswire.records import (
    Alert,
    Article,
    ArticleHead,
    EmbargoedStory,
    Extraction,
    IndexedArticle,
    Model,
    decode,
    encode,
)
from newswire.settings import Settings, load
from newswire.stream.batches import Outgoing
from newswire.stream.embargo import HeldStories
from newswire.stream.frames import Output
from newswire.stream.handlers import EXTRACTED_HEADER, answering, extracting, holding, publishing, reading
from newswire.stream.message import ConsumedMessage
from newswire.stream.naming import indexed
from newswire.stream.story_index import Decision, Unsettled, Withdrawal

FUTURE = (datetime.now(UTC) + timedelta(days=1)).isoformat()
PAST = (datetime.now(UTC) - timedelta(days=1)).isoformat()


class Pool:
    """Reads an encoded Article as itself, and extracts nothing from it, counting."""

    def __init__(self) -> None:
        self.extracted = 0

    async def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
        return [Output(decode(value, Article).id, value)]

    async def extract(self, value: bytes) -> Output:
        self.extracted += 1
        article = decode(value, Article)
        head = ArticleHead(id=article.id, version=article.version, status=article.status)
        return Output(article.id, encode(Extraction(article=head, model=Model("m", "1"))))


class Publisher:
    """Keeps what handlers publish by themselves."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    async def publish(self, steps: Sequence[Sequence[Outgoing]]) -> None:
        self.sent += [message for step in steps for message in step]


@pytest.fixture
def pool() -> Any:
    return Pool()


@pytest.fixture
def settings() -> Settings:
    return load()


def message(
    article: Article | None, *headers: tuple[str, bytes], key: bytes = b"a", topic: str = "news.x"
) -> ConsumedMessage:
    return ConsumedMessage(topic, 0, 7, key, None if article is None else encode(article), headers, 0)


def story(**given: Any) -> Article:
    return Article(**({"id": "a", "body": "Secret.", "headline": "Secret"} | given))


def flat(steps: Sequence[Sequence[Outgoing]]) -> list[Outgoing]:
    return [outgoing for step in steps for outgoing in step]


def ways(steps: Sequence[Sequence[Outgoing]]) -> list[tuple[str, str]]:
    """Topic and kind of each message."""
    return [
        (out.topic.removeprefix("news."), dict(out.headers).get("newswire-embargo", b"").decode())
        for out in flat(steps)
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("articles", "")]),
        ({"embargoed_until": FUTURE}, [("embargoed", "article")]),
        ({"embargoed_until": PAST}, [("embargoed", "notice"), ("articles", "")]),
        ({"version": 2}, [("embargoed", "notice"), ("articles", "")]),
        ({"version": 2, "embargoed_until": FUTURE}, [("embargoed", "article")]),
        ({"status": "canceled"}, [("embargoed", "notice"), ("articles", "")]),
        ({"status": "withheld", "embargoed_until": FUTURE}, [("embargoed", "notice"), ("articles", "")]),
    ],
)
async def test_intake_sends_each_version_the_way_that_its_embargo_and_status_ask_for(
    pool: Any, settings: Settings, given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert ways(await reading(pool, settings)(message(story(**given)))) == expected


async def test_a_kill_under_embargo_tells_nothing_but_that_the_story_is_withdrawn(
    pool: Any, settings: Settings
) -> None:
    killed = story(status="canceled", version=3, embargoed_until=FUTURE, keywords=["secret"], extra={"note": "secret"})
    *_, public = flat(await reading(pool, settings)(message(killed)))
    assert public.value is not None
    assert b"ecret" not in public.value
    told = decode(public.value, Article)
    assert (told.id, told.version, told.status, told.body) == ("a", 3, "canceled", "")


async def test_without_holding_embargoed_stories_are_public_at_once(pool: Any) -> None:
    settings = load(worker={"hold_embargoed": False})
    assert ways(await reading(pool, settings)(message(story(embargoed_until=FUTURE)))) == [("articles", "")]


async def test_an_embargo_that_nobody_can_read_lets_nothing_out(pool: Any, settings: Settings) -> None:
    with pytest.raises(InputError, match="embargoed_until"):
        await reading(pool, settings)(message(story(embargoed_until="next week")))


async def test_what_was_extracted_ahead_of_time_is_not_extracted_twice_but_is_by_another_release(
    pool: Any, settings: Settings
) -> None:
    released = message(story(embargoed_until=PAST), (EXTRACTED_HEADER, b"this one"))
    assert flat(await extracting(pool, settings, "this one")(released)) == []
    assert ways(await extracting(pool, settings, "another")(released)) == [("extractions", "")]


async def test_an_embargoed_article_that_somebody_else_made_public_is_not_extracted_in_public(
    pool: Any, settings: Settings
) -> None:
    assert ways(await extracting(pool, settings, "f")(message(story(embargoed_until=FUTURE)))) == [
        ("embargoed", "article")
    ]
    assert pool.extracted == 0


async def test_a_story_is_extracted_ahead_of_time_and_again_after_a_change_of_what_extracts(
    pool: Any, settings: Settings
) -> None:
    handle = holding(pool, Publisher(), HeldStories(), settings, "old")  # type: ignore[arg-type]
    [ahead] = flat(await handle(message(story(embargoed_until=FUTURE), ("newswire-embargo", b"article"))))
    assert dict(ahead.headers)["newswire-embargo"] == b"story"
    assert decode(ahead.value or b"", EmbargoedStory).fingerprint == "old"
    again = holding(pool, Publisher(), HeldStories(), settings, "new")  # type: ignore[arg-type]
    [anew] = flat(await again(ConsumedMessage("news.embargoed", 0, 8, b"a", ahead.value, ahead.headers, 0)))
    assert decode(anew.value or b"", EmbargoedStory).fingerprint == "new"


async def test_a_notice_stops_a_story_that_is_read_behind_it_and_goes_round_once(pool: Any, settings: Settings) -> None:
    handle = holding(pool, Publisher(), HeldStories(), settings, "f")  # type: ignore[arg-type]
    notice = message(None, ("newswire-embargo", b"notice"), ("newswire-version", b"2"))
    [round_two] = flat(await handle(notice))
    assert flat(await handle(message(story(embargoed_until=FUTURE), ("newswire-embargo", b"article")))) == []
    assert flat(await handle(ConsumedMessage("news.embargoed", 0, 9, b"a", None, round_two.headers, 0))) == []
    reinstated = message(story(version=3, embargoed_until=FUTURE), ("newswire-embargo", b"article"))
    assert ways(await handle(reinstated)) == [("embargoed", "story")]


async def test_what_is_due_is_released_behind_its_probe_as_article_and_extraction_together(
    pool: Any, settings: Settings
) -> None:
    held, publisher = HeldStories(), Publisher()
    handle = holding(pool, publisher, held, settings, "f")  # type: ignore[arg-type]
    [ahead] = flat(await handle(message(story(embargoed_until=PAST), ("newswire-embargo", b"article"))))

    async def read_at_once(steps: Sequence[Sequence[Outgoing]]) -> None:
        [probe] = flat(steps)
        await handle(ConsumedMessage(probe.topic, 0, 9, probe.key, None, probe.headers, 0))

    publisher.publish = read_at_once  # type: ignore[method-assign]
    began = time.monotonic()
    steps = await handle(ConsumedMessage("news.embargoed", 0, 8, b"a", ahead.value, ahead.headers, 0))
    assert time.monotonic() - began < 5
    assert [ways([step]) for step in steps] == [[("articles", ""), ("extractions", "")]]
    assert flat(steps)[0].value == encode(story(embargoed_until=PAST))


async def test_a_message_of_the_embargoed_topic_that_does_not_say_what_it_is_is_refused(
    pool: Any, settings: Settings
) -> None:
    handle = holding(pool, Publisher(), HeldStories(), settings, "f")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="does not say what it is"):
        await handle(message(story()))


async def test_a_tombstone_on_the_extractions_has_nothing_to_publish(settings: Settings) -> None:
    assert flat(await publishing(settings)(message(None))) == []


async def test_the_time_of_arrival_goes_along_from_the_raw_message_to_the_records(
    pool: Any, settings: Settings
) -> None:
    raw = ConsumedMessage(
        "news.raw", 0, 7, b"a", encode(story()), (("newswire-arrived", b"somebody's own"),), 1_700_000
    )
    [article] = flat(await reading(pool, settings)(raw))
    [extraction] = flat(await extracting(pool, settings, "f")(_consumed(article)))
    records = flat(await publishing(settings)(_consumed(extraction)))
    assert records
    for outgoing in (article, extraction, *records):
        assert [value for name, value in outgoing.headers if name == "newswire-arrived"] == [b"1700000"]


async def test_a_story_that_an_embargo_held_has_no_time_of_arrival(pool: Any, settings: Settings) -> None:
    """Its age would be that of the embargo."""
    raw = ConsumedMessage("news.raw", 0, 7, b"a", encode(story(embargoed_until=FUTURE)), (), 1_700_000)
    [held] = flat(await reading(pool, settings)(raw))
    foreign = message(story(embargoed_until=FUTURE), ("newswire-arrived", b"1700000"))
    [moved] = flat(await extracting(pool, settings, "f")(foreign))
    assert "newswire-arrived" not in dict((*held.headers, *moved.headers))


def _consumed(outgoing: Outgoing) -> ConsumedMessage:
    return ConsumedMessage(outgoing.topic, 0, 7, outgoing.key, outgoing.value, outgoing.headers, 0)


class Log:
    """An index that decides what a test says."""

    def __init__(self, *decisions: Decision) -> None:
        self._decisions = list(decisions)

    async def take(self, message: ConsumedMessage) -> list[Decision]:
        return self._decisions


async def answer(settings: Settings, *decisions: Decision) -> list[Outgoing]:
    handle = answering(Log(*decisions), settings)  # type: ignore[arg-type]
    return flat(await handle(ConsumedMessage("news.index", 0, 7, b"a", None, (), 0)))


async def test_what_the_index_keeps_follows_the_articles_with_the_time_at_which_they_came(settings: Settings) -> None:
    class Reading(Pool):
        async def read(self, value: bytes, headers: Mapping[str, bytes]) -> list[Output]:
            return [Output("a", value, encode(indexed(story())))]

    came = ConsumedMessage("news.raw", 0, 7, b"x", encode(story()), (), 1_700_000_000_123)
    articles, [kept] = await reading(Reading(), settings)(came)  # type: ignore[arg-type]
    assert [one.topic for one in articles] == ["news.articles"]
    assert (kept.topic, kept.key) == ("news.index", b"a")
    assert dict(kept.headers)["newswire-arrived"] == b"1700000000123"
    assert decode(kept.value or b"", IndexedArticle).headline == "Secret"


async def test_a_story_that_a_notice_names_is_withdrawn_with_what_is_held_of_it_up_to_its_version(
    settings: Settings,
) -> None:
    """The wire's next version may have the number of ours, and be under embargo."""
    decision = Withdrawal(indexed(story(version=7, source="S")), 8, "withheld", "hold", "urn:test:notice")
    held, public = await answer(settings, decision)
    assert (held.topic, held.key, dict(held.headers)["newswire-version"]) == ("news.embargoed", b"a", b"7")
    article = decode(public.value or b"", Article)
    assert (public.topic, public.key) == ("news.articles", b"a")
    assert (article.version, article.status, article.signal, article.body) == (8, "withheld", "hold", "")
    assert (article.source, article.headline, article.extra) == ("S", "Secret", {"withdrawn_by": "urn:test:notice"})


@pytest.mark.parametrize("embargoed", ["story", "notice"])
async def test_neither_a_withdrawal_nor_an_alert_tells_what_is_under_embargo(
    settings: Settings, embargoed: str
) -> None:
    notice = story(
        id="n",
        status="canceled",
        headline=None,
        extra={"notice": {"kind": "kill", "headline": "Secret"}},
        embargoed_until=FUTURE if embargoed == "notice" else None,
    )
    held = indexed(story(headline="Secret", embargoed_until=FUTURE))
    candidates = (held,) if embargoed == "story" else ()
    [alert] = await answer(settings, Unsettled(indexed(notice), 0, "sourceless", candidates))
    *_, public = await answer(settings, Withdrawal(held, 2, "canceled", "kill", "n"))
    assert b"Secret" not in (alert.value or b"") + (public.value or b"")


async def test_an_alert_says_when_the_notice_came_and_names_twenty_candidates_at_most(settings: Settings) -> None:
    notice = indexed(story(id="n", status="canceled", extra={"notice": {"kind": "hold", "slug": "ferry"}}))
    many = tuple(indexed(story(id=f"s{number}")) for number in range(30))
    [message] = await answer(settings, Unsettled(notice, 1_700_000_000_000, "ambiguous", many))
    alert = decode(message.value or b"", Alert)
    assert (message.topic, message.key) == ("news.alerts", b"n")
    assert dict(message.headers)["ce_type"] == b"newswire.alert.v1"
    assert (alert.time, alert.kind, alert.names) == ("2023-11-14T22:13:20.000Z", "hold", {"slug": "ferry"})
    assert [one.id for one in alert.candidates] == [f"s{number}" for number in range(20)]


async def test_nothing_follows_from_a_story(settings: Settings) -> None:
    assert await answer(settings) == []

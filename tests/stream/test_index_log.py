"""The index topic as a log: what lies before a message is known, whoever has read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from newswire.errors import InputError
from newswire.local.broker import LocalBroker
from newswire.records import IndexedArticle, encode
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.stream.index_log import IndexLog
from newswire.stream.message import ConsumedMessage
from newswire.stream.publisher import Publisher
from newswire.stream.story_index import Decision, Withdrawal
from newswire.topic_admin import create_topics
from newswire.topics import ARRIVED, INDEX
from tests.kafka.traffic import messages

NOON = 1_700_000_000_000


def entry(id: str, slug: str, arrived: int = NOON, *, kill: bool = False) -> tuple[bytes, bytes, int]:
    article = IndexedArticle(
        id=id,
        version=1,
        status="canceled" if kill else "usable",
        source="Nordwire",
        slug=None if kill else slug,
        names={"kind": "kill", "slug": slug} if kill else None,
    )
    return id.encode(), encode(article), arrived


ENTRIES = [
    *(entry(f"s{number}", f"slug {number}") for number in range(40)),
    *(entry(f"k{number}", f"slug {number}", NOON + 1, kill=True) for number in range(4)),
]


@pytest.fixture
async def filled(broker: LocalBroker, settings_for: Callable[..., Settings]) -> tuple[Settings, list[ConsumedMessage]]:
    """A topic with stories, a message that is none, and notices."""
    settings = settings_for(broker)
    create_topics(settings, [INDEX])
    publisher = Publisher(settings)
    await publisher.start()
    for key, value, arrived in (*ENTRIES[:40], (b"bad", b"{", NOON), *ENTRIES[40:]):
        headers = ((ARRIVED, str(arrived).encode()),)
        await publisher.publish([[Outgoing(INDEX.full_name(settings.topics), key, value, headers)]])
    await publisher.stop()
    return settings, await asyncio.to_thread(messages, settings, INDEX)


async def taken(log: IndexLog, came: list[ConsumedMessage]) -> list[str]:
    """The ids of what is withdrawn; all are asked for at once, as a stage does."""
    found = await asyncio.gather(*(log.take(message) for message in came), return_exceptions=True)
    decisions: list[Decision] = [one for each in found if isinstance(each, list) for one in each]
    return [one.story.id for one in decisions if isinstance(one, Withdrawal)]


async def test_wherever_a_worker_begins_to_read_it_decides_as_one_that_has_read_all(
    filled: tuple[Settings, list[ConsumedMessage]],
) -> None:
    settings, came = filled
    assert await taken(IndexLog(settings), came) == ["s0", "s1", "s2", "s3"]
    assert await taken(IndexLog(settings), came[41:]) == ["s0", "s1", "s2", "s3"]
    assert await taken(IndexLog(settings), came[43:]) == ["s2", "s3"]


async def test_what_others_have_read_meanwhile_is_read_when_the_partition_comes_back(
    filled: tuple[Settings, list[ConsumedMessage]],
) -> None:
    settings, came = filled
    log = IndexLog(settings)
    assert await taken(log, came[:10]) == []
    assert await taken(log, came[42:]) == ["s1", "s2", "s3"]


async def test_a_message_that_comes_once_more_decides_once_more(
    filled: tuple[Settings, list[ConsumedMessage]],
) -> None:
    """Whether its decisions were published before, nobody knows."""
    settings, came = filled
    log = IndexLog(settings)
    assert await taken(log, came) == ["s0", "s1", "s2", "s3"]
    assert await taken(log, came[42:]) == ["s1", "s2", "s3"]
    assert await taken(log, came[44:]) == ["s3"]


async def test_a_message_that_is_no_record_is_refused_and_in_the_way_of_nobody(
    filled: tuple[Settings, list[ConsumedMessage]],
) -> None:
    settings, came = filled
    log = IndexLog(settings)
    with pytest.raises(InputError):
        await log.take(came[40])
    assert await taken(log, came[41:]) == ["s0", "s1", "s2", "s3"]


async def test_a_tombstone_takes_a_story_out(filled: tuple[Settings, list[ConsumedMessage]]) -> None:
    settings, came = filled
    name, end = INDEX.full_name(settings.topics), came[-1].offset
    log = IndexLog(settings)
    await taken(log, came)
    kill_of_s5 = entry("late", "slug 5", NOON + 2, kill=True)
    tombstone = ConsumedMessage(name, 0, end + 1, b"s5", None, (), NOON)
    kill = ConsumedMessage(name, 0, end + 2, kill_of_s5[0], kill_of_s5[1], (), NOON + 2)
    assert await taken(log, [tombstone, kill]) == []

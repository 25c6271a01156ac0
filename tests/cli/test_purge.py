"""`newswire purge` on real brokers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from newswire.cli.following import follow
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.topic_admin import create_topics
from newswire.topics import DEAD_LETTERS, ENTITIES, EXTRACTIONS, QUOTES, RAW, TOPICS, Topic
from tests.cli.conftest import Done
from tests.cli.kafka import extraction, publish, send

Newswire = Callable[..., Done]


@pytest.fixture
def embedded(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    """One partition a topic, so that stories lie behind one another."""
    settings = settings_for(embedded_broker, topics={"partitions": 1})
    create_topics(settings)
    return settings


def keys(settings: Settings, topic: Topic) -> set[tuple[str, bool]]:
    """The keys that lie on a topic, and whether each has a value."""
    messages = follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True)
    return {((message.key or b"").decode(), message.value is not None) for message in messages}


def kill(settings: Settings, id: str) -> None:
    publish(settings, extraction(id, version=2, status="canceled"))


def raw(settings: Settings, topic: Topic, messages: Iterable[tuple[bytes | None, bytes]]) -> None:
    name = topic.full_name(settings.topics)
    send(settings, [Outgoing(name, key, value, ()) for key, value in messages])


def test_a_killed_story_with_nothing_before_it_leaves_every_topic(newswire: Newswire, settings: Settings) -> None:
    create_topics(settings)
    publish(settings, extraction("a"))
    kill(settings, "a")
    out = newswire("purge", "a", settings=settings).out.decode()
    assert "Nothing remains on the other topics" in out
    assert keys(settings, QUOTES) == set()
    assert keys(settings, ENTITIES) == set()
    assert ("a", False) in keys(settings, EXTRACTIONS)
    assert "a tombstone takes the story out when the broker compacts" in out


def test_what_lies_behind_other_stories_is_named_with_its_end_and_goes_with_them_on_demand(
    newswire: Newswire, embedded: Settings
) -> None:
    publish(embedded, extraction("older"), extraction("a"), extraction("newer"))
    kill(embedded, "a")
    quotes = QUOTES.full_name(embedded.topics)
    out = newswire("purge", "a", settings=embedded).out.decode()
    assert f"{quotes} 0:2 remains until about" in out
    assert {"older", "a", "newer"} <= {key for key, _ in keys(embedded, QUOTES)}
    out = newswire("purge", "a", "--with-older", settings=embedded).out.decode()
    assert "older messages with them" in out
    assert "remains" not in out.replace("Nothing remains", "")
    assert {key for key, _ in keys(embedded, QUOTES)} <= {"newer"}
    assert ("older", True) in keys(embedded, EXTRACTIONS)


def test_raw_messages_and_dead_letters_with_other_keys_are_found_by_the_id_in_them(
    newswire: Newswire, embedded: Settings
) -> None:
    raw(embedded, RAW, [(b"other", b'{"uri": "urn:example:7"}'), (None, b"nothing of it")])
    raw(embedded, DEAD_LETTERS, [(None, b"urn:example:7, cut off")])
    newswire("purge", "urn:example:7", settings=embedded)
    assert keys(embedded, RAW) == {("", True)}
    assert keys(embedded, DEAD_LETTERS) == set()


def test_a_story_that_stands_is_refused_and_stays(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, extraction("a"))
    before = {topic: keys(embedded, topic) for topic in TOPICS}
    err = newswire("purge", "a", settings=embedded, status=1).err
    assert "a is usable in its newest version, 1" in err
    assert "status canceled first" in err
    assert {topic: keys(embedded, topic) for topic in TOPICS} == before


def test_a_dry_run_says_what_lies_where_and_leaves_it(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, extraction("a"))
    kill(embedded, "a")
    before = {topic: keys(embedded, topic) for topic in TOPICS}
    lines = newswire("purge", "a", "--dry-run", settings=embedded).lines
    assert f"{QUOTES.full_name(embedded.topics)}: 3 messages" in lines
    assert {topic: keys(embedded, topic) for topic in TOPICS} == before


def test_an_id_that_lies_nowhere_is_named(newswire: Newswire, embedded: Settings) -> None:
    assert "No topic holds anything of b" in newswire("purge", "b", settings=embedded, status=1).err

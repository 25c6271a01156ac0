from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from newswire.clients import admin
from newswire.errors import BrokerError, TopicError
from newswire.local.broker import LocalBroker
from newswire.settings import Settings, load
from newswire.topic_admin import check_topics, create_topics, topic_states, warnings
from newswire.topics import ALERTS, ARTICLES, DEAD_LETTERS, EXTRACTIONS, HALTS, HEARTBEATS, INDEX, RAW, TOPICS, Topic
from tests.waiting import wait_for


def alter(settings: Settings, topic: Topic, key: str, value: str) -> None:
    """Changes a topic as an operator would, and waits until the broker says so too."""
    name = topic.full_name(settings.topics)
    with admin(settings.kafka) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {key: value})])
    wait_for(lambda: topic_states(settings, [topic])[0].configuration[key] == value, f"{name} has {key}={value}")


def test_every_topic_of_the_registry_is_made_as_it_says(settings: Settings) -> None:
    made = create_topics(settings)
    assert made == tuple(topic.full_name(settings.topics) for topic in TOPICS)
    for state in topic_states(settings):
        assert state.problems == ()
        assert state.partitions == state.topic.partition_count(settings.topics)
        assert state.replication == 1
        for name, value in state.topic.configuration(settings.topics).items():
            assert set(state.configuration[name].split(",")) == set(value.split(",")), (state.name, name)


def test_making_them_again_changes_nothing(settings: Settings) -> None:
    create_topics(settings)
    before = topic_states(settings)
    assert create_topics(settings) == ()
    assert topic_states(settings) == before


def test_two_who_make_them_at_once_both_succeed(settings: Settings) -> None:
    with ThreadPoolExecutor(2) as pool:
        made = [future.result() for future in [pool.submit(create_topics, settings) for _ in range(2)]]
    assert sorted(made[0] + made[1]) == sorted(topic.full_name(settings.topics) for topic in TOPICS)
    check_topics(settings)


def test_missing_topics_are_an_error_that_names_them_and_the_command(settings: Settings) -> None:
    create_topics(settings, [RAW, ARTICLES])
    with pytest.raises(TopicError, match="newswire topics create") as caught:
        check_topics(settings)
    assert EXTRACTIONS.full_name(settings.topics) in str(caught.value)
    assert RAW.full_name(settings.topics) not in str(caught.value)


def test_only_the_topics_asked_for_are_checked(settings: Settings) -> None:
    create_topics(settings, [RAW, ARTICLES])
    check_topics(settings, [ARTICLES])


def test_more_partitions_than_configured_are_fine(settings: Settings) -> None:
    create_topics(settings)
    fewer = load(**settings.model_dump() | {"topics": settings.topics.model_dump() | {"partitions": 2}})
    check_topics(fewer)


def test_fewer_partitions_are_unfit_and_the_error_says_how_to_grow_them(settings: Settings) -> None:
    create_topics(settings)
    more = load(**settings.model_dump() | {"topics": settings.topics.model_dump() | {"partitions": 9}})
    with pytest.raises(TopicError, match=r"has 4 partitions, fewer than 9.*--partitions 9"):
        check_topics(more)
    fixed = [DEAD_LETTERS, HALTS, HEARTBEATS, INDEX, ALERTS]
    assert [state.topic for state in topic_states(more) if not state.problems] == fixed


def test_larger_messages_are_fine_and_smaller_ones_unfit(settings: Settings) -> None:
    create_topics(settings)
    name = ARTICLES.full_name(settings.topics)
    alter(settings, ARTICLES, "max.message.bytes", str(ARTICLES.max_message_bytes + 1))
    check_topics(settings)
    alter(settings, ARTICLES, "max.message.bytes", "1000")
    with pytest.raises(TopicError, match=rf"{name} takes messages of 1000 bytes.*max.message.bytes={2 * 1024 * 1024}"):
        check_topics(settings)


def test_another_cleanup_policy_is_unfit(settings: Settings) -> None:
    create_topics(settings)
    name = EXTRACTIONS.full_name(settings.topics)
    alter(settings, EXTRACTIONS, "cleanup.policy", "delete")
    with pytest.raises(TopicError, match=rf"{name} has cleanup.policy delete.*\[compact,delete\]"):
        create_topics(settings)


def test_the_same_policies_in_another_order_are_fit(settings: Settings) -> None:
    create_topics(settings)
    alter(settings, EXTRACTIONS, "cleanup.policy", "delete,compact")
    check_topics(settings)


def test_another_codec_is_a_warning_with_the_command_that_changes_it(settings: Settings) -> None:
    create_topics(settings)
    assert warnings(check_topics(settings)) == ()
    name = ARTICLES.full_name(settings.topics)
    alter(settings, ARTICLES, "compression.type", "zstd")
    (warning,) = warnings(check_topics(settings))
    assert f"{name} keeps its messages in zstd, not in gzip" in warning
    assert f"--entity-name {name} --add-config compression.type=gzip`" in warning
    assert settings.kafka.servers in warning
    assert [state.topic for state in topic_states(settings) if state.warnings] == [ARTICLES]
    assert not any(state.problems for state in topic_states(settings))
    assert create_topics(settings) == ()


def test_a_topic_that_keeps_what_its_producers_send_is_fit(settings: Settings) -> None:
    create_topics(settings)
    alter(settings, ARTICLES, "compression.type", "producer")
    assert warnings(check_topics(settings)) == ()


def test_a_topic_without_compression_is_fit_where_none_is_set(settings: Settings) -> None:
    create_topics(settings)
    plain = load(**settings.model_dump() | {"topics": settings.topics.model_dump() | {"compression": "none"}})
    alter(settings, ARTICLES, "compression.type", "uncompressed")
    assert warnings(check_topics(plain, [ARTICLES])) == ()
    (warning,) = warnings(check_topics(plain, [RAW]))
    assert "in gzip, not in uncompressed" in warning
    assert "compression.type=uncompressed`" in warning


def test_more_copies_than_brokers_are_refused_with_the_setting_to_change(settings: Settings) -> None:
    many = load(**settings.model_dump() | {"topics": settings.topics.model_dump() | {"replication": 3}})
    with pytest.raises(TopicError, match=r"topics\.replication"):
        create_topics(many)


def test_without_a_broker_the_error_names_the_address_and_what_to_do(
    embedded_broker: LocalBroker, settings_for: Callable[..., Settings]
) -> None:
    silent = settings_for(embedded_broker, kafka={"servers": "127.0.0.1:1", "request_timeout": 0.5})
    with pytest.raises(BrokerError, match=r"127\.0\.0\.1:1 .*newswire up"):
        check_topics(silent)


def test_a_topic_keeps_its_identity_and_shares_it_with_none(
    settings: Settings, settings_for: Callable[..., Settings], broker: LocalBroker
) -> None:
    other = settings_for(broker)
    for one in (settings, other):
        create_topics(one, [RAW])
    (before,), (again,), (elsewhere,) = (check_topics(one, [RAW]) for one in (settings, settings, other))
    assert before.identity == again.identity
    assert before.identity != elsewhere.identity


@pytest.mark.xdist_group("apache")
def test_a_topic_of_kafka_that_is_made_anew_is_another_one_however_its_brokers_are_named(
    apache_broker: LocalBroker, settings_for: Callable[..., Settings]
) -> None:
    settings = settings_for(apache_broker)
    twice = settings.kafka.model_copy(update={"servers": f"{settings.kafka.servers},{settings.kafka.servers}"})
    create_topics(settings, [RAW])
    (before,) = check_topics(settings, [RAW])
    (named,) = check_topics(settings.model_copy(update={"kafka": twice}), [RAW])
    assert named.identity == before.identity
    with admin(settings.kafka) as client:
        client.delete_topics([before.name])
    wait_for(lambda: not topic_states(settings, [RAW])[0].exists, "the topic is gone")
    create_topics(settings, [RAW])
    (after,) = check_topics(settings, [RAW])
    assert (after.name, after.identity != before.identity) == (before.name, True)

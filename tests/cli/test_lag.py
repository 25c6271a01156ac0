"""`newswire lag` against what was really committed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from newswire.clients import kafka_python_options
from newswire.errors import TopicError
from newswire.lag import group_lags
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.topic_admin import create_topics
from newswire.topics import RAW, group
from tests.cli.conftest import Done
from tests.cli.kafka import send

Newswire = Callable[..., Done]


def _put(settings: Settings, count: int) -> None:
    """As many raw messages, all with the same key and so in one partition."""
    send(settings, [Outgoing(RAW.full_name(settings.topics), b"k", str(n).encode()) for n in range(count)])


def _commit(settings: Settings, partition: int, offset: int) -> None:
    consumer = KafkaConsumer(
        **kafka_python_options(settings.kafka), group_id=group("intake", settings.topics), enable_auto_commit=False
    )
    where = TopicPartition(RAW.full_name(settings.topics), partition)
    consumer.assign([where])
    consumer.commit({where: OffsetAndMetadata(offset, "", -1)})
    consumer.close()


def test_lag_is_the_end_of_each_partition_less_what_was_committed(newswire: Newswire, settings: Settings) -> None:
    create_topics(settings)
    _put(settings, 10)
    before = {one.agent: one for one in group_lags(settings)}
    assert {agent: one.lag for agent, one in before.items()} == {"intake": 10, "extract": 0, "publish": 0, "tables": 0}
    (filled,) = [row for row in before["intake"].partitions if row.end]
    assert (filled.committed, filled.end, filled.lag) == (None, 10, 10)
    _commit(settings, filled.partition, 7)
    found = newswire("lag", "--json", settings=settings).json
    assert [line["group"] for line in found] == [
        f"{settings.topics.prefix}{agent}" for agent in ("intake", "extract", "publish", "tables")
    ]
    assert [line["lag"] for line in found] == [3, 0, 0, 0]
    partitions = found[0]["partitions"]
    assert isinstance(partitions, list)
    assert len(partitions) == settings.topics.partitions
    assert partitions[filled.partition] == {"partition": filled.partition, "committed": 7, "end": 10, "lag": 3}
    text = newswire("lag", "--partitions", settings=settings).out.decode()
    assert f"partition {filled.partition:>3}: committed 7, end 10, lag 3" in text
    assert text.splitlines()[-1].split() == ["total", "3"]


def test_a_missing_topic_is_named_with_the_command_that_makes_it(
    embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]
) -> None:
    with pytest.raises(TopicError, match="newswire topics create"):
        group_lags(settings_for(embedded_broker))

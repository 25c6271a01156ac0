"""gzip of Kafka's batches: what both clients write is compressed by us, and both read it."""

from __future__ import annotations

import gzip
import sys
from typing import Any

import aiokafka.record.default_records as in_aiokafka
import kafka.record.default_records as in_kafka_python
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire import compression
from newswire.clients import aiokafka_options, kafka_python_options
from newswire.compression import gzip_encode
from newswire.settings import KafkaSettings

STORY = b"The council of Port Alder voted on Friday to repair the harbour wall. " * 50
NOBODY = KafkaSettings(servers="127.0.0.1:1")


@given(st.binary(max_size=3000))
def test_it_is_gzip(data: bytes) -> None:
    assert gzip.decompress(gzip_encode(data)) == data
    assert gzip_encode(memoryview(bytearray(data))) == gzip_encode(data)


def batch(client: Any) -> bytes:
    builder = client.DefaultRecordBatchBuilder(
        magic=2,
        compression_type=client.DefaultRecordBatch.CODEC_GZIP,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=100_000,
    )
    builder.append(0, timestamp=1, key=b"id", value=STORY, headers=[])
    return bytes(builder.build())


def values(client: Any, made: bytes) -> list[bytes]:
    return [record.value for record in client.DefaultRecordBatch(bytearray(made))]


@pytest.mark.parametrize(
    ("client", "options"), [(in_kafka_python, kafka_python_options), (in_aiokafka, aiokafka_options)]
)
def test_each_client_compresses_with_it_and_both_read_that(
    client: Any, options: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sys.modules[client.DefaultRecordBatchBuilder.__module__]
    monkeypatch.setattr(place, "gzip_encode", None)  # which nothing could be sent with
    options(NOBODY)
    made = batch(client)
    assert values(in_kafka_python, made) == values(in_aiokafka, made) == [STORY]


def test_it_is_smaller_than_the_quickest_and_hardly_larger_than_the_smallest() -> None:
    data = b"".join(b"%d: %s" % (number**3, STORY[number : number + 90]) for number in range(500))
    ours = len(gzip_encode(data))
    assert len(gzip.compress(data, 9)) <= ours <= 1.05 * len(gzip.compress(data, 9))
    assert compression.LEVEL < 9

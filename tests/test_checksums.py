"""The checksum of Kafka's batches, computed in C."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.record import default_records
from kafka.record._crc32c import crc as in_python
from kafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from newswire.checksums import crc32c
from newswire.clients import kafka_python_options
from newswire.settings import KafkaSettings


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(reversed(range(32))), 0x113FDB5C),
    ],
)
def test_it_is_the_one_of_the_standard(data: bytes, expected: int) -> None:
    assert crc32c(memoryview(data)) == expected  # RFC 3720, B.4


@given(st.binary(max_size=300))
def test_it_is_what_kafka_python_would_compute(data: bytes) -> None:
    assert crc32c(memoryview(data)) == in_python(memoryview(data))


def test_every_client_of_kafka_python_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_records, "calc_crc32c", None)  # which nothing could be sent or read with
    kafka_python_options(KafkaSettings(servers="127.0.0.1:1"))
    batch = _batch()
    assert DefaultRecordBatch(batch).validate_crc()
    batch[-1] ^= 1
    assert not DefaultRecordBatch(batch).validate_crc()


def _batch() -> bytearray:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=False,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=1_000,
    )
    builder.append(0, timestamp=1, key=b"id", value=b"a story", headers=[])
    return bytearray(builder.build())

"""Kafka's checksum of a batch, CRC-32C (RFC 3720, appendix B.4), in C.

kafka-python computes it byte by byte in Python, for each batch it sends and each it reads: more time than all else it does. The
one package in C that it looks for has a licence that we do not want to hand on.
"""

from __future__ import annotations

import google_crc32c
from kafka.record import default_records

__all__ = ("compute_in_c", "crc32c")


def crc32c(data: memoryview) -> int:
    """The CRC-32C of the bytes."""
    return int(google_crc32c.value(data.tobytes()))


def compute_in_c() -> None:
    """Makes every kafka-python client of this process compute its checksums by `crc32c`."""
    default_records.calc_crc32c = crc32c

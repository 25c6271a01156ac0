"""What is said of brokers that are away."""

from __future__ import annotations

import logging
import time

import pytest
from kafka.errors import KafkaConnectionError

from newswire.outages import Outages, reason

ADDRESS = "kafka-1:9092"


def test_a_broker_that_goes_and_comes_is_two_lines_whoever_notices(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages()
    for _ in range(100):
        outages.lost(ADDRESS, ConnectionRefusedError(111, "Connect call failed"), time.monotonic())
        outages.lost("kafka-2:9092", KafkaConnectionError("111 ECONNREFUSED"), time.monotonic())
    for _ in range(100):
        outages.reached(ADDRESS)
    said = [record.getMessage() for record in caplog.records]
    assert said[:2] == [
        f"The broker at {one} is away: Connection refused; trying again" for one in (ADDRESS, "kafka-2:9092")
    ]
    assert said[2:] == [f"The broker at {ADDRESS} is back after 0 s"]


def test_another_reason_is_said_at_once(caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages()
    outages.lost(ADDRESS, ConnectionRefusedError(111, "x"), time.monotonic())
    outages.lost(ADDRESS, KafkaConnectionError("the login was refused"), time.monotonic())
    assert caplog.messages[1] == f"The broker at {ADDRESS} is still away: the login was refused; trying again"


def test_a_try_that_began_before_another_got_through_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    outages = Outages()
    began = time.monotonic()
    outages.reached(ADDRESS)
    outages.lost(ADDRESS, TimeoutError(), began)
    assert caplog.messages == []


def test_a_reason_is_in_words() -> None:
    assert reason(KafkaConnectionError("113 EHOSTUNREACH")) == "No route to host"
    assert reason(TimeoutError()) == "TimeoutError"

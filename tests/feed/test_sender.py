"""The sender, with a producer that does what a test says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from kafka.errors import KafkaConnectionError, KafkaError, KafkaTimeoutError

from newswire.feed.item import Item
from newswire.feed.sender import UNCONFIRMED, Sender
from newswire.settings import load


class Sent:
    """A message that is confirmed when somebody waits for it, or fails with `error`."""

    def __init__(self, producer: Producer, error: Exception | None) -> None:
        self.producer = producer
        self.error = error
        self.open = True

    def succeeded(self) -> bool:
        return not self.open and self.error is None

    def get(self, timeout: float) -> None:
        """Answers of a broker come for many messages at once."""
        self.producer.waits += 1
        for sent in self.producer.sent:
            sent.open = False
        if self.error is not None:
            raise self.error


class Producer:
    def __init__(self, *failing: Exception | None) -> None:
        self.failing = list(failing)
        self.sent: list[Sent] = []
        self.waits = 0
        self.most_open = 0

    def send(self, topic: str, **message: Any) -> Sent:
        self.sent.append(Sent(self, self.failing.pop(0) if self.failing else None))
        self.most_open = max(self.most_open, sum(sent.open for sent in self.sent))
        return self.sent[-1]


def sender(producer: Producer) -> Sender:
    made = Sender(load())
    made._producer, made._error = producer, KafkaError
    return made


def items(count: int) -> Iterator[Item]:
    for number in range(count):
        yield Item(name=f"story {number}", value=b"{}", key=b"%d" % number, headers={})


def cannot_connect(why: str) -> None:
    """What kafka-python logs when it cannot."""
    logging.getLogger("kafka.net.manager").warning("no connection: %s", KafkaConnectionError(why))


def test_a_time_out_is_told_by_what_the_connection_failed_with() -> None:
    def with_an_outage() -> Iterator[Item]:
        cannot_connect("nobody there")
        yield from items(1)

    outcome = sender(Producer(KafkaTimeoutError("late"))).send(with_an_outage())
    assert "nobody there" in outcome.failures()


def test_an_outage_that_has_passed_is_not_named_as_the_reason_of_a_later_failure() -> None:
    def with_an_outage() -> Iterator[Item]:
        cannot_connect("nobody there")
        yield from items(UNCONFIRMED + 2)

    errors: list[Exception | None] = [None] * (UNCONFIRMED + 1)
    outcome = sender(Producer(*errors, KafkaTimeoutError("late"))).send(with_an_outage())
    assert outcome.confirmed == UNCONFIRMED + 1
    assert len(outcome.failed) == 1
    assert "nobody there" not in outcome.failures()


def test_what_is_sent_is_bounded_and_not_waited_for_one_by_one() -> None:
    producer = Producer()
    confirmed: list[int] = []
    outcome = sender(producer).send(items(4 * UNCONFIRMED), on_confirmed=lambda: confirmed.append(1))
    assert outcome.confirmed == len(confirmed) == 4 * UNCONFIRMED
    assert producer.most_open <= UNCONFIRMED + 1
    assert producer.waits < 20


@pytest.mark.parametrize("error", [ValueError("no topic"), TypeError("no bytes")])
def test_what_is_no_error_of_the_broker_is_not_taken_for_one(error: Exception) -> None:
    with pytest.raises(type(error)):
        sender(Producer(error)).send(items(1))

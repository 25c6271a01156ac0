"""`newswire dlq resume`: the partitions at which agents have halted, and the end of a halt."""

from __future__ import annotations

import click

from newswire.cli.following import follow
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.clients import broker_errors, kafka_python_options, producer_options
from newswire.errors import BrokerError
from newswire.records import Halt
from newswire.settings import Settings
from newswire.stream.halt_log import Standing, take
from newswire.topics import HALTS

__all__ = ("resume", "show_halts", "standing_halts")


def standing_halts(settings: Settings) -> Standing:
    """The halts that stand now, by their keys. Raises TopicError without the topic, BrokerError without a broker."""
    standing: Standing = {}
    for message in follow(settings, [HALTS.full_name(settings.topics)], from_beginning=True, until_end=True):
        take(standing, message.key, message.value)
    return standing


def show_halts(settings: Settings) -> None:
    """Says on stderr where agents have halted; nothing where none has."""
    halts = standing_halts(settings)
    for halt in halts.values():
        click.echo(_line(halt), err=True)
    if halts:
        click.echo("Fix the cause, then run `newswire dlq resume`.", err=True)


@click.command()
@click.option("--agent", help="Only this agent: intake, extract, embargo or publish.")
@click.option("--partition", "partitions", type=click.IntRange(min=0), multiple=True, help="Only this partition.")
@pass_invocation
def resume(invocation: Invocation, agent: str | None, partitions: tuple[int, ...]) -> None:
    """Resume agents that halted after a run of dead letters.

    They continue with the message after the last dead letter. Fix the cause first. `newswire dlq replay` then sends the dead
    letters back.
    """
    settings = invocation.settings()
    chosen = {
        key: halt
        for key, halt in standing_halts(settings).items()
        if agent in (None, halt.agent) and (not partitions or halt.partition in partitions)
    }
    if not chosen:
        click.echo("No agent has halted there." if agent or partitions else "No agent has halted.", err=True)
        return
    _end(settings, chosen)
    for halt in chosen.values():
        click.echo(f"{halt.agent} goes on at {halt.topic}, partition {halt.partition}")


def _end(settings: Settings, halts: Standing) -> None:
    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    topic = HALTS.full_name(settings.topics)
    with broker_errors(settings.kafka):
        producer = KafkaProducer(**kafka_python_options(settings.kafka), **producer_options(settings.topics))
        try:
            for sent in [producer.send(topic, key=key, value=None, partition=0) for key in halts]:
                sent.get(timeout=settings.kafka.request_timeout)
        except KafkaError as error:
            raise BrokerError(
                f"{topic} did not confirm the end of the halts: {error}", "Run `newswire dlq resume` again"
            ) from error
        finally:
            producer.close(timeout=settings.kafka.request_timeout)


def _line(halt: Halt) -> str:
    return (
        f"{halt.agent} has halted at {halt.topic}, partition {halt.partition}, offset {halt.offset}, since {halt.since}: "
        f"{halt.why}"
    )

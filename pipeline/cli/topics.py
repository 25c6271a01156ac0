"""`newswire topics`: make, check and show the pipeline's topics."""

from __future__ import annotations

from typing import Final

import click
import orjson
from rich.console import Console
from rich.table import Table

from pipeline.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)

# Of a topic's configuration, what the registry sets.
SHOWN: Final = ("cleanup.policy", "retention.ms", "max.message.bytes", "min.insync.replicas", "min.compaction.lag.ms")

DAY_MS: Final = 24 * 60 * 60 * 1000
MIB: Final = 1024 * 1024


@click.group()
def command() -> None:
    """Create, check or list the topics."""


@command.command()
@pass_invocation
def create(invocation: Invocation) -> None:
    """Make the topics that are missing, with the partitions, retention and message sizes of the settings.

    What exists is left alone. Running it again, or twice at once, is harmless.
    """
    from pipeline.topic_admin import create_topics

    made = create_topics(invocation.settings())
    for name in made:
        click.echo(f"created {name}")
    if not made:
        click.echo("All topics exist and fit.")


@command.command()
@pass_invocation
def check(invocation: Invocation) -> None:
    """End with status 1, saying what to run, when a topic is missing or does not fit."""
    from pipeline.topic_admin import check_topics

    check_topics(invocation.settings())
    click.echo("All topics exist and fit.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a topic.")
@pass_invocation
def show(invocation: Invocation, as_json: bool) -> None:
    """Show every topic: what it holds, and how it is on the broker."""
    from pipeline.topic_admin import topic_states

    states = topic_states(invocation.settings())
    if as_json:
        for state in states:
            record = state.topic.record
            row = {
                "name": state.name,
                "exists": state.exists,
                "key": state.topic.key,
                "record": record.__name__ if record else None,
                "partitions": state.partitions,
                "replication": state.replication,
                "configuration": {name: state.configuration.get(name) for name in SHOWN},
                "problems": state.problems,
            }
            click.echo(orjson.dumps(row))
        return
    table = Table("topic", "holds", "key", "partitions", "copies", "cleanup", "retention", "largest message", "state")
    for state in states:
        table.add_row(
            state.name,
            state.topic.meaning,
            state.topic.key,
            str(state.partitions or ""),
            str(state.replication or ""),
            state.configuration.get("cleanup.policy", ""),
            _days(state.configuration.get("retention.ms")),
            _mebibytes(state.configuration.get("max.message.bytes")),
            "; ".join(state.problems) or "fit",
        )
    Console().print(table)


def _days(milliseconds: str | None) -> str:
    if milliseconds is None:
        return ""
    return "unlimited" if int(milliseconds) < 0 else f"{int(milliseconds) / DAY_MS:g} days"


def _mebibytes(size: str | None) -> str:
    return "" if size is None else f"{int(size) / MIB:g} MiB"

"""`newswire topics`: make, check and show the pipeline's topics."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click
import orjson

from newswire.cli.invocation import Invocation, pass_invocation

if TYPE_CHECKING:
    from newswire.topic_admin import TopicState

__all__ = ("command",)

# Of a topic's configuration, what the registry sets.
SHOWN: Final = (
    "cleanup.policy",
    "retention.ms",
    "max.message.bytes",
    "min.insync.replicas",
    "compression.type",
    "min.compaction.lag.ms",
)

DAY_MS: Final = 24 * 60 * 60 * 1000
MIB: Final = 1024 * 1024

# Columns of a line of prose at most: longer ones are hard to read on a wide terminal.
MAX_WIDTH: Final = 100


@click.group()
def command() -> None:
    """Create, check or list the topics."""


@command.command()
@pass_invocation
def create(invocation: Invocation) -> None:
    """Create missing topics.

    Partitions, retention and message sizes come from the settings. Existing topics are left alone. Running it again, or twice
    at once, is harmless.
    """
    from newswire.topic_admin import create_topics

    made = create_topics(invocation.settings())
    for name in made:
        click.echo(f"created {name}")
    if not made:
        click.echo("All topics exist and fit.")


@command.command()
@pass_invocation
def check(invocation: Invocation) -> None:
    """Exit with status 1 if a topic is missing or unfit.

    The message says what to run. A topic with another codec than topics.compression only gets a warning: its subscribers may
    need a library for that codec.
    """
    from newswire.topic_admin import check_topics, warnings

    _warn(warnings(check_topics(invocation.settings())))
    click.echo("All topics exist and fit.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per topic.")
@pass_invocation
def show(invocation: Invocation, as_json: bool) -> None:
    """Show every topic, its contents, and its state on the broker."""
    from newswire.topic_admin import topic_states

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
                "warnings": state.warnings,
            }
            click.echo(orjson.dumps(row))
        return
    # The columns are short and what is long goes below them, so that nothing is cut off on a narrow terminal.
    width = max(len(state.name) for state in states)
    prose = min(MAX_WIDTH, shutil.get_terminal_size().columns)
    click.echo(f"{'TOPIC':<{width}}  {'PARTITIONS':>10}  {'COPIES':>6}  {'KEPT':<9}  STATE")
    for state in states:
        kept = _days(state.configuration.get("retention.ms"))
        partitions, copies = state.partitions or "", state.replication or ""
        click.echo(f"{state.name:<{width}}  {partitions:>10}  {copies:>6}  {kept:<9}  {_verdict(state)}")
        click.echo(textwrap.fill("; ".join(_details(state)), prose, initial_indent="  ", subsequent_indent="  "))
    for state in states:
        for problem in state.problems:  # whole lines, which the terminal folds: they hold commands to be copied
            click.echo(f"{_verdict(state)}: {problem}")
    _warn(warning for state in states for warning in state.warnings)


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def _verdict(state: TopicState) -> str:
    if not state.exists:
        return "missing"
    return "unfit" if state.problems else "warning" if state.warnings else "fit"


def _details(state: TopicState) -> Iterable[str]:
    """What lies on a topic, and of its configuration what the columns do not have."""
    yield state.topic.meaning
    yield f"key: {state.topic.key}"
    size = state.configuration.get("max.message.bytes")
    if size is not None:
        yield f"up to {int(size) / MIB:g} MiB a message"
    for name in ("compression.type", "cleanup.policy"):
        if name in state.configuration:
            yield f"{name} {state.configuration[name]}"


def _days(milliseconds: str | None) -> str:
    if milliseconds is None:
        return ""
    return "unlimited" if int(milliseconds) < 0 else f"{int(milliseconds) / DAY_MS:g} days"

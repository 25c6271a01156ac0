"""`newswire lag`: how far the workers are behind."""

from __future__ import annotations

import click
import msgspec
import orjson

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)


@click.command()
@click.option("--partitions", "each", is_flag=True, help="A line for each partition: committed offset, end, lag.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a group, with its partitions.")
@pass_invocation
def command(invocation: Invocation, each: bool, as_json: bool) -> None:
    """Show each agent's consumer group: its workers, and the messages that it has not acknowledged yet.

    The groups have the names that Kafka's own tools and autoscalers know them by.
    """
    from newswire.lag import group_lags

    found = group_lags(invocation.settings())
    if as_json:
        for group in found:
            click.echo(orjson.dumps(msgspec.to_builtins(group) | {"lag": group.lag}))
        return
    width = max(len(group.group) for group in found)
    topic_width = max(len(group.topic) for group in found)
    click.echo(
        f"{'GROUP':<{width}}  {'TOPIC':<{topic_width}}  {'STATE':<12}  {'MEMBERS':>7}  {'PARTITIONS':>10}  {'LAG':>9}"
    )
    for group in found:
        click.echo(
            f"{group.group:<{width}}  {group.topic:<{topic_width}}  {group.state:<12}  {group.members:>7}  "
            f"{len(group.partitions):>10}  {group.lag:>9,}"
        )
        for row in group.partitions if each else ():
            committed = "-" if row.committed is None else f"{row.committed:,}"
            click.echo(f"  partition {row.partition:>3}: committed {committed}, end {row.end:,}, lag {row.lag:,}")
    click.echo(f"{'total':<{width + topic_width + 38}}  {sum(group.lag for group in found):>9,}")

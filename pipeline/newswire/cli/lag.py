"""`newswire lag`: how far the workers are behind."""

from __future__ import annotations

import click
import msgspec
import orjson

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)


@click.command()
@click.option("--partitions", "each", is_flag=True, help="Add a line per partition: committed offset, end, lag.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per group, with its partitions.")
@pass_invocation
def command(invocation: Invocation, each: bool, as_json: bool) -> None:
    """Show each agent's consumer group: its workers, and how many messages it has not acknowledged yet.

    The group names are those that Kafka's own tools and autoscalers use.
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

"""`newswire up`: an embedded broker and workers that stay, for feeding and tailing from another terminal."""

from __future__ import annotations

import click

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)


@click.command()
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Number of workers to run.")
@click.option(
    "--apache", is_flag=True, help="Use Apache Kafka (needs Java 17 and Maven) instead of the embedded broker."
)
@pass_invocation
def command(invocation: Invocation, workers: int, apache: bool) -> None:
    """Run an embedded broker and a worker until Ctrl-C.

    For trying and developing. The broker listens only on a free port of the loopback interface. Its data are deleted at the end.
    """
    from newswire.local.apache import ApacheKafka
    from newswire.local.broker import EmbeddedBroker
    from newswire.local.up import local_pipeline

    settings = invocation.settings()
    broker = ApacheKafka() if apache else EmbeddedBroker()
    try:
        with local_pipeline(broker, settings, workers) as running:
            servers = running.broker.servers
            click.echo(f"The broker listens on {servers}. In another terminal, run:\n")
            click.echo(f"  export NEWSWIRE_KAFKA__SERVERS={servers}")
            click.echo("  newswire feed seeds/")
            click.echo("  newswire tail quotes --from-beginning")
            click.echo("  newswire lag\n")
            click.echo("Ctrl-C stops everything. The worker's log:\n")
            running.wait()
    except KeyboardInterrupt:
        click.echo("Broker and workers have stopped; their data are deleted.", err=True)

"""`newswire up`: an embedded broker, workers and a gateway that stay, for feeding and tailing from another terminal."""

from __future__ import annotations

import click

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)


@click.command()
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Number of workers to run.")
@click.option(
    "--apache", is_flag=True, help="Use Apache Kafka (needs Java 17 and Maven) instead of the embedded broker."
)
@click.option("--gateway/--no-gateway", default=True, show_default=True, help="Serve the records over HTTP, too.")
@pass_invocation
def command(invocation: Invocation, workers: int, apache: bool, gateway: bool) -> None:
    """Run an embedded broker, a worker and a gateway until Ctrl-C.

    For trying and developing. The broker listens only on a free port of the loopback interface, the gateway on gateway.port
    if that is free, else on another. All data are deleted at the end.
    """
    from newswire.local.apache import ApacheKafka
    from newswire.local.broker import EmbeddedBroker
    from newswire.local.up import local_pipeline

    settings = invocation.settings()
    broker = ApacheKafka() if apache else EmbeddedBroker()
    try:
        with local_pipeline(broker, settings, workers, gateway=gateway) as running:
            servers = running.broker.servers
            click.echo(f"The broker listens on {servers}. In another terminal, run:\n")
            click.echo(f"  export NEWSWIRE_KAFKA__SERVERS={servers}")
            click.echo("  newswire feed seeds/")
            click.echo("  newswire tail quotes --from-beginning")
            click.echo("  newswire lag")
            if running.gateway is not None:
                click.echo(f"  curl -N '{running.gateway.url}/stream/quotes?since=2h'")
            click.echo()
            click.echo("Ctrl-C stops everything. The worker's log:\n")
            running.wait()
    except KeyboardInterrupt:
        click.echo("Everything has stopped; all data are deleted.", err=True)

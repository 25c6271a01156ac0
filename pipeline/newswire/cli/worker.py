"""`newswire worker`: runs the agents until it is told to stop."""

from __future__ import annotations

import click

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)

AGENTS = ("intake", "extract", "publish", "tables")


@click.command()
@click.option(
    "--agents",
    metavar="NAME,...",
    help="Agents to run: intake, extract, publish, tables (setting worker.agents). Default: all.",
)
@pass_invocation
def command(invocation: Invocation, agents: str | None) -> None:
    """Run a worker: intake, extract, publish and tables.

    Start as many as you like, up to the number of partitions; they share the work. SIGTERM or Ctrl-C stops a worker after it has
    finished what is in flight.
    """
    invocation.service = True
    if agents is not None:
        chosen = [name.strip() for name in agents.split(",") if name.strip()]
        unknown = [name for name in chosen if name not in AGENTS]
        if unknown or not chosen:
            raise click.BadParameter(f"{agents!r}: choose from {', '.join(AGENTS)}", param_hint="--agents")
        invocation.flags.setdefault("worker", {})["agents"] = chosen
    settings = invocation.settings()
    # Faust is slow to import, and the other commands need it not.
    from newswire.stream.app import run

    run(settings)

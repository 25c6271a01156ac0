"""`newswire gateway`: serves what stands over HTTP until it is told to stop."""

from __future__ import annotations

import asyncio

import click

from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command",)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (setting gateway.port); 0 takes any.")
@pass_invocation
def command(invocation: Invocation, port: int | None) -> None:
    """Serve records over HTTP: as server-sent events, by id, and as a search.

    It listens on the loopback interface. To let others in, set gateway.host and a gateway.token. GET / lists what there is.
    """
    invocation.service = True
    if port is not None:
        invocation.flags.setdefault("gateway", {})["port"] = port
    settings = invocation.settings()
    # aiohttp is slow to import, and the other commands need it not.
    from newswire.gateway.service import serve

    asyncio.run(serve(settings))

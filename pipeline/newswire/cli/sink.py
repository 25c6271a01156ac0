"""`newswire sink`: the records that stand, kept in tables of a database."""

from __future__ import annotations

from typing import Final

import click

from newswire.cli.invocation import Invocation, pass_invocation
from newswire.errors import SettingsError
from newswire.sinks.columns import COLUMNS
from newswire.sinks.postgres import database
from newswire.sinks.pump import pump
from newswire.topics import RECORD_TOPICS

__all__ = ("command",)

SCHEMES: Final = ("postgres://", "postgresql://")


@click.command()
@click.argument("url")
@click.option(
    "--topic",
    "names",
    multiple=True,
    type=click.Choice(tuple(COLUMNS)),
    help="Only this topic; repeat it for more. Default: all three.",
)
@click.option("--schema", default="newswire", show_default=True, help="The schema of the tables; made if need be.")
@click.option("--until-end", is_flag=True, help="Stop at the current end of the topics.")
@pass_invocation
def command(invocation: Invocation, url: str, names: tuple[str, ...], schema: str, until_end: bool) -> None:
    """Keep the records that stand in PostgreSQL: the tables quotes, events and entities.

    URL is postgres://USER@HOST/DATABASE. Leave the password out, where others see it, and put it into PGPASSWORD or ~/.pgpass.

    It goes on where the tables are. New versions, corrections and kills are worked in together with the offsets, so that a crash
    at any moment leaves the tables exact.
    """
    invocation.service = True
    if not url.startswith(SCHEMES):
        raise SettingsError(
            f"{url.partition(':')[0]!r} is no database that there is a sink for", f"Write {SCHEMES[0]}..."
        )
    settings = invocation.settings()
    topics = [topic for topic in RECORD_TOPICS if not names or topic.name in names]
    with database(url, schema, topics) as tables:
        pump(tables, topics, settings.kafka, settings.topics, until_end=until_end)

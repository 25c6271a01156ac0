"""`newswire export`: the records that stand, as a table in a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.moments import SINCE
from newswire.errors import InputError
from newswire.sinks.columns import COLUMNS
from newswire.sinks.files import FORMATS, check, format_of, write
from newswire.subscribe import Change, Record, Withdrawn, subscribe

__all__ = ("command",)

TOPICS: Final = tuple(COLUMNS)


@click.command()
@click.argument("topic", type=click.Choice(TOPICS))
@click.option("--to", "path", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option(
    "--since",
    type=SINCE,
    metavar="TIME",
    help="Only what came since then: RFC 3339, or an age such as 90s, 30m, 2h, 7d. Default: all that the topic has.",
)
@click.option("--where", default="", metavar="CONDITION", help="Only records that match, as for `newswire tail`.")
@click.option(
    "--format", "format_name", type=click.Choice(tuple(FORMATS)), help="Default: what the file's suffix says."
)
@pass_invocation
def command(
    invocation: Invocation, topic: str, path: Path, since: datetime | None, where: str, format_name: str | None
) -> None:
    """Write the records that stand now into a Parquet, CSV or JSON lines file, one a row.

    What a newer version, a correction or a kill has withdrawn is left out, and so are repeats.

    Parquet needs the extra `export`; CSV and JSON lines need nothing.
    """
    settings = invocation.settings()
    format_name = format_name or format_of(path)
    check(path, format_name)
    standing: dict[str, Record] = {}
    changes = subscribe(
        topic, where=where, since=since, prefix=settings.topics.prefix, until_end=True, kafka=settings.kafka
    )
    for change in changes:
        _apply(change, standing)
    if not standing:
        age = f" since {since.isoformat(timespec='seconds')}" if since else ""
        chosen = f" where {where}" if where else ""
        raise InputError(
            f"No {topic} stand{age}{chosen}",
            "Choose an earlier --since or another --where, or see whether workers run: `newswire lag`",
        )
    write(standing.values(), COLUMNS[topic], path, format_name)
    click.echo(f"{len(standing):,} {topic} in {path}", err=True)


def _apply(change: Change, standing: dict[str, Record]) -> None:
    if isinstance(change, Withdrawn):
        standing.pop(change.record.id, None)
    else:
        standing[change.record.id] = change.record

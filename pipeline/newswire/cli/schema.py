"""`newswire schema`: the JSON Schemas of the records."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from newswire import schemas

__all__ = ("command",)


@click.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write one file per record type into DIR."
)
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare with the schemas in DIR; fail if a field was removed, renamed, retyped or made required.",
)
def command(out: Path | None, against: Path | None) -> int:
    """Write the JSON Schemas (2020-12) of the records to stdout, as one object by record type, or to files."""
    if out is not None:
        for path in schemas.write(out):
            click.echo(str(path), err=True)
    if against is not None:
        found = schemas.breaks(schemas.read(against), schemas.schemas())
        for line in found:
            click.echo(line)
        return 1 if found else 0
    if out is None:
        click.echo(orjson.dumps(schemas.schemas(), option=orjson.OPT_INDENT_2))
    return 0

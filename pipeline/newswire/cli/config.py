"""`newswire config`: the settings in force, their schema, and a settings file to begin with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import orjson

from newswire import settings
from newswire.cli.invocation import Invocation, pass_invocation

__all__ = ("command", "template")

# The width of comments in the settings file: what two files side by side leave on a wide screen.
WIDTH: Final = 100

HEAD: Final = """\
# Settings of the newswire pipeline, each with its meaning and default. To change one, remove the `# ` before it.
#
# Environment variables (NEWSWIRE_KAFKA__SERVERS for servers in [kafka]) and flags (--set kafka.servers=HOST:PORT) override
# this file. For a secret, a variable can name a file (NEWSWIRE_KAFKA__SASL_PASSWORD_FILE). An unknown name is an error.
# `newswire config show` lists the values in force and their origins. Commands read config/pipeline.toml in the working
# directory, or the file named by --config or NEWSWIRE_CONFIG.
"""


@click.group()
def command() -> None:
    """Show the settings in force, their schema, or a settings file to start from."""


@command.command()
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object with the value and origin of each setting."
)
@pass_invocation
def show(invocation: Invocation, as_json: bool) -> None:
    """Show every setting with its value and origin.

    Secrets show as asterisks.
    """
    found = settings.origins(invocation.settings(), invocation.file, **invocation.flags)
    if as_json:
        rows = {name: {"value": value, "origin": origin} for name, (value, origin) in found.items()}
        click.echo(orjson.dumps(rows, default=str, option=orjson.OPT_INDENT_2))
        return
    width = max(map(len, found))
    for name, (value, origin) in found.items():
        click.echo(f"{name:<{width}}  {_toml(value) or '(none)'}  ({origin})")


@command.command()
def schema() -> None:
    """Print the JSON Schema of the settings file.

    Editors use it to complete and check TOML.
    """
    click.echo(orjson.dumps(settings.Settings.model_json_schema(), option=orjson.OPT_INDENT_2))


@command.command(name="template")
def write_template() -> None:
    """Print a settings file to start from.

    It has every setting with its default, commented out.
    """
    click.echo(template(), nl=False)


def template() -> str:
    """The text of `config/pipeline.toml`: every setting with its meaning and its default, commented out."""
    single: list[str] = []
    tables: list[str] = []
    for name, field in settings.Settings.model_fields.items():
        if isinstance(field.default, settings.Group):
            group = type(field.default)
            tables += ["", *_comment(group.__doc__ or ""), f"[{name}]"]
            for key, inner in group.model_fields.items():
                tables += ["", *_entry(key, inner.description or "", inner.default)]
        else:
            single += ["", *_entry(name, field.description or "", field.default)]
    return "\n".join([HEAD.rstrip("\n"), *single, *tables, ""])


def _entry(name: str, meaning: str, default: Any) -> Iterator[str]:
    yield from _comment(meaning)
    # TOML has no null: what is unset by default has no value to show.
    yield f"# {name} = {_toml(default)}" if default is not None else f"# {name} ="


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(" ".join(text.split()), WIDTH, break_on_hyphens=False)]


def _toml(value: Any) -> str:
    """The value as TOML writes it; "" for None."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:_}" if value >= 10_000 else str(value)
        case float():
            return str(value)
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case str() | Path():
            # A TOML basic string has the escapes of JSON.
            return orjson.dumps(str(value)).decode()
    raise TypeError(f"no way to write a {type(value).__name__} as TOML")

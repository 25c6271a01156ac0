"""The `newswire` command: one module a group of commands, each imported only when it is called.

A new command is one line in `COMMANDS`, `"name": ("newswire.cli.module", "What it does")`, and a module with a click
command or group called `command`:

    import click
    from newswire.cli.invocation import Invocation, pass_invocation

    @click.command()
    @click.argument("topic")
    @pass_invocation
    def command(invocation: Invocation, topic: str) -> None:
        \"""Longer help.\"""
        settings = invocation.settings()        # from flags, environment and file; sets up logging

What holds for all of them is done here: the options that set settings may stand before or after the command's name; a
NewswireError becomes one line on stderr; stdout is for data only. Exit statuses are those of `EXIT`.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from newswire import __version__, interrupts
from newswire.cli.invocation import Invocation, settings_options
from newswire.errors import InstallationError, NewswireError

__all__ = ("COMMANDS", "EXIT", "EXTRAS", "main", "newswire")

# Name of the command: (module that defines it, what `newswire --help` says). In the order of first use.
COMMANDS: Final = {
    "up": ("newswire.cli.up", "Run an embedded broker and a worker until Ctrl-C."),
    "demo": ("newswire.cli.demo", "Run the example stories through everything and show the results."),
    "extract": ("newswire.cli.extract", "Extract from files or JSON lines, without a broker."),
    "topics": ("newswire.cli.topics", "Create, check or list the topics."),
    "worker": ("newswire.cli.worker", "Run a worker: intake, extract, publish and tables."),
    "feed": ("newswire.cli.feed", "Feed files, folders, JSON lines, RSS or Atom feeds."),
    "feeds": ("newswire.cli.feeds", "Show how the polled feeds do, or try them."),
    "tail": ("newswire.cli.tail", "Follow output topics."),
    "export": ("newswire.cli.export", "Write the records that stand into a Parquet, CSV or JSON lines file."),
    "sink": ("newswire.cli.sink", "Keep the records that stand in tables of PostgreSQL."),
    "gateway": ("newswire.cli.gateway", "Serve records over HTTP: streams, lookup, search."),
    "lag": ("newswire.cli.lag", "Show how far the workers are behind."),
    "purge": ("newswire.cli.purge", "Take the text of a killed story off the topics."),
    "dlq": ("newswire.cli.dlq", "List, show or replay dead letters; resume halted agents."),
    "config": ("newswire.cli.config", "Show the settings and their origins."),
    "schema": ("newswire.cli.schema", "Write the JSON Schemas of the records."),
    "version": ("newswire.cli.version", "Show the version of this program and its main parts."),
}

# The extra that brings what a command needs; the others need none.
EXTRAS: Final = {
    "up": "local",
    "demo": "local",
    "extract": "extract",
    "worker": "worker",
    "feed": "feed",
    "feeds": "feed",
    "sink": "postgres",
    "gateway": "gateway",
}

logger = logging.getLogger(__name__)

# What the exit status means. 70 is EX_SOFTWARE of sysexits.h; 130 and 141 are 128 plus the number of SIGINT and SIGPIPE, as
# a shell reports a program that these signals ended.
EXIT: Final = {"success": 0, "failure": 1, "usage": 2, "bug": 70, "interrupted": interrupts.STATUS, "closed pipe": 141}


class _Commands(click.Group):
    """The group of `COMMANDS`: lists them from the table, imports the module of the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        try:
            command: click.Command = import_module(COMMANDS[name][0]).command
        except ModuleNotFoundError as error:
            _explain(name, error)
        _accept_settings(command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with interrupts.raised():
                return super().invoke(ctx)
        except ModuleNotFoundError as error:
            _explain(ctx.invoked_subcommand, error)
        except BrokenPipeError as error:
            # click ends silently with status 1 at any EPIPE, whichever pipe or socket it came from.
            if _stdout_is_closed():
                ctx.exit(EXIT["closed pipe"])
            raise RuntimeError("a connection was closed while it was written to") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in COMMANDS.items()])


def _explain(command: str | None, error: ModuleNotFoundError) -> NoReturn:
    """Raises InstallationError, with the extra that brings the missing module; the error itself where none does."""
    if command not in EXTRAS or (error.name or "").startswith("newswire"):
        raise error
    raise InstallationError.of_extra(f"`newswire {command}`", error.name, EXTRAS[command]) from error


def _accept_settings(command: click.Command) -> None:
    """Lets the options that set settings stand after the command's name too, without a line in its help."""
    known = {parameter.name for parameter in command.params}
    for option in settings_options(hidden=True):
        if option.name not in known:
            command.params.append(option)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _accept_settings(inner)


@click.group(
    cls=_Commands,
    params=list(settings_options(hidden=False)),
    epilog="Options can go before or after the command. `newswire config show` lists every setting and its origin.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(__version__, prog_name="newswire")
@click.pass_context
def newswire(ctx: click.Context) -> None:
    """Extract entities, quotes with their speakers, and events from newswire articles, through Kafka."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process; `arguments` are those of the process by default."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal in another locale lacks characters of the news: they become escapes, as stderr has it, and end no command.
        sys.stdout.reconfigure(errors="backslashreplace")
    invocation = Invocation()
    try:
        returned: Any = newswire.main(arguments, prog_name="newswire", standalone_mode=False, obj=invocation)
        sys.stdout.flush()
        status = returned if isinstance(returned, int) else EXIT["success"]
    except BaseException as error:
        status = _report(error, invocation)
    sys.exit(status)


def _report(error: BaseException, invocation: Invocation) -> int:
    """Says on stderr what ended the command, and gives the exit status."""
    show = invocation.traceback
    if _was_interrupted(error):
        return EXIT["interrupted"]
    match error:
        case SystemExit(code=None):
            return EXIT["success"]
        case SystemExit(code=1) if _stdout_is_closed():
            return EXIT["closed pipe"]
        case SystemExit(code=int(status)):
            return status
        case click.ClickException() if invocation.logs_errors():
            logger.error("%s", error.format_message())
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case NewswireError():
            status, what = EXIT["failure"], str(error)
        case OSError(filename=str() | bytes() | Path()):
            status, what = EXIT["failure"], f"{os.fsdecode(error.filename)}: {error.strerror}"
        case _:
            status = EXIT["failure"] if isinstance(error, OSError) else EXIT["bug"]
            what = f"{type(error).__name__}: {error}".rstrip(": ") if show else _bug(error)
    if invocation.logs_errors():
        logger.error("%s", what, exc_info=error if show else None)
    elif show:
        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    else:
        click.echo(f"error: {what}", err=True)
    return status


def _was_interrupted(error: BaseException) -> bool:
    """Whether it is Ctrl-C, or what became of that on the way: libraries make errors of their own of it, and what is closed
    because of it may fail.
    """
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, KeyboardInterrupt | click.Abort):
            return True
        found = found.__cause__ or found.__context__
    return False


def _bug(error: BaseException) -> str:
    trace = "".join(traceback.format_exception(error))
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="newswire-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"newswire {__version__}, {' '.join(sys.argv[1:2])}\n{trace}")
        where = f"The traceback is in {file.name}"
    except OSError:
        where = "`newswire --traceback ...` shows the traceback"
    return f"This is a bug in newswire: {what}. {where}; please report it with that"


def _stdout_is_closed() -> bool:
    """Whether the reader of stdout is gone (`newswire tail quotes | head`); if so, stdout is turned away, so that the
    interpreter's last flush is quiet.
    """
    poll = select.poll()
    poll.register(sys.stdout.fileno(), select.POLLOUT)
    if not any(event & select.POLLERR for _, event in poll.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True

"""One call of the command line: the options that every command shares, and the settings that they make."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from newswire.settings import Settings

__all__ = ("Invocation", "pass_invocation", "settings_options")

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


class Invocation:
    """What the shared options of one call say.

    `file` is the settings file of `--config`, `flags` the nested mapping of `--set` and its short forms, `traceback` whether
    an error shows its traceback. `service` says that all of stderr is a log, as of a program that nobody sits in front of.
    """

    def __init__(self) -> None:
        self.file: Path | None = None
        self.flags: dict[str, Any] = {}
        self.traceback = False
        self.service = False
        self._settings: Settings | None = None

    def set(self, name: str, value: str) -> None:
        """Notes the value of the setting with a dotted name; a later one wins."""
        *groups, last = name.split(".")
        table = self.flags
        for part in groups:
            table = table.setdefault(part, {})
        table[last] = value

    def settings(self) -> Settings:
        """The settings in force, with logging set up as they say.

        Raises SettingsError for an unknown or wrong setting.
        """
        from newswire import logs, settings

        self._settings = settings.load(self.file, **self.flags)
        logs.configure(self._settings)
        if links := settings.service_links():
            logging.getLogger(__name__).warning(
                "Ignored Kubernetes service links: %s. Set `enableServiceLinks: false` in the pod spec, or give the "
                "Service a name that does not begin with newswire",
                ", ".join(links),
            )
        return self._settings

    def logs_errors(self) -> bool:
        """Whether an error that ends the command belongs into the log, because that is JSON lines: always when the settings ask
        for these, and for a `service` also when they are chosen because stderr is no terminal.
        """
        from newswire import logs
        from newswire.settings import LOG_FORMATS, Settings

        if self._settings is None:
            # The settings are what is wrong, perhaps; what they say of the log is all that is needed of them.
            said = self.flags.get("log_format") or os.environ.get("NEWSWIRE_LOG_FORMAT")
            self._settings = Settings(log_format=said if said in LOG_FORMATS else "auto")
            logs.configure(self._settings)
        return logs.is_json(self._settings) and (self.service or self._settings.log_format == "json")


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def settings_options(*, hidden: bool) -> Iterator[click.Option]:
    """Fresh options that write to the Invocation and nowhere else."""

    def note_setting(setting: str) -> Any:
        def note(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
            if value is not None:
                ctx.ensure_object(Invocation).set(setting, value)

        return note

    def note_assignments(ctx: click.Context, _: click.Parameter, values: tuple[str, ...]) -> None:
        for assignment in values:
            name, equals, value = assignment.partition("=")
            if not equals or not name.strip():
                raise click.BadParameter(f"{assignment!r} is not of the form group.key=value")
            ctx.ensure_object(Invocation).set(name.strip(), value)

    def note_file(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.ensure_object(Invocation).file = value

    def note_traceback(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.ensure_object(Invocation).traceback = True

    def option(name: str, **given: Any) -> click.Option:
        return click.Option([name], expose_value=False, hidden=hidden, **given)

    yield option(
        "--servers",
        metavar="HOST:PORT,...",
        callback=note_setting("kafka.servers"),
        help="Brokers to connect to (setting kafka.servers).",
    )
    yield option(
        "--prefix",
        callback=note_setting("topics.prefix"),
        help="Prefix of every topic name (setting topics.prefix).",
    )
    yield option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        callback=note_file,
        help="Settings file to use instead of $NEWSWIRE_CONFIG or config/pipeline.toml.",
    )
    yield option(
        "--set",
        metavar="GROUP.KEY=VALUE",
        multiple=True,
        callback=note_assignments,
        help="Set any setting; repeatable.",
    )
    yield option(
        "--log-level",
        type=click.Choice(LOG_LEVELS, case_sensitive=False),
        callback=note_setting("log_level"),
        help="Least severe messages to log on stderr (setting log_level).",
    )
    yield option("--traceback", is_flag=True, callback=note_traceback, help="Show the Python traceback of errors.")

"""Moments on the command line: a time, or how long ago."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import click

from newswire.errors import SettingsError
from newswire.subscribe.moments import moment

__all__ = ("SINCE", "Moment")


class Moment(click.ParamType):
    """A parameter that is a time in RFC 3339, local where it names no zone, or an age. Gives an aware datetime."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment that the text names. An age is counted from now."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(value)
        except SettingsError:
            self.fail(f"{value!r} is neither a time (2026-01-31T12:00:00Z) nor an age (90s, 30m, 2h, 1d)", param, ctx)


SINCE: Final = Moment()

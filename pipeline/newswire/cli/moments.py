"""Moments on the command line: a time, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

__all__ = ("SINCE", "Moment")

AGE: Final = re.compile(r"(\d+)([smhd])", re.ASCII)
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType):
    """A parameter that is a time in RFC 3339, local where it names no zone, or an age. Gives an aware datetime."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment that the text names. An age is counted from now."""
        if isinstance(value, datetime):
            return value
        try:
            if match := AGE.fullmatch(value):
                return datetime.now(UTC) - timedelta(**{UNITS[match[2]]: int(match[1])})
            found = datetime.fromisoformat(value)
            found = found if found.tzinfo else found.astimezone()
            found.timestamp()
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither a time (2026-01-31T12:00:00Z) nor an age (90s, 30m, 2h, 1d)", param, ctx)
        return found


SINCE: Final = Moment()

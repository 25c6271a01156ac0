"""Moments as people write them: a time, or how long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from newswire.errors import SettingsError

__all__ = ("moment",)

AGE: Final = re.compile(r"(\d+)([smhd])", re.ASCII)
UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """The moment that a text names: a time in RFC 3339, local where it names no zone, or an age such as `2h`, counted from now.

    Raises SettingsError for anything else.
    """
    try:
        if match := AGE.fullmatch(text):
            return datetime.now(UTC) - timedelta(**{UNITS[match[2]]: int(match[1])})
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.astimezone()
        found.timestamp()
    except (ValueError, OverflowError):
        raise SettingsError(
            f"{text!r} is neither a time nor an age", "Write it as 2026-01-31T12:00:00Z, or as 90s, 30m, 2h or 1d"
        ) from None
    return found

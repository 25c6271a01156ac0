"""Points in time, from the ways in which wires write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

__all__ = ("rfc3339", "unix_seconds")

# No way to write a time is longer; what is longer is no time and not worth the parsers' work.
LONGEST: Final = 64


def rfc3339(text: str) -> str | None:
    """The time as RFC 3339 with its own offset, or None when it is none that we know.

    Takes ISO 8601 in its extended and basic forms, dates alone, and RFC 5322 (as in RSS). A time without an offset is taken
    as UTC, a date alone as its midnight.
    """
    found = _parse(text.strip())
    if found is None:
        return None
    if found.tzinfo is None or found.utcoffset() is None:
        found = found.replace(tzinfo=UTC)
    precision = "milliseconds" if found.microsecond >= 1000 else "seconds"
    written = found.isoformat(timespec=precision)
    # RFC 3339 has offsets of hours and minutes only.
    if written[-6] not in "+-":
        written = found.astimezone(UTC).isoformat(timespec=precision)
    return written.removesuffix("+00:00") + "Z" if written.endswith("+00:00") else written


def unix_seconds(time: str) -> int:
    """The seconds since 1970 of a time as `rfc3339` writes it."""
    return int(datetime.fromisoformat(time).timestamp())


def _parse(text: str) -> datetime | None:
    if not 8 <= len(text) <= LONGEST:  # 20220729 is the shortest
        return None
    for parser in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parser(text)
            found.astimezone(UTC)  # near the years 1 and 9999 it may not have one
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found
    return None

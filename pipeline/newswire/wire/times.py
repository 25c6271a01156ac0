"""Points in time, from the ways in which wires write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

from newswire.lexicon import rows

__all__ = ("offset", "rfc3339", "unix_seconds")

# No way to write a time is longer; what is longer is no time and not worth the parsers' work.
LONGEST: Final = 64

# What stands behind the clock: a zone's name, with hours from it (GMT+2) or in brackets behind the number (+0100 (CET)).
# A date alone that begins with a month's name has letters too: only what follows a digit or a blank behind the clock counts.
ZONE: Final = re.compile(r"(?<=\d)\s*([A-Za-z]{1,5})(?:\s?([+-])(\d{1,2})(?::?(\d{2}))?)?$")
COMMENT: Final = re.compile(r"\s*\([^()]*\)$")
CLOCK_OF_TWELVE: Final = re.compile(
    r"(?<![\d:])(\d{1,2})(:\d{2}(?::\d{2})?)\s*([AP])\.?M\.?(?![A-Za-z])", re.IGNORECASE
)
ISO_DATE: Final = re.compile(r"\d{4}-?\d\d-?\d\d")


def rfc3339(text: str) -> str | None:
    """The time as RFC 3339 with its own offset, or None when it is none that we know.

    Takes ISO 8601 in its extended and basic forms, dates alone, and RFC 5322 (as in RSS), with a clock of 24 hours or of
    twelve and AM or PM, and zones by number or by name (`time_zones.tsv`). A time without a zone is taken as UTC, a date
    alone as its midnight; one of a zone that we do not know is none.
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


def offset(zone: str) -> str | None:
    """The offset from UTC, as in `+02:00`, of a zone's name; None for one that we do not know."""
    return _offsets().get(zone.upper())


@cache
def _offsets() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("time_zones.tsv", 2)}


def _parse(text: str) -> datetime | None:
    if not 8 <= len(text) <= LONGEST:  # 20220729 is the shortest
        return None
    found = _standard(text, datetime.fromisoformat)
    if found is not None:
        return found
    numbered = _numbered(text)
    if numbered is None:
        return None
    return _standard(numbered, datetime.fromisoformat) or _standard(numbered, parsedate_to_datetime)


def _standard(text: str, parser: Callable[[str], datetime]) -> datetime | None:
    try:
        found = parser(text)
        found.astimezone(UTC)  # near the years 1 and 9999 it may not have one
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found


def _numbered(text: str) -> str | None:
    """The time with a clock of 24 hours and its zone as a number; None for a zone that we do not know."""
    text = CLOCK_OF_TWELVE.sub(_of_24, COMMENT.sub("", text))
    zone = ZONE.search(text)
    if zone is None:
        return text
    name, sign, hours, minutes = zone.groups()
    number = offset(name)
    if number is None:
        return None
    if sign:
        if number != "+00:00":
            return None
        number = f"{sign}{hours:0>2}:{minutes or '00'}"
    clock = text[: zone.start()]
    # ISO 8601 has no blank before the offset, RFC 5322 no colon in it.
    return clock + number if ISO_DATE.match(clock) else f"{clock} {number.replace(':', '')}"


def _of_24(clock: re.Match[str]) -> str:
    hour = int(clock[1])
    if not 1 <= hour <= 12:
        return clock[1] + clock[2]  # 20:57 PM is a mistake that leaves no doubt
    return f"{hour % 12 + (12 if clock[3] in 'Pp' else 0):02}{clock[2]}"

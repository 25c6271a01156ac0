"""When an embargo ends that is told in words: "0001 GMT Monday", "12:00 CET 3 March", "Tues. 6 a.m. ET".

What can be read in two ways is not read: the story is then withheld until somebody sends a time. An hour too late is a nuisance,
an hour too early a broken embargo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newswire.lexicon import rows
from newswire.wire import times

__all__ = ("end",)

# Characters behind the words of the embargo that may tell its time.
CLAUSE: Final = 120

# Days that an embargo of a date without a year may be over when the article was made: what was over for longer is misread.
OVER: Final = 7

# Hours by which a clock that stands alone must be past to be tomorrow's: else it may be an embargo that was over just now.
PAST: Final = 6

# What stands in brackets with a number is the same time for somebody else: (1901 ET Sunday).
BRACKETS: Final = re.compile(r"\([^()\d]*\d[^()]*\)|[()]")
HALF_DAY: Final = re.compile(r"(?<=\d)\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
SENTENCE_END: Final = re.compile(r"[\n;!?]|\.(?:\s|$)")
# Letters of the longest abbreviation of a month or weekday: a dot behind a longer word ends a sentence.
ABBREVIATED: Final = len("thurs")
DOTTED: Final = re.compile(r"\b([^\W\d]+|\d{1,2})\.(?=\s)")
ISO_DATE: Final = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)(?:t(?=\d\d:))?")
WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

# A clock of twelve hours, one of 24 with a mark between, one of four digits, full hours.
TWELVE: Final = re.compile(r"(?<![\d:.])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?(?P<half>[ap])m\b")
MARKED: Final = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4])(?:[:.]|\s?h\s?)(?P<minute>[0-5]\d)(?::00)?(?![\d:.]*\d)"
)
DIGITS: Final = re.compile(r"(?<![\d:.])(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?=\s*(?:[a-z]|$))")
FULL: Final = re.compile(r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4])\s?(?=(?:h|uhr|hrs|hours)\b)")
CLOCKS: Final = (TWELVE, MARKED, DIGITS, FULL)

SHIFT: Final = re.compile(r"\s*[+-]\s*\d")


@dataclass(frozen=True, slots=True)
class _Words:
    """The word list by kind, with the patterns made of it."""

    months: dict[str, int]
    weekdays: dict[str, int]
    days: dict[str, int]
    hours: dict[str, int]
    zones: dict[str, str]
    summer: dict[str, str]
    passed: frozenset[str]
    """What may stand between the clock and its zone."""
    open: frozenset[str]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    zone: re.Pattern[str]


def end(text: str, written: str | None) -> str | None:
    """The end, as RFC 3339, of an embargo of which `text` is what stands behind "embargoed until"; None when it is not sure.

    `written` is when the article was made, as RFC 3339: days of the week and dates without a year count from it, and a clock
    without a zone is by its offset unless that is UTC, which many systems write wherever they stand.
    """
    words = _words()
    clause = _clause(text, words)
    reference = datetime.fromisoformat(written) if written else None
    if not words.open.isdisjoint(WORD.findall(clause)):
        return None
    days, rest = _dates(clause, words)
    clock = _clock(rest, words)
    if clock is None:
        return None
    minutes, begin, behind = clock
    named = _zone(rest[:begin], rest[behind:], reference, words)
    if named is None:
        return None
    zone, summer = named
    day = _day(days, WORD.findall(rest), minutes, reference.astimezone(zone) if reference else None, words)
    if day is None:
        return None
    try:
        found = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    except OverflowError:
        return None
    # Where clocks are set back, an hour comes twice.
    found = max(found, found.replace(fold=1), key=datetime.timestamp)
    if summer is not None and found.astimezone(summer).utcoffset() != found.utcoffset():
        return None  # summer time in winter: an hour too early
    return times.rfc3339(found.isoformat())


def _clause(text: str, words: _Words) -> str:
    """The rest of the sentence in lower case, without brackets and the dots of abbreviations and ordinals."""
    line = HALF_DAY.sub(lambda found: f"{found[1]}m", BRACKETS.sub(" ", text[:CLAUSE]).lower().replace("’", "'"))

    def undotted(found: re.Match[str]) -> str:
        word = found[1]
        known = len(word) <= ABBREVIATED and (word in words.months or word in words.weekdays)
        return word if known or word.isdigit() else found[0]

    line = DOTTED.sub(undotted, line)
    stop = SENTENCE_END.search(line)
    return line[: stop.start()] if stop else line


# Year (None: not said), month and day.
_Date = tuple[int | None, int, int]


def _dates(clause: str, words: _Words) -> tuple[list[_Date], str]:
    """The dates of a clause, and the clause without them."""
    found: list[_Date] = []

    def take(match: re.Match[str]) -> str:
        day, month, year = int(match["day"]), words.months[match["month"]], match["year"]
        found.append((int(year) if year else None, month, day))
        return " "

    def take_iso(match: re.Match[str]) -> str:
        found.append((int(match[1]), int(match[2]), int(match[3])))
        return " "

    rest = ISO_DATE.sub(take_iso, clause)
    rest = words.month_day.sub(take, words.day_month.sub(take, rest))
    return found, rest


def _clock(text: str, words: _Words) -> tuple[int, int, int] | None:
    """Minutes from midnight of the only clock in a text, with where it begins and ends."""
    found: list[tuple[int, int, int]] = []
    for match in _clocks(text):
        hour, minute = int(match["hour"]), int(match.groupdict().get("minute") or 0)
        if match.re is TWELVE:
            hour = hour % 12 + (12 if match["half"] == "p" else 0)
        if hour == 24 and minute:
            return None
        found.append((hour * 60 + minute, match.start(), match.end()))
    found += [(words.hours[m[0]] * 60, m.start(), m.end()) for m in WORD.finditer(text) if m[0] in words.hours]
    if len(found) == 2 and found[0][0] == 12 * 60 == found[1][0]:  # 12 noon, 12:00 noon
        found = [(12 * 60, *sorted((found[0][1:], found[1][1:]))[1])]
    return found[0] if len(found) == 1 else None


def _clocks(text: str) -> Iterator[re.Match[str]]:
    taken: list[tuple[int, int]] = []
    for pattern in CLOCKS:
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= stop for start, stop in taken):
                taken.append(match.span())
                yield match


# A zone, and for a name of summer time the place whose summer it is.
_Zone = tuple[tzinfo, tzinfo | None]


def _zone(before: str, behind: str, reference: datetime | None, words: _Words) -> _Zone | None:
    """The zone that stands behind the clock and its day, or before the clock; else the article's own, unless something stands
    there that may be one."""
    before_it = WORD.findall(before)[-1:]
    if before_it and before_it[0].upper() in _fixed():
        return _zone_of(before_it[0], words)
    at = 0
    while (word := WORD.search(behind, at)) is not None:
        if named := words.zone.match(behind, word.start()):
            return None if SHIFT.match(behind, named.end()) else _zone_of(named[0], words)
        if word[0] not in words.passed:
            return None
        at = word.end()
    offset = reference.utcoffset() if reference else None
    return (timezone(offset), None) if offset else None


def _zone_of(name: str, words: _Words) -> _Zone | None:
    name = " ".join(name.split())
    try:
        if place := words.zones.get(name):
            return ZoneInfo(place), None
        summer = ZoneInfo(words.summer[name]) if name in words.summer else None
    except ZoneInfoNotFoundError:  # no database on this machine
        return None
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{times.offset(name)}").tzinfo
    return (zone, summer) if zone else None


def _day(days: list[_Date], said: list[str], minutes: int, now: datetime | None, words: _Words) -> date | None:
    """The only day that the clause leaves. `now` is when the article was made, in the zone of the clock."""
    weekdays = {words.weekdays[word] for word in said if word in words.weekdays}
    ahead = {words.days[word] for word in said if word in words.days}
    if len(set(days)) + len(ahead) > 1 or len(weekdays) > 1:
        return None
    weekday = next(iter(weekdays), None)
    if days:
        return _dated(days[0], weekday, now)
    if now is None:
        return None
    today = now.date()
    if ahead:
        day = today + timedelta(days=ahead.pop())
        return day if weekday is None or day.weekday() == weekday else None
    past = now.hour * 60 + now.minute - minutes
    if weekday is None:
        return today if past < 0 else today + timedelta(days=1) if past >= PAST * 60 else None
    days_to = (weekday - today.weekday()) % 7
    return today + timedelta(days=days_to) if days_to or past < 0 else None


def _dated(found: _Date, weekday: int | None, now: datetime | None) -> date | None:
    """The date; without its year the one that is nearest to the article's. The weekday must be that of it."""
    year, month, day = found
    if year is None and now is None:
        return None
    years = [year] if year is not None else [now.year + step for step in (-1, 0, 1)] if now else []
    candidates = []
    for one in years:
        try:
            candidates.append(date(one, month, day))
        except ValueError:  # 29 February
            continue
    nearest = min(candidates, key=lambda one: abs((one - now.date()).days) if now else 0, default=None)
    if nearest is None or weekday not in (None, nearest.weekday()):
        return None
    over = (now.date() - nearest).days if year is None and now else 0
    return nearest if over <= OVER else None


@cache
def _fixed() -> frozenset[str]:
    return frozenset(row[0] for row in rows("time_zones.tsv", 2))


@cache
def _words() -> _Words:
    listed = rows("embargo_words.tsv", 3)

    def numbers(kind: str) -> dict[str, int]:
        return {word: int(value) for one, word, value in listed if one == kind}

    def alone(kind: str) -> frozenset[str]:
        return frozenset(word for one, word, _ in listed if one == kind)

    months, weekdays, days = numbers("month"), numbers("weekday"), numbers("day")
    zones = {word: value for one, word, value in listed if one == "zone"}
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    zone = "|".join(
        re.escape(name).replace(r"\ ", r"\s+")
        for name in sorted((*zones, *(name.lower() for name in _fixed())), key=len, reverse=True)
    )
    return _Words(
        months=months,
        weekdays=weekdays,
        days=days,
        hours=numbers("hour"),
        zones=zones,
        summer={word: value for one, word, value in listed if one == "summer"},
        passed=alone("filler") | weekdays.keys() | days.keys(),
        open=alone("open"),
        day_month=re.compile(
            rf"(?<![\d:.])(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?(?P<month>{month})\b"
            r"(?:,?\s+(?:de\s+)?(?P<year>20\d\d)(?![\d:]|\s*(?:hrs|hours|h)\b))?"
        ),
        month_day=re.compile(
            rf"\b(?P<month>{month})\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:.h]*\d|\s?[ap]m\b)(?:,?\s+(?P<year>20\d\d)(?![\d:]))?"
        ),
        zone=re.compile(rf"(?:{zone})\b"),
    )

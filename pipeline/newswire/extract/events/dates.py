"""Dates: time expressions of a text and what they mean, counted from the local day of publication.

Values are those of TIMEX3 (ISO 8601, quarters as 2009-Q1, weekends as 2010-W04-WE, durations as P5Y, vague ones as
PAST_REF), so that they can be held against gold data; an event takes only those that name a day, week, month, quarter or year.

A bare weekday is the day of publication or the latest such day before it; with a verb in the future it is the next one after
it. Months and days without a year follow the same rule. Without a day of publication nothing relative has a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.events.factuality import status
from newswire.extract.events.time_words import (
    AGO,
    ARTICLES,
    CODES,
    DAY_ORDINALS,
    FEASTS,
    LIMITS,
    MONTH_WORDS,
    MONTHLY,
    MONTHS,
    NAMES,
    NEAR,
    NIGHTS,
    NUMBERS,
    ORDINALS,
    PARTS,
    PATTERN,
    REFERENCES,
    SEASONS,
    SETS,
    TELLING,
    VAGUE_AGO,
    WEEKDAYS,
    WHICH,
)

__all__ = ("Timex", "find_dates", "is_limit", "local_date")


@dataclass(frozen=True, slots=True)
class Timex:
    """A time expression: `start` and `end` in code points, `first` its first token, `kind` DATE, TIME, DURATION or SET.

    `precision` is day, week, weekend, month, quarter, year, decade, or ref for a vague one; empty for durations and sets.
    """

    start: int
    end: int
    first: int
    kind: str
    value: str | None
    precision: str


# A day and month without a year lie less than this many days ahead, unless the verb is in the future: what is further off
# was last year's.
AHEAD: Final = 60

# A month without a year that begins so many months ahead is to come, unless the verb is in the past.
NEXT: Final = 2

# A date in numbers is read only where one number is no month.
MOST_MONTHS: Final = 12

# A weekday falls on the same day of the month again within so many days.
YEAR_DAYS: Final = 366

# The last year of the calendar that has a next one.
LAST_YEAR: Final = 9999

# A time of day in a value; the length of a day's value; and how many tokens lie between a time of day and its day at most.
CLOCK: Final = re.compile(r"T\d\d:")
DAY_LENGTH: Final = 10
BESIDE: Final = 6

# The first letter of a sentence.
FIRST: Final = re.compile(r"[^\W\d_]")

# The precision of periods by their unit; of seasons, months and longer ones that have no value it is the year.
PRECISIONS: Final = {"D": "day", "W": "week", "WE": "weekend", "M": "month", "Q": "quarter"}


def local_date(published: str | None) -> date | None:
    """The day of publication in the time zone that the time itself names; None without one or when it cannot be read."""
    if not published:
        return None
    try:
        return datetime.fromisoformat(published.strip().replace("Z", "+00:00").replace("z", "+00:00")).date()
    except ValueError:
        return None


def find_dates(parse: Parse, published: date | None, sentences: Iterable[int] | None = None) -> list[Timex]:
    """The time expressions of a text, or of some of its sentences (ascending), in text order."""
    bounds = parse.sentences if sentences is None else [parse.sentences[sentence] for sentence in sentences]
    stretches = [(parse.starts[first], parse.ends[last - 1]) for first, last in bounds if first < last]
    dates = []
    for shift, match in _matches(parse.text, stretches):
        start, end = shift + match.start(), shift + match.end()
        tokens = parse.tokens(start, end)
        if not len(tokens):
            continue
        reading = _read(match, Anchor(parse, tokens, published))
        if reading is not None:
            kind, value, precision = reading
            dates.append(Timex(start, end, tokens[0], kind, value, precision))
    return _joined(dates)


def _joined(dates: list[Timex]) -> list[Timex]:
    """A time of day beside a day is of that day ("at 5:30 a.m. on Tuesday"), not of the day of publication."""
    joined = []
    for i, one in enumerate(dates):
        if one.kind == "TIME" and one.value is not None and CLOCK.search(one.value):
            for other in dates[max(0, i - 1) : i + 2]:
                day = other.value if other.kind == "DATE" and other.precision == "day" else None
                if day is not None and len(day) == DAY_LENGTH and 0 <= abs(other.first - one.first) <= BESIDE:
                    one = replace(one, value=f"{day}T{one.value.split('T')[1]}")
                    break
        joined.append(one)
    return joined


def _matches(text: str, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, re.Match[str]]]:
    """Where each sentence begins with its matches, its first word with a small letter: a pattern that ignores case takes five
    times as long."""
    for start, end in stretches:
        piece = text[start:end]
        first = FIRST.search(piece)
        if first is not None and not NAMES.match(piece, first.start()):
            at = first.start()
            small = piece[at].lower()
            piece = f"{piece[:at]}{small if len(small) == 1 else piece[at]}{piece[at + 1 :]}"
        if TELLING.search(piece):
            for match in PATTERN.finditer(piece):
                yield start, match


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is read from besides its own words: its tokens in the text, and the day of publication."""

    parse: Parse
    tokens: range
    base: date | None

    @property
    def ahead(self) -> bool:
        """Whether it is to come: the verb above is in the future, or it says until when."""
        return self.limit or _tense(self.parse, self.tokens[0]) == "future"

    @property
    def limit(self) -> bool:
        """Whether it says until when."""
        return is_limit(self.parse, self.tokens[0])

    @property
    def behind(self) -> bool:
        """Whether the verb above is in the past."""
        return _tense(self.parse, self.tokens[0]) == "past"


def is_limit(parse: Parse, token: int) -> bool:
    """Whether the expression that begins with a token says until when something lasts, and not when it took place."""
    return token > 0 and parse.words[token - 1].lower() in LIMITS


Reading = tuple[str, str | None, str]

# The groups of a match, None where one took no part.
Groups = dict[str, str | None]


def _read(match: re.Match[str], anchor: Anchor) -> Reading | None:
    """Kind, value and precision of an expression, None when it is none."""
    part = match.groupdict()
    return next((read(part, anchor) for group, read in READERS.items() if part[group]), None)


def _word(part: Groups, group: str) -> str:
    """What a group matched, in small letters; empty when it took no part."""
    return (part[group] or "").lower()


def _iso(part: Groups, anchor: Anchor) -> Reading:
    return "DATE", part["iso"], "day"


def _numeric(part: Groups, anchor: Anchor) -> Reading | None:
    """A date in numbers: with dots the day stands first; with strokes only what can be read in one way has a value."""
    one, two, year = int(_word(part, "num_a")), int(_word(part, "num_b")), int(_word(part, "num_y"))
    if part["num_s"] == "." or one > MOST_MONTHS or one == two:
        when = _day(year, two, one)
    elif two > MOST_MONTHS:
        when = _day(year, one, two)
    else:
        return "DATE", None, "day"
    return ("DATE", when.isoformat(), "day") if when else None


def _clock(part: Groups, anchor: Anchor) -> Reading:
    """A time of the day of publication."""
    text = _word(part, "clock")
    digits = re.findall(r"\d\d(?=\d\d)|\d+", text)
    hour = int(digits[0])
    minute = int(digits[1]) if len(digits) > 1 else 0
    lower = text.replace(".", "")
    if "pm" in lower and hour < 12:
        hour += 12
    elif "am" in lower and hour == 12:
        hour = 0
    zone = "Z" if "gmt" in lower or "utc" in lower else ""
    base = anchor.base
    return "TIME", f"{base.isoformat()}T{hour:02}:{minute:02}{zone}" if base else None, "day"


def _month_day(part: Groups, anchor: Anchor) -> Reading | None:
    return _calendar(_month(_word(part, "md_m")), int(_word(part, "md_d")), part["md_y"], anchor)


def _day_month(part: Groups, anchor: Anchor) -> Reading | None:
    return _calendar(_month(_word(part, "dm_m")), int(_word(part, "dm_d")), part["dm_y"], anchor)


def _ordinal_day(part: Groups, anchor: Anchor) -> Reading | None:
    return _calendar(_month(_word(part, "od_m")), DAY_ORDINALS[_word(part, "od")], part["od_y"], anchor)


def _month_year(part: Groups, anchor: Anchor) -> Reading:
    return "DATE", f"{part['my_y']}-{_month(_word(part, 'my_m')):02}", "month"


def _month(word: str) -> int:
    return MONTHS[word.rstrip(".")]


def _calendar(month: int, day: int, year: str | None, anchor: Anchor) -> Reading | None:
    base = anchor.base
    if year:
        when = _day(int(year), month, day)
        return ("DATE", when.isoformat(), "day") if when else None
    if base is None:
        return "DATE", None, "day"
    when = _day(base.year, month, day)
    if when is None:
        return None
    if when < base and anchor.ahead:
        when = _day(base.year + 1, month, day) or when
    elif when > base + timedelta(days=AHEAD) and not anchor.ahead:
        when = _day(base.year - 1, month, day) or when
    return "DATE", when.isoformat(), "day"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quarter(part: Groups, anchor: Anchor) -> Reading:
    number, year, base = ORDINALS[_word(part, "q_n")], _word(part, "q_y"), anchor.base
    if year[:1].isdigit():
        return "DATE", f"{year}-Q{number}", "quarter"
    if base is None:
        return "DATE", None, "quarter"
    latest = -1 if number > (base.month + 2) // 3 else 0
    offset = WHICH[year.split()[0]] if year else latest
    return "DATE", f"{base.year + offset}-Q{number}", "quarter"


def _relative(part: Groups, anchor: Anchor) -> Reading | None:
    which = _word(part, "rel").removeprefix("the ")
    return _offset(_word(part, "rel_u"), WHICH.get(which, 0), anchor.base)


def _present(part: Groups, anchor: Anchor) -> Reading | None:
    """The period of now, of which "the" alone speaks only as a day or by an end of it ("the end of the year")."""
    unit = _word(part, "the")
    if anchor.base is None or not (part["e2"] or CODES[unit] == "D"):
        return None
    return _offset(unit, 0, anchor.base)


def _offset(unit: str, offset: int, base: date | None) -> Reading | None:
    """The period so many units from the one of publication."""
    code = CODES.get(unit, "")
    if base is None:
        return "DATE", None, PRECISIONS.get(code, "year")
    if unit in WEEKDAYS:
        return _offset_weekday(unit, offset, base)
    if unit in MONTHS:
        year = base.year
        if offset < 0 and MONTHS[unit] >= base.month:
            year -= 1
        elif offset > 0 and MONTHS[unit] <= base.month:
            year += 1
        return "DATE", f"{year}-{MONTHS[unit]:02}", "month"
    if unit in SEASONS:
        return "DATE", f"{base.year + offset:04}-{SEASONS[unit]}", "quarter"
    if unit in PARTS:
        return "DATE", f"{_shift(base, min(offset, 0)).isoformat()}T{PARTS[unit]}", "day"
    return _offset_unit(code, offset, base)


def _offset_unit(code: str, offset: int, base: date) -> Reading | None:
    match code:
        case "D":
            return "DATE", _shift(base, offset).isoformat(), "day"
        case "W" | "WE":
            year, week, _ = _shift(base, 7 * offset).isocalendar()
            return "DATE", f"{year}-W{week:02}" + ("-WE" if code == "WE" else ""), PRECISIONS[code]
        case "M":
            index = base.year * 12 + base.month - 1 + offset
            return "DATE", f"{index // 12:04}-{index % 12 + 1:02}", "month"
        case "Q":
            index = base.year * 4 + (base.month - 1) // 3 + offset
            return "DATE", f"{index // 4:04}-Q{index % 4 + 1}", "quarter"
        case "Y":
            return "DATE", f"{base.year + offset:04}", "year"
        case "E":
            return "DATE", f"{base.year // 10 + offset}", "decade"
    return None


def _offset_weekday(word: str, offset: int, base: date) -> Reading:
    behind = (base.weekday() - WEEKDAYS[word]) % 7
    if offset < 0:
        days = -(behind or 7)
    elif offset > 0:
        days = (7 - behind) or 7
    else:
        days = WEEKDAYS[word] - base.weekday()
    return "DATE", _shift(base, days).isoformat(), "day"


def _weekday(part: Groups, anchor: Anchor) -> Reading:
    word, hours, base = _word(part, "w"), _word(part, "w_p"), anchor.base
    kind = "TIME" if hours else "DATE"
    if base is None:
        return kind, None, "day"
    behind = (base.weekday() - WEEKDAYS[word]) % 7
    day = _shift(base, (7 - behind) % 7 or 7 if anchor.ahead and behind else -behind)
    return kind, day.isoformat() + (f"T{PARTS[hours]}" if hours else ""), "day"


def _week_and_day(part: Groups, anchor: Anchor) -> Reading:
    """A weekday of the last week, of this or the next."""
    base = anchor.base
    if base is None:
        return "DATE", None, "day"
    days = WEEKDAYS[_word(part, "wk")] - base.weekday() + 7 * WHICH[_word(part, "wk_r")]
    return "DATE", _shift(base, days).isoformat(), "day"


def _weekday_and_number(part: Groups, anchor: Anchor) -> Reading | None:
    """A weekday with its day of the month: the nearest such day behind, or ahead with a verb in the future."""
    base, weekday, number = anchor.base, WEEKDAYS[_word(part, "wd")], int(_word(part, "wd_d"))
    if base is None:
        return "DATE", None, "day"
    step = 1 if anchor.ahead else -1
    days = (_shift(base, step * away) for away in range(YEAR_DAYS))
    when = next((day for day in days if day.weekday() == weekday and day.day == number), None)
    return ("DATE", when.isoformat(), "day") if when else None


def _weekend(part: Groups, anchor: Anchor) -> Reading:
    """The weekend of publication, else the last one, or with a verb in the future the next."""
    base = anchor.base
    if base is None:
        return "DATE", None, "weekend"
    weeks = 0 if anchor.ahead or base.weekday() >= WEEKDAYS["saturday"] else -1
    year, week, _ = _shift(base, 7 * weeks).isocalendar()
    return "DATE", f"{year}-W{week:02}-WE", "weekend"


def _feast(part: Groups, anchor: Anchor) -> Reading:
    """A day that is counted from Easter: the last one, or with a verb in the future the next. Other named days have no value."""
    name, base = " ".join(_word(part, "feast").split()), anchor.base
    if base is None or name not in FEASTS or not 1 < base.year < LAST_YEAR:
        return "DATE", None, "day"
    days = [_shift(_easter(base.year + year), FEASTS[name]) for year in (-1, 0, 1)]
    fitting = [day for day in days if day >= base] if anchor.ahead else [day for day in reversed(days) if day <= base]
    return "DATE", fitting[0].isoformat(), "day"


def _easter(year: int) -> date:
    """Easter Sunday of the western churches, by the anonymous Gregorian algorithm."""
    golden, century, of_century = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _in(part: Groups, anchor: Anchor) -> Reading | None:
    """So many units from now with a verb in the future; else how long something took."""
    number, code, base = _number(_word(part, "in_n")), CODES[_word(part, "in_u")], anchor.base
    if not anchor.ahead or number is None or base is None or code not in ("D", "W", "M", "Y"):
        amount = "X" if number is None else str(number)
        return "DURATION", f"PT{amount}{code[1]}" if code[0] == "T" else f"P{amount}{code}", ""
    if code == "W":
        return "DATE", _shift(base, 7 * number).isoformat(), "day"
    return _offset_unit(code, number, base) if number < LAST_YEAR - base.year else None


def _near(part: Groups, anchor: Anchor) -> Reading:
    word, hours, base = " ".join(_word(part, "now").split()), _word(part, "now_p"), anchor.base
    night = word in NIGHTS
    kind = "TIME" if hours or night else "DATE"
    if base is None:
        return kind, None, "day"
    day = _shift(base, NEAR[word]).isoformat()
    time = "NI" if night else PARTS[hours] if hours else ""
    return kind, f"{day}T{time}" if time else day, "day"


def _number(text: str) -> int | None:
    if not text:
        return None
    word = text.split()[-1]
    if word.replace(".", "").isdigit():
        return int(float(word)) if len(word) < 7 else None
    return NUMBERS.get(word)


def _ago(part: Groups, anchor: Anchor) -> Reading:
    direction, base = " ".join(_word(part, "ago").split()), anchor.base
    number, code = _number(_word(part, "ago_n")), CODES[_word(part, "ago_u")]
    vague = "PAST_REF" if AGO[direction] < 0 else "FUTURE_REF"
    if number is None or direction in VAGUE_AGO or base is None:
        return "DATE", vague, "ref"
    sign = AGO[direction] * number
    match code:
        case "D":
            return "DATE", _shift(base, sign).isoformat(), "day"
        case "W" | "2W":
            return "DATE", _shift(base, 7 * sign * (2 if code == "2W" else 1)).isoformat(), "day"
        case "M":
            index = base.year * 12 + base.month - 1 + sign
            return "DATE", f"{index // 12:04}-{index % 12 + 1:02}" if 12 <= index < 120_000 else vague, "month"
        case "Y" if 0 < base.year + sign < 10_000:
            return "DATE", f"{base.year + sign:04}", "year"
        case "E" if 0 < base.year + 10 * sign < 10_000:
            return "DATE", f"{(base.year + 10 * sign) // 10}", "decade"
        case "TH" | "TM" | "TS":
            return "DATE", base.isoformat(), "day"
    return "DATE", vague, "ref"


def _shift(base: date, days: int) -> date:
    """The day so many days off, held inside the calendar."""
    try:
        return base + timedelta(days=days)
    except OverflowError:
        return base


def _set(part: Groups, anchor: Anchor) -> Reading:
    """How often something happens: "daily", or "every" with a unit or a weekday."""
    text = _word(part, "set")
    if text in SETS:
        return "SET", SETS[text], ""
    unit = text.split()[-1]
    return "SET", f"P1{CODES[unit].lstrip('T')}" if unit in CODES else "P1W", ""


def _decade(part: Groups, anchor: Anchor) -> Reading:
    return "DATE", re.sub(r"\D", "", _word(part, "dec"))[:3], "decade"


def _duration(part: Groups, anchor: Anchor) -> Reading | None:
    count, code = _word(part, "dur_n"), CODES[_word(part, "dur_u")]
    if code == "TS" or (count in ARTICLES and code in ("Q", "TM")):
        return None
    number = _number(count)
    amount = "X" if number is None else str(number)
    if code == "2W":
        amount, code = ("X" if number is None else str(2 * number)), "W"
    return "DURATION", f"PT{amount}{code[1]}" if code[0] == "T" else f"P{amount}{code}", ""


def _year(part: Groups, anchor: Anchor) -> Reading | None:
    """Four digits are a year unless they count something."""
    parse, token, last = anchor.parse, anchor.tokens[0], anchor.tokens[-1]
    if token and parse.words[token - 1] in ("$", "£", "€", "#", "/"):
        return None
    if parse.deps[last] == "nummod":
        head = parse.heads[last]
        temporal = token > 0 and parse.lemmas[token - 1] in MONTHLY and head > last + 1
        if head > last and not temporal and parse.tags[head] in ("NNS", "NN") and parse.lemmas[head] not in MONTHS:
            return None
    return "DATE", re.sub(r"\D", "", _word(part, "y"))[-4:], "year"


def _bare_month(part: Groups, anchor: Anchor) -> Reading | None:
    """A month without a year; a word like "May" only behind one that makes it a month."""
    word, which, base = part["m"] or "", _word(part, "m_q"), anchor.base
    if word.endswith("."):
        return None
    token = anchor.tokens[0]
    before = anchor.parse.words[token - 1].lower() if token else ""
    if word in MONTH_WORDS and not which and before not in MONTHLY:
        return None
    month = _month(word.lower())
    if base is None:
        return "DATE", None, "month"
    year, offset = base.year, WHICH.get(which, 0)
    if offset < 0:
        year -= month >= base.month
    elif offset > 0 or anchor.ahead:
        year += month < base.month
    elif month > base.month and (month > base.month + NEXT or anchor.behind):
        year -= 1
    return "DATE", f"{year:04}-{month:02}", "month"


def _reference(part: Groups, anchor: Anchor) -> Reading:
    return "DATE", REFERENCES[" ".join(_word(part, "ref").replace("-", " ").split())], "ref"


# What reads an expression, by the group that takes part in its match.
READERS: Final[Mapping[str, Callable[[Groups, Anchor], Reading | None]]] = {
    "iso": _iso,
    "num_a": _numeric,
    "clock": _clock,
    "md_m": _month_day,
    "dm_m": _day_month,
    "od": _ordinal_day,
    "my_m": _month_year,
    "q_n": _quarter,
    "rel": _relative,
    "the": _present,
    "feast": _feast,
    "over": _weekend,
    "wk": _week_and_day,
    "wd": _weekday_and_number,
    "w": _weekday,
    "now": _near,
    "in_n": _in,
    "ago": _ago,
    "set": _set,
    "dec": _decade,
    "dur_n": _duration,
    "y": _year,
    "m": _bare_month,
    "ref": _reference,
}


def _tense(parse: Parse, token: int) -> str | None:
    """The tense of the nearest verb above a word; infinitives of what is planned or demanded count as future."""
    while parse.tags[token][:2] != "VB":
        if parse.heads[token] == token:
            return None
        token = parse.heads[token]
    state = status(parse, token)
    if state.tense == "infinitive" and state.modality in ("planned", "demanded"):
        return "future"
    return state.tense

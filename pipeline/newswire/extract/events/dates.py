"""Dates: time expressions of a text and what they mean, counted from the local day of publication.

Values are those of TIMEX3 (ISO 8601, quarters as 2009-Q1, weekends as 2010-W04-WE, durations as P5Y, vague ones as
PAST_REF), so that they can be held against gold data; an event takes only those that name a day, week, month, quarter or year.

A bare weekday is the day of publication or the latest such day before it; with a verb in the future it is the next one after
it. Months and days without a year follow the same rule. Without a day of publication nothing relative has a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.events.factuality import status

__all__ = ("MONTHS", "WEEKDAYS", "Timex", "find_dates", "local_date")


@dataclass(frozen=True, slots=True)
class Timex:
    """A time expression: `start` and `end` in code points, `first` its first token, `kind` DATE, TIME, DURATION or SET.

    `precision` is day, week, month, quarter, year, decade, or ref for a vague one; empty for durations and sets.
    """

    start: int
    end: int
    first: int
    kind: str
    value: str | None
    precision: str


WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        )
    )
} | {"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}
ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
UNITS: Final = {
    "second": "TS", "minute": "TM", "hour": "TH", "day": "D", "week": "W", "fortnight": "2W", "month": "M", "quarter": "Q",
    "year": "Y", "decade": "E", "century": "C",
}  # fmt: skip
PARTS: Final = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "midday": "MI", "noon": "MI"}
REFERENCES: Final = {
    "currently": "PRESENT_REF", "now": "PRESENT_REF", "nowadays": "PRESENT_REF", "presently": "PRESENT_REF",
    "recently": "PAST_REF", "recent": "PAST_REF", "previously": "PAST_REF", "formerly": "PAST_REF",
    "soon": "FUTURE_REF", "shortly": "FUTURE_REF", "current": "PRESENT_REF",
}  # fmt: skip

# A day and month without a year lie less than this many days ahead, unless the verb is in the future: what is further off
# was last year's.
AHEAD: Final = 60

# A month without a year that begins so many months ahead is to come, unless the verb is in the past.
NEXT: Final = 2

MONTH: Final = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
SHORT: Final = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)"
ANY: Final = rf"(?:{MONTH}\b|{SHORT}\.|{SHORT}\b(?=\s+\d))"
DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])"
YEAR: Final = r"(?:1[5-9]|20)\d\d"
WEEKDAY: Final = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
COUNT: Final = (
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety|a\s+hundred|hundred|an?)"
)
UNIT: Final = r"(?:second|minute|hour|day|week|fortnight|month|quarter|year|decade|century)"
VAGUE: Final = r"(?:several|many|some|few|a\s+few|a\s+couple\s+of|couple\s+of|recent|past)"
ABOUT: Final = (
    r"(?:about|around|nearly|almost|over|more\s+than|at\s+least|some|roughly|approximately|less\s+than|up\s+to)"
)

PATTERN: Final = re.compile(
    rf"""\b(?:
    (?P<iso>{YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))
  | (?P<clock>(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*(?:a\.?m\.?|p\.?m\.?))?(?:\s*(?:GMT|UTC|EDT|EST|CET|local\s+time))?
      |(?:[01]\d|2[0-3])[0-5]\d\s*(?:GMT|UTC)|(?:1[0-2]|[1-9])\s*(?:a\.m\.|p\.m\.|am|pm)(?!\w))
  | (?:(?P<mw>{WEEKDAY}),?[ ]+)?(?P<md_m>{ANY})\s+(?P<md_d>{DAY})(?:st|nd|rd|th)?(?!\d)(?:\s*,?\s*(?P<md_y>{YEAR})\b)?
  | (?:(?P<dw>{WEEKDAY}),?[ ]+)?(?P<dm_d>{DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<dm_m>{ANY})(?:\s*,?\s*(?P<dm_y>{YEAR})\b)?
  | (?P<my_m>{ANY})\s*,?\s*(?:of\s+)?(?P<my_y>{YEAR})\b
  | (?:the\s+)?(?P<q_n>first|second|third|fourth|1st|2nd|3rd|4th)\s+(?:fiscal\s+)?quarter
      (?:\s+(?:of\s+)?(?P<q_y>{YEAR}|(?:this|last|next)\s+year))?
  | (?:(?:the\s+)?(?P<edge>end|start|beginning|middle|rest)\s+of\s+)?
      (?P<rel>the\s+(?:last|past|previous|next|coming|following|same)|this|last|next|past|previous|coming)\s+
      (?P<rel_u>{UNIT}|weekend|{WEEKDAY}|{MONTH}|spring|summer|autumn|fall|winter|morning|afternoon|evening|night)\b
  | (?:(?P<e2>end|start|beginning|middle)\s+of\s+)?the\s+(?P<the>year|month|week|weekend|day)\b
      (?!\s+(?:of|before|after|to|when|that|he|she|it|they|we|the|a)\b)
  | (?P<w>{WEEKDAY})(?:\s+(?P<w_p>morning|afternoon|evening|night))?
  | (?:(?:earlier|later|late|early)\s+)?(?P<now>today|yesterday|tomorrow|tonight)
      (?:\s+(?P<now_p>morning|afternoon|evening|night))?
  | (?P<ago_n>{COUNT}|{VAGUE})?\s*(?P<ago_u>{UNIT})s?\s+(?P<ago>ago|earlier|later|from\s+now)
  | (?P<set>daily|weekly|monthly|yearly|annually|quarterly|(?:every|each)\s+(?:{UNIT}|{WEEKDAY}))
  | (?P<dec>(?:early|late|mid)?-?\s*(?:the\s+)?{YEAR[:-2]}\d0s)
  | (?:{ABOUT}\s+)?(?:the\s+(?:last|past|next|first|final|coming)\s+)?(?P<dur_n>{COUNT}|{VAGUE})
      [\s-]+(?:\w+\s+)??(?P<dur_u>{UNIT})(?P<dur_s>s?)\b
  | (?P<y>(?:(?:early|late|mid)[\s-]+)?{YEAR})(?![\d,.]*\d|s\b|\s*(?:percent|%|people|troops|men|women|soldiers))
  | (?:(?P<m_q>early|late|mid|last|next|this)[\s-]+)?(?P<m>{ANY})
  | (?P<ref>currently|nowadays|presently|recently|soon|shortly|current|recent|(?:long|short)[\s-]+term)
    )""",
    re.VERBOSE,
)

# The first letter of a sentence, and what keeps its capital there.
FIRST: Final = re.compile(r"[^\W\d_]")
NAMES: Final = re.compile(rf"{WEEKDAY}|{ANY}")

# Words before "May" and "March" that make them months.
MONTHLY: Final = frozenset(
    ("in", "of", "since", "until", "till", "by", "from", "during", "through", "before", "after", "to")
)
SEASONS: Final = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}


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
    found = []
    for shift, match in _matches(parse.text, stretches):
        start, end = shift + match.start(), shift + match.end()
        tokens = parse.tokens(start, end)
        if not len(tokens):
            continue
        reading = _read(match, parse, tokens, published)
        if reading is not None:
            kind, value, precision = reading
            found.append(Timex(start, end, tokens[0], kind, value, precision))
    return found


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
        for match in PATTERN.finditer(piece):
            yield start, match


Reading = tuple[str, str | None, str]


def _read(match: re.Match[str], parse: Parse, tokens: range, base: date | None) -> Reading | None:
    part = match.groupdict()
    token = tokens[0]

    def ahead() -> bool:
        return _tense(parse, token) == "future"

    def behind() -> bool:
        return _tense(parse, token) == "past"

    if part["iso"]:
        return "DATE", part["iso"], "day"
    if part["clock"]:
        return "TIME", f"{base.isoformat()}T{_clock(part['clock'])}" if base else None, "day"
    for month, day, year in (("md_m", "md_d", "md_y"), ("dm_m", "dm_d", "dm_y")):
        if part[month]:
            return _calendar(_month(part[month]), int(part[day]), part[year], base, ahead)
    if part["my_m"]:
        return "DATE", f"{part['my_y']}-{_month(part['my_m']):02}", "month"
    if part["q_n"]:
        return _quarter(ORDINALS[part["q_n"].lower()], part["q_y"], base)
    if part["rel"]:
        return _relative(part["rel"].lower().removeprefix("the "), part["rel_u"].lower(), base)
    if part["the"]:
        if base is None or not (part["e2"] or part["the"].lower() == "day"):
            return None
        return _relative("this", part["the"].lower(), base)
    if part["w"]:
        if not part["w"][0].isupper():
            return None
        return _weekday(part["w"].lower(), part["w_p"], base, ahead)
    if part["now"]:
        return _near(part["now"].lower(), part["now_p"], base)
    if part["ago"]:
        return _ago(part["ago_n"], part["ago_u"].lower(), part["ago"].lower(), base)
    if part["set"]:
        return "SET", _set(part["set"].lower()), ""
    if part["dec"]:
        digits = re.sub(r"\D", "", part["dec"])
        return "DATE", digits[:3], "decade"
    if part["dur_n"]:
        return _duration(part["dur_n"].lower(), part["dur_u"].lower())
    if part["y"]:
        return _year(part["y"], parse, tokens)
    if part["m"]:
        return _bare_month(parse, token, part["m"], part["m_q"], base, ahead, behind)
    return "DATE", REFERENCES.get(part["ref"].lower(), "FUTURE_REF"), "ref"


def _month(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def _clock(text: str) -> str:
    digits = re.findall(r"\d\d(?=\d\d)|\d+", text)
    hour = int(digits[0])
    minute = int(digits[1]) if len(digits) > 1 else 0
    lower = text.lower().replace(".", "")
    if "pm" in lower and hour < 12:
        hour += 12
    elif "am" in lower and hour == 12:
        hour = 0
    zone = "Z" if "gmt" in lower or "utc" in lower else ""
    return f"{hour:02}:{minute:02}{zone}"


def _calendar(month: int, day: int, year: str | None, base: date | None, ahead: Callable[[], bool]) -> Reading | None:
    if year:
        found = _day(int(year), month, day)
        return ("DATE", found.isoformat(), "day") if found else None
    if base is None:
        return "DATE", None, "day"
    found = _day(base.year, month, day)
    if found is None:
        return None
    if found < base and ahead():
        found = _day(base.year + 1, month, day) or found
    elif found > base + timedelta(days=AHEAD) and not ahead():
        found = _day(base.year - 1, month, day) or found
    return "DATE", found.isoformat(), "day"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _quarter(number: int, year: str | None, base: date | None) -> Reading:
    if year and year[0].isdigit():
        return "DATE", f"{year}-Q{number}", "quarter"
    if base is None:
        return "DATE", None, "quarter"
    offset = {"last": -1, "next": 1}.get((year or "this").split()[0].lower(), 0)
    if year is None and number > (base.month + 2) // 3:
        offset = -1
    return "DATE", f"{base.year + offset}-Q{number}", "quarter"


def _relative(which: str, unit: str, base: date | None) -> Reading | None:
    offset = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "following": 1}.get(which, 0)
    if base is None:
        return (
            "DATE",
            None,
            {"weekend": "week"}.get(unit, unit if unit in ("day", "week", "month", "quarter") else "year"),
        )
    if unit in WEEKDAYS:
        return _offset_weekday(unit, offset, base)
    if unit in MONTHS:
        year = base.year
        if offset < 0 and MONTHS[unit] >= base.month:
            year -= 1
        elif offset > 0 and MONTHS[unit] <= base.month:
            year += 1
        return "DATE", f"{year}-{MONTHS[unit]:02}", "month"
    if unit == "day":
        return "DATE", _shift(base, offset).isoformat(), "day"
    if unit in ("week", "weekend"):
        year, week, _ = _shift(base, 7 * offset).isocalendar()
        return "DATE", f"{year}-W{week:02}" + ("-WE" if unit == "weekend" else ""), "week"
    if unit == "month":
        index = base.year * 12 + base.month - 1 + offset
        return "DATE", f"{index // 12:04}-{index % 12 + 1:02}", "month"
    if unit == "quarter":
        index = base.year * 4 + (base.month - 1) // 3 + offset
        return "DATE", f"{index // 4:04}-Q{index % 4 + 1}", "quarter"
    if unit == "year":
        return "DATE", f"{base.year + offset:04}", "year"
    if unit in SEASONS:
        return "DATE", f"{base.year + offset:04}-{SEASONS[unit]}", "quarter"
    if unit in PARTS:
        return "DATE", f"{_shift(base, min(offset, 0)).isoformat()}T{PARTS[unit]}", "day"
    if unit == "decade":
        return "DATE", f"{base.year // 10 + offset}", "decade"
    return None


def _offset_weekday(word: str, offset: int, base: date) -> Reading:
    behind = (base.weekday() - WEEKDAYS.index(word)) % 7
    if offset < 0:
        days = -(behind or 7)
    elif offset > 0:
        days = (7 - behind) or 7
    else:
        days = WEEKDAYS.index(word) - base.weekday()
    return "DATE", _shift(base, days).isoformat(), "day"


def _weekday(word: str, part: str | None, base: date | None, ahead: Callable[[], bool]) -> Reading:
    kind = "TIME" if part else "DATE"
    if base is None:
        return kind, None, "day"
    behind = (base.weekday() - WEEKDAYS.index(word)) % 7
    found = _shift(base, (7 - behind) % 7 or 7 if ahead() and behind else -behind)
    return kind, found.isoformat() + (f"T{PARTS[part.lower()]}" if part else ""), "day"


def _near(word: str, part: str | None, base: date | None) -> Reading:
    night = word == "tonight"
    kind = "TIME" if part or night else "DATE"
    if base is None:
        return kind, None, "day"
    found = _shift(base, {"yesterday": -1, "tomorrow": 1}.get(word, 0)).isoformat()
    time = "NI" if night else PARTS[part.lower()] if part else ""
    return kind, f"{found}T{time}" if time else found, "day"


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    word = text.lower().split()[-1]
    if word.replace(".", "").isdigit():
        return int(float(word)) if len(word) < 7 else None
    return NUMBERS.get(word)


def _ago(count: str | None, unit: str, direction: str, base: date | None) -> Reading:
    past = direction in ("ago", "earlier")
    number = _number(count)
    vague = "PAST_REF" if past else "FUTURE_REF"
    if number is None or direction in ("earlier", "later") or base is None:
        return "DATE", vague, "ref"
    sign = -number if past else number
    if unit == "day":
        return "DATE", _shift(base, sign).isoformat(), "day"
    if unit in ("week", "fortnight"):
        return "DATE", _shift(base, 7 * sign * (2 if unit == "fortnight" else 1)).isoformat(), "day"
    if unit == "month":
        index = base.year * 12 + base.month - 1 + sign
        return "DATE", f"{index // 12:04}-{index % 12 + 1:02}" if 12 <= index < 120_000 else vague, "month"
    if unit == "year" and 0 < base.year + sign < 10_000:
        return "DATE", f"{base.year + sign:04}", "year"
    if unit == "decade" and 0 < base.year + 10 * sign < 10_000:
        return "DATE", f"{(base.year + 10 * sign) // 10}", "decade"
    if unit in ("hour", "minute", "second"):
        return "DATE", base.isoformat(), "day"
    return "DATE", vague, "ref"


def _shift(base: date, days: int) -> date:
    """The day so many days off, held inside the calendar."""
    try:
        return base + timedelta(days=days)
    except OverflowError:
        return base


def _set(text: str) -> str:
    words = text.split()
    if len(words) == 2:
        return f"P1{UNITS[words[1]].lstrip('T')}" if words[1] in UNITS else "P1W"
    return {"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "quarterly": "P1Q"}.get(text, "P1Y")


def _duration(count: str, unit: str) -> Reading | None:
    if unit == "second" or (count in ("a", "an") and unit in ("quarter", "minute")):
        return None
    number = _number(count)
    amount = "X" if number is None else str(number)
    code = UNITS[unit]
    if code == "2W":
        amount, code = ("X" if number is None else str(2 * number)), "W"
    return "DURATION", f"PT{amount}{code[1]}" if code[0] == "T" else f"P{amount}{code}", ""


def _year(text: str, parse: Parse, tokens: range) -> Reading | None:
    """Four digits are a year unless they count something."""
    token, last = tokens[0], tokens[-1]
    if token and parse.words[token - 1] in ("$", "£", "€", "#", "/"):
        return None
    if parse.deps[last] == "nummod":
        head = parse.heads[last]
        temporal = token > 0 and parse.lemmas[token - 1] in MONTHLY and head > last + 1
        if head > last and not temporal and parse.tags[head] in ("NNS", "NN") and parse.lemmas[head] not in MONTHS:
            return None
    return "DATE", re.sub(r"\D", "", text)[-4:], "year"


def _bare_month(
    parse: Parse,
    token: int,
    word: str,
    which: str | None,
    base: date | None,
    ahead: Callable[[], bool],
    behind: Callable[[], bool],
) -> Reading | None:
    if not word[0].isupper() or word.endswith("."):
        return None
    before = parse.words[token - 1].lower() if token else ""
    if word in ("May", "March") and not which and before not in MONTHLY:
        return None
    month = _month(word)
    if base is None:
        return "DATE", None, "month"
    year = base.year
    if which and which.lower() == "last":
        year -= month >= base.month
    elif (which and which.lower() == "next") or ahead():
        year += month < base.month
    elif month > base.month and (month > base.month + NEXT or behind()):
        year -= 1
    return "DATE", f"{year:04}-{month:02}", "month"


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

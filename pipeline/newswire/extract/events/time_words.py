"""The words of time expressions, with their values, and the pattern that they make.

They are those of `dates.tsv`, which describes its classes. Keys are in small letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from newswire.lexicon import rows

__all__ = (
    "AGO", "ARTICLES", "CODES", "DAY_ORDINALS", "FEASTS", "LIMITS", "MONTHLY", "MONTHS", "MONTH_WORDS", "NAMES", "NEAR", "NIGHTS",
    "NUMBERS", "ORDINALS", "PARTS", "PATTERN", "REFERENCES", "SEASONS", "SETS", "TELLING", "VAGUE_AGO", "WEEKDAYS", "WHICH",
)  # fmt: skip

ROWS: Final = rows("dates.tsv", 3)


def _words(*classes: str) -> list[str]:
    return [word for each in classes for name, word, _ in ROWS if name == each]


def _codes(*classes: str) -> Mapping[str, str]:
    return {word.lower(): value for each in classes for name, word, value in ROWS if name == each}


def _values(*classes: str) -> Mapping[str, int]:
    return {word: int(value) for word, value in _codes(*classes).items()}


def _one_of(*classes: str, gap: str = r"\s+") -> str:
    """A pattern for any of the words, the first in the list before the others; `gap` stands for the space inside one."""
    return "(?:" + "|".join(gap.join(map(re.escape, word.split())) for word in _words(*classes)) + ")"


WEEKDAYS: Final = _values("weekday")
MONTHS: Final = _values("month", "month_short")
MONTH_WORDS: Final = frozenset(_words("month_word"))
MONTHLY: Final = frozenset(_words("month_cue"))
ARTICLES: Final = frozenset(_words("article"))
NUMBERS: Final = _values("number", "article")
ORDINALS: Final = _values("ordinal")
CODES: Final = _codes("unit", "weekend")
PARTS: Final = _codes("part")
SEASONS: Final = _codes("season")
NEAR: Final = _values("near", "near_night")
NIGHTS: Final = frozenset(_words("near_night"))
WHICH: Final = _values("which", "which_plain", "which_the", "which_bare")
AGO: Final = _values("ago", "ago_vague")
DAY_ORDINALS: Final = _values("day_ordinal")
FEASTS: Final = _values("feast")
LIMITS: Final = frozenset(_words("limit"))
VAGUE_AGO: Final = frozenset(_words("ago_vague"))
SETS: Final = _codes("set")
REFERENCES: Final = _codes("reference")

MONTH: Final = _one_of("month")
SHORT: Final = _one_of("month_short")
ANY: Final = rf"(?:{MONTH}\b|{SHORT}\.|{SHORT}\b(?=\s+\d))"
DAY: Final = r"(?:3[01]|[12]\d|0?[1-9])"
YEAR: Final = r"(?:1[5-9]|20)\d\d"
WEEKDAY: Final = _one_of("weekday")
COUNT: Final = rf"(?:\d+(?:\.\d+)?|{_one_of('number', 'article')})"
UNIT: Final = _one_of("unit")
VAGUE: Final = _one_of("vague")
PART: Final = _one_of("part")
WITHIN: Final = _one_of("within")
EDGE: Final = _one_of("edge")
PLAIN: Final = _one_of("which_plain", "which_bare")
ZONE: Final = _one_of("zone")
REFERENCE: Final = _one_of("reference", gap=r"[\s-]+")

PATTERN: Final = re.compile(
    rf"""\b(?:
    (?P<iso>{YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))
  | (?P<num_a>\d{{1,2}})(?P<num_s>[./])(?P<num_b>\d{{1,2}})(?P=num_s)(?P<num_y>{YEAR})(?!\d)
  | (?P<clock>(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s*(?:a\.?m\.?|p\.?m\.?))?(?:\s*{ZONE})?
      |(?:[01]\d|2[0-3])[0-5]\d\s*(?:GMT|UTC)|(?:1[0-2]|[1-9])\s*(?:a\.m\.|p\.m\.|am|pm)(?!\w))
  | (?:(?P<mw>{WEEKDAY}),?[ ]+)?(?P<md_m>{ANY})\s+(?P<md_d>{DAY})(?:st|nd|rd|th)?(?!\d)(?:\s*,?\s*(?P<md_y>{YEAR})\b)?
  | (?:(?P<dw>{WEEKDAY}),?[ ]+)?(?P<dm_d>{DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<dm_m>{ANY})(?:\s*,?\s*(?P<dm_y>{YEAR})\b)?
  | (?:the\s+)?(?P<od>{_one_of("day_ordinal")})\s+of\s+(?P<od_m>{ANY})(?:\s*,?\s*(?P<od_y>{YEAR})\b)?
  | (?P<my_m>{ANY})\s*,?\s*(?:of\s+)?(?P<my_y>{YEAR})\b
  | (?:the\s+)?(?P<q_n>{_one_of("ordinal")})\s+(?:fiscal\s+)?quarter
      (?:\s+(?:of\s+)?(?P<q_y>{YEAR}|{PLAIN}\s+year))?
  | (?:(?:the\s+)?(?P<edge>{_one_of("edge", "edge_rel")})\s+of\s+)?
      (?P<rel>the\s+{_one_of("which", "which_plain", "which_the")}|{_one_of("which", "which_plain", "which_bare")})\s+
      (?P<rel_u>{UNIT}|{_one_of("weekend")}|{WEEKDAY}|{MONTH}|{_one_of("season")}|{PART})\b
  | (?:(?P<e2>{EDGE})\s+of\s+)?the\s+(?P<the>{_one_of("period")})\b
      (?!\s+{_one_of("defining")}\b)
  | (?P<feast>{_one_of("feast")}|{_one_of("named_day")})
  | (?:over|at|on)\s+the\s+(?P<over>{_one_of("weekend")})
  | (?P<wk>{WEEKDAY})\s+(?P<wk_r>{_one_of("which", "which_plain", "which_bare")})\s+week\b
  | (?P<wd>{WEEKDAY})\s+the\s+(?P<wd_d>{DAY})(?:st|nd|rd|th)\b
  | (?P<w>{WEEKDAY})(?:\s+(?P<w_p>{PART}))?
  | (?:{_one_of("hour")}\s+)?(?P<now>{_one_of("near", "near_night")})
      (?:\s+(?P<now_p>{PART}))?
  | in\s+(?P<in_n>{COUNT})\s+(?P<in_u>{UNIT})s?\b(?!\s+{_one_of("ago", "ago_vague")})
  | (?P<ago_n>{COUNT}|{VAGUE})?\s*(?P<ago_u>{UNIT})s?\s+(?P<ago>{_one_of("ago", "ago_vague")})
  | (?P<set>{_one_of("set")}|{_one_of("each")}\s+(?:{UNIT}|{WEEKDAY}))
  | (?P<dec>{WITHIN}?-?\s*(?:the\s+)?{YEAR[:-2]}\d0s)
  | (?:{_one_of("about")}\s+)?(?:the\s+{_one_of("span")}\s+)?(?P<dur_n>{COUNT}|{VAGUE})
      [\s-]+(?:\w+\s+)??(?P<dur_u>{UNIT})(?P<dur_s>s?)\b
  | (?P<y>(?:{WITHIN}[\s-]+)?{YEAR})(?![\d,.]*\d|s\b|\s*{_one_of("counted")})
  | (?:(?P<m_q>{WITHIN}|{PLAIN})[\s-]+)?(?P<m>{ANY})
  | (?P<ref>{REFERENCE})
    )""",
    re.VERBOSE,
)

# Each expression has one of these in it. Looking for that takes a seventh of the time that the pattern takes,
# and most sentences have none.
TELLING: Final = re.compile(
    rf"\d|{REFERENCE}|quarter|"
    + _one_of(
        "weekday", "month", "month_short", "unit", "weekend", "season", "part", "period", "near", "near_night", "set", "feast",
        "named_day",
    )
)  # fmt: skip

# What keeps its capital at the beginning of a sentence.
NAMES: Final = re.compile(rf"{_one_of('feast', 'named_day')}|{WEEKDAY}|{ANY}")

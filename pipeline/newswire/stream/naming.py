"""By what a notice names another story, and whether a story is the one that it names. Knows neither Kafka nor state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from newswire.records import Article, IndexedArticle
from newswire.wire import notices, times

__all__ = ("Names", "Traits", "indexed")

# Characters of a headline or slug that are kept: more tells no two stories apart.
KEPT: Final = 300

# Characters that a headline must have to be known by its beginning or end alone: tags stand before the one, and what the notice
# says next behind the other. "Stocks fall" is the end of many.
TELLING: Final = 20

# What is no part of a name: "BC-EU--Ferry" and "BC EU Ferry" are one slug.
JOINTS: Final = re.compile(r"[\W_]+")
DIGITS: Final = re.compile(r"0*(\d+)$")
CLOCK: Final = re.compile(r"(\d{2})(\d{2}) ([A-Z]{3,5})")

# What a notice says besides names.
KIND: Final = "kind"


def indexed(article: Article) -> IndexedArticle:
    """What the index keeps of an article."""
    extra = article.extra
    slugline = extra.get("slugline")
    numbers = [text for name in ("number", "sequence") if isinstance(text := extra.get(name), str)]
    return IndexedArticle(
        id=article.id,
        version=article.version,
        status=article.status,
        source=article.source,
        headline=article.headline[:KEPT] if article.headline else None,
        slug=notices.slug(slugline)[:KEPT] if isinstance(slugline, str) else None,
        numbers=[number[:KEPT] for number in numbers],
        published=article.published,
        modified=article.modified,
        embargoed_until=article.embargoed_until,
        names=_names(article),
    )


def _names(article: Article) -> dict[str, str] | None:
    """What a notice says of the story that it means; None for what is no notice. Wires may call something of theirs `notice`."""
    said: Any = article.extra.get("notice")
    if article.status == "usable" or not isinstance(said, dict) or not isinstance(said.get(KIND), str):
        return None
    return {name: text[:KEPT] for name, text in said.items() if isinstance(text, str)}


@dataclass(frozen=True, slots=True)
class Traits:
    """By what a story is known, folded so that it can be compared; clocks are minutes of the day in UTC."""

    id: str
    slug: str
    headline: str
    numbers: frozenset[str]
    clocks: frozenset[int]

    @classmethod
    def of(cls, article: IndexedArticle) -> Traits:
        """Those of an article."""
        clocks = (_clock(time) for time in (article.published, article.modified) if time)
        return cls(
            article.id,
            _folded(article.slug),
            _folded(article.headline),
            frozenset(filter(None, map(_number, article.numbers))),
            frozenset(clock for clock in clocks if clock is not None),
        )


@dataclass(frozen=True, slots=True)
class Names:
    """What a notice says of the story that it means, folded likewise; empty or None where it says nothing."""

    id: str
    slug: str
    headline: str
    number: str
    clock: int | None

    @classmethod
    def of(cls, names: Mapping[str, str]) -> Names:
        """Those of `IndexedArticle.names`."""
        return cls(
            names.get("id", ""),
            _folded(names.get("slug")),
            _folded(names.get("headline")),
            _number(names.get("number", "")),
            _minutes(names.get("time", "")),
        )

    def mean(self, story: Traits) -> bool:
        """Whether a story is one that they name.

        An id decides alone. Of slug, number and time, all that the notice says and the story has must agree, and one at least. A
        headline, which editors change, decides only where nothing else is said; it may hold the slug.
        """
        if self.id:
            return self.id == story.id
        agreed = False
        for said, has, agrees in (
            (bool(self.slug), bool(story.slug), self.slug == story.slug),
            (bool(self.number), bool(story.numbers), self.number in story.numbers),
            (self.clock is not None, bool(story.clocks), self.clock in story.clocks),
        ):
            if said and has:
                if not agrees:
                    return False
                agreed = True
        if self.slug or self.number or self.clock is not None:
            return agreed
        return self.mean_by_headline(story)

    def mean_by_headline(self, story: Traits) -> bool:
        """Whether the headline that they name is a story's headline or slug. It tells several apart that agree in the rest."""
        if not self.headline:
            return False
        if self.headline in (story.headline, story.slug):
            return True
        short, long = sorted((self.headline, story.headline), key=len)
        return len(short) >= TELLING and (long.startswith(f"{short} ") or long.endswith(f" {short}"))


def _folded(text: str | None) -> str:
    return JOINTS.sub(" ", text.casefold()).strip() if text else ""


def _number(text: str) -> str:
    """A number without the letters and zeros before it: `a0157` and `157` are one."""
    found = DIGITS.search(text)
    return found[1] if found else ""


def _clock(time: str) -> int | None:
    try:
        found = datetime.fromisoformat(time)
    except ValueError:
        return None
    found = found.astimezone(UTC) if found.tzinfo else found
    return found.hour * 60 + found.minute


def _minutes(time: str) -> int | None:
    """Minutes of the day in UTC of a clock with its zone, `0930 GMT`; None for a zone that we do not know."""
    found = CLOCK.fullmatch(time)
    offset = times.offset(found[3]) if found else None
    if found is None or offset is None:
        return None
    sign = -1 if offset[0] == "-" else 1
    ahead = sign * (int(offset[1:3]) * 60 + int(offset[4:6]))
    return (int(found[1]) * 60 + int(found[2]) - ahead) % (24 * 60)

"""Leaders: persons whom the world's news name without saying where they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from newswire.extract.entities.name_origins import NameOrigins
from newswire.lexicon import rows

__all__ = ("Leaders",)

# Years before and after an office in which the family name alone still means its holder.
GRACE: Final = 1

# A year after all of the list's.
EVER: Final = 9999


@dataclass(frozen=True, slots=True)
class Leaders:
    """The countries of the list `leaders.tsv`: by full name, and by family name with the years of office; and what
    the names of a country are like."""

    full: dict[str, str]
    family: dict[str, list[tuple[int, int, str]]]
    origins: NameOrigins

    @classmethod
    def load(cls, additions: Path | None = None) -> Self:
        """The package's list with the rows that a user's directory adds."""
        full: dict[str, str] = {}
        written: dict[str, str] = {}
        family: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for name, others, country, begin, end in rows("leaders.tsv", 5, additions):
            names = [name, *(each.strip() for each in others.split("|") if each.strip())]
            written.update(dict.fromkeys(names, country))
            full.update(dict.fromkeys((each.casefold() for each in names), country))
            if begin:
                years = int(begin) - GRACE, int(end or EVER) + GRACE
                for last in dict.fromkeys(each.rpartition(" ")[2].casefold() for each in names):
                    family[last].append((*years, country))
        return cls(full, dict(family), NameOrigins(written))

    def country(self, names: Iterable[str], year: int | None) -> str | None:
        """The country of whom one of the names means in a text of that year, None for somebody who is not known.

        A family name alone means nobody without a year, and nobody when leaders of two countries have it.
        """
        for name in names:
            found = self.full.get(name.casefold())
            if found is not None:
                return found
        if year is not None:
            for name in names:
                meant = {c for begin, end, c in self.family.get(name.casefold(), ()) if begin <= year <= end}
                if len(meant) == 1:
                    return meant.pop()
        return None

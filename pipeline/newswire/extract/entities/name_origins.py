"""Name origins: how well a person's name fits the names that people of a country have.

Learnt from the names of the leaders whom the lexicon lists: which sequences of letters they have. Countries whose names are
alike lend to each other, since a list has few names of each.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ("NameOrigins",)

# Letters of the sequences; a name of two languages of one family mostly differs in its endings of three or four.
LENGTHS: Final = (3, 4)

# Names that a sequence must occur in.
RAREST: Final = 3

# Sequences that the names of alike countries count for, besides a country's own: some three names. Ten and a hundred of them
# place as many persons.
LENT: Final = 30

# The share in them of countries that are alike; the rest is what all names have.
ALIKE: Final = 0.7

# Names whose scores are kept: those of one story come several times, and those in the news in the next one again.
NAMES_KEPT: Final = 2048

# The score of a country that the list has nobody of.
UNKNOWN: Final = -3.0


class NameOrigins:
    """The evidence of names for countries."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` are full names with their country (ISO 3166-1 alpha-3)."""
        sequences = {name: _sequences(name) for name in names}
        counts = Counter(each for found in sequences.values() for each in found)
        self._columns = {each: n for n, each in enumerate(sorted(e for e, c in counts.items() if c >= RAREST))}
        self._rows = {country: n for n, country in enumerate(sorted(set(names.values())))}
        table = np.zeros((len(self._rows), len(self._columns)))
        for name, country in names.items():
            for each in sequences[name]:
                if each in self._columns:
                    table[self._rows[country], self._columns[each]] += 1
        self._evidence = _evidence(table)
        self._kept: dict[str, npt.NDArray[np.float64] | None] = {}

    def scores(self, name: str) -> npt.NDArray[np.float64] | None:
        """The evidence of a name for each country, None where nothing in it was ever seen. Above 0 it speaks for one."""
        if name in self._kept:
            return self._kept[name]
        if len(self._kept) >= NAMES_KEPT:
            self._kept.clear()
        scores = self._kept[name] = self._scored(name)
        return scores

    def _scored(self, name: str) -> npt.NDArray[np.float64] | None:
        seen = [self._columns[each] for each in _sequences(name) if each in self._columns]
        if not seen:
            return None
        scores: npt.NDArray[np.float64] = self._evidence[seen].sum(axis=0) / len(seen) ** 0.5
        return scores

    def best(self, names: Iterable[str], number: int) -> dict[str, float]:
        """The countries that several names fit best on average, at most so many, with that average."""
        found = [scores for name in names if (scores := self.scores(name)) is not None]
        if not found:
            return {}
        mean = np.mean(found, axis=0)
        order = np.argsort(-mean, kind="stable")[:number]
        countries = list(self._rows)
        return {countries[row]: float(mean[row]) for row in order}

    def score(self, scores: npt.NDArray[np.float64], country: str) -> float:
        """That for one country."""
        row = self._rows.get(country)
        return UNKNOWN if row is None else float(scores[row])


def _evidence(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The logarithms of how much more often each sequence (row) occurs in a country (column) than in all."""
    if not table.size:
        return table.T
    totals = table.sum(axis=1, keepdims=True)
    everywhere = table.sum(axis=0) / table.sum()
    telling = table * (np.log(len(table) / (table > 0).sum(axis=0)) + 0.1)
    telling /= np.linalg.norm(telling, axis=1, keepdims=True) + 1e-9
    alike = telling @ telling.T
    np.fill_diagonal(alike, 0.0)
    alike **= 2
    alike /= alike.sum(axis=1, keepdims=True) + 1e-9
    lent = ALIKE * alike @ (table / np.maximum(totals, 1)) + (1 - ALIKE) * everywhere
    evidence: npt.NDArray[np.float64] = np.log((table + LENT * lent) / (totals + LENT) / everywhere)
    return np.ascontiguousarray(evidence.T)


def _sequences(name: str) -> set[str]:
    """The words of a name and their sequences of letters, without accents and initials."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower()
    found: set[str] = set()
    for word in plain.replace("-", " - ").split():
        bare = word.strip(".'’\"")
        if len(bare) > 1 or bare == "-":
            edged = f"^{bare}$"
            found.add(edged)
            found.update(edged[at : at + n] for n in LENGTHS for at in range(len(edged) - n + 1))
    return found

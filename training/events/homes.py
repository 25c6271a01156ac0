"""Learns the forest that says of which country a party is whose words do not tell it (`newswire.extract.events.homes`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from newswire.extract.events.homes import Countries, homeless
from training.events.choices import Floats, choice_forest
from training.events.texts import Text

__all__ = ("homes_forest",)

TREES: Final = 80
DEPTH: Final = 4
STEP: Final = 0.1


def homes_forest(labelled: Iterable[tuple[dict[str, Any], Text]]) -> dict[str, Any]:
    """The forest, learnt from the ends of the labels of articles. Where a label's country is not among the candidates, none is
    right."""
    return choice_forest("homes", _choices(labelled), trees=TREES, depth=DEPTH, step=STEP)


def _choices(labelled: Iterable[tuple[dict[str, Any], Text]]) -> Iterator[tuple[Floats, list[bool]]]:
    for row, text in labelled:
        countries = Countries(text.parse, text.known)
        if not countries.likely:
            continue
        for head, country in _labels(row, text):
            fitting = [country == each for each in countries.likely]
            yield countries.candidates(head), [not any(fitting), *fitting]


def _labels(row: dict[str, Any], text: Text) -> list[tuple[int, str | None]]:
    """The parties without a country that labelled ends name, each once, with the country of the first label."""
    found: dict[int, str | None] = {}
    for label in row["events"]:
        for end in (*label["actors"], *label["recipients"]):
            heads = [token for token in text.parse.tokens(end["start"], end["end"]) if token in text.known]
            if heads and all(homeless(text.known[head]) for head in heads):
                found.setdefault(heads[-1], end["country"])
    return sorted(found.items())

"""Learns a forest by which candidates compete, of labelled choices among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from training.quotes.confidence import forest

__all__ = ("Floats", "choice_forest")

Floats = npt.NDArray[np.float32]


def choice_forest(
    name: str, choices: Iterable[tuple[Floats, Sequence[bool]]], *, trees: int, depth: int, step: float
) -> dict[str, Any]:
    """The weights of a forest under its name. A choice is the features of its candidates, a row each, and which are right."""
    features: list[Floats] = []
    right: list[bool] = []
    starts: list[int] = []
    at = 0
    for rows, fitting in choices:
        features.append(rows)
        right += fitting
        starts.append(at)
        at += len(fitting)
    grown = forest(
        np.concatenate(features), np.array(right, float), starts=np.array(starts), trees=trees, depth=depth, step=step
    )
    return {f"{name}.{part}": value for part, value in grown.items()}

"""Figures of scorers."""

from __future__ import annotations

import pytest

from benchmarks.counts import Counts, Rate, Share, added


def test_precision_counts_what_was_found_and_recall_what_there_is() -> None:
    counts = Counts(right=3, found=4, gold=6)
    assert (counts.precision, counts.recall, counts.f1) == (75, 50, 60)


@pytest.mark.parametrize("counts", [Counts(0, 0, 0), Counts(0, 2, 0), Counts(0, 0, 2)])
def test_nothing_right_is_zero_percent_even_of_nothing(counts: Counts) -> None:
    assert (counts.precision, counts.recall, counts.f1) == (0, 0, 0)


def test_figures_of_several_texts_add_up_by_name() -> None:
    total = added(
        [{"a": Counts(1, 2, 3), "b": Share(1, 1)}, {"b": Share(0, 1), "c": Rate(5, 1)}, {"a": Counts(1, 1, 1)}]
    )
    assert total == {"a": Counts(2, 3, 4), "b": Share(1, 2), "c": Rate(5, 1)}
    assert [type(figure) for figure in total.values()] == [Counts, Share, Rate]

"""A schedule and its stories come from the seed alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.chaos.schedule import FULL, IN_DEBT, Kind, draw
from tests.chaos.stories import POISON, corpus

SEEDS = st.integers(0, 10**6)


@given(SEEDS)
def test_the_same_seed_draws_the_same_schedule(seed: int) -> None:
    assert draw(seed, FULL, scale=(4, 1)) == draw(seed, FULL, scale=(4, 1))


@given(SEEDS)
def test_a_full_schedule_has_every_kind_in_order_of_time_and_leaves_work_at_the_end(seed: int) -> None:
    found = draw(seed, FULL, scale=(4, 1))
    assert Counter(d.kind for d in found) == Counter([*FULL, Kind.SCALE_UP, Kind.SCALE_DOWN])
    assert set(Kind) - set(IN_DEBT) == {d.kind for d in found}
    assert [d.workers for d in found if d.workers] == [4, 1]
    assert all(before.at < after.at for before, after in pairwise(found))
    assert found[0].at > 0
    assert found[-1].at < 0.9


def test_other_seeds_draw_other_schedules() -> None:
    assert len({tuple(draw(seed, FULL)) for seed in range(20)}) == 20


def test_the_same_seed_makes_the_same_stories_with_all_the_poison() -> None:
    first = corpus(3, 60)
    assert first == corpus(3, 60)
    assert first != corpus(4, 60)
    assert Counter(raw.poison for raw in first if raw.poison) == dict.fromkeys(POISON, 1)
    assert len({raw.value for raw in first}) == len(first)

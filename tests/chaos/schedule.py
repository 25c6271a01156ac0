"""What is done to the workers and the broker in a chaos run, and when: drawn from the seed alone, so that it can be drawn again.

When is a share of the stories that have come through, not a time: so there is work left at each disruption, however fast the
machine is.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

__all__ = ("FULL", "IN_DEBT", "SHORT", "TERMINATIONS", "Disruption", "Kind", "draw")


class Kind(StrEnum):
    """What may happen."""

    KILL_WORKER = "kill -9 of a worker"
    KILL_IN_DEBT = "kill -9 of all workers while acknowledged articles are not published"
    KILL_CHILD = "kill -9 of a pool child"
    FREEZE_WORKER = "SIGSTOP beyond the session, SIGCONT"
    TERMINATE = "SIGTERM"
    RESTART_BROKER = "broker restarted"
    KILL_BROKER = "kill -9 of the broker"
    FREEZE_BROKER = "broker unreachable beyond the request timeout"
    SCALE_UP = "scaled up"
    SCALE_DOWN = "scaled down"


# Every kind at least once; what is hard on the workers several times.
FULL = (
    *[Kind.KILL_WORKER] * 3,
    *[Kind.KILL_CHILD] * 3,
    *[Kind.FREEZE_WORKER] * 2,
    *[Kind.TERMINATE] * 2,
    Kind.RESTART_BROKER,
    Kind.KILL_BROKER,
    Kind.FREEZE_BROKER,
)
SHORT = (Kind.KILL_WORKER, Kind.KILL_CHILD, Kind.TERMINATE)
TERMINATIONS = (Kind.TERMINATE,) * 4

# For the control: only workers that acknowledge too early are ever seen in debt, so it waits for ever for others.
IN_DEBT = (Kind.KILL_IN_DEBT,)

# Shares of the stories between which disruptions lie: before the first the workers must have found their pace, after the last
# there must be work for which somebody has to take over.
FIRST, LAST = 0.05, 0.85


@dataclass(frozen=True, slots=True)
class Disruption:
    """One thing that happens: `at` a share of the stories through, to the worker with this number among those that run
    (modulo their count). `workers` is how many there shall be after a scaling.
    """

    kind: Kind
    at: float
    target: int
    workers: int = 0


def draw(seed: int, kinds: Sequence[Kind], *, scale: Sequence[int] = ()) -> list[Disruption]:
    """The kinds in an order, at shares and on targets that the seed decides. `scale` are numbers of workers to go to, in this
    order, spread evenly among them.
    """
    rng = random.Random(seed)
    order: list[Kind | int] = [*kinds]
    rng.shuffle(order)
    for before, workers in enumerate(scale):
        order.insert(len(kinds) * (before + 1) // (len(scale) + 1) + before, workers)
    step = (LAST - FIRST) / len(order)
    found: list[Disruption] = []
    least = 0
    for index, what in enumerate(order):
        at = FIRST + step * (index + rng.random() * 0.6)
        target = rng.randrange(1000)
        if isinstance(what, Kind):
            found.append(Disruption(what, at, target))
        else:
            found.append(Disruption(Kind.SCALE_UP if what > least else Kind.SCALE_DOWN, at, target, what))
            least = what
    return found

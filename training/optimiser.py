"""Adam with decoupled weight decay: what trains the networks of quotes and of events.

The rate warms up, then falls along half a cosine to `LEAST` of its peak. What comes out is a running average of the weights,
which is better on texts not learnt from than the last weights, and less a matter of chance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

Arrays = dict[str, Any]
State = tuple[Arrays, Arrays, Arrays, Arrays]
"""Weights, the means of their slopes and of the squared slopes, and the average of the weights."""

# How slowly the means of slope and squared slope follow: Adam's first as published, the second quicker than its 0.999, for some
# thousand steps only.
MEAN: Final = 0.9
SQUARE: Final = 0.98
# A longer slope is cut to this length, so that one odd text moves the weights no further than any other.
LONGEST: Final = 5
# Share of the peak rate that is left in the end: the average still moves.
LEAST: Final = 0.03


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How far and how long to go.

    `rate` is the peak rate, reached after `warm_up` steps of `steps`. `decay` pulls matrices, not vectors, towards nothing, as a
    share of themselves times the rate. `average` is the share of the running average that is kept at each step.
    """

    rate: float
    steps: int
    warm_up: int
    decay: float
    average: float


def begin(weights: Mapping[str, np.ndarray]) -> State:
    """The state before the first step."""
    first = {name: jnp.asarray(value) for name, value in weights.items()}
    mean, square = ({name: jnp.zeros_like(value) for name, value in first.items()} for _ in range(2))
    return first, mean, square, first


def stepper(
    loss: Callable[[Arrays, Arrays, Any], Any],
    schedule: Schedule,
    seed: int,
    share: Callable[[str], float] = lambda name: 1,
) -> Callable[[State, Arrays, int], tuple[State, Any]]:
    """A step that takes a state, a batch and the step's number from 1, and gives the next state and the loss of the batch.

    `loss` takes weights, a batch and a random key, of which each step has its own. `share` gives, by name, the part of
    the rate that weights move by: those that have learnt before move less.
    """

    def step(state: State, batch: Arrays, number: Any) -> tuple[State, Any]:
        weights, mean, square, average = state
        error, slope = jax.value_and_grad(loss)(weights, batch, jax.random.fold_in(jax.random.PRNGKey(seed), number))
        length = jnp.sqrt(sum((value * value).sum() for value in slope.values()))
        slope = {name: value * jnp.minimum(1, LONGEST / length) for name, value in slope.items()}
        count = number.astype(jnp.float32)
        fall = (1 - LEAST) / 2 * (1 + jnp.cos(jnp.pi * count / schedule.steps)) + LEAST
        rate = schedule.rate * jnp.minimum(1, count / schedule.warm_up) * fall
        mean = {name: MEAN * mean[name] + (1 - MEAN) * slope[name] for name in slope}
        square = {name: SQUARE * square[name] + (1 - SQUARE) * slope[name] ** 2 for name in slope}
        new = {}
        for name, value in weights.items():
            move = mean[name] / (1 - MEAN**count) / (jnp.sqrt(square[name] / (1 - SQUARE**count)) + 1e-8)
            new[name] = value - rate * share(name) * (move + (schedule.decay * value if value.ndim > 1 else 0))
        kept = jnp.minimum(schedule.average, count / (count + 10))
        average = {name: kept * average[name] + (1 - kept) * new[name] for name in new}
        return (new, mean, square, average), error

    compiled: Callable[..., tuple[State, Any]] = jax.jit(step)
    return lambda state, batch, number: compiled(state, batch, jnp.int32(number))


def averaged(state: State) -> dict[str, np.ndarray]:
    """The averaged weights of a state."""
    return {name: np.asarray(value) for name, value in state[3].items()}

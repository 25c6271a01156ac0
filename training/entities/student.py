"""The recogniser of names while it learns: its arithmetic in an array module that differentiates, and the descent.

It has the layers of `newswire.extract.language.recogniser`, which runs what is learnt here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from newswire.extract.language.pieces import pieces_of
from newswire.extract.language.recogniser import (
    KINDS,
    MOST_PIECES,
    MOST_RUNS,
    TABLE_ROWS,
    WORD_CLASSES,
    tags_of,
    word_rows,
)
from training.entities.labelled import CONLL, WORLDWIDE

__all__ = ("Example", "Stage", "descend", "initial", "scores_of")

WIDTH: Final = 96
PARTS: Final = 3
DEPTH: Final = 4

# Words of one step, and different words among them at most; the steps begin anew behind documents, with rows of zeros between.
STEP: Final = 2048
DIFFERENT: Final = 1280

DROPOUT: Final = 0.15
# How often a word has to be known by its parts alone.
UNKNOWN: Final = 0.08
# The weights that are kept are a mean of those of the last steps, by this share of what was.
MEAN: Final = 0.998
# Steps in which the rate rises to its full height; it falls from there to a twentieth at the end.
WARM_UP: Final = 100

Params = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """A text to learn from: words, and for each the tag of either scheme and the kind of place or rest, -1 for none; `soft` what
    the teacher gives each tag of both schemes.
    """

    words: Sequence[str]
    worldwide: np.ndarray
    conll: np.ndarray
    kinds: np.ndarray
    soft: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True)
class Stage:
    """A part of the training: over what, how often, at which rate, and how much the teacher's word counts beside labels."""

    examples: Sequence[Example]
    epochs: int
    rate: float
    soft: float


def initial(pieces: np.ndarray, random: np.random.Generator) -> Params:
    """Weights to begin with: small random ones, and MiniLM's word pieces, narrowed to their main axes."""
    centred = pieces - pieces.mean(0)
    _, _, axes = np.linalg.svd(centred[:: max(1, len(centred) // 8192)], full_matrices=False)
    narrow = centred @ axes[:WIDTH].T
    heads = len(tags_of(WORD_CLASSES)) + len(CONLL.tags) + len(KINDS)

    def maxout(inputs: int) -> dict[str, np.ndarray]:
        spread = np.sqrt(2.0 / inputs)
        return {
            "weights": random.normal(0, spread, (WIDTH, PARTS, inputs)).astype(np.float32) * 0.7,
            "bias": np.zeros((WIDTH, PARTS), np.float32),
            "gain": np.ones(WIDTH, np.float32),
            "shift": np.zeros(WIDTH, np.float32),
        }

    return {
        "table": random.normal(0, 0.1, (TABLE_ROWS, WIDTH)).astype(np.float32),
        "pieces": (narrow / narrow.std() * 0.3).astype(np.float32),
        "mix": maxout(5 * WIDTH),
        "layers": [maxout(3 * WIDTH) for _ in range(DEPTH)],
        "heads": {"weights": np.zeros((heads, WIDTH), np.float32), "bias": np.zeros(heads, np.float32)},
    }


def _maxout(layer: Params, x: jax.Array) -> jax.Array:
    best = (jnp.einsum("ni,opi->nop", x, layer["weights"]) + layer["bias"]).max(-1)
    centred = best - best.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-8) * layer["gain"] + layer["shift"]


def scores_of(params: Params, batch: dict[str, jax.Array], key: jax.Array | None) -> jax.Array:
    """The scores of all heads for each word of a step."""
    keys = [None] * (DEPTH + 2) if key is None else list(jax.random.split(key, DEPTH + 2))

    def drop(x: jax.Array, key: jax.Array | None) -> jax.Array:
        return x if key is None else x * jax.random.bernoulli(key, 1 - DROPOUT, x.shape) / (1 - DROPOUT)

    table = jnp.concatenate([params["table"], jnp.zeros((1, WIDTH))])
    pieces = jnp.concatenate([params["pieces"], jnp.zeros((1, WIDTH))])
    whole = table[batch["whole"]].sum(1)
    if keys[0] is not None:
        whole *= jax.random.bernoulli(keys[0], 1 - UNKNOWN, (len(whole), 1))
    runs = table[batch["runs"]].sum(1) / batch["run_counts"][:, None]
    parts = pieces[batch["pieces"]].sum(1) / batch["piece_counts"][:, None]
    words = jnp.concatenate([whole, table[batch["ends"]].sum(1), table[batch["shape"]].sum(1), runs, parts], 1)
    words = jnp.concatenate([drop(_maxout(params["mix"], words), keys[1]), jnp.zeros((1, WIDTH))])
    x = words[batch["words"]]
    inside = (batch["words"] < len(words) - 1)[:, None]
    nothing = jnp.zeros((1, WIDTH))
    for number, layer in enumerate(params["layers"]):
        seen = jnp.concatenate([jnp.concatenate([nothing, x[:-1]]), x, jnp.concatenate([x[1:], nothing])], 1)
        x = (x + drop(_maxout(layer, seen), keys[2 + number])) * inside
    return x @ params["heads"]["weights"].T + params["heads"]["bias"]


def _loss(params: Params, batch: dict[str, jax.Array], key: jax.Array, soft: float) -> jax.Array:
    scores = scores_of(params, batch, key)
    first, second = len(WORLDWIDE.tags), len(WORLDWIDE.tags) + len(CONLL.tags)
    total = jnp.zeros(())
    for part, name in (
        (scores[:, :first], "worldwide"),
        (scores[:, first:second], "conll"),
        (scores[:, second:], "kinds"),
    ):
        logs = jax.nn.log_softmax(part)
        gold = batch[name]
        told = jnp.take_along_axis(logs, jnp.maximum(gold, 0)[:, None], 1)[:, 0]
        total -= jnp.where(gold >= 0, told, 0).sum() * (0.3 if name == "kinds" else 1.0)
        if name != "kinds":
            taught = (batch[f"{name}_soft"] * logs).sum(-1)
            total -= soft * (taught * batch["taught"]).sum()
    return total / STEP


class Words:
    """The rows of each word, kept."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._kept: dict[str, tuple[np.ndarray, ...]] = {}

    def __call__(self, words: Sequence[str]) -> dict[str, np.ndarray]:
        """The rows of different words, `DIFFERENT` of them, as arrays; places that are not used name the row of zeros."""
        names = ("whole", "ends", "shape", "runs", "pieces")
        sizes = (2, 4, 1, MOST_RUNS, MOST_PIECES)
        nothing = (TABLE_ROWS,) * 4 + (len(self._vocabulary),)
        batch = {n: np.full((DIFFERENT, s), e, np.int32) for n, s, e in zip(names, sizes, nothing, strict=True)}
        for number, word in enumerate(words):
            if (rows := self._kept.get(word)) is None:
                found = (*word_rows(word), pieces_of(word, self._vocabulary)[:MOST_PIECES])
                rows = self._kept[word] = tuple(np.array(each, np.int32) for each in found)
            for name, each in zip(names, rows, strict=True):
                batch[name][number, : len(each)] = each
        batch["run_counts"] = np.maximum(1, (batch["runs"] < TABLE_ROWS).sum(1)).astype(np.float32)
        batch["piece_counts"] = np.maximum(1, (batch["pieces"] < len(self._vocabulary)).sum(1)).astype(np.float32)
        return batch


def steps(examples: Sequence[Example], order: Sequence[int], words: Words) -> Iterator[dict[str, np.ndarray]]:
    """The examples one after the other, rows of zeros between, cut into steps."""
    sizes = len(WORLDWIDE.tags), len(CONLL.tags)
    numbers: dict[str, int] = {}
    rows: list[tuple[int, int, int]] = []  # number of the word, example, word in it

    def batch() -> dict[str, np.ndarray]:
        made = words(list(numbers))
        made["words"] = np.full(STEP, DIFFERENT, np.int32)
        made["words"][: len(rows)] = [number for number, _, _ in rows]
        for name in ("worldwide", "conll", "kinds"):
            made[name] = np.full(STEP, -1, np.int32)
        for name, size in zip(("worldwide", "conll"), sizes, strict=True):
            made[f"{name}_soft"] = np.zeros((STEP, size), np.float32)
        made["taught"] = np.zeros(STEP, np.float32)
        for at, (_, example, word) in enumerate(rows):
            if example < 0:
                continue
            text = examples[example]
            for name in ("worldwide", "conll", "kinds"):
                made[name][at] = getattr(text, name)[word]
            if text.soft is not None:
                made["taught"][at] = 1
                for name, soft in zip(("worldwide", "conll"), text.soft, strict=True):
                    made[f"{name}_soft"][at] = np.exp(soft[word].astype(np.float32))
        return made

    for example in order:
        for at, word in enumerate(examples[example].words):
            if word not in numbers:
                if len(numbers) == DIFFERENT:
                    yield batch()
                    numbers, rows = {}, []
                numbers[word] = len(numbers)
            rows.append((numbers[word], example, at))
            if len(rows) == STEP:
                yield batch()
                numbers, rows = {}, []
        if len(rows) + DEPTH < STEP:
            rows += [(DIFFERENT, -1, -1)] * DEPTH
    if rows:
        yield batch()


def descend(
    params: Params,
    stages: Sequence[Stage],
    vocabulary: dict[str, int],
    *,
    seed: int = 0,
    say: Callable[[str], object] = print,
) -> Params:
    """Adam over the stages; gives the mean of the last steps' weights."""
    words = Words(vocabulary)
    random = np.random.default_rng(seed)
    params = jax.tree.map(jnp.asarray, params)
    for number, stage in enumerate(stages):
        total = max(1, stage.epochs * sum(len(example.words) + DEPTH for example in stage.examples) // STEP)
        run = _stepper(stage, total, jax.random.PRNGKey(seed + number))
        mean = jax.tree.map(jnp.zeros_like, params)
        square = jax.tree.map(jnp.zeros_like, params)
        kept = jax.tree.map(jnp.array, params)
        at = 0
        for epoch in range(stage.epochs):
            order = random.permutation(len(stage.examples)).tolist()
            for batch in steps(stage.examples, order, words):
                params, mean, square, kept, loss = run(params, mean, square, kept, batch, jnp.int32(at))
                at += 1
                if at % 100 == 0:
                    say(f"stage {number + 1}, epoch {epoch + 1}: step {at} of {total}, loss {float(loss):.4f}")
        params = kept
    trained: Params = jax.tree.map(np.asarray, params)
    return trained


def _stepper(stage: Stage, total: int, key: jax.Array) -> Callable[..., Any]:
    """One step of a stage: weights, their moments and their mean go in, with a batch and its number, and come out."""

    def step(params: Params, mean: Params, square: Params, kept: Params, batch: Any, at: jax.Array) -> Any:
        loss, slope = jax.value_and_grad(_loss)(params, batch, jax.random.fold_in(key, at), stage.soft)
        length = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(slope)))
        slope = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / (length + 1e-9)), slope)
        rate = stage.rate * jnp.minimum((at + 1) / WARM_UP, jnp.maximum(0.05, 1 - at / total))
        t = at + 1.0
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
        square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, slope)
        params = jax.tree.map(
            lambda p, m, s: p - rate * (m / (1 - 0.9**t)) / (jnp.sqrt(s / (1 - 0.999**t)) + 1e-8),
            params,
            mean,
            square,
        )
        weight = jnp.minimum(MEAN, t / (t + 10))
        kept = jax.tree.map(lambda k, p: weight * k + (1 - weight) * p, kept, params)
        return params, mean, square, kept, loss

    run: Callable[..., Any] = jax.jit(step, donate_argnums=(0, 1, 2, 3))
    return run

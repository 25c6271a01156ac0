"""The teacher of the recogniser of names: MiniLM, a transformer of six layers, fine-tuned on labelled names.

It is a hundred times too slow for the worker, and finds names better than what can be taught from the labels alone. So it labels
news that nobody has labelled, softly, and the recogniser learns from that. Two heads, one for the classes of each corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from training.entities.labelled import CONLL, WORLDWIDE, LabelledText
from training.minilm import PIECES, WIDTH, Params, encoded, read_minilm, window_batches, windows

__all__ = ("Teacher",)

BATCH: Final = 16
EPOCHS: Final = 2
RATE: Final = 2e-4
WARM_UP: Final = 0.1
DECAY: Final = 0.01


def _scores(params: Params, x: jax.Array) -> tuple[jax.Array, jax.Array]:
    (first, bias), (second, other) = params["heads"]
    return jax.nn.log_softmax(x @ first + bias), jax.nn.log_softmax(x @ second + other)


def _loss(params: Params, batch: dict[str, jax.Array], key: jax.Array) -> jax.Array:
    x = encoded(params, batch["pieces"], batch["cases"], batch["length"], key)
    total = jnp.zeros(())
    for scores, name in zip(_scores(params, x), ("worldwide", "conll"), strict=True):
        gold = batch[name]  # -1 where there is none
        total -= jnp.where(gold >= 0, jnp.take_along_axis(scores, jnp.maximum(gold, 0)[..., None], -1)[..., 0], 0).sum()
    return total / jnp.maximum(1, ((batch["worldwide"] >= 0) | (batch["conll"] >= 0)).sum())


class Teacher:
    """The fine-tuned transformer."""

    def __init__(self, params: Params, vocabulary: dict[str, int]) -> None:
        self.params = params
        self.vocabulary = vocabulary
        self._run = jax.jit(lambda p, pieces, cases, lengths: _scores(p, encoded(p, pieces, cases, lengths, None)))

    @classmethod
    def trained(
        cls,
        directory: Path,
        worldwide: Sequence[LabelledText],
        conll: Sequence[LabelledText],
        *,
        seed: int = 0,
        say: Any = print,
    ) -> Teacher:
        """Fine-tunes MiniLM on labelled texts of both schemes."""
        params, vocabulary = read_minilm(directory)
        key = jax.random.PRNGKey(seed)
        params["heads"] = [
            (
                0.02 * jax.random.normal(jax.random.fold_in(key, n), (WIDTH, len(scheme.tags))),
                jnp.zeros(len(scheme.tags)),
            )
            for n, scheme in enumerate((WORLDWIDE, CONLL))
        ]
        rows = []
        for name, texts in (("worldwide", worldwide), ("conll", conll)):
            for row in windows([text.words for text in texts], vocabulary):
                gold = {each: np.full(PIECES, -1, np.int32) for each in ("worldwide", "conll")}
                begin, firsts = int(row["begin"]), row["firsts"]
                tags = texts[int(row["text"])].tags
                assert tags is not None
                gold[name][firsts] = tags[begin : begin + len(firsts)]
                rows.append({k: row[k] for k in ("pieces", "cases", "length")} | gold)
        steps = EPOCHS * (len(rows) // BATCH)
        mean = jax.tree.map(jnp.zeros_like, params)
        square = jax.tree.map(jnp.zeros_like, params)

        def step(params: Params, mean: Params, square: Params, batch: Any, number: jax.Array) -> Any:
            loss, slope = jax.value_and_grad(_loss)(params, batch, jax.random.fold_in(key, number))
            size = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(slope)))
            slope = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / size), slope)
            share = (number + 1) / steps
            rate = RATE * jnp.minimum(share / WARM_UP, (1 - share) / (1 - WARM_UP))
            mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
            square = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, square, slope)
            t = number + 1.0
            params = jax.tree.map(
                lambda p, m, s: (
                    p - rate * (m / (1 - 0.9**t) / (jnp.sqrt(s / (1 - 0.999**t)) + 1e-8) + DECAY * p * (p.ndim > 1))
                ),
                params,
                mean,
                square,
            )
            return params, mean, square, loss

        run = jax.jit(step)
        random = np.random.default_rng(seed)
        number = 0
        for _ in range(EPOCHS):
            order = random.permutation(len(rows))
            for at in range(0, len(rows) - BATCH + 1, BATCH):
                batch = {k: np.stack([rows[i][k] for i in order[at : at + BATCH]]) for k in rows[0]}
                params, mean, square, loss = run(params, mean, square, batch, jnp.float32(number))
                number += 1
                if number % 50 == 0:
                    say(f"teacher: step {number} of {steps}, loss {float(loss):.4f}")
        return cls(params, vocabulary)

    def label(self, texts: Sequence[LabelledText], *, overlap: int = 24) -> list[tuple[np.ndarray, np.ndarray]]:
        """The logarithms of what each tag of both schemes is given, for each word: words by tags, float16."""
        sizes = [len(text.words) for text in texts]
        found = [tuple(np.zeros((n, len(s.tags)), np.float16) for s in (WORLDWIDE, CONLL)) for n in sizes]
        rows = list(windows([text.words for text in texts], self.vocabulary, overlap=overlap))
        for chosen, batch in window_batches(rows, BATCH):
            scores = self._run(self.params, *batch)
            for n, row in enumerate(chosen):
                text, begin, firsts = int(row["text"]), int(row["begin"]), row["firsts"]
                skip = overlap // 2 if begin else 0
                for table, head in zip(found[text], scores, strict=True):
                    # A later input writes over the end of the one before, which saw less of what follows.
                    table[begin + skip : begin + len(firsts)] = np.asarray(head[n])[firsts[skip:]]
        return [(worldwide, conll) for worldwide, conll in found]

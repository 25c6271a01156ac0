"""The teacher of the recogniser of names: MiniLM, a transformer of six layers, fine-tuned on labelled names.

It is a hundred times too slow for the worker, and finds names better than what can be taught from the labels alone. So it labels
news that nobody has labelled, softly, and the recogniser learns from that. Two heads, one for the classes of each corpus.

Weights: all-MiniLM-L6-v2 (Wang et al. 2020; Apache-2.0), uncased; the case of a word comes in through embeddings of its own.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from newswire.extract.language.pieces import pieces_of
from training.entities.labelled import CONLL, WORLDWIDE, LabelledText

__all__ = ("Teacher", "read_minilm", "windows")

# MiniLM-L6: layers, heads, width, and the longest input that it is given here, with a mark at each end.
LAYERS: Final = 6
HEADS: Final = 12
WIDTH: Final = 384
PIECES: Final = 128

# Pieces of one word beyond which the rest is left out: the first ones tell what it is.
PER_WORD: Final = 8

BATCH: Final = 16
EPOCHS: Final = 2
RATE: Final = 2e-4
WARM_UP: Final = 0.1
DROPOUT: Final = 0.1
DECAY: Final = 0.01

CASES: Final = 8

Params = dict[str, Any]
Batch = dict[str, np.ndarray]


def case_of(word: str) -> int:
    """How a word is written: small, capitals, a capital first, one capital, mixed, with digits, digits, other."""
    if word.isalpha():
        if word.islower():
            return 1
        if len(word) == 1:
            return 4
        return 2 if word.isupper() else 3 if word[0].isupper() and word[1:].islower() else 5
    return 7 if word.isdigit() else 6 if any(map(str.isalnum, word)) else 0


def read_minilm(directory: Path) -> tuple[Params, dict[str, int]]:
    """The weights of MiniLM and its vocabulary, from `model.safetensors` and `tokenizer.json`."""
    with (directory / "model.safetensors").open("rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        body = file.read()

    def tensor(name: str) -> jax.Array:
        entry = header[name]
        start, end = entry["data_offsets"]
        return jnp.asarray(np.frombuffer(body[start:end], np.float32).reshape(entry["shape"]))

    def affine(name: str) -> tuple[jax.Array, jax.Array]:
        return tensor(f"{name}.weight").T, tensor(f"{name}.bias")

    def norm(name: str) -> tuple[jax.Array, jax.Array]:
        return tensor(f"{name}.weight"), tensor(f"{name}.bias")

    layers = []
    for number in range(LAYERS):
        at = f"encoder.layer.{number}"
        queries = [affine(f"{at}.attention.self.{part}") for part in ("query", "key", "value")]
        layers.append(
            {
                "qkv": (jnp.concatenate([w for w, _ in queries], 1), jnp.concatenate([b for _, b in queries])),
                "out": affine(f"{at}.attention.output.dense"),
                "norm1": norm(f"{at}.attention.output.LayerNorm"),
                "up": affine(f"{at}.intermediate.dense"),
                "down": affine(f"{at}.output.dense"),
                "norm2": norm(f"{at}.output.LayerNorm"),
            }
        )
    words = tensor("embeddings.word_embeddings.weight")
    params: Params = {
        "words": words,
        "places": tensor("embeddings.position_embeddings.weight")[:PIECES]
        + tensor("embeddings.token_type_embeddings.weight")[0],
        "norm": norm("embeddings.LayerNorm"),
        "layers": layers,
        "cases": jnp.zeros((CASES, WIDTH)),
    }
    vocabulary: dict[str, int] = json.loads((directory / "tokenizer.json").read_text(encoding="utf-8"))["model"][
        "vocab"
    ]
    return params, vocabulary


def windows(texts: Sequence[LabelledText], vocabulary: dict[str, int], *, overlap: int = 0) -> Iterator[Batch]:
    """The texts cut into inputs of at most `PIECES`, each with the numbers of its words.

    `firsts` says where each word's first piece stands; `text`, `word` which word of which text it is. With an `overlap`,
    each input begins so many words before the end of the last one, and only words with context on both sides count.
    """
    known: dict[str, list[int]] = {}
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    for number, text in enumerate(texts):
        begin = 0
        while begin < len(text.words):
            pieces, cases, firsts = [cls], [0], []
            end = begin
            while end < len(text.words):
                word = text.words[end]
                if (parts := known.get(word)) is None:
                    parts = known[word] = pieces_of(word, vocabulary)[:PER_WORD]
                if len(pieces) + len(parts) >= PIECES:
                    break
                firsts.append(len(pieces))
                pieces += parts
                cases += [case_of(word)] * len(parts)
                end += 1
            pieces.append(sep)
            cases.append(0)
            row: Batch = {
                "pieces": np.zeros(PIECES, np.int32),
                "cases": np.zeros(PIECES, np.int32),
                "length": np.array(len(pieces)),
                "firsts": np.array(firsts, np.int32),
                "text": np.array(number),
                "begin": np.array(begin),
            }
            row["pieces"][: len(pieces)] = pieces
            row["cases"][: len(cases)] = cases
            yield row
            if end == len(text.words):
                break
            begin = max(begin + 1, end - overlap)


def _norm(x: jax.Array, weights: tuple[jax.Array, jax.Array]) -> jax.Array:
    mean = x.mean(-1, keepdims=True)
    spread = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(spread + 1e-12) * weights[0] + weights[1]


def _drop(x: jax.Array, key: jax.Array | None) -> jax.Array:
    return x if key is None else x * jax.random.bernoulli(key, 1 - DROPOUT, x.shape) / (1 - DROPOUT)


def encoded(
    params: Params, pieces: jax.Array, cases: jax.Array, lengths: jax.Array, key: jax.Array | None
) -> jax.Array:
    """The vectors of all pieces: inputs by pieces by `WIDTH`. `key` makes it drop some, as in training."""
    keys = [None] * (1 + 2 * LAYERS) if key is None else list(jax.random.split(key, 1 + 2 * LAYERS))
    size, count = pieces.shape
    mask = jnp.where(jnp.arange(count)[None] < lengths[:, None], 0.0, -1e9)[:, None, None, :]
    x = params["words"][pieces] + params["places"][:count] + params["cases"][cases]
    x = _drop(_norm(x, params["norm"]), keys[0])
    for number, layer in enumerate(params["layers"]):
        mixed = (x @ layer["qkv"][0] + layer["qkv"][1]).reshape(size, count, 3, HEADS, WIDTH // HEADS)
        query, key_, value = mixed[:, :, 0], mixed[:, :, 1], mixed[:, :, 2]
        scores = jnp.einsum("nthd,nshd->nhts", query, key_) / (WIDTH // HEADS) ** 0.5 + mask
        seen = jnp.einsum("nhts,nshd->nthd", jax.nn.softmax(scores, -1), value).reshape(size, count, WIDTH)
        x = _norm(x + _drop(seen @ layer["out"][0] + layer["out"][1], keys[1 + 2 * number]), layer["norm1"])
        wide = jax.nn.gelu(x @ layer["up"][0] + layer["up"][1], approximate=True)
        x = _norm(x + _drop(wide @ layer["down"][0] + layer["down"][1], keys[2 + 2 * number]), layer["norm2"])
    return x


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
            for row in windows(texts, vocabulary):
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
        rows = list(windows(texts, self.vocabulary, overlap=overlap))
        order = sorted(range(len(rows)), key=lambda i: int(rows[i]["length"]))
        for at in range(0, len(rows), BATCH):
            chosen = [rows[i] for i in order[at : at + BATCH]]
            fill = chosen + [chosen[-1]] * (BATCH - len(chosen))
            width = min(PIECES, 32 * -(-int(max(r["length"] for r in fill)) // 32))
            batch = [np.stack([row[k] for row in fill]) for k in ("pieces", "cases", "length")]
            scores = self._run(self.params, batch[0][:, :width], batch[1][:, :width], batch[2])
            for n, row in enumerate(chosen):
                text, begin, firsts = int(row["text"]), int(row["begin"]), row["firsts"]
                skip = overlap // 2 if begin else 0
                for table, head in zip(found[text], scores, strict=True):
                    # A later input writes over the end of the one before, which saw less of what follows.
                    table[begin + skip : begin + len(firsts)] = np.asarray(head[n])[firsts[skip:]]
        return [(worldwide, conll) for worldwide, conll in found]

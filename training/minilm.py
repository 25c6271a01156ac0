"""MiniLM, a transformer of six layers: its weights, its inputs and its arithmetic, for the teachers of names and of events.

Weights: all-MiniLM-L6-v2 (Wang et al. 2020; Apache-2.0), uncased; the case of a word comes in through embeddings of its own,
which are zeros until they are trained.
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

__all__ = (
    "LAYERS", "PIECES", "WIDTH", "Params", "embedded", "encoded", "passed", "read_minilm", "window_batches", "windows",
)  # fmt: skip

# MiniLM-L6: layers, heads, width, and the longest input that it is given here, with a mark at each end.
LAYERS: Final = 6
HEADS: Final = 12
WIDTH: Final = 384
PIECES: Final = 128

# Pieces of one word beyond which the rest is left out: the first ones tell what it is.
PER_WORD: Final = 8

DROPOUT: Final = 0.1

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


def windows(texts: Sequence[Sequence[str]], vocabulary: dict[str, int], *, overlap: int = 0) -> Iterator[Batch]:
    """The texts cut into inputs of at most `PIECES`, each with the numbers of its words.

    `firsts` says where each word's first piece stands, `text` and `begin` what the number of the text is and of its first word
    here. With an `overlap`, each input begins so many words before the end of the last one.
    """
    known: dict[str, list[int]] = {}
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    for number, text in enumerate(texts):
        begin = 0
        while begin < len(text):
            pieces, cases, firsts = [cls], [0], []
            end = begin
            while end < len(text):
                word = text[end]
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
            if end == len(text):
                break
            begin = max(begin + 1, end - overlap)


def window_batches(rows: Sequence[Batch], size: int) -> Iterator[tuple[list[Batch], list[np.ndarray]]]:
    """Inputs of like length together, so many at a time: the inputs, and their pieces, cases and lengths. The last one is
    repeated until there are enough."""
    order = sorted(rows, key=lambda row: int(row["length"]))
    for at in range(0, len(order), size):
        chosen = order[at : at + size]
        fill = chosen + [chosen[-1]] * (size - len(chosen))
        # Few widths, for each of which the arithmetic is compiled.
        width = min(PIECES, 32 * -(-int(fill[-1]["length"]) // 32))
        pieces, cases, lengths = (np.stack([row[name] for row in fill]) for name in ("pieces", "cases", "length"))
        yield chosen, [pieces[:, :width], cases[:, :width], lengths]


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
    first, *others = [None] * (1 + 2 * LAYERS) if key is None else list(jax.random.split(key, 1 + 2 * LAYERS))
    return passed(params["layers"], embedded(params, pieces, cases, first), lengths, others)


def embedded(params: Params, pieces: jax.Array, cases: jax.Array, key: jax.Array | None) -> jax.Array:
    """What the first layer is given of each piece."""
    x = params["words"][pieces] + params["places"][: pieces.shape[1]] + params["cases"][cases]
    return _drop(_norm(x, params["norm"]), key)


def passed(
    layers: Sequence[Params], x: jax.Array, lengths: jax.Array, keys: Sequence[jax.Array | None] | None = None
) -> jax.Array:
    """What some layers, one upon the other, make of vectors. `keys`, two a layer, make it drop some, as in training."""
    keys = keys or [None] * (2 * len(layers))
    size, count, _ = x.shape
    mask = jnp.where(jnp.arange(count)[None] < lengths[:, None], 0.0, -1e9)[:, None, None, :]
    for number, layer in enumerate(layers):
        mixed = (x @ layer["qkv"][0] + layer["qkv"][1]).reshape(size, count, 3, HEADS, WIDTH // HEADS)
        query, key_, value = mixed[:, :, 0], mixed[:, :, 1], mixed[:, :, 2]
        scores = jnp.einsum("nthd,nshd->nhts", query, key_) / (WIDTH // HEADS) ** 0.5 + mask
        seen = jnp.einsum("nhts,nshd->nthd", jax.nn.softmax(scores, -1), value).reshape(size, count, WIDTH)
        x = _norm(x + _drop(seen @ layer["out"][0] + layer["out"][1], keys[2 * number]), layer["norm1"])
        wide = jax.nn.gelu(x @ layer["up"][0] + layer["up"][1], approximate=True)
        x = _norm(x + _drop(wide @ layer["down"][0] + layer["down"][1], keys[2 * number + 1]), layer["norm2"])
    return x

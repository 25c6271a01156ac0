"""The token encoder of spaCy's CPU pipelines (hash embeddings, maxout windows) in plain numpy, several times as fast.

spaCy hands every layer's numbers through Python objects and freshly cleared memory, and embeds the same word again each time
it comes. Here a word is embedded once and kept, all layers work in place on blocks that fit a processor's cache, and biases
ride along in the matrix products. The numbers are those of the original to rounding.

All products have the same shape, blocks of `ROWS` rows: a library chooses another order of summation for another number of
rows, and then the vector of a token would depend on how much else is in its batch. On processors with AVX2 alone OpenBLAS still
sums in another order for another place in the block (it takes twelve rows at a time, six and six), so that the last bit or two
may depend on it; whoever makes decisions of the vectors rounds first (`confidence.DIGITS` of the quotes).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ("ROWS", "Affine", "Encoder", "Maxout", "Windows", "encoder_of", "rounded")

Floats = npt.NDArray[np.float32]
Features = npt.NDArray[np.uint64]

# Rows of one matrix product. The inputs, outputs and weights of a block (0.3 MB each) stay in a core's second-level cache;
# 64 rows are 5 % slower, 512 no faster.
ROWS: Final = 128

# Different words whose embedding is kept: 95 of 100 words of a news stream are among its 20,000 most frequent ones. Above
# this the table starts anew, so that no stream of noise fills the memory; 32,768 rows of 96 numbers are 12 MB.
WORDS_KEPT: Final = 32_768

# Odd multipliers that mix a token's features into one key. Features are 64-bit hashes, so that two of a million words
# get the same key once in ten million times.
MULTIPLIERS: Final = np.array(
    [
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0xD6E8FEB86659FD93,
        0xFF51AFD7ED558CCD,
        0xC4CEB9FE1A85EC53,
        0xA0761D6478BD642F,
        0xE7037ED1A0B428DB,
    ],
    dtype=np.uint64,
)


class Affine:
    """`rows @ weights + bias`, in blocks of `ROWS` rows."""

    def __init__(self, weights: Floats, bias: Floats | None) -> None:
        """`weights` is outputs x inputs, as spaCy keeps them."""
        self.inputs = weights.shape[1]
        self.outputs = weights.shape[0]
        self._weights = np.ascontiguousarray(weights.T)
        self._bias = bias
        self._rest = np.zeros((ROWS, self.inputs), np.float32)

    def __call__(self, rows: Floats, out: Floats) -> None:
        """Writes into `out`, which has room for whole blocks: `rounded(len(rows))` rows."""
        for start in range(0, len(rows), ROWS):
            block = rows[start : start + ROWS]
            if len(block) < ROWS:
                self._rest[: len(block)] = block
                block = self._rest
            np.matmul(block, self._weights, out=out[start : start + ROWS])
        if self._bias is not None:
            out[: len(rows)] += self._bias


def rounded(rows: int) -> int:
    """The number of rows in whole blocks."""
    return -(-rows // ROWS) * ROWS


class Maxout:
    """A maxout layer with layer normalisation, on one block: `ROWS` rows of inputs in, `ROWS` rows of outputs out."""

    def __init__(self, weights: Floats, bias: Floats, gain: Floats, shift: Floats) -> None:
        """`weights` is outputs x pieces x inputs and `bias` outputs x pieces, as spaCy keeps them."""
        self.width, self.pieces, self.inputs = weights.shape
        # One row more, for the bias: the block's last column holds ones. Pieces lie one behind the other, so that the
        # maximum is taken over long rows instead of over neighbours.
        joined = np.concatenate([weights, bias[:, :, None]], axis=2)
        self._weights = np.ascontiguousarray(joined.transpose(2, 1, 0).reshape(self.inputs + 1, -1))
        # As often as a block has rows: numpy multiplies two blocks faster than a block and a row.
        self._gain, self._shift = (np.tile(row, (ROWS, 1)) for row in (gain, shift))
        self.block = np.ones((ROWS, self.inputs + 1), np.float32)
        self._sums = np.empty((ROWS, self.pieces * self.width), np.float32)
        self._best = np.empty((ROWS, self.width), np.float32)
        self._moments = np.empty(ROWS, np.float32)

    def __call__(self) -> Floats:
        """The outputs for what stands in `block`; valid until the next call."""
        sums, best, moments, width = self._sums, self._best, self._moments, self.width
        np.matmul(self.block, self._weights, out=sums)
        np.maximum(sums[:, :width], sums[:, width : 2 * width], out=best)
        for piece in range(2, self.pieces):
            np.maximum(best, sums[:, piece * width : (piece + 1) * width], out=best)
        np.einsum("ij->i", best, out=moments)
        moments /= width
        best -= moments[:, None]
        np.einsum("ij,ij->i", best, best, out=moments)
        moments /= width
        moments += 1e-8  # as thinc's LayerNorm does
        np.sqrt(moments, out=moments)
        best /= moments[:, None]
        best *= self._gain
        best += self._shift
        return best


class Windows:
    """Maxout layers over each row and its two neighbours, each added to what was there."""

    def __init__(self, layers: Sequence[Maxout]) -> None:
        self._layers = tuple(layers)
        self._width = self._layers[0].width
        # Rows of zeros between documents, as many as a document's edge sees beyond itself.
        self._pad = len(self._layers)
        self._rows = np.zeros((2, ROWS + 2, self._width), np.float32)

    def __call__(self, table: Floats, embedded: npt.NDArray[np.intp], lengths: Sequence[int]) -> Floats:
        """The vectors of tokens, tokens x width, of documents that lie end to end; `embedded` is each token's row of `table`."""
        needed = rounded(len(embedded) + self._pad * (len(lengths) + 1))
        if self._rows.shape[1] < needed + 2:
            self._rows = np.zeros((2, needed + 2, self._width), np.float32)
        rows, others = self._rows
        rows[: needed + 2] = 0
        for token, row, length in self._places(lengths):
            np.take(table, embedded[token : token + length], axis=0, out=rows[row : row + length], mode="clip")
        for layer in self._layers:
            _convolve(layer, rows, others, needed)
            rows, others = others, rows
        vectors = np.empty((len(embedded), self._width), np.float32)
        for token, row, length in self._places(lengths):
            vectors[token : token + length] = rows[row : row + length]
        return vectors

    def _places(self, lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Each document's first token, first row and length. A row of zeros stands before the first padding."""
        token, row = 0, 1 + self._pad
        for length in lengths:
            yield token, row, length
            token += length
            row += length + self._pad


def _convolve(layer: Maxout, rows: Floats, out: Floats, count: int) -> None:
    """Each of `count` rows, from the second on, with its neighbours through the layer, added to what was there."""
    width, block = layer.width, layer.block
    for start in range(1, count + 1, ROWS):
        block[:, :width] = rows[start - 1 : start - 1 + ROWS]
        block[:, width : 2 * width] = rows[start : start + ROWS]
        block[:, 2 * width : 3 * width] = rows[start + 1 : start + 1 + ROWS]
        np.add(rows[start : start + ROWS], layer(), out=out[start : start + ROWS])


class Encoder:
    """Tokens in, one vector a token out. Made by `encoder_of`."""

    def __init__(self, columns: Sequence[str], tables: Any, mix: Maxout, layers: Sequence[Maxout]) -> None:
        self.columns = tuple(columns)
        self.width = mix.width
        self._tables = tables
        self._mix = mix
        self._windows = Windows(layers)
        self._kept: dict[int, int] = {}
        self._embedded = np.empty((WORDS_KEPT, self.width), np.float32)

    def __call__(self, features: Features, lengths: Sequence[int]) -> Floats:
        """The vectors of the tokens, tokens x width, of documents that lie end to end.

        `features` has a token's values of `columns` in each row; `lengths` are the documents' numbers of tokens.
        """
        embedded = self._embed(features)
        return self._windows(self._embedded, embedded, lengths)

    def _embed(self, features: Features) -> npt.NDArray[np.intp]:
        """The row of `_embedded` for each token."""
        keys = (features * MULTIPLIERS[: len(self.columns)]).sum(axis=1, dtype=np.uint64).tolist()
        kept = self._kept
        new = {key: token for token, key in enumerate(keys) if key not in kept}
        if new:
            if len(kept) + len(new) > WORDS_KEPT:
                kept.clear()
                new = {key: token for token, key in enumerate(keys)}
                if len(new) > len(self._embedded):  # one batch of nothing but different words
                    self._embedded = np.empty((len(new), self.width), np.float32)
            first = len(kept)
            self._mixed(features[list(new.values())], self._embedded[first : first + len(new)])
            kept.update(zip(new, range(first, first + len(new)), strict=True))
        return np.fromiter(map(kept.__getitem__, keys), np.intp, len(keys))

    def _mixed(self, features: Features, out: Floats) -> None:
        """The embeddings of words; one word's do not depend on the others'."""
        tables = self._tables.predict(features)
        for start in range(0, len(out), ROWS):
            rows = tables[start : start + ROWS]
            self._mix.block[: len(rows), :-1] = rows
            out[start : start + ROWS] = self._mix()[: len(rows)]


def encoder_of(model: Any) -> Encoder | None:
    """The encoder that computes what a thinc model of spaCy's architecture Tok2Vec does.

    None unless its parts are MultiHashEmbed of several attributes without static vectors, and MaxoutWindowEncoder with
    windows of one token and several pieces: then it has to be run by spaCy itself.
    """
    leaves = [node for node in _leaves(model) if node.name not in ("list2ragged", "ragged2list", "dropout", "noop")]
    names = [node.name for node in leaves]
    tables = next(
        (node for node in model.walk() if node.name.startswith("with_array") and "hashembed" in node.name), None
    )
    if tables is None or names[:1] != ["extract_features"]:
        return None
    columns = leaves[0].attrs["columns"]
    count = len(columns)
    depth, rest = divmod(len(names) - 1 - 2 * count - 2, 3)
    expected = ["extract_features", *["ints-getitem", "hashembed"] * count, "maxout", "layernorm"]
    if (
        rest
        or depth < 1
        or count > len(MULTIPLIERS)
        or names != expected + ["expand_window", "maxout", "layernorm"] * depth
    ):
        return None
    windows = [node.attrs["window_size"] for node in leaves if node.name == "expand_window"]
    maxouts = [
        Maxout(*(node.get_param(name) for name in "Wb"), *(norm.get_param(name) for name in "Gb"))
        for node, norm in pairwise(leaves)
        if node.name == "maxout"
    ]
    if set(windows) != {1} or min(maxout.pieces for maxout in maxouts) < 2:
        return None
    return Encoder(columns, tables.layers[0], maxouts[0], maxouts[1:])


def _leaves(model: Any) -> Iterator[Any]:
    """The layers that compute, in order."""
    if not model.layers:
        yield model
    for layer in model.layers:
        yield from _leaves(layer)

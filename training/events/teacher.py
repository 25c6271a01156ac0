"""The teacher of the event networks: reader and linker that also see what MiniLM, fine-tuned with them, makes of each token.

It is a hundred times too slow for the worker, and finds events better than what can be taught from the labels alone. So it labels
news that nobody has labelled, softly, and the event networks learn from that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.events import network
from newswire.extract.events.features import MOST, PAIR_COLUMNS, POLARITIES, WAYS, Meanings, features
from newswire.extract.events.predictions import linked, reading
from newswire.extract.lexicons import Lexicons
from training.events.examples import Example, grouped, parts
from training.events.student import (
    Arrays,
    arrays,
    batches,
    linker_beginning,
    linker_error,
    reader_beginning,
    reader_error,
)
from training.events.texts import Text
from training.minilm import LAYERS, PIECES, WIDTH, Params, embedded, passed, read_minilm, window_batches, windows
from training.optimiser import Schedule, averaged, begin, stepper
from training.quotes.networks import dropout, shifted

__all__ = ("Teacher", "tune")

# Of reader and linker: no speed is asked of them.
READER_WIDTH: Final = 128
LINKER_WIDTH: Final = 128

# One step sees so many tokens in so many inputs of MiniLM, and so many predicates. Short texts share an input.
TOKENS: Final = 960
WINDOWS: Final = 9
ANCHORS: Final = 48
PART: Final = 240

# The lower layers of MiniLM stay as they are, so that what they make of the labelled texts is worked out once.
FROZEN: Final = 3

# Four with a third of the labels: the steps are about as many.
EPOCHS: Final = 2
RATE: Final = 2e-3
# MiniLM has learnt before: it moves by so much of the rate.
SHARE: Final = 0.1
WARM_UP: Final = 40
DECAY: Final = 0.04
DROPOUT: Final = 0.2
WORD_DROPOUT: Final = 0.3
AVERAGE: Final = 0.98

# Probability from which on the linker learns from what a token may tell, the less the lower.
TOLD: Final = 0.15

# Words that the inputs of one text share, so that each is read with context on both sides.
OVERLAP: Final = 24


def inputs(words: Sequence[str], vocabulary: dict[str, int]) -> Arrays:
    """The inputs of MiniLM for the words of a step, and for each word where its vector comes to stand. `read` are the words that
    have one: rare words are of many pieces, and then not all inputs of a step fit."""
    found: Arrays = {
        "pieces": np.zeros((WINDOWS, PIECES), np.int32),
        "cases": np.zeros((WINDOWS, PIECES), np.int32),
        "length": np.ones(WINDOWS, np.int32),
        "places": np.zeros(TOKENS, np.int32),
        "read": np.zeros(TOKENS, np.float32),
    }
    for number, row in enumerate(islice(windows([words[:TOKENS]], vocabulary), WINDOWS)):
        for name in ("pieces", "cases", "length"):
            found[name][number] = row[name]
        begin, firsts = int(row["begin"]), row["firsts"]
        here = slice(begin, begin + len(firsts))
        found["places"][here], found["read"][here] = number * PIECES + firsts, 1
    return found


def pair_arrays(batch: Sequence[Example]) -> Arrays:
    """The predicates of a batch, one row each, their pairs beside each other, as arrays of fixed sizes."""
    size = MOST + 1
    found: Arrays = {
        "anchors": np.zeros(ANCHORS, np.int32),
        "kind": np.zeros(ANCHORS, np.int32),
        "parties": np.zeros((ANCHORS, size), np.int32),
        "governors": np.zeros((ANCHORS, size), np.int32),
        "pair columns": np.zeros((ANCHORS, size, len(PAIR_COLUMNS)), np.int32),
        "paths": np.zeros((ANCHORS, size, WAYS), np.int32),
        "roles": np.zeros((ANCHORS, size, network.ROLES), np.float32),
        "mask": np.zeros((ANCHORS, size), np.float32),
    }
    row = token = 0
    for one in batch:
        for anchor, first, n in zip(*grouped(one.pairs), strict=True):
            if row == ANCHORS or token + len(one.words) > TOKENS:
                break
            last = first + n
            found["anchors"][row], found["kind"][row] = token + anchor, 1 + one.kinds[anchor, 1:].argmax()
            found["parties"][row, :n] = token + one.pairs.parties[first:last]
            found["governors"][row, :n] = token + one.pairs.governors[first:last]
            found["pair columns"][row, :n] = one.pairs.columns[first:last]
            found["paths"][row, :n] = one.pairs.paths[first:last]
            found["roles"][row, :n], found["mask"][row, :n] = one.roles[first:last], one.weights[first:last]
            row += 1
        token += len(one.words)
    return found


def tune(minilm: Path, examples: Sequence[Example], table: np.ndarray, seed: int) -> Arrays:
    """What fine-tuning MiniLM with a reader and a linker on labelled texts makes of their weights; `table` are the word
    vectors with a row for none."""
    params, vocabulary = read_minilm(minilm)
    width = examples[0].columns.vectors.shape[1] + WIDTH
    begun = {
        **named(params["layers"][FROZEN:]),
        # MiniLM reads what stands around a token. Told the means of its text besides, of longer parts, the teacher is no better
        # (on the first fold average precision .736 instead of .740, type right for 83.1 instead of 83.7 %).
        **reader_beginning(width, table, seed, READER_WIDTH, context=False),
        **linker_beginning(width + READER_WIDTH, table, seed, LINKER_WIDTH),
    }
    pieces = [each for one in examples for each in parts(one, PART)]
    chance = np.random.default_rng(seed)
    run = jax.jit(partial(lower, params))
    steps = []
    for batch in batches(pieces, chance.permutation(len(pieces)).tolist(), TOKENS):
        given = inputs([word for one in batch for word in one.words], vocabulary)
        given["states"] = run(given.pop("pieces"), given.pop("cases"), given["length"])
        taken = {**arrays(batch, TOKENS), **pair_arrays(batch), **given}
        read = taken.pop("read")
        taken["counted"] *= read
        taken["mask"] *= read[taken["anchors"]][:, None]
        steps.append(taken)
    order = [number for _ in range(EPOCHS) for number in chance.permutation(len(steps)).tolist()]
    schedule = Schedule(rate=RATE, steps=len(order), warm_up=WARM_UP, decay=DECAY, average=AVERAGE)
    meanings = jnp.asarray(table)
    step = stepper(
        lambda weights, batch, key: teacher_loss(weights, meanings, batch, key),
        schedule,
        seed,
        lambda name: SHARE if name.startswith("minilm") else 1,
    )
    state = begin(begun)
    errors = []
    for number, which in enumerate(order, 1):
        state, error = step(state, steps[which], number)
        errors.append(error)
        if number % 100 == 0:
            print(f"teacher: step {number} of {len(order)}, loss {float(np.mean(errors[-100:])):.3f}", flush=True)
    return averaged(state)


class Teacher:
    """The fine-tuned transformer with its reader and its linker."""

    def __init__(self, weights: Arrays, minilm: Path) -> None:
        """`weights` are those that `tune` makes, `minilm` is the directory of those that stay as they are."""
        params, self._vocabulary = read_minilm(minilm)
        self._weights = weights
        self._upper = upper(weights)
        self._lower = jax.jit(partial(lower, params))
        self._run = jax.jit(passed)

    def seen(self, texts: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """The vectors that MiniLM makes of the words of each text."""
        seen: dict[tuple[int, int], np.ndarray] = {}
        for chosen, (pieces, cases, lengths) in window_batches(
            list(windows(texts, self._vocabulary, overlap=OVERLAP)), WINDOWS
        ):
            out = np.asarray(self._run(self._upper, self._lower(pieces, cases, lengths), lengths))
            for row, vectors in zip(chosen, out, strict=False):
                seen[int(row["text"]), int(row["begin"])] = vectors[row["firsts"]]
        found = [np.zeros((len(words), WIDTH), np.float32) for words in texts]
        for (text, first), vectors in sorted(seen.items()):
            # A later input writes over the end of the one before, which saw less of what follows.
            skip = OVERLAP // 2 if first else 0
            found[text][first + skip : first + len(vectors)] = vectors[skip:]
        return found

    def taught(
        self, texts: Sequence[Text], lexicons: Lexicons, meanings: Meanings, table: np.ndarray
    ) -> Iterator[Example]:
        """Texts as examples of what this teacher finds in them: how likely each type is at each token, how likely each party is
        an end of each word that may be a predicate."""
        weights = {**self._weights, "meanings": table}
        for text, seen in zip(texts, self.seen([text.parse.words for text in texts]), strict=True):
            parse, known, quotes = text.parse, text.known, text.quotes
            columns = features(parse, known, quotes, paragraphs(parse.text), lexicons.predicates, meanings)
            seeing = dataclasses.replace(columns, vectors=np.concatenate([columns.vectors, seen], axis=1))
            hidden, scores, states = reading(weights, seeing)
            kinds = network.softmax(scores)
            anchors = np.flatnonzero(1 - kinds[:, 0] > TOLD)
            rows, _, (roles,) = linked(
                [(weights, hidden)], parse, known, quotes, seeing, anchors, 1 + kinds[:, 1:].argmax(axis=1)
            )
            status = np.stack([part.argmax(axis=1) for part in np.split(states, [len(POLARITIES)], axis=1)], axis=1)
            status[kinds[:, 0] > 0.5] = -1
            yield Example(
                text.article.id, list(parse.words), columns, kinds, np.ones(len(parse), np.float32),
                status.astype(np.int32), rows, roles, 1 - kinds[rows.anchors, 0],
            )  # fmt: skip


def lower(params: Params, pieces: Any, cases: Any, lengths: Any) -> Any:
    """What the layers of MiniLM that stay as they are make of its inputs."""
    return passed(params["layers"][:FROZEN], embedded(params, pieces, cases, None), lengths)


def named(layers: Sequence[Params]) -> Arrays:
    """The weights of layers by name."""
    return {
        f"minilm.{number}.{name}.{place}": part
        for number, layer in enumerate(layers)
        for name, pair in layer.items()
        for place, part in enumerate(pair)
    }


def upper(weights: Arrays) -> list[Params]:
    """The layers whose weights bear these names."""
    layers: list[Params] = [{} for _ in range(FROZEN, LAYERS)]
    for key, part in sorted(weights.items()):
        if key.startswith("minilm."):
            _, number, name, _ = key.split(".")
            layers[int(number)][name] = (*layers[int(number)].get(name, ()), part)
    return layers


def teacher_loss(weights: Arrays, table: Any, batch: Arrays, key: Any) -> Any:
    """What training makes small: the errors on types, on status and on ends."""
    keys = jax.random.split(key, 4)
    drops = list(jax.random.split(keys[0], 2 * (LAYERS - FROZEN)))
    pieces = passed(upper(weights), batch["states"], batch["length"], drops)
    vectors = jnp.concatenate([batch["vectors"], pieces.reshape((-1, WIDTH))[batch["places"]]], axis=1)
    known = {**weights, "meanings": table}
    hidden, kinds, status = network.encode(
        jnp, known, batch["meanings"], batch["lemmas"], batch["columns"], batch["links"], batch["first"], batch["last"],
        vectors, dropout(keys[1], DROPOUT), dropout(keys[2], WORD_DROPOUT, whole_rows=True), shifted,
    )  # fmt: skip
    groups, size = batch["mask"].shape
    owners = jnp.repeat(batch["anchors"], size)
    linked = network.link(
        jnp, known, jnp.concatenate([vectors, hidden], axis=1), batch["meanings"], owners, batch["parties"].ravel(),
        jnp.repeat(batch["kind"], size),
        batch["pair columns"].reshape((groups * size, -1)), batch["paths"].reshape((groups * size, -1)),
        batch["governors"].ravel(), dropout(keys[3], DROPOUT),
    )  # fmt: skip
    return reader_error(kinds, status, batch) + linker_error(linked, batch)

"""Reader and linker of events while they learn: their arithmetic in an array module that differentiates, and the descent.

`newswire.extract.events.network` has their layers, and runs what is learnt here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from newswire.extract.document.token_columns import BUCKETS
from newswire.extract.events import network
from newswire.extract.events.features import COLUMNS, MODALITIES, MOST, PAIR_COLUMNS, PATHS, POLARITIES, WAYS
from newswire.extract.events.ontology import TYPES
from newswire.extract.events.predictions import linking, reading
from training.events.examples import Example, grouped, parts
from training.optimiser import Schedule, averaged, begin, stepper
from training.quotes.networks import dropout, shifted

__all__ = (
    "Arrays", "arrays", "batches", "linker_beginning", "linker_error", "reader_beginning", "reader_error", "train_linker",
    "train_reader",
)  # fmt: skip

# 64 finds less (average precision .740 instead of .745, type right for 79.8 instead of 80.8 % on the first fold).
WIDTH: Final = 96
LEMMA_WIDTH: Final = 24
COLUMN_WIDTHS: Final = (16, 16, 4, 24, 16, 16, 12, 10, 4, 8)
# Of the linker: both ends right for 56.6 % of the labels of the first fold, also thanks to more news; 96 and 48 wide for 56.2 %.
LINK_WIDTH: Final = 128
INNER_WIDTH: Final = 64

# One step sees about six articles; longer texts of the teacher's are cut.
TOKENS: Final = 4096
PART: Final = 1500

RATE: Final = 2.5e-3
WARM_UP: Final = 60
DECAY: Final = 0.04
# Little: the teacher's examples are many.
DROPOUT: Final = 0.05
WORD_DROPOUT: Final = 0.2
AVERAGE: Final = 0.99
# Small groups of pairs bear a higher rate and want little dropout.
LINK_RATE: Final = 4e-3
LINK_BATCH: Final = 96
LINK_DROPOUT: Final = 0.1
# What an error on status counts beside one on a type.
STATUS: Final = 0.2

Arrays = dict[str, Any]


def batches(examples: Sequence[Example], order: Sequence[int], tokens: int = TOKENS) -> Iterator[list[Example]]:
    """The examples in that order, as many together as fit into a step of so many tokens."""
    batch: list[Example] = []
    room = tokens
    for i in order:
        size = len(examples[i].columns.first)
        if size > room and batch:
            yield batch
            batch, room = [], tokens
        batch.append(examples[i])
        room -= size
    if batch:
        yield batch


def arrays(batch: list[Example], tokens: int = TOKENS) -> Arrays:
    """A batch as arrays of fixed sizes; what does not fit is cut off."""
    found: Arrays = {
        "meanings": np.zeros(tokens, np.int32),
        "lemmas": np.zeros((tokens, 2), np.int32),
        "columns": np.zeros((tokens, len(COLUMNS)), np.int32),
        "links": np.full((tokens, 3), -1, np.int32),
        "first": np.arange(tokens, dtype=np.int32),
        "last": np.arange(tokens, dtype=np.int32),
        "vectors": np.zeros((tokens, batch[0].columns.vectors.shape[1]), np.float32),
        "kinds": np.zeros((tokens, len(TYPES) + 1), np.float32),
        "counted": np.zeros(tokens, np.float32),
        "status": np.full((tokens, 2), -1, np.int32),
        "texts": np.full(tokens, tokens - 1, np.int32),
    }
    token = 0
    for one in batch:
        columns = one.columns
        n = min(len(columns.first), tokens - token)
        here = slice(token, token + n)
        for name in ("meanings", "lemmas", "columns", "vectors"):
            found[name][here] = getattr(columns, name)[:n]
        links = columns.links[:n]
        found["links"][here] = np.where((links >= 0) & (links < n), links + token, -1)
        found["first"][here] = columns.first[:n] + token
        found["last"][here] = np.minimum(columns.last[:n], n - 1) + token
        found["kinds"][here], found["counted"][here] = one.kinds[:n], one.counted[:n]
        found["status"][here] = one.status[:n]
        found["texts"][here] = token
        token += n
    return found


class Beginning:
    """Weights to begin with, by name."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.weights: Arrays = {}

    def normal(self, name: str, *shape: int, scale: float) -> None:
        """Normally distributed ones."""
        self.weights[name] = (self.chance.standard_normal(shape) * scale).astype(np.float32)

    def norm(self, name: str, size: int) -> None:
        """Those of a normalisation."""
        self.weights[f"{name}.gain"] = np.ones(size, np.float32)
        self.weights[f"{name}.bias"] = np.zeros(size, np.float32)

    def affine(self, name: str, wide: int, size: int, scale: float | None = None) -> None:
        """Those of a layer."""
        self.normal(f"{name}.w", wide, size, scale=scale or (2 / wide) ** 0.5)
        self.weights[f"{name}.b"] = np.zeros(size, np.float32)


def reader_beginning(
    width: int, meanings: np.ndarray, seed: int, inner: int = WIDTH, *, context: bool = True
) -> Arrays:
    """Weights of the reader to begin with, `inner` wide, for token vectors of the given width and these word vectors; without
    `context` it is not told what a text is about."""
    begun = Beginning(seed)
    weights = begun.weights
    weights["vectors.scale"] = np.ones(1, np.float32)
    weights["meanings.scale"] = np.ones(1, np.float32)
    begun.normal("lemmas", BUCKETS, LEMMA_WIDTH, scale=0.1)
    for i, (size, wide) in enumerate(zip(COLUMNS.values(), COLUMN_WIDTHS, strict=True)):
        begun.normal(f"column.{i}", size, wide, scale=0.3)
    begun.affine("in", width + meanings.shape[1] + LEMMA_WIDTH + sum(COLUMN_WIDTHS), inner)
    begun.norm("in", inner)
    for i in range(len(network.DILATIONS)):
        begun.affine(f"encoder.{i}", 6 * inner, inner)
        begun.norm(f"encoder.{i}", inner)
    if context:
        begun.affine("context", 2 * inner, inner)
        begun.norm("context", inner)
    begun.affine("type", inner, len(TYPES) + 1, scale=0.05)
    weights["type.b"][0] = 3  # one token in forty tells an event
    begun.affine("status", inner, len(POLARITIES) + len(MODALITIES), scale=0.05)
    return weights


def linker_beginning(width: int, meanings: np.ndarray, seed: int, inner: int = LINK_WIDTH) -> Arrays:
    """Weights of the linker to begin with, `inner` wide."""
    begun = Beginning(seed)
    weights = begun.weights
    weights["link.scale"] = np.ones(4, np.float32)
    for end in ("anchor", "party"):
        begun.normal(f"link.{end}.vector", width, inner, scale=(2 / width) ** 0.5)
        begun.normal(f"link.{end}.meaning", meanings.shape[1], inner, scale=meanings.shape[1] ** -0.5)
    begun.normal("link.governor.meaning", meanings.shape[1], inner, scale=meanings.shape[1] ** -0.5)
    begun.normal("link.kind", len(TYPES) + 1, inner, scale=0.3)
    begun.normal("link.path", WAYS, PATHS, inner, scale=0.3)
    for i, size in enumerate(PAIR_COLUMNS.values()):
        begun.normal(f"link.column.{i}", size, inner, scale=0.3)
    weights["link.b"] = np.zeros(inner, np.float32)
    begun.norm("link", inner)
    begun.affine("link.inner", inner, INNER_WIDTH)
    begun.affine("link.out", INNER_WIDTH, network.ROLES, scale=0.05)
    return weights


def reader_loss(weights: Arrays, meanings: Any, batch: Arrays, key: Any) -> Any:
    """What the reader's training makes small: the errors on types and on status."""
    keys = jax.random.split(key, 2)
    _, kinds, status = network.encode(
        jnp, {**weights, "meanings": meanings}, batch["meanings"], batch["lemmas"], batch["columns"], batch["links"],
        batch["first"], batch["last"], batch["vectors"], dropout(keys[0], DROPOUT),
        dropout(keys[1], WORD_DROPOUT, whole_rows=True), shifted, means_of(batch["texts"]),
    )  # fmt: skip
    return reader_error(kinds, status, batch)


def means_of(texts: Any) -> Callable[[Any, Any], tuple[Any, Any]]:
    """The means of paragraphs and texts (`network.means`) where several texts stand one behind the other; `texts` is the first
    token of the text of each. Each token has a row of its own."""

    def mean(values: Any, first: Any) -> tuple[Any, Any]:
        parts = []
        for stretch in (first, texts):
            total, count = (
                jax.ops.segment_sum(each, stretch, len(texts)) for each in (values, jnp.ones((len(texts), 1)))
            )
            parts.append((total / jnp.maximum(count, 1))[stretch])
        return jnp.concatenate(parts, axis=-1), slice(None)

    return mean


def reader_error(kinds: Any, status: Any, batch: Arrays) -> Any:
    """How wrong scores of types and status are, by predicate."""
    predicates = jnp.maximum((batch["counted"] * (1 - batch["kinds"][:, 0])).sum(), 1)
    wrong = -(jax.nn.log_softmax(kinds) * batch["kinds"]).sum(1) * batch["counted"]
    total = wrong.sum() / predicates
    for place, part in enumerate((status[:, : len(POLARITIES)], status[:, len(POLARITIES) :])):
        gold = batch["status"][:, place]
        share = jnp.take_along_axis(jax.nn.log_softmax(part), jnp.maximum(gold, 0)[:, None], 1)[:, 0]
        total -= STATUS * jnp.where(gold >= 0, share, 0).sum() / predicates
    return total


def linker_loss(weights: Arrays, meanings: Any, batch: Arrays, key: Any) -> Any:
    """What the linker's training makes small: the error on who is actor and recipient, each among all candidates."""
    groups, size = batch["mask"].shape
    anchors = jnp.repeat(jnp.arange(groups), size)
    flat = {
        name: value.reshape((groups * size, *value.shape[2:]))
        for name, value in batch.items()
        if value.shape[1:2] == (size,)
    }
    both = {name: jnp.concatenate([batch[f"anchor {name}"], flat[f"party {name}"]]) for name in ("vectors", "meanings")}
    linked = network.link(
        jnp, {**weights, "meanings": meanings}, both["vectors"], both["meanings"], anchors,
        jnp.arange(groups * size) + groups, batch["kinds"][anchors], flat["columns"], flat["paths"],
        jnp.arange(groups * size) + groups * (size + 1),
        dropout(key, LINK_DROPOUT),
    )  # fmt: skip
    return linker_error(linked, batch)


def linker_error(linked: Any, batch: Arrays) -> Any:
    """How wrong the scores of actors and recipients are, by predicate."""
    groups, size = batch["mask"].shape
    scores = jnp.where(batch["mask"][:, :, None] > 0, linked.reshape((groups, size, network.ROLES)), -1e9)
    wrong = -jax.nn.log_softmax(scores, axis=1) * batch["roles"] * batch["mask"][:, :, None]
    return wrong.sum() / jnp.maximum((batch["mask"].sum(1) > 0).sum(), 1)


def fit(
    loss: Any, begun: Arrays, meanings: np.ndarray, steps: Sequence[Callable[[], Arrays]], seed: int, rate: float
) -> dict[str, np.ndarray]:
    """The averaged weights after Adam with decoupled decay has taken these steps."""
    table = jnp.asarray(meanings)
    schedule = Schedule(rate=rate, steps=len(steps), warm_up=WARM_UP, decay=DECAY, average=AVERAGE)
    step = stepper(lambda weights, batch, key: loss(weights, table, batch, key), schedule, seed)
    state = begin(begun)
    errors = []
    for number, batch in enumerate(steps, 1):
        state, error = step(state, batch(), number)
        errors.append(error)
    print(f"loss {float(np.mean(errors[-20:])):.3f} after {len(steps)} steps", flush=True)
    return averaged(state)


@dataclass(frozen=True)
class Lessons:
    """How often a network goes over its examples: `rounds` times over those of the teacher, `labelled` times over the
    labelled ones in each round, and `last` times over the labelled ones alone, at the end, when the steps are short."""

    rounds: int
    labelled: int
    last: int

    def orders(self, labelled: int, taught: int, chance: np.random.Generator) -> Iterator[np.ndarray]:
        """The numbers of the examples, those with labels first, in the orders in which they come up."""
        every = np.concatenate([np.tile(np.arange(labelled), self.labelled), labelled + np.arange(taught)])
        for _ in range(self.rounds):
            yield chance.permutation(every)
        for _ in range(self.last):
            yield chance.permutation(labelled)


READING: Final = Lessons(rounds=5, labelled=2, last=2)
# Of the ends, more rounds teach no more.
LINKING: Final = Lessons(rounds=3, labelled=2, last=2)


def train_reader(
    labelled: list[Example], taught: list[Example], meanings: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """The reader's weights after training on labelled examples and on those of the teacher."""
    chance = np.random.default_rng(seed)
    every = [*labelled, *(each for one in taught for each in parts(one, PART))]
    steps = [
        lambda batch=batch: arrays(batch)
        for order in READING.orders(len(labelled), len(every) - len(labelled), chance)
        for batch in batches(every, order.tolist())
    ]
    begun = reader_beginning(labelled[0].columns.vectors.shape[1], meanings, seed)
    return fit(reader_loss, begun, meanings, steps, seed, RATE)


def train_linker(
    labelled: list[Example], taught: list[Example], reader: Arrays, meanings: np.ndarray, seed: int
) -> dict[str, np.ndarray]:
    """The linker's weights after training on labelled examples and on those of the teacher. `reader` are the weights of the
    reader whose vectors it reads."""
    weights = {**reader, "meanings": meanings}
    every = linked([with_reader(weights, one) for one in (*labelled, *taught) if len(one.pairs.anchors)])
    told = sum(len(np.unique(one.pairs.anchors)) for one in labelled)
    chance = np.random.default_rng(seed)
    steps = [
        lambda rows=order[at : at + LINK_BATCH]: {name: value[rows] for name, value in every.items()}
        for order in LINKING.orders(told, len(every["kinds"]) - told, chance)
        for at in range(0, len(order) - LINK_BATCH + 1, LINK_BATCH)
    ]
    begun = linker_beginning(every["anchor vectors"].shape[1], meanings, seed)
    return fit(linker_loss, begun, meanings, steps, seed, LINK_RATE)


def with_reader(weights: Arrays, one: Example) -> Example:
    """The example as the linker reads it."""
    hidden, _, _ = reading(weights, one.columns)
    return replace(one, columns=linking(one.columns, hidden))


def linked(examples: list[Example]) -> Arrays:
    """The predicates of the examples, one row each, their pairs beside each other."""
    found: dict[str, list[np.ndarray]] = {}
    for one in examples:
        pairs = one.pairs
        anchors, starts, lengths = grouped(pairs)
        place = np.arange(MOST + 1)[None]
        index = np.minimum(starts[:, None] + place, len(pairs.anchors) - 1)
        rows = {
            "anchor vectors": one.columns.vectors[anchors],
            "anchor meanings": one.columns.meanings[anchors],
            "party vectors": one.columns.vectors[pairs.parties][index],
            "party meanings": one.columns.meanings[pairs.parties][index],
            "governor meanings": one.columns.meanings[pairs.governors][index],
            "kinds": (1 + one.kinds[anchors, 1:].argmax(1)).astype(np.int32),
            "columns": pairs.columns[index],
            "paths": pairs.paths[index],
            "roles": one.roles[index],
            "mask": (place < lengths[:, None]) * one.weights[index],
        }
        for name, value in rows.items():
            found.setdefault(name, []).append(value)
    return {name: np.concatenate(values) for name, values in found.items()}

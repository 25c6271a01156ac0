"""Learns the weights of the quote networks from PolNeAR: `python -m training.quotes.networks --gold CORPORA`.

Reads `polnear_train.jsonl` and invented texts with labels of our own, parses them with the language model, trains encoder and
labeller together (JAX on the CPU, Adam with decoupled weight decay, a cosine schedule, an exponential average of the weights),
and once more for each of five parts of the texts without that part, to learn from what they find there which attributions are
right (`training/quotes/confidence.py`). A tenth of the articles is held back from all of it. The same gold gives the same
weights: all chance comes from seeded generators, and nothing depends on the time. With `--begin FILE` the networks in it go on
learning, from texts that have come since, and what is written is mostly what they become and partly what they were; the forests
stay. `training/quotes/CARD.md` is the card of the weights that are committed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from newswire.extract.document.layers import DILATIONS
from newswire.extract.document.marks import quotations
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.document.token_columns import BUCKETS
from newswire.extract.language.model import load_model
from newswire.extract.quotes import network
from newswire.extract.quotes.attributions import Attribution, Networks, disjoint
from newswire.extract.quotes.confidence import score_attributions
from newswire.extract.quotes.cues import load_cues
from newswire.extract.quotes.features import (
    COLUMNS,
    DISTANCES,
    MARK,
    PATHS,
    WINDOW,
    Features,
    features,
    windows,
)
from training.labels import INVENTED_QUOTE, attributed_rows
from training.optimiser import Schedule, averaged, begin, stepper
from training.quotes.confidence import forest
from training.slices import FOLDS, fold, held_back

ROOT: Final = Path(__file__).resolve().parents[2]
WEIGHTS: Final = ROOT / "pipeline" / "newswire" / "extract" / "weights" / "quotes.npz"

# Widths of the token vectors, of the labeller, and of the embeddings: as large as 20 µs a word allow.
WIDTH: Final = 96
LABEL_WIDTH: Final = 64
WORD_WIDTH: Final = 64
LEMMA_WIDTH: Final = 48
COLUMN_WIDTHS: Final = (24, 24, 6, 12, 8, 6)

# One step sees about four articles: so many tokens, cues, and positions in the windows of cues.
TOKENS: Final = 4096
ANCHORS: Final = TOKENS // 20
POSITIONS: Final = 15 * TOKENS // 8
LONGEST: Final = 2 * WINDOW + 1

RATE: Final = 2e-3
WARM_UP: Final = 200
DECAY: Final = 1e-2
DROPOUT: Final = 0.35
WORD_DROPOUT: Final = 0.3
AVERAGE: Final = 0.995

# How often an epoch meets an invented text; they have 4 words for 100 of PolNeAR's. With four times, F1 of the
# content on invented texts that were kept apart was 88.6 instead of 84.2, but on PolNeAR's development part 75.9 instead of 76.7
# (without them 81.5 and 77.0).
INVENTED_TIMES: Final = 2

# Going on from weights: epochs, peak rate, steps to warm up, and the share of what comes of it in what is written. The mean of
# both is better on PolNeAR than either is: F1 of content, cue and speaker on its development part is 70.0 before, 69.8 after and
# 70.2 with this share, of exact cues 71.6, 71.2 and 71.7; and it has learnt what the new texts tell.
MORE_EPOCHS: Final = 2
MORE_RATE: Final = 5e-4
MORE_WARM_UP: Final = 50
NEW_SHARE: Final = 0.7

# Labelling each token without regard to a cue, too, makes the encoder learn faster; this is its weight in the loss.
AUXILIARY: Final = 3.0
SEQUENCE: Final = 0.5

Arrays = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Gold:
    """One attribution as tokens; `anchor` is the token of the cue that hangs highest."""

    anchor: int
    cue: tuple[int, ...]
    source: tuple[int, ...]
    content: tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class Example:
    """One article, or a part of a long one."""

    id: str
    columns: Features
    gold: tuple[Gold, ...]


def read(rows: Sequence[dict[str, Any]], kept: Path | None) -> list[Example]:
    """Labelled articles with their features; parses are kept in the file `kept` when it is given."""
    if kept and kept.exists():
        parses = [dataclasses.replace(parse, vectors=vectors) for parse, vectors in pickle.loads(kept.read_bytes())]
    else:
        model = load_model("en_core_web_sm")
        parses = [
            parse for i in range(0, len(rows), 8) for parse in model.parse([row["text"] for row in rows[i : i + 8]])
        ]
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps([(parse, parse.vectors) for parse in parses]))
    return [_example(row, parse) for row, parse in zip(rows, parses, strict=True)]


def _example(row: dict[str, Any], parse: Parse) -> Example:
    def tokens(spans: list[list[int]]) -> tuple[int, ...]:
        return tuple(sorted({token for start, end in spans for token in parse.tokens(start, end)}))

    gold = []
    for attribution in row["attributions"]:
        cue = tokens(attribution["cue"])
        if attribution["content"] and cue:
            anchor = min(cue, key=lambda token: (parse.depths[token], token))
            gold.append(Gold(anchor, cue, tokens(attribution["source"]), tokens(attribution["content"])))
    columns = features(parse, quotations(parse.text), paragraphs(parse.text), load_cues())
    return Example(row["id"], columns, tuple(sorted(gold, key=lambda one: one.anchor)))


def pieces(example: Example) -> Iterator[Example]:
    """The example, cut between paragraphs where it is longer than half a batch."""
    first, last = example.columns.first, example.columns.last
    start = 0
    while start < len(first):
        end = min(len(first), start + TOKENS // 2)
        if end < len(first):
            end = int(first[end]) if first[end] > start else int(last[end]) + 1
        inside = range(start, end)
        cut = {field.name: getattr(example.columns, field.name)[start:end] for field in dataclasses.fields(Features)}
        links = cut["links"]
        cut["links"] = np.where((links >= start) & (links < end), links - start, -1).astype(np.int32)
        cut["first"], cut["last"] = cut["first"] - start, cut["last"] - start
        gold = tuple(
            Gold(
                one.anchor - start,
                tuple(token - start for token in one.cue),
                tuple(token - start for token in one.source if token in inside),
                tuple(token - start for token in one.content if token in inside),
            )
            for one in example.gold
            if all(token in inside for token in one.cue)
        )
        yield Example(example.id, Features(**cut), gold)
        start = end


def batches(examples: list[Example], order: np.ndarray) -> Iterator[list[Example]]:
    """The examples in that order, as many together as fit into a step."""
    batch: list[Example] = []
    room = np.array([TOKENS, ANCHORS, POSITIONS])
    for i in order:
        first, last = examples[i].columns.first, examples[i].columns.last
        reach = [
            min(last[one.anchor], one.anchor + WINDOW) - max(first[one.anchor], one.anchor - WINDOW) + 1
            for one in examples[i].gold
        ]
        size = np.array([len(first), len(reach), sum(reach)])
        if (size > room).any():
            if not batch:
                continue  # one piece with more cues than a step takes: there is none in PolNeAR
            yield batch
            batch, room = [], np.array([TOKENS, ANCHORS, POSITIONS])
        batch.append(examples[i])
        room = room - size
    if batch:
        yield batch


def arrays(batch: list[Example]) -> Arrays:
    """A batch as arrays of fixed sizes."""
    found: Arrays = {
        "words": np.zeros((TOKENS, 2), np.int32),
        "lemmas": np.zeros((TOKENS, 2), np.int32),
        "columns": np.zeros((TOKENS, len(COLUMNS)), np.int32),
        "links": np.full((TOKENS, 3), -1, np.int32),
        "first": np.arange(TOKENS, dtype=np.int32),
        "last": np.arange(TOKENS, dtype=np.int32),
        "vectors": np.zeros((TOKENS, batch[0].columns.vectors.shape[1]), np.float32),
        "mask": np.zeros(TOKENS, np.float32),
        "anchor": np.zeros(TOKENS, np.float32),
        "auxiliary": np.zeros(TOKENS, np.int32),
        "tokens": np.zeros(POSITIONS, np.int32),
        "anchors": np.zeros(POSITIONS, np.int32),
        "distance": np.zeros(POSITIONS, np.int32),
        "path": np.zeros(POSITIONS, np.int32),
        "heads": np.full(POSITIONS, -1, np.int32),
        "begin": np.arange(POSITIONS, dtype=np.int32),
        "finish": np.arange(POSITIONS, dtype=np.int32),
        "gather": np.zeros((ANCHORS, LONGEST), np.int32),
        "lengths": np.zeros(ANCHORS, np.int32),
        "labels": np.zeros((ANCHORS, LONGEST), np.int32),
    }
    token = anchor = position = 0
    for example in batch:
        columns, n = example.columns, len(example.columns.first)
        here = slice(token, token + n)
        for name in ("words", "lemmas", "columns", "vectors"):
            found[name][here] = getattr(columns, name)
        found["links"][here] = np.where(columns.links >= 0, columns.links + token, -1)
        found["first"][here], found["last"][here] = columns.first + token, columns.last + token
        found["mask"][here] = 1
        found["auxiliary"][here] = _labels(n, example.gold)
        if example.gold:
            anchors = np.array([one.anchor for one in example.gold], np.int32)
            found["anchor"][token + anchors] = 1
            around = windows(columns, anchors)
            there = slice(position, position + len(around.tokens))
            found["tokens"][there] = around.tokens + token
            found["anchors"][there] = anchors[around.anchors] + token
            found["distance"][there], found["path"][there] = around.distance, around.path
            found["heads"][there] = np.where(around.heads >= 0, around.heads + position, -1)
            found["begin"][there] = around.offsets[around.anchors] + position
            found["finish"][there] = around.offsets[around.anchors + 1] - 1 + position
            for row, one in enumerate(example.gold, anchor):
                low, high = around.offsets[row - anchor], around.offsets[row - anchor + 1]
                found["lengths"][row] = high - low
                found["gather"][row, : high - low] = np.arange(low, high) + position
                found["labels"][row, : high - low] = _labels(n, [one])[around.tokens[low:high]]
            position += len(around.tokens)
            anchor += len(anchors)
        token += n
    return found


def _labels(n: int, gold: Any) -> np.ndarray:
    labels = np.full(n, network.OUTSIDE, np.int32)
    for one in gold:
        labels[list(one.content)] = network.CONTENT
        labels[list(one.source)] = network.SOURCE
        labels[list(one.cue)] = network.CUE
    return labels


def beginning(width: int, seed: int) -> Arrays:
    """Weights to begin with, for token vectors of the given width."""
    chance = np.random.default_rng(seed)
    weights: Arrays = {}

    def normal(name: str, *shape: int, scale: float) -> None:
        weights[name] = (chance.standard_normal(shape) * scale).astype(np.float32)

    def norm(name: str, size: int) -> None:
        weights[f"{name}.gain"], weights[f"{name}.bias"] = np.ones(size, np.float32), np.zeros(size, np.float32)

    def layer(name: str, wide: int, size: int) -> None:
        normal(f"{name}.w", wide, size, scale=(2 / wide) ** 0.5)
        weights[f"{name}.b"] = np.zeros(size, np.float32)
        norm(name, size)

    weights["vectors.scale"] = np.ones(1, np.float32)
    normal("words", BUCKETS, WORD_WIDTH, scale=0.1)
    normal("lemmas", BUCKETS, LEMMA_WIDTH, scale=0.1)
    for i, (size, wide) in enumerate(zip(COLUMNS.values(), COLUMN_WIDTHS, strict=True)):
        normal(f"column.{i}", size, wide, scale=0.3)
    layer("in", width + WORD_WIDTH + LEMMA_WIDTH + sum(COLUMN_WIDTHS), WIDTH)
    for i in range(len(DILATIONS)):
        layer(f"encoder.{i}", 6 * WIDTH, WIDTH)
        layer(f"labeller.{i}", 4 * LABEL_WIDTH, LABEL_WIDTH)
    normal("anchor.w", WIDTH, 1, scale=0.05)
    weights["anchor.b"] = np.full((), -3, np.float32)  # one token in forty is the head of a cue
    normal("label.token", WIDTH, LABEL_WIDTH, scale=WIDTH**-0.5)
    normal("label.anchor", WIDTH, LABEL_WIDTH, scale=WIDTH**-0.5)
    normal("label.distance", DISTANCES, LABEL_WIDTH, scale=0.1)
    normal("label.path", PATHS, LABEL_WIDTH, scale=0.1)
    weights["label.b"] = np.zeros(LABEL_WIDTH, np.float32)
    norm("label", LABEL_WIDTH)
    normal("out.w", LABEL_WIDTH, 3 * network.LABELS, scale=0.05)
    weights["out.b"] = np.zeros(3 * network.LABELS, np.float32)
    normal("auxiliary.w", WIDTH, network.LABELS, scale=0.05)
    weights["auxiliary.b"] = np.zeros(network.LABELS, np.float32)
    return weights


def dropout(key: Any, rate: float, whole_rows: bool = False) -> Callable[[Any], Any]:
    """A function that drops values at random. The bits are a hash of the index: the library's take most of a step's time."""
    calls = iter(range(1000))

    def drop(values: Any) -> Any:
        shape = (values.shape[0], 1) if whole_rows else values.shape
        seed = jax.random.bits(jax.random.fold_in(key, next(calls)), (), jnp.uint32)
        bits = jax.lax.iota(jnp.uint32, int(np.prod(shape))) * jnp.uint32(2654435761) + seed
        bits = (bits ^ (bits >> 15)) * jnp.uint32(2246822519)
        kept = ((bits >> 16) >= int(rate * 65536)).reshape(shape)
        return values * kept if whole_rows else values * kept / (1 - rate)

    return drop


def shifted(values: Any, dilation: int, first: Any, last: Any, links: Any) -> Any:
    """What each row's neighbours are, by shifting: adding up slopes row by row would take half of the training's time."""
    here = jnp.arange(first.shape[0], dtype=first.dtype)
    none = jnp.zeros((dilation, values.shape[1]), values.dtype)
    before = jnp.concatenate([none, values[:-dilation]])[: len(values)]
    behind = jnp.concatenate([values[dilation:], none])[: len(values)]
    padded = jnp.concatenate([values, none[:1]])
    return jnp.concatenate(
        [
            values,
            jnp.where((here - dilation >= first)[:, None], before, 0),
            jnp.where((here + dilation <= last)[:, None], behind, 0),
            *(padded[links[:, i]] for i in range(links.shape[1])),
        ],
        axis=-1,
    )


def sequence_loss(scores: Any, gather: Any, lengths: Any, labels: Any) -> Any:
    """The negative log likelihood of the label sequences under the conditional random field, summed."""
    inside = jnp.arange(LONGEST)[None] < lengths[:, None]
    stay, enter, leave = (scores[:, i][gather] for i in range(3))
    same = jnp.eye(network.LABELS)[None] > 0

    def step(before: Any, given: Any) -> tuple[Any, None]:
        here, entering, leaving, alive = given
        change = (before + leaving)[:, :, None] + entering[:, None, :]
        after = jax.nn.logsumexp(jnp.where(same, before[:, :, None], change), axis=1) + here
        return jnp.where(alive[:, None], after, before), None

    steps = tuple(jnp.swapaxes(values, 0, 1) for values in (stay[:, 1:], enter[:, 1:], leave[:, :-1], inside[:, 1:]))
    total, _ = jax.lax.scan(step, stay[:, 0] + enter[:, 0], steps, unroll=4)
    end = jnp.maximum(lengths - 1, 0)[:, None]
    total = jax.nn.logsumexp(total + jnp.take_along_axis(leave, end[:, :, None], 1)[:, 0], axis=1)
    stay, enter, leave = (
        jnp.take_along_axis(values, labels[:, :, None], 2)[:, :, 0] for values in (stay, enter, leave)
    )
    changes = (labels[:, 1:] != labels[:, :-1]) & inside[:, 1:]
    gold = (stay * inside).sum(1) + enter[:, 0] + ((enter[:, 1:] + leave[:, :-1]) * changes).sum(1)
    gold += jnp.take_along_axis(leave, end, 1)[:, 0]
    return jnp.where(lengths > 0, total - gold, 0).sum()


def loss(weights: Arrays, batch: Arrays, key: Any) -> Any:
    """What training makes small: the error on which tokens are cues, on the label sequences, and on the auxiliary labels."""
    keys = jax.random.split(key, 3)
    hidden, scores = network.encode(
        jnp,
        weights,
        batch["words"],
        batch["lemmas"],
        batch["columns"],
        batch["links"],
        batch["first"],
        batch["last"],
        batch["vectors"],
        dropout(keys[0], DROPOUT),
        dropout(keys[1], WORD_DROPOUT, whole_rows=True),
        shifted,
    )
    count = jnp.maximum(batch["anchor"].sum(), 1)
    anchor = ((jax.nn.softplus(scores) - batch["anchor"] * scores) * batch["mask"]).sum() / count
    guess = jax.nn.log_softmax(hidden @ weights["auxiliary.w"] + weights["auxiliary.b"])
    auxiliary = -(jnp.take_along_axis(guess, batch["auxiliary"][:, None], 1)[:, 0] * batch["mask"]).sum()
    labelled = network.label(
        jnp,
        weights,
        hidden,
        batch["tokens"],
        batch["anchors"],
        batch["distance"],
        batch["path"],
        batch["heads"],
        batch["begin"],
        batch["finish"],
        dropout(keys[2], DROPOUT),
        shifted,
    )
    sequence = sequence_loss(labelled, batch["gather"], batch["lengths"], batch["labels"]) / count
    return anchor + SEQUENCE * sequence + AUXILIARY * auxiliary / batch["mask"].sum()


def train(
    examples: list[Example],
    epochs: int,
    seed: int,
    start: dict[str, np.ndarray] | None = None,
    rate: float = RATE,
    warm_up: int = WARM_UP,
) -> dict[str, np.ndarray]:
    """The averaged weights after training on the examples, from `start` on or from chance; in half precision, as they are
    committed, so that this is what is tuned. Invented texts are met INVENTED_TIMES in an epoch."""
    more = [example for example in examples if example.id.startswith(INVENTED_QUOTE)] * (INVENTED_TIMES - 1)
    cut = [piece for example in (*examples, *more) for piece in pieces(example)]
    chance = np.random.default_rng(seed)
    orders = [chance.permutation(len(cut)) for _ in range(epochs)]
    steps = sum(1 for order in orders for _ in batches(cut, order))
    schedule = Schedule(rate=rate, steps=steps, warm_up=warm_up, decay=DECAY, average=AVERAGE)
    step = stepper(loss, schedule, seed)
    weights = beginning(cut[0].columns.vectors.shape[1], seed)
    weights.update({name: np.asarray(value, np.float32) for name, value in (start or {}).items()})
    state = begin(weights)
    number, since = 0, time.monotonic()
    for epoch, order in enumerate(orders, 1):
        errors = []
        for batch in batches(cut, order):
            number += 1
            state, error = step(state, arrays(batch), number)
            errors.append(error)
        print(f"epoch {epoch}: loss {float(np.mean(errors)):.3f}, {time.monotonic() - since:.0f} s", flush=True)
    found = {name: value for name, value in averaged(state).items() if not name.startswith("auxiliary")}
    return {name: value.astype(np.float16) for name, value in found.items()}


def continued(examples: list[Example], seed: int, before: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights `before`, forests and threshold among them, whose networks have gone on learning from the examples."""
    names = beginning(examples[0].columns.vectors.shape[1], seed).keys() & before.keys()
    after = train(examples, MORE_EPOCHS, seed, {name: before[name] for name in names}, MORE_RATE, MORE_WARM_UP)
    mean = {
        name: NEW_SHARE * after[name].astype(np.float32) + (1 - NEW_SHARE) * before[name].astype(np.float32)
        for name in names
    }
    return {**before, **{name: value.astype(np.float16) for name, value in mean.items()}}


def matches(example: Example, words: np.ndarray, found: list[Attribution], *, sourced: bool) -> list[bool]:
    """Which attributions are right: at least half of the words of both contents together are shared and, where that is asked,
    the sources touch (or both are missing). Each gold attribution counts once, for the surest of those that fit."""
    free = list(example.gold)
    right = {}
    for one in sorted(found, key=lambda one: -one.score):
        content = {token for first, last in one.content for token in range(first, last + 1) if words[token]}
        source = set(range(one.source[0], one.source[1] + 1)) if one.source else set()
        for gold in free:
            truth = {token for token in gold.content if words[token]}
            agree = not sourced or source & set(gold.source) or not (source or gold.source)
            if agree and 2 * len(truth & content) >= len(truth | content) > 0:
                free.remove(gold)
                right[one.anchor] = True
                break
    return [right.get(one.anchor, False) for one in found]


@dataclasses.dataclass(frozen=True)
class Judged:
    """The candidates of one article with their features; `content` says of which the content is right, `both` of which the
    source is right as well. `words` are the tokens that are no white space.
    """

    example: Example
    words: np.ndarray
    candidates: list[Attribution]
    features: np.ndarray
    content: np.ndarray
    both: np.ndarray

    def kept(self, trust: dict[str, Any], threshold: float) -> list[Attribution]:
        """The attributions that the forests score high enough, no two of which share words."""
        scores, _ = score_attributions(trust, self.features)
        scored = [
            dataclasses.replace(one, score=score) for one, score in zip(self.candidates, scores.tolist(), strict=True)
        ]
        quoted = self.example.columns.columns[:, MARK] > 0
        return disjoint([one for one in scored if one.score > threshold], quoted)


def judge(weights: dict[str, np.ndarray], examples: list[Example]) -> list[Judged]:
    """What networks find in articles that they did not learn from."""
    networks, judged = Networks(weights), []
    for example in examples:
        words = example.columns.columns[:, 2] < 5
        candidates, features = networks.candidates(example.columns)
        content, both = (
            np.array([matches(example, words, [one], sourced=sourced)[0] for one in candidates], bool)
            for sourced in (False, True)
        )
        judged.append(Judged(example, words, candidates, features, content, both))
    return judged


def fitted(judged: list[Judged]) -> dict[str, Any]:
    """The two forests, learnt from what was judged."""
    features, content, both = (
        np.concatenate([getattr(one, name) for one in judged]) for name in ("features", "content", "both")
    )
    grown = {"content": forest(features, content), "source": forest(features[content], both[content])}
    return {f"trust.{name}.{part}": value for name, trees in grown.items() for part, value in trees.items()}


def measured(judged: Sequence[Judged], trust: Callable[[int], dict[str, Any]], threshold: float) -> tuple[float, float]:
    """F1 of content, and of content and source; `trust` gives the forests for the article of each number."""
    right, count = np.zeros(2), 0
    for i, one in enumerate(judged):
        kept = one.kept(trust(i), threshold)
        right += [sum(matches(one.example, one.words, kept, sourced=sourced)) for sourced in (False, True)]
        count += len(kept)
    content, both = 2 * right / (sum(len(one.example.gold) for one in judged) + count)
    return float(content), float(both)


def tune(folds: list[list[Judged]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The forests with the threshold, and for each fold those that did not learn from it.

    An attribution that is right with probability p adds p to the matches and 1 to the number of records, so keeping it raises
    F1 where p is above half of the F1 that is reached; here p and F1 are means of those of content, and of content and source.
    F1 is measured by forests that did not learn from the article.
    """
    forests = [fitted([one for other in folds if other is not fold for one in other]) for fold in folds]
    judged = [one for fold in folds for one in fold]
    of = [number for number, fold in enumerate(folds) for _ in fold]
    reached = 0.7
    for _ in range(5):
        threshold = float(np.log(reached / (2 - reached)))
        content, both = measured(judged, lambda i: forests[of[i]], threshold)
        reached = (content + both) / 2
    print(f"out of folds: F1 of content {100 * content:.1f}, with source {100 * both:.1f}, from {reached / 2:.3f} on")
    kept = {"threshold": np.float32(threshold)}
    return {**fitted(judged), **kept}, [{**trust, **kept} for trust in forests]


def main() -> None:
    """Trains and writes the weights."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold", help="directory of the gold")
    options.add_argument("--out", type=Path, default=WEIGHTS, help="file of the weights")
    options.add_argument(
        "--folds", type=Path, help="directory for the networks of the folds (benchmarks/out_of_folds.py)"
    )
    options.add_argument("--cache", type=Path, help="directory in which parses are kept from run to run")
    options.add_argument("--begin", type=Path, help="file of weights to go on from")
    options.add_argument("--epochs", type=int, default=8)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    path = given.gold / "polnear_train.jsonl"
    if not path.is_file():
        sys.exit(f"There is no {path}; name the directory of the gold with --gold.")

    def parses(name: str) -> Path | None:
        return given.cache / f"{name}.parses" if given.cache else None

    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    examples = read(rows, parses(path.stem))
    invented = read(attributed_rows(), parses("invented"))
    # The invented texts come last: which articles a fold leaves out does not hang on them.
    learning = [*(example for example in examples if not held_back(example.id)), *invented]

    if given.begin:
        with np.load(given.begin) as before:
            np.savez_compressed(given.out, allow_pickle=False, **continued(learning, given.seed, dict(before)))
        return
    weights = train(learning, given.epochs, given.seed)
    others, folds = [], []
    for number in range(FOLDS):
        print(f"fold {number + 1} of {FOLDS}", flush=True)
        rest = [one for i, one in enumerate(learning) if fold(i) != number]
        others.append(train(rest, given.epochs, given.seed + number))
        folds.append(judge(others[number], [one for i, one in enumerate(learning) if fold(i) == number]))
    trust, apart = tune(folds)
    if given.folds:
        given.folds.mkdir(parents=True, exist_ok=True)
        for number in range(FOLDS):
            np.savez_compressed(given.folds / f"{number}.npz", allow_pickle=False, **others[number], **apart[number])
    unseen = judge(weights, [example for example in examples if held_back(example.id)])
    content, both = measured(unseen, lambda _: trust, float(trust["threshold"]))
    print(f"held back: F1 of content {100 * content:.1f}, with source {100 * both:.1f}")
    given.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(given.out, allow_pickle=False, **weights, **trust)


if __name__ == "__main__":
    main()

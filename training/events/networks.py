"""Learns the weights that events are found with: `python -m training.events.networks --gold CORPORA --minilm DIR`.

Reads `events_train.jsonl` and what has labels of our own (labelled articles) and `plv_train.tsv` (sentences with marked ends);
`unlabelled.jsonl` and `polnear_train.jsonl` only tell which words are frequent. Trains reader and linker (JAX on the CPU, Adam
with decoupled weight decay, a cosine schedule, an exponential average of the weights), and once more for each part of the
articles without it. From what those find there it learns which ends stand elsewhere in the text, which events are right, and
of which country an end is that the text names by a common noun. The same data give the same weights: all chance comes from seeded
generators. `--report DIR` keeps the extractions of all training articles by the weights that did not see them.
training/events/CARD.md is the card of the weights that are committed.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import jax
import jax.numpy as jnp
import msgspec
import numpy as np

from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.token_columns import BUCKETS
from newswire.extract.events import network
from newswire.extract.events.confidence import EVENT_FEATURES
from newswire.extract.events.features import (
    COLUMNS,
    MODALITIES,
    MOST,
    PAIR_COLUMNS,
    PATHS,
    POLARITIES,
    WAYS,
    Meanings,
    features,
)
from newswire.extract.events.finding import find_events, listed_events, read_events
from newswire.extract.events.ontology import TYPES
from newswire.extract.events.parties import parties
from newswire.extract.events.predictions import EventNetworks, Prediction, Sketch, completed, sketched
from newswire.extract.events.sport import about_sport
from newswire.extract.extractor import Extractor
from newswire.extract.join import event_records
from newswire.extract.lexicons import Lexicons
from newswire.records import Article, Entity, record_id
from training.corpora import read_plv
from training.events.choices import Floats, choice_forest
from training.events.examples import Example, example, marked_example, thinned
from training.events.homes import homes_forest
from training.events.judgement import is_side, judged
from training.events.meanings import packed, word_vectors
from training.events.texts import Text, read_texts
from training.labels import event_rows
from training.optimiser import Schedule, averaged, begin, stepper
from training.quotes.confidence import forest
from training.quotes.networks import dropout, shifted

__all__ = ("main", "train_linker", "train_reader")

ROOT: Final = Path(__file__).resolve().parents[2]
WEIGHTS: Final = ROOT / "pipeline" / "newswire" / "extract" / "weights" / "event_networks.npz"

FOLDS: Final = 3
EPOCHS: Final = 16
LINK_EPOCHS: Final = 7

# The linker begins with a seed of its own, so that it can learn anew without the reader.
LINK_SEED: Final = 10

TREES: Final = 150
DEPTH: Final = 4
STEP: Final = 0.1
ALL: Final = EVENT_FEATURES.index("all")
# Chosen out of folds: of the events just above it a third are right, of all above it half; F1 hardly rises below it.
THRESHOLD: Final = 0.33

# PLV has no dates; its news is of these years.
PLV_DAY: Final = "2017-06-15T12:00:00Z"

WIDTH: Final = 64
LEMMA_WIDTH: Final = 24
COLUMN_WIDTHS: Final = (16, 16, 4, 24, 16, 16, 12, 10, 4, 8)
LINK_WIDTH: Final = 48
INNER_WIDTH: Final = 32

# One step sees about six articles.
TOKENS: Final = 4096

RATE: Final = 2.5e-3
WARM_UP: Final = 60
DECAY: Final = 0.04
DROPOUT: Final = 0.35
WORD_DROPOUT: Final = 0.4
AVERAGE: Final = 0.99
LINK_RATE: Final = 4e-3
LINK_BATCH: Final = 96
LINK_DROPOUT: Final = 0.3
STATUS: Final = 0.2

Arrays = dict[str, Any]


def batches(examples: Sequence[Example], order: Sequence[int]) -> Iterator[list[Example]]:
    """The examples in that order, as many together as fit into a step."""
    batch: list[Example] = []
    room = TOKENS
    for i in order:
        size = len(examples[i].columns.first)
        if size > room and batch:
            yield batch
            batch, room = [], TOKENS
        batch.append(examples[i])
        room -= size
    if batch:
        yield batch


def arrays(batch: list[Example]) -> Arrays:
    """A batch as arrays of fixed sizes; what does not fit is cut off."""
    found: Arrays = {
        "meanings": np.zeros(TOKENS, np.int32),
        "lemmas": np.zeros((TOKENS, 2), np.int32),
        "columns": np.zeros((TOKENS, len(COLUMNS)), np.int32),
        "links": np.full((TOKENS, 3), -1, np.int32),
        "first": np.arange(TOKENS, dtype=np.int32),
        "last": np.arange(TOKENS, dtype=np.int32),
        "vectors": np.zeros((TOKENS, batch[0].columns.vectors.shape[1]), np.float32),
        "kinds": np.zeros((TOKENS, len(TYPES) + 1), np.float32),
        "counted": np.zeros(TOKENS, np.float32),
        "status": np.full((TOKENS, 2), -1, np.int32),
    }
    token = 0
    for one in batch:
        columns = one.columns
        n = min(len(columns.first), TOKENS - token)
        here = slice(token, token + n)
        for name in ("meanings", "lemmas", "columns", "vectors"):
            found[name][here] = getattr(columns, name)[:n]
        links = columns.links[:n]
        found["links"][here] = np.where((links >= 0) & (links < n), links + token, -1)
        found["first"][here] = columns.first[:n] + token
        found["last"][here] = np.minimum(columns.last[:n], n - 1) + token
        found["kinds"][here], found["counted"][here] = one.kinds[:n], one.counted[:n]
        found["status"][here] = one.status[:n]
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


def reader_beginning(width: int, meanings: np.ndarray, seed: int) -> Arrays:
    """Weights of the reader to begin with, for token vectors of the given width and these word vectors."""
    begun = Beginning(seed)
    weights = begun.weights
    weights["vectors.scale"] = np.ones(1, np.float32)
    weights["meanings.scale"] = np.ones(1, np.float32)
    begun.normal("lemmas", BUCKETS, LEMMA_WIDTH, scale=0.1)
    for i, (size, wide) in enumerate(zip(COLUMNS.values(), COLUMN_WIDTHS, strict=True)):
        begun.normal(f"column.{i}", size, wide, scale=0.3)
    begun.affine("in", width + meanings.shape[1] + LEMMA_WIDTH + sum(COLUMN_WIDTHS), WIDTH)
    begun.norm("in", WIDTH)
    for i in range(len(network.DILATIONS)):
        begun.affine(f"encoder.{i}", 6 * WIDTH, WIDTH)
        begun.norm(f"encoder.{i}", WIDTH)
    begun.affine("type", WIDTH, len(TYPES) + 1, scale=0.05)
    weights["type.b"][0] = 3  # one token in forty tells an event
    begun.affine("status", WIDTH, len(POLARITIES) + len(MODALITIES), scale=0.05)
    return weights


def linker_beginning(width: int, meanings: np.ndarray, seed: int) -> Arrays:
    """Weights of the linker to begin with."""
    begun = Beginning(seed)
    weights = begun.weights
    weights["link.scale"] = np.ones(4, np.float32)
    for end in ("anchor", "party"):
        begun.normal(f"link.{end}.vector", width, LINK_WIDTH, scale=(2 / width) ** 0.5)
        begun.normal(f"link.{end}.meaning", meanings.shape[1], LINK_WIDTH, scale=meanings.shape[1] ** -0.5)
    begun.normal("link.governor.meaning", meanings.shape[1], LINK_WIDTH, scale=meanings.shape[1] ** -0.5)
    begun.normal("link.kind", len(TYPES) + 1, LINK_WIDTH, scale=0.3)
    begun.normal("link.path", WAYS, PATHS, LINK_WIDTH, scale=0.3)
    for i, size in enumerate(PAIR_COLUMNS.values()):
        begun.normal(f"link.column.{i}", size, LINK_WIDTH, scale=0.3)
    weights["link.b"] = np.zeros(LINK_WIDTH, np.float32)
    begun.norm("link", LINK_WIDTH)
    begun.affine("link.inner", LINK_WIDTH, INNER_WIDTH)
    begun.affine("link.out", INNER_WIDTH, network.ROLES, scale=0.05)
    return weights


def reader_loss(weights: Arrays, meanings: Any, batch: Arrays, key: Any) -> Any:
    """What the reader's training makes small: the errors on types and on status."""
    keys = jax.random.split(key, 2)
    _, kinds, status = network.encode(
        jnp, {**weights, "meanings": meanings}, batch["meanings"], batch["lemmas"], batch["columns"], batch["links"],
        batch["first"], batch["last"], batch["vectors"], dropout(keys[0], DROPOUT),
        dropout(keys[1], WORD_DROPOUT, whole_rows=True), shifted,
    )  # fmt: skip
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
    scores = jnp.where(batch["mask"][:, :, None] > 0, linked.reshape((groups, size, network.ROLES)), -1e9)
    return -(jax.nn.log_softmax(scores, axis=1) * batch["roles"] * batch["mask"][:, :, None]).sum() / groups


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


def train_reader(examples: list[Example], meanings: np.ndarray, epochs: int, seed: int) -> dict[str, np.ndarray]:
    """The reader's weights after training on the examples."""
    chance = np.random.default_rng(seed)
    steps = [
        lambda batch=batch: arrays(batch)
        for _ in range(epochs)
        for batch in batches(examples, chance.permutation(len(examples)).tolist())
    ]
    begun = reader_beginning(examples[0].columns.vectors.shape[1], meanings, seed)
    return fit(reader_loss, begun, meanings, steps, seed, RATE)


def train_linker(examples: list[Example], meanings: np.ndarray, epochs: int, seed: int) -> dict[str, np.ndarray]:
    """The linker's weights after training on the examples."""
    every = linked(examples)
    count = len(every["kinds"])
    chance = np.random.default_rng(seed)
    steps = [
        lambda rows=order[at : at + LINK_BATCH]: {name: value[rows] for name, value in every.items()}
        for order in (chance.permutation(count) for _ in range(epochs))
        for at in range(0, count - LINK_BATCH + 1, LINK_BATCH)
    ]
    begun = linker_beginning(examples[0].columns.vectors.shape[1], meanings, seed)
    return fit(linker_loss, begun, meanings, steps, seed, LINK_RATE)


def linked(examples: list[Example]) -> Arrays:
    """The predicates of the examples, one row each, their pairs beside each other."""
    parts: dict[str, list[np.ndarray]] = {}
    for one in examples:
        pairs = one.pairs
        anchors, starts = np.unique(pairs.anchors, return_index=True)
        lengths = np.diff(np.append(starts, len(pairs.anchors)))
        place = np.arange(MOST + 1)[None]
        index = np.minimum(starts[:, None] + place, len(pairs.anchors) - 1)
        rows = {
            "anchor vectors": one.columns.vectors[anchors],
            "anchor meanings": one.columns.meanings[anchors],
            "party vectors": one.columns.vectors[pairs.parties][index],
            "party meanings": one.columns.meanings[pairs.parties][index],
            "governor meanings": one.columns.meanings[pairs.governors][index],
            "kinds": one.kinds[anchors].argmax(1).astype(np.int32),
            "columns": pairs.columns[index],
            "paths": pairs.paths[index],
            "roles": one.roles[index],
            "mask": (place < lengths[:, None]) * one.weights[index],
        }
        for name, value in rows.items():
            parts.setdefault(name, []).append(value)
    return {name: np.concatenate(values) for name, values in parts.items()}


@dataclasses.dataclass(frozen=True)
class Learnt:
    """An article with what networks found in it that did not learn from it."""

    row: dict[str, Any]
    text: Text
    sketch: Sketch | None


def fold(key: str, folds: int = FOLDS) -> int:
    """The part of the training data that a text belongs to."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % (5 * folds) % folds


def networks(examples: list[Example], table: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Reader and linker, in half precision, as they are committed; `table` are the word vectors with a row for none."""
    learnt = {
        **train_linker(examples, table, LINK_EPOCHS, seed + LINK_SEED),
        **train_reader([thinned(one) for one in examples], table, EPOCHS, seed),
    }
    return {name: value.astype(np.float16).astype(np.float32) for name, value in learnt.items()}


def ends_of(text: Text, heads: Sequence[int]) -> list[dict[str, Any]]:
    """One side of an event as the scorer of labels sees it."""
    found = []
    for party in (text.known[head] for head in heads):
        name = None if party.entity is None else text.entities[party.entity].name
        span = {"start": text.parse.starts[party.first], "end": text.parse.ends[party.last], "name": name}
        found += [{**span, "country": country} for country in (party.country, *party.countries)]
    return found


def label_at(one: Learnt, anchor: int) -> dict[str, Any] | None:
    """The label whose predicate a token is part of."""
    start, end = one.text.parse.starts[anchor], one.text.parse.ends[anchor]
    return next((g for g in one.row["events"] if g["predicate"]["start"] < end and start < g["predicate"]["end"]), None)


def ends_forest(learnt: Sequence[Learnt]) -> dict[str, Any]:
    """The forest that says whom a predicate is between, from the labelled predicates of which a candidate is right."""
    return choice_forest("ends", _choices(learnt), trees=TREES, depth=DEPTH, step=STEP)


def _choices(learnt: Sequence[Learnt]) -> Iterator[tuple[Floats, list[bool]]]:
    for one in learnt:
        for side in one.sketch.sides if one.sketch else []:
            label = label_at(one, one.sketch.anchors[side.number])  # type: ignore[union-attr]
            if label is None:
                continue
            sides = [label["actors"], label["recipients"]]
            own, others = sides[side.side], sides[1 - side.side]
            fitting = [is_side(own, ends_of(one.text, group), others, one.row["body"]) for group in side.groups]
            if any(fitting):
                yield side.features, fitting


def predicted(one: Learnt, weights: Mapping[str, Any]) -> tuple[list[Prediction], list[bool]]:
    """What is predicted in an article, and what of it is right."""
    if one.sketch is None:
        return [], []
    found = completed(weights, one.sketch, one.text.known)
    parse = one.text.parse
    events = [
        {
            "type": TYPES[each.kind],
            "predicate": {"start": parse.starts[each.anchor], "end": parse.ends[each.anchor]},
            "actors": ends_of(one.text, each.actors),
            "recipients": ends_of(one.text, each.recipients),
            "confidence": float(each.features[ALL]),
        }
        for each in found
    ]
    return found, [full for _, full in judged(one.row, events, parse)]


def trust_forest(told: Sequence[tuple[list[Prediction], list[bool]]]) -> dict[str, Any]:
    """The forest that says which events are right, from predictions and which of them are."""
    features = [each.features for found, _ in told for each in found]
    right = [each for _, full in told for each in full]
    grown = forest(np.stack(features), np.array(right, float), trees=TREES, depth=DEPTH)
    return {f"trust.{part}": value for part, value in grown.items()}


def forests(learnt: Sequence[Learnt]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The forests of each fold, from the articles of the others, and those from all articles.

    What is right is learnt from ends that were chosen by forests which did not see the article, as it is in articles to come.
    """
    ends = [ends_forest([one for one in learnt if fold(one.row["id"]) != number]) for number in range(FOLDS)]
    told = [(fold(one.row["id"]), predicted(one, ends[fold(one.row["id"])])) for one in learnt]
    threshold = {"threshold": np.float32(THRESHOLD)}
    apart = [
        {
            **ends[number],
            **trust_forest([each for part, each in told if part != number]),
            **homes_forest([(one.row, one.text) for one in learnt if fold(one.row["id"]) != number]),
            **threshold,
        }
        for number in range(FOLDS)
    ]
    homes = homes_forest([(one.row, one.text) for one in learnt])
    return apart, {**ends_forest(learnt), **trust_forest([each for _, each in told]), **homes, **threshold}


def stored(weights: Mapping[str, Any], grown: Mapping[str, Any], words: Sequence[str], vectors: np.ndarray) -> Arrays:
    """All weights as they are committed."""
    numbers, unit = packed(vectors)
    halves = {name: value.astype(np.float16) for name, value in weights.items() if name != "meanings"}
    vocabulary = np.frombuffer("\n".join(words).encode(), np.uint8)
    return {**halves, **grown, "meanings": numbers, "meanings.unit": unit, "vocabulary": vocabulary}


def report(
    learnt: Sequence[Learnt],
    apart: Sequence[Mapping[str, Any]],
    of: Callable[[str], int],
    extractor: Extractor,
    file: Path,
) -> None:
    """Writes the extractions of texts, each by the weights of its fold."""
    nets = [EventNetworks(weights) for weights in apart]
    with file.open("w", encoding="utf-8") as out:
        for one in learnt:
            text = one.text
            entities = [
                Entity(
                    id=record_id(text.article.id, "entity", f"{d.label} {d.name}"),
                    type=d.label,
                    name=d.name,
                    mentions=[],
                )
                for d in text.entities
            ]
            drafts = find_events(
                text.parse, text.article, text.entities, text.quotes, extractor.lexicons,
                networks=nets[of(one.row["id"])],
            )  # fmt: skip
            unquoted = [dataclasses.replace(draft, quote=None) for draft in drafts]
            events = event_records(text.article, text.parse, unquoted, entities, [])
            line = {"article": {"id": text.article.id}, "events": msgspec.to_builtins(events)}
            out.write(json.dumps(line) + "\n")


def kept(file: Path | None, make: Callable[[], Arrays]) -> Arrays:
    """The arrays in a file; where there is none they are made, and kept there."""
    if file is not None and file.exists():
        with np.load(file) as arrays:
            return dict(arrays)
    made = make()
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, **made)
    return made


def read_labelled(gold: Path) -> tuple[list[dict[str, Any]], list[Article]]:
    """The labelled articles: their rows, and themselves."""
    rows = [json.loads(line) for line in (gold / "events_train.jsonl").read_text(encoding="utf-8").splitlines()]
    rows += event_rows(gold)
    return rows, [
        Article(id=r["id"], body=r["body"], headline=r.get("headline"), published=r.get("published"), language="en")
        for r in rows
    ]


def learnt_from(
    row: dict[str, Any], text: Text, weights: Mapping[str, Any], meanings: Meanings, lists: Lexicons
) -> Learnt:
    """What networks find in a labelled article."""
    if about_sport(text.parse, text.article, lists.sport):
        return Learnt(row, text, None)
    columns = features(text.parse, text.known, text.quotes, paragraphs(text.parse.text), lists.predicates, meanings)
    named = parties(text.parse, text.entities, lists.gazetteer, lists.event_words)
    listed = listed_events(read_events(text.parse, named, lists))
    return Learnt(row, text, sketched(weights, text.parse, text.known, text.quotes, columns, listed))


def main() -> None:
    """Trains and writes the weights."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold", help="directory of the corpora")
    options.add_argument("--minilm", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    options.add_argument("--cache", type=Path, help="directory in which parses, word vectors and networks are kept")
    options.add_argument("--report", type=Path, help="directory for the extractions by the weights of the folds")
    options.add_argument("--out", type=Path, default=WEIGHTS, help="file of the weights")
    given = options.parse_args()
    extractor = Extractor()
    lists = extractor.lexicons

    def cached(name: str) -> Path | None:
        return given.cache / name if given.cache else None

    def word_arrays() -> Arrays:
        words, vectors = word_vectors(given.gold, given.minilm)
        return {"words": np.array(words), "vectors": vectors}

    def texts(name: str, articles: Sequence[Article]) -> list[Text]:
        return read_texts(articles, extractor, cached(f"{name}.texts"))

    known = kept(cached("words.npz"), word_arrays)
    words, vectors = known["words"].tolist(), known["vectors"]
    numbers, unit = packed(vectors)
    table = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), numbers * unit])
    meanings = Meanings(words)
    rows, articles = read_labelled(given.gold)
    found = list(zip(rows, texts("labelled", articles), strict=True))

    @cache
    def examples() -> list[Example]:
        plv = list(read_plv(given.gold / "plv_train.tsv"))
        marked = texts("plv", [Article(id=str(i), body=one.text, published=PLV_DAY) for i, one in enumerate(plv)])
        more = [
            marked_example(one.text, one.source, one.target, one.root, text, lists, meanings)
            for one, text in zip(plv, marked, strict=True)
        ]
        return [*(example(row, text, lists, meanings) for row, text in found), *(one for one in more if one)]

    def trained(number: int) -> Arrays:
        """The networks without a fold, or with all for the number of folds."""
        print(f"networks {number + 1} of {FOLDS + 1}", flush=True)
        seed = 1 if number == FOLDS else 2 + number
        return networks([one for one in examples() if fold(one.id) != number], table, seed)

    nets = [
        kept(cached(f"networks.{number}.npz"), partial(trained, number)) | {"meanings": table}
        for number in range(FOLDS + 1)
    ]
    learnt = [learnt_from(row, text, nets[fold(row["id"])], meanings, lists) for row, text in found]
    apart, grown = forests(learnt)
    given.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(given.out, **stored(nets[FOLDS], grown, words, vectors))
    if given.report:
        given.report.mkdir(parents=True, exist_ok=True)
        outside = [stored(nets[number], apart[number], words, vectors) for number in range(FOLDS)]
        report(learnt, outside, fold, extractor, given.report / "events_train.jsonl")


if __name__ == "__main__":
    main()

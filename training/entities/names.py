"""Trains the model of names and writes pipeline/newswire/extract/weights/names.npz.

    python -m training.entities.names conllpp_dev.txt
    python -m training.entities.names conllpp_dev.txt --folds     the figures of cross-validation instead of weights

Data: the even stories of CoNLL++'s development part (the odd ones are for reporting). Softmax regression with an L2 penalty; the
second pass is trained on what first passes say of stories that they have not seen (three folds). Every step of the descent sees
a random part of the features only (dropout), so that a word whose usual evidence is missing is judged by the rest, and the
weights are the mean of several such descents. Their random numbers have fixed seeds: the same data gives the same weights.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.finding import find_entities
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.names import TAGS, NameFeatures, NameModel
from newswire.extract.language.model import load_model
from training.corpora import CONLL_CLASSES, SPORT, CorpusError, existing, read_conll, trimmed

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "pipeline" / "newswire" / "extract" / "weights" / "names.npz"

# Chosen by cross-validation on the even stories: a weaker penalty and rarer features fit them better and others worse.
PENALTY = 2.0
RAREST = 2
FOLDS = 3

# Parts of the even stories of which cross-validation holds out one after the other.
HELD = 4

# Share of the features that a step does not see, and descents that the weights are the mean of.
DROPPED = 0.5
DESCENTS = 3

# Steps and rate of the descent (Adam): the figures get worse with more, on stories not seen.
STEPS = 100
RATE = 0.1

Example = tuple[list[list[str]], list[int]]
Table = tuple[list[str], np.ndarray]


def gold_tags(features: NameFeatures, gold: set[tuple[int, int, str]]) -> list[int]:
    parse = features.parse
    tags = ["O"] * len(parse)
    for start, end, kind in sorted(gold):
        for position, token in enumerate(parse.tokens(start, end)):
            tags[token] = ("I-" if position else "B-") + kind
    return [TAGS.index(tags[token]) for first, last in features.stretches for token in range(first, last + 1)]


def train(examples: list[Example], penalty: float = PENALTY, rarest: int = RAREST) -> Table:
    """Softmax regression of the tag on the features of a word: the mean of several descents with dropout."""
    counts = Counter(name for rows, _ in examples for token in rows for name in token)
    kept = sorted(name for name, count in counts.items() if count >= rarest)
    index = {name: number for number, name in enumerate(kept)}
    tokens = [token for rows, _ in examples for token in rows]
    gold = np.array([tag for _, tags in examples for tag in tags])
    pairs = [(index[n], number) for number, token in enumerate(tokens) for n in token if n in index]
    feature, token = (np.array(column) for column in zip(*pairs, strict=True))
    target = np.eye(len(TAGS), dtype=np.float32)[gold]
    total = np.zeros((len(kept), len(TAGS)), np.float32)
    for seed in range(DESCENTS):
        total += descend(feature, token, target, len(kept), penalty, np.random.default_rng(seed))
    return kept, (total / DESCENTS).astype(np.float16).astype(np.float32)


def descend(
    feature: np.ndarray, token: np.ndarray, target: np.ndarray, size: int, penalty: float, random: np.random.Generator
) -> np.ndarray:
    """Gradient descent with momentum on the whole data. Pair `i` says that word `token[i]` has `feature[i]`."""
    order = np.argsort(feature, kind="stable")
    by_token = np.searchsorted(token, np.arange(len(target)))
    by_feature = np.searchsorted(feature[order], np.arange(size))
    ordered = token[order]
    weights = np.zeros((size, len(TAGS)), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        seen = ((random.random(len(feature)) >= DROPPED) / (1 - DROPPED)).astype(np.float32)[:, None]
        scores = np.add.reduceat(weights[feature] * seen, by_token, axis=0)
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        slope = np.add.reduceat((shares - target)[ordered] * seen[order], by_feature, axis=0) + penalty * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope * slope
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-3)
    return weights


def join(first: Table, second: Table | None = None) -> NameModel:
    """One model of both tables, with one list of features."""
    tables = [first, second or first]
    features = sorted({name for names, _ in tables for name in names})
    row = {name: number for number, name in enumerate(features)}
    full = []
    for names, weights in tables:
        table = np.zeros((len(features), len(TAGS)), np.float32)
        table[[row[name] for name in names]] = weights
        full.append(table)
    return NameModel(features, *full)


def train_both(stories: list[tuple[NameFeatures, list[int]]]) -> NameModel:
    seconds: list[Example] = []
    for fold in range(FOLDS):
        model = join(train([(s.first_pass, g) for n, (s, g) in enumerate(stories) if n % FOLDS != fold]))
        for features, gold in stories[fold::FOLDS]:
            tags = features.tags(model.index(features.first_pass).sums(model.first))
            further = features.second_pass(tags)
            seconds.append(([[*a, *b] for a, b in zip(features.first_pass, further, strict=True)], gold))
    return join(train([(s.first_pass, g) for s, g in stories]), train(seconds))


def save(model: NameModel) -> None:
    WEIGHTS.parent.mkdir(exist_ok=True)
    first, second = (table[:-1].astype(np.float16) for table in (model.first, model.second))
    np.savez_compressed(WEIGHTS, features="\n".join(model.features), first=first, second=second)


@dataclass(frozen=True)
class Story:
    """A story of the gold with what its names are read from."""

    parse: Parse
    spans: list[NamedSpan]
    gold: set[tuple[int, int, str]]
    features: NameFeatures

    @property
    def tags(self) -> list[int]:
        return gold_tags(self.features, self.gold)


def even_stories(corpus: Path) -> list[Story]:
    model, gazetteer = load_model("en_core_web_sm"), Gazetteer()
    stories = []
    for story in read_conll(corpus)[::2]:
        parse, spans = model.parse([story.text])[0], model.recognise([story.text])[0]
        stories.append(Story(parse, spans, set(story.names), NameFeatures(parse, spans, gazetteer)))
    return stories


def cross_validate(stories: list[Story]) -> dict[str, dict[str, float]]:
    """F1 by part (news, sport) and class, each story by weights that did not see it; counted as the scorer counts."""
    counts: Counter[tuple[str, str, str]] = Counter()
    gazetteer = Gazetteer()
    for fold in range(HELD):
        model = train_both([(s.features, s.tags) for n, s in enumerate(stories) if n % HELD != fold])
        for story in stories[fold::HELD]:
            part = "sport" if SPORT.match(story.parse.text) else "news"
            found = {
                (*trimmed(story.parse.text, mention.start, mention.end), CONLL_CLASSES[draft.label])
                for draft in find_entities(story.parse, story.spans, gazetteer, model)
                if draft.label in CONLL_CLASSES
                for mention in draft.mentions
                if mention.kind == "name"
            }
            gold = {(*trimmed(story.parse.text, s, e), kind) for s, e, kind in story.gold if kind != "MISC"}
            for kind in ("PER", "ORG", "LOC", "ALL"):
                for what, names in (("gold", gold), ("found", found), ("right", gold & found)):
                    counts[part, kind, what] += sum(kind in ("ALL", name[2]) for name in names)
    return {
        part: {
            kind: round(
                200 * counts[part, kind, "right"] / (counts[part, kind, "gold"] + counts[part, kind, "found"]), 1
            )
            for kind in ("PER", "ORG", "LOC", "ALL")
        }
        for part in ("news", "sport")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=existing, metavar="CORPUS", help="CoNLL++'s development part")
    parser.add_argument("--folds", action="store_true", help="report cross-validation on the even stories")
    options = parser.parse_args()
    try:
        stories = even_stories(options.corpus)
    except CorpusError as error:
        sys.exit(f"error: {error}")
    if options.folds:
        for part, figures in cross_validate(stories).items():
            print(part, "  ".join(f"{kind} {value}" for kind, value in figures.items()))
        return
    save(train_both([(story.features, story.tags) for story in stories]))
    print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size} bytes from {len(stories)} stories")


if __name__ == "__main__":
    main()

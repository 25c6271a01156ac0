"""Trains the model of names: `python training/names.py` writes pipeline/extract/weights/names.npz.

Data: the even stories of ../shared/gold/conllpp_dev.txt, read as ../shared/score/entities.py reads them (the odd ones are for
reporting). Softmax regression with an L2 penalty; the second pass is trained on what first passes say of stories
that they have not seen (three folds). The same data gives the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.extract.gazetteer import load_gazetteer
from pipeline.extract.names import TAGS, NameModel, Sheet

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
WEIGHTS = ROOT / "pipeline" / "extract" / "weights" / "names.npz"

# Chosen by cross-validation on the even stories: a weaker penalty and rarer features fit them better and others worse.
PENALTY = 4.0
RAREST = 2
FOLDS = 3

# Steps and rate of the descent (Adam): the figures get worse with more, on stories not seen.
STEPS = 60
RATE = 0.1

GOLD = SHARED / "gold" / "conllpp_dev.txt"
CLOSING = (".", ",", ";", ":", "?", "!", ")", "%")

Example = tuple[list[list[str]], list[int]]
Table = tuple[list[str], np.ndarray]


def read_stories(path: Path) -> Iterator[tuple[str, set[tuple[int, int, str]]]]:
    """Each story as one line a sentence, words joined as the scorer joins them, with its names."""
    for story in path.read_text(encoding="utf-8").split("-DOCSTART-")[1:]:
        text, names, begun = "", set(), None
        for line in [*story.split("\n")[1:], ""]:
            word, _, tag = line.partition(" ")[0], "", line.rpartition(" ")[2]
            if begun is not None and not tag.startswith("I-"):
                names.add((begun[0], len(text.rstrip()), begun[1]))
                begun = None
            if not line.strip():
                text += "\n" if text and not text.endswith("\n") else ""
                continue
            closes = word[0] in "'" or word in CLOSING
            text += "" if not text or text[-1] in "\n(" or closes else " "
            if tag.startswith("B-"):
                begun = (len(text), tag[2:])
            text += word
        yield text, names


def gold_tags(sheet: Sheet, gold: set[tuple[int, int, str]]) -> list[int]:
    parse = sheet.parse
    tags = ["O"] * len(parse)
    for start, end, kind in sorted(gold):
        for position, token in enumerate(parse.tokens(start, end)):
            tags[token] = ("I-" if position else "B-") + kind
    return [TAGS.index(tags[token]) for first, last in sheet.stretches for token in range(first, last + 1)]


def train(examples: list[Example], penalty: float = PENALTY, rarest: int = RAREST) -> Table:
    """Softmax regression of the tag on the features of a word, by gradient descent with momentum on the whole data."""
    counts = Counter(name for rows, _ in examples for token in rows for name in token)
    kept = sorted(name for name, count in counts.items() if count >= rarest)
    index = {name: number for number, name in enumerate(kept)}
    tokens = [token for rows, _ in examples for token in rows]
    gold = np.array([tag for _, tags in examples for tag in tags])
    pairs = [(index[n], number) for number, token in enumerate(tokens) for n in token if n in index]
    feature, token = (np.array(column) for column in zip(*pairs, strict=True))
    order = np.argsort(feature, kind="stable")
    by_token = np.searchsorted(token, np.arange(len(tokens)))
    by_feature = np.searchsorted(feature[order], np.arange(len(kept)))
    ordered = token[order]
    weights = np.zeros((len(kept), len(TAGS)), np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    target = np.eye(len(TAGS), dtype=np.float32)[gold]
    for step in range(1, STEPS + 1):
        scores = np.add.reduceat(weights[feature], by_token, axis=0)
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        slope = np.add.reduceat((shares - target)[ordered], by_feature, axis=0) + penalty * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope * slope
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-3)
    return kept, weights.astype(np.float16).astype(np.float32)


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


def train_both(stories: list[tuple[Sheet, list[int]]]) -> NameModel:
    seconds: list[Example] = []
    for fold in range(FOLDS):
        model = join(train([(s.features, g) for n, (s, g) in enumerate(stories) if n % FOLDS != fold]))
        for sheet, gold in stories[fold::FOLDS]:
            tags = sheet.tags(model.index(sheet.features).sums(model.first))
            further = sheet.second(tags)
            seconds.append(([[*a, *b] for a, b in zip(sheet.features, further, strict=True)], gold))
    return join(train([(s.features, g) for s, g in stories]), train(seconds))


def save(model: NameModel) -> None:
    WEIGHTS.parent.mkdir(exist_ok=True)
    first, second = (table[:-1].astype(np.float16) for table in (model.first, model.second))
    np.savez_compressed(WEIGHTS, features="\n".join(model.features), first=first, second=second)


def main() -> None:
    from pipeline.extract.model import load_model

    model, gazetteer = load_model("en_core_web_sm"), load_gazetteer()
    stories = []
    for number, (text, gold) in enumerate(read_stories(GOLD)):
        if number % 2 == 0:
            sheet = Sheet(model.parse([text])[0], model.recognise([text])[0], gazetteer)
            stories.append((sheet, gold_tags(sheet, gold)))
    save(train_both(stories))
    print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size} bytes from {len(stories)} stories")


if __name__ == "__main__":
    main()

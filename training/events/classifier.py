"""Trains the event classifier and reports it on sentences that it was not trained on.

    python -m training.events.classifier train                the package's weights/events.npz from all of the training data
    python -m training.events.classifier report --out DIR     extractions of all corpora, each sentence by weights that did
                                                              not see it

Corpora (`--gold`): PLV's training sentences (which two ends, which root), the half of the PLOVER gold standard records that is
for tuning, and as negatives half of CoNLL++'s sports stories and of MEANTIME's stories, which are on business. The other
halves are never trained on. Halves and the five folds of the report go by the SHA-256 of an item's id or text. The report's
files are for the scorer of the corpora. The result depends on nothing but the corpora and the code.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.finding import find_entities
from newswire.extract.events.candidates import Candidate, candidates, pair_features, sites, type_features
from newswire.extract.events.classifier import BUCKETS, ROOTS, Classifier, bucket
from newswire.extract.events.finding import find_events
from newswire.extract.events.ontology import SYMMETRIC
from newswire.extract.events.parties import Party, parties
from newswire.extract.join import event_records
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from newswire.records import Actor, Article, Entity, Event, record_id
from training.corpora import text_of

WEIGHTS = Path(__file__).parents[2] / "pipeline" / "newswire" / "extract" / "weights" / "events.npz"
FOLDS = 5
ROUNDS = 3
OLD = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
ISO = {"JAP": "JPN", "ROM": "ROU", "GFR": "DEU", "GER": "DEU", "UK": "GBR", "ITL": "ITA", "VTN": "VNM"}
YIELD = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}

# Weight of a candidate that the corpora say nothing of: PLV marks one pair a sentence, and others may pass too.
UNMARKED = 0.5
# The same where the lexicon calls the predicate unambiguous and both ends are there: most of these are events as well.
UNAMBIGUOUS = 0.15
# Weight of the actor alone where the pair was marked but no candidate has it.
ALONE = 0.5
# Strength of the pull towards zero, chosen on the folds.
PAIR_DECAY = 2.0
TYPE_DECAY = 0.5
STEPS = 250


Matcher = Callable[[Parse, dict[int, Party], Candidate], float]
"""Says how far a candidate has the ends of the gold, from 0 to 1."""


@dataclass
class Row:
    """One text of the gold with its candidates. `right` says of each candidate whether it has the gold's ends."""

    key: str
    root: str | None
    parse: Parse
    known: dict[int, Party]
    candidates: list[Candidate]
    right: list[float]
    pairs: list[list[int]]
    types: list[list[int]]


def part(key: str, parts: int) -> int:
    """The part of a corpus that an item belongs to."""
    return int(hashlib.sha256(key.encode("utf-8")).hexdigest(), 16) % parts


def read_plv(path: Path) -> list[tuple[str, str, tuple[int, int], tuple[int, int], str]]:
    """Text, its source and target, and the root of each sentence of PLV."""
    csv.field_size_limit(10**7)
    sentences = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["gold_root"]:
                spans = [_span(row["marked_sentence"], tag) for tag in "st"]
                sentences.append((row["sentence"], row["sentence"], spans[0], spans[1], row["gold_root"]))
    return sentences


def read_records(path: Path) -> list[tuple[str, str, set[str], set[str], str]]:
    """Id, text, countries of both ends, and the type of each gold standard record."""
    records = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("text") and row.get("event"):
            ends = [_countries(row.get(side)) for side in ("source", "target")]
            records.append((row["id"], row["text"], ends[0], ends[1], OLD.get(row["event"], row["event"])))
    return records


def read_stories(path: Path) -> list[str]:
    """The stories of a CoNLL file, as text."""
    stories = []
    for block in re.split(r"-DOCSTART-[^\n]*\n", path.read_text(encoding="utf-8"))[1:]:
        lines = [
            " ".join(line.split()[0] for line in sentence.splitlines() if line.strip())
            for sentence in block.split("\n\n")
        ]
        stories.append("\n".join(line for line in lines if line))
    return stories


def read_business(path: Path) -> list[str]:
    """The stories on companies and markets of the half of MEANTIME that is for tuning. None of what they tell is taken for an
    event between actors, which wrongs a few sentences on governments."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [text_of(row["tokens"], row["sent"])[0] for row in rows if part(row["id"], 2) == 0]


SPORT = re.compile(
    r"^(SOCCER|CRICKET|TENNIS|BASEBALL|BASKETBALL|RUGBY|GOLF|CYCLING|MOTOR|ATHLETICS|SQUASH|BOXING|ICE HOCKEY)\b"
)


def _span(marked: str, tag: str) -> tuple[int, int]:
    match = re.search(f"<{tag}>(.*?)</{tag}>", marked)
    if not match:
        return 0, 0
    before = len(re.sub(r"</?[st]>", "", marked[: match.start()]))
    return before, before + len(re.sub(r"</?[st]>", "", match.group(1)))


def _countries(actors: object) -> set[str]:
    items = actors if isinstance(actors, list) else []
    codes: set[str] = {
        ISO.get(item["code"]) or item["code"] for item in items if isinstance(item, dict) and item.get("code")
    }
    return codes - {"IGO", "NGO", "IMG"}


class Reader:
    """Texts to parses and names, kept in a file between runs when there is a cache."""

    def __init__(self, cache: Path | None) -> None:
        self._file = cache / "events-parses.pickle" if cache else None
        self._known: dict[str, tuple[Parse, list[NamedSpan]]] = {}
        if self._file is not None and self._file.is_file():
            self._known = pickle.loads(self._file.read_bytes())  # our own file

    def read(self, texts: list[str]) -> list[tuple[Parse, list[NamedSpan]]]:
        """The parse and the names of each text."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        model = load_model("en_core_web_sm") if missing else None
        for start in range(0, len(missing), 32):
            batch = missing[start : start + 32]
            assert model is not None
            for text, parse, names in zip(batch, model.parse(batch), model.recognise(batch), strict=True):
                self._known[text] = parse, names
        if missing and self._file is not None:
            self._file.write_bytes(pickle.dumps(self._known))
        return [self._known[text] for text in texts]


def make_row(
    key: str, root: str | None, parse: Parse, names: list[NamedSpan], matcher: Matcher, lexicons: Lexicons
) -> Row:
    """The candidates of a text, each judged by `matcher`."""
    known = parties(parse, find_entities(parse, names, lexicons.gazetteer), lexicons.gazetteer, lexicons.event_words)
    every = [
        candidate
        for site in sites(parse, known, lexicons.predicates)
        for candidate in candidates(parse, site, lexicons.event_words)
    ]
    right = [matcher(parse, known, candidate) for candidate in every]
    pairs = [[bucket(f) for f in pair_features(parse, known, candidate)] for candidate in every]
    types = [sorted({bucket(f) for f in type_features(parse, known, candidate)}) if root else [] for candidate in every]
    return Row(key, root, parse, known, every, right, pairs, types)


def spans_matcher(source: tuple[int, int], target: tuple[int, int], root: str) -> Matcher:
    """Judges by overlap with the marked ends: 1 for both, 0.5 for the actor where no recipient was taken, else 0."""

    def judge(parse: Parse, known: dict[int, Party], candidate: Candidate) -> float:
        def touches(heads: tuple[int, ...], span: tuple[int, int]) -> bool:
            return any(parse.starts[known[h].first] < span[1] and span[0] < parse.ends[known[h].last] for h in heads)

        a, r = candidate.actors, candidate.recipients
        if touches(a, source) and touches(r, target):
            return 1.0
        if root in SYMMETRIC and touches(a, target) and touches(r, source):
            return 1.0
        if touches(a, source) and not r:
            return 0.5
        return 0.0

    return judge


def countries_matcher(source: set[str], target: set[str], root: str) -> Matcher:
    """Judges by the countries of the ends; an end without a country in the gold must be absent or without one."""

    def judge(parse: Parse, known: dict[int, Party], candidate: Candidate) -> float:
        def of(heads: tuple[int, ...]) -> set[str | None]:
            return {country for h in heads for country in (known[h].country, *known[h].countries)} - {None}

        a, r = of(candidate.actors), of(candidate.recipients)
        kinds = {YIELD.get(reading.type, reading.type) for reading in candidate.site.readings}
        if YIELD.get(root, root) not in kinds:
            return 0.0
        one = (not source) or bool(a & source)
        two = bool(r & target) if target else (not candidate.recipients or root in SYMMETRIC)
        if not one and root in SYMMETRIC:
            one, two = bool(a & target), bool(r & source)
        return 1.0 if one and two else 0.0

    return judge


def negative(parse: Parse, known: dict[int, Party], candidate: Candidate) -> float:
    """No candidate of a sports story is an event."""
    return 0.0


def load(gold: Path, reader: Reader) -> list[Row]:
    """The training rows of all corpora."""
    lexicons = Lexicons.load()
    rows = []
    plv = read_plv(gold / "plv_train.tsv")
    for (key, _, source, target, root), (parse, names) in zip(plv, reader.read([p[1] for p in plv]), strict=True):
        rows.append(make_row(key, root, parse, names, spans_matcher(source, target, root), lexicons))
    records = [r for r in read_records(gold / "plover_gsr_dev.jsonl") if part(r[0], 2) == 0]
    for (_, text, one, two, kind), (parse, names) in zip(records, reader.read([r[1] for r in records]), strict=True):
        root = YIELD.get(kind, kind)
        rows.append(make_row(text, root, parse, names, countries_matcher(one, two, kind), lexicons))
    stories = [s for s in read_stories(gold / "conllpp_dev.txt") if SPORT.match(s) and part(s, 2) == 0]
    for text, (parse, names) in zip(stories, reader.read(stories), strict=True):
        rows.append(make_row(text, None, parse, names, negative, lexicons))
    stories = read_business(gold / "meantime_dev.jsonl")
    for text, (parse, names) in zip(stories, reader.read(stories), strict=True):
        rows.append(make_row(text, None, parse, names, negative, lexicons))
    return rows


def chosen(row: Row, pair: np.ndarray | None, types: np.ndarray | None) -> int | None:
    """The candidate that stands for the gold event: of those with its ends, the one the models (at first the lexicon) like
    best."""
    if row.root is None:
        return None
    best, score = None, -1e9
    top = max(row.right, default=0.0)
    if top < 0.5:
        return None
    for i, candidate in enumerate(row.candidates):
        if row.right[i] < top:
            continue
        readings = candidate.site.readings
        value = 0.0
        for rank, reading in enumerate(readings[:3]):
            if YIELD.get(reading.type, reading.type) == row.root:
                value += (2 + reading.closeness + reading.strength) / (1 + rank)
        value -= 0.3 * row.parse.depths[candidate.site.head] + 0.2 * candidate.recipient_path.count(">")
        if pair is not None and types is not None:
            value = 0.3 * value + pair[row.pairs[i]].sum() + types[row.types[i]].sum(axis=0)[ROOTS.index(row.root)]
        if value > score:
            best, score = i, value
    return best


def unambiguous(candidate: Candidate) -> bool:
    """Whether the lexicon vouches for a candidate that the corpus does not mark."""
    readings = candidate.site.readings
    return bool(readings) and readings[0].strength == 2 and bool(candidate.actors) and bool(candidate.recipients)


def fit(rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the pair model (buckets) and of the type model (buckets x roots)."""
    pair = types = None
    for _ in range(ROUNDS):
        x: list[list[int]] = []
        y: list[float] = []
        w: list[float] = []
        tx: list[list[int]] = []
        ty: list[int] = []
        for row in rows:
            best = chosen(row, pair, types)
            top = max(row.right, default=0.0)
            for i, features in enumerate(row.pairs):
                if i == best:
                    x.append(features)
                    y.append(1.0)
                    w.append(1.0 if top == 1.0 else ALONE)
                elif row.right[i] == 0.0 or (top == 1.0 and row.right[i] < 1.0):
                    x.append(features)
                    y.append(0.0)
                    clear = row.root is not None and unambiguous(row.candidates[i])
                    w.append(UNAMBIGUOUS if clear else UNMARKED)
            if best is not None and row.root is not None:
                tx.append(row.types[best])
                ty.append(ROOTS.index(row.root))
        pair = logistic(x, np.array(y), np.array(w))
        types = softmax(tx, np.array(ty))
    assert pair is not None
    assert types is not None
    return pair, types


def flat(x: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Columns renumbered over those in use, with the row of each; the columns in use; the number of rows."""
    items = np.concatenate([np.array(features, np.int64) for features in x])
    owner = np.repeat(np.arange(len(x)), [len(features) for features in x])
    used, columns = np.unique(items, return_inverse=True)
    return columns, owner, used, np.array([len(x)])


def logistic(x: list[list[int]], y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression by Adam on all examples at once."""
    columns, owner, used, (count,) = flat(x)
    weights = np.zeros(len(used))

    def gradient(weights: np.ndarray) -> np.ndarray:
        score = np.bincount(owner, weights[columns], count)
        error = w * (1 / (1 + np.exp(-score)) - y)
        return np.bincount(columns, error[owner], len(used)) + PAIR_DECAY * weights

    result = np.zeros(BUCKETS)
    result[used] = adam(weights, gradient)
    return result


def softmax(x: list[list[int]], y: np.ndarray) -> np.ndarray:
    """Weights of a multinomial logistic regression."""
    columns, owner, used, (count,) = flat(x)
    target = np.eye(len(ROOTS))[y]

    def gradient(weights: np.ndarray) -> np.ndarray:
        score = np.stack([np.bincount(owner, weights[columns, k], count) for k in range(len(ROOTS))], axis=1)
        score -= score.max(axis=1, keepdims=True)
        share = np.exp(score)
        error = share / share.sum(axis=1, keepdims=True) - target
        return (
            np.stack([np.bincount(columns, error[owner, k], len(used)) for k in range(len(ROOTS))], axis=1)
            + TYPE_DECAY * weights
        )

    result = np.zeros((BUCKETS, len(ROOTS)))
    result[used] = adam(np.zeros((len(used), len(ROOTS))), gradient)
    return result


def adam(weights: np.ndarray, gradient: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Adam with falling steps."""
    first = np.zeros_like(weights)
    second = np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        slope = gradient(weights)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        rate = 0.1 * (1 - step / (STEPS + 1))
        weights = weights - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def quantised(pair: np.ndarray, types: np.ndarray) -> dict[str, np.ndarray]:
    """The weights as small integers with their scales."""
    scales = [np.abs(pair).max() / 127, np.abs(types).max() / 127]
    return {
        "pairs": np.round(pair / scales[0]).astype(np.int8),
        "types": np.round(types / scales[1]).astype(np.int8),
        "scales": np.array(scales),
    }


def main() -> None:
    """Reports or trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["report", "train"])
    parser.add_argument("--gold", type=Path, default=Path(__file__).parents[3] / "shared" / "gold")
    parser.add_argument("--cache", type=Path, help="directory that keeps the parses for the next run")
    parser.add_argument("--out", type=Path, help="directory of the report's files")
    options = parser.parse_args()
    reader = Reader(options.cache)
    rows = load(options.gold, reader)
    if options.what == "train":
        WEIGHTS.parent.mkdir(exist_ok=True)
        np.savez_compressed(WEIGHTS, allow_pickle=False, **quantised(*fit(rows)))
        print(WEIGHTS, WEIGHTS.stat().st_size)
    else:
        report(rows, options.gold, reader, options.out or Path())


def report(rows: list[Row], gold: Path, reader: Reader, out: Path) -> None:
    """Writes the extractions of each corpus, every text by the weights of the folds that it is not in; prints how far
    `confidence` is the share of what is right."""
    judged: dict[str, list[tuple[float, bool]]] = {"plv": [], "gsr": []}
    models = []
    for fold in range(FOLDS):
        stored = quantised(*fit([row for row in rows if part(row.key, FOLDS) != fold]))
        models.append(Classifier(stored["pairs"], stored["types"], stored["scales"].tolist()))
    lexicons = Lexicons.load()
    marked = read_plv(gold / "plv_train.tsv")
    coded = read_records(gold / "plover_gsr_dev.jsonl")
    plv = [(f"plv-{number}-{i}", text) for i, (number, text) in enumerate(numbered(gold / "plv_train.tsv"))]
    records = [(id, text) for id, text, *_ in coded]
    for name, items in (("plv", plv), ("gsr", records)):
        parsed = reader.read([text for _, text in items])
        out.mkdir(parents=True, exist_ok=True)
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for number, ((id, text), (parse, names)) in enumerate(zip(items, parsed, strict=True)):
                article = Article(id=id, body=text, published="2017-06-15T12:00:00Z")
                drafts = find_entities(parse, names, lexicons.gazetteer)
                entities = [
                    Entity(id=record_id(id, "entity", f"{d.label} {d.name}"), type=d.label, name=d.name, mentions=[])
                    for d in drafts
                ]
                event_drafts = find_events(parse, article, drafts, [], lexicons, model=models[part(text, FOLDS)])
                events = event_records(article, parse, event_drafts, entities, [])
                line = {"article": {"id": id}, "events": msgspec.to_builtins(events)}
                file.write(json.dumps(line) + "\n")
                if name == "plv" and events:
                    # one pair a sentence is marked, so that only the surest event can be judged
                    surest = max(events, key=lambda event: event.confidence)
                    judged[name].append((surest.confidence, spans_right(surest, *marked[number][2:])))
                elif name == "gsr":
                    judged[name] += [(e.confidence, countries_right(e, *coded[number][2:])) for e in events]
    for name, pairs in judged.items():
        print(
            f"{name}: confidence, events, mean, share right; expected calibration error {calibration_error(pairs):.3f}"
        )
        for low, inside in bins(pairs):
            mean, share = (sum(pair[i] for pair in inside) / len(inside) for i in (0, 1))
            print(f"  {low / 10:.1f} to {low / 10 + 0.1:.1f}  {len(inside):4}  {mean:.2f}  {share:.2f}")


def spans_right(event: Event, source: tuple[int, int], target: tuple[int, int], root: str) -> bool:
    """Whether an event has the root and touches the marked ends, as far as it has them."""

    def touches(ends: list[Actor], span: tuple[int, int]) -> bool:
        return any(end.start < span[1] and span[0] < end.end for end in ends)

    straight = touches(event.actors, source) and (not event.recipients or touches(event.recipients, target))
    turned = event.type in SYMMETRIC and touches(event.actors, target) and touches(event.recipients, source)
    return YIELD.get(event.type, event.type) == root and (straight or turned)


def countries_right(event: Event, source: set[str], target: set[str], kind: str) -> bool:
    """Whether an event has the type and the countries of a record, as far as that has them."""
    ends = [{end.country for end in side} for side in (event.actors, event.recipients)]
    orders = (ends, ends[::-1]) if kind in SYMMETRIC else (ends,)
    return event.type == kind and any((not source or source & a) and (not target or target & b) for a, b in orders)


def bins(pairs: list[tuple[float, bool]]) -> list[tuple[int, list[tuple[float, bool]]]]:
    """The judged events by tenths of confidence."""
    tenths = [(low, [pair for pair in pairs if low == min(int(10 * pair[0]), 9)]) for low in range(10)]
    return [(low, inside) for low, inside in tenths if inside]


def calibration_error(pairs: list[tuple[float, bool]]) -> float:
    """Mean distance of confidence and share right over the bins, weighted by their sizes."""
    return sum(abs(sum(pair[0] - pair[1] for pair in inside)) for _, inside in bins(pairs)) / max(1, len(pairs))


def numbered(path: Path) -> list[tuple[str, str]]:
    """Number and text of each sentence of PLV."""
    csv.field_size_limit(10**7)
    with path.open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["sentence_id"], row["sentence"]) for row in rows if row["gold_root"]]


if __name__ == "__main__":
    main()

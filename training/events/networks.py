"""Learns the weights that events are found with:

    python -m training.events.networks --gold CORPORA --minilm DIRECTORY --cache DIRECTORY

Reads `events_train.jsonl` and labels of our own (labelled articles), `plv_train.tsv` (sentences with marked ends) and news
without labels: `worldwide_train.jsonl`, `conllpp_train.txt`, `unlabelled.jsonl` and `polnear_train.jsonl`, without the texts of
`events_dev.jsonl`; and the invented texts of `training/labelled`. In steps:

1. The teacher, MiniLM with a reader and a linker of its own, is fine-tuned on all labelled texts, articles, sentences and
   invented ones.
2. It labels the news, softly.
3. Reader and linker learn from that and from the labelled texts (JAX on the CPU, Adam with decoupled weight decay, a cosine
   schedule, an exponential average of the weights). Three times, from other seeds: what the members say is averaged.

All of it once more for each of some parts of the labelled articles and the invented texts without that part. From what those
networks find there the forests learn which ends stand elsewhere in the text, and which events are right: one from the articles,
one for briefs from invented texts and excerpts. Another learns from the articles of which country an end is that the text names
by a common noun. The same data give the same weights: all chance comes from
seeded generators. What is in `--cache` is not made again: delete `teacher.*` and `networks.*` there when labels have changed.
`--only N` makes the networks without part N alone, so that processes can share the work. `--report DIR` keeps the extractions of
all training articles by the weights that did not see them. training/events/CARD.md is the card of the weights that are committed.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.events.confidence import EVENT_FEATURES
from newswire.extract.events.features import Meanings, features
from newswire.extract.events.finding import find_events, listed_events, read_events
from newswire.extract.events.ontology import TYPES
from newswire.extract.events.parties import parties
from newswire.extract.events.predictions import (
    BRIEF_TRUST,
    MEMBER_MARK,
    TRUST,
    EventNetworks,
    Sketch,
    completed,
    is_brief,
    sketched,
)
from newswire.extract.events.sport import about_sport
from newswire.extract.extractor import Extractor
from newswire.extract.join import event_records
from newswire.extract.lexicons import Lexicons
from newswire.records import Article, Entity, record_id
from training.corpora import read_plv
from training.events.choices import Floats, choice_forest
from training.events.examples import Example, example, marked_example, thinned
from training.events.excerpts import excerpts, is_cut, is_untold, origin
from training.events.homes import homes_forest
from training.events.judgement import is_side, judged, labels_at
from training.events.meanings import packed, word_vectors
from training.events.news import beginning, plain_news
from training.events.student import Arrays, train_linker, train_reader
from training.events.teacher import Teacher, tune
from training.events.texts import Text, read_texts
from training.events.trust import trust_forest
from training.labels import event_rows, invented_rows

__all__ = ("main",)

ROOT: Final = Path(__file__).resolve().parents[2]
WEIGHTS: Final = ROOT / "pipeline" / "newswire" / "extract" / "weights" / "event_networks.npz"

GOLD: Final = "events_train.jsonl"

FOLDS: Final = 3

# Readers and linkers whose shares are averaged. On the first fold one reader has an average precision of .734, two have .742,
# three .746, and both ends are right for 58.4, 59.8 and 60.2 %. A reader takes a thirtieth of an extraction.
MEMBERS: Final = 3
# How far the seeds of the members lie apart: further than those of the parts and `LINK_SEED` do, so that no two networks share
# one.
MEMBER_SEED: Final = 100

# Words of news that the teachers label: nearly all that the corpora have, for the networks learn more from more.
PLAIN_WORDS: Final = 1_600_000

# The linker begins with a seed of its own, so that it can learn anew without the reader.
LINK_SEED: Final = 10

# What the excerpts are chosen with.
EXCERPT_SEED: Final = 5

TREES: Final = 150
DEPTH: Final = 4
STEP: Final = 0.1
ALL: Final = EVENT_FEATURES.index("all")
# Chosen out of folds with two members, for precision as long as F1 is hardly worse: with 0.32 they were 57.0 and 44.0, with 0.34
# 58.1 and 43.4, with 0.37 60.8 and 43.2, with 0.38 61.7 and 43.0. With three, one confidence for what tells the same and a longer
# lexicon, 0.38 gives 59.6 and 44.8, 0.39 60.1 and 44.6.
THRESHOLD: Final = 0.39

# PLV has no dates; its news is of these years.
PLV_DAY: Final = "2017-06-15T12:00:00Z"


@dataclasses.dataclass(frozen=True)
class Learnt:
    """A text with what networks found in it that did not learn from it."""

    row: dict[str, Any]
    text: Text
    sketch: Sketch | None


def fold(key: str, folds: int = FOLDS) -> int:
    """The part of the training data that a text belongs to, an excerpt to that of its article."""
    return int(hashlib.sha256(origin(key).encode()).hexdigest(), 16) % (5 * folds) % folds


def seed_of(number: int) -> int:
    """What chance begins with for the networks without a part, or for those of all."""
    return 1 if number == FOLDS else 2 + number


def networks(labelled: list[Example], taught: list[Example], table: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Reader and linker, in half precision, as they are committed; `table` are the word vectors with a row for none."""
    reader = halved(train_reader([thinned(one) for one in labelled], taught, table, seed))
    return {**halved(train_linker(labelled, taught, reader, table, seed + LINK_SEED)), **reader}


def halved(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights rounded to half precision."""
    return {name: value.astype(np.float16).astype(np.float32) for name, value in weights.items()}


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
    return next(iter(labels_at(one.row, one.text.parse.starts[anchor], one.text.parse.ends[anchor])), None)


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


def predicted(one: Learnt, weights: Mapping[str, Any]) -> list[tuple[Floats, bool]]:
    """The features of what is predicted in a text, and whether it is right, where the text tells."""
    if one.sketch is None:
        return []
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
    told = {**one.row, "events": [label for label in one.row["events"] if not is_cut(label)]}
    return [
        (each.features, full)
        for each, (_, full) in zip(found, judged(told, events, parse), strict=True)
        if not is_untold(one.row, parse.starts[each.anchor], parse.ends[each.anchor])
    ]


def forests(
    learnt: Sequence[Learnt], invented: Sequence[Learnt], excerpted: Sequence[Learnt], gold: Container[str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The forests of each fold, from the texts of the others, and those from all. `learnt` are articles, `excerpted` excerpts of
    them; `gold` are the ids of the texts whose labels answer as the gold's do.

    What is right is learnt from ends that were chosen by forests which did not see the text, as it is in texts to come. Invented
    texts teach whom an event is between, of which they have the hard cases; how often one is right they teach, with the
    excerpts, for briefs alone.
    """
    every = [*learnt, *invented]
    ends = [ends_forest([one for one in every if fold(one.row["id"]) != number]) for number in range(FOLDS)]
    briefs = [one for one in (*invented, *excerpted) if is_brief(one.text.parse)]
    told, told_briefly = (
        [
            [
                (*each, origin(one.row["id"]) in gold)
                for one in texts
                if fold(one.row["id"]) == number
                for each in predicted(one, ends[number])
            ]
            for number in range(FOLDS)
        ]
        for texts in (learnt, briefs)
    )

    def trusted(parts: Container[int]) -> dict[str, Any]:
        """The forests of confidence, from some of the folds."""
        return {
            name: value
            for forest, rows in ((TRUST, told), (BRIEF_TRUST, told_briefly))
            for name, value in trust_forest(
                [each for part in range(FOLDS) if part in parts for each in rows[part]], forest
            ).items()
        }

    threshold = {"threshold": np.float32(THRESHOLD)}
    apart = [
        {
            **ends[number],
            **trusted({*range(FOLDS)} - {number}),
            **homes_forest([(one.row, one.text) for one in learnt if fold(one.row["id"]) != number]),
            **threshold,
        }
        for number in range(FOLDS)
    ]
    homes = homes_forest([(one.row, one.text) for one in learnt])
    return apart, {
        **ends_forest(every),
        **trusted(range(FOLDS)),
        **homes,
        **threshold,
    }


def stored(
    members: Sequence[Mapping[str, Any]], grown: Mapping[str, Any], words: Sequence[str], vectors: np.ndarray
) -> Arrays:
    """All weights as they are committed."""
    numbers, unit = packed(vectors)
    halves = {
        f"{number}{MEMBER_MARK}{name}": value.astype(np.float16)
        for number, weights in enumerate(members)
        for name, value in weights.items()
        if name != "meanings"
    }
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


def kept(file: Path, make: Callable[[], Arrays]) -> Arrays:
    """The arrays in a file; where there is none they are made, and kept there."""
    if not file.exists():
        made = make()
        file.parent.mkdir(parents=True, exist_ok=True)
        # Processes that share the work never meet half a file.
        begun = file.with_name(f"{os.getpid()}.{file.name}")
        np.savez_compressed(begun, **made)
        begun.replace(file)
    with np.load(file) as arrays:
        return dict(arrays)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def read_labelled(gold: Path) -> tuple[list[dict[str, Any]], list[Article]]:
    """The labelled articles: their rows, and themselves."""
    rows = [*read_rows(gold / GOLD), *event_rows(gold)]
    return rows, [
        Article(id=r["id"], body=r["body"], headline=r.get("headline"), published=r.get("published"), language="en")
        for r in rows
    ]


def learnt_from(
    row: dict[str, Any], text: Text, members: Sequence[Mapping[str, Any]], meanings: Meanings, lists: Lexicons
) -> Learnt:
    """What networks find in a labelled text."""
    if about_sport(text.parse, text.article, lists.sport):
        return Learnt(row, text, None)
    columns = features(text.parse, text.known, text.quotes, paragraphs(text.parse.text), lists.predicates, meanings)
    named = parties(text.parse, text.entities, lists.gazetteer, lists.event_words)
    listed = listed_events(read_events(text.parse, named, lists))
    return Learnt(row, text, sketched(members, text.parse, text.known, text.quotes, columns, listed))


def main() -> None:
    """Trains and writes the weights."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--gold", type=Path, default=ROOT.parent / "shared" / "gold", help="directory of the corpora")
    options.add_argument("--minilm", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    options.add_argument(
        "--cache", type=Path, required=True, help="directory of parses, word vectors, teachers, networks"
    )
    options.add_argument("--report", type=Path, help="directory for the extractions by the weights of the folds")
    options.add_argument(
        "--only",
        type=int,
        choices=range(FOLDS + 1),
        help=f"make only the networks without this part; {FOLDS}: those from all",
    )
    options.add_argument("--out", type=Path, default=WEIGHTS, help="file of the weights")
    given = options.parse_args()
    extractor = Extractor()
    lists = extractor.lexicons

    def word_arrays() -> Arrays:
        words, vectors = word_vectors(given.gold, given.minilm)
        return {"words": np.array(words), "vectors": vectors}

    def texts(name: str, articles: Sequence[Article]) -> list[Text]:
        return read_texts(articles, extractor, given.cache / f"{name}.texts")

    known = kept(given.cache / "words.npz", word_arrays)
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

    @cache
    def made() -> list[tuple[dict[str, Any], Text]]:
        labels = invented_rows()
        read = texts("invented", [Article(id=row["id"], body=row["body"]) for row in labels])
        return list(zip(labels, read, strict=True))

    def cut() -> list[tuple[dict[str, Any], Text]]:
        labels = excerpts(rows, [text.parse for _, text in found], EXCERPT_SEED)
        read = texts("excerpts", [Article(id=r["id"], body=r["body"], published=r["published"]) for r in labels])
        return list(zip(labels, read, strict=True))

    @cache
    def invented() -> list[Example]:
        return [example(row, text, lists, meanings) for row, text in made()]

    # Nothing that is labelled comes in unlabelled too, or the networks of a fold would know its articles, and dev's.
    told = {beginning(row["body"]) for row in (*rows, *read_rows(given.gold / "events_dev.jsonl"))}

    def taught(teacher: Teacher) -> Iterator[Example]:
        for number, shard in enumerate(plain_news(given.gold, PLAIN_WORDS, told)):
            analysed = texts(f"news.{number:02d}", shard)
            plain = [text for text in analysed if not about_sport(text.parse, text.article, lists.sport)]
            yield from teacher.taught(plain, lists, meanings, table)

    @cache
    def lessons(number: int) -> tuple[list[Example], list[Example]]:
        """What the networks without a fold learn from, or those of all for the number of folds: what has labels, and what the
        teacher says."""
        labelled = [one for one in (*examples(), *invented()) if fold(one.id) != number]
        less = [thinned(one) for one in labelled]
        tuned = kept(given.cache / f"teacher.{number}.npz", lambda: tune(given.minilm, less, table, seed_of(number)))
        return labelled, list(taught(Teacher(tuned, given.minilm)))

    def trained(number: int, member: int) -> Arrays:
        print(f"networks {member + 1} of {MEMBERS}, part {number + 1} of {FOLDS + 1}", flush=True)
        return networks(*lessons(number), table, seed_of(number) + MEMBER_SEED * member)

    def members_of(number: int) -> list[Arrays]:
        """The networks without a fold, or of all for the number of folds."""
        found = [
            kept(given.cache / f"networks.{number}.{member}.npz", partial(trained, number, member))
            | {"meanings": table}
            for member in range(MEMBERS)
        ]
        lessons.cache_clear()  # gigabytes
        return found

    if given.only is not None:
        members_of(given.only)
        return
    nets = [members_of(number) for number in range(FOLDS + 1)]
    learnt, more, excerpted = (
        [learnt_from(row, text, nets[fold(row["id"])], meanings, lists) for row, text in each]
        for each in (found, made(), cut())
    )
    gold = {row["id"] for row in (*read_rows(given.gold / GOLD), *invented_rows())}
    apart, grown = forests(learnt, more, excerpted, gold)
    given.out.parent.mkdir(exist_ok=True)
    np.savez_compressed(given.out, **stored(nets[FOLDS], grown, words, vectors))
    if given.report:
        given.report.mkdir(parents=True, exist_ok=True)
        outside = [stored(nets[number], apart[number], words, vectors) for number in range(FOLDS)]
        report(learnt, outside, fold, extractor, given.report / GOLD)


if __name__ == "__main__":
    main()

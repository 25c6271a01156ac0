"""Scores the extraction on a corpus, and prints the figures of docs/quality.md.

    python -m benchmarks.score quotes polnear_dev.jsonl
    python -m benchmarks.score quotes polnear_train.jsonl --part held-back
    python -m benchmarks.score entities conllpp_dev.txt --part odd
    python -m benchmarks.score names worldwide_dev.jsonl
    python -m benchmarks.score records plover_gsr_dev.jsonl --part report
    python -m benchmarks.score plv plv_train.tsv --extractions plv.jsonl
    python -m benchmarks.score sport conllpp_dev.txt
    python -m benchmarks.score all CORPORA            whatever lies in this directory under the names above

docs/quality.md says where to get the corpora; benchmarks/quotes.py, entities.py and events.py define the metrics. The articles
go through `newswire extract`, so that what is scored is what a user gets, or have gone through it before (`--extractions`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import entities, events, names, quotes
from benchmarks.counts import Figure, added
from benchmarks.extractions import Extracted, extract, read, require
from newswire.records import Article
from training.corpora import (
    CorpusError,
    existing,
    half,
    read_conll,
    read_plv,
    read_records,
    read_worldwide,
)
from training.slices import held_back

Scores = Iterator[dict[str, Figure]]

# The corpora of events have no dates, or dates that their texts do not speak of; the scores look at none.
UNDATED: Final = "2017-06-15T12:00:00Z"


class Task(NamedTuple):
    """What is scored, with the parts that a corpus has, and the runs of `all`: file and part."""

    score: Callable[[Path, str | None, Path | None], Scores]
    parts: tuple[str, ...]
    runs: tuple[tuple[str, str | None], ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Scores what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    for name, task in TASKS.items():
        options = tasks.add_parser(name, help=f"score {name}")
        options.add_argument("corpus", type=existing, metavar="CORPUS", help="file of the corpus")
        options.add_argument("--extractions", type=existing, metavar="FILE", help="score these, instead of extracting")
        if task.parts:
            options.add_argument("--part", choices=task.parts, help="a part of the corpus instead of all of it")
    tasks.add_parser("all", help="score all corpora of a directory").add_argument(
        "corpus", type=existing, metavar="CORPORA", help="directory of the corpora"
    )
    given = parser.parse_args(arguments)
    try:
        if given.task == "all":
            _score_all(given.corpus)
        else:
            _show(TASKS[given.task].score(given.corpus, getattr(given, "part", None), given.extractions))
    except (CorpusError, OSError, ValueError) as error:
        sys.exit(f"error: {error}")


def _score_all(directory: Path) -> None:
    """Scores each corpus that is there. Exits when none is."""
    runs = [(name, *run) for name, task in TASKS.items() for run in task.runs]
    there = [run for run in runs if (directory / run[1]).is_file()]
    if not there:
        files = ", ".join(sorted({file for _, file, _ in runs}))
        sys.exit(f"error: {directory} holds none of {files}; docs/quality.md says where to get the corpora")
    for name, file, part in there:
        print(f"# {name} {file}{f' --part {part}' if part else ''}", flush=True)
        _show(TASKS[name].score(directory / file, part, None))


def _show(scores: Scores) -> None:
    """Prints the figures of all texts together. Exits when there is no text."""
    total = added(scores)
    if not total:
        sys.exit("error: the corpus has no text, or none in this part")
    width = max(map(len, total))
    for name, figure in total.items():
        print(f"{name:<{width}}  {figure}", flush=True)


def score_quotes(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Quotes on PolNeAR; of its train part `held-back` is what the networks did not learn from."""
    rows = [row for row in quotes.articles(corpus) if part is None or held_back(row.id)]
    found = _extractions({row.id: (row.text, f"{row.date}T12:00:00Z") for row in rows}, kept)
    for row in rows:
        records = [quotes.attribution(quote, row.text) for quote in found[row.id].quotes]
        yield quotes.score(row.text, row.attributions, records)


def score_entities(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Names on CoNLL++; the weights learnt from the even stories of its dev part."""
    stories = {f"conll-{story.number}": story for story in read_conll(corpus) if part in (None, story.parity)}
    found = _extractions({id: (story.text, "1996-08-30T12:00:00Z") for id, story in stories.items()}, kept)
    for id, story in stories.items():
        told = entities.names_of(story.text, found[id].entities)
        yield entities.score(entities.gold_names(story), told, "sport" if story.sport else "news")


def score_names(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Names on Worldwide Newswire, the train part of which weights learnt from."""
    articles = read_worldwide(corpus)
    found = _extractions({article.id: (article.body, UNDATED) for article in articles}, kept)
    for article in articles:
        yield names.score(article, names.names_of(article.body, found[article.id].entities))


def score_records(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Events on PLOVER's gold standard records; weights learnt from the tuning half."""
    rows = [row for row in read_records(corpus) if part in (None, half(row.id))]
    found = _extractions({row.id: (row.text, UNDATED) for row in rows}, kept)
    for row in rows:
        yield events.score_record(row, found[row.id].events)


def score_plv(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Events on PLV, the train part of which weights learnt from."""
    rows = read_plv(corpus)
    found = _extractions({row.id: (row.text, UNDATED) for row in rows}, kept)
    for row in rows:
        yield events.score_sentence(row, found[row.id].events)


def score_sport(corpus: Path, part: str | None, kept: Path | None) -> Scores:
    """Events where there are none: the sports stories of CoNLL++."""
    stories = {f"conll-{story.number}": story for story in read_conll(corpus) if story.sport}
    found = _extractions({id: (story.text, UNDATED) for id, story in stories.items()}, kept)
    for id in stories:
        yield events.score_story(found[id].events)


def _extractions(texts: Mapping[str, tuple[str, str]], kept: Path | None) -> dict[str, Extracted]:
    """The extraction of every article, each given by id as text and time of publication."""
    found = read(kept) if kept else extract([Article(id=id, body=b, published=p) for id, (b, p) in texts.items()])
    require(found, texts)
    return found


TASKS: Final = {
    "quotes": Task(score_quotes, ("held-back",), (("polnear_dev.jsonl", None), ("polnear_train.jsonl", "held-back"))),
    "entities": Task(score_entities, ("even", "odd"), (("conllpp_dev.txt", "even"), ("conllpp_dev.txt", "odd"))),
    "names": Task(score_names, (), (("worldwide_dev.jsonl", None),)),
    "records": Task(
        score_records, ("tuning", "report"), (("plover_gsr_dev.jsonl", None), ("plover_gsr_dev.jsonl", "report"))
    ),
    "plv": Task(score_plv, (), (("plv_train.tsv", None),)),
    "sport": Task(score_sport, (), (("conllpp_dev.txt", None),)),
}


if __name__ == "__main__":
    main()

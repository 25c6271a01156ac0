"""Invented texts with labels that nothing was learnt from: alerts and briefs with events, and names that no list knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.counts import Counts
from benchmarks.names import names_of, score
from benchmarks.whole_articles import stories, tally
from newswire.extract import Extractor
from newswire.records import Article, Extraction, encode
from training import labels
from training.corpora import read_worldwide

DATA = Path(__file__).parent.parent / "data"
BRIEFS = DATA / "briefs.jsonl"
NAMES = DATA / "invented_names.jsonl"


def extracted(texts: dict[str, str]) -> list[Extraction]:
    articles = [Article(id=id, body=body, published="2026-09-10T12:00:00Z") for id, body in texts.items()]
    return list(Extractor().extract(articles))


def test_nothing_is_learnt_from_them() -> None:
    told = {row["body"] for row in labels.invented_rows()} | {text for text, _ in labels.named_texts()}
    assert told.isdisjoint(json.loads(line)["body"] for file in (BRIEFS, NAMES) for line in file.open(encoding="utf-8"))


@pytest.mark.slow
def test_events_of_briefs_are_right_and_found_as_often_as_the_docs_say(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in BRIEFS.read_text(encoding="utf-8").splitlines()]
    found = tmp_path / "extractions.jsonl"
    found.write_bytes(b"\n".join(map(encode, extracted({row["id"]: row["body"] for row in rows}))))
    counts = tally(list(stories(BRIEFS, found)))
    assert counts.right >= 0.55 * counts.found
    assert counts.met >= 0.32 * counts.core


@pytest.mark.slow
def test_names_that_no_list_knows_are_found_as_often_as_the_docs_say() -> None:
    articles = list(read_worldwide(NAMES))
    found = extracted({article.id: article.body for article in articles})
    counts = [
        score(article, names_of(article.body, one.entities))["ALL"]
        for article, one in zip(articles, found, strict=True)
    ]
    right, given, wanted = (sum(column) for column in zip(*counts, strict=True))
    assert Counts(right, given, wanted).f1 >= 70

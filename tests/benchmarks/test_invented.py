"""Invented texts with labels that nothing was learnt from: alerts and briefs with events, names that no list
knows, people, quotes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import quotes
from benchmarks.counts import Counts, added
from benchmarks.names import names_of, score
from benchmarks.whole_articles import stories, tally
from newswire.extract import Extractor
from newswire.records import Article, Extraction, encode
from training import labels
from training.corpora import read_described, read_polnear, read_worldwide
from training.entities.descriptions import ENOUGH, content

DATA = Path(__file__).parent.parent / "data"
BRIEFS = DATA / "briefs.jsonl"
NAMES = DATA / "invented_names.jsonl"
QUOTES = DATA / "invented_quotes.jsonl"
PEOPLE = DATA / "invented_people.jsonl"


def extracted(texts: dict[str, str]) -> list[Extraction]:
    articles = [Article(id=id, body=body, published="2026-09-10T12:00:00Z") for id, body in texts.items()]
    return list(Extractor().extract(articles))


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_nothing_is_learnt_from_them() -> None:
    told = {row["body"] for row in labels.invented_rows()} | {text for text, _ in labels.named_texts()}
    told |= {row["text"] for row in labels.attributed_rows()} | {row["body"] for row in labels.introduced_rows()}
    told |= {row["text"] for row in labels.spoken_rows()}
    kept = {row["body"] for file in (BRIEFS, NAMES, PEOPLE) for row in rows_of(file)}
    assert told.isdisjoint(kept | {row["text"] for row in rows_of(QUOTES)})


@pytest.mark.slow
def test_events_of_briefs_are_right_and_found_as_often_as_the_docs_say(tmp_path: Path) -> None:
    rows = rows_of(BRIEFS)
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


@pytest.mark.slow
def test_quotes_are_found_with_their_speakers_as_often_as_the_docs_say() -> None:
    articles = read_polnear(QUOTES)
    found = extracted({article.id: article.text for article in articles})
    scores = [
        quotes.score(
            article.text, article.attributions, [quotes.attribution(quote, article.text) for quote in one.quotes]
        )
        for article, one in zip(articles, found, strict=True)
    ]
    figures = added(scores)
    content, whole = figures["content, half overlap"], figures["content, cue and speaker"]
    assert isinstance(content, Counts)
    assert isinstance(whole, Counts)
    assert content.f1 >= 82
    assert whole.f1 >= 78


@pytest.mark.slow
def test_roles_of_invented_people_are_found_and_right_as_often_as_the_docs_say() -> None:
    articles = list(read_described(PEOPLE))
    found = extracted({article.id: article.body for article in articles})
    roles = [
        (
            content(person.role or ""),
            content(next((one.role or "" for one in each.entities if one.name == person.name), "")),
        )
        for article, each in zip(articles, found, strict=True)
        for person in article.people or ()
    ]
    shared = [(len(told & given), len(told), len(given)) for told, given in roles]
    assert sum(both >= ENOUGH * wanted > 0 for both, wanted, _ in shared) >= 0.85 * sum(bool(told) for told, _ in roles)
    assert sum(both >= ENOUGH * given > 0 for both, _, given in shared) >= 0.85 * sum(bool(given) for _, given in roles)

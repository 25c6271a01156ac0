"""The command that scores, on invented corpora with extractions that were made before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.score import main

STORY = "-DOCSTART- -X- -X- O\n\nNora NNP B-NP B-PER\nLind NNP I-NP I-PER\nwon VBD B-VP O\n\n"
LIND = {"id": "e", "type": "PERSON", "name": "Nora Lind"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "conll.txt"
    path.write_text(STORY + STORY, encoding="utf-8")
    return path


@pytest.fixture
def extractions(tmp_path: Path) -> Path:
    """Of the even story with its name, of the odd one without."""
    mention = {"start": 0, "end": 9, "text": "Nora Lind", "kind": "name"}
    rows = [
        {"article": {"id": "conll-0"}, "entities": [{**LIND, "mentions": [mention]}]},
        {"article": {"id": "conll-1"}},
    ]
    path = tmp_path / "extractions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_it_prints_the_figures_of_a_corpus(corpus: Path, extractions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["entities", str(corpus), "--extractions", str(extractions)])
    assert "news, ALL  P 100.0  R  50.0  F1  66.7  (2 gold, 1 found)" in capsys.readouterr().out


def test_it_scores_a_part_of_a_corpus(corpus: Path, extractions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["entities", str(corpus), "--part", "odd", "--extractions", str(extractions)])
    assert "news, ALL  P   0.0  R   0.0  F1   0.0  (1 gold, 0 found)" in capsys.readouterr().out


def test_it_takes_no_score_of_less_than_the_corpus(corpus: Path, extractions: Path) -> None:
    extractions.write_text(extractions.read_text().splitlines()[0], encoding="utf-8")
    with pytest.raises(SystemExit, match="1 articles of the corpus have no extraction, conll-1 for one"):
        main(["entities", str(corpus), "--extractions", str(extractions)])


def test_it_says_which_line_is_no_extraction(corpus: Path, extractions: Path) -> None:
    extractions.write_text('{"article": {"id": "conll-0"}}\n{"error": {}}\n', encoding="utf-8")
    with pytest.raises(SystemExit, match=r"line 2 of the extractions is none: .* `article`"):
        main(["entities", str(corpus), "--extractions", str(extractions)])


def test_it_says_where_to_get_a_corpus_that_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["quotes", str(tmp_path / "polnear_dev.jsonl")])
    assert "docs/quality.md says where to get the corpora" in capsys.readouterr().err
    with pytest.raises(SystemExit, match=r"holds none of conllpp_dev\.txt, .*docs/quality\.md says"):
        main(["all", str(tmp_path)])


def test_it_says_what_is_wrong_with_a_corpus(corpus: Path, extractions: Path) -> None:
    with pytest.raises(SystemExit, match=r"conll\.txt, line 1"):
        main(["quotes", str(corpus), "--extractions", str(extractions)])


def test_a_corpus_without_texts_has_no_score(corpus: Path, extractions: Path) -> None:
    with pytest.raises(SystemExit, match="has no text"):
        main(["sport", str(corpus), "--extractions", str(extractions)])

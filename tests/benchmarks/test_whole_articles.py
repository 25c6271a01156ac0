"""How events are counted against whole labelled articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.whole_articles import Story, Tally, main, reversed_ends, stories, tally

BODY = "Peruvian troops attacked Chilean guards on Monday. Peru denied it."


def side(text: str, country: str | None = None) -> dict[str, Any]:
    start = BODY.index(text)
    return {"start": start, "end": start + len(text), "name": text, "country": country}


def event(type: str, word: str, actor: str, recipient: str | None, confidence: float = 0.8) -> dict[str, Any]:
    start = BODY.index(word)
    return {
        "type": type,
        "predicate": {"start": start, "end": start + len(word)},
        "actors": [side(actor)],
        "recipients": [side(recipient)] if recipient else [],
        "confidence": confidence,
    }


def label(number: int, *of: Any, core: bool = True) -> dict[str, Any]:
    return {**event(*of), "event": number, "alternatives": [], "core": core}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """One article with two labels, of which the first is found the wrong way round and the second right."""
    gold, found = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
    labels = [
        label(0, "ASSAULT", "attacked", "Peruvian troops", "Chilean guards"),
        label(1, "REJECT", "denied", "Peru", None),
    ]
    events = [
        event("ASSAULT", "attacked", "Chilean guards", "Peruvian troops", 0.9),
        event("REJECT", "denied", "Peru", None, 0.4),
    ]
    gold.write_text(json.dumps({"id": "ww-1", "body": BODY, "events": labels}) + "\n", encoding="utf-8")
    found.write_text(json.dumps({"article": {"id": "ww-1"}, "events": events}) + "\n", encoding="utf-8")
    return gold, found


def test_mentions_count_for_precision_and_core_events_for_recall(files: tuple[Path, Path]) -> None:
    told = list(stories(*files))
    assert tally(told) == Tally(found=2, right=1, core=2, met=1, sure=1, sure_right=0, words=len(BODY.split()))
    assert tally(told, 0.5).found == 1


def test_two_mentions_of_one_event_are_one_to_be_found() -> None:
    labels = [label(3, "ASSAULT", "attacked", "Peruvian troops", "Chilean guards")] * 2
    row = {"id": "ww-1", "body": BODY, "events": labels}
    events = [event("ASSAULT", "attacked", "Peruvian troops", "Chilean guards")] * 2
    counts = tally([Story(row, events, [(0, True), (1, True)])])
    assert (counts.found, counts.right, counts.core, counts.met) == (2, 2, 1, 1)


def test_ends_on_each_other_s_side_are_reversed(files: tuple[Path, Path]) -> None:
    assert reversed_ends(list(stories(*files))) == (1, 2)


def test_an_article_of_which_nothing_was_extracted_counts(files: tuple[Path, Path]) -> None:
    gold, found = files
    found.write_text("", encoding="utf-8")
    assert tally(list(stories(gold, found))).core == 2


def test_the_tables_name_sources_and_levels(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["whole_articles", *map(str, files)])
    main()
    printed = capsys.readouterr().out
    assert "| Worldwide newswire, 1 stories | 50.0 | 50.0 | 50.0 | 0.0 |" in printed
    assert "Ends the wrong way round: 1 of 2" in printed

"""The page with three labelled stories is what its script makes of them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from newswire.records import Actor, Event, Evidence, Predicate

ROOT = Path(__file__).parent.parent
STORIES = sorted((ROOT / "docs" / "stories").glob("*.txt"))
SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "stories.py"))


def without_confidence(page: str) -> str:
    """The page but for the numbers whose last place another processor may round otherwise."""
    return re.sub(r"\| [01]\.\d\d \|", "| |", page)


def test_the_page_is_what_the_extraction_makes_of_the_stories() -> None:
    """Run `python docs/stories.py` after a change of the extraction."""
    committed = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
    assert without_confidence(SCRIPT["page"](STORIES)) == without_confidence(committed)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_marks_taken_away_leave_the_story_with_the_labels_in_place(path: Path) -> None:
    article, labels = SCRIPT["read"](path)
    marked = path.read_text(encoding="utf-8")
    assert len(labels) == marked.count("{") >= 15
    assert not set("{}|") & set(article.body)
    assert [article.body[label.start : label.end] for label in labels] == re.findall(r"\{([^|]+)\|", marked)


BODY = "Peru condemned Chile."


def event(kind: str = "ACCUSE", actors: str = "Peru", recipients: str = "Chile") -> Event:
    ends = [[Actor(start=0, end=0, text=text)] if text else [] for text in (actors, recipients)]
    return Event(
        id="0" * 32, type=kind, quad=3, predicate=Predicate(5, 14, "condemned", "condemn"), actors=ends[0], recipients=ends[1],
        evidence=Evidence(0, 20),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (event(), "right"),
        (event(recipients=""), "ends"),
        (event(actors="Chile", recipients="Peru"), "ends"),
        (event("REJECT"), "type"),
        (None, "missed"),
    ],
)
def test_a_mention_is_right_only_with_its_type_and_both_sides(found: Event | None, expected: str) -> None:
    label = SCRIPT["Label"](5, 14, ("ACCUSE", "THREATEN"), ("Peru",), ("Chile", "Santiago"), 1)
    assert SCRIPT["judged"](label, found) == expected

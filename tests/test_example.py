"""The page with the marked example story is made from the extraction, mark by mark."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from newswire.extract import extract
from newswire.records import Article

ROOT = Path(__file__).parent.parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("example", ROOT / "docs" / "example.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_marks_taken_away_give_the_story_back() -> None:
    body = "Peru condemned Chile on Monday.\n“We *will* not yield [again],” President Rosa Quispe said."
    example = load()
    marked = example.mark(body, extract(Article(id="a", body=body)))
    plain = re.sub(r"<sup>\w+</sup>|</?[bi]>|[⟦⟧]", "", marked)
    plain = re.sub(r"\\(.)", r"\1", plain.removeprefix("> ").rstrip("\n")).replace("\n>\n> ", "\n")
    assert plain == body
    assert "<sup>E1</sup>" in marked
    assert "<sup>Q1</sup>" in marked
    assert "<sup>V1</sup>" in marked


def test_every_row_of_the_tables_stands_in_the_story() -> None:
    page = (ROOT / "docs" / "example.md").read_text(encoding="utf-8")
    story, _, tables = page.partition("## Entities")
    numbers = re.findall(r"^\| ([EQV]\d+) \|", tables, re.MULTILINE)
    assert len(numbers) > 20
    assert [number for number in numbers if f"<sup>{number}</sup>" not in story] == []

"""Benchmarks and training as modules: the way of their imports, and the commands that the documentation gives."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "Makefile", *(ROOT / "docs").glob("*.md"), *(ROOT / "training").rglob("*.md")]
TRAINING = sorted((ROOT / "training").rglob("*.py"))


@pytest.mark.parametrize("path", TRAINING, ids=lambda path: path.stem)
def test_training_imports_no_benchmark(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert [name for name in imported if name.split(".")[0] == "benchmarks"] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_that_are_to_be_run_exist(page: Path) -> None:
    named = re.findall(r"python -m ((?:benchmarks|training)[\w.]*\w)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []


def test_quality_names_every_card_and_the_cards_name_every_file_of_weights() -> None:
    text = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    cards = sorted((ROOT / "training").glob("*/CARD.md"))
    assert [card for card in cards if f"](../{card.relative_to(ROOT)})" not in text] == []
    weights = [
        path.name for path in (ROOT / "pipeline/newswire/extract/weights").iterdir() if path.suffix in (".npz", ".json")
    ]
    told = "".join(card.read_text(encoding="utf-8") for card in cards)
    assert weights
    assert [name for name in weights if name not in told] == []

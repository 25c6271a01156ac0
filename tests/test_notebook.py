"""The notebook of the examples: its code cells, run one after the other on exported files."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from newswire.records import ArticleReference, EntityRecord, Mention, QuoteRecord, Span, Speaker
from newswire.sinks.columns import COLUMNS
from newswire.sinks.files import write

NOTEBOOK = Path(__file__).parent.parent / "examples" / "who_said_most.ipynb"


def _quote(number: int, speaker: str | None, text: str, confidence: float = 0.9) -> QuoteRecord:
    return QuoteRecord(
        id=f"q{number}", type="direct", kind="speech", text=text, spans=[Span(0, 1)], confidence=confidence,
        speaker=Speaker(name=speaker) if speaker else None, article=ArticleReference(id=f"a{number % 2}", version=1),
    )  # fmt: skip


def _entity(article: int, name: str) -> EntityRecord:
    reference = ArticleReference(id=f"a{article}", version=1)
    return EntityRecord(
        id=f"{article}{name}", type="GPE", name=name, mentions=[Mention(0, 1, "x", "name")], article=reference
    )


def _shown(cells: list[str]) -> list[list[tuple[Any, ...]]]:
    """The rows that each cell shows: those of its last expression."""
    names: dict[str, Any] = {}
    found = []
    for cell in cells:
        *before, last = ast.parse(cell).body
        exec(compile(ast.Module(before, []), "<cell>", "exec"), names)
        if isinstance(last, ast.Expr):
            found.append(eval(compile(ast.Expression(last.value), "<cell>", "eval"), names).fetchall())
        else:
            exec(compile(ast.Module([last], []), "<cell>", "exec"), names)
    return found


def test_it_says_in_three_cells_who_said_most_about_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == 3
    quotes = [
        _quote(0, "Mina Holt", "Norway stays in port"),
        _quote(2, "Mina Holt", "Norway will wait"),
        _quote(1, "Otto Lind", "Sweden sails"),
        _quote(3, "Otto Lind", "Perhaps", confidence=0.1),
        _quote(4, None, "Norway sails"),
    ]
    entities = [_entity(0, "Norway"), _entity(1, "Sweden"), _entity(1, "Norway")]
    write(quotes, COLUMNS["quotes"], tmp_path / "quotes.parquet", "parquet")
    write(entities, COLUMNS["entities"], tmp_path / "entities.parquet", "parquet")
    monkeypatch.chdir(tmp_path)
    speakers, about = _shown(cells)
    assert [row[:2] for row in speakers] == [("Mina Holt", 2), ("Otto Lind", 1)]
    assert [row[:3] for row in about] == [("Mina Holt", "Norway", 2), ("Otto Lind", "Sweden", 1)]

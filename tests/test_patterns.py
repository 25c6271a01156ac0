"""Regular expressions keep to what every supported Python understands in the same way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for folder in ("pipeline", "tests", "benchmarks", "training", "docs", "examples")
    for path in (ROOT / folder).rglob("*.py")
    if path != Path(__file__)
)

# What is no quantifier though it looks like one: escaped characters and sets of characters.
LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
ATOMIC = re.compile(r"[*+?}]\+|\(\?>")


def _is_atomic(pattern: str) -> bool:
    """Whether it has a possessive quantifier or an atomic group."""
    return ATOMIC.search(LITERAL.sub("x", pattern)) is not None


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The line and text of every string of a module that uses `re`, docstrings excepted. Patterns are often put together of
    several, so all of them count, whoever takes them.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not any(isinstance(node, ast.Import) and node.names[0].name == "re" for node in ast.walk(tree)):
        return
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in prose:
            yield node.lineno, node.value if isinstance(node.value, str) else node.value.decode("latin-1")


@pytest.mark.slow
def test_no_pattern_has_a_possessive_quantifier_or_an_atomic_group() -> None:
    """Up to Python 3.11.4 they match wrongly: behind a negative lookahead one character too many (gh-100061), around what
    may backtrack a half of it (gh-106052). With a group inside they go wrong in later ones too (gh-101955).
    """
    assert [
        f"{path.relative_to(ROOT)}:{line}" for path in SOURCES for line, text in _texts(path) if _is_atomic(text)
    ] == []


@pytest.mark.parametrize("pattern", [r"a*+", r"(?:a|b)++c", r"a?+", r"a{2,3}+", r"(?>a|b)", r"[^]]*+", r"\\*+"])
def test_possessive_quantifiers_and_atomic_groups_are_seen(pattern: str) -> None:
    re.compile(pattern)
    assert _is_atomic(pattern)


@pytest.mark.parametrize("pattern", [r"a+\+", r"[*+]+", r"\++", r"(?:a)+", r"[]*+]", r"\?\+", r"(?=>)"])
def test_what_only_looks_like_them_is_none(pattern: str) -> None:
    re.compile(pattern)
    assert not _is_atomic(pattern)

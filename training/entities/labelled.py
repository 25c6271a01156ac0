"""Texts with labelled names as the recogniser learns from them: words with tags, as its tokenizer parts them.

Corpora count the outermost name, without "the" in front and "'s" behind. Each has classes of its own; `Scheme` holds them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from newswire.extract.language.model import load_model
from newswire.extract.language.normalisation import legible
from newswire.extract.language.recogniser import CONLL_CLASSES, WORD_CLASSES, tags_of
from training.corpora import WORLDWIDE_CLASSES, read_conll, read_worldwide, trimmed
from training.labels import named_texts

__all__ = (
    "CONLL", "WORLDWIDE", "LabelledText", "Scheme", "conll_texts", "invented_texts", "plain_texts", "worldwide_texts",
)  # fmt: skip


@dataclass(frozen=True)
class Scheme:
    """The classes of names that a corpus tells apart."""

    classes: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """BIO: outside, then beginning and inside of each class."""
        return tags_of(self.classes)

    def tag(self, kind: str, *, inner: bool) -> int:
        """The number of a tag."""
        return 1 + 2 * self.classes.index(kind) + inner


WORLDWIDE: Final = Scheme(WORD_CLASSES)
CONLL: Final = Scheme(tuple(dict.fromkeys(CONLL_CLASSES.values())))


@dataclass(frozen=True)
class LabelledText:
    """The words of a text, and the number of each word's tag, none for a text without labels."""

    id: str
    words: list[str]
    tags: np.ndarray | None


def worldwide_texts(path: Path) -> Iterator[LabelledText]:
    """The articles of a part of Worldwide Newswire."""
    for article in read_worldwide(path):
        names = [(name.start, name.end, name.type) for name in article.entities]
        yield _labelled(article.id, article.body, _classed(names), WORLDWIDE)


def invented_texts() -> Iterator[LabelledText]:
    """The texts of our own with labelled names."""
    for number, (text, names) in enumerate(named_texts()):
        yield _labelled(f"in-{number}", text, _classed(names), WORLDWIDE)


def conll_texts(path: Path, *, part: str | None = None) -> Iterator[LabelledText]:
    """The stories of a file of CoNLL-2003; `part` is even or odd."""
    for story in read_conll(path):
        if part is None or story.parity == part:
            yield _labelled(f"{path.stem}-{story.number}", story.text, story.names, CONLL)


def plain_texts(path: Path) -> Iterator[LabelledText]:
    """The texts of a JSON-lines file without labels: `body` or `text` of each row."""
    for row in map(json.loads, path.open(encoding="utf-8")):
        text = row.get("body") or row.get("text") or ""
        yield LabelledText(row["id"], [word for word, _, _ in _tokens(text)], None)


def _classed(names: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The names of Worldwide's types, each with its class."""
    return [(start, end, WORLDWIDE_CLASSES[kind]) for start, end, kind in names if kind in WORLDWIDE_CLASSES]


def _labelled(id: str, text: str, names: Iterable[tuple[int, int, str]], scheme: Scheme) -> LabelledText:
    tokens = _tokens(text)
    starts = np.array([start for _, start, _ in tokens])
    ends = np.array([end for _, _, end in tokens])
    tags = np.zeros(len(tokens), np.int32)
    for begin, close, kind in sorted(names):
        start, end = trimmed(text, begin, close)
        first, last = np.searchsorted(ends, start, side="right"), np.searchsorted(starts, end)
        tags[first:last] = scheme.tag(kind, inner=True)
        tags[first : first + 1] = scheme.tag(kind, inner=False)
    return LabelledText(id, [word for word, _, _ in tokens], tags)


def _tokens(text: str) -> Sequence[tuple[str, int, int]]:
    """The words of a text as the extraction parts it, with their places; white space is no word."""
    doc = load_model("en_core_web_sm").tokenized(legible(text))
    return [(token.text, token.idx, token.idx + len(token.text)) for token in doc if not token.is_space]

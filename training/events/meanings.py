"""Word vectors of the event networks: what MiniLM makes of each frequent word on its own, narrowed to its main axes."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Final

import jax
import numpy as np

from newswire.extract.language.pieces import pieces_of
from newswire.lexicon import rows
from training.minilm import WIDTH, encoded, read_minilm

__all__ = ("packed", "word_vectors")

# Numbers a word: 64 axes keep four fifths of what the 384 tell apart.
AXES: Final = 64

# Words seen so often are kept, and those of the lexicon.
LEAST: Final = 8

# Pieces of a word that count, with a mark at each end; words a step.
PIECES: Final = 8
STEP: Final = 256

WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")


def word_vectors(gold: Path, minilm: Path) -> tuple[list[str], np.ndarray]:
    """The words of the corpora, in order, and the vector of each."""
    counts: Counter[str] = Counter()
    for name in ("unlabelled.jsonl", "events_train.jsonl", "polnear_train.jsonl"):
        with (gold / name).open(encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                counts.update(WORD.findall((row.get("body") or row["text"]).lower()))
    listed = {row[0] for row in rows("predicates.tsv", 8)} | {row[0] for row in rows("agents.tsv", 2)}
    words = {word for word, count in counts.items() if count >= LEAST and len(word) > 2}
    kept = sorted(words | {word for word in listed if WORD.fullmatch(word)})
    return kept, _vectors(kept, minilm)


def _vectors(words: list[str], minilm: Path) -> np.ndarray:
    params, vocabulary = read_minilm(minilm)
    run = jax.jit(lambda pieces, cases, lengths: encoded(params, pieces, cases, lengths, None))
    found = np.zeros((len(words), WIDTH), np.float32)
    for at in range(0, len(words), STEP):
        pieces, lengths = np.zeros((STEP, PIECES), np.int32), np.ones(STEP, np.int32)
        for i, word in enumerate(words[at : at + STEP]):
            ids = [vocabulary["[CLS]"], *pieces_of(word, vocabulary)[: PIECES - 2], vocabulary["[SEP]"]]
            pieces[i, : len(ids)], lengths[i] = ids, len(ids)
        seen = np.asarray(run(pieces, np.zeros_like(pieces), lengths))
        mean = (seen * (np.arange(PIECES) < lengths[:, None])[:, :, None]).sum(1) / lengths[:, None]
        found[at : at + STEP] = (mean / np.linalg.norm(mean, axis=1, keepdims=True))[: len(words) - at]
    found -= found.mean(0)
    _, _, axes = np.linalg.svd(found, full_matrices=False)
    narrow = found @ axes[:AXES].T
    return np.asarray(narrow / narrow.std(), np.float32)


def packed(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vectors as small integers, and what one unit of each axis is worth."""
    unit = (np.abs(vectors).max(axis=0) / 127).astype(np.float32)
    return np.round(vectors / unit).astype(np.int8), unit

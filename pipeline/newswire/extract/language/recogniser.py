"""The recogniser: which words of a text are names, and of what kind.

A small network taught by a large one (training/entities/CARD.md). A word's embedding is made of the word itself, its beginning,
end and shape, its runs of letters and its word pieces; windows over its neighbours follow, then two heads, one for the classes of
each corpus that it learnt from. What both say is mixed, and the best sequence of tags wins.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.language.encoder import Affine, Maxout, Windows, rounded
from newswire.extract.language.pieces import pieces_of

__all__ = (
    "CONLL_CLASSES", "KINDS", "TABLE_ROWS", "WORD_CLASSES", "Found", "Recogniser", "best_tags", "load_recogniser", "mixing",
    "tags_of", "word_rows",
)  # fmt: skip

Floats = npt.NDArray[np.float32]

WORD_CLASSES: Final = ("PER", "ORG", "LOC", "NORP", "FAC", "PRODUCT", "MISC")
"""Classes of names: people, organisations, places, peoples, buildings, products, the rest (events, works, laws)."""

CONLL_CLASSES: Final = {
    "PER": "PER",
    "ORG": "ORG",
    "LOC": "LOC",
    "NORP": "MISC",
    "FAC": "LOC",
    "PRODUCT": "MISC",
    "MISC": "MISC",
}
"""As which class the second corpus, CoNLL-2003, counts each."""

KINDS: Final = ("GPE", "LOC", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")
"""What LOC and MISC are told apart into: the labels of OntoNotes."""

CHOICES: Final = {"LOC": slice(0, 2), "MISC": slice(2, 6)}
LABELS: Final = {"PER": "PERSON"}

WEIGHTS: Final = "names.npz"

# Rows of the table that features of words are hashed into: 3 MB as they are kept, a quarter of what all weights may take.
TABLE_ROWS: Final = 32_768

# Runs of letters that a word is known by, of these lengths, as fastText takes them (Bojanowski et al. 2017).
# More than so many tell nothing more.
RUNS: Final = (3, 4, 5)
MOST_RUNS: Final = 24

# Word pieces of a word that count: the first ones tell what it is.
MOST_PIECES: Final = 8

# Different words whose embedding is kept; 32,768 rows of 96 numbers are 12 MB.
WORDS_KEPT: Final = 32_768


@dataclass(frozen=True, slots=True)
class Found:
    """A name: words `first` to `last`, both inclusive, and its label, as OntoNotes has them."""

    first: int
    last: int
    label: str


def tags_of(classes: Sequence[str]) -> tuple[str, ...]:
    """BIO: outside, then beginning and inside of each class."""
    return ("O", *(f"{place}-{each}" for each in classes for place in "BI"))


def word_rows(word: str) -> tuple[list[int], list[int], list[int], list[int]]:
    """The rows of the table that a word is looked up by: for the word itself, its beginning and end, its shape, its runs."""
    lower = word.lower()
    marked = f"<{lower}>"
    runs = [marked[at : at + size] for size in RUNS for at in range(len(marked) - size + 1)][:MOST_RUNS]
    return (
        [_row("w", lower), _row("v", lower)],
        [_row("p", word[:1]), _row("q", word[:3]), _row("s", word[-3:]), _row("t", word[-2:])],
        [_row("h", _shape(word))],
        [_row("r", run) for run in runs] or [_row("r", marked)],
    )


def _row(kind: str, text: str) -> int:
    return zlib.crc32(f"{kind}{text}".encode("utf-8", "surrogatepass")) % TABLE_ROWS


def _shape(word: str) -> str:
    """Letters by case and digits by class, the same kind at most four times in a row."""
    shape: list[str] = []
    for character in word[:64]:
        kind = (
            "d"
            if character.isdigit()
            else character
            if not character.isalpha()
            else "x"
            if character.islower()
            else "X"
        )
        if shape[-4:] != [kind] * 4:
            shape.append(kind)
    return "".join(shape)


def mixing(second: Sequence[str] = tuple(dict.fromkeys(CONLL_CLASSES.values()))) -> npt.NDArray[np.intp]:
    """For each tag of the first head the one of the second that says the same."""
    tags, others = tags_of(WORD_CLASSES), tags_of(second)
    return np.array([0, *(others.index(f"{tag[:2]}{CONLL_CLASSES[tag[2:]]}") for tag in tags[1:])], np.intp)


def best_tags(scores: Floats, begins: Sequence[bool]) -> list[int]:
    """The best sequence of tags: an inner tag follows only its own beginning or middle, and none at the start of a line.

    Where the best tag of each word already makes such a sequence, it is that.
    """
    tags: list[int] = scores.argmax(axis=1).tolist()
    at = 0
    while at < len(tags):
        tag = tags[at]
        if tag and not tag % 2 and (begins[at] or not at or tags[at - 1] not in (tag, tag - 1)):
            first = at
            while first and tags[first - 1] and not begins[first]:
                first -= 1
            last = at
            while last + 1 < len(tags) and tags[last + 1] and not begins[last + 1]:
                last += 1
            tags[first : last + 1] = _viterbi(scores[first : last + 1].tolist())
            at = last
        at += 1
    return tags


def _viterbi(scores: list[list[float]]) -> list[int]:
    count = len(scores[0])
    inner = range(2, count, 2)
    best = scores[0][:]
    for tag in inner:
        best[tag] = -np.inf
    back: list[list[int]] = []
    for row in scores[1:]:
        top = max(range(count), key=best.__getitem__)
        came = [top] * count
        now = [best[top] + score for score in row]
        for tag in inner:
            came[tag] = tag if best[tag] > best[tag - 1] else tag - 1
            now[tag] = best[came[tag]] + row[tag]
        back.append(came)
        best = now
    tags = [max(range(count), key=best.__getitem__)]
    for came in reversed(back):
        tags.append(came[tags[-1]])
    return tags[::-1]


class Recogniser:
    """The network, as `load_recogniser` reads it."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """`weights` holds what `training.entities.names` writes."""
        arrays = {name: _unpacked(weights, name) for name in weights if not name.endswith("/scale")}
        self._table, self._pieces = arrays["table"], arrays["pieces"]
        vocabulary = bytes(weights["vocabulary"]).decode().split("\n")
        self._vocabulary = {piece: number for number, piece in enumerate(vocabulary)}
        self._mix = Maxout(*(arrays[f"mix/{part}"] for part in ("weights", "bias", "gain", "shift")))
        depth = sum(name.endswith("/gain") for name in arrays) - 1
        self._windows = Windows(
            [
                Maxout(*(arrays[f"layer{n}/{part}"] for part in ("weights", "bias", "gain", "shift")))
                for n in range(depth)
            ]
        )
        self._heads = Affine(arrays["heads/weights"], arrays["heads/bias"])
        self._tags = len(tags_of(WORD_CLASSES))
        self._mixing = mixing() + self._tags
        self._share = float(arrays["share"][0])
        self._kept: dict[str, int] = {}
        self._embedded = np.empty((WORDS_KEPT, self._mix.width), np.float32)

    def __call__(self, texts: Sequence[tuple[Sequence[str], Sequence[bool]]]) -> list[list[Found]]:
        """The names of each text, in order. A text is its words, and for each whether a line begins with it."""
        filled = [(words, begins) for words, begins in texts if words]
        if not filled:
            return [[] for _ in texts]
        embedded = self._embed([word for words, _ in filled for word in words])
        vectors = self._windows(self._embedded, embedded, [len(words) for words, _ in filled])
        scores = np.empty((rounded(len(vectors)), self._heads.outputs), np.float32)
        self._heads(vectors, scores)
        scores = scores[: len(vectors)]
        first = self._tags
        last = int(self._mixing.max()) + 1
        tagged = (1 - self._share) * _log_softmax(scores[:, :first])
        tagged += self._share * _log_softmax(scores[:, first:last])[:, self._mixing - first]
        kinds = scores[:, last:]
        found, begin = [], 0
        for words, begins in texts:
            end = begin + len(words)
            found.append(_names(tagged[begin:end], kinds[begin:end], begins))
            begin = end
        return found

    def _embed(self, words: Sequence[str]) -> npt.NDArray[np.intp]:
        """The row of `_embedded` for each word."""
        kept = self._kept
        new = [word for word in dict.fromkeys(words) if word not in kept]
        if len(kept) + len(new) > WORDS_KEPT:
            kept.clear()
            new = list(dict.fromkeys(words))
            if len(new) > len(self._embedded):  # one batch of nothing but different words
                self._embedded = np.empty((len(new), self._mix.width), np.float32)
        first, width = len(kept), self._mix.width
        block = self._mix.block
        for start in range(0, len(new), len(block)):
            some = new[start : start + len(block)]
            for number, word in enumerate(some):
                whole, ends, shape, runs = word_rows(word)
                row = block[number]
                row[:width] = self._table[whole].sum(0)
                row[width : 2 * width] = self._table[ends].sum(0)
                row[2 * width : 3 * width] = self._table[shape[0]]
                row[3 * width : 4 * width] = self._table[runs].mean(0)
                row[4 * width : 5 * width] = self._pieces[pieces_of(word, self._vocabulary)[:MOST_PIECES]].mean(0)
            self._embedded[first + start : first + start + len(some)] = self._mix()[: len(some)]
        kept.update(zip(new, range(first, first + len(new)), strict=True))
        return np.fromiter(map(kept.__getitem__, words), np.intp, len(words))


def _unpacked(weights: Mapping[str, npt.NDArray[np.generic]], name: str) -> Floats:
    """Numbers as they are used: rows of bytes times their scale, or half precision."""
    array = weights[name]
    if f"{name}/scale" in weights:
        return array.astype(np.float32) * weights[f"{name}/scale"].astype(np.float32)[:, None]
    return array.astype(np.float32)


def _log_softmax(scores: Floats) -> Floats:
    rest = scores - scores.max(axis=1, keepdims=True)
    result: Floats = rest - np.log(np.exp(rest).sum(axis=1, keepdims=True))
    return result


def _names(scores: Floats, kinds: Floats, begins: Sequence[bool]) -> list[Found]:
    tags = best_tags(scores, begins)
    found: list[Found] = []
    first = -1
    for at, tag in enumerate([*tags, 0]):
        if first >= 0 and (not tag or tag % 2):
            found.append(Found(first, at - 1, _label(WORD_CLASSES[(tags[first] - 1) // 2], kinds[first:at])))
            first = -1
        if tag % 2:
            first = at
    return found


def _label(kind: str, told: Floats) -> str:
    """The label of a class; of places and the rest, what the words of the name say together."""
    if (choice := CHOICES.get(kind)) is None:
        return LABELS.get(kind, kind)
    return KINDS[choice.start + int(told[:, choice].sum(0).argmax())]


@cache
def load_recogniser() -> Recogniser:
    """The recogniser that comes with the project, loaded once a process."""
    with np.load(str(files("newswire.extract.weights").joinpath(WEIGHTS))) as file:
        return Recogniser(dict(file))

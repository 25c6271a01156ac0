"""What the language model says of one text, as plain columns: tokens, tags, heads.

A Parse knows no spaCy: it can be made by hand in a test, pickled between processes, and read much faster than tokens of a
spaCy Doc. Everything behind the model (quotes, entities, events) works on it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ("NamedSpan", "Parse", "once", "remembered")

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A name that the recogniser found: code points `start` to `end` of the body, and an OntoNotes label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Parse:
    """The tokens of a text with their analysis. All lists have one item a token; token indexes are positions in them.

    `starts` and `ends` are code points into `text`. `tags` are Penn Treebank tags, `deps` ClearNLP labels as spaCy's
    English models give them, `heads` token indexes (a root is its own head). `sentence_starts` are the token indexes at
    which sentences begin, ascending, the first being 0. White space between paragraphs is a token of its own (tag `_SP`).
    `words` are the tokens as the parser saw them, with typographic marks normalised; `text[start:end]` is what stands there.
    `lemmas` are lower case. `vectors` are the shared embedding's output, tokens x width, or None; they do not survive pickling.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    sentence_starts: list[int]
    lemmas: list[str]
    vectors: npt.NDArray[np.float32] | None = field(default=None, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.words)

    def __getstate__(self) -> dict[str, object]:
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__}
        kept["vectors"] = None
        return kept

    @cached_property
    def lowered(self) -> list[str]:
        """The tokens in small letters."""
        return [word.lower() for word in self.words]

    @cached_property
    def children(self) -> list[list[int]]:
        """For each token the tokens that hang directly on it, in text order."""
        found: list[list[int]] = [[] for _ in self.heads]
        for token, head in enumerate(self.heads):
            if head != token:
                found[head].append(token)
        return found

    @cached_property
    def edges(self) -> list[tuple[int, int]]:
        """For each token the first and the last token of its subtree (both inclusive)."""
        left = list(range(len(self.heads)))
        right = list(range(len(self.heads)))
        # A head's edges take in its children's; walk from the leaves up, each token once, by depth.
        heads = self.heads
        for token in np.argsort(-np.array(self.depths), kind="stable").tolist():
            head = heads[token]
            if left[token] < left[head]:
                left[head] = left[token]
            if right[token] > right[head]:
                right[head] = right[token]
        return list(zip(left, right, strict=True))

    @cached_property
    def depths(self) -> list[int]:
        """For each token its distance from the root of its sentence."""
        above = np.array(self.heads, np.intp)
        depths = (above != np.arange(len(above))).astype(np.intp)
        # How far each token is from the one above it, which is twice as far up at each step.
        while not np.array_equal(higher := above[above], above):
            depths += depths[above]
            above = higher
        found: list[int] = depths.tolist()
        return found

    @cached_property
    def answers(self) -> dict[Any, Any]:
        """What functions that are answered `once` have said of this parse, and by token what `remembered` ones have."""
        return {}

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The sentences as half-open ranges of token indexes."""
        return list(pairwise([*self.sentence_starts, len(self)]))

    def sentence(self, token: int) -> int:
        """The index of the sentence that holds a token."""
        return bisect_right(self.sentence_starts, token) - 1

    def tokens(self, start: int, end: int) -> range:
        """The tokens that overlap code points `start` to `end`."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))

    def span_text(self, first: int, last: int) -> str:
        """The text from token `first` to token `last`, both inclusive."""
        return self.text[self.starts[first] : self.ends[last]]


def once(question: Callable[[Parse], Answer]) -> Callable[[Parse], Answer]:
    """A function of a parse that works out its answer once, since several stages ask the same. What it returns must not be
    changed."""

    @wraps(question)
    def asked(parse: Parse) -> Answer:
        answers: dict[Any, Answer] = parse.answers
        if question not in answers:
            answers[question] = question(parse)
        return answers[question]

    return asked


def remembered(question: Callable[[Parse, int], Answer]) -> Callable[[Parse, int], Answer]:
    """A function of a parse and one of its tokens that works out each answer once, since several stages ask the same. What it
    returns must not be changed."""

    @wraps(question)
    def asked(parse: Parse, token: int) -> Answer:
        answers: dict[int, Answer] | None = parse.answers.get(question)
        if answers is None:
            answers = parse.answers[question] = {}
        elif token in answers:
            return answers[token]
        answer = answers[token] = question(parse, token)
        return answer

    return asked

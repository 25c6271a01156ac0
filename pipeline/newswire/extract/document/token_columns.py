"""The columns that the networks read of each token of a parse: rows of its words, its tag and label, its links in the tree.

Training and extraction share this module, so that what was learnt is what is read.
"""

from __future__ import annotations

from itertools import chain
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from newswire.extract.document.parse import Parse, once

__all__ = (
    "BUCKETS", "DEPS", "DEP_IDS", "NONE", "TAGS", "TAG_IDS", "bounded", "deps_of", "lemmas_of", "links_of", "tags_of", "words_of",
)  # fmt: skip

Ints = npt.NDArray[np.int32]

# Words and lemmas share 2**13 rows: the corpus has some 30,000 different words, each of which gets two rows, so that two
# words seldom share both.
BUCKETS: Final = 1 << 13
SALT: Final = 0x9E3779B9

# The index that stands for "no token" in Features' index columns.
NONE: Final = -1

# The Penn Treebank's tags and ClearNLP's labels, as spaCy's English pipelines give them.
TAG_NAMES: Final = (
    "$ '' , -LRB- -RRB- . : ADD AFX CC CD DT EX FW HYPH IN JJ JJR JJS LS MD NFP NN NNP NNPS NNS PDT POS PRP PRP$ RB RBR RBS "
    "RP SYM TO UH VB VBD VBG VBN VBP VBZ WDT WP WP$ WRB XX _SP ``"
)
DEP_NAMES: Final = (
    "ROOT acl acomp advcl advmod agent amod appos attr aux auxpass case cc ccomp compound conj csubj csubjpass dative dep det "
    "dobj expl intj mark meta neg nmod npadvmod nsubj nsubjpass nummod oprd parataxis pcomp pobj poss preconj predet prep prt "
    "punct quantmod relcl xcomp"
)
TAGS: Final = tuple(TAG_NAMES.split())
DEPS: Final = tuple(DEP_NAMES.split())
TAG_IDS: Final = {tag: i for i, tag in enumerate(TAGS, 1)}
DEP_IDS: Final = {dep: i for i, dep in enumerate(DEPS, 1)}

# What a cue takes as its subject, an agent and an expletive too.
SUBJECT_LINKS: Final = frozenset({"nsubj", "nsubjpass", "csubj", "expl", "agent"})
# What a cue takes on its right, the most telling first.
COMPLEMENTS: Final = ("ccomp", "xcomp", "parataxis", "dobj", "prep", "acl", "attr", "acomp", "advcl", "pobj", "pcomp")
COMPLEMENT_RANKS: Final = {dep: i for i, dep in enumerate(COMPLEMENTS)}


_known: dict[str, tuple[int, int]] = {}
_words: dict[str, tuple[int, int, int]] = {}

# A million words of news hold some 40,000 different ones; the cache starts anew where noise fills it.
WORDS_KEPT: Final = 200_000


def _buckets(word: str) -> tuple[int, int]:
    found = _known.get(word)
    if found is None:
        if len(_known) >= WORDS_KEPT:
            _known.clear()
        data = word.encode("utf-8", "surrogatepass")
        found = _known[word] = (crc32(data) % BUCKETS, crc32(data, SALT) % BUCKETS)
    return found


def _word_columns(word: str) -> tuple[int, int, int]:
    """The two buckets of a word in lower case, and its shape."""
    found = _words.get(word)
    if found is None:
        if len(_words) >= WORDS_KEPT:
            _words.clear()
        found = _words[word] = (*_buckets(word.lower()), _shape(word))
    return found


def _shape(word: str) -> int:
    if word.islower():
        return 1
    if word.istitle():
        return 2
    if word.isupper():
        return 3
    if word.isdigit():
        return 4
    if word.isspace():
        return 5
    return 6 if word[:1].isalnum() else 7


@once
def words_of(parse: Parse) -> Ints:
    """The two buckets of each word in lower case, and its shape."""
    return np.fromiter(chain.from_iterable(map(_word_columns, parse.words)), np.int32, 3 * len(parse)).reshape(-1, 3)


@once
def lemmas_of(parse: Parse) -> Ints:
    """The two buckets of each lemma."""
    return np.fromiter(chain.from_iterable(map(_buckets, parse.lemmas)), np.int32, 2 * len(parse)).reshape(-1, 2)


@once
def tags_of(parse: Parse) -> Ints:
    """The number of each token's tag."""
    return np.array([TAG_IDS.get(tag, 0) for tag in parse.tags], np.int32)


@once
def deps_of(parse: Parse) -> Ints:
    """The number of each token's label."""
    return np.array([DEP_IDS.get(dep, 0) for dep in parse.deps], np.int32)


def bounded(parse: Parse, bounds: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    first = np.arange(len(parse), dtype=np.int32)
    last = first.copy()
    for start, end in bounds:
        inside = parse.tokens(start, end)
        if len(inside):
            first[inside.start : inside.stop] = inside.start
            last[inside.start : inside.stop] = inside.stop - 1
    return first, last


@once
def links_of(parse: Parse) -> Ints:
    """For each token its head (itself at a root), its subject and its complement, NONE where there is none."""
    n = len(parse)
    # Lists: setting the cells of an array one by one takes longer.
    subjects, complements, ranks = [NONE] * n, [NONE] * n, [len(COMPLEMENTS)] * n
    for token, (head, dep) in enumerate(zip(parse.heads, parse.deps, strict=True)):
        if head == token:
            continue
        if dep in SUBJECT_LINKS:
            subjects[head] = token
        elif (rank := COMPLEMENT_RANKS.get(dep, len(COMPLEMENTS))) < ranks[head]:
            ranks[head] = rank
            complements[head] = token
    return np.array([parse.heads, subjects, complements], np.int32).T

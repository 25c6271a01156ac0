"""Labelled texts cut into the parts that the event networks learn from."""

from dataclasses import replace

import numpy as np

from newswire.extract.events.features import COLUMNS, PAIR_COLUMNS, WAYS, Features, Pairs
from newswire.extract.events.network import ROLES
from newswire.extract.events.ontology import TYPES
from training.events.examples import Example, parts, thinned

# Three paragraphs of four tokens; the second and the third tell an event each, at its second token, with a party at the fourth.
WORDS = [f"{paragraph}{token}" for paragraph in "abc" for token in range(4)]
FIRST = np.repeat(np.arange(0, 12, 4, dtype=np.int32), 4)
ANCHORS = np.array([5, 5, 9, 9], np.int32)
PARTIES = np.array([5, 7, 9, 11], np.int32)


def _example() -> Example:
    count = len(WORDS)
    heads = np.maximum(np.arange(count, dtype=np.int32) - 1, FIRST)
    columns = Features(
        np.arange(count, dtype=np.int32),
        np.zeros((count, 2), np.int32),
        np.zeros((count, len(COLUMNS)), np.int32),
        np.stack([heads, np.full(count, -1, np.int32), heads], axis=1),
        FIRST,
        FIRST + 3,
        np.zeros((count, 1), np.float32),
    )
    kinds = np.zeros((count, len(TYPES) + 1), np.float32)
    kinds[:, 0] = 1
    kinds[[5, 9]] = np.eye(len(TYPES) + 1, dtype=np.float32)[3]
    pairs = Pairs(
        ANCHORS,
        PARTIES,
        np.zeros((4, len(PAIR_COLUMNS)), np.int32),
        np.arange(4 * WAYS, dtype=np.int32).reshape(4, WAYS),
        PARTIES,
    )
    nothing = np.full((count, 2), -1, np.int32)
    return Example("a", WORDS, columns, kinds, np.ones(count, np.float32), nothing, pairs, np.eye(4, ROLES), np.ones(4))


def _told(one: Example) -> list[tuple[str, str]]:
    """The words of predicates and parties."""
    return [
        (one.words[anchor], one.words[end]) for anchor, end in zip(one.pairs.anchors, one.pairs.parties, strict=True)
    ]


def test_parts_end_with_paragraphs_and_leave_no_word_out() -> None:
    cut = parts(_example(), 8)
    assert [one.words for one in cut] == [WORDS[:8], WORDS[8:]]
    assert [word for one in parts(_example(), 1) for word in one.words] == WORDS


def test_a_text_that_is_short_enough_stays_whole() -> None:
    (whole,) = parts(_example(), 12)
    assert whole.words == WORDS
    assert _told(whole) == _told(_example())


def test_pairs_and_links_keep_their_words_in_each_part() -> None:
    first, second = parts(_example(), 8)
    assert _told(first) == [("b1", "b1"), ("b1", "b3")]
    assert _told(second) == [("c1", "c1"), ("c1", "c3")]
    assert second.pairs.paths.tolist() == _example().pairs.paths[2:].tolist()
    assert [second.words[head] for head in second.columns.links[:, 0]] == ["c0", "c0", "c1", "c2"]
    assert second.columns.first.tolist() == [0] * 4
    assert second.columns.last.tolist() == [3] * 4


def test_thinned_texts_lose_every_other_paragraph_that_tells_nothing() -> None:
    whole = _example()
    kinds = whole.kinds.copy()
    kinds[9] = kinds[0]
    short = thinned(replace(whole, kinds=kinds))
    assert short.words == WORDS[:8]
    assert _told(short) == _told(whole)[:2]
    assert thinned(whole).words == WORDS

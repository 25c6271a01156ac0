"""Which words are names: the sequence of tags, and the network that comes with the project."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.language.recogniser import (
    CONLL_CLASSES,
    WORD_CLASSES,
    Found,
    best_tags,
    load_recogniser,
    mixing,
    tags_of,
    word_rows,
)

TAGS = tags_of(WORD_CLASSES)


def is_sound(tags: tuple[int, ...] | list[int], begins: list[bool]) -> bool:
    """Whether each inner tag follows its own beginning or middle in the same line."""
    return all(
        not tag or tag % 2 or (at and not begins[at] and tags[at - 1] in (tag, tag - 1)) for at, tag in enumerate(tags)
    )


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_where_all_words_are_names_the_best_sequence_of_all_that_are_sound_wins(seed: int, length: int) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(length, 5)).astype(np.float32)
    scores[:, 0] = -100
    begins = [at == 0 or bool(each) for at, each in enumerate(generator.integers(0, 4, length) == 0)]
    best = best_tags(scores, begins)
    assert is_sound(best, begins)
    sound = [tags for tags in itertools.product(range(5), repeat=length) if is_sound(tags, begins)]
    totals = [sum(float(scores[at, tag]) for at, tag in enumerate(tags)) for tags in (best, *sound)]
    assert totals[0] == pytest.approx(max(totals), abs=1e-5)


def test_greedy_tags_stand_where_they_are_sound() -> None:
    scores = np.eye(5, dtype=np.float32)[[0, 1, 2, 2, 0, 3, 4]]
    assert best_tags(scores, [True] + 6 * [False]) == [0, 1, 2, 2, 0, 3, 4]


def test_no_name_goes_on_in_the_next_line() -> None:
    scores = np.eye(5, dtype=np.float32)[[1, 2, 2]]
    scores[2, 1] = 0.5
    assert best_tags(scores, [True, False, True]) == [1, 2, 1]


def test_both_heads_say_the_same_of_a_tag() -> None:
    others = tags_of(("PER", "ORG", "LOC", "MISC"))
    for tag, other in zip(TAGS, mixing(), strict=True):
        assert others[other] == (tag if tag == "O" else f"{tag[:2]}{CONLL_CLASSES[tag[2:]]}")


def test_a_word_is_known_by_its_parts() -> None:
    """So that "Ouagadougou's" shares rows with "Ouagadougou", and a word that nobody met has some."""
    rows, others = (set(itertools.chain(*word_rows(word)[3:])) for word in ("Ouagadougou", "Ouagadougouans"))
    assert len(rows & others) > len(rows) / 2
    assert all(word_rows("x"))


def found(text: str) -> list[tuple[str, str]]:
    words = text.split()
    [names] = load_recogniser()([(words, [True, *[False] * (len(words) - 1)])])
    return [(" ".join(words[name.first : name.last + 1]), name.label) for name in names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kwabena Osei-Mensah , the finance minister of Ghana , resigned on Friday .", ["Kwabena Osei-Mensah", "Ghana"]),
        ("Officials in Tashkent said that Uzbek troops had left Kyrgyzstan .", ["Tashkent", "Uzbek", "Kyrgyzstan"]),
        ("The World Health Organization sent experts to Lagos .", ["World Health Organization", "Lagos"]),
    ],
)  # fmt: skip
def test_names_from_anywhere_are_found(text: str, names: list[str]) -> None:
    assert [name for name, _ in found(text)] == names


def test_a_text_is_read_the_same_whatever_stands_beside_it() -> None:
    recogniser = load_recogniser()
    texts = [
        ["President", "Maria", "Duarte", "met", "Tomas", "Brandt", "of", "Atlantic", "Cargo", "in", "Lisbon", "."],
        ["Rain", "fell", "."],
        [],
        ["Word"],
        ("Police in Nairobi arrested John Kamau . " * 40).split(),
    ]
    asked = [(words, [at == 0 for at in range(len(words))]) for words in texts]
    alone: list[list[Found]] = [recogniser([each])[0] for each in asked]
    order = list(range(len(asked)))
    for seed in range(5):
        random.Random(seed).shuffle(order)
        assert recogniser([asked[number] for number in order]) == [alone[number] for number in order]


@given(st.lists(st.text(min_size=1, max_size=20), max_size=30), st.data())
def test_no_words_make_it_raise(words: list[str], data: st.DataObject) -> None:
    begins = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    [names] = load_recogniser()([(words, begins)])
    assert all(0 <= name.first <= name.last < len(words) for name in names)
    assert all(before.last < after.first for before, after in itertools.pairwise(names))

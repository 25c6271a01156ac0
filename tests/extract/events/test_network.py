"""The event networks' arithmetic: what is worked out once for several rows is what each row by itself gives."""

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.layers import neighbours
from newswire.extract.events.network import encode, link, means

# The functions of numpy that the networks take from an array module: another one than numpy works row by row.
ROW_BY_ROW = SimpleNamespace(concatenate=np.concatenate, maximum=np.maximum, sqrt=np.sqrt)
WIDTH, WORDS, COUNT = 6, 9, 40


def seen(values: np.ndarray, dilation: int, first: np.ndarray, last: np.ndarray, links: np.ndarray) -> np.ndarray:
    """What each row sees, row by row."""
    rows = neighbours(dilation, first, last, links)
    found: np.ndarray = np.vstack([values, np.zeros((1, WIDTH))])[rows].reshape(len(values), -1)
    return found


def means_by_row(values: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, slice]:
    """The means of paragraph and text, a row a token."""
    rows, places = means(values, first)
    return rows[places], slice(None)


def weights_of(rng: np.random.Generator, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Weights by name, with "_" for the dots in it."""
    return {name.replace("_", "."): rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(0, 1000))
def test_each_token_is_told_the_means_of_its_paragraph_and_of_its_text(lengths: list[int], seed: int) -> None:
    count = sum(lengths)
    values = np.random.default_rng(seed).random((count, 3), np.float32)
    first = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths).astype(np.int32)
    rows, places = means(values, first)
    found = rows[places]
    assert found.shape == (count, 6)
    assert len(rows) == len(lengths)
    for token in range(count):
        np.testing.assert_allclose(found[token, :3], values[first == first[token]].mean(axis=0), rtol=1e-5)
        np.testing.assert_allclose(found[token, 3:], values.mean(axis=0), rtol=1e-5)


def test_the_reader_makes_the_same_of_each_token() -> None:
    rng = np.random.default_rng(1)
    layer = {"b": (WIDTH,), "gain": (WIDTH,), "bias": (WIDTH,)}
    weights = weights_of(
        rng, meanings=(WORDS, 5), lemmas=(WORDS, 4), column_0=(3, 2), column_1=(7, 3), vectors_scale=(1,), meanings_scale=(1,),
        in_w=(8 + 5 + 4 + 2 + 3, WIDTH), context_w=(2 * WIDTH, WIDTH), type_w=(WIDTH, 3), type_b=(3,), status_w=(WIDTH, 2),
        status_b=(2,), encoder_0_w=(6 * WIDTH, WIDTH), encoder_1_w=(6 * WIDTH, WIDTH),
        **{f"{name}_{part}": shape for name in ("in", "context", "encoder_0", "encoder_1") for part, shape in layer.items()},
    )  # fmt: skip
    first = np.repeat([0, 10, 30], [10, 20, 10]).astype(np.int32)
    last = np.repeat([9, 29, 39], [10, 20, 10]).astype(np.int32)
    columns = np.column_stack([rng.integers(0, 3, COUNT), rng.integers(0, 7, COUNT)])
    told = (
        weights, rng.integers(0, WORDS, COUNT), rng.integers(0, WORDS, (COUNT, 2)), columns, rng.integers(-1, COUNT, (COUNT, 3)),
        first, last, rng.standard_normal((COUNT, 8)).astype(np.float32),
    )  # fmt: skip
    by_row = encode(ROW_BY_ROW, *told, see=seen, mean=means_by_row)
    for one, other in zip(encode(np, *told), by_row, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)
    # One column that has the values of both beside each other says the same as these.
    both = np.hstack([np.repeat(weights["column.0"], 7, axis=0), np.tile(weights["column.1"], (3, 1))])
    joined = {name: table for name, table in weights.items() if name[:6] != "column"} | {"column.0": both}
    places = (columns[:, :1] * 7 + columns[:, 1:]).astype(np.int32)
    for one, other in zip(encode(np, *told), encode(np, joined, *told[1:3], places, *told[4:]), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_the_linker_makes_the_same_of_each_pair() -> None:
    rng = np.random.default_rng(2)
    weights = weights_of(
        rng, meanings=(WORDS, 5), link_scale=(4,), link_anchor_vector=(8, WIDTH), link_anchor_meaning=(5, WIDTH),
        link_party_vector=(8, WIDTH), link_party_meaning=(5, WIDTH), link_governor_meaning=(5, WIDTH), link_kind=(4, WIDTH),
        link_path=(2, 11, WIDTH), link_column_0=(3, WIDTH), link_b=(WIDTH,), link_gain=(WIDTH,), link_bias=(WIDTH,),
        link_inner_w=(WIDTH, 3), link_inner_b=(3,), link_out_w=(3, 2), link_out_b=(2,),
    )  # fmt: skip
    anchors = np.repeat([4, 9, 30], [3, 5, 2])
    parties = np.array([4, 1, 7, 9, 1, 7, 12, 39, 30, 39])
    told = (
        weights, rng.standard_normal((COUNT, 8)).astype(np.float32), rng.integers(0, WORDS, COUNT), anchors, parties,
        anchors % 4, rng.integers(0, 3, (10, 1)), rng.integers(0, 11, (10, 2)), (parties + 1) % COUNT,
    )  # fmt: skip
    np.testing.assert_allclose(link(np, *told), link(ROW_BY_ROW, *told), atol=1e-3)

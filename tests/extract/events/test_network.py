"""What a token's paragraph and its text are about."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.events.network import means


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.integers(0, 1000))
def test_each_token_is_told_the_means_of_its_paragraph_and_of_its_text(lengths: list[int], seed: int) -> None:
    count = sum(lengths)
    values = np.random.default_rng(seed).random((count, 3), np.float32)
    first = np.repeat(np.cumsum([0, *lengths[:-1]]), lengths).astype(np.int32)
    found = means(values, first)
    assert found.shape == (count, 6)
    for token in range(count):
        np.testing.assert_allclose(found[token, :3], values[first == first[token]].mean(axis=0), rtol=1e-5)
        np.testing.assert_allclose(found[token, 3:], values.mean(axis=0), rtol=1e-5)

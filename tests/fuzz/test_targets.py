"""What `make fuzz` runs for minutes holds for its first inputs and for some others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire.registry import FORMATS
from tests.fuzz.targets import TARGETS
from tests.wire.hostile import articles_or_refusal


@pytest.mark.parametrize("name", TARGETS)
def test_it_holds_where_the_fuzzer_begins(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].check(seed)


def test_the_first_inputs_of_the_readers_are_articles() -> None:
    """Else the fuzzer would only ever see refusals."""
    assert all(articles_or_refusal(seed, {}) for seed in TARGETS["undeclared"].seeds)


def test_every_format_is_fuzzed() -> None:
    assert set(TARGETS) == {*FORMATS, "undeclared", "polled", "marks"} - {"unsupported"}


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_it_holds_for_what_is_near_to_them(name: str, data: st.DataObject) -> None:
    """A piece cut out of a first input, words and bytes put in its place."""
    target = TARGETS[name]
    seed = data.draw(st.sampled_from(target.seeds))
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, len(seed)))
    piece = st.sampled_from(target.words) | st.binary(max_size=6) | st.text(max_size=4).map(lambda t: t.encode("utf-8"))
    target.check(seed[:start] + b"".join(data.draw(st.lists(piece, max_size=6))) + seed[end:])

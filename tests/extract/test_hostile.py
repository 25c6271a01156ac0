"""Texts made to hurt are extracted in bounded time and memory, and what is found in them lies where it says."""

from __future__ import annotations

import pytest

from newswire.extract import Extractor
from newswire.records import Article
from newswire.settings import ExtractSettings, PoolSettings
from tests.extract.hostile import PIECES, body
from tests.extract.test_join import checked
from tests.measured import measured

pytestmark = pytest.mark.slow

# A tenth of what is extracted of an article by default, for the sake of the test suite, gets a tenth of the time that an article
# may take. `python -m tests.hostile` has them at full length.
SHARE = 10
LENGTH = ExtractSettings().max_body_chars // SHARE
SECONDS = PoolSettings().task_deadline / SHARE
MIB = 250


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    found = Extractor()
    found.extract(
        [Article(id="first", body=body("names", LENGTH), language="en")]
    )  # the arrays of numpy find their size
    return found


@pytest.mark.parametrize("name", PIECES)
def test_it_is_extracted_in_bounded_time_and_memory(extractor: Extractor, name: str) -> None:
    text = body(name, LENGTH)
    done = measured(lambda: extractor.extract([Article(id="a", body=text, language="en")])[0])
    assert done.error is None
    assert done.result is not None
    checked(done.result, text)
    assert done.seconds < SECONDS
    assert done.memory < MIB

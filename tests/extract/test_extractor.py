"""The extraction of several articles at once."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from threadpoolctl import ThreadpoolController

from newswire.extract import Extractor, extractor
from newswire.extract.quotes.finding import find_quotes
from newswire.records import Article

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
GOLD = Path(__file__).parents[3] / "shared" / "gold" / "polnear_dev.jsonl"


def seeds() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in SEEDS] * 4


def gold() -> list[str]:
    if not GOLD.exists():
        pytest.skip("the gold articles are not beside the project")
    return [json.loads(line)["text"] for line in GOLD.read_text(encoding="utf-8").splitlines()[::4]]


@pytest.mark.slow
@pytest.mark.parametrize("bodies", [seeds, gold])
def test_an_article_gives_the_same_records_whatever_is_extracted_beside_it(bodies: Callable[[], list[str]]) -> None:
    articles = [Article(id=str(number), body=body, language="en") for number, body in enumerate(bodies())]
    extractor = Extractor()
    alone = {article.id: extractor.extract([article])[0] for article in articles}
    random.Random(3).shuffle(articles)
    for start in range(0, len(articles), 8):
        batch = articles[start : start + 8]
        for article, extraction in zip(batch, extractor.extract(batch), strict=True):
            assert extraction == alone[article.id]


@pytest.mark.slow
def test_threads_that_extract_at_once_get_the_records_of_one() -> None:
    articles = [Article(id=str(number), body=body, language="en") for number, body in enumerate(seeds()[: len(SEEDS)])]
    alone = Extractor().extract(articles)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads change places as often as they can
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda article: Extractor().extract([article])[0], articles * 4))
    finally:
        sys.setswitchinterval(interval)
    assert found == alone * 4


def test_matrix_products_take_one_thread_while_it_extracts_and_the_programs_number_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blas = ThreadpoolController().select(user_api="blas")
    during: list[int] = []

    def spy(*arguments: object) -> object:
        during.extend(library["num_threads"] for library in blas.info())
        return find_quotes(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(extractor, "find_quotes", spy)
    with blas.limit(limits=2):
        Extractor().extract([Article(id="a", body="“We stay in port,” Mina Holt said.")])
        afterwards = {library["num_threads"] for library in blas.info()}
    assert set(during) == {1}
    assert afterwards == {2}

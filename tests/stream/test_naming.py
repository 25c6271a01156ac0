"""By what a notice names a story, and which story it then means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.records import Article, IndexedArticle, decode, encode
from newswire.stream.naming import Names, Traits, indexed

FERRY = IndexedArticle(
    id="urn:test:1",
    version=1,
    status="usable",
    headline="UPDATE 1-Ferry with 200 aboard runs aground off Oslo",
    slug="BC-NORWAY--Ferry",
    numbers=["0157"],
    published="2024-05-03T09:30:41Z",
    modified="2024-05-03T11:02:00+02:00",
)


def mean(story: IndexedArticle = FERRY, /, **names: str) -> bool:
    return Names.of(names).mean(Traits.of(story))


@pytest.mark.parametrize(
    "names",
    [
        {"slug": "bc norway-ferry"},
        {"number": "157"},
        {"number": "a0157", "source": "nordwire"},
        {"time": "0930 GMT"},
        {"time": "1130 CEST"},
        {"time": "0502 EDT"},
        {"slug": "BC-Norway--Ferry", "time": "0930 UTC", "number": "157"},
        {"headline": "Ferry with 200 aboard runs aground off Oslo"},
        {"headline": "Update 1: Ferry with 200 aboard runs aground off Oslo sent at noon"},
        {"headline": "BC-NORWAY--Ferry"},
        {"slug": "BC-NORWAY--Ferry", "headline": "Ferry story withdrawn"},
        {"id": "urn:test:1", "slug": "something else"},
    ],
)
def test_a_story_is_meant_when_all_that_the_notice_says_and_the_story_has_agrees(names: dict[str, str]) -> None:
    assert mean(FERRY, **names)


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"source": "nordwire"},
        {"slug": "BC-SWEDEN--Ferry"},
        {"slug": "BC-NORWAY--Ferry", "number": "158"},
        {"slug": "BC-NORWAY--Ferry", "time": "0931 GMT"},
        {"time": "0930 CEST"},
        {"time": "0930 XYZ"},
        {"headline": "off Oslo"},
        {"headline": "Bus with 200 aboard runs aground off Oslo"},
        {"id": "urn:test:2", "slug": "BC-NORWAY--Ferry"},
    ],
)
def test_a_story_is_not_meant_when_anything_disagrees_or_nothing_agrees(names: dict[str, str]) -> None:
    assert not mean(FERRY, **names)


def test_what_a_story_does_not_say_of_itself_contradicts_nothing() -> None:
    bare = IndexedArticle(id="urn:test:2", version=1, status="usable", slug="Ferry")
    assert mean(bare, slug="FERRY", number="157", time="0930 GMT")
    assert not mean(bare, number="157", time="0930 GMT")


def article(**given: Any) -> Article:
    return Article(**({"id": "urn:test:1", "body": "Text."} | given))


def test_the_index_keeps_what_a_notice_may_name_and_not_the_text() -> None:
    kept = indexed(
        article(headline="H", source="S", extra={"slugline": "BC-Ferry, 1st Ld", "number": "157", "sequence": "062"})
    )
    assert (kept.headline, kept.slug, kept.numbers, kept.names) == ("H", "BC-Ferry", ["157", "062"], None)
    assert b"Text." not in encode(kept)


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        ("canceled", {"kind": "kill", "slug": "BC-Ferry"}, {"kind": "kill", "slug": "BC-Ferry"}),
        ("withheld", {"kind": "hold", "slug": "BC-Ferry", "n": 7}, {"kind": "hold", "slug": "BC-Ferry"}),
        ("usable", {"kind": "kill", "slug": "BC-Ferry"}, None),
        ("canceled", "Notice to mariners", None),
        ("canceled", {"slug": "BC-Ferry"}, None),
        ("canceled", [], None),
    ],
)
def test_only_a_kill_or_hold_that_says_what_it_means_is_a_notice(status: str, said: Any, expected: Any) -> None:
    """Wires may call something else `notice`."""
    assert indexed(article(status=status, extra={"notice": said})).names == expected


TEXTS = st.text(max_size=30)


@given(
    st.dictionaries(st.sampled_from(["id", "slug", "headline", "number", "time", "source"]), TEXTS),
    st.builds(
        IndexedArticle,
        id=TEXTS,
        version=st.just(1),
        status=st.just("usable"),
        headline=st.none() | TEXTS,
        slug=st.none() | TEXTS,
        numbers=st.lists(TEXTS, max_size=2),
        published=st.none() | TEXTS,
        modified=st.none() | st.just("2024-05-03T11:02:00+02:00"),
    ),
)
def test_whatever_is_said_is_compared_without_complaint_and_case_does_not_count(
    names: dict[str, str], story: IndexedArticle
) -> None:
    found = mean(story, **names)
    if "id" not in names:
        shouted = {name: text.upper() if text.isascii() else text for name, text in names.items()}
        assert mean(story, **shouted) == found or "time" in names
    assert decode(encode(story), IndexedArticle) == story

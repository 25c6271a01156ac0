from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import Article, decode, encode
from newswire.wire import read
from tests.wire.hostile import JSON_VALUES, articles_or_refusal

JSON = {"content-type": b"application/json"}
FULL = {
    "id": "nordwire:1", "version": 4, "status": "usable", "signal": "update", "headline": "Ferry aground",
    "byline": "Kari Nes", "dateline": "OSLO, May 3", "located": "Oslo", "language": "en", "urgency": 3,
    "published": "2024-05-03T09:00:00+02:00", "modified": "2024-05-03T10:00:00+02:00", "source": "Nordwire",
    "url": "https://nordwire.example/1", "embargoed_until": "2024-05-04T00:00:00Z", "subjects": ["accident"],
    "keywords": ["ferry"], "body": "A ferry ran aground.\r\nNobody was hurt.", "extra": {"desk": {"name": "north"}},
}  # fmt: skip


def test_every_field_arrives() -> None:
    (article,) = read(orjson.dumps(FULL), JSON)
    for name, value in FULL.items():
        assert getattr(article, name) == (value if name != "body" else "A ferry ran aground.\nNobody was hurt."), name


def test_what_is_written_as_an_article_reads_as_the_same_article() -> None:
    (article,) = read(orjson.dumps(FULL), JSON)
    assert read(encode(article), JSON) == [article]


def test_fields_of_future_versions_are_ignored() -> None:
    (article,) = read(orjson.dumps(FULL | {"mood": "calm"}), JSON)
    assert article.id == "nordwire:1"


def test_without_a_body_the_headline_becomes_the_body() -> None:
    (article,) = read(b'{"headline": "FLASH: ferry aground"}', {})
    assert article.body == article.headline == "FLASH: ferry aground"


def test_a_kill_needs_neither_body_nor_headline() -> None:
    (article,) = read(b'{"id": "a", "status": "canceled", "body": null}', JSON)
    assert (article.status, article.body, article.version) == ("canceled", "", 1)


def test_an_array_holds_several_and_headers_say_nothing_of_them() -> None:
    value = orjson.dumps([{"id": "a", "body": "x"}, {"id": "b", "body": "y"}])
    found = read(value, JSON | {"article-id": b"z", "headline": b"h"})
    assert [(article.id, article.headline) for article in found] == [("a", None), ("b", None)]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"body": 5}, "$.body"),
        ({"subjects": ["a", 1]}, "$.subjects[1]"),
        ({"version": "2"}, "$.version"),
        ({"version": -1}, "$.version"),
        ({"version": 2**64 - 1}, "$.version"),
        ({"urgency": 0}, "$.urgency"),
        ({"published": "soon"}, "$.published"),
        ({"status": "spiked"}, "$.status"),
        ({"id": "a\nb"}, "$"),
        ({"id": "a" * 2000}, "$"),
    ],
)
def test_a_fault_is_located_by_its_json_path(change: dict[str, object], where: str) -> None:
    with pytest.raises(InputError) as caught:
        read(orjson.dumps(FULL | change), JSON)
    assert (caught.value.format, caught.value.where) == ("article", where)


def test_of_equal_keys_the_last_counts() -> None:
    assert read(b'{"id": "a", "id": "b", "body": "x"}', {})[0].id == "b"


@pytest.mark.parametrize(
    "value",
    [
        b'{"id":',
        b'{"id":"a","body":"\\ud800"}',
        b'{"id":"a","body":"x","version":1e999}',
        b'{"body":NaN}',
        b"{}",
        b"[{}]",
    ],
)
def test_what_is_no_article_is_refused(value: bytes) -> None:
    for headers in ({}, JSON):
        with pytest.raises(InputError):
            read(value, headers)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FULL, JSON_VALUES)))
def test_any_json_object_is_an_article_or_a_clear_error(value: dict[str, object]) -> None:
    headers = {"content-type": b"application/vnd.newswire.article+json"}
    for article in articles_or_refusal(orjson.dumps(value), headers):
        assert decode(encode(article), Article) == article

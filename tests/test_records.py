"""The codec and the ids of the records."""

from __future__ import annotations

import contextlib
import hashlib
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire import records
from newswire.errors import InputError
from newswire.records import (
    RECORD_TYPES,
    Article,
    ArticleReference,
    Extraction,
    QuoteRecord,
    Span,
    VersionMarker,
    body_sha256,
    decode,
    encode,
    record_id,
)

REFERENCE = ArticleReference(id="urn:example:1", version=3)

# What UTF-8 can hold; lone surrogates cannot leave the pipeline.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def _quote(text: str = "We are ready") -> QuoteRecord:
    return QuoteRecord(
        id="q", type="direct", kind="speech", text=text, spans=[Span(0, len(text))], confidence=0.9, article=REFERENCE
    )


@given(text=TEXT, extra=st.dictionaries(TEXT, TEXT | st.integers(-(2**53), 2**53) | st.none(), max_size=3))
def test_an_article_decodes_to_what_was_encoded(text: str, extra: dict[str, Any]) -> None:
    article = Article(id="a", body=text, headline=text, subjects=[text], extra=extra)
    assert decode(encode(article), Article) == article


@given(text=TEXT)
def test_records_are_json_that_any_reader_understands(text: str) -> None:
    value = orjson.loads(encode(_quote(text)))
    assert value["text"] == text
    assert value["article"] == {
        "id": "urn:example:1", "version": 3, "published": None, "source": None, "url": None, "embargoed_until": None,
        "body_sha256": None, "headline": None,
    }  # fmt: skip
    assert value["speaker"] is None


def test_the_same_record_gives_the_same_bytes() -> None:
    assert encode(_quote()) == encode(decode(encode(_quote()), QuoteRecord))


def test_fields_of_later_versions_are_ignored_by_a_reader() -> None:
    value = orjson.loads(encode(_quote())) | {"sentiment": 0.3}
    value["article"]["desk"] = "world"
    assert decode(orjson.dumps(value), QuoteRecord) == _quote()


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        (b"", "character 0", "no valid JSON"),
        (b'{"id": ', "character 7", "no valid JSON"),
        (b"\xff\xfe", "character 0", "no valid JSON"),
        (b"[]", "$", "not a valid Article"),
        (b'{"body": "x"}', "$", "missing required field `id`"),
        (b'{"id": "a", "body": 3}', "$.body", "Expected `str`"),
        (b'{"id": "a", "body": "x", "subjects": ["a", 3]}', "$.subjects[1]", "Expected `str`"),
    ],
)
def test_what_is_no_record_is_refused_with_the_place_of_the_fault(data: bytes, where: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        decode(data, Article)
    assert caught.value.where == where


@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_record_or_an_input_error(data: bytes) -> None:
    for struct in RECORD_TYPES.values():
        with contextlib.suppress(InputError):
            assert isinstance(decode(data, struct), struct)


def test_the_hash_of_a_body_is_that_of_its_utf8_bytes() -> None:
    assert body_sha256("naïve") == hashlib.sha256("naïve".encode()).hexdigest()
    assert len(body_sha256("\ud800")) == 64


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.integers(0, 99))
def test_a_record_id_is_32_hexadecimal_digits_whatever_it_is_made_of(
    article: str, kind: str, content: str, ordinal: int
) -> None:
    found = record_id(article, kind, content, ordinal)
    assert len(found) == 32
    assert int(found, 16) >= 0
    assert found == record_id(article, kind, content, ordinal)


def test_record_ids_fold_case_and_white_space_and_tell_the_rest_apart() -> None:
    base = record_id("a", "quote", "We are ready")
    assert record_id("a", "quote", "  we ARE\n ready ") == base
    others = {
        record_id("b", "quote", "We are ready"),
        record_id("a", "event", "We are ready"),
        record_id("a", "quote", "We were ready"),
        record_id("a", "quote", "We are ready", 1),
    }
    assert len(others | {base}) == 5


def test_the_parts_of_a_record_id_do_not_run_into_each_other() -> None:
    assert record_id("a", "bc", "d") != record_id("ab", "c", "d")


def test_every_struct_is_frozen_so_that_nothing_changes_behind_a_border() -> None:
    structs = [found for name in records.__all__ if isinstance(found := getattr(records, name), type)]
    assert len(structs) > 15
    assert [s.__name__ for s in structs if issubclass(s, msgspec.Struct) and not s.__struct_config__.frozen] == []


def test_a_record_on_a_topic_has_every_field_of_the_one_inside_an_extraction() -> None:
    for inside, on_topic in (("entities", "entity"), ("quotes", "quote"), ("events", "event")):
        inner = next(field.type for field in msgspec.structs.fields(Extraction) if field.name == inside).__args__[0]
        outer = RECORD_TYPES[f"newswire.{on_topic}.v1"]
        assert set(inner.__struct_fields__) | {"article"} == set(outer.__struct_fields__)


def test_a_version_marker_needs_article_status_and_count() -> None:
    marker = VersionMarker(article=REFERENCE, status="canceled", count=0)
    assert decode(encode(marker), VersionMarker) == marker
    with pytest.raises(InputError):
        decode(b'{"status": "canceled", "count": 0}', VersionMarker)

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.wire import read
from newswire.wire.files import load
from newswire.wire.metadata import FIELDS

WHOLE = b"""{"content_type": "text/plain; charset=utf-8", "id": "a:1", "version": 2, "status": "withheld", "signal": "update",
"headline": "Caf\xc3\xa9", "byline": "B", "dateline": "D", "located": "L", "language": "en", "urgency": 9,
"published": "2024-05-03", "modified": "2024-05-04", "source": "S", "url": "https://a.example", "embargoed_until": "2024-05-05",
"subjects": ["x y", "z"],
"keywords": ["k"]}"""


def test_a_description_beside_a_file_fills_every_field(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_bytes(b"Text")
    (tmp_path / "story.meta.json").write_bytes(WHOLE)
    (article,) = read(*load(tmp_path / "story.txt"))
    for name in FIELDS:
        assert getattr(article, name) not in (None, [], 1, "usable"), name
    assert (article.headline, article.subjects, article.version) == ("Café", ["x y", "z"], 2)


def test_headers_fill_only_what_the_item_leaves_open() -> None:
    headers = {"content-type": b"application/json", "source": b"Wire", "language": b"en"}
    (article,) = read(b'{"id": "a", "body": "x", "language": "de"}', headers)
    assert (article.source, article.language) == ("Wire", "de")


@pytest.mark.parametrize(
    ("data", "said", "where"),
    [
        (b"{", "no valid JSON", "line 1, column 2"),
        (b"\xff", "no valid JSON", "line 1, column 1"),
        (b'{"titel": "x"}', "unknown field `titel`", "$"),
        (b'{"version": "2"}', "Expected `int", "$.version"),
        (b'{"keywords": ["a", 1]}', "Expected `str`", "$.keywords[1]"),
        (b"[]", "object", "$"),
        (b'{"published": "today"}', "no time: 'today'", "$.published"),
        (b'{"embargoed_until": "soon"}', "no time: 'soon'", "$.embargoed_until"),
        (b'{"version": -1}', "no whole number", "$.version"),
        (b'{"urgency": 0}', "no whole number from 1 to 9", "$.urgency"),
        (b'{"status": "gone"}', "unknown status 'gone'", "$.status"),
        (b'{"id": "a\\u0001"}', "control characters", "$.id"),
        (b'{"id": "%s"}' % (b"a" * 1025), "1025 characters", "$.id"),
        (b'{"content_type": "application/pdf"}', "no known content type: application/pdf", "$.content_type"),
        (b'{"content_type": "text/plain; charset=klingon"}', "unknown charset 'klingon'", "$.content_type"),
    ],
)
def test_a_wrong_description_is_named_with_the_place_in_it_and_what_to_do(
    tmp_path: Path, data: bytes, said: str, where: str
) -> None:
    (tmp_path / "story.txt").write_bytes(b"Text")
    (tmp_path / "story.meta.json").write_bytes(data)
    with pytest.raises(InputError) as caught:
        load(tmp_path / "story.txt")
    assert caught.value.what.startswith(f"{tmp_path / 'story.meta.json'} is wrong: ")
    assert said in caught.value.what
    assert (caught.value.format, caught.value.where) == ("meta.json", where)
    assert caught.value.remedy


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = (
    TEXTS
    | st.integers(-3, 2**64)
    | st.lists(TEXTS, max_size=2)
    | st.sampled_from(["usable", "text/html", "2024-05-03"])
)


@given(st.dictionaries(st.sampled_from(sorted({*FIELDS, "content_type"})), VALUES))
def test_what_is_taken_of_a_description_is_never_found_wrong_later(described: dict[str, object]) -> None:
    """So that its faults are never those of the story."""
    with TemporaryDirectory() as directory:
        story = Path(directory) / "story.txt"
        story.write_bytes(b"Text")
        (Path(directory) / "story.meta.json").write_text(json.dumps(described), encoding="utf-8")
        try:
            value, headers = load(story)
        except InputError as error:
            if "story.meta.json is wrong" not in error.what:
                raise
            return
        kind = described.get("content_type")
        if kind in (None, "") or "/" not in str(kind):
            assert read(value, headers)[0].body == "Text"


@pytest.mark.parametrize(
    ("header", "value"), [("status", b"gone"), ("urgency", b"0"), ("published", b"today"), ("article-id", b"a\x01")]
)
def test_a_wrong_header_is_named(header: str, value: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(b"Text", {"content-type": b"text/plain", header: value})
    assert caught.value.where == f"header {header}"
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["b3", "newrelic", "traceparent", "X-Datadog"])
def test_a_header_that_no_field_takes_may_hold_any_bytes(name: str) -> None:
    (article,) = read(
        b"A ferry ran aground.", {"content-type": b"text/plain", name: bytes(range(256)), "headline": b"Ferry"}
    )
    assert (article.body, article.headline) == ("A ferry ran aground.", "Ferry")


@pytest.mark.parametrize("name", ["headline", "Content-Type"])
def test_a_header_of_ours_that_is_no_text_is_refused_by_name(name: str) -> None:
    with pytest.raises(InputError) as caught:
        read(b"A ferry ran aground.", {name: b"\xff"})
    assert caught.value.where == f"header {name.lower()}"

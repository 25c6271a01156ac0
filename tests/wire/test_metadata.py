from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.wire import read
from pipeline.wire.files import load
from pipeline.wire.metadata import FIELDS, headers_of_sidecar

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
    ("data", "said"),
    [
        (b"{", "no valid JSON"),
        (b'{"titel": "x"}', "titel"),
        (b'{"published": "today"}', "published"),
        (b'{"version": "2"}', "version"),
        (b"[]", "object"),
    ],
)
def test_a_wrong_description_is_told(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        headers_of_sidecar(data, "story.meta.json")

"""JSON Feed."""

from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.wire import read
from tests.wire.samples import JSON_FEED


@pytest.mark.parametrize("content_type", ["", "application/feed+json", "application/json"])
def test_a_feed_is_as_many_articles_as_items(content_type: str) -> None:
    first, second = read(JSON_FEED, {"content-type": content_type.encode()} if content_type else {})
    assert (first.format, first.headline, first.byline) == ("json_feed", "Ferry & tug aground", "Desk")
    assert first.body == "A ferry ran aground.\n\nNobody was hurt."
    assert (first.source, first.language, first.url) == ("Nordwire", "en", "https://nordwire.example/157")
    assert (first.published, first.modified) == ("2024-05-03T09:00:00+02:00", "2024-05-03T11:05:00Z")
    assert (first.keywords, first.extra) == (["ferry"], {"image": "https://nordwire.example/157.jpg"})
    assert (second.id, second.body) == ("https://nordwire.example/158", "Rain.")


def test_an_id_that_is_no_address_is_unique_within_its_feed() -> None:
    other = JSON_FEED.replace(b"Nordwire", b"Sur Press")
    assert read(JSON_FEED, {})[0].id != read(other, {})[0].id
    assert read(JSON_FEED, {})[1].id == read(other, {})[1].id


def test_numbers_are_ids_too() -> None:
    article = read(b'{"version":"https://jsonfeed.org/version/1","items":[{"id":7,"content_text":"Rain."}]}', {})[0]
    assert (article.id, article.body) == ("7", "Rain.")


@pytest.mark.parametrize("items", [b"[]", b"[1]", b"{}", b'[{"id": "a"}]'])
def test_a_feed_without_text_is_refused(items: bytes) -> None:
    with pytest.raises(InputError):
        read(b'{"version":"https://jsonfeed.org/version/1.1","items":' + items + b"}", {})

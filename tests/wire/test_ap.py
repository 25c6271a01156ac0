"""AP Media API: items, feeds, links to renditions, what is not for publication."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import AP

ITEM: dict[str, Any] = orjson.loads(AP)["data"]["item"]


def item(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in (ITEM | fields).items() if value is not None}


def feed(*items: dict[str, Any]) -> list[Article]:
    answer = {"api_version": "1.1", "data": {"items": [{"meta": {}, "item": one} for one in items]}}
    return read(orjson.dumps(answer), {})


def one(**fields: Any) -> Article:
    (article,) = read(orjson.dumps({"api_version": "1.1", "data": {"item": item(**fields)}}), {})
    return article


def test_an_item_gives_all_that_it_says() -> None:
    (article,) = read(AP, {"content-type": b"application/json"})
    assert (article.format, article.id, article.version, article.status) == ("ap", "5ee9b4b4", 2, "usable")
    assert (article.headline, article.byline, article.located) == ("Ferry runs aground", "By KARI NES", "Oslo")
    assert (article.language, article.urgency, article.source) == ("en", 4, "AP")
    assert (article.published, article.modified) == ("2024-05-03T09:00:00Z", "2024-05-03T11:05:00Z")
    assert (article.subjects, article.keywords, article.signal) == (["Transport accidents"], ["ferry"], "update")
    assert article.body == "A ferry ran aground.\n\nNobody was hurt."
    assert article.extra["person"][0]["name"] == "Joern Aasen"
    assert (article.extra["slugline"], article.extra["ednote"]) == (
        "BC-EU--Norway-Ferry, 1st Ld-Writethru",
        "Eds: Adds quote.",
    )


def test_an_item_alone_and_a_feed_of_items_are_read() -> None:
    (article,) = read(orjson.dumps(ITEM), {})
    assert article.format == "ap"
    assert [one.id for one in feed(item(), item(altids={"itemid": "other"}))] == ["5ee9b4b4", "other"]


def test_a_story_that_is_a_link_is_refused_with_its_address() -> None:
    with pytest.raises(InputError, match="no text") as caught:
        one(body_nitf=None)
    assert "https://api.example/item/157.nitf" in caught.value.remedy


def test_beside_other_items_a_story_that_is_a_link_is_its_headline() -> None:
    articles = feed(item(body_nitf=None), item(altids={"itemid": "k"}, pubstatus="canceled", body_nitf=None))
    assert [(one.id, one.status, one.body) for one in articles] == [
        ("5ee9b4b4", "usable", "Ferry runs aground"),
        ("k", "canceled", "Ferry runs aground"),
    ]


@pytest.mark.parametrize(
    ("fields", "status", "until"),
    [
        ({"pubstatus": "canceled"}, "canceled", None),
        ({"pubstatus": "withheld"}, "withheld", None),
        ({"pubstatus": "embargoed"}, "withheld", None),
        ({"pubstatus": "embargoed", "embargoed": "2024-05-04T00:00:00Z"}, "usable", "2024-05-04T00:00:00Z"),
        ({"signals": ["singlesource"]}, "withheld", None),
        ({"signals": None}, "usable", None),
    ],
)
def test_what_is_not_to_be_published_is_not(fields: dict[str, Any], status: str, until: str | None) -> None:
    article = one(**fields)
    assert (article.status, article.embargoed_until) == (status, until)


def test_the_caption_of_a_picture_is_its_text() -> None:
    article = one(type="picture", body_nitf=None, description_caption="A ferry off Oslo.")
    assert article.body == "A ferry off Oslo."


@pytest.mark.parametrize(
    "document", [{"api_version": "1.1", "data": {}}, {"api_version": "1.1", "data": {"items": []}}]
)
def test_an_answer_without_items_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no item"):
        read(orjson.dumps(document), {})


def test_an_item_without_id_is_refused_with_its_place() -> None:
    with pytest.raises(InputError) as caught:
        one(altids={})
    assert caught.value.where == "$.data.item.altids.itemid"

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import Article, decode, encode
from newswire.wire import read
from tests.wire.hostile import JSON_VALUES, articles_or_refusal

NINJS = {"content-type": b"application/vnd.iptc.ninjs+json"}

ONE = {
    "uri": "urn:example:agency:77",
    "type": "text",
    "version": "5",
    "pubstatus": "usable",
    "urgency": 4,
    "firstcreated": "2024-05-03T07:00:00+0000",
    "versioncreated": "2024-05-03T08:30:00+0000",
    "embargoed": "2024-05-03T10:00:00+02:00",
    "language": "en-US",
    "headline": "Ferry aground",
    "byline": "Kari Nes",
    "located": "Oslo",
    "source": "Agency",
    "subject": [{"name": "accident", "code": "03001000"}, {"name": "shipping"}],
    "keywords": ["ferry"],
    "body_text": "A ferry ran aground.\nNobody was hurt.",
}
THREE = {
    "uri": "urn:example:agency:77",
    "type": "text",
    "version": "5",
    "pubStatus": "usable",
    "urgency": 4,
    "firstCreated": "2024-05-03T07:00:00+0000",
    "versionCreated": "2024-05-03T08:30:00+0000",
    "embargoedUntil": "2024-05-03T10:00:00+02:00",
    "language": "en-US",
    "headlines": [{"role": "short", "value": "Aground"}, {"role": "main", "value": "Ferry aground"}],
    "by": "Kari Nes",
    "located": "Oslo",
    "infoSources": [{"name": "Agency"}],
    "subjects": [{"name": "accident", "literal": "03001000"}, {"name": "shipping"}],
    "keywords": ["ferry"],
    "bodies": [
        {"role": "html", "contentType": "text/html", "value": "<p>Other</p><p>words</p>"},
        {"role": "text", "contentType": "text/plain", "value": "A ferry ran aground.\nNobody was hurt."},
    ],
}
# 2.x has the arrays of 3.x under the lower-case names of 1.x.
TWO = {name.lower(): value for name, value in THREE.items()} | {
    "embargoed": THREE["embargoedUntil"],
    "bodies": [{name.lower(): value for name, value in body.items()} for body in THREE["bodies"]],  # type: ignore[attr-defined]
}
del TWO["embargoeduntil"]


def article_of(item: object) -> Article:
    (article,) = read(orjson.dumps(item), NINJS)
    return article


@pytest.mark.parametrize("item", [ONE, TWO, THREE], ids=["1.x", "2.x", "3.x"])
def test_every_generation_says_the_same(item: dict[str, object]) -> None:
    article = article_of(item)
    assert (article.id, article.version, article.status, article.urgency) == ("urn:example:agency:77", 5, "usable", 4)
    assert (article.headline, article.byline, article.located) == ("Ferry aground", "Kari Nes", "Oslo")
    assert (article.source, article.language) == ("Agency", "en-US")
    assert (article.published, article.modified) == ("2024-05-03T07:00:00Z", "2024-05-03T08:30:00Z")
    assert article.embargoed_until == "2024-05-03T10:00:00+02:00"
    assert (article.subjects, article.keywords) == (["accident", "shipping"], ["ferry"])
    assert article.body == "A ferry ran aground.\nNobody was hurt."
    assert article.format == "ninjs"


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": b"application/json"}, {"content-type": b"application/octet-stream"}]
)
def test_it_is_recognised_without_its_media_type(headers: dict[str, bytes]) -> None:
    assert read(orjson.dumps(THREE), headers)[0].format == "ninjs"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("usable", "usable"),
        ("withheld", "withheld"),
        ("canceled", "canceled"),
        ("cancelled", "canceled"),
        ("stat:canceled", "canceled"),
    ],
)
def test_statuses_are_read_in_their_spellings(written: str, status: str) -> None:
    assert article_of(ONE | {"pubstatus": written}).status == status


@pytest.mark.parametrize("status", ["kill", 7, ["usable"]])
def test_an_unknown_status_is_refused_lest_a_kill_pass_as_a_story(status: object) -> None:
    with pytest.raises(InputError) as caught:
        article_of(ONE | {"pubstatus": status})
    assert "status" in caught.value.where


def test_a_cancellation_needs_no_text() -> None:
    article = article_of({"uri": "a", "version": "6", "pubstatus": "canceled"})
    assert (article.status, article.body, article.version) == ("canceled", "", 6)


@pytest.mark.parametrize(
    ("said", "signal"),
    [
        ({"signal": "sig:correction"}, "correction"),
        ({"signal": [{"code": "sig:update"}]}, "update"),
        ({"signals": ["newscontent"]}, None),
        ({"correction_sequence": 2}, "correction"),
        ({"rewrite_of": "urn:example:agency:76", "rewrite_sequence": 1}, "update"),
        ({"evolvedfrom": "urn:example:agency:76"}, "update"),
        ({"correction_sequence": 0, "rewrite_of": None}, None),
    ],
)
def test_the_kind_of_the_version_is_told(said: dict[str, object], signal: str | None) -> None:
    assert article_of(ONE | said).signal == signal


def test_what_no_field_takes_lands_in_extra_but_bodies_are_not_repeated() -> None:
    added = {
        "ednote": "Corrects paragraph 2",
        "profile": "story",
        "associations": {"main": {"type": "picture"}},
        "body_html": "<p>x</p>",
    }
    extra = article_of(ONE | added).extra
    assert {name: extra[name] for name in ("ednote", "profile", "associations")} == {
        name: added[name] for name in ("ednote", "profile", "associations")
    }
    assert not any(name.startswith("body") for name in extra)


def test_plain_text_that_lost_its_paragraphs_gives_way_to_the_markup() -> None:
    article = article_of(
        ONE
        | {"body_text": "One.Two.", "body_html": "<p>One.</p><figure><figcaption>Cap</figcaption></figure><p>Two.</p>"}
    )
    assert article.body == "One.\n\nTwo."


def test_a_version_that_is_no_number_gives_way_to_the_time_of_the_version() -> None:
    article = article_of(ONE | {"version": "2.1-final"})
    assert article.version == 1714725000
    assert article.extra["version"] == "2.1-final"


def test_a_time_that_is_none_is_kept_aside() -> None:
    article = article_of(ONE | {"firstcreated": "in May"})
    assert article.published is None
    assert article.extra["published"] == "in May"


def test_superdesks_envelope_and_arrays_hold_several() -> None:
    for value in ({"_items": [ONE, THREE]}, [ONE, THREE], {"total": 2, "item": [ONE, THREE]}):
        assert len(read(orjson.dumps(value), NINJS)) == 2


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({"type": "text", "headline": "x"}, "$.uri"),
        (ONE | {"body_text": 5}, "$.body_text"),
        (THREE | {"bodies": ["x"]}, "$.bodies[0]"),
        (THREE | {"bodies": [{"value": {}}]}, "$.bodies[0].value"),
        ([ONE, 5], "$[1]"),
        ({"uri": "a", "type": "picture"}, "$"),
    ],
)
def test_a_fault_is_located_by_its_json_path(item: object, where: str) -> None:
    with pytest.raises(InputError) as caught:
        article_of(item)
    assert (caught.value.format, caught.value.where) == ("ninjs", where)


OPTIONAL = dict.fromkeys((ONE | THREE).keys() - {"uri"}, JSON_VALUES)


@given(st.fixed_dictionaries({"uri": st.just("a") | JSON_VALUES}, optional=OPTIONAL))
def test_any_item_is_an_article_or_a_clear_error(item: dict[str, object]) -> None:
    for article in articles_or_refusal(orjson.dumps(item), NINJS):
        assert decode(encode(article), Article) == article


def test_words_of_a_slugline_and_a_note_say_what_kind_of_version_it_is() -> None:
    item = {"uri": "urn:nw:1", "type": "text", "body_text": "A ferry sank.", "version": "2"}
    (article,) = read(orjson.dumps(item | {"slugline": "BC-EU--Ferry, 1st Ld-Writethru"}), {})
    assert (article.signal, article.version, article.extra["slugline"]) == (
        "update",
        2,
        "BC-EU--Ferry, 1st Ld-Writethru",
    )
    (article,) = read(orjson.dumps(item | {"edNote": "Please kill story slugged BC-EU--Ferry."}), {})
    assert (article.status, article.extra["notice"]) == ("canceled", {"kind": "kill", "slug": "BC-EU--Ferry"})
    assert "ednote" not in article.extra


@pytest.mark.parametrize("state", ["killed", "recalled"])
def test_a_story_that_superdesk_killed_is_canceled(state: str) -> None:
    item = {"guid": "urn:nw:1", "type": "text", "pubstatus": "usable", "state": state, "body_text": "x"}
    (article,) = read(orjson.dumps(item), {})
    assert article.status == "canceled"


def test_the_caption_of_a_picture_is_its_text() -> None:
    item = {"uri": "urn:nw:1", "type": "picture", "headline": "Ferry", "description_text": "A ferry off Oslo."}
    (article,) = read(orjson.dumps(item), {})
    assert article.body == "A ferry off Oslo."

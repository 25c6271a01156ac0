from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.wire import FORMATS, read
from newswire.wire.registry import _readers
from tests.wire.samples import ANPA, G2, IPTC7901, MAIL, NEWSML, NITF

FIRST = {"anpa1312": ANPA, "iptc7901": IPTC7901, "mail": MAIL, "newsml_1": NEWSML, "newsml_g2": G2, "nitf": NITF}

REFUSED = {
    "a concept of NewsML-G2": b'<conceptItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="c"/>',
    "a plan of coverage of NewsML-G2": b'<planningItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="p"/>',
    "a part of NewsML-G2": b'<contentMeta xmlns="http://iptc.org/std/nar/2006-10-01/"><urgency>4</urgency></contentMeta>',
    "CDF": b'<CHANNEL HREF="https://nordwire.example/"><ITEM HREF="https://nordwire.example/1"/></CHANNEL>',
    "OPML": b'<opml version="2.0"><body><outline xmlUrl="https://nordwire.example/rss"/></body></opml>',
    "Reuters Connect": b"<results><result><guid>tag:nw.example:1</guid><version>1</version></result></results>",
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("content_type", ["", "application/xml", "text/plain"])
def test_what_comes_with_news_and_holds_none_is_refused_by_name(name: str, content_type: str) -> None:
    with pytest.raises(InputError, match=f"this is .*{name}") as caught:
        read(REFUSED[name], {"content-type": content_type.encode()})
    assert caught.value.remedy


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("content_type", ["", "text/plain", "application/octet-stream"])
def test_formats_of_wires_are_known_by_sight(name: str, content_type: str) -> None:
    found = read(FIRST[name], {"content-type": content_type.encode()} if content_type else {})
    assert {article.format for article in found} == {name}


def test_the_declared_format_is_believed() -> None:
    assert read(b'{"id": "a"', {"content-type": b"text/plain"})[0].body == '{"id": "a"'
    assert read(b"<b>x</b>", {"content-type": b"text/plain"})[0].body == "<b>x</b>"
    with pytest.raises(InputError, match="no valid JSON") as caught:
        read(b"plain words", {"content-type": b"application/json"})
    assert caught.value.where == "line 1, column 1"


def test_json_without_a_story_says_what_it_lacks() -> None:
    with pytest.raises(InputError, match="with the keys 'id'") as caught:
        read(b'{"id": "b"}', {"content-type": b"application/json"})
    assert caught.value.where == "$"
    assert "a body or a headline" in caught.value.remedy


@pytest.mark.parametrize("content_type", ["image/jpeg", "application/pdf", "video/mp4"])
def test_other_media_types_are_refused_and_named(content_type: str) -> None:
    with pytest.raises(InputError, match=content_type) as caught:
        read(b"plain words", {"content-type": content_type.encode()})
    assert caught.value.where == "header content-type"
    assert "ninjs" in caught.value.remedy


@pytest.mark.parametrize("content_type", ["", ";", "application/octet-stream", "nonsense"])
def test_what_says_nothing_of_the_format_is_sniffed(content_type: str) -> None:
    headers = {"content-type": content_type.encode()}
    assert read(b'{"id": "a", "body": "x"}', headers)[0].format == "article"


def test_suffixes_and_unknown_kinds_of_text_name_their_family() -> None:
    assert read(b'{"id": "a", "body": "x"}', {"content-type": b"application/x-own+json"})[0].format == "article"
    assert read(b"<item><title>x</title></item>", {"content-type": b"application/x-own+xml"})[0].format == "rss"
    assert read(b"# Words", {"content-type": b"text/markdown"})[0].format == "text"


def test_a_message_gives_equal_articles_every_time() -> None:
    value = b'{"headline": "x", "extra": {"b": 1, "a": [1.5]}}'
    assert read(value, {}) == read(value, {})


def test_every_format_has_one_reader() -> None:
    assert [reader.name for reader in _readers()] == list(FORMATS)

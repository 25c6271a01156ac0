from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.wire import FORMATS, read
from newswire.wire.registry import _readers

G2 = b'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet/></newsMessage>'
UNREADABLE = {
    "NewsML-G2": G2,
    "NewsML 1.x": b'<?xml version="1.0"?><NewsML Version="1.2"><NewsItem/></NewsML>',
    "NITF": b'<nitf version="-//IPTC//DTD NITF 3.6//EN"><head/><body/></nitf>',
    "ANPA 1312": b"\x16\x16\x01w0001\x1f_world\r\nr w\x13\x11 BC-Ferry 05-03 0100\r\n\x02^BC-Ferry,50<\r\n\tOSLO (NW)\r\n\x03",
    "IPTC 7901": b"\x01nwa001 4 i 50 nw 001\r\n\r\nFerry/\r\n\x02Ferry aground =\r\n\r\nOslo (nw)\r\n\x03",
    "AP Media API": b'{"api_version": "1.1", "data": {"item": {"type": "text"}}}',
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("content_type", ["", "own"])
def test_formats_that_cannot_be_read_yet_are_named(name: str, content_type: str) -> None:
    own = (
        b"application/json"
        if b"api_version" in UNREADABLE[name]
        else b"text/plain"
        if UNREADABLE[name][0] < 32
        else b"text/xml"
    )
    with pytest.raises(InputError, match=f"{name} is not supported yet"):
        read(UNREADABLE[name], {"content-type": own} if content_type else {})


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

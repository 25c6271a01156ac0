"""Inputs made to hurt end as a clear error or a correct record, in bounded time and memory."""

from __future__ import annotations

import resource
import time

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import Article, decode, encode
from newswire.wire import read
from tests.wire import samples
from tests.wire.hostile import JSON_VALUES, MIB, READ, REFUSED, articles_or_refusal

# Seconds of processor time; the slowest takes three on an idle machine of two cores. An extraction may take twenty.
LONGEST = 20.0
MOST_MEMORY = 600 * MIB


def _measured(value: bytes) -> list[Article]:
    began, peak = time.process_time(), _peak()
    try:
        return read(value, {})
    finally:
        assert time.process_time() - began < LONGEST
        assert _peak() - peak < MOST_MEMORY


def _peak() -> int:
    """The most memory in bytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        _measured(REFUSED[name])
    assert len(str(caught.value)) < 500
    assert caught.value.remedy


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_it_is_read(name: str) -> None:
    for article in _measured(READ[name]):
        assert decode(encode(article), Article) == article


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", b"text/plain", b"text/html", b"application/json", b"application/xml", b"a/b", b";", b"text/x"]
    ),
)
def test_any_bytes_are_an_article_or_a_clear_error(value: bytes, content_type: bytes) -> None:
    for article in articles_or_refusal(value, {"content-type": content_type}):
        assert decode(encode(article), Article) == article


PIECES = r"""<p> </p> <div> <br> <script> </script> <figcaption> </figcaption> <td> </b> <!-- --> <![CDATA[ ]]> &amp; &#0;
&#xD800; &bogus; < > <title> “"""
TAGS = st.sampled_from([*PIECES.split(), "<html lang=en>", "\0", "\U0001f600"])


@given(st.lists(TAGS | st.text(max_size=5), max_size=30).map("".join))
def test_any_html_is_an_article_or_a_clear_error(html: str) -> None:
    value = ("<p>" + html).encode("utf-8", "replace")
    for article in articles_or_refusal(value, {"content-type": b"text/html; charset=utf-8"}):
        assert article.body.strip() == article.body
        assert "\0" not in article.body


@given(
    st.sampled_from(["rss", "item", "entry", "feed", "a:entry"]),
    st.lists(TAGS | st.text(max_size=5), max_size=20).map("".join),
)
def test_any_xml_is_an_article_or_a_clear_error(root: str, inside: str) -> None:
    value = f'<{root} xmlns="http://www.w3.org/2005/Atom"><title>{inside}</title></{root}>'.encode("utf-8", "replace")
    for content_type in (b"application/rss+xml", b"application/atom+xml", b"application/xml", b""):
        articles_or_refusal(value, {"content-type": content_type})


def _pieces(*written: str) -> st.SearchStrategy[bytes]:
    """Pieces of a format, and anything, in any order."""
    return st.lists(st.sampled_from([piece.encode() for piece in written]) | st.binary(max_size=5), max_size=25).map(
        b"".join
    )


LINES = _pieces(
    *(
        "\x01",
        "\x02",
        "\x03",
        "\x04",
        "\x1f",
        "\r\n",
        "\n\n",
        "nwa012 4 i 93   nw 157\n",
        "r i\x13\x11 BC-Ferry   05-03 0093\n",
    ),
    *(
        "^BC-Ferry, KILL<\n",
        "^By KARI NES=\n",
        "\t   OSLO (NW) _ A ferry\n",
        "\b^;W;L\x10\n",
        "``",
        "''",
        "{",
        "* * *",
        "# Notebook",
    ),
    *(
        "031105 GMT May 24",
        "AP-WF-05-03-24 1105GMT",
        "Ferry =\n",
        "By Kari Nes =\n",
        "KILL KILL KILL",
        "N0421\x1f_n\n",
        "\x16\x16\x01",
    ),
)


@given(st.sampled_from([b"\x01nwa012 4 i 93   nw 157\n\x02", b"\x16\x16\x01N0421\x1f_n\n", b""]), LINES)
def test_any_lines_of_a_teleprinter_are_articles_or_a_clear_error(start: bytes, lines: bytes) -> None:
    for article in articles_or_refusal(start + lines, {}):
        assert decode(encode(article), Article) == article


MARKUP = st.lists(
    st.sampled_from(
        [
            "<newsItem>",
            "</newsItem>",
            "<itemMeta>",
            "</itemMeta>",
            "<contentMeta>",
            "</contentMeta>",
            "<contentSet>",
            "</contentSet>",
            "<inlineXML>",
            "</inlineXML>",
            "<nitf>",
            "</nitf>",
            "<body>",
            "</body>",
            "<p>",
            "</p>",
            "<br/>",
            "<html>",
            "</html>",
            "<itemClass/>",
            "<embargoed/>",
            "<headline>",
            "</headline>",
            "<NewsItem>",
            "</NewsItem>",
            "<DataContent>",
            "</DataContent>",
            "<body.content>",
            "</body.content>",
            "<person>",
            "</person>",
            "<remoteContent",
            'href="a"/>',
            "<packageItem/>",
            "<inlineData/>",
            "<docdata>",
            "</docdata>",
            "<doc-id",
            'id-string="a"/>',
            "&#147;",
            "&#10;",
        ]
    )
    | st.sampled_from(
        ['<pubStatus qcode="stat:canceled"/>', '<signal qcode="edStat:C"/>', '<date.issue norm="20240503"/>']
    )
    | st.text(st.characters(codec="utf-8", exclude_characters="<&\0"), max_size=5),
    max_size=25,
).map("".join)


@given(st.sampled_from(["newsMessage", "newsItem", "contentSet", "NewsML", "nitf"]), MARKUP)
def test_any_markup_of_wires_is_articles_or_a_clear_error(root: str, inside: str) -> None:
    for article in articles_or_refusal(f'<{root} guid="a">{inside}</{root}>'.encode(), {}):
        assert decode(encode(article), Article) == article


@given(
    st.dictionaries(st.sampled_from(sorted(orjson.loads(samples.AP)["data"]["item"])), JSON_VALUES, max_size=8),
    st.booleans(),
)
def test_any_values_of_ap_are_articles_or_a_clear_error(item: dict[str, object], feed: bool) -> None:
    given_id = {"altids": {"itemid": "a"}} | item
    data = {"items": [{"item": given_id}, {"item": item}]} if feed else {"item": given_id}
    for article in articles_or_refusal(orjson.dumps({"api_version": "1.1", "data": data}), {}):
        assert decode(encode(article), Article) == article


@given(st.dictionaries(st.sampled_from(sorted(orjson.loads(samples.JSON_FEED)["items"][0])), JSON_VALUES, max_size=8))
def test_any_values_of_json_feed_are_articles_or_a_clear_error(item: dict[str, object]) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [item]}
    for article in articles_or_refusal(orjson.dumps(feed), {}):
        assert decode(encode(article), Article) == article


FIELDS = _pieces(
    *(
        "Subject: ",
        "From: ",
        "Date: ",
        "Content-Type: ",
        "multipart/mixed; boundary=x\n",
        "text/html",
        "; charset=utf-8\n",
        "\n",
    ),
    *(
        "\n\n",
        "--x\n",
        "--x--",
        "=?utf-8?q?=E2=80=9C?=",
        "=?x?b?!?=",
        "Content-Transfer-Encoding: base64\n",
        "a@b.example",
        "<p>",
        " ",
    ),
)


@given(FIELDS)
def test_any_fields_and_parts_of_mail_are_an_article_or_a_clear_error(fields: bytes) -> None:
    for article in articles_or_refusal(b"From: a@b.example\nMIME-Version: 1.0\n" + fields, {}):
        assert decode(encode(article), Article) == article

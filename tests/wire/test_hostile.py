"""Inputs made to hurt end as a clear error or a correct record, in bounded time and memory."""

from __future__ import annotations

import resource
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import Article, decode, encode
from newswire.wire import read
from tests.wire.hostile import MIB, READ, REFUSED, articles_or_refusal

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


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(InputError) as caught:
        _measured(REFUSED[name])
    assert len(str(caught.value)) < 500
    assert caught.value.remedy


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

"""What is fuzzed: functions of bytes that hold whatever the bytes are, and where each begins to look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import orjson

from newswire.errors import InputError
from newswire.extract.document.marks import quotations, typographic
from newswire.extract.document.paragraphs import paragraphs
from newswire.feed.entries import HEADERS, parse
from newswire.records import Article, decode, encode
from tests.wire.hostile import articles_or_refusal
from tests.wire.samples import ANPA, AP, G2, IPTC7901, JSON_FEED, MAIL, NEWSML, NITF

__all__ = ("TARGETS", "Target")

NEWSWIRE = b"application/vnd.newswire.article+json"


@dataclass(frozen=True, slots=True)
class Target:
    """`check` raises anything but an AssertionError, or one, when something is wrong with what becomes of the bytes."""

    check: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...] = ()
    """What a guided fuzzer may put in."""


def _read(value: bytes, headers: Mapping[str, bytes]) -> None:
    """Read the same twice, or refused with a remedy; what is read survives the way through Kafka."""
    found = articles_or_refusal(value, headers)
    for article in found:
        assert decode(encode(article), Article) == article
    assert found == articles_or_refusal(value, headers)


def _poll(value: bytes) -> None:
    """A polled feed is taken apart the same twice, or refused; each entry is read, or refused."""
    try:
        feed = parse(value)
    except InputError:
        return
    assert feed == parse(value)
    for entry in feed.entries:
        articles_or_refusal(entry.document, HEADERS)


def _pair(value: bytes) -> None:
    """Quotations lie in the text, in order, outside each other but for those inside others; nothing else changes."""
    text = value.decode("utf-8", "surrogatepass") if _is_text(value) else value.decode("latin-1")
    end = 0
    for quotation in quotations(text):
        assert 0 <= quotation.start < quotation.first < quotation.last <= quotation.end <= len(text)
        if not quotation.nested:
            assert quotation.start >= end
            end = quotation.end
    changed = typographic(text)
    assert len(changed) == len(text)
    allowed = {'"': '"“”', "'": "'“” ", "`": "`“ "}
    assert all(a in allowed.get(b, b) for a, b in zip(changed, text, strict=True))
    last = 0
    for first, end in paragraphs(text):
        assert last <= first <= end <= len(text)
        assert not text[last:first].strip()
        last = end
    assert not text[last:].strip()


def _is_text(value: bytes) -> bool:
    try:
        value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _reader(content_type: bytes, *seeds: bytes, words: tuple[bytes, ...] = ()) -> Target:
    return Target(partial(_read, headers={"content-type": content_type}), seeds, words)


ARTICLE = orjson.dumps(
    {"id": "a", "version": 2, "status": "usable", "headline": "Rain", "body": "“It rains,” he said.", "language": "en"}
)
NINJS = orjson.dumps(
    {
        "uri": "urn:a",
        "type": "text",
        "versioncreated": "2026-03-02T10:00:00Z",
        "headlines": [{"role": "main", "value": "Rain"}],
        "bodies": [{"role": "main", "contenttype": "text/html", "value": "<p>It rains.</p><p>“Still,” he said.</p>"}],
        "by": "Ana Delgado",
        "pubstatus": "usable",
    }
)
NINJS_1 = b'{"uri":"urn:a","type":"text","headline":"Rain","body_xhtml":"<p>It rains.</p>","version":"1"}'
RSS = (
    b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>N</title><item><title>Rain &amp; wind</title>"
    b"<guid>n:1</guid><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description><![CDATA[<p>It rains.</p>]]></description>"
    b"</item></channel></rss>"
)
ATOM = (
    b"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>N</title><entry><id>n:1</id><title>Rain</title>"
    b"<updated>2026-03-02T10:00:00Z</updated><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>It rains.</p>"
    b"</div></content></entry></feed>"
)
HTML = (
    b"<html lang=en><head><meta charset=utf-8><title>Rain</title></head><body><h1>Rain</h1><p>It rains.<br>Still.</p>"
    b"<ul><li>a</li></ul><script>x</script><table><tr><td>1</td></tr></table></body></html>"
)
TEXT = "Rain\n\nBy Ana Delgado\n\nOSLO, March 2 – “It rains,” said Ana Delgado.\n".encode()

JSON_WORDS = (
    b'"uri"',
    b'"body"',
    b'"id"',
    b'"version"',
    b'"status"',
    b'"bodies"',
    b'"body_xhtml"',
    b"\\ud800",
    b"1e999",
)
XML_WORDS = (
    b"<item>",
    b"</item>",
    b"<entry>",
    b"<![CDATA[",
    b"]]>",
    b"&amp;",
    b"&#xD800;",
    b"<!DOCTYPE",
    b"<guid>",
    b"<?xml",
)
HTML_WORDS = (
    b"<p>",
    b"</p>",
    b"<br>",
    b"<div>",
    b"<script>",
    b"<table>",
    b"<td>",
    b"&nbsp;",
    b"<!--",
    b"-->",
    b"charset=",
)
WIRE_WORDS = (
    *(b"\x01", b"\x02", b"\x03", b"\x04", b"\x16", b"\x1f", b"^", b"<\r\n", b"=\n", b"\t   ", b"\b", b"\r\n\r\n"),
    *(b"KILL KILL KILL", b"Please kill story slugged ", b"1st Ld-Writethru", b"031105 GMT May 24", b"\xe6"),
)
G2_WORDS = (
    *(
        b"<newsItem>",
        b"</newsItem>",
        b"<contentSet>",
        b"<inlineXML>",
        b"<p>",
        b"</p>",
        b"<nitf>",
        b"<body>",
        b"</body>",
    ),
    *(b'qcode="stat:canceled"', b"<br/>", b"<body.content>", b"<NewsItem>", b"<DataContent>", b"<embargoed/>"),
)
MAIL_WORDS = (
    b"--x\r\n",
    b"--y--",
    b"\r\n\r\n",
    b"Content-Type: ",
    b"=?utf-8?q?",
    b"?=",
    b"Date: ",
    b"charset=",
    b"=\r\n",
)
MARK_WORDS = tuple(mark.encode() for mark in (*"“”„«»‘’‚‹›`\"'\n…", "''", "``"))

TARGETS = {
    "article": _reader(NEWSWIRE, ARTICLE, words=JSON_WORDS),
    "ninjs": _reader(b"application/json", NINJS, NINJS_1, words=JSON_WORDS),
    "iptc7901": _reader(b"text/plain", IPTC7901, words=WIRE_WORDS),
    "anpa1312": _reader(b"text/plain", ANPA, words=WIRE_WORDS),
    "newsml_g2": _reader(b"application/xml", G2, words=XML_WORDS + G2_WORDS),
    "newsml_1": _reader(b"application/xml", NEWSML, words=XML_WORDS + G2_WORDS),
    "nitf": _reader(b"application/xml", NITF, words=XML_WORDS + G2_WORDS),
    "mail": _reader(b"message/rfc822", MAIL, words=MAIL_WORDS),
    "ap": _reader(b"application/json", AP, words=JSON_WORDS),
    "json_feed": _reader(b"application/feed+json", JSON_FEED, words=JSON_WORDS),
    "rss": _reader(b"application/rss+xml", RSS, words=XML_WORDS),
    "atom": _reader(b"application/atom+xml", ATOM, words=XML_WORDS),
    "html": _reader(b"text/html", HTML, words=HTML_WORDS),
    "text": _reader(b"text/plain", TEXT, b"\xff\xfeA\x00", words=(b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n")),
    "polled": Target(_poll, (RSS, ATOM, JSON_FEED, RSS.replace(b"&amp;", b"&"), ATOM[:-7]), XML_WORDS + JSON_WORDS),
    "undeclared": _reader(b"", ARTICLE, NINJS, RSS, ATOM, HTML, TEXT, words=JSON_WORDS + XML_WORDS + HTML_WORDS),
    "marks": Target(_pair, ("“We go,” she said, ‘but not today’.\n“Not".encode(), b'"a "b" c"'), MARK_WORDS),
}

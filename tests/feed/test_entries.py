from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.feed.entries import HEADERS, parse
from newswire.records import Article
from newswire.wire import read
from newswire.wire.draft import identifier

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Nordwire</title><link>https://nordwire.example</link><description>News</description><language>en</language><ttl>15</ttl>
<item><title>Second &amp; last</title><link>https://nordwire.example/2</link><guid isPermaLink="false">nordwire:2</guid>
<pubDate>Fri, 03 May 2024 09:00:00 +0200</pubDate><dc:creator>Kari Nes</dc:creator><category>shipping</category>
<description>Teaser</description><content:encoded><![CDATA[<p>A ferry ran aground.</p>
<p>“Nobody was hurt,” she said.</p>]]></content:encoded>
</item>
<item><title>First</title><link>https://nordwire.example/1</link><guid isPermaLink="false">1</guid>
<description>Words</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>Sur Press</title>
<id>tag:sur.example,2024:feed</id><updated>2024-05-02T10:00:00Z</updated>
<entry><id>tag:sur.example,2024:9</id><title>Rain</title><link href="https://sur.example/9"/>
<published>2024-05-01T10:00:00Z</published><updated>2024-05-02T10:00:00Z</updated>
<content type="html">&lt;p&gt;It rained.&lt;/p&gt;</content></entry>
<at:deleted-entry ref="tag:sur.example,2024:8" when="2024-05-02T00:00:00Z"/></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "authors": [{"name": "Desk"}], "items": [
{"id": 7, "external_url": "https://j.example/7", "title": "Short", "content_text": "One < two.", "tags": ["sea"],
"author": {"name": "Kari Nes"}},
{"id": "j:1", "url": "https://j.example/1", "title": "T", "content_html": "<p>Text</p>",
"date_published": "2024-05-01T10:00:00Z"}]}"""


def articles(body: bytes) -> list[Article]:
    return [article for entry in parse(body).entries for article in read(entry.document, HEADERS)]


def test_entries_say_what_the_feed_says_the_oldest_first() -> None:
    first, second = articles(RSS.encode())
    assert (second.id, second.url, second.source) == ("nordwire:2", "https://nordwire.example/2", "Nordwire")
    assert (second.headline, second.byline, second.language) == ("Second & last", "Kari Nes", "en")
    assert second.published == "2024-05-03T09:00:00+02:00"
    assert second.body == "A ferry ran aground.\n\n“Nobody was hurt,” she said."
    assert (first.headline, first.body) == ("First", "Words")


def test_the_ids_are_those_of_the_same_feed_read_from_a_file() -> None:
    assert [article.id for article in articles(RSS.encode())] == [
        article.id for article in reversed(read(RSS.encode(), {}))
    ]


def test_atom_and_what_it_deletes() -> None:
    found = {article.id: article for article in articles(ATOM.encode())}
    assert found["tag:sur.example,2024:9"].body == "It rained."
    assert found["tag:sur.example,2024:9"].modified == "2024-05-02T10:00:00Z"
    assert found["tag:sur.example,2024:8"].status == "canceled"


def test_json_feed() -> None:
    article, short = articles(JSON.encode())
    assert (article.id, article.headline, article.body, article.byline) == ("j:1", "T", "Text", "Desk")
    assert (short.url, short.byline, short.keywords) == ("https://j.example/7", "Kari Nes", ["sea"])
    assert (short.body, short.source) == ("One < two.", "J")
    assert short.id == identifier("J", "7")


def test_json_that_is_no_feed_is_refused() -> None:
    for body in (
        b'{"version": "https://jsonfeed.org/version/1"}',
        b'{"items": []}',
        b'{"version": "1", "items": []}',
        b"{",
    ):
        with pytest.raises(InputError):
            parse(body)


def test_the_ttl_is_in_seconds() -> None:
    assert parse(RSS.encode()).ttl == 900.0


@pytest.mark.parametrize(
    "broken",
    [
        RSS.replace("Second &amp; last", "Second & last"),
        RSS.replace("</channel></rss>", ""),
        RSS.replace("Teaser", "Tea\x01ser &nbsp; &bogus;"),
        "\n\n" + RSS,
    ],
    ids=["ampersand", "cut off", "control character and entities", "white space before the declaration"],
)
def test_ill_formed_feeds_are_repaired(broken: str) -> None:
    found = articles(broken.encode())
    assert {"nordwire:2"} <= {article.id for article in found}
    assert len(found) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Sign in</body></html>",
        b"{}",
        b"plain",
        b"<opml/>",
        b"\x00\xff\xfe",
        b"/etc/passwd",
        b"http://127.0.0.1:1/",
    ],
)
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        parse(body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entity_bombs_are_refused_at_once(encoding: str) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{entities}]><rss a="&l9;"><channel/></rss>'
    began = time.process_time()
    with pytest.raises(InputError, match="entities"):
        parse(bomb.encode(encoding))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("entry", [b"<item>", b"<entry/>", b"<ITEM><title>x</title></ITEM>"])
def test_a_feed_of_entries_without_end_is_refused_at_once(entry: bytes) -> None:
    began = time.process_time()
    with pytest.raises(InputError, match="20,000 entries"):
        parse(b"<rss><channel>" + entry * 100_000)
    assert time.process_time() - began < 2


def test_a_feed_with_no_entries_is_a_feed() -> None:
    assert parse(b'<rss version="2.0"><channel><title>N</title></channel></rss>').entries == []


def test_the_fingerprint_ignores_times_and_notices_words() -> None:
    before, later, other = (
        parse(text.encode()).entries[1].fingerprint
        for text in (RSS, RSS.replace("03 May", "04 May"), RSS.replace("aground", "ashore"))
    )
    assert before == later != other


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_an_entry_says_its_document_is_well_formed(title: str, content: str) -> None:
    item = f"<item><title><![CDATA[{title}]]></title><description>{content}</description></item>"
    body = f'<rss version="2.0"><channel>{item}</channel></rss>'
    try:
        feed = parse(body.encode("utf-8", "replace"))
    except InputError:
        return
    for entry in feed.entries:
        assert entry.document.startswith(b"<?xml")
        try:
            read(entry.document, HEADERS)
        except InputError as error:
            assert "neither a body nor a headline" in error.what or "no id" in error.what  # noqa: PT017

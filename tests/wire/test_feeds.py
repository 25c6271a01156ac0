"""RSS and Atom, whole feeds and single entries."""

from __future__ import annotations

import base64

import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>Nordwire</title><language>nb</language>
    {items}
  </channel>
</rss>"""
ITEM = """<item>
  <media:title>Not this</media:title>
  <title>Ferry &amp; tug aground</title>
  <link>https://nordwire.example/17</link>
  <guid isPermaLink="false">nordwire:17</guid>
  <pubDate>Fri, 03 May 2024 09:00:00 +0200</pubDate>
  <atom:updated>2024-05-03T08:00:00Z</atom:updated>
  <dc:creator>Kari Nes</dc:creator>
  <category>shipping</category><category>Oslo</category>
  <description>Teaser</description>
  <content:encoded><![CDATA[<p>A ferry ran aground.</p><script>x</script><p>“Nobody was hurt,” she said.</p>]]></content:encoded>
  <enclosure url="https://nordwire.example/17.jpg" type="image/jpeg"/>
</item>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="en">
  <title>Sur Press</title><author><name>Desk</name></author>
  {entries}
</feed>"""
ENTRY = """<entry {namespace}>
  <id>tag:sur.example,2024:9</id><title type="text">Rain &amp; floods</title>
  <link rel="self" href="https://sur.example/feed"/><link href="https://sur.example/9"/>
  <published>2024-05-01T10:00:00Z</published><updated>2024-05-02T10:00:00Z</updated>
  <category term="weather" label="Weather"/><rights>Sur</rights>
  <summary>Short</summary>
  <content type="{type}">{content}</content>
</entry>"""
NAMESPACE = 'xmlns="http://www.w3.org/2005/Atom"'


XHTML = """<div xmlns="http://www.w3.org/1999/xhtml"><p>It <b>rained</b>.</p><script>x</script>
<p>“Run!” they said.</p></div>"""
DELETED = """<at:deleted-entry ref="tag:sur.example,2024:9" when="2024-05-03T00:00:00Z"><at:comment>Wrong</at:comment>
</at:deleted-entry>"""


def one(text: str, content_type: str = "") -> Article:
    (article,) = read(text.encode(), {"content-type": content_type.encode()} if content_type else {})
    return article


@pytest.mark.parametrize("content_type", ["", "application/rss+xml", "application/xml; charset=utf-8", "text/xml"])
def test_an_rss_item_is_read_with_what_its_channel_says(content_type: str) -> None:
    article = one(RSS.format(items=ITEM), content_type)
    assert (article.id, article.url, article.source) == ("nordwire:17", "https://nordwire.example/17", "Nordwire")
    assert (article.headline, article.byline, article.language) == ("Ferry & tug aground", "Kari Nes", "nb")
    assert (article.published, article.modified) == ("2024-05-03T09:00:00+02:00", "2024-05-03T08:00:00Z")
    assert article.version == 1714723200
    assert article.keywords == ["shipping", "Oslo"]
    assert article.body == "A ferry ran aground.\n\n“Nobody was hurt,” she said."
    assert article.extra["summary"] == "Teaser"
    assert article.extra["enclosure"]["url"] == "https://nordwire.example/17.jpg"


def test_a_whole_feed_holds_as_many_articles_as_items() -> None:
    items = "".join(ITEM.replace("nordwire:17", f"nordwire:{number}") for number in range(3))
    found = read(RSS.format(items=items).encode(), {"article-id": b"x"})
    assert [article.id for article in found] == ["nordwire:0", "nordwire:1", "nordwire:2"]


def test_a_guid_that_is_no_uri_is_made_unique_by_its_source() -> None:
    item = "<item><guid isPermaLink='false'>55</guid><title>x</title></item>"
    first = one(RSS.format(items=item))
    other = one(RSS.format(items=item).replace("Nordwire", "Other"))
    assert first.id != other.id
    assert first.id == one(RSS.format(items=item)).id


def test_a_permanent_link_is_id_and_url() -> None:
    article = one("<item><guid>https://nordwire.example/8</guid><title>x</title></item>")
    assert article.id == article.url == "https://nordwire.example/8"


def test_rdf_and_items_without_content_are_read() -> None:
    article = one(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.example"><title>A</title></channel>
        <item rdf:about="https://a.example/1"><title>T</title><description>Body &lt;b&gt;text&lt;/b&gt;</description>
        <dc:date>2024-05-01</dc:date></item></rdf:RDF>"""
    )
    assert (article.id, article.body, article.source) == ("https://a.example/1", "Body text", "A")
    assert article.published == "2024-05-01T00:00:00Z"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("html", "&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;“Run!” they said.&lt;/p&gt;"),
        (
            "xhtml",
            '<div xmlns="http://www.w3.org/1999/xhtml"><p>It <b>rained</b>.</p><script>x</script><p>“Run!” they said.</p></div>',
        ),
        ("text", "It rained.\n\n“Run!” they said."),
    ],
)
def test_atom_content_is_read_by_its_type(kind: str, content: str) -> None:
    article = one(ENTRY.format(namespace=NAMESPACE, type=kind, content=content), "application/atom+xml;type=entry")
    assert article.body == "It rained.\n\n“Run!” they said."
    assert (article.id, article.url, article.headline) == (
        "tag:sur.example,2024:9",
        "https://sur.example/9",
        "Rain & floods",
    )
    assert (article.published, article.modified) == ("2024-05-01T10:00:00Z", "2024-05-02T10:00:00Z")
    assert article.keywords == ["Weather"]
    assert article.extra == {"rights": "Sur", "summary": "Short"}


def test_an_entry_takes_author_source_and_language_from_its_feed() -> None:
    article = one(ATOM.format(entries=ENTRY.format(namespace="", type="text", content="x")))
    assert (article.byline, article.source, article.language) == ("Desk", "Sur Press", "en")


def test_a_deleted_entry_cancels_its_article() -> None:
    article = one(ATOM.format(entries=DELETED))
    assert (article.id, article.status, article.body) == ("tag:sur.example,2024:9", "canceled", "")
    assert article.version == 1714694400
    assert article.extra == {"comment": "Wrong"}


def test_the_charset_of_the_document_is_used_and_the_header_outweighs_it() -> None:
    item = "<?xml version='1.0' encoding='windows-1252'?><item><title>“Café”</title></item>"
    assert read(item.encode("cp1252"), {})[0].headline == "“Café”"
    assert read(item.encode(), {"content-type": b"application/xml; charset=utf-8"})[0].headline == "“Café”"
    assert read(item.replace("windows-1252", "utf-16").encode("utf-16"), {})[0].headline == "“Café”"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("<rss><channel><item></item></channel></rss>", "(//item)[1]"),
        (RSS.format(items=ITEM + "<item/>"), "(//item)[2]"),
        (ATOM.format(entries="<entry><id>a</id></entry>"), "(//entry)[1]"),
        (ATOM.format(entries="<at:deleted-entry/>"), "(//deleted-entry)[1]/@ref"),
        ("<rss><channel>", "line 1, column 15"),
        ("<item><title>\n&bogus;</title></item>", "line 2, column 8"),
    ],
)
def test_a_fault_is_located(text: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        one(text)
    assert caught.value.where == where


@pytest.mark.parametrize("text", ["<rss/>", "<feed xmlns='http://www.w3.org/2005/Atom'/>", "<opml/>"])
def test_a_feed_without_entries_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        one(text)


def test_a_namespace_that_is_no_uri_is_refused_or_read_but_crashes_nothing() -> None:
    odd = "http://sur.example/a}b"
    with pytest.raises(InputError, match="not a valid URI"):
        one(ATOM.format(entries="").replace("http://www.w3.org/2005/Atom", odd))
    # A relative one behind it makes libxml2 forget that error.
    relative = XHTML.replace("http://www.w3.org/1999/xhtml", "relative")
    place = f'<x:place xmlns:x="{odd}" x:code="17"/><id>'
    article = one(
        ATOM.format(entries=ENTRY.format(namespace="", type="xhtml", content=relative).replace("<id>", place))
    )
    assert article.body is not None
    assert "It rained." in article.body
    with pytest.raises(InputError):
        one(f"<feed xmlns='{odd}'><entry xmlns='relative'/></feed>", "application/atom+xml")


@pytest.mark.parametrize("content_type", ["text/rss+xml", "text/rss+xml; charset=utf-8", "text/rdf+xml"])
def test_a_feed_that_a_server_calls_text_is_a_feed(content_type: str) -> None:
    assert one(RSS.format(items=ITEM), content_type).format == "rss"


def test_an_atom_feed_that_a_server_calls_text_is_a_feed() -> None:
    entry = ENTRY.format(namespace=NAMESPACE, type="text", content="x")
    assert one(entry, "text/atom+xml").format == "atom"


def test_a_title_in_xhtml_is_the_headline() -> None:
    entry = ENTRY.format(namespace=NAMESPACE, type="text", content="x").replace(
        '<title type="text">Rain &amp; floods',
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rain <i>and</i> floods</div>',
    )
    assert one(entry).headline == "Rain and floods"


@pytest.mark.parametrize(
    ("kind", "content", "body"),
    [
        (
            "application/octet-stream",
            base64.b64encode("It rained in Málaga.".encode()).decode(),
            "It rained in Málaga.",
        ),
        ("application/xhtml", base64.b64encode(b"<p>It rained.</p><p>All day.</p>").decode(), "It rained.\n\nAll day."),
        ("image/png", base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0").decode(), "Short"),
        ("application/pdf", base64.b64encode(b"%PDF-1.4 It rained.").decode(), "Short"),
        ("application/octet-stream", "no base64!", "Short"),
    ],
)
def test_atom_content_of_other_media_types_is_base64_and_never_text(kind: str, content: str, body: str) -> None:
    assert one(ENTRY.format(namespace=NAMESPACE, type=kind, content=content)).body == body


OLD_ATOM = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>Sur Press</title>
<entry><id>tag:sur.example,2004:3</id><title mode="escaped" type="text/html">Rain &amp;amp; floods</title>
<link rel="alternate" type="text/html" href="https://sur.example/3"/><author><name>Ana Ruiz</name></author>
<issued>2004-02-03T10:00:00+01:00</issued><modified>2004-02-03T11:00:00Z</modified>
<content {attributes}>{content}</content></entry></feed>"""


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        ('type="text/html" mode="escaped"', "&lt;p&gt;It rained.&lt;/p&gt;&lt;p&gt;All day.&lt;/p&gt;"),
        (
            'type="application/xhtml+xml" mode="xml"',
            '<div xmlns="http://www.w3.org/1999/xhtml"><p>It rained.</p><p>All day.</p></div>',
        ),
        ('type="text/html" mode="base64"', base64.b64encode(b"<p>It rained.</p><p>All day.</p>").decode()),
        ('mode="escaped"', "It rained.\n\nAll day."),
    ],
)
def test_atom_0_3_is_read(attributes: str, content: str) -> None:
    article = one(OLD_ATOM.format(attributes=attributes, content=content))
    assert (article.id, article.headline, article.byline) == ("tag:sur.example,2004:3", "Rain & floods", "Ana Ruiz")
    assert (article.published, article.modified) == ("2004-02-03T10:00:00+01:00", "2004-02-03T11:00:00Z")
    assert (article.source, article.url, article.language) == ("Sur Press", "https://sur.example/3", "en")
    assert article.body == "It rained.\n\nAll day."


@pytest.mark.parametrize("root", ["CHANNEL HREF='https://sur.example/'", "Channel href='https://sur.example/'"])
def test_cdf_is_refused_by_name(root: str) -> None:
    with pytest.raises(InputError, match="CDF"):
        one(f"<{root}><ITEM HREF='https://sur.example/1'><TITLE>Rain</TITLE></ITEM></{root.split()[0]}>")


@pytest.mark.parametrize(
    "identity", ["<link>https://nordwire.example/live</link>", "<guid>https://nordwire.example</guid>"]
)
def test_items_that_share_a_link_or_guid_are_articles_of_their_own(identity: str) -> None:
    items = "".join(f"<item>{identity}<title>{title}</title></item>" for title in ("Quay shut", "Mayor quits"))
    first, second = read(RSS.format(items=items).encode(), {})
    assert first.id != second.id
    assert read(RSS.format(items=items).encode(), {}) == [first, second]


def test_an_item_listed_twice_is_one_article() -> None:
    first, second = read(RSS.format(items=ITEM * 2).encode(), {})
    assert first.id == second.id == "nordwire:17"


@pytest.mark.parametrize("declared", ["ISO-8859-1", "us-ascii"])
def test_marks_of_windows_in_xml_of_another_charset_are_the_marks_that_were_meant(declared: str) -> None:
    item = f"<?xml version='1.0' encoding='{declared}'?><item><title>\u201cIt rains,\u201d he said \u2013 again</title></item>"
    if declared == "us-ascii":
        item = item.replace("\u201c", "&#147;").replace("\u201d", "&#148;").replace("\u2013", "&#150;")
    assert read(item.encode("cp1252"), {})[0].headline == "“It rains,” he said – again"


def test_control_characters_of_utf_8_are_the_marks_that_were_meant_everywhere() -> None:
    item = "<item><title>a</title><description>\x93Ice\x94</description><x>\x93b\x94</x></item>"
    article = one(item)
    assert (article.body, article.extra["x"]) == ("“Ice”", "“b”")
    (article,) = read(b'{"body": "\\u0093Ice\\u0094", "extra": {"a": ["\\u0096"]}}', {})
    assert (article.body, article.extra) == ("“Ice”", {"a": ["–"]})

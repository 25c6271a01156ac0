"""NewsML-G2: items, messages, packages; NITF, XHTML or data inside; agencies' ways of saying things."""

from __future__ import annotations

import base64

import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import G2

NAMESPACE = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'


def item(
    *,
    guid: str = "urn:nw:1",
    version: str = "2",
    kind: str = "ninat:text",
    meta: str = "",
    about: str = "",
    content: str = "",
) -> str:
    return (
        f'<newsItem {NAMESPACE} guid="{guid}" version="{version}" xml:lang="en"><itemMeta><itemClass qcode="{kind}"/>'
        f"<versionCreated>2024-05-03T11:05:00Z</versionCreated>{meta}</itemMeta><contentMeta>{about}</contentMeta>"
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def xhtml(body: str) -> str:
    return f'<inlineXML contenttype="application/xhtml+xml">{XHTML.format(body)}</inlineXML>'


def one(document: str | bytes) -> Article:
    (article,) = read(document.encode() if isinstance(document, str) else document, {})
    return article


def test_a_news_item_gives_all_that_it_says() -> None:
    article = one(G2)
    assert (article.id, article.version) == ("tag:nordwire.example,2024:newsml_157", 978556838)
    assert (article.status, article.signal) == ("usable", "correction")
    assert (article.headline, article.byline) == ("CORRECTED-UPDATE 1-Ferry runs aground", "By Kari Nes")
    assert (article.dateline, article.located) == ("OSLO, May 3 (Nordwire)", "Oslo")
    assert (article.language, article.urgency, article.source) == ("en", 3, "nordwire.example")
    assert (article.published, article.modified) == ("2024-05-03T09:00:00+02:00", "2024-05-03T11:05:00Z")
    assert article.subjects == ["N2:NO", "transport accident", "Jørn Åsen"]
    assert article.keywords == ["ferry"]
    assert article.extra["slugline"] == "NORWAY-FERRY/ (UPDATE 1, CORRECTED)"
    assert article.extra["ednote"] == "Corrects number in paragraph 1"
    assert article.extra["person"] == [{"name": "Jørn Åsen", "type": "cpnat:person", "qcode": "nwp:7"}]
    assert article.extra["located"] == [{"qcode": "city:Oslo", "name": "Oslo", "broader": ["Norway"]}]


def test_paragraphs_that_are_indented_lines_of_one_element_are_paragraphs() -> None:
    assert one(G2).body.split("\n\n") == [
        "(Corrects number)",
        "OSLO, May 3 (Nordwire) - A ferry with 212 people on board ran aground off Oslo on Friday.",
        "“Nobody was hurt,” said Jørn Åsen.",
        "(Reporting by Kari Nes; Editing by Ola Lie)",
    ]


def test_a_table_of_typewritten_lines_keeps_them() -> None:
    table = "<p>Results on Monday\nBergen              2 Oslo                 0\nHamar               1 Lom                  1</p>"
    assert one(item(content=xhtml(table))).body == "Results on Monday\nBergen 2 Oslo 0\nHamar 1 Lom 1"


def test_text_that_is_laid_out_with_the_markup_is_folded() -> None:
    text = "<p>\n          A ferry ran\n          aground off <a>Oslo</a>\n           on Friday.\n      </p>"
    assert one(item(content=xhtml(text))).body == "A ferry ran aground off Oslo on Friday."


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ('qcode="stat:usable"', "usable"),
        ('qcode="stat:canceled"', "canceled"),
        ('qcode="pubstat:withheld"', "withheld"),
        ('uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"', "canceled"),
    ],
)
def test_the_publishing_status_is_known_by_any_alias(code: str, status: str) -> None:
    assert one(item(meta=f"<pubStatus {code}/>", about="<headline>x</headline>")).status == status


def test_a_withdrawn_item_needs_no_text() -> None:
    killed = item(meta='<pubStatus qcode="stat:canceled"/><signal qcode="edStat:D"/>', content=xhtml("<p/>"))
    assert (one(killed).status, one(killed).signal, one(killed).body) == ("canceled", "kill", "")


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(InputError, match="unknown status"):
        one(item(meta='<pubStatus qcode="stat:odd"/>', about="<headline>x</headline>"))


@pytest.mark.parametrize(
    ("signals", "word"),
    [
        ("sig:correction", "correction"),
        ("sig:update", "update"),
        ("update:append-some-content", "update"),
        ("edStat:U", "update"),
        ("edStat:N", "new"),
        ("prodId:TXT edStat:C", "correction"),
        ("apsig:consumerready", None),
    ],
)
def test_signals_of_agencies_become_words(signals: str, word: str | None) -> None:
    meta = "".join(f'<signal qcode="{code}"/>' for code in signals.split())
    assert one(item(meta=meta, content=xhtml("<p>x</p>"))).signal == word


def test_an_embargo_is_kept_and_one_without_end_withholds() -> None:
    content = xhtml("<p>x</p>")
    assert (
        one(item(meta="<embargoed>2024-05-04T12:00:00Z</embargoed>", content=content)).embargoed_until
        == "2024-05-04T12:00:00Z"
    )
    nil = '<embargoed xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    assert one(item(meta=nil, content=content)).status == "withheld"
    assert one(item(meta="<embargoed></embargoed>", content=content)).status == "usable"


def test_nitf_inside_gives_text_by_line_and_marked_names() -> None:
    nitf = (
        '<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.head>'
        "<hedline><hl1>Ferry aground</hl1></hedline><byline>By Kari Nes<byttl>Reporter</byttl></byline></body.head>"
        "<body.content><hl2>Ferry aground</hl2><p>A ferry of <org>Fjord Lines</org> sank.</p><p>All are safe.</p></body.content>"
        "</body></nitf></inlineXML>"
    )
    article = one(item(content=nitf))
    assert (article.headline, article.byline) == ("Ferry aground", "By Kari Nes, Reporter")
    assert article.body == "A ferry of Fjord Lines sank.\n\nAll are safe."
    assert article.extra["org"] == [{"name": "Fjord Lines"}]


def test_the_head_of_a_page_inside_is_left_out() -> None:
    page = (
        "<header><ul><li>Ferry</li></ul><time>03.05.2024</time><h1>Ferry</h1></header>"
        "<section><p><span>Oslo <span>(nw)</span> - </span>A ferry sank.</p><p> </p></section>"
    )
    assert one(item(content=xhtml(page))).body == "Oslo (nw) - A ferry sank."


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        ('contenttype="text/plain"', "A ferry sank.\n\nAll are safe."),
        ('contenttype="text/html"', "&lt;p&gt;A ferry sank.&lt;/p&gt;&lt;p&gt;All are safe.&lt;/p&gt;"),
        (
            'contenttype="text/html" encoding="enc:base64"',
            base64.b64encode(b"<p>A ferry sank.</p><p>All are safe.</p>").decode(),
        ),
    ],
)
def test_data_inside_is_read_by_its_type(attributes: str, data: str) -> None:
    assert one(item(content=f"<inlineData {attributes}>{data}</inlineData>")).body == "A ferry sank.\n\nAll are safe."


def test_the_caption_of_a_picture_is_its_text() -> None:
    about = '<headline>Ferry</headline><description role="drol:caption">A ferry off Oslo, May 3.</description>'
    article = one(item(kind="icls:picture", about=about, content='<remoteContent href="https://nw.example/1.jpg"/>'))
    assert (article.body, article.extra["type"]) == ("A ferry off Oslo, May 3.", "picture")


PACKAGE = (
    f'<packageItem {NAMESPACE} guid="urn:nw:p" version="1"><itemMeta>{{}}</itemMeta><groupSet><group>'
    '<itemRef residref="urn:nw:1"/></group></groupSet></packageItem>'
)


def message(*items: str) -> str:
    return f"<newsMessage {NAMESPACE}><header/><itemSet>{''.join(items)}</itemSet></newsMessage>"


def test_a_message_with_several_items_is_as_many_articles() -> None:
    first, second = read(
        message(item(content=xhtml("<p>a</p>")), item(guid="urn:nw:2", content=xhtml("<p>b</p>"))).encode(), {}
    )
    assert [(first.id, first.body), (second.id, second.body)] == [("urn:nw:1", "a"), ("urn:nw:2", "b")]


def test_a_package_names_its_items_and_holds_no_text() -> None:
    with pytest.raises(InputError, match="no text in it: the package urn:nw:p that names 1 item"):
        one(PACKAGE.format(""))
    article = one(message(PACKAGE.format(""), item(content=xhtml("<p>a</p>"))))
    assert article.id == "urn:nw:1"


def test_a_package_that_is_withdrawn_is_a_kill() -> None:
    killed = one(message(PACKAGE.format('<pubStatus qcode="stat:canceled"/>')))
    assert (killed.id, killed.status) == ("urn:nw:p", "canceled")


def test_a_text_that_is_a_link_alone_is_refused_with_its_address() -> None:
    linked = item(about="<headline>x</headline>", content='<remoteContent href="https://nw.example/1.xml"/>')
    with pytest.raises(InputError, match="no text") as caught:
        one(linked)
    assert "https://nw.example/1.xml" in caught.value.remedy
    assert len(read(message(linked, item(guid="urn:nw:2", content=xhtml("<p>b</p>"))).encode(), {})) == 2


def test_a_flash_is_its_headline() -> None:
    assert one(item(about="<headline>Ferry aground</headline>", content=xhtml("<p/>"))).body == "Ferry aground"


def test_a_bare_content_set_is_read() -> None:
    assert one(f"<contentSet>{xhtml('<p>A ferry sank.</p>')}</contentSet>").body == "A ferry sank."


def test_the_media_types_of_the_standard_are_known() -> None:
    (article,) = read(G2, {"content-type": b"application/vnd.iptc.g2.newsmessage+xml"})
    assert article.format == "newsml_g2"


def test_a_message_without_items_is_refused() -> None:
    with pytest.raises(InputError, match="no item"):
        one(message())


def test_a_byline_whose_parts_stand_close_is_set_apart_and_a_title_is_the_headline() -> None:
    nitf = (
        "<inlineXML><nitf><head><title>Ferry aground</title></head><body><body.head><byline>By<person>Kari Nes</person>"
        "<byttl>Nordwire</byttl></byline></body.head><body.content><p>A ferry sank.</p></body.content></body></nitf></inlineXML>"
    )
    article = one(item(content=nitf))
    assert (article.byline, article.headline) == ("By Kari Nes, Nordwire", "Ferry aground")


def test_references_that_were_escaped_twice_are_characters() -> None:
    assert (
        one(item(content=xhtml("<p>&amp;quot;It&amp;#39;s calm&amp;quot; R&amp;amp;D</p>"))).body
        == '"It\'s calm" R&amp;D'
    )

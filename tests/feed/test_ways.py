"""The ways in which a polled feed is read agree with each other, and with the readers of whole feeds."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from newswire.errors import InputError
from newswire.feed import entries
from newswire.feed.entries import HEADERS, parse
from newswire.records import Article
from newswire.wire import read
from tests.feed.corpus import CHARSETS, FAULTS, STORIES, WRITERS, Story
from tests.wire.hostile import articles_or_refusal

Said = list[tuple[str, str | None, str | None, str | None, str]]

EVERY = pytest.mark.parametrize("charset", CHARSETS)
FORMATS = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


def said(articles: list[Article]) -> Said:
    return [(one.id, one.headline, one.url, one.published, one.body) for one in articles]


def meant(stories: tuple[Story, ...]) -> Said:
    return [(one.id, one.title, one.link, one.published, "\n\n".join(one.paragraphs)) for one in stories]


def polled(body: bytes, content_type: str | None = None) -> Said:
    found = [article for one in reversed(parse(body, content_type).entries) for article in read(one.document, HEADERS)]
    return said(found)


@pytest.fixture
def only_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything goes the way of what is not well formed."""
    monkeypatch.setattr(entries, "_wellformed", lambda message: None)


@EVERY
@FORMATS
@pytest.mark.parametrize("declared", ["in the document", "in the answer", "in both, differently"])
def test_a_well_formed_feed_is_polled_as_it_is_read_from_a_file(
    write: Callable[[tuple[Story, ...]], str], charset: str, declared: str
) -> None:
    stories = STORIES[charset]
    inside = {"in the document": f' encoding="{charset}"', "in the answer": ""}.get(declared, ' encoding="iso-8859-7"')
    body = f'<?xml version="1.0"{inside}?>{write(stories)}'.encode(charset)
    kind = "application/xml" if declared == "in the document" else f"application/xml; charset={charset}"
    assert polled(body, kind) == said(read(body, {"content-type": kind.encode()})) == meant(stories)


@EVERY
@FORMATS
def test_a_well_formed_feed_is_the_same_in_the_way_of_what_is_not(
    write: Callable[[tuple[Story, ...]], str], charset: str, only_patient: None
) -> None:
    stories = STORIES[charset]
    body = f'<?xml version="1.0" encoding="{charset}"?>{write(stories)}'.encode(charset)
    assert polled(body, "application/xml") == meant(stories)
    assert polled(body, f"application/xml; charset={charset}") == meant(stories)


@EVERY
@FORMATS
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_ill_formed_feed_says_what_it_was_meant_to(
    write: Callable[[tuple[Story, ...]], str], charset: str, fault: Callable[[str], str]
) -> None:
    stories = STORIES[charset]
    body = fault(f'<?xml version="1.0" encoding="{charset}"?>{write(stories)}').encode(charset)
    assert polled(body, f"application/xml; charset={charset}") == meant(stories)


@FORMATS
def test_bytes_of_windows_in_a_feed_of_utf_8_are_the_marks_that_were_meant(
    write: Callable[[tuple[Story, ...]], str],
) -> None:
    body = f'<?xml version="1.0" encoding="utf-8"?>{write(STORIES["utf-8"])}'.encode()
    assert polled(body.replace("“".encode(), b"\x93").replace("”".encode(), b"\x94")) == meant(STORIES["utf-8"])


@pytest.mark.parametrize(
    ("reference", "character"),
    [("&#55357;&#56832;", "😀"), ("&#xD83D;&#xDE00;", "😀"), ("&#56832;", "\ufffd"), ("&#1114112;", "\ufffd")],
)
def test_an_emoji_in_halves_is_one_and_what_is_no_character_is_marked(reference: str, character: str) -> None:
    body = f'<rss version="2.0"><channel><item><guid>a:1</guid><title>Snow {reference}</title></item></channel></rss>'
    ((_, headline, *_),) = polled(body.encode())
    assert headline == f"Snow {character}"


@pytest.mark.parametrize(
    "body",
    [
        b'<rss version="2.0"><channel><image><link><author>N</author></link></image></channel></rss>',
        b'<rss version="2.0"><channel><item><title>N</title><br></item></channel>',
    ],
)
def test_whatever_feedparser_raises_is_an_error_of_that_feed(
    body: bytes, only_patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import feedparser

    def raising(*_: object, **__: object) -> object:
        raise KeyError("links")

    monkeypatch.setattr(feedparser, "parse", raising)
    with pytest.raises(InputError, match="cannot be repaired: KeyError"):
        parse(body)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("<title>Bank <em>cuts</em> rates</title>", "Bank cuts rates"),
        ("<i:title xmlns:i='urn:i'>The show</i:title><title>Bank cuts</title>", "Bank cuts"),
        ("<d:title xmlns:d='http://purl.org/dc/elements/1.1/'>bank-4</d:title><title>Bank cuts</title>", "Bank cuts"),
    ],
)
def test_the_title_is_the_whole_of_the_feeds_own_element(title: str, headline: str) -> None:
    body = f"<rss><channel><item><guid>a:1</guid>{title}</item></channel></rss>"
    ((_, found, *_),) = polled(body.encode())
    assert found == headline


def test_paragraphs_that_are_not_escaped_stay_paragraphs() -> None:
    item = "<item><guid>a:1</guid><description><p>One &amp; two.</p><p>Three.</p></description></item>"
    ((*_, text),) = polled(f"<rss><channel>{item}</channel></rss>".encode())
    assert text == "One & two.\n\nThree."


@pytest.mark.parametrize("guid", ["", "<guid>a:1</guid>"])
def test_posts_of_a_live_blog_are_not_one_article(guid: str) -> None:
    item = f"<item>{guid}<link>https://quay.example/live</link><title>%s</title></item>"
    body = f"<rss><channel><title>N</title>{item % 'Snow'}{item % 'Rain'}</channel></rss>"
    assert len({id for id, *_ in polled(body.encode())}) == 2


@FORMATS
def test_a_feed_that_breaks_off_gives_its_whole_entries_and_not_half_a_story(
    write: Callable[[tuple[Story, ...]], str],
) -> None:
    body = write(STORIES["utf-8"]).encode()
    second = meant(STORIES["utf-8"])[1]
    last = body.rindex(b"urn:quay:2")
    for end in range(last + 40, len(body), 31):
        found = polled(body[:end])
        assert found[:1] == meant(STORIES["utf-8"])[:1]
        assert found[1:] in ([], [second])


@pytest.mark.parametrize("seed", range(40))
def test_whatever_becomes_of_its_bytes_a_feed_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    charset = chance.choice(list(CHARSETS))
    body = bytearray(chance.choice(list(WRITERS.values()))(STORIES[charset]).encode(charset))
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(body))
        end = start + chance.choice((0, 1, 1, 3, 30))
        word = chance.choice(
            (b"", b"<", b">", b"&", b"&#55357;", b"&#x110000;", b"\0", b"<![CDATA[", b"\xff", b"</item>")
        )
        body[start:end] = word
    try:
        found = parse(
            bytes(body), chance.choice((None, "text/xml", "text/html", f"application/xml; charset={charset}"))
        )
    except InputError:
        return
    for one in found.entries:
        articles_or_refusal(one.document, HEADERS)

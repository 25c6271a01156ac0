"""NewsML 1: revisions of one item, components, what is said of pictures."""

from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import NEWSML


def one(document: str | bytes) -> Article:
    (article,) = read(document.encode() if isinstance(document, str) else document, {})
    return article


TEXT = NEWSML.decode()


def test_an_item_gives_all_that_it_says() -> None:
    article = one(NEWSML)
    assert (article.id, article.version) == ("urn:newsml:nordwire.example:20240503:NW-157", 2)
    assert (article.status, article.signal, article.urgency) == ("usable", "update", 3)
    assert (article.headline, article.byline) == ("Ferry runs aground", "By Kari Nes")
    assert (article.dateline, article.located) == ("OSLO, May 3, 2024 (NW) -", "Oslo")
    assert (article.language, article.source) == ("en", "NW")
    assert (article.published, article.modified) == ("2024-05-03T09:00:00+02:00", "2024-05-03T11:05:00+02:00")
    assert (article.subjects, article.keywords) == (["03010000"], ["ferry"])
    assert article.body == 'A ferry ran aground off Oslo.\n\n"Nobody was hurt," said Jørn Åsen.'
    assert article.extra["person"] == [{"name": "Jørn Åsen"}]
    assert (article.extra["caption"], article.extra["slugline"]) == (["The ferry"], "Norway-ferry")


def test_all_revisions_of_an_item_share_its_id() -> None:
    later = TEXT.replace(">2</RevisionId>", ">3</RevisionId>").replace("NW-157:2N", "NW-157:3")
    assert (one(later).id, one(later).version) == (one(NEWSML).id, 3)


@pytest.mark.parametrize(
    ("status", "found"),
    [("Usable", "usable"), ("Canceled", "canceled"), ("Withheld", "withheld"), ("Embargoed", "withheld")],
)
def test_the_status_is_the_item_s(status: str, found: str) -> None:
    assert one(TEXT.replace('Status FormalName="Usable"', f'Status FormalName="{status}"')).status == found


def test_an_embargo_ends_when_the_status_will_change() -> None:
    change = (
        '<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
        "<DateAndTime>20240504T120000Z</DateAndTime></StatusWillChange>"
    )
    article = one(TEXT.replace('<Status FormalName="Usable"/>', change))
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-04T12:00:00Z")


def test_an_instruction_says_what_kind_of_revision_it_is() -> None:
    assert one(TEXT.replace("<Urgency", '<Instruction FormalName="Rectify"/><Urgency')).signal == "correction"


@pytest.mark.parametrize(
    "content",
    [
        "<![CDATA[<P>A ferry sank.</P>\n<P>All are safe.</P>]]>",
        "<p>A ferry sank.</p><p>All are safe.</p>",
        "A ferry sank.\n\nAll are safe.",
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>A ferry sank.</p>'
        "<p>All are safe.</p></body></html>",
    ],
)
def test_text_in_any_markup_is_read(content: str) -> None:
    start, end = TEXT.index("<nitf>"), TEXT.index("</nitf>") + len("</nitf>")
    assert one(TEXT[:start] + content + TEXT[end:]).body == "A ferry sank.\n\nAll are safe."


def test_subjects_have_the_names_that_the_item_gives_them() -> None:
    topics = (
        "<TopicSet><Topic><TopicType FormalName='Subject'/><FormalName>03010000</FormalName>"
        "<Description xml:lang='el' Variant='Name'>Ατύχημα</Description>"
        "<Description xml:lang='en' Variant='Name'>Accident</Description></Topic></TopicSet><NewsLines>"
    )
    assert one(TEXT.replace("<NewsLines>", topics)).subjects == ["Accident"]


def test_each_item_of_a_document_is_an_article() -> None:
    item = TEXT[TEXT.index("<NewsItem ") : TEXT.index("</NewsML>")]
    both = TEXT.replace("</NewsML>", item.replace("NW-157", "NW-158") + "</NewsML>")
    assert [article.id[-3:] for article in read(both.encode(), {})] == ["157", "158"]


def test_an_item_that_only_names_others_is_refused() -> None:
    start, end = TEXT.index("<NewsComponent>"), TEXT.rindex("</NewsComponent>") + len("</NewsComponent>")
    links = '<NewsComponent><NewsItemRef NewsItem="urn:newsml:nordwire.example:20240503:NW-9"/></NewsComponent>'
    with pytest.raises(InputError, match="only names or changes other items"):
        one(TEXT[:start] + links + TEXT[end:])


def test_a_document_that_lies_about_its_charset_is_read_as_what_it_is() -> None:
    (article,) = read(TEXT.replace('encoding="utf-8"', 'encoding="iso-8859-1"').encode(), {})
    assert "Jørn Åsen" in article.body

"""NITF: its head, its text with marked names, its statuses."""

from __future__ import annotations

import orjson
import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import NITF

TEXT = NITF.decode("iso-8859-1").replace('encoding="iso-8859-1"', 'encoding="utf-8"')


def one(document: str | bytes, **headers: bytes) -> Article:
    (article,) = read(document.encode() if isinstance(document, str) else document, headers)
    return article


def test_a_document_gives_all_that_it_says() -> None:
    article = one(NITF)
    assert (article.id, article.version, article.status) == ("nw-20240503-157", 1714727100, "usable")
    assert (article.headline, article.byline) == ("Ferry runs aground", "By Kari Nes, Nordic Correspondent")
    assert (article.dateline, article.located, article.language) == ("Oslo, May 3", "Oslo", "en-GB")
    assert (article.urgency, article.source) == (4, "Nordwire")
    assert article.published == article.modified == "2024-05-03T11:05:00+02:00"
    assert article.subjects == ["Transport accident", "13000000"]
    assert article.keywords == ["ferry", "Oslo"]
    assert article.embargoed_until is None


def test_its_text_has_its_paragraphs_and_no_captions_or_notes() -> None:
    assert one(NITF).body.split("\n\n") == [
        "A ferry of Fjord Lines ran aground off Oslo, Norway on Friday.",
        '"Nobody was hurt," said Jørn Åsen.',
        "Aboard 212",
        "Hurt 0",
    ]
    extra = one(NITF).extra
    assert (extra["caption"], extra["note"], extra["tagline"]) == (["The ferry"], ["Not this"], ["Editing by Ola Lie"])


def test_names_that_the_agency_marked_come_along() -> None:
    extra = one(NITF).extra
    assert extra["person"] == [{"name": "Kari Nes"}, {"name": "Jørn Åsen"}]
    assert extra["org"] == [{"name": "Fjord Lines", "idsrc": "nw", "value": "FJ"}]
    assert extra["location"] == [{"name": "Oslo"}, {"name": "Oslo, Norway"}]


@pytest.mark.parametrize("status", ["usable", "withheld", "canceled"])
def test_the_management_status_is_the_status(status: str) -> None:
    assert one(TEXT.replace('management-status="usable"', f'management-status="{status}"')).status == status


def test_an_embargo_lasts_until_the_release() -> None:
    release = '<date.release norm="20240504T000100+0200"/><urgency'
    article = one(TEXT.replace("<urgency", release).replace('status="usable"', 'status="embargoed"'))
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-04T00:01:00+02:00")
    assert one(TEXT.replace('status="usable"', 'status="embargoed"')).status == "withheld"


def test_a_release_at_its_issue_is_no_embargo() -> None:
    release = '<date.release norm="20240503T110500+0200"/><urgency'
    assert one(TEXT.replace("<urgency", release)).embargoed_until is None


def test_the_dynamic_use_key_has_the_version() -> None:
    assert one(TEXT.replace("<du-key ", '<du-key version="48" ')).version == 48


def test_a_correction_says_so() -> None:
    article = one(TEXT.replace("<urgency", '<correction info="The name was wrong" regsrc="NW"/><urgency'))
    assert article.signal == "correction"
    assert "The name was wrong" in article.extra["ednote"]


def test_a_document_that_declares_another_dead_kills_it() -> None:
    article = one(TEXT.replace("<docdata ", '<docdata management-doc-idref="nw-1" management-idref-status="canceled" '))
    assert (article.status, article.extra["notice"]) == ("canceled", {"kind": "kill", "id": "nw-1"})


def test_lines_broken_with_br_are_joined_and_short_ones_kept() -> None:
    broken = (
        "<p>   1A) More extreme weather is forecast over the next few days, and <br />the fire situation is likely to get "
        "worse with a massive front <br />over the north.</p><p>Oslo<br/>Norway</p>"
    )
    start, end = TEXT.index("<block>"), TEXT.index("</body.content>")
    assert one(TEXT[:start] + broken + TEXT[end:]).body == (
        "1A) More extreme weather is forecast over the next few days, and the fire situation is likely to get worse with a "
        "massive front over the north.\n\nOslo\nNorway"
    )


def test_without_a_text_the_abstract_is_it() -> None:
    start, end = TEXT.index("<block>"), TEXT.index("</body.content>")
    assert one(TEXT[:start] + TEXT[end:]).body == "A ferry ran aground."


def test_a_document_without_id_is_known_by_its_words_or_by_a_header() -> None:
    bare = TEXT.replace(' id-string="nw-20240503-157"', "")
    assert one(bare).id == one(bare).id
    assert one(bare, **{"article-id": b"urn:nw:7"}).id == "urn:nw:7"


def test_nitf_inside_ninjs_is_read_as_nitf() -> None:
    body = (
        "<?xml version='1.0' encoding='utf-8'?><nitf><body><body.content><p>A ferry sank.</p><p>All are safe.</p>"
        "</body.content></body></nitf>"
    )
    for kind in ("text/vnd.IPTC.NITF", "application/nitf+xml", "application/xml"):
        value = {
            "uri": "urn:nw:1",
            "type": "text",
            "versionCreated": "2024-05-03T09:00:00Z",
            "bodies": [{"contentType": kind, "value": body}],
        }
        assert one(orjson.dumps(value)).body == "A ferry sank.\n\nAll are safe."


def test_named_characters_of_its_dtd_are_known() -> None:
    dtd = '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.4//EN" "nitf-3-4.dtd"><nitf version'
    named = (
        TEXT.replace("<nitf version", dtd)
        .replace("J\xf8rn", "J&oslash;rn &amp;")
        .replace('"Nobody', "&ldquo;Nobody&bogus")
    )
    assert "“Nobody" in one(named.replace("&bogus", "")).body
    assert "Jørn & Åsen" in one(named.replace("&bogus", "")).body
    with pytest.raises(InputError, match="bogus"):
        one(named.replace("&bogus", "&bogus;"))

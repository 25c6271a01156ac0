"""Files of real agencies, where they lie beside the project. They are not part of it, nor is any text of theirs: what is
expected of them was read out of the files, and stands here as ids, numbers and digests of a few words.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

import pytest

from newswire.errors import InputError
from newswire.wire import read

FOLDER = Path(__file__).parents[3] / "shared" / "wire"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no {FOLDER}: the invented look-alikes are tested elsewhere"
)

# By file: each article's id ("@..." is the end of one that we make), version (None where the file has none), status, and the
# digests of the first three words of the headline, of the first three and of the last three of the body.
Expected = tuple[str, int | None, str, str, str, str]
STORIES: Final[dict[str, list[Expected]]] = {
    "IPTC7901.txt": [("@dpa:061:2013-11-13", None, "usable", "9af05456", "e63563bb", "0b9118eb")],
    "IPTC7901_odd_charset.txt": [("@dpa:099:2015-10-07", None, "usable", "0f7745f1", "e42338dd", "a106ebbb")],
    "aap.xml": [("AAP.115314987.5417374", None, "usable", "f1264649", "f1264649", "ed527bb8")],
    "afp.xml": [("urn:newsml:afp.com:20140829T135002Z:TX-PAR-FXW86", 1, "usable", "f77399a6", "b1d44729", "35515861")],
    "afp20.xml": [
        ("urn:newsml:afp.com:20240710:240710125902.qpsp2jzk", 1, "usable", "b128c1e0", "9d0b77a7", "62e4cf0c")
    ],
    "anpa-1.tst": [("@2013-11-13:bc-lt-argentina-cancer-beauty", None, "usable", "d3b59fe5", "8d970243", "3cec74e2")],
    "anpa-2.tst": [("@2013-11-13:bc-us-ethanol-losing-grassland", None, "usable", "1b497413", "aca9f04e", "2a7f6e0b")],
    "anpa-3.tst": [
        ("@2013-11-13:bc-wea-global-weather-fahrenheit", None, "usable", "c5289139", "79d66418", "ae2a34f1")
    ],
    "ap-nitf.xml": [("@", None, "usable", "a1d9fbed", "79d66418", "5d975e29")],
    "ap.xml": [
        ("tag:ap.org,2011:5e565888b587889c5c8bd62b6164118c-text", 2, "usable", "d1eb4a80", "2da88ae4", "61994806"),
        ("tag:ap.org,2011:b6d5d4eb781939b5fe8722f3fba28ee2-text", 2, "usable", "abd2ed65", "5f63f4e3", "67d12767"),
        ("tag:ap.org,2011:4db5f9c37aac8924db872ba5a7e287e6-text", 1, "usable", "222d8fa2", "e36c57e8", "088f8901"),
    ],
    "ap_anpa-1.tst": [("@2016-02-20:bc-bkn-heat-hawks", None, "usable", "d2a93dfc", "ee419cfc", "0bc4dcb4")],
    "ap_anpa-2.tst": [
        ("@2016-05-17:bc-bbo-baseball-expanded-glance", None, "usable", "ea213c88", "638ef3a8", "98127f16")
    ],
    "ap_anpa-3.tst": [("@2016-08-29:bc-us-giant-lobster-death", None, "usable", "3b37f273", "94715f2b", "b0ccefb7")],
    "ap_anpa-4.tst": [
        ("@2017-05-09:bc-as-china-daring-escape-abridged", None, "usable", "1ea3c4dc", "80a94357", "2b49f494")
    ],
    "ap_media_feed.json": [("95e8bd71fed448cda1a0be35d8ddbd2f", 0, "usable", "cb5f71dd", "4d38a456", "4d38a456")],
    "ap_media_item.json": [("95e8bd71fed448cda1a0be35d8ddbd2f", 0, "usable", "25b1ed96", "3fc9b689", "3fc9b689")],
    "ap_media_picture.json": [("171b16d930db49a396159714c732af9c", 0, "usable", "9cc3a50e", "bb4d65a1", "25052bb9")],
    "ap_media_text_nitf.xml": [("@", None, "usable", "2a4c1f8c", "c99e3f57", "fdfc811e")],
    "bbc-ninjs-text-test.json": [
        ("https://www.example.com//12345", None, "usable", "644c4a77", "230d8358", "230d8358")
    ],
    "dpa.xml": [("urn:newsml:dpa.com:20090101:221011-930-4303", 1, "usable", "5a2ead8a", "288ce1c5", "356c4f05")],
    "dpa_copyright.txt": [("@dpa:0027:2017-06-24", None, "usable", "0fec0952", "ebca8d05", "fe613680")],
    "dpa_four_line.txt": [("@dpa:0045:2018-11-21", None, "usable", "64340500", "6b565c12", "cfa6ab84")],
    "dpa_two_line.txt": [("@dpa:1888:2018-11-21", None, "usable", "980df7c1", "47f7d211", "915ce833")],
    "efe_nitf.xml": [("22751909", None, "usable", "e32afb17", "94cfc8d2", "8d80cdf1")],
    "newsml-g2/LISTING_1_A_NewsML-G2_News_Item.xml": [
        ("urn:newsml:acmenews.com:20161018:US-FINANCE-FED", 11, "usable", "b5d282f0", "b5d282f0", "74b6ff52")
    ],
    "newsml-g2/LISTING_25_An_NITF_marked-up_article_conveyed_in_inlineXML.xml": [
        ("@", None, "usable", "bd40a4b0", "dbefaf3f", "552d790a")
    ],
    "newsml-g2/LISTING_2_NewsML-G2_Text_Document.xml": [
        ("urn:newsml:acmenews.com:20161121:US-FINANCE-FED", 11, "usable", "b5d282f0", "6ce90f0d", "705c5d52")
    ],
    "ninjs/examples_1.4_businesswire-newsml-20130515006361.json": [
        ("http://www.businesswire.com/news/home/20130515006361/en", 1, "usable", "1458f2c9", "b20a1084", "9c699129")
    ],
    "ninjs/examples_1.4_businesswire-newsml-20130731006140.json": [
        ("http://www.businesswire.com/news/home/20130731006140/en", 1, "usable", "34edf592", "e2d929d9", "c909cd15")
    ],
    "ninjs/examples_1.4_ninjsExMediumText1.json": [
        ("http://ninjs.example.com/newsitems/20130709med123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjs/examples_1.4_ninjsExSimpleText1.json": [
        ("http://ninjs.example.com/newsitems/20130709simp123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjs/examples_2.1_businesswire-newsml-20130731006140.json": [
        ("http://www.businesswire.com/news/home/20130731006140/en", 1, "usable", "34edf592", "e2d929d9", "c909cd15")
    ],
    "ninjs/examples_2.1_dpa_text.json": [
        ("urn:newsml:dpa.com:20090101:190510-99-167362", 2, "usable", "1de1fb05", "2d3d5e9f", "1ac0d9dc")
    ],
    "ninjs/examples_2.1_ninjsExSimpleText_2.json": [
        ("http://ninjs.example.com/newsitems/20130709simp123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjs/examples_2.1_ntb_text.json": [
        ("urn:8d19cf88-b3ab-4972-8fec-1207599f2872", 6, "usable", "403ad7c9", "403ad7c9", "46b86076")
    ],
    "ninjs/examples_2.1_tt_text_image_2.json": [
        ("http://tt.se/media/text/210526-militarovning-a0f2d045", 1, "usable", "7f6b98cd", "7f6b98cd", "b9120101")
    ],
    "ninjs/examples_3.0_businesswire-newsml-20130731006140.json": [
        ("http://www.businesswire.com/news/home/20130731006140/en", 1, "usable", "34edf592", "e2d929d9", "c909cd15")
    ],
    "ninjs/examples_3.0_dpa_text.json": [
        ("urn:newsml:dpa.com:20090101:190510-99-167362", 2, "usable", "1de1fb05", "2d3d5e9f", "1ac0d9dc")
    ],
    "ninjs/examples_3.0_ninjsExSimpleText_3.json": [
        ("http://ninjs.example.com/newsitems/20130709simp123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjs/examples_3.0_tt_text_image_3.json": [
        ("http://tt.se/media/text/210526-militarovning-a0f2d045", 1, "usable", "7f6b98cd", "7f6b98cd", "b9120101")
    ],
    "ninjs1.json": [
        (
            "urn:newsml:localhost:2017-08-24T14:37:19.783611:c044162e-7f40-4d04-b700-49b6a66e652c",
            2,
            "usable",
            "25b1ed96",
            "6d253911",
            "1bf06220",
        )
    ],
    "ninjs2.json": [
        ("tag:localhost:2017:7ca07622-3b19-4d61-8daf-18500412d46b", 4, "usable", "26376b9d", "d2ab8c0f", "c382d25d")
    ],
    "ninjs3.json": [("20170825001315282180", 3, "usable", "3115c352", "3115c352", "3c8cf20e")],
    "ninjs4.json": [
        (
            "https://www.futurezone.de/science/article216742303/China-behauptet-einen-Polizeihund-geklont-zu-haben.html",
            1,
            "usable",
            "25eea48d",
            "903ec1f9",
            "c5b142b2",
        )
    ],
    "ninjs5.json": [
        ("tag:localhost:2017:7ca07622-3b19-4d61-8daf-18500412d46b", 4, "usable", "26376b9d", "d2ab8c0f", "c382d25d")
    ],
    "ninjsExMediumText1.json": [
        ("http://ninjs.example.com/newsitems/20130709med123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjsExSimpleText1.json": [
        ("http://ninjs.example.com/newsitems/20130709simp123", None, "usable", "ef1418b0", "17f40924", "38f8f9c4")
    ],
    "ninjs_embargoed.json": [
        ("fd8e441b-a698-4411-9246-7d5de21cced9", 11, "usable", "91f7f58c", "d8fd5f67", "06efb449")
    ],
    "nitf-ntb.xml": [
        ("faktisk-d9cde75b-256e-4989-b6a3-b8ad27f43a5c_47", 48, "usable", "efa7befc", "f1049cd6", "15413c20")
    ],
    "pa1.xml": [("af1f7ad5-5619-49de-84cc-2e608538c77fSSS-3-1", None, "usable", "1e095841", "31816ebb", "e5f7280f")],
    "pa2.xml": [("T201510140143580001T", None, "usable", "8f7c4d14", "b5f22e16", "b6842bb2")],
    "pa3.xml": [("4a82e12e-6b39-47eb-8e59-2c616a7e32a4HHH-13-1", None, "usable", "08b98b8a", "5970f3f4", "66e37f02")],
    "tag_reuters.com,0000_newsml_ISS149709_1618095828": [
        ("tag:reuters.com,0000:newsml_ISS149709", 1618095828, "usable", "f3da0faf", "0cf4ee9f", "44377e8b")
    ],
    "tag_reuters.com,0000_newsml_L4N1FL0N0_1132689232": [
        ("tag:reuters.com,0000:newsml_L4N1FL0N0", 1132689232, "usable", "55f86dae", "c632f01b", "9024b203")
    ],
    "tag_reuters.com,2018_newsml_MTZXEE13ZXCZES_2": [
        ("tag:reuters.com,2018:newsml_MTZXEE13ZXCZES", 2, "usable", "305b4593", "e4889d4b", "d57ab563")
    ],
    "tag_reuters.com_0000_newsml_GM1EA7M13RP01_version_484616934": [
        ("tag_reuters.com_0000_newsml_GM1EA7M13RP01", 484616934, "usable", "e229a07e", "e229a07e", "60c8deb8")
    ],
    "tag_reuters.com_2014_newsml_KBN0FL0NN_version_5": [
        ("tag_reuters.com_2014_newsml_KBN0FL0NN", 5, "usable", "58996182", "67038ca6", "74ff863b")
    ],
    "tag_reuters.com_2014_newsml_LYNXMPEA6F0MS_version_2": [
        ("tag_reuters.com_2014_newsml_LYNXMPEA6F0MS", 2, "usable", "20f8c040", "ff011051", "75ad75e6")
    ],
    "tag_reuters.com_2014_newsml_LYNXMPEA6F0MT_version_2": [
        ("tag_reuters.com_2014_newsml_LYNXMPEA6F0MT", 2, "usable", "20f8c040", "ff011051", "75ad75e6")
    ],
    "tag_reuters.com_2014_newsml_LYNXMPEA6F13M_version_1": [
        ("tag_reuters.com_2014_newsml_LYNXMPEA6F13M", 1, "usable", "91f41184", "91f41184", "702a70a2")
    ],
    "tag_reuters.com_2016_newsml_L1N14N0FF_version_1542761538": [
        ("tag:reuters.com,0000:newsml_L1N14N0FF", 1542761538, "canceled", "146aaf7f", "146aaf7f", "6767f28b")
    ],
    "tag_reuters.com_2016_newsml_L1N14N0FF_version_978556838": [
        ("tag:reuters.com,0000:newsml_L1N14N0FF", 978556838, "usable", "146aaf7f", "156ba1d9", "7c7eebcd")
    ],
}

# By file: what the refusal of one that holds no text says.
TEXTLESS: Final = {
    "ap_media_text_feed.json": "no text in it: AP gives the text of a story as a link",
    "ap_media_text_item.json": "no text in it: AP gives the text of a story as a link",
    "channel1": "a list of items of Reuters Connect, which holds no text",
    "newsml-g2/LISTING_28_Illustrating_Located_Subject_and_Dateline.xml": "a part of NewsML-G2 that holds no text",
    "ninjs4_mock.json": "no known format",
    "tag_reuters.com_2014_newsml_KBN0FL0NM_version_10": "no text in it: the package",
}

# Business Wire's in Chinese, whose words no blanks divide.
CHINESE: Final = re.compile(r"businesswire-newsml-201306(?:05006126|12006110)")


def _digest(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]


def _words(text: str | None) -> list[str]:
    return re.findall(r"[^\W_]+", (text or "").lower())


def _names() -> set[str]:
    return {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()} - {"README.md"}


@pytest.mark.parametrize("name", STORIES)
def test_a_file_gives_the_article_that_a_reader_finds_in_it(name: str) -> None:
    articles = read((FOLDER / name).read_bytes(), {})
    assert len(articles) == len(STORIES[name])
    for article, (id, version, status, headline, first, last) in zip(articles, STORIES[name], strict=True):
        assert article.id.endswith(id[1:]) if id.startswith("@") else article.id == id
        assert version is None or article.version == version
        assert article.status == status
        assert _digest(_words(article.headline)[:3]) == headline
        assert _digest(_words(article.body)[:3]) == first
        assert _digest(_words(article.body)[-3:]) == last


@pytest.mark.parametrize("name", TEXTLESS)
def test_a_file_without_text_is_refused_and_says_so(name: str) -> None:
    with pytest.raises(InputError, match=TEXTLESS[name]) as caught:
        read((FOLDER / name).read_bytes(), {})
    assert caught.value.remedy


def test_no_file_is_left_out() -> None:
    assert {name for name in _names() if not CHINESE.search(name)} == {*STORIES, *TEXTLESS}
    for name in filter(CHINESE.search, _names()):
        (article,) = read((FOLDER / name).read_bytes(), {})
        assert article.body.startswith(("(", "\u4e9a"))
        assert article.body.endswith("\u3002")


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("tag_reuters.com_2016_newsml_L1N14N0FF_version_978556838", "correction"),
        ("tag_reuters.com_2016_newsml_L1N14N0FF_version_1542761538", "kill"),
        ("tag_reuters.com,0000_newsml_L4N1FL0N0_1132689232", "update"),
        ("ap.xml", "update"),
        ("ap_anpa-4.tst", "update"),
        ("dpa_four_line.txt", "refile"),
        ("IPTC7901_odd_charset.txt", "update"),
        ("anpa-1.tst", None),
    ],
)
def test_what_kind_of_version_it_is(name: str, signal: str | None) -> None:
    assert read((FOLDER / name).read_bytes(), {})[0].signal == signal


def test_a_correction_and_its_withdrawal_are_versions_of_one_story() -> None:
    corrected, withdrawn = (
        read((FOLDER / f"tag_reuters.com_2016_newsml_L1N14N0FF_version_{version}").read_bytes(), {})[0]
        for version in (978556838, 1542761538)
    )
    assert corrected.id == withdrawn.id
    assert corrected.version < withdrawn.version
    assert (corrected.status, withdrawn.status) == ("usable", "canceled")


def test_an_embargo_is_found() -> None:
    (article,) = read((FOLDER / "pa3.xml").read_bytes(), {})
    assert article.embargoed_until == "2016-09-09T00:01:00+01:00"

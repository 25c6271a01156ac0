"""IPTC 7901: header, lines over the text, hard line ends, notes behind it, time without a year of four digits."""

from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import IPTC7901


def one(value: bytes) -> Article:
    (article,) = read(value, {})
    return article


def message(
    above: str = "Ferry aground =", text: str = "Oslo (nw) - A ferry sank.", *, time: str = "031105 GMT May 24"
) -> bytes:
    return f"\x01nwa012 4 i 93   nw 157\r\n\r\nNorway-ferry/\r\n\x02{above}\r\n\r\n{text}\r\n\r\n\x03{time}\r\n\x04".encode()


def test_a_message_gives_all_that_it_says() -> None:
    article = one(IPTC7901)
    assert (article.id, article.version) == ("urn:newswire:iptc7901:nw:157:2024-05-03", 1714734300)
    assert (article.status, article.signal, article.urgency) == ("usable", "refile", 4)
    assert (article.headline, article.byline) == (
        "Ferry with 212 on board runs aground off Oslo",
        "By Kari Nes, Nordwire",
    )
    assert (article.dateline, article.located, article.source) == ("Oslo (nw)", "Oslo", "nw")
    assert article.published == article.modified == "2024-05-03T11:05:00Z"
    assert article.body == (
        "Oslo (nw) - A ferry with 212 people on board ran aground in the fjord off Oslo on Friday, police said.\n\n"
        "“Nobody was hurt,” said the captain, Jørn Åsen, who had steered the ship for nine years."
    )
    assert article.extra["slugline"] == "Norway-ferry"
    assert (article.extra["service"], article.extra["sequence"], article.extra["number"]) == ("nwa", "012", "157")
    assert article.extra["tags"] == ["1ST LEAD", "REFILE"]
    assert "adds quote" in article.extra["ednote"]
    assert "Ola Lie" in article.extra["ednote"]


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("031105 GMT May 24", "2024-05-03T11:05:00Z"),
        ("031105 Mai 24", "2024-05-03T11:05:00Z"),
        ("071341 MESZ Okt 15", "2015-10-07T13:41:00+02:00"),
        ("311159 GMT Dez 98", "1998-12-31T11:59:00Z"),
        ("031105 GMT Xyz 24", None),
        ("031105 QQQ May 24", None),
        ("", None),
    ],
)
def test_the_time_is_day_clock_zone_month_and_year(written: str, time: str | None) -> None:
    assert one(message(time=written)).published == time


@pytest.mark.parametrize(
    ("above", "headline", "byline"),
    [
        ("Ferry aground =", "Ferry aground", None),
        ("Ferry aground off Oslo,\r\nall are safe =", "Ferry aground off Oslo, all are safe", None),
        ("EXTRA\r\nFerry aground\r\nBy Kari Nes =", "Ferry aground", "By Kari Nes"),
        ("(Achtung)\r\nFähre auf Grund =", "Fähre auf Grund", None),
        ("FERRY AGROUND =", "FERRY AGROUND", None),
        ("Ferry aground", "Ferry aground", None),
    ],
)
def test_lines_over_the_text_are_tags_headline_and_byline(above: str, headline: str, byline: str | None) -> None:
    assert (one(message(above)).headline, one(message(above)).byline) == (headline, byline)


def test_a_table_keeps_its_lines() -> None:
    text = "Results:\r\n\r\nBergen        2 1 1    5\r\nOslo          2 0 2    1"
    assert one(message(text=text)).body == "Results:\n\nBergen        2 1 1    5\nOslo          2 0 2    1"


def test_the_initials_of_those_who_worked_on_it_are_no_text() -> None:
    article = one(message(text="A ferry sank.\r\n\r\nnw kn ol"))
    assert (article.body, article.extra["signature"]) == ("A ferry sank.", "nw kn ol")


@pytest.mark.parametrize(
    ("text", "status", "number"),
    [
        ("KILL KILL KILL\r\n\r\nPlease kill item nw 156 of today.", "canceled", "156"),
        ("HOLD HOLD HOLD\r\n\r\nPlease hold item nw 156.", "withheld", "156"),
    ],
)
def test_a_message_that_kills_another_names_it(text: str, status: str, number: str) -> None:
    article = one(message("Note to editors =", text))
    assert article.status == status
    assert (article.extra["notice"]["number"], article.extra["notice"]["source"]) == (number, "nw")


def test_several_messages_in_one_are_as_many_articles() -> None:
    both = message() + message().replace(b"nw 157", b"nw 158")
    assert [article.id for article in read(both, {})] == [
        "urn:newswire:iptc7901:nw:157:2024-05-03",
        "urn:newswire:iptc7901:nw:158:2024-05-03",
    ]


def test_a_message_that_lost_its_control_characters_is_read() -> None:
    bare = "".join(character for character in message().decode() if character >= " " or character == "\n").encode()
    article = one(bare)
    assert (article.format, article.headline, article.body) == (
        "iptc7901",
        "Ferry aground",
        "Oslo (nw) - A ferry sank.",
    )
    assert article.published == "2024-05-03T11:05:00Z"


def test_bytes_of_any_national_set_are_read() -> None:
    assert one(message().replace(b"ferry sank", b"f\xe6rje \x81\x8d sank")).headline == "Ferry aground"


def test_a_message_without_a_header_is_refused() -> None:
    with pytest.raises(InputError, match="no header of IPTC 7901"):
        one(b"\x01what is this\r\n\x02Ferry =\r\n\r\nText\r\n\x03")

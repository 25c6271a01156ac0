"""ANPA 1312: header lines, caret lines, typesetters' marks, tables; slugs that stay the same."""

from __future__ import annotations

import pytest

from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import ANPA


def one(value: bytes) -> Article:
    (article,) = read(value, {})
    return article


def message(keyword: str, lines: str, *, time: str = "05-03-24 1105GMT") -> bytes:
    return (
        f"\x16\x16\x01N0421\x1f_nordc\nr i\x13\x11 {keyword}   05-03 0093\r\n"
        f"\x02{lines}\r\n\t   \x03AP-WF-{time}<\r\n\x0c\r\n\x04"
    ).encode("cp1252")


TEXT = "^Ferry aground<\r\n\t   OSLO (AP) _ A ferry sank.\r\n"


def test_a_message_gives_all_that_it_says() -> None:
    article = one(ANPA)
    assert (article.status, article.signal, article.urgency) == ("usable", "update", 4)
    assert (article.headline, article.byline) == (
        "Ferry with 212 on board runs aground",
        "By KARI NES, Associated Press",
    )
    assert (article.dateline, article.located, article.source) == ("OSLO, Norway (AP)", "OSLO", "AP")
    assert article.published == article.modified == "2024-05-03T11:05:00Z"
    assert article.version == 1714734300
    assert article.subjects == ["i"]
    assert article.extra["slugline"] == "BC-EU--Norway-Ferry, 2nd Ld-Writethru,93"
    assert article.extra["ednote"] == "Eds: Adds quote. With AP Photos."
    assert (article.extra["service"], article.extra["number"]) == ("N", "0421")
    assert article.extra["summary"].startswith("A ferry with 212 people")
    assert article.extra["photos"] == "AP Photo NW101, NW102"


def test_the_marks_of_the_typesetter_become_those_of_the_text() -> None:
    assert one(ANPA).body.split("\n\n") == [
        "OSLO, Norway (AP) — A ferry ran aground off Oslo on Friday.",
        "“Nobody was hurt,” said Joern Aasen, who was 2½ miles away — by car. “It was calm.”",
        "___",
    ]


def test_leads_correctives_and_kills_of_a_day_come_under_the_id_of_their_story() -> None:
    first = one(message("BC-EU--Norway-Ferry", "^BC-EU--Norway-Ferry,93<\r\n" + TEXT))
    lead = one(
        message("BC-EU--Norway-Ferry 1stLd", "^BC-EU--Norway-Ferry, 1st Ld,93<\r\n" + TEXT, time="05-03-24 1205GMT")
    )
    kill = one(
        message("BC-EU--Norway-Ferry KILL", "^BC-EU--Norway-Ferry, KILL,10<\r\n" + TEXT, time="05-03-24 1305GMT")
    )
    corrected = one(
        message("BC-EU--Norway-Ferry", "^BC-EU--Norway-Ferry, CORRECTIVE,10<\r\n" + TEXT, time="05-03-24 1405GMT")
    )
    assert first.id == lead.id == kill.id == corrected.id == one(ANPA).id
    assert first.version < lead.version < kill.version < corrected.version
    assert [one.signal for one in (first, lead, kill, corrected)] == [None, "update", "kill", "correction"]
    assert [one.status for one in (first, lead, kill, corrected)] == ["usable", "usable", "canceled", "usable"]


def test_an_advisory_that_asks_to_kill_names_the_story() -> None:
    lines = "^BC-Advisory<\r\n^Eds:<\r\n\t   Please kill story slugged BC-EU--Norway-Ferry, sent at 0930 GMT.\r\n"
    article = one(message("BC-Advisory", lines))
    assert article.status == "canceled"
    assert article.extra["notice"] == {"kind": "kill", "slug": "BC-EU--Norway-Ferry", "time": "0930 GMT"}


def test_tables_keep_rows_and_headings_their_lines() -> None:
    lines = (
        "^BC-FBN--Standings<\r\n^Norwegian Standings=\r\n^By The Associated Press=\r\n^EAST=\r\n\b^;W;L;GB\x10\r\n"
        "\bOslo;23;13;_\x10\r\n\bNy\x10 Aalesund;20;16;3{\x10\r\n\t   ___=\r\n^Sunday's Games=\r\n\t   Oslo 5, Hamar 1<\r\n"
    )
    article = one(message("BC-FBN--Standings", lines))
    assert (article.headline, article.byline) == ("Norwegian Standings", "By The Associated Press")
    assert article.body.split("\n\n") == [
        "EAST",
        "W L GB\nOslo 23 13 _\nNy Aalesund 20 16 3½",
        "___",
        "Sunday's Games",
        "Oslo 5, Hamar 1",
    ]


def test_without_a_headline_the_slug_is_it() -> None:
    article = one(message("BC-WEA--Weather", "^BC-WEA--Nordic Weather,<\r\n\t   OSLO (AP) _ Rain.<\r\n^END<\r\n"))
    assert (article.headline, article.body) == ("BC-WEA--Nordic Weather", "OSLO (AP) — Rain.")


def test_lines_that_a_receiver_broke_are_joined() -> None:
    article = one(message("BC-Ferry", "^BC-Ferry<\r\n^Ferry<\r\n\t   OSLO (AP) _ A ferry ran\r\naground off Oslo.\r\n"))
    assert article.body == "OSLO (AP) — A ferry ran aground off Oslo."


@pytest.mark.parametrize(("letter", "urgency"), [("f", 1), ("b", 2), ("u", 3), ("r", 4), ("d", 5), ("z", None)])
def test_the_priority_is_the_urgency(letter: str, urgency: int | None) -> None:
    assert (
        one(message("BC-Ferry", "^BC-Ferry<\r\n" + TEXT).replace(b"\nr i", f"\n{letter} i".encode())).urgency == urgency
    )


def test_a_message_without_a_time_is_read() -> None:
    article = one(message("BC-Ferry", "^BC-Ferry, 2nd Ld<\r\n" + TEXT, time=""))
    assert (article.published, article.version) == (None, 3)


def test_a_message_that_lost_its_control_characters_is_read() -> None:
    bare = bytes(byte for byte in ANPA if byte >= 32 or byte in b"\n\t")
    article = one(bare)
    assert (article.format, article.headline) == ("anpa1312", "Ferry with 212 on board runs aground")
    assert article.published == "2024-05-03T11:05:00Z"
    assert article.body.startswith("OSLO, Norway (AP)")


def test_several_messages_in_one_are_as_many_articles() -> None:
    assert len(read(ANPA + message("BC-Rain", "^BC-Rain<\r\n" + TEXT), {})) == 2


def test_alerts_of_one_slug_are_stories_of_their_own() -> None:
    first = message("BC-US--APNewsAlert", "^BC-US--APNewsAlert,17<\r\n\t   OSLO (AP) _ A ferry sank.\r\n")
    assert one(first).id != one(first.replace(b"N0421", b"N0422")).id
    assert one(first).headline == "BC-US--APNewsAlert"


def test_a_list_of_headlines_is_its_lines() -> None:
    lines = "^*9006< ^BC-Top-Headlines,0176<\r\n^AP Top News at noon<\r\n^Ferry sinks\r\n^Mayor quits\r\n"
    article = one(message("BC-Top-Headlines", lines))
    assert (article.headline, article.body) == ("AP Top News at noon", "Ferry sinks\n\nMayor quits")

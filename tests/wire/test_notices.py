"""Kills, holds and corrections in the words of wires."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.records import Article
from newswire.wire import read
from newswire.wire.notices import Notice, slug, understood


def said(headline: str = "", slugline: str = "", tags: str = "", note: str = "", body: str = "") -> Notice:
    return understood(headline or None, slugline or None, [tags] if tags else [], [note] if note else [], body)


@pytest.mark.parametrize(
    ("headline", "signal", "ordinal"),
    [
        ("CORRECTED-Ferry aground off Oslo", "correction", None),
        ("CORRECTED-UPDATE 2-Ferry aground off Oslo", "correction", 2),
        ("CORRECTED (OFFICIAL)-Ferry aground off Oslo", "correction", None),
        ("REFILE-UPDATE 1-Ferry aground off Oslo", "refile", 1),
        ("UPDATE 3-Ferry aground off Oslo", "update", 3),
        ("WRAPUP 2-Ferry aground off Oslo", "update", 2),
        ("RPT-Ferry aground off Oslo", "repeat", None),
        ("CORRECTIVE: Ferry aground off Oslo", "correction", None),
        ("++ KORREKTUR ++ Fähre auf Grund", "correction", None),
        ("Ferry aground off Oslo (CORRECTED)", "correction", None),
        ("Update on the ferry: all are safe", None, None),
        ("Corrected figures show growth", None, None),
        ("Ferry aground off Oslo (update)", None, None),
    ],
)
def test_tags_before_a_headline_say_what_kind_of_version_it_is(
    headline: str, signal: str | None, ordinal: int | None
) -> None:
    assert said(headline) == Notice(signal, None, ordinal)


@pytest.mark.parametrize(
    "headline",
    [
        "KILL: BC-Ferry",
        "Please kill story slugged BC-Ferry",
        "KILL-Ferry aground",
        "MANDATORY KILL - Ferry",
        "STORY WITHDRAWN",
        "RECALL-Ferry aground",
    ],
)
def test_a_tag_that_kills_cancels(headline: str) -> None:
    assert (said(headline).signal, said(headline).status) == ("kill", "canceled")


@pytest.mark.parametrize(
    "headline",
    [
        "Kill the bill, say protesters",
        "RECALL: 3,000 cars",
        "Recall-hit carmaker falls",
        "Hold on",
        "HOLD: Analysts split",
    ],
)
def test_news_of_kills_and_recalls_is_no_kill(headline: str) -> None:
    assert said(headline).status is None


@pytest.mark.parametrize(
    ("slugline", "signal", "status", "ordinal", "bare"),
    [
        ("BC-EU--Ferry, 1st Ld-Writethru,250", "update", None, 1, "BC-EU--Ferry"),
        ("BC-EU--Ferry, 3rd Ld,250", "update", None, 3, "BC-EU--Ferry"),
        ("BC-EU--Ferry, CORRECTIVE", "correction", None, None, "BC-EU--Ferry"),
        ("BC-EU--Ferry, KILL", "kill", "canceled", None, "BC-EU--Ferry"),
        ("NORWAY-FERRY/ (UPDATE 2, PIX, CORRECTED)", "correction", None, 2, "NORWAY-FERRY"),
        ("Norway-ferry-accident", None, None, None, "Norway-ferry-accident"),
    ],
)
def test_a_keyword_line_says_it_too(
    slugline: str, signal: str | None, status: str | None, ordinal: int | None, bare: str
) -> None:
    found = said("Ferry aground", slugline)
    assert (found.signal, found.status, found.ordinal) == (signal, status, ordinal)
    assert slug(slugline) == bare
    assert found.target == ({"slug": bare} if status else {})


@pytest.mark.parametrize(
    ("note", "signal", "status", "target"),
    [
        (
            "Editors: Please kill story slugged BC-EU--Ferry, sent at 0930 GMT. A substitute follows.",
            "kill",
            "canceled",
            {"slug": "BC-EU--Ferry", "time": "0930 GMT"},
        ),
        ("Please kill item nw 157, the name is wrong", "kill", "canceled", {"number": "157", "source": "nw"}),
        ("Please hold item nw 157", "hold", "withheld", {"number": "157", "source": "nw"}),
        ("Please withdraw the story headlined “Ferry aground”.", "kill", "canceled", {"headline": "Ferry aground"}),
        ("This story has been withdrawn.", "kill", "canceled", {}),
        ("A kill is mandatory.", "kill", "canceled", {}),
        ("Eds: Corrects the name of the captain in paragraph 2.", "correction", None, {}),
        ("Adds quotes from the captain", "update", None, {}),
        ("With photos. Please hold on the line", None, None, {}),
    ],
)
def test_a_note_to_editors_asks_for_it(
    note: str, signal: str | None, status: str | None, target: dict[str, str]
) -> None:
    found = said("Ferry", note=note)
    assert (found.signal, found.status, found.target) == (signal, status, target)


@pytest.mark.parametrize(
    "body",
    [
        "KILL KILL KILL\n\nPlease kill item nw 157 of today.",
        "Please kill story slugged BC-EU--Ferry. " + "It was wrong in many ways. " * 60,
        "The story headlined “Ferry aground” is withdrawn.",
    ],
)
def test_a_text_that_is_a_kill_is_no_news(body: str) -> None:
    assert said("Note to editors", body=body).status == "canceled"


@pytest.mark.parametrize(
    "body",
    [
        "“Please kill the engine,” the captain said. The story of the ferry went round the world.",
        "The report was withdrawn by the ministry on Friday.",
        "“Please kill the story,” the minister told the editor, she said. " + "The paper printed it. " * 60,
        "Police were told to hold the item that the man had left.",
    ],
)
def test_news_of_requests_is_no_kill(body: str) -> None:
    assert said("Ferry", body=body).status is None


def test_a_bracketed_opening_is_a_note() -> None:
    assert (
        said("Ferry", body="(In May 3 story, corrects the name in paragraph 2)\n\nOslo - A ferry").signal
        == "correction"
    )


def one(**fields: str) -> Article:
    headers = {name.replace("_", "-"): value.encode() for name, value in fields.items()}
    (article,) = read(b"A ferry ran aground.", {"content-type": b"text/plain", **headers})
    return article


def test_the_record_has_what_the_words_say() -> None:
    assert (one(headline="UPDATE 2-Ferry").signal, one(headline="UPDATE 2-Ferry").version) == ("update", 3)
    killed = one(headline="KILL-Ferry aground")
    assert (killed.status, killed.signal) == ("canceled", "kill")
    assert killed.extra["notice"] == {"kind": "kill", "headline": "Ferry aground"}


def test_the_wire_s_own_word_is_kept_where_nothing_kills() -> None:
    corrected = one(headline="UPDATE 2-Ferry", signal="correction", version="7")
    assert (corrected.signal, corrected.version) == ("correction", 7)
    assert one(headline="KILL-Ferry", signal="update", status="usable").status == "canceled"


@pytest.mark.parametrize(
    "note",
    [
        "Embargoed until 0001 Friday May 4",
        "STRICTLY EMBARGOED.",
        "(Sperrfrist: Freitag, 20.00 Uhr)",
        "Hold for release Friday",
    ],
)
def test_an_embargo_in_words_withholds_where_no_time_is_known(note: str) -> None:
    item = {"uri": "urn:nw:1", "type": "text", "body_text": "A ferry sank.", "ednote": note}
    (article,) = read(orjson.dumps(item), {})
    assert article.status == "withheld"
    (article,) = read(orjson.dumps(item | {"embargoed": "2024-05-04T00:01:00Z"}), {})
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-04T00:01:00Z")


@pytest.mark.parametrize(
    "note",
    [
        "Embargoed until 0001 GMT Monday",
        "STRICTLY EMBARGOED. Not for public release until 0001 GMT on Monday, 6 May.",
        "Hold for release Mon. 12:01 a.m. GMT",
    ],
)
def test_an_embargo_in_words_holds_the_story_until_the_time_that_they_say(note: str) -> None:
    item = {"uri": "urn:nw:1", "type": "text", "body_text": "A ferry sank.", "versioncreated": "2024-05-03T10:00:00Z"}
    (article,) = read(orjson.dumps(item | {"ednote": note}), {})
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-06T00:01:00Z")
    (article,) = read(orjson.dumps(item | {"ednote": note, "pubstatus": "embargoed"}), {})
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-06T00:01:00Z")
    (article,) = read(orjson.dumps(item | {"body_text": f"{note}\n\nA ferry sank."}), {})
    assert (article.status, article.embargoed_until) == ("usable", "2024-05-06T00:01:00Z")


def test_notes_that_say_two_times_withhold() -> None:
    note = "Embargoed until 0001 GMT Monday. Not for release before 0001 GMT Tuesday."
    item = {"uri": "urn:nw:1", "type": "text", "body_text": "A ferry sank.", "versioncreated": "2024-05-03T10:00:00Z"}
    (article,) = read(orjson.dumps(item | {"ednote": note}), {})
    assert (article.status, article.embargoed_until) == ("withheld", None)


def test_a_paragraph_of_news_that_begins_with_an_embargo_is_news() -> None:
    long = (
        "Embargoed until Tuesday, the report says what ministers have denied for years: that the ferry was known to be unsafe "
        * 2
    )
    item = {"uri": "urn:nw:1", "type": "text", "body_text": f"{long}.\n\nMore."}
    assert read(orjson.dumps(item), {})[0].status == "usable"


@pytest.mark.parametrize("note", ["The embargo was lifted", "No longer embargoed", "Adds details of the arms embargo"])
def test_notes_that_mention_an_embargo_withhold_nothing(note: str) -> None:
    assert not said(note=note).embargoes


def test_a_signal_that_kills_cancels_whatever_the_status_says() -> None:
    item = {"uri": "urn:nw:1", "type": "text", "body_text": "A ferry sank.", "pubstatus": "usable", "signal": "kill"}
    assert read(orjson.dumps(item), {})[0].status == "canceled"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
def test_any_words_are_understood_or_not(headline: str, slugline: str, note: str, body: str) -> None:
    found = said(headline, slugline, slugline, note, body)
    assert found.status in (None, "canceled", "withheld")
    assert found.status is None or found.signal in ("kill", "hold")

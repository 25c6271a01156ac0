"""Mail: the part that is the story, the fields that say something of it."""

from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read
from tests.wire.samples import MAIL


def one(value: bytes | str) -> Article:
    (article,) = read(value.encode() if isinstance(value, str) else value, {})
    return article


HEAD = (
    "From: Desk <desk@nordwire.example>\nSubject: Ferry aground\nMessage-ID: <1@nordwire.example>\nMIME-Version: 1.0\n"
)


def test_a_mail_is_the_story_of_its_plain_part() -> None:
    article = one(MAIL)
    assert (article.format, article.id) == ("mail", "157.1@nordwire.example")
    assert (article.headline, article.source) == ("UPDATE 1-Ferry runs aground", "Nordwire Næringsliv")
    assert (article.published, article.signal) == ("2024-05-03T11:05:00+02:00", "update")
    assert article.body == (
        "A ferry with 212 people on board ran aground in the fjord off Oslo on Friday.\n\n“Nobody was hurt,” said Jørn Åsen."
    )
    assert article.extra["attachments"] == ["ferry.jpg"]


@pytest.mark.parametrize("content_type", ["message/rfc822", "text/plain", "application/octet-stream"])
def test_mail_is_mail_whatever_it_is_called(content_type: str) -> None:
    (article,) = read(MAIL, {"content-type": content_type.encode()})
    assert article.format == "mail"


def test_html_alone_is_read_as_html() -> None:
    mail = HEAD + "Content-Type: text/html; charset=utf-8\n\n<p>A ferry sank.</p><p>All are safe.</p>\n"
    assert one(mail).body == "A ferry sank.\n\nAll are safe."


def test_lines_broken_at_a_column_are_joined() -> None:
    mail = (
        HEAD + "Content-Type: text/plain\n\nA ferry with two hundred and twelve people on board ran aground\n"
        "off Oslo on Friday.\n\nAll are safe.\n"
    )
    assert one(mail).body == (
        "A ferry with two hundred and twelve people on board ran aground off Oslo on Friday.\n\nAll are safe."
    )


def test_flowed_text_flows() -> None:
    mail = HEAD + "Content-Type: text/plain; format=flowed\n\nA ferry \nsank.\n\nAll are safe.\n"
    assert one(mail).body == "A ferry sank.\n\nAll are safe."


@pytest.mark.parametrize(
    ("field", "value"),
    [("charset=iso-8859-1", "“Ice”".encode("cp1252")), ("charset=us-ascii", "“Ice”".encode()), ("x=y", b"\x93Ice\x94")],
)
def test_the_charset_of_the_part_is_used(field: str, value: bytes) -> None:
    assert one(HEAD.encode() + f"Content-Type: text/plain; {field}\n\n".encode() + value).body == "“Ice”"


@pytest.mark.parametrize(
    "text",
    [
        "From: the desk\nA ferry sank.",
        "Subject: ferries. They sink.\n\nFrom Oslo.",
        "Note: this is text\nFrom: Oslo\n\nA ferry sank.",
        "Date: Friday\nSubject: a ferry\n\nText",
    ],
)
def test_text_that_begins_with_a_name_and_a_colon_is_no_mail(text: str) -> None:
    assert one(text).format == "text"


def test_mail_without_a_story_is_refused() -> None:
    with pytest.raises(InputError):
        one("From: a@nordwire.example\nTo: b@nordwire.example\n\n")


@pytest.mark.parametrize(
    "mail",
    [
        HEAD + 'Content-Type: multipart/mixed; boundary="x"\n\n' + "--x\n" * 2_000,
        HEAD + "Content-Type: text/plain; charset=no-such\n\nText",
    ],
)
def test_what_cannot_be_read_is_refused(mail: str) -> None:
    with pytest.raises(InputError):
        one(mail)


def test_a_mail_that_kills_a_story_is_no_news() -> None:
    assert (
        one(
            HEAD.replace("Ferry aground", "KILL: Ferry aground") + "\nPlease kill the story headlined “Ferry aground”."
        ).status
        == "canceled"
    )

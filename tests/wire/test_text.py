from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import body_sha256
from newswire.wire import charset, read

STORY = "OSLO, May 3 (Nordwire) - A ferry ran aground.\r\n\r\n“Nobody was hurt,” the captain said.\r"


def test_the_text_is_the_body_with_lf_line_ends() -> None:
    (article,) = read(STORY.encode(), {"content-type": b"text/plain"})
    assert article.body == "OSLO, May 3 (Nordwire) - A ferry ran aground.\n\n“Nobody was hurt,” the captain said.\n"
    assert article.body_sha256 == body_sha256(article.body)
    assert article.format == "text"


def test_headers_say_what_the_text_does_not() -> None:
    headers = {
        "Content-Type": b"text/plain; charset=utf-8",
        "article-id": b"nordwire:17",
        "version": b"3",
        "headline": "Fähre läuft auf Grund".encode(),
        "published": b"2024-05-03T09:00:00+0200",
        "embargoed-until": b"2024-05-03",
        "keywords": b"ferry; Oslo ;",
        "urgency": b"2",
    }
    (article,) = read(STORY.encode(), headers)
    assert (article.id, article.version, article.urgency) == ("nordwire:17", 3, 2)
    assert article.headline == "Fähre läuft auf Grund"
    assert article.published == "2024-05-03T09:00:00+02:00"
    assert article.embargoed_until == "2024-05-03T00:00:00Z"
    assert article.keywords == ["ferry", "Oslo"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("published", b"yesterday"),
        ("version", b"-1"),
        ("urgency", b"10"),
        ("version", b"9" * 30),
        ("headline", b"\xff"),
    ],
)
def test_a_header_that_cannot_be_used_is_named(name: str, value: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read(STORY.encode(), {"content-type": b"text/plain", name: value})
    assert caught.value.where == f"header {name}"


def test_a_canceled_text_needs_no_headline() -> None:
    (article,) = read(b"x", {"content-type": b"text/plain", "status": b"cancelled", "article-id": b"a"})
    assert article.status == "canceled"


def test_a_missing_id_is_made_from_source_and_url_so_that_versions_share_it() -> None:
    headers = {"content-type": b"text/plain", "source": b"Nordwire", "url": b"https://nordwire.example/1"}
    first, second = (read(text, headers)[0] for text in (b"one", b"two"))
    other = read(b"one", headers | {"source": b"Sur Press"})[0]
    assert first.id == second.id != other.id


def test_without_a_url_the_content_makes_the_id() -> None:
    first, again, other = (read(text, {})[0] for text in (b"one\r\n", b"one\n", b"two\n"))
    assert first.id == again.id != other.id


def test_a_missing_version_is_the_time_of_the_change() -> None:
    (article,) = read(b"x", {"modified": b"2024-05-03T00:00:10Z"})
    assert article.version == 1714694410


def test_a_byte_order_mark_decides_and_is_no_text() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        (article,) = read("Hé said".encode(encoding), {"content-type": b"text/plain; charset=iso-8859-1"})
        assert article.body == "Hé said"


def test_undeclared_windows_1252_is_guessed_with_a_note() -> None:
    (article,) = read("“Café”".encode("cp1252"), {})
    assert article.body == "“Café”"
    assert "windows-1252" in article.extra["charset"]


def test_quote_marks_of_windows_are_read_in_what_calls_itself_latin_1() -> None:
    (article,) = read(b"\x93Caf\xe9\x94", {"content-type": b"text/plain; charset=ISO-8859-1"})
    assert article.body == "“Café”"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "shift_jis", "koi8-r", "windows-1251"])
def test_the_declared_charset_is_used(charset: str) -> None:
    text = "привет" if charset != "shift_jis" else "こんにちは"
    (article,) = read(text.encode(charset), {"content-type": f"text/plain; charset={charset}".encode()})
    assert article.body == text


def test_bytes_that_do_not_fit_the_declared_charset_are_located() -> None:
    with pytest.raises(InputError) as caught:
        read(b"caf\xe9", {"content-type": b"text/plain; charset=utf-8"})
    assert caught.value.where == "byte 3"


@pytest.mark.parametrize(
    "charset", ["zlib", "idna", "unicode_escape", "utf-7", "rot13", "no-such", "undefined", "x" * 500]
)
def test_what_is_no_charset_of_news_is_refused(charset: str) -> None:
    with pytest.raises(InputError, match="unknown charset"):
        read(rb"\ud800", {"content-type": f"text/plain; charset={charset}".encode()})


@pytest.mark.parametrize("value", [b"a\0b", b"\x89PNG\r\n\x1a\n\0", b"ab\x81\x8d", b" \n ", b""])
def test_what_is_no_text_is_refused(value: bytes) -> None:
    with pytest.raises(InputError):
        read(value, {})


def test_a_bracket_does_not_make_text_json() -> None:
    assert read(b"[1/2] A view of the harbour", {})[0].format == "text"


@given(st.text(min_size=1))
def test_any_text_is_kept_as_it_came_but_for_line_ends_and_misread_marks(text: str) -> None:
    headers = {"content-type": b"text/plain; charset=utf-8", "headline": b"h"}
    if text.startswith("\ufeff") or "\0" in text or not text.strip():
        return
    if text.startswith(("\x16\x16", "\x01")):
        return
    (article,) = read(text.encode(), headers)
    assert article.body == charset.without_controls(text).replace("\r\n", "\n").replace("\r", "\n")

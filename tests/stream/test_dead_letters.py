"""What a dead letter says, and what it must not say."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.settings import load
from pipeline.stream.dead_letters import MAX_MESSAGE, dead_letter
from pipeline.stream.message import Message

SECRET = "open sesame"
MESSAGE = Message("news.raw", 3, 7, b"key", b"open sesame was said in the story", (("x", b"y"),), 0)


def test_no_secret_gets_into_it_whoever_wrote_it_into_the_error() -> None:
    settings = load(kafka={"sasl_password": SECRET, "ssl_password": "abracadabra"})
    # One secret lies across the end of what is kept of a long text.
    long = "x" * (MAX_MESSAGE - len(SECRET) // 2) + SECRET
    try:
        try:
            raise ConnectionError(f"password={SECRET}")
        except ConnectionError as cause:
            raise InputError(long, format="json abracadabra", where=f"$.{SECRET}") from cause
    except InputError as error:
        error.add_note("Traceback of another process: abracadabra")
        letters = [dead_letter(MESSAGE, "intake", error, settings)]
    letters.append(dead_letter(MESSAGE, "intake", RuntimeError(f"cannot log in with {SECRET}"), settings))
    for letter in letters:
        said = b"\n".join(value for _, value in letter.headers)
        assert b"open" not in said
        assert b"abracadabra" not in said
        assert b"*****" in said


def test_the_message_itself_stays_as_it_came() -> None:
    letter = dead_letter(MESSAGE, "intake", RuntimeError("odd"), load(kafka={"sasl_password": SECRET}))
    assert (letter.key, letter.value) == (MESSAGE.key, MESSAGE.value)
    assert letter.headers[0] == MESSAGE.headers[0]


@pytest.mark.parametrize("error", [RuntimeError("x" * 10**6), InputError("x" * 10**6, where="y" * 10**6)])
def test_its_headers_are_bounded(error: Exception) -> None:
    letter = dead_letter(MESSAGE, "intake", error, load())
    assert sum(len(value) for _, value in letter.headers) < 20_000

"""What a dead letter says, and what it must not say."""

from __future__ import annotations

import pytest

from newswire.errors import InputError
from newswire.settings import WorkerSettings, load
from newswire.stream.dead_letters import MAX_MESSAGE, DeadLetterGuard, dead_letter
from newswire.stream.message import ConsumedMessage

SECRET = "open sesame"
MESSAGE = ConsumedMessage("news.raw", 3, 7, b"key", b"open sesame was said in the story", (("x", b"y"),), 0)


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


HERE, THERE = ("news.raw", 0), ("news.raw", 1)


@pytest.fixture
def guard() -> DeadLetterGuard:
    return DeadLetterGuard(WorkerSettings(dead_letter_window=10, dead_letter_ratio=0.5))


def test_a_run_of_dead_letters_halts_their_partition_and_not_before_a_window_was_seen(guard: DeadLetterGuard) -> None:
    said = [guard.note(HERE, dead=True) for _ in range(10)]
    assert said[:9] == [None] * 9
    assert said[9] == "10 of the last 10 messages became dead letters"


def test_as_many_good_messages_as_dead_letters_halt_nothing(guard: DeadLetterGuard) -> None:
    assert not any(guard.note(HERE, dead=bool(number % 2)) for number in range(100))


def test_a_bad_partition_halts_no_good_one(guard: DeadLetterGuard) -> None:
    for _ in range(8):
        guard.note(HERE, dead=True)
        guard.note(THERE, dead=False)
    assert any(guard.note(HERE, dead=True) for _ in range(2))
    assert [guard.note(THERE, dead=False) for _ in range(10)] == [None] * 10
    assert guard.note(THERE, dead=True) is None


def test_where_all_is_bad_one_partition_halts_after_the_other(guard: DeadLetterGuard) -> None:
    partitions = [("news.raw", number) for number in range(4)]
    halted: set[tuple[str, int]] = set()
    for number in range(60):
        partition = partitions[number % 4]
        if partition not in halted and guard.note(partition, dead=True):
            halted.add(partition)
    assert halted == set(partitions)

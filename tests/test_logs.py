"""Logging: text or JSON lines, and never a secret."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import aiokafka.errors
import kafka.errors
import orjson
import pytest

from newswire import logs
from newswire.settings import load


@pytest.fixture(autouse=True)
def _root_logger_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    libraries = {name: logging.getLogger(name).level for name in (*logs.CHATTY, logs.NERVOUS)}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in libraries.items():
        logging.getLogger(name).setLevel(before)


def test_away_from_a_terminal_each_message_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    logging.getLogger("newswire.stream").warning("lost %d\nof %s", 3, "them", extra={"partition": 7})
    (line,) = capsys.readouterr().err.splitlines()
    found = orjson.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "WARNING", "logger": "newswire.stream", "message": "lost 3\nof them", "partition": 7}


def test_text_has_time_origin_message_and_what_was_given_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_format="text"))
    logging.getLogger("newswire.stream.pool").error("lost", extra={"partition": 7})
    assert capsys.readouterr().err[8:] == " stream.pool: error: lost partition=7\n"


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_secret_is_masked_in_messages_arguments_and_tracebacks(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    logs.configure(load(log_format=log_format, kafka={"sasl_password": "open sesame", "ssl_password": "abracadabra"}))
    logger = logging.getLogger("somebody.else")
    logger.warning("connecting with open sesame")
    logger.warning("options %s", {"password": "abracadabra"}, extra={"also": "open sesame"})
    try:
        raise ValueError("bad password: open sesame")
    except ValueError:
        logger.exception("failed")
    text = capsys.readouterr().err
    assert "failed" in text
    assert "ValueError" in text
    assert "sesame" not in text
    assert "abracadabra" not in text
    assert text.count("*****") >= 4


def test_libraries_are_quiet_unless_everything_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    logging.getLogger("kafka.conn").info("closing idle connection")
    logging.getLogger("kafka.net.selector").warning("a step ran for 0.3 s; never idle")
    logging.getLogger("newswire.cli").info("ours")
    logs.configure(load(log_level="DEBUG"))
    logging.getLogger("kafka.conn").debug("everything")
    text = capsys.readouterr().err
    assert "idle" not in text
    assert "ours" in text
    assert "everything" in text


def test_configuring_twice_does_not_say_everything_twice(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    logs.configure(load())
    logging.getLogger("newswire").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_a_library_repeats_is_counted_and_what_differs_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("newswire.repeats.time.monotonic", lambda: now[0])
    logs.configure(load(log_format="text"))
    logger = logging.getLogger("aiokafka.consumer.fetcher")

    def said(seconds: int, error: Exception, *, every: float = 1.0) -> list[str]:
        """What is shown of an error that comes every so many seconds."""
        for _ in range(int(seconds / every)):
            now[0] += every
            logger.error("Failed fetch messages from %s: %s after %f s", 1, error, now[0])
        return [line.split("error: ", 1)[1] for line in capsys.readouterr().err.splitlines()]

    first = said(59, TimeoutError("a"))
    assert len(first) == 1
    assert "more of these" not in first[0]
    assert [line.partition(" (and ")[2] for line in said(60, TimeoutError("a"))] == ["60 more of these in 1 min)"]
    assert len(said(600, TimeoutError("a"))) == 1
    assert len(said(3000, TimeoutError("a"), every=100)) == 0
    assert len(said(1, TimeoutError("b"))) == 1, "another error of the same message"
    assert len(said(1, RuntimeError("b"))) == 1, "another class of error"
    now[0] += 3600
    assert len(said(1, TimeoutError("b"))) == 1, "after a long silence it is news"


def test_a_message_with_a_number_that_always_changes_is_counted_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    for offset in range(10_000):
        logging.getLogger("faust.transport").warning("no such offset: %s", offset)
    assert len(capsys.readouterr().err.splitlines()) < 20


def test_our_own_lines_are_all_shown(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    for _ in range(3):
        logging.getLogger("newswire.stream.agents").warning("a dead letter")
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_lost_connection_is_not_told_in_each_clients_words_and_other_errors_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(load())
    for errors in (kafka.errors, aiokafka.errors):
        logger = logging.getLogger(errors.__name__.partition(".")[0] + ".somewhere")
        logger.error("Failed fetch messages from %s: %s", 1, errors.NodeNotReadyError("1"))
        logger.error("%s: Connection lost: %s", 1, errors.KafkaConnectionError("closed"))
        logger.error("Failed fetch messages from %s: %s", 1, errors.TopicAuthorizationFailedError("news.raw"))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("Authorization" in line for line in lines)


LOUD = """
import asyncio, sys, threading, warnings
from newswire import logs
from newswire.settings import load
logs.configure(load(log_format="json"))
warnings.warn("old", FutureWarning)
thread = threading.Thread(target=lambda: 1 / 0, name="side")
thread.start()
thread.join()

class Odd:
    def __del__(self):
        raise ValueError("odd")

Odd()

async def main():
    task = asyncio.create_task(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    import gc
    gc.collect()

async def lost():
    raise KeyError("lost")

asyncio.run(main())
raise SystemError("the end")
"""


@pytest.mark.slow
def test_what_python_itself_writes_to_stderr_is_json_too() -> None:
    done = subprocess.run([sys.executable, "-c", LOUD], capture_output=True, text=True)
    lines = [orjson.loads(line) for line in done.stderr.splitlines()]
    found = [(line["logger"], line["level"]) for line in lines]
    assert found == [
        ("py.warnings", "WARNING"),
        ("newswire.logs", "CRITICAL"),
        ("newswire.logs", "ERROR"),
        ("asyncio", "ERROR"),
        ("newswire.logs", "CRITICAL"),
    ]
    assert "FutureWarning: old" in lines[0]["message"]
    assert lines[1]["message"] == "Nobody caught ZeroDivisionError in thread side: division by zero"
    assert "ValueError: odd" in lines[2]["exception"]
    assert "KeyError" in lines[3]["exception"]
    assert lines[4]["message"] == "Nobody caught SystemError: the end"
    assert done.returncode == 1

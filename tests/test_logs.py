"""Logging: text or JSON lines, and never a secret."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import orjson
import pytest

from pipeline import logs
from pipeline.settings import load


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
    logging.getLogger("pipeline.stream").warning("lost %d\nof %s", 3, "them", extra={"partition": 7})
    (line,) = capsys.readouterr().err.splitlines()
    found = orjson.loads(line)
    assert found.pop("time").endswith("+00:00")
    assert found == {"level": "WARNING", "logger": "pipeline.stream", "message": "lost 3\nof them", "partition": 7}


def test_text_has_time_origin_message_and_what_was_given_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_format="text"))
    logging.getLogger("pipeline.stream.pool").error("lost", extra={"partition": 7})
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
    logging.getLogger("pipeline.cli").info("ours")
    logs.configure(load(log_level="DEBUG"))
    logging.getLogger("kafka.conn").debug("everything")
    text = capsys.readouterr().err
    assert "idle" not in text
    assert "ours" in text
    assert "everything" in text


def test_configuring_twice_does_not_say_everything_twice(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    logs.configure(load())
    logging.getLogger("pipeline").warning("once")
    assert len(capsys.readouterr().err.splitlines()) == 1

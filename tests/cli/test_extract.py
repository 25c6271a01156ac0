"""`newswire extract` with real worker processes."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from newswire.extract import extract
from newswire.records import Extraction, decode, encode
from newswire.settings import Settings
from newswire.topics import RAW
from newswire.wire import read
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment

# Each starts a pool of processes.
pytestmark = pytest.mark.slow

Newswire = Callable[..., Done]

HOSTILE = "tests.stream.hostile:HostileTasks"

STORY = "“We are ready for talks,” Foreign Minister Ana Kovac said in Bergen on Friday. She met miners."


def _settings(processes: int = 2, **pool: object) -> Settings:
    return Settings(pool={"processes": processes, **pool})  # type: ignore[arg-type]


def _article(id: str, body: str = STORY, **more: object) -> bytes:
    return orjson.dumps({"id": id, "body": body, "published": "2026-01-30T12:00:00Z", **more})


def test_each_line_gives_its_extraction_in_order_and_the_same_as_every_other_way(
    newswire_process: Newswire, tmp_path: Path
) -> None:
    # Long and short ones by turns, so that with two processes later ones are done before earlier ones.
    articles = [_article(f"urn:example:{n}", "\n\n".join([STORY] * (1 if n % 3 else 25))) for n in range(12)]
    done = newswire_process("extract", "--jsonl", stdin=b"\n".join(articles), settings=_settings())
    lines = done.out.splitlines()
    expected = [encode(extract(read(article, {})[0])) for article in articles]
    assert lines == expected
    extraction = decode(lines[0], Extraction)
    assert extraction.article.id == "urn:example:0"
    assert extraction.quotes
    (tmp_path / "story.json").write_bytes(articles[1])
    assert newswire_process("extract", "story.json", settings=_settings(1)).out.splitlines() == [expected[1]]


def test_a_line_that_fails_gives_an_error_in_its_place_and_status_1(newswire_process: Newswire) -> None:
    lines = [
        _article("a"),
        b"",
        b"   \r",
        b'{"id": "no body"}',
        b'{"id": "b", "body": 7}',
        b"no json",
        b"[" + _article("c") + b"," + _article("d") + b"]",
        b'{"id": "e", "body": "' + b"x" * RAW.max_message_bytes + b'"}',
        b'"\xff"',
        _article("f"),
    ]
    done = newswire_process("extract", "--jsonl", stdin=b"\n".join(lines) + b"\n", settings=_settings(), status=1)
    found = done.json
    assert len(found) == len(lines)
    assert [n for n, line in enumerate(found) if "error" not in line] == [0, 9]
    errors = [line["error"] for line in found if "error" in line]
    assert [error["line"] for error in errors] == list(range(2, 10))
    assert all(error["type"] == "InputError" and error["message"] for error in errors)
    assert errors[0]["message"] == errors[1]["message"] == "the line is blank"
    assert errors[2]["id"] == "no body"
    assert "2 articles" in errors[5]["message"]
    assert f"the limit is {RAW.max_message_bytes:,}" in errors[6]["message"]
    assert "10 messages, 8 failed" in done.err


def test_an_article_that_kills_or_hangs_its_process_costs_only_itself(newswire_process: Newswire) -> None:
    orders = [None, "die", None, None, "hang", None, "raise boom", None]
    lines = [_article(str(n), headline=order) for n, order in enumerate(orders)]
    settings = _settings(2, tasks=HOSTILE, task_deadline=2.0)
    found = newswire_process("extract", "--jsonl", stdin=b"\n".join(lines), settings=settings, status=1).json
    types = [line["error"]["type"] if "error" in line else None for line in found]
    assert types == [None, "WorkerProcessError", None, None, "WorkerProcessError", None, "PermanentError", None]
    assert [line["article"]["id"] for line in found if "article" in line] == ["0", "2", "3", "5", "7"]


def test_a_result_is_written_before_the_next_line_comes() -> None:
    process = _start(_settings(1, tasks=HOSTILE))
    assert process.stdin is not None
    assert process.stdout is not None
    for n in range(3):
        process.stdin.write(_article(str(n)) + b"\n")
        process.stdin.flush()
        assert orjson.loads(process.stdout.readline())["article"]["id"] == str(n)
    out, _ = process.communicate(timeout=DEADLINE)
    assert (process.returncode, out) == (0, b"")


def test_whoever_reads_slowly_slows_the_reading_of_the_input() -> None:
    process = _start(_settings(1, tasks=HOSTILE))
    assert process.stdin is not None
    descriptor = process.stdin.fileno()
    os.set_blocking(descriptor, False)
    line = _article("a", "x" * 10_000) + b"\n"
    taken, most = 0, 20_000_000
    # Blocked for five seconds is blocked: an article takes these tasks less than a millisecond.
    while taken < most and select.select([], [descriptor], [], 5.0)[1]:
        taken += os.write(descriptor, line[taken % len(line) :])
    process.kill()
    process.communicate(timeout=DEADLINE)
    # The pipe of the results holds some 150, each of a line of 10 kB; beyond that the window and the pipe of the input.
    assert len(line) < taken < most / 4


def test_nothing_in_gives_nothing_out_and_status_0(newswire_process: Newswire) -> None:
    assert newswire_process("extract", "--jsonl", settings=_settings(1, tasks=HOSTILE)).out == b""


def test_a_file_takes_what_its_description_says(newswire_process: Newswire, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    (tmp_path / "story.meta.json").write_text(
        '{"id": "urn:example:1", "headline": "Ready", "published": "2026-01-30T12:00:00Z", "source": "Harbour Wire"}'
    )
    (found,) = newswire_process("extract", "story.txt", settings=_settings(1)).json
    head = found["article"]
    assert isinstance(head, dict)
    assert (head["id"], head["headline"], head["source"]) == ("urn:example:1", "Ready", "Harbour Wire")


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_extracted(
    newswire_process: Newswire, tmp_path: Path
) -> None:
    (tmp_path / "good.json").write_bytes(_article("a"))
    (tmp_path / "bad.json").write_bytes(b'{"id": ')
    (tmp_path / "odd.txt").write_text(STORY)
    (tmp_path / "odd.meta.json").write_text('{"titel": "?"}')
    done = newswire_process(
        "extract", "bad.json", "odd.txt", "good.json", settings=_settings(1, tasks=HOSTILE), status=1
    )
    assert len(done.out.splitlines()) == 1
    assert "error: bad.json: " in done.err
    assert "error: odd.txt: " in done.err
    assert "titel" in done.err


def test_a_missing_model_is_one_clear_error(newswire_process: Newswire, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    done = newswire_process(
        "extract", "story.txt", "--set", "extract.model=en_no_such_model", settings=_settings(1), status=1
    )
    assert "error: The language model 'en_no_such_model'" in done.err


def test_a_terminal_gets_tables(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "story.txt").write_text(STORY)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*NEWSWIRE, "extract", "story.txt"],
        stdout=theirs,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(_settings(1), NO_COLOR="1", COLUMNS="140", TERM="dumb"),
    )
    os.close(theirs)
    shown = b""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # Linux's way to say that the other end is closed
            break
    os.close(ours)
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    text = shown.decode()
    assert "Quotes (" in text
    assert "We are ready for talks" in text
    assert "\x1b[3" not in text  # NO_COLOR


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*NEWSWIRE, "extract", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(settings),
    )

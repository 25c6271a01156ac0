"""`newswire export` on a real broker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from tests.cli.kafka import extraction, publish


@pytest.fixture
def filled(embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]) -> Settings:
    """A broker with stories of which one is killed, one corrected, and one told twice."""
    settings = settings_for(embedded_broker)
    create_topics(settings)
    publish(
        settings,
        extraction("a"),
        extraction("b", speaker="Otto Lind"),
        extraction("b", speaker="Otto Lund", version=2),
        extraction("c", speaker="Ida Berg"),
        extraction("c", speaker="Ida Berg", version=2, status="canceled"),
        extraction("a"),
    )
    return settings


def run(settings: Settings | None, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ["--servers", settings.kafka.servers, "--prefix", settings.topics.prefix] if settings else []
    command = [sys.executable, "-m", "newswire", "export", *arguments, *place]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_stands_is_written_once_and_what_is_withdrawn_is_left_out(filled: Settings, tmp_path: Path) -> None:
    path = tmp_path / "quotes.jsonl"
    done = run(filled, "quotes", "--since", "7d", "--to", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"2 quotes in {path}\n")
    found = {(line["article_id"], line["article_version"], line["speaker"]) for line in lines(path)}
    assert found == {("a", 1, "Mina Holt"), ("b", 2, "Otto Lund")}


def test_conditions_and_a_format_choose(filled: Settings, tmp_path: Path) -> None:
    path = tmp_path / "events.table"
    done = run(filled, "events", "--where", "actors=Lund", "--to", str(path), "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert [line["actors"] for line in lines(path)] == ["Otto Lund"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("quotes", "--to", "quotes.xlsx"), "End it in .parquet, .csv"),
        (("quotes", "--to", "nowhere/quotes.csv"), "There is no directory nowhere"),
        (("rumours", "--to", "q.csv"), "'rumours' is not one of"),
        (("quotes", "--to", "q.csv", "--since", "soon"), "neither a time"),
        (("quotes", "--to", "q.csv", "--where", "speaker"), "is not a condition"),
        (("quotes", "--to", "q.csv", "--servers", "127.0.0.1:1"), "No broker answers at 127.0.0.1:1"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    done = run(None, *arguments)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_that_stands_is_no_file(filled: Settings, tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    done = run(filled, "quotes", "--where", "speaker=Nobody", "--to", str(path))
    assert done.returncode == 1
    assert "No quotes stand where speaker=Nobody. Choose an earlier --since" in done.stderr
    assert not path.exists()

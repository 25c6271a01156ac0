from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import uuid
from collections.abc import Callable

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from newswire.clients import admin
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics, topic_states
from newswire.topics import QUOTES, TOPICS
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment
from tests.waiting import wait_for

Newswire = Callable[..., Done]


@pytest.fixture
def embedded(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    return settings


@pytest.fixture
def news(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    """Topics with names as long as the default ones."""
    settings = settings_for(embedded_broker, topics={"prefix": f"n{uuid.uuid4().hex[:3]}.", "partitions": 12})
    create_topics(settings)
    return settings


def compress(settings: Settings, codec: str) -> str:
    """Gives the topic of the quotes another codec, as an operator would; its name."""
    name = QUOTES.full_name(settings.topics)
    with admin(settings.kafka) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"compression.type": codec})])
    wait_for(
        lambda: topic_states(settings, [QUOTES])[0].configuration["compression.type"] == codec, "the broker says so"
    )
    return name


def on_a_terminal(columns: int, settings: Settings, *arguments: str) -> list[str]:
    """The lines that a command writes to a terminal of this width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    given = {name: value for name, value in environment(settings).items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [*NEWSWIRE, *arguments], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=given, text=True
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 65536):
            written += piece
    except OSError:  # how a terminal whose other end was closed ends
        pass
    finally:
        os.close(ours)
        _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    return written.decode().splitlines()


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_list_fits_a_terminal_of_any_width_and_cuts_nothing_off(news: Settings, columns: int) -> None:
    lines = on_a_terminal(columns, news, "topics", "list")
    assert max(map(len, lines)) <= columns
    said = " ".join(" ".join(lines).split())
    assert "…" not in said
    for state in topic_states(news):
        row = next(line.split() for line in lines if line.startswith(f"{state.name} "))
        assert row[1:3] == [str(state.partitions), "1"]
        assert row[-1] == "fit"
        assert state.topic.meaning in said
        assert state.topic.key in said
    assert "7 days" in said
    assert "up to 4 MiB a message" in said
    assert "compression.type gzip" in said


def test_what_is_missing_or_unfit_is_said_in_one_line_with_its_remedy(
    newswire: Newswire, embedded_broker: LocalBroker, settings_for: Callable[..., Settings]
) -> None:
    settings = settings_for(embedded_broker)
    create_topics(settings, [topic for topic in TOPICS if topic is not QUOTES])
    more = settings_for(embedded_broker, topics={"prefix": settings.topics.prefix, "partitions": 9})
    lines = newswire("topics", "list", settings=more).lines
    name = QUOTES.full_name(settings.topics)
    assert any(line.startswith(f"{name} ") and line.endswith("missing") for line in lines)
    assert f"missing: {name} does not exist: run `newswire topics create`" in lines
    assert any(line.startswith("unfit: ") and "--partitions 9" in line for line in lines)


def test_another_codec_fits_and_is_warned_of(newswire: Newswire, embedded: Settings) -> None:
    name = compress(embedded, "zstd")
    done = newswire("topics", "check", settings=embedded)
    assert done.out == b"All topics exist and fit.\n"
    (warning,) = done.err.splitlines()
    assert warning.startswith(f"warning: {name} keeps its messages in zstd")
    assert "kafka-configs.sh" in warning
    assert "until its retention is over" in warning
    listed = newswire("topics", "list", settings=embedded)
    assert warning in listed.err
    assert any(line.startswith(f"{name} ") and line.endswith("warning") for line in listed.lines)


def test_as_json_a_topic_has_its_configuration_problems_and_warnings(newswire: Newswire, embedded: Settings) -> None:
    name = compress(embedded, "lz4")
    rows = {row["name"]: row for row in newswire("topics", "list", "--json", settings=embedded).json}
    assert len(rows) == len(TOPICS)
    found = rows[name]
    assert found["exists"]
    assert found["partitions"] == 4
    assert found["record"] == "QuoteRecord"
    assert found["problems"] == []
    assert found["configuration"]["compression.type"] == "lz4"
    assert "lz4, not in gzip" in found["warnings"][0]
    assert [row["name"] for row in rows.values() if row["warnings"]] == [name]

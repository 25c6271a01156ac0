"""`newswire tail` on real brokers."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime

import orjson
import pytest
from kafka import KafkaAdminClient, KafkaProducer

from newswire.clients import kafka_python_options
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.batches import Outgoing
from newswire.topic_admin import create_topics
from newswire.topics import DEAD_LETTERS, QUOTES, RAW
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment
from tests.cli.kafka import extraction, publish, send

Newswire = Callable[..., Done]

READ_ALL = ("--from-beginning", "--until-end")


@pytest.fixture
def embedded(embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]) -> Settings:
    """Settings for the embedded broker, on which the topics are."""
    settings = settings_for(embedded_broker)
    create_topics(settings)
    return settings


def test_records_of_every_topic_read_as_lines_up_to_the_end(newswire: Newswire, settings: Settings) -> None:
    create_topics(settings)
    publish(settings, extraction("a"), extraction("b", speaker="Otto Lind"))
    lines = newswire("tail", "extractions", "entities", "quotes", "events", *READ_ALL, settings=settings).lines
    assert sorted(line.split(" ", 1)[1] for line in lines) == sorted(
        line
        for id, name in (("a", "Mina Holt"), ("b", "Otto Lind"))
        for line in (
            f"extractions Story {id} — 1 entity, 1 quote, 1 event ({id} v1, usable)",
            f"entities  PERSON {name}: 1 mention ({id} v1)",
            f"quotes    {name} [said]: We stay in port (direct, {id} v1)",
            f"events    CONSULT “met” {name} [NOR] ({id} v1)",
        )
    )


def test_json_lines_are_the_records_byte_for_byte(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, extraction("a"))
    (line,) = newswire(
        "tail", QUOTES.full_name(embedded.topics), *READ_ALL, "--json", settings=embedded
    ).out.splitlines()
    assert orjson.dumps(orjson.loads(line)) == line
    assert orjson.loads(line)["speaker"]["name"] == "Mina Holt"
    assert orjson.loads(line)["article"]["id"] == "a"


def test_conditions_choose_among_the_records(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, extraction("a"), extraction("b", speaker="Otto Lind"), extraction("c", speaker=None))

    def found(*conditions: str) -> list[str]:
        options = [part for condition in conditions for part in ("--where", condition)]
        done = newswire("tail", "quotes", *READ_ALL, "--json", *options, settings=embedded)
        return sorted(line["id"] for line in done.json)

    assert found("speaker=Lind") == ["b-q"]
    assert found("speaker!=Lind") == ["a-q", "c-q"]
    assert found("text~PORT", "speaker.name=mina holt") == ["a-q"]
    assert found("speaker=null") == ["c-q"]


def test_a_condition_on_a_field_that_does_not_exist_is_refused(newswire: Newswire, embedded: Settings) -> None:
    done = newswire("tail", "quotes", "--where", "speeker=Lind", settings=embedded, status=1)
    assert "There is no field speeker" in done.err


def test_markers_are_shown_when_they_withdraw_a_story_or_when_asked_for(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, extraction("a"), extraction("a", version=2, status="canceled"))
    shown = newswire("tail", "quotes", *READ_ALL, settings=embedded).lines
    assert [line.split(" ", 1)[1] for line in shown] == [
        "quotes    Mina Holt [said]: We stay in port (direct, a v1)",
        "quotes    everything of a is canceled as of version 2",
    ]
    every = newswire("tail", "quotes", *READ_ALL, "--markers", settings=embedded).lines
    assert any(line.endswith("end of a v1: 1 record") for line in every)


def test_raw_messages_are_shown_as_they_came(newswire: Newswire, embedded: Settings) -> None:
    raw = RAW.full_name(embedded.topics)
    send(
        embedded,
        [
            Outgoing(raw, b"k", b"Good\x1b[2J morning\xff", (("content-type", b"text/plain"),)),
            Outgoing(raw, b"other", None),
        ],
    )
    lines = newswire("tail", "raw", *READ_ALL, settings=embedded).lines
    assert len(lines) == 2
    assert not any("\x1b" in line for line in lines)
    found = newswire("tail", "raw", *READ_ALL, "--json", settings=embedded).json
    with_value = next(line for line in found if line.get("base64"))
    assert with_value["key"] == "k"
    assert with_value["headers"] == [["content-type", "text/plain"]]
    assert {line["topic"] for line in found} == {raw}


def test_what_is_no_record_is_said_to_be_so_and_does_not_end_the_reading(
    newswire: Newswire, embedded: Settings
) -> None:
    send(embedded, [Outgoing(QUOTES.full_name(embedded.topics), b"a", b'{"id": 3}')])
    publish(embedded, extraction("a"))
    lines = newswire("tail", "quotes", *READ_ALL, settings=embedded).lines
    assert len(lines) == 2
    assert any("cannot be read" in line for line in lines)


def test_it_follows_from_now_on_until_interrupted_and_commits_nothing(embedded: Settings) -> None:
    publish(embedded, extraction("before"))
    process = subprocess.Popen(
        [*NEWSWIRE, "tail", "quotes"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(embedded),
    )
    assert process.stderr is not None
    assert process.stdout is not None
    assert "Following" in process.stderr.readline()
    publish(embedded, extraction("after"))
    assert "(direct, after v1)" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    client = KafkaAdminClient(**kafka_python_options(embedded.kafka))
    try:
        assert not [group for group in client.list_groups() if embedded.topics.prefix in group["group_id"]]
    finally:
        client.close()


def test_it_ends_after_as_many_as_are_wanted(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, *(extraction(str(n)) for n in range(5)))
    assert len(newswire("tail", "quotes", "--from-beginning", "--count", 3, settings=embedded).lines) == 3


def test_empty_topics_end_at_once(newswire: Newswire, embedded: Settings) -> None:
    assert newswire("tail", "quotes", DEAD_LETTERS.name, *READ_ALL, settings=embedded).out == b""


def test_a_missing_topic_is_a_clear_error(
    newswire: Newswire, embedded_broker: LocalBroker, settings_for: Callable[..., Settings]
) -> None:
    nothing = settings_for(embedded_broker)
    assert "newswire topics create" in newswire("tail", "quotes", settings=nothing, status=1).err


def test_ctrl_c_at_any_moment_ends_it_with_status_130_and_no_traceback(embedded: Settings) -> None:
    """While it imports, connects, waits for messages: moments a tenth of the time apart that it takes to be there, until six of
    them have fallen into our code.
    """
    publish(embedded, extraction("a"))

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*NEWSWIRE, "tail", "quotes"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(embedded),
        )

    began = time.monotonic()
    first = started()
    assert first.stderr is not None
    assert "Following" in first.stderr.readline()
    there = time.monotonic() - began
    first.send_signal(signal.SIGINT)
    assert first.wait(DEADLINE) == 130
    ours = number = 0
    while ours < 6:
        process = started()
        with contextlib.suppress(subprocess.TimeoutExpired):  # the moment, and not a condition, is what is tried here
            process.wait(there * number / 10)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=DEADLINE)
        # Before the first line of ours is reached, what happens is Python's choice.
        reached = process.returncode == 130
        assert reached or "in run" not in err, f"moment {number}, status {process.returncode}: {err}"
        assert not reached or "Traceback" not in err
        ours += reached
        number += 1


def _at(settings: Settings, moments: dict[int, str]) -> None:
    """A raw message for each time in Unix milliseconds, each with its own key."""
    with KafkaProducer(**kafka_python_options(settings.kafka)) as producer:
        for moment, key in moments.items():
            producer.send(RAW.full_name(settings.topics), b"text", key=key.encode(), timestamp_ms=moment).get(
                timeout=30
            )


def test_it_begins_at_a_time_or_an_age(newswire: Newswire, settings: Settings) -> None:
    """On both brokers: finding offsets by time is theirs."""
    create_topics(settings)
    now = int(time.time() * 1000)
    hour = 60 * 60 * 1000
    _at(settings, {now - 5 * hour: "five", now - 3 * hour: "three", now - hour: "one", now - 3 * hour + 1: "late"})

    def keys(*arguments: str) -> list[str]:
        found = newswire("tail", "raw", "--json", "--until-end", *arguments, settings=settings).json
        return sorted(str(line["key"]) for line in found)

    assert keys("--since", "2h") == ["one"]
    assert keys("--since", "4h") == ["late", "one", "three"]
    assert keys("--since", "1d") == ["five", "late", "one", "three"]
    exactly = datetime.fromtimestamp((now - 3 * hour) / 1000, UTC).isoformat()
    assert keys("--since", exactly) == ["late", "one", "three"]
    just_after = datetime.fromtimestamp((now - 3 * hour + 1) / 1000, UTC).isoformat()
    assert keys("--since", just_after) == ["late", "one"]
    assert keys("--since", "30m") == keys("--since", "2100-01-01T00:00:00Z") == []
    assert keys("--since", "1d", "--key", "three") == ["three"]


def test_messages_of_one_article_alone_are_shown(newswire: Newswire, embedded: Settings) -> None:
    publish(embedded, *(extraction(f"urn:example:{n}") for n in range(8)))
    for wanted in ("urn:example:3", "urn:example:7"):
        found = newswire("tail", "quotes", "events", *READ_ALL, "--key", wanted, "--json", settings=embedded).json
        assert len(found) == 2
        assert {line["article"]["id"] for line in found} == {wanted}
    assert newswire("tail", "quotes", *READ_ALL, "--key", "urn:example", settings=embedded).out == b""


@pytest.mark.parametrize("time", ["yesterday", "2h30m", "-2h", "2026-13-01", "99999999999999d", "1", ""])
def test_a_time_that_is_none_is_refused_with_what_would_be_one(newswire: Newswire, time: str) -> None:
    for command in (("tail", "quotes"), ("dlq", "list")):
        said = newswire(*command, "--since", time, status=2).err
        assert "is neither a time (2026-01-31T12:00:00Z) nor an age (90s, 30m, 2h, 1d)" in said


def test_two_places_to_begin_at_are_refused(newswire: Newswire) -> None:
    assert (
        "Use either --since or --from-beginning"
        in newswire("tail", "quotes", "--since", "2h", "--from-beginning", status=2).err
    )

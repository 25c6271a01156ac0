"""`newswire dlq` on letters as the workers write them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newswire.cli.following import follow
from newswire.errors import InputError, WorkerProcessError
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.stream.dead_letters import dead_letter
from newswire.stream.message import ConsumedMessage
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES, RAW, SOURCE_HEADER, Topic
from tests.cli.conftest import Done
from tests.cli.kafka import send

Newswire = Callable[..., Done]

HEADERS = (
    ("content-type", b"text/plain"),
    ("traceparent", b"00-1"),
    ("note", b"\xff"),
    ("note", b"twice"),
    (SOURCE_HEADER, b"wire/story.txt"),
)


def _message(settings: Settings, topic: Topic, value: bytes | None, key: bytes = b"k") -> ConsumedMessage:
    return ConsumedMessage(topic.full_name(settings.topics), 2, 40, key, value, HEADERS, 0)


def _fill(settings: Settings) -> None:
    """Three letters: two of the intake, one of the extraction."""
    bad = InputError("no body\x1b[2J", "Send one", format="ninjs", where="$.body")
    died = WorkerProcessError("The process died")
    letters = [
        dead_letter(_message(settings, RAW, b"\x00\xffbytes"), "intake", bad, settings),
        dead_letter(_message(settings, RAW, None, b"other"), "intake", bad, settings),
        dead_letter(_message(settings, ARTICLES, b'{"id": "a"}'), "extract", died, settings),
    ]
    send(settings, letters)


@pytest.fixture
def filled(embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]) -> Settings:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    _fill(settings)
    return settings


def _on(settings: Settings, topic: Topic) -> list[ConsumedMessage]:
    return list(follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True))


def test_letters_are_listed_with_origin_stage_reason_and_what_was_wrong(newswire: Newswire, filled: Settings) -> None:
    done = newswire("dlq", "list", settings=filled)
    raw = RAW.full_name(filled.topics)
    assert sum("intake/input  no body [2J" in line for line in done.lines) == 2
    assert sum(f"{raw}[2]@40  k from wire/story.txt  intake/input" in line for line in done.lines) == 1
    assert sum(f"{raw}[2]@40  other from wire/story.txt  intake/input" in line for line in done.lines) == 1
    assert sum("extract/process" in line for line in done.lines) == 1
    assert "3 dead letters: 2 intake/input, 1 extract/process" in done.err


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (("--stage", "intake"), 2),
        (("--stage", "publish"), 0),
        (("--reason", "process"), 1),
        (("--topic", "raw"), 2),
        (("--topic", "raw", "--reason", "process"), 0),
        (("--since", "1h"), 3),
        (("--since", "2100-01-01T00:00:00Z"), 0),
    ],
)
def test_letters_are_selected(newswire: Newswire, filled: Settings, selection: tuple[str, ...], count: int) -> None:
    found = newswire("dlq", "list", "--json", *selection, settings=filled).json
    assert len(found) == count
    for line in found:
        assert line["topic"] in (RAW.full_name(filled.topics), ARTICLES.full_name(filled.topics))
        assert line["origin"] == {"partition": "2", "offset": "40"}


def test_one_letter_is_shown_whole_or_as_its_bytes_alone(newswire: Newswire, filled: Settings) -> None:
    first = next(
        line for line in newswire("dlq", "list", "--json", "--stage", "intake", settings=filled).json if line["bytes"]
    )
    place = f"{first['partition']}:{first['offset']}"
    text = newswire("dlq", "show", place, settings=filled).out.decode()
    for part in (
        "content-type: text/plain",
        "__connect.errors.exception.message: no body",
        "newswire.errors.where: $.body",
        "7 bytes",
    ):
        assert part in text
    assert "\x1b" not in text
    assert newswire("dlq", "show", place, "--value", settings=filled).out == b"\x00\xffbytes"
    assert "There is no dead letter at 0:999" in newswire("dlq", "show", "0:999", settings=filled, status=1).err


def test_a_dry_run_sends_nothing(newswire: Newswire, filled: Settings) -> None:
    done = newswire("dlq", "replay", "--all", "--dry-run", settings=filled)
    assert len(done.lines) == 3
    assert "would send 3 letters" in done.err
    assert _on(filled, RAW) == []


def test_replay_sends_the_original_message_back_without_the_error(newswire: Newswire, settings: Settings) -> None:
    create_topics(settings)
    _fill(settings)
    done = newswire("dlq", "replay", "--stage", "intake", settings=settings)
    assert f"sent 2 letters: 2 to {RAW.full_name(settings.topics)}" in done.err
    back = _on(settings, RAW)
    assert sorted(((m.key, m.value) for m in back), key=repr) == [(b"k", b"\x00\xffbytes"), (b"other", None)]
    assert {m.headers for m in back} == {HEADERS}
    assert _on(settings, ARTICLES) == []


def test_a_single_letter_is_replayed_by_its_place(newswire: Newswire, filled: Settings) -> None:
    (line,) = newswire("dlq", "list", "--json", "--reason", "process", settings=filled).json
    newswire("dlq", "replay", f"{line['partition']}:{line['offset']}", settings=filled)
    assert [m.value for m in _on(filled, ARTICLES)] == [b'{"id": "a"}']
    assert _on(filled, RAW) == []


def test_replay_keeps_to_its_rate(newswire: Newswire, filled: Settings) -> None:
    began = time.monotonic()
    newswire("dlq", "replay", "--all", "--rate", "2", settings=filled)
    assert time.monotonic() - began > 1.0  # the third one a second after the first
    assert len(_on(filled, RAW)) == 2


def test_letters_of_another_pipeline_are_not_sent_anywhere(newswire: Newswire, filled: Settings) -> None:
    message = ConsumedMessage("payments", 0, 0, b"k", b"v", (), 0)
    send(filled, [dead_letter(message, "intake", InputError("odd"), filled)])
    done = newswire("dlq", "replay", "--all", settings=filled, status=1)
    assert "came from payments" in done.err


def test_a_single_letter_is_not_called_letters(newswire: Newswire, filled: Settings) -> None:
    assert "1 dead letter: 1 extract/process" in newswire("dlq", "list", "--reason", "process", settings=filled).err
    sent = newswire("dlq", "replay", "--reason", "process", "--dry-run", settings=filled).err
    assert "would send 1 letter: " in sent


def test_a_letter_says_which_file_was_fed(
    newswire: Newswire, embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings], tmp_path: Path
) -> None:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "cut.json").write_bytes(b'{"id": ')
    (tmp_path / "wire" / "more.jsonl").write_bytes(b'{"id": 1}\n{"id": ')
    newswire("feed", "wire", settings=settings)
    bad = InputError("cut off")
    fed = _on(settings, RAW)
    assert len(fed) == 3
    send(settings, [dead_letter(message, "intake", bad, settings) for message in fed])
    lines = newswire("dlq", "list", settings=settings).lines
    for source in ("cut.json from wire/cut.json", "more.jsonl:1 from wire/more.jsonl:1", "wire/more.jsonl:2"):
        assert sum(source in line for line in lines) == 1, lines

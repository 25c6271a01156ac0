"""What holds for every command: help, options that are settings, errors, exit statuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
import pytest

from newswire import __version__
from newswire.cli import COMMANDS
from newswire.settings import Settings
from tests.cli.conftest import DEADLINE, NEWSWIRE, Done, environment

Newswire = Callable[..., Done]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists_and_explains_itself_and_its_options(name: str) -> None:
    command = import_module(COMMANDS[name][0]).command
    assert isinstance(command, click.Command)
    assert command.help
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []
    for part in [command, *inner]:
        assert part.help
        unexplained = [p.name for p in part.params if isinstance(p, click.Option) and not p.help]
        assert unexplained == [], f"{name} {part.name}"


def test_help_lists_every_command(newswire: Newswire) -> None:
    text = newswire("--help").out.decode()
    for name, (_, meaning) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(meaning[:30])}", text, re.MULTILINE)


def test_version_names_this_program_and_what_it_stands_on(newswire: Newswire) -> None:
    assert newswire("--version").out.decode().strip() == f"newswire, version {__version__}"
    (found,) = newswire("version", "--json").json
    assert found["newswire"] == __version__
    assert {"faust-streaming", "spacy", "kafka-python", "python"} <= set(found)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--servers", "here:1", "config", "show"),
        ("config", "--servers", "here:1", "show"),
        ("config", "show", "--servers", "here:1"),
        ("config", "show", "--set", "kafka.servers=here:1"),
        ("--set", "kafka.servers=there:2", "config", "show", "--servers", "here:1"),
    ],
)
def test_options_that_are_settings_stand_before_or_after_the_command(
    newswire: Newswire, arguments: tuple[str, ...]
) -> None:
    assert re.search(r'^kafka\.servers +"here:1"  \(flag\)$', newswire(*arguments).out.decode(), re.MULTILINE)


def test_a_settings_file_is_named_by_an_option(newswire: Newswire, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[topics]\nprefix = "desk."\n')
    text = newswire("config", "show", "--config", "mine.toml").out.decode()
    assert re.search(r'^topics\.prefix +"desk\."  \(mine\.toml\)$', text, re.MULTILINE)


def test_a_wrong_setting_ends_with_status_1_and_one_message_that_says_what_to_do(newswire: Newswire) -> None:
    done = newswire("config", "show", "--set", "pool.proceses=3", status=1)
    assert done.out == b""
    assert done.err.splitlines() == [
        "error: Wrong settings: pool.proceses (flag): is not a setting. `newswire config show` lists every setting"
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("extract",),
        ("extract", "no-such-file.txt"),
        ("extract", "--jsonl", "x.txt"),
        ("tail",),
        ("tail", "gossip"),
        ("config", "show", "--set", "no-equals-sign"),
        ("config", "show", "--config", "no-such-file.toml"),
        ("dlq", "replay"),
        ("dlq", "list", "--since", "yesterday"),
        ("dlq", "show", "seven"),
        ("worker", "--agents", "reader"),
    ],
)
def test_wrong_usage_ends_with_status_2(newswire: Newswire, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "x.txt").write_text("x")
    # A worker's stderr is a log: away from a terminal it is JSON, this line too.
    assert re.search(r'Error: |"level":"ERROR"', newswire(*arguments, status=2).err)


def test_a_file_that_cannot_be_written_is_named(newswire: Newswire, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert newswire("schema", "--out", "file/inner", status=1).err.startswith("error: file/inner: ")


def _run_broken(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A `newswire version` whose module is missing: a bug."""
    code = (
        f"from newswire import cli; cli.COMMANDS['version'] = ('newswire.nowhere', ''); cli.main({list(arguments)!r})"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(), timeout=DEADLINE
    )


@pytest.mark.slow
def test_an_unexpected_error_is_called_a_bug_and_its_traceback_is_kept_in_a_file() -> None:
    done = _run_broken("version")
    assert done.returncode == 70
    assert done.stdout == ""
    found = re.fullmatch(
        r"error: This is a bug in newswire: ModuleNotFoundError: .*\. The traceback is in (\S+); .*\n", done.stderr
    )
    assert found
    trace = Path(found[1])
    assert "Traceback" in trace.read_text()
    trace.unlink()


@pytest.mark.slow
def test_the_traceback_is_shown_on_demand() -> None:
    done = _run_broken("--traceback", "version")
    assert done.returncode == 70
    assert done.stderr.startswith("Traceback")
    assert "ModuleNotFoundError" in done.stderr


@pytest.mark.slow
def test_without_a_broker_each_command_says_so_once_and_soon(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("x")
    with socket.socket() as closed:  # bound, and nobody listens
        closed.bind(("127.0.0.1", 0))
        servers = f"127.0.0.1:{closed.getsockname()[1]}"
        commands = ("lag", "tail quotes", "feed x.txt", "topics list", "topics check", "topics create", "dlq list",
                    "dlq show 0:1", "dlq replay --all")  # fmt: skip
        running = {
            command: subprocess.Popen(
                [*NEWSWIRE, *command.split(), "--servers", servers],
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                # A limit that this test would not live to see.
                env=environment(NEWSWIRE_KAFKA__REQUEST_TIMEOUT=str(2 * DEADLINE)),
            )
            for command in commands
        }
        for command, process in running.items():
            _, err = process.communicate(timeout=DEADLINE)
            assert process.returncode == 1, command
            (line,) = err.splitlines()
            assert line.startswith(f"error: No broker answers at {servers} with PLAINTEXT: Connection refused. "), (
                command
            )


@pytest.mark.slow
def test_a_broker_that_does_not_answer_at_all_is_waited_for_as_long_as_the_setting_says(
    newswire: Newswire,
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        servers = f"127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        done = newswire("lag", "--servers", servers, "--set", "kafka.request_timeout=6.5", status=1)
    assert time.monotonic() - began >= 6.5
    assert done.err.startswith(f"error: No broker answers at {servers}"), done.err
    assert len(done.err.splitlines()) == 1, done.err


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("version",), ("--help",), ("config", "template"), ("schema",)])
def test_a_reader_of_stdout_that_is_gone_ends_the_command_without_a_word(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*NEWSWIRE, *arguments], stdout=writing, stderr=subprocess.PIPE, env=environment(), timeout=DEADLINE
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.slow
def test_ctrl_c_ends_with_status_130_and_no_traceback() -> None:
    process = subprocess.Popen(
        [*NEWSWIRE, "extract", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(Settings(pool={"processes": 1})),  # type: ignore[arg-type]
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"id": "a", "body": "Good morning."}\n')
    process.stdin.flush()
    assert process.stdout.readline().startswith(b'{"article"')
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.slow
def test_a_terminal_that_lacks_a_character_gets_an_escape(newswire_process: Callable[..., Done]) -> None:
    done = newswire_process("config", "show", "--set", "kafka.client_id=Zürich“", PYTHONIOENCODING="latin-1")
    assert '"Zürich\\u201c"' in done.out.decode("latin-1")

"""What the documentation names exists: files, tests, commands, options, settings, fields; and its Python runs."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import msgspec
import pytest

from newswire.cli import newswire
from newswire.local.broker import LocalBroker
from newswire.records import RECORD_TYPES
from newswire.settings import Group, Settings
from newswire.topic_admin import create_topics
from tests.cli.kafka import extraction, publish

ROOT = Path(__file__).parent.parent
PAGES = sorted(page for folder in ("", "docs/", "seeds/", "training/**/") for page in ROOT.glob(f"{folder}*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _page(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _blocks(language: str) -> list[tuple[str, str]]:
    return [
        (_page(page), code)
        for page in PAGES
        for found, code in BLOCK.findall(page.read_text(encoding="utf-8"))
        if found == language
    ]


def _commands() -> list[tuple[str, str]]:
    """Every `newswire ...` command line of a shell block, and every one in running text that is a whole one."""
    found = []
    for name, code in _blocks("sh"):
        found += [(name, line) for line in code.splitlines() if line.startswith("newswire ")]
    for page in PAGES:
        text = BLOCK.sub("", page.read_text(encoding="utf-8"))
        found += [(_page(page), line) for line in re.findall(r"`(newswire [^`\n]+)`", text)]
    return sorted(set(found))


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_list_of_pages_has_every_page_once() -> None:
    index = ROOT / "docs" / "README.md"
    listed = re.findall(r"^\* \[[^]]+\]\(([\w-]+\.md)\)", index.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.name for page in index.parent.glob("*.md") if page != index)


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_tests_that_are_named_exist(page: Path) -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page.read_text(encoding="utf-8")):
        assert (ROOT / path).is_file(), path
        assert not name or re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE), name


@pytest.mark.parametrize(("page", "line"), _commands())
def test_command_lines_are_understood(page: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    arguments = shlex.split(re.split(r"\s[|>&]|\s#", line)[0])[1:]
    if any(
        re.search(r"\.\.\.|\||^[A-Z]+$|…", argument) for argument in arguments
    ):  # placeholders: only the command itself
        arguments = [argument for argument in arguments[:1] if argument.isalpha() and argument.islower()] or ["--help"]
        arguments.append("--help")
    _parse(newswire, "newswire", arguments, None)


def _parse(command: click.Command, name: str, arguments: list[str], parent: click.Context | None) -> None:
    """Parses as click does, without running anything. Raises UsageError. A bare name of a command stands for the command."""
    try:
        context = command.make_context(name, list(arguments), parent=parent)
    except click.exceptions.Exit:  # --help
        return
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        if arguments:
            raise
        return
    if isinstance(command, click.Group):
        found, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        assert inner is not None
        _parse(inner, found, rest, context)


@pytest.mark.parametrize("page", PAGES, ids=_page)
def test_settings_that_are_named_exist(page: Path) -> None:
    known = {"log_level", "log_format"}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Group):
            known |= {f"{name}.{key}" for key in type(field.default).model_fields}
    secret_files = {f"{name}_file" for name in known if name.endswith(("_password", ".token"))}
    groups = "|".join(name for name, field in Settings.model_fields.items() if isinstance(field.default, Group))
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(rf"`((?:{groups})\.[a-z_]+)(?: = [^`]*)?`", text))
    assert named - known - {"feed.py", "topics.py"} == set()
    variables = {name.lower().replace("__", ".") for name in re.findall(r"NEWSWIRE_([A-Z_]+)", text)}
    assert variables - known - secret_files - {"config", ""} == set()


def _structs(kind: object) -> Iterator[type[msgspec.Struct]]:
    """The struct and all that it holds."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for field in msgspec.structs.fields(kind):
            yield from _structs(field.type)
    for inner in getattr(kind, "__args__", ()):
        yield from _structs(inner)


def test_every_field_of_every_record_is_explained() -> None:
    text = (ROOT / "docs" / "records.md").read_text()
    fields = {name for kind in RECORD_TYPES.values() for struct in _structs(kind) for name in struct.__struct_fields__}
    assert {name for name in fields if f"`{name}`" not in text} == set()


@pytest.fixture
def filled(embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]) -> Settings:
    """A broker with the records of two stories, one of them in two versions, the second of which is a kill."""
    settings = settings_for(embedded_broker)
    create_topics(settings)
    publish(
        settings,
        extraction("a"),
        extraction("b", speaker="Otto Lind"),
        extraction("c", speaker="Ida Berg"),
        extraction("c", speaker="Ida Berg", version=2, status="canceled"),
    )
    return settings


# Where a block speaks to a broker; the others need none.
ADDRESS = "127.0.0.1:9092"


@pytest.mark.parametrize(("page", "code"), [block for block in _blocks("python") if ADDRESS in block[1]])
def test_python_in_the_documentation_runs_on_a_real_broker(page: str, code: str, filled: Settings) -> None:
    code = code.replace(ADDRESS, filled.kafka.servers).replace('"news.', f'"{filled.topics.prefix}')
    process = subprocess.Popen([sys.executable, "-u", "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        wanted = "quotes" if "consumer_timeout_ms" in code else "Mina Holt: We stay in port (a)"
        assert any(wanted in line for line in process.stdout)
    finally:
        process.kill()
        process.communicate()


def _programs() -> list[tuple[str, str, str]]:
    """Page, program, and what it prints: the Python blocks of a page that need no broker, one after the other, and the text
    blocks behind them. A block that starts processes is a program by itself.
    """
    programs: dict[tuple[str, bool], list[str]] = {}
    for page in PAGES:
        key = None
        for language, code in BLOCK.findall(page.read_text(encoding="utf-8")):
            if language == "python":
                key = None if ADDRESS in code else (_page(page), "__main__" in code)
            if key and language in ("python", "text"):
                program = programs.setdefault(key, ["", ""])
                program[language == "text"] += code
    return [(page, code, said) for (page, _), (code, said) in programs.items()]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "code", "said"), _programs())
def test_python_in_the_documentation_that_needs_no_broker_prints_what_the_page_says(
    page: str, code: str, said: str, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, cwd=tmp_path, timeout=200)
    assert (done.returncode, done.stdout) == (0, said), done.stderr


def test_the_example_keeps_the_quotes_that_hold(filled: Settings) -> None:
    command = [sys.executable, str(ROOT / "examples" / "quotes.py"), "--servers", filled.kafka.servers]
    command += ["--topic", f"{filled.topics.prefix}quotes", "--group", f"{filled.topics.prefix}desk", "--idle", "5"]
    first = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert sorted(first.stdout.splitlines()) == [
        "Ida Berg: We stay in port",
        "Mina Holt: We stay in port",
        "Otto Lind: We stay in port",
        "c: 1 quotes no longer hold (canceled)",
    ]
    assert first.stderr.splitlines()[-1] == "2 quotes hold"
    again = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert again.stdout == ""  # it committed what it had worked on


needs_kcat = pytest.mark.skipif(
    not (shutil.which("kcat") and shutil.which("jq")), reason="kcat or jq is not here: apt-get install kcat jq"
)


@needs_kcat
def test_the_shell_example_shows_the_quotes_and_nothing_else(filled: Settings) -> None:
    command = ["sh", str(ROOT / "examples" / "quotes.sh"), filled.kafka.servers, f"{filled.topics.prefix}quotes"]
    done = subprocess.run([*command, "-o", "beginning", "-e"], capture_output=True, text=True, check=True, timeout=120)
    assert sorted(done.stdout.splitlines()) == [
        "Ida Berg: We stay in port  (Harbour Wire, c)",
        "Mina Holt: We stay in port  (Harbour Wire, a)",
        "Otto Lind: We stay in port  (Harbour Wire, b)",
    ]


@needs_kcat
def test_kcat_as_the_documentation_has_it_gives_the_quotes_and_nothing_else(filled: Settings) -> None:
    lines = [line for _, code in _blocks("sh") for line in code.splitlines() if line.startswith("kcat ")]
    assert lines
    for line in lines:
        here = line.replace("127.0.0.1:9092", filled.kafka.servers).replace(" news.", f" {filled.topics.prefix}")
        done = subprocess.run(["sh", "-c", here], capture_output=True, text=True, check=True, timeout=120)
        found = [json.loads(one) for one in done.stdout.splitlines()]
        assert sorted(one["article"]["id"] for one in found) == ["a", "b", "c"]
        assert all(one["text"] for one in found)

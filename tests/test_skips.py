"""A run that skips a test which is not on the list fails and names it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIST = ROOT / ".ci" / "allowed-skips"

TESTS = """
import pytest

def test_runs(): pass

@pytest.mark.parametrize("case", [1, 2])
def test_skips(case): pytest.skip("promtool is not here")

@pytest.mark.xfail
def test_fails_as_it_says(): assert False
"""

CONFTEST = """
from tests import skips

def pytest_configure(config): skips.watch(config)
"""


def run(directory: Path, allowed: str | None, *options: str, tests: str = TESTS) -> tuple[int, str]:
    """Status and output of a run of pytest on these tests, with that list."""
    (directory / "test_some.py").write_text(tests)
    (directory / "conftest.py").write_text(CONFTEST)
    (directory / "pytest.ini").write_text("[pytest]\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "ALLOWED"))}
    environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'pipeline'}"
    if allowed is not None:
        (directory / "list").write_text(allowed)
        environment["ALLOWED_SKIPS"] = str(directory / "list")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=str)
def test_a_skip_that_is_not_on_the_list_fails_the_run_and_is_named(tmp_path: Path, options: Sequence[str]) -> None:
    status, said = run(tmp_path, "# nothing\n", *options)
    assert status == 1
    assert "test_some.py::test_skips[1]: Skipped: promtool is not here" in said
    assert "test_fails_as_it_says:" not in said


@pytest.mark.slow
def test_a_module_that_is_skipped_whole_fails_the_run(tmp_path: Path) -> None:
    module = "import pytest\npytest.skip('no Java', allow_module_level=True)\n"
    status, said = run(tmp_path, "", tests=module)
    assert status != 0
    assert "test_some.py: Skipped: no Java" in said


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=str)
def test_it_fails_a_second_try_of_what_failed_even_if_the_rest_passes_then(
    tmp_path: Path, options: Sequence[str]
) -> None:
    first = "\nfrom pathlib import Path\n\ndef test_at_the_second_try():\n    there = Path('tried').exists()\n"
    tests = f"{TESTS}{first}    Path('tried').touch()\n    assert there\n"
    status, said = run(tmp_path, "", *options, tests=tests)
    assert (status, "1 failed" in said) == (1, True)
    status, said = run(tmp_path, "", "--last-failed", "--last-failed-no-failures", "none", tests=tests)
    assert (status, "1 passed, 2 skipped" in said) == (1, True)


@pytest.mark.slow
def test_a_skip_on_the_list_is_allowed_with_all_parameters(tmp_path: Path) -> None:
    assert run(tmp_path, "test_some.py::test_skips  # needs promtool\n")[0] == 0


@pytest.mark.slow
def test_without_a_list_every_skip_is_allowed(tmp_path: Path) -> None:
    assert run(tmp_path, None)[0] == 0


def test_what_is_on_the_list_exists() -> None:
    names = [line for line in LIST.read_text().splitlines() if line and line[0] != "#"]
    assert names
    for name in names:
        file, _, function = name.partition("::")
        assert f"def {function}(" in (ROOT / file).read_text()

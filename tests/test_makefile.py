"""The Makefile and the package speak of the same Pythons."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def _requires() -> tuple[str, str]:
    """The oldest Python that the package takes, and the first that it does not."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    bounds = re.fullmatch(r">=([\d.]+),<([\d.]+)", wanted)
    assert bounds is not None
    return bounds[1].replace(".", ", "), bounds[2].replace(".", ", ")


def test_make_takes_the_pythons_that_the_package_takes() -> None:
    oldest, beyond = _requires()
    assert f"({oldest}) <= sys.version_info < ({beyond})" in MAKEFILE


def test_make_oldest_runs_the_oldest_python_that_the_package_takes() -> None:
    oldest, _ = _requires()
    assert f"sys.version_info[:3] != ({oldest})" in MAKEFILE

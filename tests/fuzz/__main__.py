"""`make fuzz`: the property tests with many more examples than the test suite takes, then every target guided by coverage.

    python -m tests.fuzz --minutes 3 --seed 7

Half of the time goes to hypothesis, round after round with a seed of its own, half to atheris where it is installed. Prints a
table; the exit status is 1 when something was found, and then the input lies in `.cache/fuzz/`, or hypothesis says how to
replay it.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
CORPORA = ROOT / ".cache" / "fuzz"

# Where text and bytes from outside are read; everything there that hypothesis drives is run.
TESTS = ("tests/wire", "tests/extract", "tests/fuzz", "tests/test_records.py")

# Examples of each property in a round: few enough that a round ends in half a minute or so and the next takes another seed.
EXAMPLES = 200

# A check of a target takes milliseconds; an input that takes seconds or a gigabyte is a finding.
LIMITS = ("-timeout=10", "-rss_limit_mb=1500", "-max_len=4096")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    what: str
    runs: int
    seconds: float
    status: int


def rounds(seconds: float, seed: int) -> Line:
    """The property tests, until the time is up or one fails; at least once."""
    began, runs, status = time.monotonic(), 0, 0
    while True:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "hypothesis", "--timeout", "0"]
        command += ["--hypothesis-profile=fuzz", f"--hypothesis-seed={seed}", "--hypothesis-show-statistics", *TESTS]
        environment = os.environ | {"FUZZ_EXAMPLES": str(EXAMPLES)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        status = done.returncode
        runs += sum(int(count) for count in re.findall(r"(\d+) passing", done.stdout))
        if status:
            print(f"{done.stdout}{done.stderr}\nhypothesis failed with seed {seed}", flush=True)
        if status or time.monotonic() - began > seconds:
            break
        seed += 1
    return Line("hypothesis", runs, time.monotonic() - began, status)


def guided(name: str, seconds: float, seed: int) -> Line:
    """A target under atheris."""
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(CORPORA / name), *LIMITS]
    command += [
        f"-max_total_time={max(1, round(seconds))}",
        f"-seed={seed or 1}",
        f"-artifact_prefix={CORPORA}/{name}-",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    output = done.stderr.decode(errors="replace")
    if done.returncode:
        print(f"{output[-4000:]}\natheris found something in {name}", flush=True)
    runs = re.search(r"Done (\d+) runs", output)
    return Line(f"atheris, {name}", int(runs[1]) if runs else 0, time.monotonic() - began, done.returncode)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"# fuzz: seed {options.seed}, {options.minutes:g} minutes\n", flush=True)
    CORPORA.mkdir(parents=True, exist_ok=True)
    seconds = options.minutes * 60
    atheris = importlib.util.find_spec("atheris") is not None
    lines = [rounds(seconds / 2 if atheris else seconds, options.seed)]
    if atheris:
        lines += [guided(name, seconds / 2 / len(TARGETS), options.seed) for name in TARGETS]
    print("| what | inputs | seconds | |\n|---|---|---|---|")
    for line in lines:
        print(f"| {line.what} | {line.runs:,} | {line.seconds:.0f} | {'**FOUND**' if line.status else 'holds'} |")
    if not atheris:
        print("\natheris is not installed (uv sync --group fuzz), so nothing was guided by coverage")
    return 1 if any(line.status for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())

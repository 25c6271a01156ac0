"""One target under atheris, which goes after inputs that reach code no input reached before.

python -m tests.fuzz.guided rss CORPUS -max_total_time=60
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["newswire.wire", "newswire.extract", "newswire.records"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Runs until libFuzzer ends the process: with status 0 when its time is up, another one when something is wrong."""
    name, corpus, *options = sys.argv[1:]
    target, directory = TARGETS[name], Path(corpus)
    directory.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (directory / f"seed-{number}").write_bytes(seed)
    words = directory.with_suffix(".words")
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    atheris.Setup([sys.argv[0], str(directory), f"-dict={words}", *options], target.check)
    atheris.Fuzz()


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()

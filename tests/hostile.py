"""How long the worst inputs take: each through its reader and the whole extraction, as a process of the pool does it.

    python -m tests.hostile

Prints a table for docs/reliability.md; the exit status is 1 when one takes more than an article may. The test suite has the same
inputs, those of the extraction shorter (tests/wire/test_hostile.py, tests/extract/test_hostile.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the pool

from newswire.errors import InputError
from newswire.records import Article, Extraction, decode, encode
from newswire.settings import ExtractSettings, PoolSettings
from newswire.stream.tasks import Tasks
from tests.extract import hostile as texts
from tests.measured import MIB, measured
from tests.wire import hostile as messages

# Code points of a text: more than is extracted of it, and more than a megabyte, as the raw topic takes them.
LENGTH = 1_300_000

# MiB over what the process has with the language model loaded. `pool.max_memory_mb` is what the kernel enforces.
MOST_MEMORY = 800


def main() -> int:
    settings = ExtractSettings()
    tasks = Tasks(settings, warm=True)
    tasks.extract([encode(Article(id="first", body=texts.body("names", settings.max_body_chars), language="en"))])
    deadline = PoolSettings().task_deadline
    print("| input | size, MB | becomes | seconds | MiB |\n|---|---|---|---|---|")
    broken = []
    for name, value in _inputs():
        done = measured(lambda value=value: _process(tasks, value))
        refused = isinstance(done.error, InputError)
        becomes = "a dead letter" if refused else f"{done.result} records"
        print(
            f"| {name} | {len(value) / 1e6:.2g} | {becomes} | {done.seconds:.2f} | {max(0, done.memory):.0f} |",
            flush=True,
        )
        if (done.error and not refused) or done.seconds > deadline or done.memory > MOST_MEMORY:
            broken.append(f"{name}: {done.error!r}" if done.error else name)
    print(f"\n{'broken: ' + '; '.join(broken) if broken else f'all within {deadline:.0f} s and {MOST_MEMORY} MiB'}")
    return 1 if broken else 0


def _inputs() -> Iterator[tuple[str, bytes]]:
    yield from messages.REFUSED.items()
    yield from messages.READ.items()
    for name in texts.PIECES:
        text = texts.body(name, LENGTH).encode("utf-8", "surrogatepass")
        yield f"text: {name}", text[: 4 * MIB]


def _process(tasks: Tasks, value: bytes) -> int:
    """How many records come of it; the extraction of at most the first article, since each is a message of its own."""
    extracted = [
        decode(output.value, Extraction) for output in tasks.extract([a.value for a in tasks.read(value, {})[:1]])
    ]
    return sum(len(found.entities) + len(found.quotes) + len(found.events) for found in extracted)


if __name__ == "__main__":
    sys.exit(main())

"""The memory of a process against what psutil says of it."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from newswire.stream.memory import resident_bytes

pytestmark = pytest.mark.slow


def test_it_is_what_the_process_has_in_memory() -> None:
    script = "import sys; held = b'x' * (64 << 20); print('there', flush=True); sys.stdin.read()"
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"there\n"
    try:
        found = resident_bytes(child.pid)
        assert found > 64 << 20
        assert found == pytest.approx(psutil.Process(child.pid).memory_info().rss, rel=0.02)
    finally:
        child.communicate()
    assert resident_bytes(child.pid) == 0

"""Processor time and memory that something takes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

__all__ = ("MIB", "Measured", "measured")

MIB = 1024 * 1024

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Measured(Generic[T]):
    """What came of it: `result`, or the `error` that it raised."""

    result: T | None
    error: Exception | None
    seconds: float
    """Processor time, so that what else the machine does counts little."""
    memory: float
    """MiB that the process had at its peak over what it had before."""


def measured(work: Callable[[], T]) -> Measured[T]:
    """Does the work and measures it."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    memory, began = _status("VmRSS"), time.process_time()
    result, error = None, None
    try:
        result = work()
    except Exception as raised:
        error = raised
    return Measured(result, error, time.process_time() - began, _status("VmHWM") - memory)


def _status(name: str) -> float:
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024

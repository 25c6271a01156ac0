"""Waiting on conditions instead of sleeping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, TypeVar

__all__ = ("wait_for",)

Found = TypeVar("Found")

INTERVAL = 0.02

# Seconds until a condition counts as one that never comes: more than twice `kafka.rebalance_timeout`, since a member of a group
# that is lost while it joins holds the others up for so long.
PATIENCE = 150.0


def wait_for(condition: Callable[[], Found | Literal[False] | None], what: str, timeout: float = PATIENCE) -> Found:
    """The first true value of `condition`; fails with `what` and the last value after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s in vain: {what} (last seen: {found!r})"
        time.sleep(INTERVAL)
    return found

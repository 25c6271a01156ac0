"""What this process knows of brokers that are away: one line when one goes, one when it is back, whichever client noticed.

Every client tries again by itself and tells of each try in its own words, which `newswire.logs` holds back.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

__all__ = ("OUTAGES", "Outages", "is_refusal", "reason")

logger = logging.getLogger(__name__)

# How kafka-python words a system call that failed: "111 ECONNREFUSED".
SYSTEM_ERROR: Final = re.compile(r"(\d+) (E[A-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class _Outage:
    since: float
    kind: Hashable


class Outages:
    """The brokers that are away, by address. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away: dict[str, _Outage] = {}
        self._reached: dict[str, float] = {}

    def lost(self, address: str, error: BaseException, began: float) -> None:
        """Notes that a try to connect to `address`, begun at that `time.monotonic()`, failed. Says so when it is news: the first
        one, and one that fails for another reason.
        """
        kind = (type(error).__name__, reason(error))
        with self._lock:
            # A try that began before another client got through says nothing of the state by now.
            if began < self._reached.get(address, began):
                return
            known = self._away.get(address)
            if known is not None and known.kind == kind:
                return
            self._away[address] = _Outage(known.since if known else began, kind)
        still = " still" if known else ""
        logger.warning("The broker at %s is%s away: %s; trying again", address, still, reason(error))

    def reached(self, address: str) -> None:
        """Notes that a connection to `address` stands. Says so when it had been away."""
        now = time.monotonic()
        with self._lock:
            self._reached[address] = now
            known = self._away.pop(address, None)
        if known is not None:
            logger.warning("The broker at %s is back after %.0f s", address, now - known.since)


OUTAGES: Final = Outages()
"""Those of this process: its clients share brokers, so they share what they find out about them."""


def reason(error: BaseException) -> str:
    """Why a connection failed, in words for people."""
    name = type(error).__name__
    text = str(error).removeprefix(f"{name}: ")  # as kafka-python has it
    if system_error := SYSTEM_ERROR.search(text):
        return os.strerror(int(system_error[1]))
    if isinstance(error, OSError) and error.errno and error.errno > 0:
        return os.strerror(error.errno)
    return text or name


def is_refusal(error: BaseException) -> bool:
    """Whether a machine answered that nobody listens on the port, as opposed to no answer at all."""
    return isinstance(error, ConnectionRefusedError) or "ECONNREFUSED" in str(error)

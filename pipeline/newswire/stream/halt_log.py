"""The halts topic as a log: what its keys are, and which halts stand after a message of it."""

from __future__ import annotations

import logging

from newswire.errors import InputError
from newswire.records import Halt, decode

__all__ = ("Partition", "Standing", "halt_key", "take")

logger = logging.getLogger(__name__)

Partition = tuple[str, int]
"""A topic's full name and the number of a partition."""

Standing = dict[bytes, Halt]
"""The halts that stand, by their keys."""


def halt_key(agent: str, partition: Partition) -> bytes:
    """The key of a halt on its topic."""
    return f"{agent}:{partition[0]}:{partition[1]}".encode()


def take(standing: Standing, key: bytes | None, value: bytes | None) -> Halt | None:
    """Works one message of the halts topic into those that stand; gives the halt that it ends, if it ends one."""
    if key is None:
        return None
    if value is None:
        return standing.pop(key, None)
    try:
        standing[key] = decode(value, Halt)
    except InputError as error:
        logger.warning("A message of the halts topic cannot be read: %s", error)
    return None

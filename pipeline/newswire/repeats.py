"""A log without repetitions: what a library says for the second time is counted, and the count is said at growing intervals.

Our own loggers say what they mean as often as they mean it; none of their records is ever held back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

__all__ = ("Repeats",)

OWN: Final = "newswire"

# Seconds from the first record of a kind to the first count, from there to the second, and from each to the next. A minute is
# when somebody who has just been told looks again; an hour keeps a fault that lasts for days in sight of who reads the last page.
INTERVALS: Final = (60.0, 600.0, 3600.0)

# Seconds of silence after which a record is news again: longer than any pause between two tries of a client.
FORGOTTEN: Final = 120.0

# Different texts of one message (another broker, another error) that are each shown. More of them are no news but a number that
# changes, such as an offset; they are counted as one.
VARIANTS: Final = 10

# Kinds of records that are remembered; the oldest are forgotten first. Libraries have some hundred messages in all.
KINDS: Final = 1_000

Key = tuple[str, int, str, str]


@dataclass(slots=True)
class _Seen:
    """What was already shown, since when (monotonic seconds), and what came of it after that."""

    since: float
    last: float
    counts: int = 0
    held: int = 0


class Repeats(logging.Filter):
    """Lets the first record of a kind through: of a logger, a level, a message before its arguments, and the text after them.

    Numbers with a fraction, as of seconds, make no difference. A repeat is held back and counted; one that comes after the next
    interval is let through, with the count in its text.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._seen: OrderedDict[Key, _Seen] = OrderedDict()
        self._variants: dict[tuple[str, int, str], set[str]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be shown. Changes the text of one that brings a count."""
        if record.name.partition(".")[0] == OWN:
            return True
        now = time.monotonic()
        with self._lock:
            key = self._key(record)
            seen = self._seen.get(key)
            if seen is None or now - seen.last > FORGOTTEN:
                self._remember(key, _Seen(now, now))
                said = _until(seen, now) if seen is not None and seen.held else ""
            else:
                seen.last = now
                seen.held += 1
                self._seen.move_to_end(key)
                if now - seen.since < INTERVALS[min(seen.counts, len(INTERVALS) - 1)]:
                    return False
                said = f" (and {seen.held:,} more of these in {_span(now - seen.since)})"
                seen.since, seen.held = now, 0
                seen.counts += 1
        if not said:
            return True
        record.msg, record.args = record.getMessage() + said, None
        return True

    def _key(self, record: logging.LogRecord) -> Key:
        kind = (record.name, record.levelno, str(record.msg))
        text = _text(record)
        variants = self._variants.setdefault(kind, set())
        if text not in variants and len(variants) >= VARIANTS:
            text = ""
        return (*kind, text)

    def _remember(self, key: Key, seen: _Seen) -> None:
        self._seen[key] = seen
        self._seen.move_to_end(key)
        self._variants.setdefault(key[:3], set()).add(key[3])
        while len(self._seen) > KINDS:
            old, _ = self._seen.popitem(last=False)
            variants = self._variants[old[:3]]
            variants.discard(old[3])
            if not variants:
                del self._variants[old[:3]]


def _text(record: logging.LogRecord) -> str:
    """What makes the record differ from others of its message."""
    if isinstance(record.args, tuple):
        parts = [f"{type(one).__name__}: {one}" for one in record.args if not isinstance(one, float)]
    else:
        parts = [str(record.args)] if record.args else []
    if record.exc_info and record.exc_info[1] is not None:
        parts.append(f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}")
    return "\n".join(parts)


def _until(seen: _Seen, now: float) -> str:
    return f" (and {seen.held:,} more of these until {_span(now - seen.last)} ago)"


def _span(seconds: float) -> str:
    """A span of time in words."""
    for unit, length in (("h", 3600), ("min", 60)):
        if round(seconds) >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"

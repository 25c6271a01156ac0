"""Addresses of feeds, polled: what is new or changed becomes messages.

A poll has two halves: `ask` waits for a server and may run beside others; `take` feeds what the answer brings, one at a time.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from newswire.errors import InputError, NewswireError
from newswire.feed import entries
from newswire.feed.cursor import Cursor, CursorFile, Known
from newswire.feed.fetch import Answer, FetchError, GoneError, fetch
from newswire.feed.item import Item, item_of
from newswire.feed.sender import Outcome, Sender
from newswire.feed.sources import Source
from newswire.settings import FeedSettings
from newswire.wire import times

__all__ = ("Asked", "Poll", "ask", "poll", "take")

logger = logging.getLogger(__name__)

# Share by which a pause is varied, so that many addresses, or many feeders of one, do not ask all at once.
JITTER: Final = 0.1

# Some feeds keep their ETag when they change. One poll of so many asks for everything, whatever was said before.
UNCONDITIONAL: Final = 10

# Seconds: the longest pause between two polls of an address that refuses to be asked. Feeds come back, after a login was renewed
# or a site repaired; whoever gives up after some days loses them. A day costs nobody anything.
REFUSED_BACKOFF: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking an address has brought: an answer with its feed, or what went wrong."""

    source: Source
    answer: Answer | None = None
    feed: entries.Feed = field(default_factory=lambda: entries.Feed([]))
    error: NewswireError | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: what was fed, the seconds to the next one (None when there is to be none), and what went wrong."""

    outcome: Outcome
    pause: float | None
    failures: int = 0
    """Failed polls in a row, this one included."""
    reason: str | None = None
    ages: tuple[float, ...] = ()
    """For each item fed that says its time, how many seconds old it was; of an address that was polled before only, since the
    first poll brings whatever lies there."""


def poll(source: Source, cursors: CursorFile, sender: Sender, settings: FeedSettings) -> Poll:
    """Asks an address once and feeds what is new or has changed."""
    return take(ask(source, cursors.get(source.address), settings), cursors, sender, settings)


def ask(source: Source, cursor: Cursor, settings: FeedSettings) -> Asked:
    """Asks an address for what has changed, and takes its answer apart. Raises nothing: what goes wrong with one address is no
    matter of the others."""
    conditional = cursor.unchanged < UNCONDITIONAL - 1
    try:
        answer = fetch(
            source.address,
            settings,
            cursor.etag if conditional else None,
            cursor.last_modified if conditional else None,
        )
        if answer.body is None:
            return Asked(source, answer)
        return Asked(source, answer, entries.parse(answer.body, answer.content_type))
    except (FetchError, GoneError) as error:
        return Asked(source, error=error)
    except NewswireError as error:
        return Asked(source, error=InputError(f"{source.address}: {error}"))
    except Exception as error:
        logger.exception("%s cannot be polled: a bug in newswire", source.label)
        return Asked(source, error=InputError(f"{source.address}: {type(error).__name__}: {error}"[:500]))


def take(
    asked: Asked,
    cursors: CursorFile,
    sender: Sender,
    settings: FeedSettings,
    on_confirmed: Callable[[], object] | None = None,
) -> Poll:
    """Feeds what is new or has changed, the oldest first, and keeps how the address does.

    The cursor moves only when the broker has confirmed everything; otherwise the same entries come again, in the same versions
    as long as they say the same. `on_confirmed` is called for each message that is.
    """
    address = asked.source.address
    interval = asked.source.interval or settings.interval
    cursor = cursors.get(address)
    now = time.time()
    cursor = cursor.with_health(since=cursor.health.since or now)
    failures = cursor.health.failures + 1
    if asked.answer is None:
        said = str(asked.error)
        gone = isinstance(asked.error, GoneError)
        cursors.note(address, cursor.with_health(failures=failures, reason=said, gone=gone))
        pause = None if gone else _pause_after(asked.error, interval, failures, settings)
        return Poll(Outcome(), pause, failures, said)
    if asked.answer.body is None:
        done = cursor.with_health(last_success=now, failures=0, reason=None, gone=False)
        cursors.note(address, msgspec.structs.replace(done, unchanged=cursor.unchanged + 1))
        return Poll(Outcome(), _jittered(interval))
    # A feed that lists an id twice would seem to change with every poll: the newest counts, and above all a deletion.
    listed = {entry.id: entry for entry in _identified(asked.feed.entries, cursor, cursors)}
    new = [_versioned(entry, cursors, address) for entry in listed.values() if not _is_fed(entry, cursor)]
    known = {name: cursor.seen[name] for name in listed if name in cursor.seen}
    known |= {item.name: _known(listed[item.name], item.version, fed=False) for item in new}
    if new:
        # Kept before anything is sent: whatever happens until it is confirmed, no version is given to two contents. Without
        # validators, so that the address is asked for everything then.
        cursors.put(address, cursor.advanced(known))
    outcome = sender.send(new, on_confirmed=on_confirmed)
    reason = outcome.failures() if outcome.failed else None
    fed = cursor.health.fed + outcome.confirmed
    if outcome.failed and not outcome.refused:
        changed = cursor.advanced(known).with_health(failures=failures, reason=reason, fed=fed)
        cursors.put(address, changed)
        return Poll(outcome, _jittered(_doubled(interval, failures, settings.max_backoff)), failures, reason)
    done = cursor.advanced(
        {name: msgspec.structs.replace(one, fed=True) for name, one in known.items()},
        asked.answer.etag,
        asked.answer.last_modified,
    )
    now = time.time()
    last_new = now if outcome.confirmed else cursor.health.last_new
    keep = cursors.put if new else cursors.note
    keep(address, done.with_health(last_success=now, last_new=last_new, failures=0, reason=reason, gone=False, fed=fed))
    before = cursor.health.last_success is not None
    ages = tuple(_ages((listed[item.name] for item in new), now)) if before and outcome.confirmed else ()
    return Poll(outcome, _jittered(max(interval, asked.feed.ttl or 0.0)), 0, reason, ages)


def _identified(found: Iterable[entries.Entry], cursor: Cursor, cursors: CursorFile) -> list[entries.Entry]:
    """The entries, each under the id that it is known by: the same guid in two feeds of one publisher is one entry, and so is
    what comes with another guid each time but says the same under the same link."""
    here: dict[str, str] = {}
    identified = []
    for entry in found:
        is_known = entry.id in cursor.seen or cursors.known(entry.id) is not None
        marked = (here[mark] for mark in entry.marks if mark in here)
        other = None if is_known else next(marked, None) or cursors.same(entry.marks)
        one = entry if other in (None, entry.id) else entries.renamed(entry, other or "")
        here |= {mark: one.id for mark in one.marks if mark not in here}
        identified.append(one)
    return identified


def _known(entry: entries.Entry, version: int, *, fed: bool) -> Known:
    return Known(fingerprint=entry.fingerprint, version=version, fed=fed, marks=entry.marks)


def _is_fed(entry: entries.Entry, cursor: Cursor) -> bool:
    known = cursor.seen.get(entry.id)
    return known is not None and known.fed and known.fingerprint == entry.fingerprint


def _versioned(entry: entries.Entry, cursors: CursorFile, address: str) -> Item:
    """The entry as an item. What it says changes in many feeds without any time that does: then a header makes the version."""
    item = item_of(entry.id, entry.document, entries.HEADERS, address)
    known = cursors.known(entry.id)
    version = item.version if known is None else known.version_of(entry.fingerprint, item.version)
    if version == item.version:
        return item
    return replace(item, version=version, headers={**item.headers, "version": str(version).encode()})


def _ages(found: Iterable[entries.Entry], now: float) -> Iterator[float]:
    for entry in found:
        written = times.rfc3339(entry.time) if entry.time else None
        if written:
            yield max(0.0, now - times.unix_seconds(written))


def _pause_after(error: NewswireError | None, interval: float, failures: int, settings: FeedSettings) -> float:
    """A server that names a time gets at least that."""
    refused = isinstance(error, FetchError) and error.refused
    asked_for = error.retry_after if isinstance(error, FetchError) else None
    pause = _doubled(interval, failures, REFUSED_BACKOFF if refused else settings.max_backoff)
    return _jittered(max(pause, asked_for or 0.0))


def _doubled(interval: float, failures: int, most: float) -> float:
    """Doubles with every failure in a row."""
    # 30 doublings of a second are 34 years: more would only overflow.
    return min(interval * 2.0 ** min(failures - 1, 30), max(most, interval))


def _jittered(seconds: float) -> float:
    """Never shorter than asked for."""
    return seconds * (1 + random.uniform(0, JITTER))  # noqa: S311 - spreads load, guards nothing

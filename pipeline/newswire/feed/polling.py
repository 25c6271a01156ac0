"""RSS and Atom addresses, polled: what is new or changed becomes messages."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from newswire.errors import InputError
from newswire.feed import entries
from newswire.feed.cursor import Cursor, CursorFile, Known
from newswire.feed.fetch import FetchError, GoneError, fetch
from newswire.feed.item import Item, item_of
from newswire.feed.sender import Outcome, Sender
from newswire.settings import FeedSettings

__all__ = ("Poll", "is_address", "poll")

logger = logging.getLogger(__name__)

# Share by which a pause is varied, so that many addresses, or many feeders of one, do not ask all at once.
JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: what was fed, the seconds to the next one (None when there is to be none), and what went wrong."""

    outcome: Outcome
    pause: float | None
    failures: int = 0
    """Failed polls in a row, this one included."""
    reason: str | None = None


def is_address(source: str) -> bool:
    """Whether a source is to be polled."""
    return source.lower().startswith(("http://", "https://"))


def poll(address: str, cursors: CursorFile, sender: Sender, settings: FeedSettings, failures: int = 0) -> Poll:
    """Asks an address once and feeds what is new or has changed, the oldest first.

    The cursor moves only when the broker has confirmed everything; otherwise the same entries come again, in the same versions
    as long as they say the same. `failures` is what the poll before said.
    """
    cursor = cursors.get(address)
    try:
        answer = fetch(address, settings, cursor.etag, cursor.last_modified)
        feed = entries.parse(answer.body, answer.content_type) if answer.body is not None else entries.Feed([])
    except GoneError as error:
        return Poll(Outcome(), None, failures + 1, str(error))
    except FetchError as error:
        return Poll(Outcome(), _backoff(settings, failures + 1, error.retry_after), failures + 1, str(error))
    except InputError as error:
        return Poll(Outcome(), _backoff(settings, failures + 1), failures + 1, f"{address}: {error}")
    # A feed that lists an id twice would seem to change with every poll: the newest counts, and above all a deletion.
    listed = {entry.id: entry for entry in feed.entries}
    new = [_versioned(entry, cursors, address) for entry in listed.values() if not _is_fed(entry, cursor)]
    known = {name: cursor.seen[name] for name in listed if name in cursor.seen}
    known |= {
        item.name: Known(fingerprint=listed[item.name].fingerprint, version=item.version, fed=False) for item in new
    }
    if new:
        # Kept before anything is sent: whatever happens until it is confirmed, no version is given to two contents. Without
        # validators, so that the address is asked for everything then.
        cursors.put(address, cursor.advanced(known))
    outcome = sender.send(new)
    if outcome.failed and not outcome.refused:
        return Poll(outcome, _backoff(settings, failures + 1), failures + 1, outcome.failures())
    if answer.body is not None:
        fed = {name: msgspec.structs.replace(one, fed=True) for name, one in known.items()}
        cursors.put(address, cursor.advanced(fed, answer.etag, answer.last_modified))
    reason = outcome.failures() if outcome.failed else None
    return Poll(outcome, _jittered(max(settings.interval, feed.ttl or 0.0)), 0, reason)


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


def _backoff(settings: FeedSettings, failures: int, retry_after: float | None = None) -> float:
    """Doubles with every failure in a row, up to `max_backoff`; a server that names a time gets at least that."""
    # 30 doublings of a second are 34 years: more would only overflow.
    pause = min(settings.interval * 2 ** min(failures - 1, 30), max(settings.max_backoff, settings.interval))
    return _jittered(max(pause, retry_after or 0.0))


def _jittered(seconds: float) -> float:
    """Never shorter than asked for."""
    return seconds * (1 + random.uniform(0, JITTER))  # noqa: S311 - spreads load, guards nothing

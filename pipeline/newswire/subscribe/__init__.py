"""A subscriber in a line: records of a topic as they are added, changed and withdrawn (`subscribe`)."""

from __future__ import annotations

from newswire.subscribe.client import subscribe, subscribe_async
from newswire.subscribe.stories import Added, Change, Changed, Record, Withdrawn

__all__ = ("Added", "Change", "Changed", "Record", "Withdrawn", "subscribe", "subscribe_async")

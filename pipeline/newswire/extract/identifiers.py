"""Ids of an article's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from newswire.records import record_id

__all__ = ("record_ids",)


def record_ids(article: str, kind: str, contents: Iterable[str]) -> list[str]:
    """The ids of one article's records of one kind, from their contents in text order.

    Contents that are equal but for case and white space are told apart by their ordinal among each other.
    """
    seen: Counter[str] = Counter()
    found = []
    for content in contents:
        first = record_id(article, kind, content)
        found.append(record_id(article, kind, content, seen[first]) if seen[first] else first)
        seen[first] += 1
    return found

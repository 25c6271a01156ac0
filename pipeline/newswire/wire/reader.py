"""What a module for one wire format provides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire.draft import identifier
from newswire.wire.message import Message

__all__ = ("Reader", "check_count", "told_apart")

# Articles of one message. Feeds have tens of entries; without a limit a message of 4 MiB could become 200,000 articles.
MOST: Final = 5_000


@dataclass(frozen=True)
class Reader:
    """One wire format.

    `media_types` are those that name this format or a family that it belongs to (`application/json`); `recognises` looks
    at the message to tell the members of a family apart, and must not raise; `read` raises InputError. A format that `stands
    out` cannot be mistaken for another: it is looked for whatever the media type says, since wires come as `text/plain`.
    """

    name: str
    media_types: tuple[str, ...]
    recognises: Callable[[Message], bool]
    read: Callable[[Message], list[Article]]
    stands_out: bool = False


def check_count(count: int, format: str) -> None:
    """Raises InputError for a message with no item or with more than a reader takes."""
    if not count:
        raise InputError("no item in it", "Send a feed only when it has items", format=format)
    if count > MOST:
        raise InputError(f"{count} items in one message, more than {MOST}", "Feed them one by one", format=format)


def told_apart(articles: list[Article]) -> list[Article]:
    """The articles of a feed, where those that share an id with one of another headline get an id of their own.

    Live blogs give all their posts one link, and some writers give all their items one guid: the last would take the place
    of the others.
    """
    headlines = {(article.id, article.headline) for article in articles}
    shared = Counter(id for id, _ in headlines)
    return [
        msgspec.structs.replace(article, id=identifier(article.id, article.headline or ""))
        if shared[article.id] > 1
        else article
        for article in articles
    ]

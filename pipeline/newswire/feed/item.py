"""One wire item on its way into the raw topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newswire.errors import InputError
from newswire.wire import read

__all__ = ("Item", "item_of")


@dataclass(frozen=True, slots=True)
class Item:
    """A message to be: the bytes as they came, headers that describe them, the key, and a name for people.

    `unreadable` says what a reader has against it; the item is fed all the same, so that it ends in the dead letters, where it
    is seen, and does not vanish. `version` is that of its article; 1 where it has none, or several.
    """

    name: str
    value: bytes
    headers: Mapping[str, bytes]
    key: bytes
    unreadable: str | None = None
    version: int = 1
    source: str = ""
    """The file with its path, or the address, that it came from, where there is one."""


def item_of(name: str, value: bytes, headers: Mapping[str, bytes], source: str = "") -> Item:
    """The item, keyed by its article's id: all versions of a story go the same way, in order.

    What cannot be read, and a feed of several articles, is keyed by the name; intake gives each article its own key.
    """
    try:
        articles = read(value, headers)
    except InputError as error:
        return Item(name, value, headers, name.encode("utf-8", "surrogateescape"), str(error), source=source)
    if len(articles) != 1:
        return Item(name, value, headers, name.encode("utf-8", "surrogateescape"), source=source)
    (article,) = articles
    return Item(
        name, value, headers, article.id.encode("utf-8", "surrogateescape"), version=article.version, source=source
    )

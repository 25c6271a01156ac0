"""What is polled: addresses named one by one, and lists of them in TOML or OPML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from newswire.errors import InputError
from newswire.wire import xml

__all__ = ("Source", "is_address", "labelled", "read_sources")

OPML: Final = frozenset({".opml", ".xml"})


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address to poll."""

    address: str
    name: str | None = None
    """What logs, metrics and heartbeats call it."""
    interval: float | None = None
    """Seconds between two polls; None takes `feed.interval`."""
    expected: float | None = None
    """Seconds after which it is named silent when nothing new came; None takes `feed.expected`."""

    @property
    def label(self) -> str:
        """Its name; without one the address without what may be a secret: login, query and fragment."""
        if self.name:
            return self.name
        try:
            found = urlsplit(self.address)
        except ValueError:
            return self.address
        return f"{found.scheme}://{found.netloc.rpartition('@')[2]}{found.path}"

    @property
    def host(self) -> str:
        """The host, with its port, that is asked."""
        try:
            return urlsplit(self.address).netloc.rpartition("@")[2].lower()
        except ValueError:
            return self.address


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a TOML file of sources."""

    feeds: list[Source] = []


def is_address(source: str) -> bool:
    """Whether a source is to be polled."""
    return source.lower().startswith(("http://", "https://"))


def read_sources(path: Path) -> list[Source]:
    """The sources that a file lists: `[[feeds]]` in TOML, or outlines with `xmlUrl` in OPML.

    Raises InputError, which names the file and the fault.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Name a list of feeds in TOML or OPML") from None
    try:
        found = _opml(data) if path.suffix.lower() in OPML else _toml(data)
    except InputError as error:
        raise InputError(f"{path}: {error.what}", error.remedy, where=error.where) from None
    for source in found:
        if not is_address(source.address):
            raise InputError(f"{path}: {source.address!r} is no http:// or https:// address", "Correct it")
        for name, value in (("interval", source.interval), ("expected", source.expected)):
            if value is not None and not value > 0:
                raise InputError(f"{path}: {name} of {source.address} is {value}", "Write seconds, more than 0")
    return found


def labelled(sources: Iterable[Source]) -> list[Source]:
    """Each address once, the first of equal ones; those that would share a label have a number in their names."""
    found: dict[str, Source] = {}
    taken: set[str] = set()
    for source in sources:
        if source.address in found:
            continue
        label, number = source.label, 2
        while label in taken:
            label, number = f"{source.label} ({number})", number + 1
        taken.add(label)
        found[source.address] = source if label == source.label else msgspec.structs.replace(source, name=label)
    return list(found.values())


def _toml(data: bytes) -> list[Source]:
    try:
        document = tomllib.loads(data.decode("utf-8"))
        return msgspec.convert(document, Listing).feeds
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"no TOML: {error}", "Write [[feeds]] tables, in UTF-8") from None
    except msgspec.ValidationError as error:
        known = ", ".join(Source.__struct_fields__)
        raise InputError(str(error), f"Write [[feeds]] tables; a feed has {known}") from None


def _opml(data: bytes) -> list[Source]:
    root = xml.parse(data)
    if xml.name(root) != "opml":
        raise InputError(f"the root element {root.tag!r} is none of OPML", "Export the list as OPML")
    return list(_outlines(root))


def _outlines(root: Any) -> Iterator[Source]:
    for outline in root.iter("outline"):
        address = (outline.get("xmlUrl") or "").strip()
        if address:
            yield Source(address=address, name=(outline.get("title") or outline.get("text") or "").strip() or None)

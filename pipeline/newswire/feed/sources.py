"""What is fed without end: addresses that are polled and folders that are watched, named one by one or in lists."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from newswire.errors import InputError
from newswire.wire import xml

__all__ = ("Folder", "Listing", "Source", "is_address", "labelled", "read_listing")

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


class Folder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drop folder to watch."""

    path: str
    name: str | None = None
    """What logs, metrics and heartbeats call it."""
    expected: float | None = None
    """Seconds after which it is named silent when no file came; None takes `feed.expected`."""

    @property
    def label(self) -> str:
        """Its name; without one the path."""
        return self.name or self.path

    @property
    def address(self) -> str:
        """Where it is."""
        return self.path


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of a file of sources."""

    feeds: list[Source] = []
    folders: list[Folder] = []


Fed = TypeVar("Fed", Source, Folder)


def is_address(source: str) -> bool:
    """Whether a source is to be polled."""
    return source.lower().startswith(("http://", "https://"))


def read_listing(path: Path) -> Listing:
    """The sources that a file lists: `[[feeds]]` and `[[folders]]` in TOML, or outlines with `xmlUrl` in OPML.

    Raises InputError, which names the file and the fault.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Name a list of feeds in TOML or OPML") from None
    try:
        found = Listing(_opml(data)) if path.suffix.lower() in OPML else _toml(data)
    except InputError as error:
        raise InputError(f"{path}: {error.what}", error.remedy, where=error.where) from None
    for source in found.feeds:
        if not is_address(source.address):
            raise InputError(f"{path}: {source.address!r} is no http:// or https:// address", "Correct it")
    seconds = [("interval", source.address, source.interval) for source in found.feeds]
    seconds += [("expected", source.address, source.expected) for source in found.feeds]
    seconds += [("expected", folder.address, folder.expected) for folder in found.folders]
    for name, address, value in seconds:
        if value is not None and not value > 0:
            raise InputError(f"{path}: {name} of {address} is {value}", "Write seconds, more than 0")
    return found


def labelled(sources: Iterable[Fed]) -> list[Fed]:
    """Each address once, the first of equal ones; those that would share a label have a number in their names."""
    found: dict[str, Fed] = {}
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


def _toml(data: bytes) -> Listing:
    try:
        document = tomllib.loads(data.decode("utf-8"))
        return msgspec.convert(document, Listing)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"no TOML: {error}", "Write [[feeds]] tables, in UTF-8") from None
    except msgspec.ValidationError as error:
        feed, folder = (", ".join(kind.__struct_fields__) for kind in (Source, Folder))
        raise InputError(
            str(error), f"Write [[feeds]] and [[folders]] tables; a feed has {feed}, a folder has {folder}"
        ) from None


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

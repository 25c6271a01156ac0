"""Files and directories as items."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from newswire.errors import InputError
from newswire.feed.item import Item, item_of
from newswire.topics import RAW
from newswire.wire.files import is_sidecar, load

__all__ = ("JSON_LINES", "expand", "is_story", "items_of", "json_line")

# What a file's name says about its content. JSON and XML are families: the readers tell their members apart.
MEDIA_TYPES: Final = {
    ".txt": b"text/plain",
    ".json": b"application/json",
    ".xml": b"application/xml",
    ".rss": b"application/rss+xml",
    ".atom": b"application/atom+xml",
    ".html": b"text/html",
    ".htm": b"text/html",
    ".xhtml": b"application/xhtml+xml",
    ".ninjs": b"application/vnd.iptc.ninjs+json",
}
JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})

# In a directory: notes about the stories, and what other programs are still writing.
NO_STORIES: Final = frozenset({".md", ".part", ".partial", ".tmp", ".temp", ".swp", ".crdownload", ".filepart"})


def expand(path: Path) -> Iterator[Path]:
    """The files that a path stands for: itself, or every story below a directory, in the order of their names.

    Raises InputError for a path that does not exist.
    """
    if path.is_dir():
        for inner in sorted(path.iterdir()):
            if inner.is_dir() and not inner.name.startswith(".") and not inner.is_symlink():
                yield from expand(inner)
            elif is_story(inner):
                yield inner
    elif path.exists():
        yield path
    else:
        raise InputError(f"No such file or directory: {path}", "Correct the path")


def is_story(path: Path) -> bool:
    """Whether a file in a directory is one to feed: a regular file, no link, not hidden, not unfinished, no notes."""
    return (
        not path.name.startswith(".")
        and path.suffix.lower() not in NO_STORIES
        and not is_sidecar(path)
        and stat.S_ISREG(os.lstat(path).st_mode)
    )


def items_of(path: Path, content_type: str | None = None) -> Iterator[Item]:
    """The items in a file: each line of JSON lines, else the file as one. Headers come from `STORY.meta.json` beside it.

    `content_type` is for files whose description and name do not say theirs. Raises InputError for a file that is too large
    for the topic, cannot be read, or has a description that is none.
    """
    try:
        if path.suffix.lower() in JSON_LINES:
            yield from _lines(path)
            return
        size = path.stat().st_size
        if size > RAW.max_message_bytes:
            raise InputError(
                f"{path} has {size:,} bytes, and a message may have {RAW.max_message_bytes:,}",
                "Split it, or feed it as JSON lines (.jsonl)",
            )
        value, headers = load(path)
    except OSError as error:
        named = error.filename or path  # it may be the description
        raise InputError(f"{named} cannot be read: {error.strerror}", "Check the file and its permissions") from None
    named = content_type.encode() if content_type else MEDIA_TYPES.get(path.suffix.lower())
    if named and "content-type" not in headers:
        headers = {"content-type": named, **headers}
    yield item_of(path.name, value, headers, str(path))


def json_line(name: str, line: bytes, source: str) -> Item:
    """The item that one line of JSON lines is."""
    return item_of(name, line, {"content-type": b"application/json"}, source)


def _lines(path: Path) -> Iterator[Item]:
    with path.open("rb") as file:
        for number, line in enumerate(_bounded(file), 1):
            if line is None:
                raise InputError(
                    f"{path} line {number} is longer than the {RAW.max_message_bytes:,} bytes of a message",
                    "Is it JSON lines? Each line is one article",
                )
            if not line.isspace():
                yield json_line(f"{path.name}:{number}", line.rstrip(b"\r\n"), f"{path}:{number}")


def _bounded(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file; None for one that is too long, after which nothing comes."""
    while line := file.readline(RAW.max_message_bytes + 1):
        if len(line) > RAW.max_message_bytes:
            yield None
            return
        yield line

"""What is scored: the extractions of a corpus's articles, made now by `newswire extract`, or made before and kept in a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from newswire.records import Article, Entity, Event, Quote, encode

__all__ = ("Extracted", "extract", "read", "require")


class Head(msgspec.Struct, frozen=True):
    """Whose extraction it is."""

    id: str


class Extracted(msgspec.Struct, frozen=True):
    """Of an Extraction, what scorers look at; a file may leave out what its scorer does not."""

    article: Head
    entities: list[Entity] = []
    quotes: list[Quote] = []
    events: list[Event] = []


def extract(articles: Sequence[Article]) -> dict[str, Extracted]:
    """The extraction of each article by its id, as `newswire extract --jsonl` gives it to a user.

    Exits when the command fails; it has then said why on stderr.
    """
    command = [sys.executable, "-m", "newswire", "extract", "--jsonl"]
    done = subprocess.run(command, input=b"".join(encode(one) + b"\n" for one in articles), stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit("error: `newswire extract` failed; its message stands above")
    return _by_id(done.stdout.splitlines())


def read(path: Path) -> dict[str, Extracted]:
    """The extractions of a file of JSON lines by the article's id. Raises ValueError when a line is none."""
    return _by_id(path.read_bytes().splitlines())


def require(extractions: dict[str, Extracted], ids: Iterable[str]) -> None:
    """Exits when an article has no extraction, for a score without it would be of something else."""
    missing = sorted(set(ids) - set(extractions))
    if missing:
        sys.exit(f"error: {len(missing)} articles of the corpus have no extraction, {missing[0]} for one")


def _by_id(lines: Iterable[bytes]) -> dict[str, Extracted]:
    decoder = msgspec.json.Decoder(Extracted)
    found = {}
    for number, line in enumerate(lines, 1):
        try:
            one = decoder.decode(line)
        except msgspec.DecodeError as error:
            raise ValueError(f"line {number} of the extractions is none: {error}") from None
        found[one.article.id] = one
    return found

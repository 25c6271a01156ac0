"""`newswire demo`: example stories through broker, worker and feeder, and what comes out, on the terminal."""

from __future__ import annotations

import logging
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.following import follow
from pipeline.cli.invocation import Invocation, pass_invocation
from pipeline.cli.printable import printable
from pipeline.cli.tables import show
from pipeline.errors import InputError, WorkerProcessError
from pipeline.records import Extraction, decode
from pipeline.settings import Settings
from pipeline.stream import error_headers
from pipeline.stream.message import Message
from pipeline.stream.publication import MARKER
from pipeline.stream.publication import records as records_of
from pipeline.topics import ARTICLES, DEAD_LETTERS, ENTITIES, EVENTS, EXTRACTIONS, QUOTES, RAW, Topic

__all__ = ("command",)

STORIES: Final = Path("seeds")

# Seconds until every story must be through: ten times what the example stories take on two cores, loading included.
DEADLINE: Final = 100.0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@pass_invocation
def command(invocation: Invocation, paths: tuple[Path, ...]) -> None:
    """Run the example stories through all of it and show what comes out.

    Starts an embedded broker and a worker, feeds PATHS (the stories in seeds/ by default), waits until each has ended as an
    extraction or a dead letter, shows them, and ends everything it started.
    """
    from pipeline.local.broker import EmbeddedBroker
    from pipeline.local.up import local_pipeline

    stories = paths or (STORIES,)
    missing = [str(path) for path in stories if not path.exists()]
    if missing:
        raise InputError(
            f"There is no {', '.join(missing)} here", "Run it in the project's directory, or name files to feed"
        )
    settings = invocation.settings()
    # What the tables show is not worth a line for each topic that was read for them.
    logging.getLogger("pipeline.cli.following").setLevel(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newswire-demo-") as directory:
        log = Path(directory) / "worker.log"
        with local_pipeline(EmbeddedBroker(), settings, log=log) as running:
            click.echo(f"The broker listens on {running.broker.servers}; feeding while the worker starts.", err=True)
            running.feed(stories)
            running.wait_until_through(DEADLINE)
            seconds = time.monotonic() - began
            _report(running.settings, Console(), seconds)


def _report(settings: Settings, console: Console, seconds: float) -> None:
    """Shows what lies on the output topics. Raises WorkerProcessError when something is missing there."""
    raw, articles = _read(settings, RAW), _read(settings, ARTICLES)
    letters = _read(settings, DEAD_LETTERS)
    extractions = [decode(message.value or b"", Extraction) for message in _read(settings, EXTRACTIONS)]
    records = {topic.name: _records(_read(settings, topic)) for topic in (ENTITIES, QUOTES, EVENTS)}
    for extraction in extractions:
        show(extraction, console)
    if letters:
        console.print(_letter_table(letters))
    counts = ", ".join(f"{count} {name}" for name, count in records.items())
    console.print(
        f"{len(raw)} messages in: {len(extractions)} extractions with {counts}; {len(letters)} dead letters; {seconds:.0f} s."
    )
    _check(articles, extractions, letters, records)


def _check(
    articles: list[Message], extractions: list[Extraction], letters: list[Message], records: dict[str, int]
) -> None:
    """Every article must have ended as one extraction or one dead letter, and every record of one lie on its topic. A dead
    letter is the story's own fault or a failure of ours.
    """
    ours = [letter for letter in letters if _header(letter, error_headers.REASON) != "input"]
    if ours:
        what = "; ".join(_header(letter, error_headers.MESSAGE) for letter in ours)
        raise WorkerProcessError(f"{len(ours)} stories failed through no fault of theirs: {what}")
    unread = sum(_header(letter, error_headers.STAGE) == "extract" for letter in letters)
    if len(articles) != len(extractions) + unread:
        raise WorkerProcessError(
            f"{len(articles)} articles ended as {len(extractions)} extractions and {unread} dead letters"
        )
    now = datetime.now(UTC)
    out = [extraction for extraction in extractions if not _held(extraction, now)]
    for topic, expected in Counter(
        topic.name for e in out for topic, found in records_of(e).items() for _ in found
    ).items():
        if records[topic] != expected:
            raise WorkerProcessError(f"{expected} {topic} were extracted and {records[topic]} published")


def _held(extraction: Extraction, now: datetime) -> bool:
    until = extraction.article.embargoed_until
    return until is not None and datetime.fromisoformat(until) > now


def _read(settings: Settings, topic: Topic) -> list[Message]:
    return list(follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True))


def _records(messages: list[Message]) -> int:
    """How many messages are records, and not version markers."""
    return sum(message.header("ce_type") != MARKER.encode() for message in messages)


def _letter_table(letters: list[Message]) -> Table:
    table = Table("stage", "key", "what was wrong", title=f"Dead letters ({len(letters)})", title_justify="left")
    for letter in letters:
        key = (letter.key or b"").decode("utf-8", "replace")
        what = _header(letter, error_headers.MESSAGE)
        table.add_row(_header(letter, error_headers.STAGE), Text(printable(key)), Text(printable(what)))
    return table


def _header(letter: Message, name: str) -> str:
    return (letter.header(name) or b"").decode("utf-8", "replace")

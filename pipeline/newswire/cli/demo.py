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

from newswire.cli.counted import counted
from newswire.cli.following import follow
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.printable import printable
from newswire.cli.tables import show
from newswire.errors import InputError, WorkerProcessError
from newswire.records import Extraction, decode
from newswire.settings import Settings
from newswire.stream import error_headers
from newswire.stream.message import ConsumedMessage
from newswire.stream.publication import MARKER
from newswire.stream.publication import records as records_of
from newswire.topics import ARTICLES, DEAD_LETTERS, ENTITIES, EVENTS, EXTRACTIONS, QUOTES, RAW, SOURCE_HEADER, Topic

__all__ = ("command",)

STORIES: Final = Path("seeds")

# Seconds until every story must be through: thirty times what the example stories take on two cores, loading included. It only
# ends a demonstration that would never end.
DEADLINE: Final = 300.0


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@pass_invocation
def command(invocation: Invocation, paths: tuple[Path, ...]) -> None:
    """Run the example stories through everything and show the results.

    Starts an embedded broker and a worker, feeds PATHS (default: the stories in seeds/), waits until each has become an
    extraction or a dead letter, shows them, and stops everything it started.
    """
    from newswire.local.broker import EmbeddedBroker
    from newswire.local.up import local_pipeline

    stories = paths or (STORIES,)
    missing = [str(path) for path in stories if not path.exists()]
    if missing:
        raise InputError(
            f"No such file or directory: {', '.join(missing)}",
            "Run it in the project directory, where seeds/ has the example stories, or name files to feed",
        )
    settings = invocation.settings()
    # What the tables show is not worth a line for each topic that was read for them.
    logging.getLogger("newswire.cli.following").setLevel(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newswire-demo-") as directory:
        log = Path(directory) / "worker.log"
        with local_pipeline(EmbeddedBroker(), settings, log=log) as running:
            click.echo(
                f"An embedded broker listens on {running.broker.servers}, and a worker starts beside it.", err=True
            )
            click.echo(f"`newswire feed {' '.join(map(str, stories))}` puts the stories onto the raw topic:", err=True)
            running.feed(stories)
            click.echo("The worker loads its language model, then extracts from them ...", err=True)
            running.wait_until_through(DEADLINE)
            seconds = time.monotonic() - began
            click.echo("Done. The results, story by story:\n", err=True)
            _report(running.settings, Console(), seconds)


def _report(settings: Settings, console: Console, seconds: float) -> None:
    """Shows what lies on the output topics. Raises WorkerProcessError when something is missing there."""
    raw, articles = _read(settings, RAW), _read(settings, ARTICLES)
    letters = _read(settings, DEAD_LETTERS)
    extractions = _in_order([decode(message.value or b"", Extraction) for message in _read(settings, EXTRACTIONS)], raw)
    records = {topic.name: _records(_read(settings, topic)) for topic in (ENTITIES, QUOTES, EVENTS)}
    for extraction in extractions:
        show(extraction, console)
    if letters:
        console.print(_letter_table(letters))
    nouns = {ENTITIES.name: ("entity", "entities"), QUOTES.name: ("quote", "quotes"), EVENTS.name: ("event", "events")}
    counts = ", ".join(counted(count, *nouns[name]) for name, count in records.items())
    console.print(
        f"{counted(len(raw), 'message')} in. Out came {counted(len(extractions), 'extraction')} with {counts} on topics of their "
        f"own, and {counted(len(letters), 'dead letter')}. It took {seconds:.0f} s.",
        highlight=False,
    )
    console.print(
        "The demo's broker and data are gone. To look around by hand, run `newswire up`: it keeps a broker and a worker running.",
        highlight=False,
    )
    _check(articles, extractions, letters, records)


def _in_order(extractions: list[Extraction], raw: list[ConsumedMessage]) -> list[Extraction]:
    """The extractions in the order in which their stories were fed, and those of articles that came together with others last."""
    fed = [message.key for message in sorted(raw, key=lambda message: message.timestamp_ms)]
    places = {key: place for place, key in reversed(list(enumerate(fed)))}
    return sorted(
        extractions,
        key=lambda e: (
            places.get(e.article.id.encode("utf-8", "surrogatepass"), len(fed)),
            e.article.id,
            e.article.version,
        ),
    )


def _check(
    articles: list[ConsumedMessage],
    extractions: list[Extraction],
    letters: list[ConsumedMessage],
    records: dict[str, int],
) -> None:
    """Every article must have ended as one extraction or one dead letter, and every record of one lie on its topic. A dead
    letter is the story's own fault or a failure of ours.
    """
    ours = [letter for letter in letters if _header(letter, error_headers.REASON) != "input"]
    if ours:
        what = "; ".join(_header(letter, error_headers.MESSAGE) for letter in ours)
        raise WorkerProcessError(f"{counted(len(ours), 'story', 'stories')} failed although the input was fine: {what}")
    unread = sum(_header(letter, error_headers.STAGE) == "extract" for letter in letters)
    if len(articles) != len(extractions) + unread:
        raise WorkerProcessError(
            f"{counted(len(articles), 'article')} ended as {counted(len(extractions), 'extraction')} and "
            f"{counted(unread, 'dead letter')}"
        )
    now = datetime.now(UTC)
    out = [extraction for extraction in extractions if not _held(extraction, now)]
    for topic, expected in Counter(
        topic.name for e in out for topic, found in records_of(e).items() for _ in found
    ).items():
        if records[topic] != expected:
            raise WorkerProcessError(f"{expected} {topic} were extracted but {records[topic]} published")


def _held(extraction: Extraction, now: datetime) -> bool:
    until = extraction.article.embargoed_until
    return until is not None and datetime.fromisoformat(until) > now


def _read(settings: Settings, topic: Topic) -> list[ConsumedMessage]:
    return list(follow(settings, [topic.full_name(settings.topics)], from_beginning=True, until_end=True))


def _records(messages: list[ConsumedMessage]) -> int:
    """How many messages are records, and not version markers."""
    return sum(message.header("ce_type") != MARKER.encode() for message in messages)


def _letter_table(letters: list[ConsumedMessage]) -> Table:
    table = Table("agent", "fed from", "what was wrong", title=f"Dead letters ({len(letters)})", title_justify="left")
    for letter in letters:
        # The name alone: a long path would be cut off on a narrow terminal.
        source = Path(_header(letter, SOURCE_HEADER)).name or (letter.key or b"").decode("utf-8", "replace")
        what = _header(letter, error_headers.MESSAGE)
        table.add_row(_header(letter, error_headers.STAGE), Text(printable(source)), Text(printable(what)))
    return table


def _header(letter: ConsumedMessage, name: str) -> str:
    return (letter.header(name) or b"").decode("utf-8", "replace")

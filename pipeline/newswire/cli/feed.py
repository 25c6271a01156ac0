"""`newswire feed`: files, folders, JSON lines, drop folders, and addresses of feeds into the raw topic."""

from __future__ import annotations

import contextlib
import itertools
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click

from newswire.cli.feeding import Feeder
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.lines import lines
from newswire.errors import InputError, PublishError
from newswire.feed.files import expand, items_of, json_line
from newswire.feed.item import Item, item_of
from newswire.feed.sender import Outcome, Sender
from newswire.feed.sources import Folder, Source, is_address, labelled, read_listing
from newswire.topic_admin import check_topics
from newswire.topics import HEARTBEATS, RAW

__all__ = ("command",)

STDIN: Final = "-"

# How an address begins, of whatever scheme (RFC 3986, 3.1).
ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

# Unreadable items named at the end; the rest is counted.
NAMED: Final = 5


@click.command()
@click.argument("sources", nargs=-1, metavar="[PATH|-|ADDRESS]...")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Feed at most this many articles a second.")
@click.option(
    "--watch",
    "folders",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Feed files that appear in DIR, then move them to DIR/done or DIR/failed.",
)
@click.option(
    "--sources",
    "listing",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Poll the feeds and watch the folders that FILE lists, in TOML or OPML. Without any argument: the setting feed.sources.",
)
@click.option(
    "--start-over", is_flag=True, help="Feed everything that each ADDRESS lists, including what was fed before."
)
@click.option("--once", is_flag=True, help="Poll each ADDRESS and check each DIR once, then stop.")
@click.option(
    "--content-type",
    metavar="TYPE",
    help="Type of stdin, and of files whose names do not tell it. Without it, stdin is JSON lines.",
)
@pass_invocation
def command(
    invocation: Invocation,
    sources: tuple[str, ...],
    rate: float | None,
    folders: tuple[Path, ...],
    listing: Path | None,
    start_over: bool,
    once: bool,
    content_type: str | None,
) -> None:
    """Feed wire items into the raw topic, each confirmed by the broker.

    PATH is a file in any readable format (JSON lines as .jsonl) or a directory of such files. Put what the text does not say
    into STORY.meta.json beside STORY.txt. - is stdin. ADDRESS is an RSS, Atom or JSON feed over http or https, polled until
    Ctrl-C; entries that the topic already has are not fed again, unless you use --start-over.

    Unreadable items are fed too, and end up in the dead letters. The exit status is 1 if the broker did not confirm everything.
    """
    settings = invocation.settings()
    given = [source for source in sources if source != STDIN]
    addresses = [Source(address=source) for source in given if is_address(source)]
    if listing is None and not sources and not folders and settings.feed.sources.exists():
        listing = settings.feed.sources
    watched = [Folder(path=str(folder)) for folder in folders]
    if listing is not None:
        listed = read_listing(listing)
        addresses += listed.feeds
        watched += listed.folders
    if not sources and not watched and not addresses:
        raise click.UsageError(
            "Name files, directories, addresses or - to feed, a folder to --watch, or a list of feeds with --sources."
        )
    if start_over and not addresses:
        raise click.UsageError("--start-over is for addresses; files are fed again whenever you name them.")
    paths = [source for source in given if not is_address(source)]
    _reject_unknown(paths)
    goes_on = not once and bool(addresses or watched)
    raw, *_ = check_topics(settings, (RAW, HEARTBEATS) if goes_on else (RAW,))
    total = Outcome()
    began = time.monotonic()
    try:
        with Sender(settings, rate) as sender:
            _feed_once(sender, [Path(path) for path in paths], STDIN in sources, content_type, total)
            if addresses or watched:
                feeder = Feeder(settings, sender, total, once=once)
                feeder.run(labelled(addresses), labelled(watched), raw.identity, start_over=start_over)
    finally:
        _summarise(total, time.monotonic() - began)
    if total.failed:
        raise PublishError(
            f"{len(total.failed):,} not confirmed: {total.failures()}",
            "Fix the cause and feed these again; feeding twice gives the same ids",
        )


def _reject_unknown(paths: list[str]) -> None:
    missing = [path for path in paths if not Path(path).exists()]
    if foreign := [path for path in missing if ADDRESS.match(path)]:
        raise InputError(
            f"Only http:// and https:// addresses can be polled, not {', '.join(foreign)}",
            "Fetch it some other way and feed the file; nothing was fed",
        )
    if missing:
        raise InputError(f"No such file or directory: {', '.join(missing)}", "Correct the path; nothing was fed")


def _feed_once(sender: Sender, files: list[Path], stdin: bool, content_type: str | None, total: Outcome) -> None:
    """Files and stdin, one after the other. An item that cannot be fed does not stop those after it."""
    paths = [path for file in files for path in expand(file)]
    with _progress(len(paths)) as (begin_file, count):
        for path in paths:
            begin_file(path.name)
            sender.send(items_of(path, content_type), on_confirmed=count, outcome=total)
        if stdin:
            begin_file("stdin")
            sender.send(_from_stdin(content_type), on_confirmed=count, outcome=total)


def _from_stdin(content_type: str | None) -> Iterator[Item]:
    if content_type:
        value = sys.stdin.buffer.read(RAW.max_message_bytes + 1)
        if len(value) > RAW.max_message_bytes:
            raise InputError(
                f"stdin is larger than a message may be ({RAW.max_message_bytes:,} bytes)", "Feed JSON lines"
            )
        yield item_of("stdin", value, {"content-type": content_type.encode()}, "stdin")
        return
    for number, (line, length) in enumerate(lines(sys.stdin.fileno(), RAW.max_message_bytes), 1):
        if length > RAW.max_message_bytes:
            raise InputError(f"stdin line {number} has {length:,} bytes; a message may have {RAW.max_message_bytes:,}")
        if line.strip():
            yield json_line(f"stdin:{number}", line.rstrip(b"\r"), f"stdin:{number}")


@contextlib.contextmanager
def _progress(files: int) -> Iterator[tuple[Callable[[str], object], Callable[[], object]]]:
    """A progress line on a terminal's stderr: (to call with a file's name, to call for each confirmed message)."""
    if not sys.stderr.isatty():
        yield (lambda name: None), (lambda: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[messages]:,} messages"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("feeding", total=files or None, messages=0, completed=-1)
        messages = itertools.count(1)
        yield (
            lambda name: progress.update(task, advance=1, description=name[:40]),
            lambda: progress.update(task, messages=next(messages)),
        )


def _summarise(total: Outcome, seconds: float) -> None:
    parts = [f"{total.confirmed:,} fed"]
    if total.unreadable:
        parts.append(f"{len(total.unreadable):,} of them unreadable")
    if total.failed:
        parts.append(f"{len(total.failed):,} not confirmed")
    click.echo(f"{', '.join(parts)}; {seconds:.1f} s", err=True)
    for one in total.unreadable[:NAMED]:
        click.echo(f"unreadable (will become a dead letter): {one}", err=True)

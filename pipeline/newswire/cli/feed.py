"""`newswire feed`: files, folders, JSON lines, drop folders, and RSS and Atom addresses into the raw topic."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import logging
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import click

from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.lines import lines
from newswire.errors import InputError, PublishError
from newswire.feed.cursor import CursorFile
from newswire.feed.files import expand, items_of, json_line
from newswire.feed.folder import DropFolder
from newswire.feed.item import Item, item_of
from newswire.feed.polling import is_address, poll
from newswire.feed.sender import Outcome, Sender
from newswire.settings import Settings
from newswire.topic_admin import check_topics
from newswire.topics import RAW

__all__ = ("command",)

logger = logging.getLogger(__name__)

STDIN: Final = "-"

# How an address begins, of whatever scheme (RFC 3986, 3.1).
ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")

# Seconds between two looks into a drop folder: how late a file may be noticed, and what an idle folder costs.
LOOK_INTERVAL: Final = 0.5

# Unreadable items named at the end; the rest is counted.
NAMED: Final = 5

# One round of a source: feeds what there is and gives the seconds to the next one, None for none.
Round = Callable[[], float | None]


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
    start_over: bool,
    once: bool,
    content_type: str | None,
) -> None:
    """Feed wire items into the raw topic, each confirmed by the broker.

    PATH is a file in any readable format (JSON lines as .jsonl) or a directory of such files. Put what the text does not say
    into STORY.meta.json beside STORY.txt. - is stdin. ADDRESS is an RSS or Atom feed over http or https, polled until Ctrl-C;
    entries that the topic already has are not fed again, unless you use --start-over.

    Unreadable items are fed too, and end up in the dead letters. The exit status is 1 if the broker did not confirm everything.
    """
    if not sources and not folders:
        raise click.UsageError("Name files, directories, addresses or - to feed, or a folder to --watch.")
    addresses = [source for source in sources if is_address(source)]
    if start_over and not addresses:
        raise click.UsageError("--start-over is for addresses; files are fed again whenever you name them.")
    settings = invocation.settings()
    files = [Path(source) for source in sources if source != STDIN and not is_address(source)]
    _reject_unknown([source for source in sources if source != STDIN and not is_address(source)])
    (raw,) = check_topics(settings, (RAW,))
    total = Outcome()
    began = time.monotonic()
    try:
        with Sender(settings, rate) as sender:
            _feed_once(sender, files, STDIN in sources, content_type, total)
            with contextlib.ExitStack() as stack:
                rounds = [_watching(folder, sender, total, once=once) for folder in _prepared(folders)]
                if addresses:
                    cursors = stack.enter_context(CursorFile.opened(settings.feed.state, raw.identity))
                    if start_over:
                        for address in addresses:
                            cursors.start_over(address)
                    rounds += [_polling(one, cursors, sender, settings, total, once=once) for one in addresses]
                if rounds:
                    _feed_on(rounds)
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


def _prepared(folders: tuple[Path, ...]) -> list[DropFolder]:
    found = [DropFolder(folder) for folder in folders]
    for folder in found:
        folder.prepare()
    return found


def _feed_on(rounds: list[Round]) -> None:
    """Each round when its time has come, until a signal or until none has another one."""
    with _until_signal() as stop:
        order = itertools.count()
        due = [(0.0, next(order), one) for one in rounds]
        while due and not stop.is_set():
            when, _, one = due[0]
            if stop.wait(max(0.0, when - time.monotonic())):
                break
            heapq.heappop(due)
            pause = one()
            if pause is not None:
                heapq.heappush(due, (time.monotonic() + pause, next(order), one))


def _watching(folder: DropFolder, sender: Sender, total: Outcome, *, once: bool) -> Round:
    looks = itertools.count()
    started = time.monotonic()

    def look() -> float | None:
        outcome = folder.look(sender)
        if outcome.failed:
            logger.warning("%s: %s", folder.directory, outcome.failures())
        if not outcome.refused and outcome.failed and not once:
            # What the broker did not take is tried again, and counts only when it has given up.
            outcome.failed.clear()
        total.add(outcome)
        if once and next(looks) and time.monotonic() - started > folder.settled:
            return None
        return folder.settled if once else LOOK_INTERVAL

    return look


def _polling(
    address: str, cursors: CursorFile, sender: Sender, settings: Settings, total: Outcome, *, once: bool
) -> Round:
    failures = 0

    def ask() -> float | None:
        nonlocal failures
        found = poll(address, cursors, sender, settings.feed, failures)
        failures = found.failures
        if found.reason:
            wait = "is not polled again" if found.pause is None else f"is polled again in {found.pause:.0f} s"
            logger.warning("%s; the address %s", found.reason, "was polled once" if once else wait)
            if once or found.pause is None:
                found.outcome.failed[:] = [found.reason]
            elif not found.outcome.refused:
                found.outcome.failed.clear()
        logger.info("%s: %d new or changed", address, found.outcome.confirmed)
        total.add(found.outcome)
        return None if once else found.pause

    return ask


@contextlib.contextmanager
def _until_signal() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set: what is on its way is still confirmed and noted. A second signal ends us."""
    stop = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        stop.set()
        for one, handler in before.items():
            signal.signal(one, handler)

    before = {one: signal.signal(one, note) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


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

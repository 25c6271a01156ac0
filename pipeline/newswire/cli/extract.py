"""`newswire extract`: files or JSON lines in, Extractions out, without a broker."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, Final

import click
import orjson

from newswire import interrupts
from newswire.cli.counted import counted
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.lines import lines
from newswire.cli.ordered import Ordered, Result, Submission
from newswire.errors import InputError, NewswireError
from newswire.feed.files import expand, items_of
from newswire.records import Extraction, decode
from newswire.settings import Settings
from newswire.stream.pool import Pool
from newswire.topics import RAW

__all__ = ("command",)

# A line that the raw topic would not take is none that we take: the same story gives the same result on both ways.
LONGEST_LINE: Final = RAW.max_message_bytes

JSON_TYPE: Final = {"content-type": b"application/json"}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option("--jsonl", is_flag=True, help="Read articles from stdin, one JSON object per line.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of tables, even on a terminal.")
@pass_invocation
def command(invocation: Invocation, files: tuple[Path, ...], jsonl: bool, as_json: bool) -> int:
    """Extract entities, quotes and events from stories, on all CPUs, without a broker.

    FILE can be a story in any readable format, JSON lines (.jsonl) or a directory, as for `newswire feed`. Put what the text
    does not say (published, headline, language, ...) into STORY.meta.json beside STORY.txt. The output is tables on a
    terminal, otherwise one Extraction per line.

    With --jsonl every input line gives exactly one output line, in order, as soon as it is ready: its Extraction, or
    {"error": {...}} with the line number. A blank line gives an error too. The exit status is 1 if there was an error.
    """
    if jsonl == bool(files):
        raise click.UsageError("Name files, or use --jsonl and send articles to stdin.")
    settings = invocation.settings()
    if jsonl:
        return interrupts.run(_extract(settings, _Lines(), _write_line))
    tables = sys.stdout.isatty() and not as_json
    return interrupts.run(_extract(settings, _Files(files), _show if tables else _write_extractions))


async def _extract(settings: Settings, source: _Lines | _Files, write: Callable[[Result], bool]) -> int:
    """Exit status 0, or 1 when a message failed. `write` says whether all is well with it."""
    began = time.monotonic()
    done = failed = 0
    pool = Pool(settings.pool, settings.extract, batch_size=settings.worker.batch_size)
    try:
        await pool.start()
        window = Ordered(pool, settings)
        feeding = asyncio.create_task(_feed(source, window))
        async for result in window.results():
            # stdout may block for long; the pool's deadlines must not wait for it.
            failed += not await asyncio.to_thread(write, result)
            done += 1
        await feeding
    finally:
        await pool.stop()
    if done > 1 or failed:
        seconds = time.monotonic() - began
        click.echo(
            f"{counted(done, 'message')}, {failed:,} failed, {seconds:.1f} s on {counted(pool.size, 'processor')}",
            err=True,
        )
    return 1 if failed else 0


async def _feed(source: _Lines | _Files, window: Ordered) -> None:
    try:
        await source.feed(window)
    finally:
        window.end()


class _Files:
    """Files as messages."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._paths = paths

    async def feed(self, window: Ordered) -> None:
        for path in self._paths:
            for file in expand(path):
                try:
                    for item in items_of(file):
                        name = str(file.with_name(item.name))
                        await window.submit(Submission(name, item.value, item.headers))
                except InputError as error:
                    await window.submit(Submission(str(file), b"", {}, error))


class _Lines:
    """Lines of stdin as messages."""

    async def feed(self, window: Ordered) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        # A daemon, since nothing ends a read from a terminal or an idle pipe when we are interrupted.
        threading.Thread(target=self._read, args=(window, loop, ended), name="stdin", daemon=True).start()
        await ended

    def _read(self, window: Ordered, loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None]) -> None:
        try:
            for number, (line, length) in enumerate(lines(sys.stdin.fileno(), LONGEST_LINE), start=1):
                submission = Submission(f"line {number}", line, JSON_TYPE, _fault(line, length))
                asyncio.run_coroutine_threadsafe(window.submit(submission), loop).result()
            loop.call_soon_threadsafe(_end, ended, None)
        except (CancelledError, RuntimeError):
            return  # the loop is closing
        except OSError as error:
            loop.call_soon_threadsafe(_end, ended, error)


def _end(ended: asyncio.Future[None], error: OSError | None) -> None:
    """Says that stdin has ended, unless Ctrl-C was there first."""
    if ended.done():
        return
    if error is None:
        ended.set_result(None)
    else:
        ended.set_exception(error)


def _fault(line: bytes, length: int) -> InputError | None:
    if length > LONGEST_LINE:
        return InputError(f"the line has {length:,} bytes; the limit is {LONGEST_LINE:,}", "Split it", format="json")
    if not line.strip():
        return InputError("the line is blank", "Put one article on each line", format="json")
    return None


def _write_line(result: Result) -> bool:
    error = result.error
    if error is None and len(result.extractions) != 1:
        error = InputError(
            f"the line holds {counted(len(result.extractions), 'article')}",
            "Put one article on each line",
            format="json",
        )
    line = result.extractions[0] if error is None else orjson.dumps({"error": _described(result.submission, error)})
    click.echo(line)
    return error is None


def _described(submission: Submission, error: NewswireError) -> dict[str, Any]:
    found: dict[str, Any] = {"line": int(submission.name.removeprefix("line ")), "id": _id(submission.value)}
    found["type"] = type(error).__name__
    found |= {"message": error.what, "remedy": error.remedy}
    if isinstance(error, InputError):
        found |= {"format": error.format, "where": error.where}
    return found


def _id(line: bytes) -> str | None:
    """The id of the article that failed, where the line still tells it."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return str(found["id"]) if isinstance(found, dict) and "id" in found else None


def _write_extractions(result: Result) -> bool:
    _complain(result)
    for extraction in result.extractions:
        click.echo(extraction)
    return result.error is None


def _show(result: Result) -> bool:
    from rich.console import Console

    from newswire.cli.tables import show

    _complain(result)
    console = Console()
    for extraction in result.extractions:
        show(decode(extraction, Extraction), console)
    return result.error is None


def _complain(result: Result) -> None:
    if result.error is not None:
        click.echo(f"error: {result.submission.name}: {result.error}", err=True)

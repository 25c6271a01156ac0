"""`newswire feeds`: how the sources do, and what each of them would bring."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import click
import orjson

from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.printable import printable
from newswire.errors import InputError, PublishError
from newswire.feed.cursor import Cursor, Health, cursors_in
from newswire.feed.folder import health_of, waiting
from newswire.feed.polling import Asked, ask
from newswire.feed.sources import Folder, Listing, Source, is_address, labelled, read_listing
from newswire.settings import FeedSettings, Settings
from newswire.wire import times

__all__ = ("command",)

# Characters of a reason or headline in a table.
SHOWN: Final = 80

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

LISTING: Final = click.option(
    "--sources",
    "listing",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="List of feeds in TOML or OPML, in place of that of the setting feed.sources.",
)
AS_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object per source.")


@click.group()
def command() -> None:
    """Show how the polled feeds and watched folders do, or try them."""


@command.command()
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@LISTING
@AS_JSON
@pass_invocation
def status(invocation: Invocation, addresses: tuple[str, ...], listing: Path | None, as_json: bool) -> None:
    """Show when each source last gave something, and what is wrong with it.

    Without ADDRESS: the sources of the list, and whatever else was polled into this raw topic. The exit status is 1 if a source
    fails, is silent, or has ended.
    """
    from newswire.topic_admin import check_topics
    from newswire.topics import RAW

    settings = invocation.settings()
    (raw,) = check_topics(settings, (RAW,))
    cursors = cursors_in(settings.feed.state, raw.identity)
    named, folders = _sources(settings, addresses, listing)
    sources = named if addresses else labelled([*named, *(Source(address=address) for address in cursors)])
    if not sources and not folders:
        raise InputError("Nothing is polled into this raw topic", "Run `newswire feed ADDRESS`, or write feed.sources")
    now = time.time()
    healths = {source.address: cursors.get(source.address, Cursor()).health for source in sources}
    healths |= {folder.address: health_of(Path(folder.path)) for folder in folders}
    every: list[Source | Folder] = [*sources, *folders]
    rows = [_status(source, healths[source.address], settings.feed, now) for source in every]
    if as_json:
        for row in rows:
            click.echo(orjson.dumps(row))
    else:
        _table(("SOURCE", "STATE", "LAST ANSWER", "LAST NEW", "FED", "FAILURES", ""), [_line(row, now) for row in rows])
    wrong = [row["source"] for row in rows if row["state"] in ("failing", "silent", "ended")]
    if wrong:
        raise PublishError(f"{len(wrong)} of {len(rows)} sources need a look: {', '.join(wrong)}")


@command.command()
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@LISTING
@AS_JSON
@pass_invocation
def check(invocation: Invocation, addresses: tuple[str, ...], listing: Path | None, as_json: bool) -> None:
    """Ask each source once, and say what it would bring. Nothing is fed, and no broker is needed.

    The exit status is 1 if one of them cannot be read.
    """
    settings = invocation.settings()
    sources, folders = _sources(settings, addresses, listing)
    if not sources and not folders:
        raise InputError("No source to check", f"Name addresses, or list them in {settings.feed.sources}")
    rows = [_found(asked) for asked in _asked(sources, settings.feed)]
    rows += map(_found_in, folders)
    for row in rows if as_json else ():
        click.echo(orjson.dumps(row))
    if not as_json:
        _table(("SOURCE", "ENTRIES", "NEWEST", ""), [_found_line(row) for row in rows])
    if wrong := [row["source"] for row in rows if row["error"]]:
        raise PublishError(f"{len(wrong)} of {len(rows)} sources cannot be read: {', '.join(wrong)}")


def _sources(settings: Settings, addresses: Sequence[str], listing: Path | None) -> tuple[list[Source], list[Folder]]:
    if foreign := [address for address in addresses if not is_address(address)]:
        raise InputError(f"Not an http:// or https:// address: {', '.join(foreign)}", "Correct it")
    named = [Source(address=address) for address in addresses]
    path = listing or (None if addresses or not settings.feed.sources.exists() else settings.feed.sources)
    listed = read_listing(path) if path else Listing()
    return labelled([*named, *listed.feeds]), labelled(listed.folders)


def _asked(sources: Sequence[Source], settings: FeedSettings) -> Iterable[Asked]:
    """Each source's answer in order, hosts side by side."""
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(source.host, []).append(source)

    def ask_all(host: list[Source]) -> list[Asked]:
        found = []
        for number, source in enumerate(host):
            if number:
                time.sleep(settings.host_pause)
            found.append(ask(source, Cursor(), settings))
        return found

    with ThreadPoolExecutor(settings.parallel) as pool:
        answers = [asked for answered in pool.map(ask_all, hosts.values()) for asked in answered]
    by_address = {asked.source.address: asked for asked in answers}
    return [by_address[source.address] for source in sources]


def _status(source: Source | Folder, health: Health, settings: FeedSettings, now: float) -> dict[str, Any]:
    if health.gone:
        state = "ended"
    elif health.failures:
        state = "failing" if health.is_failing else "failed"
    elif health.is_silent(source.expected or settings.expected, now):
        state = "silent"
    else:
        state = "never polled" if health.since is None else "well"
    return {
        "source": source.label,
        "address": source.address,
        "state": state,
        "last_success": health.last_success,
        "last_new": health.last_new,
        "fed": health.fed,
        "failures": health.failures,
        "reason": health.reason,
    }


def _line(row: dict[str, Any], now: float) -> tuple[str, ...]:
    return (
        row["source"],
        row["state"],
        _ago(row["last_success"], now),
        _ago(row["last_new"], now),
        f"{row['fed']:,}",
        f"{row['failures']:,}",
        _short(row["reason"]),
    )


def _found(asked: Asked) -> dict[str, Any]:
    found = asked.feed.entries
    written = [time for entry in found if entry.time and (time := times.rfc3339(entry.time))]
    return {
        "source": asked.source.label,
        "address": asked.source.address,
        "entries": len(found),
        "newest": max(written, key=times.unix_seconds, default=None),
        "last": _headline(asked),
        "error": str(asked.error) if asked.error else None,
    }


def _found_in(folder: Folder) -> dict[str, Any]:
    """The files that wait in a folder, as `_found` has the entries of a feed."""
    row: dict[str, Any] = {"source": folder.label, "address": folder.path, "entries": 0, "newest": None}
    try:
        files = waiting(Path(folder.path))
    except OSError as error:
        return row | {"last": None, "error": f"{folder.path}: {error.strerror}"}
    return row | {"entries": len(files), "last": files[-1].name if files else None, "error": None}


def _headline(asked: Asked) -> str | None:
    from newswire.feed.entries import HEADERS
    from newswire.wire import read

    if not asked.feed.entries:
        return None
    try:
        (article,) = read(asked.feed.entries[-1].document, HEADERS)
    except InputError as error:
        return f"(unreadable: {error.what})"
    return article.headline or article.body


def _found_line(row: dict[str, Any]) -> tuple[str, ...]:
    return (row["source"], str(row["entries"]), row["newest"] or "-", _short(row["error"] or row["last"]))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    cells = [tuple(printable(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in (heads, *cells)) for column in range(len(heads))]
    for row in (heads, *cells):
        click.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


def _ago(when: float | None, now: float) -> str:
    if when is None:
        return "never"
    seconds = max(0, int(now - when))
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name} ago"
    return f"{seconds} s ago"


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"

"""`newswire tail`: follow topics and read their records."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import click
import msgspec
import orjson

from newswire.cli.following import follow
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.moments import SINCE
from newswire.cli.rendering import one_line, start_of
from newswire.errors import InputError
from newswire.records import RECORD_TYPES, VersionMarker, decode
from newswire.settings import TopicSettings
from newswire.stream.message import ConsumedMessage
from newswire.subscribe.conditions import Condition, parse_all
from newswire.topics import CURRENT, TOPICS, Topic

__all__ = ("command",)

NAMES: Final = ", ".join(topic.name for topic in TOPICS)


@click.command()
@click.argument("topics", nargs=-1, required=True, metavar="TOPIC...")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest message instead of the next one.")
@click.option(
    "--since",
    type=SINCE,
    metavar="TIME",
    help="Start at this time: RFC 3339, or an age such as 90s, 30m, 2h, 1d.",
)
@click.option("--key", metavar="ID", help="Only messages with this key (an article id; of a table, a record id).")
@click.option(
    "--where",
    "wheres",
    multiple=True,
    metavar="CONDITION",
    help="Only records that match; repeat it, or write `and` between conditions.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the records themselves, one JSON object per line.")
@click.option("--markers", is_flag=True, help="Show all version markers, not only those that withdraw a story.")
@click.option("--count", type=click.IntRange(min=1), help="Stop after this many.")
@click.option("--until-end", is_flag=True, help="Stop at the current end of the topics.")
@pass_invocation
def command(
    invocation: Invocation,
    topics: tuple[str, ...],
    from_beginning: bool,
    since: datetime | None,
    key: str | None,
    wheres: tuple[str, ...],
    as_json: bool,
    markers: bool,
    count: int | None,
    until_end: bool,
) -> None:
    """Follow topics until Ctrl-C, one record per line: raw, articles, extractions, entities, quotes, events, alerts,
    heartbeats, dead-letters, or what stands now: current.quotes, current.events, current.entities.

    A CONDITION is FIELD=VALUE, FIELD!=VALUE, FIELD~PART, FIELD>=NUMBER or FIELD<=NUMBER. Use dots for inner fields; case is
    ignored. Examples: --where speaker=Blinken --where type=direct, --where actors.country=USA, --where text~ceasefire,
    --where 'confidence>=0.8' (in quotes, since a shell reads > itself).

    It commits no offsets, so it takes no messages from anyone.
    """
    if from_beginning and since is not None:
        raise click.UsageError("Use either --since or --from-beginning, not both.")
    settings = invocation.settings()
    chosen = {topic.full_name(settings.topics): topic for topic in (_topic(name, settings.topics) for name in topics)}
    records = [topic.record for topic in chosen.values() if topic.record]
    conditions = [condition for where in wheres for condition in parse_all(where, records)]
    messages = follow(settings, list(chosen), from_beginning=from_beginning, since=since, until_end=until_end)
    # All partitions are read. Which one a key goes to depends on its producer, and on how many partitions there were by then.
    wanted = None if key is None else key.encode("utf-8", "surrogateescape")
    shown = (
        line
        for message in messages
        if (wanted is None or message.key == wanted)
        and (line := _line(message, chosen[message.topic], conditions, as_json=as_json, markers=markers)) is not None
    )
    for line in itertools.islice(shown, count):
        click.echo(line)


def _topic(name: str, settings: TopicSettings) -> Topic:
    for topic in TOPICS:
        if name in (topic.name, topic.full_name(settings)):
            return topic
    raise click.BadParameter(f"{name!r} is not a topic of the pipeline; choose from {NAMES}")


def _line(
    message: ConsumedMessage, topic: Topic, conditions: Iterable[Condition], *, as_json: bool, markers: bool
) -> str | bytes | None:
    """What is shown of a message; None for nothing."""
    if message.value is None and topic in CURRENT.values():
        shown = not conditions and not as_json
        return f"{_time(message)} {topic.name:<9} withdrawn: {start_of(message.key)}" if shown else None
    kind = _kind(message, topic)
    if kind is None:
        return None if conditions else _bytes_line(message, as_json=as_json)
    try:
        record = decode(message.value or b"", kind)
    except InputError as error:
        return f"{_place(message)} cannot be read: {error}" if not conditions and not as_json else None
    if isinstance(record, VersionMarker) and record.status == "usable" and not markers:
        return None
    if conditions:
        value = orjson.loads(message.value or b"")
        if not all(condition.holds(value) for condition in conditions):
            return None
    return message.value if as_json else f"{_time(message)} {topic.name:<9} {one_line(record)}"


def _kind(message: ConsumedMessage, topic: Topic) -> type[msgspec.Struct] | None:
    """The struct of a message: what its header says, else what its topic is for."""
    named = message.header("ce_type")
    return RECORD_TYPES.get(named.decode("utf-8", "replace"), topic.record) if named and topic.record else topic.record


def _bytes_line(message: ConsumedMessage, *, as_json: bool) -> str | bytes:
    if not as_json:
        reason = message.header("newswire.errors.what")
        what = f"{start_of(reason)} — " if reason else ""
        return (
            f"{_time(message)} {_place(message)} {len(message.value or b''):,} bytes: {what}{start_of(message.value)}"
        )
    found: dict[str, Any] = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
    found |= {"timestamp": message.timestamp_ms, "key": message.key and message.key.decode("utf-8", "replace")}
    found["headers"] = [[name, value.decode("utf-8", "replace")] for name, value in message.headers]
    try:
        found["value"] = None if message.value is None else message.value.decode("utf-8")
    except UnicodeDecodeError:
        found["base64"] = base64.b64encode(message.value or b"").decode()
    return orjson.dumps(found)


def _place(message: ConsumedMessage) -> str:
    return f"{message.topic}[{message.partition}]@{message.offset}"


def _time(message: ConsumedMessage) -> str:
    return datetime.fromtimestamp(message.timestamp_ms / 1000).strftime("%H:%M:%S")

"""`newswire dlq`: the dead letters: which there are, why, and back to where they came from."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import click
import orjson

from newswire.cli.counted import counted
from newswire.cli.following import follow
from newswire.cli.halting import resume, show_halts
from newswire.cli.invocation import Invocation, pass_invocation
from newswire.cli.moments import SINCE
from newswire.cli.printable import printable
from newswire.cli.rendering import start_of
from newswire.clients import broker_errors, kafka_python_options, producer_options
from newswire.errors import BrokerError, InputError, TopicError
from newswire.settings import Settings, TopicSettings
from newswire.stream import error_headers as names
from newswire.stream.message import ConsumedMessage
from newswire.topics import DEAD_LETTERS, SOURCE_HEADER, TOPICS

__all__ = ("command",)

# Where a letter lies in the topic of dead letters, as `list` prints it and `show` and `replay` take it.
POSITION: Final = re.compile(r"(\d+):(\d+)")

# Letters that wait for the broker's confirmation at once: enough for full batches, few enough to name what failed.
UNCONFIRMED: Final = 500

# Bytes that key, headers and the protocol's framing may add to the largest value.
FRAMING: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant: all that meet every condition given. `topic` is the topic that a letter came from."""

    topic: str | None
    stage: str | None
    reason: str | None
    since: datetime | None
    positions: frozenset[tuple[int, int]]

    def takes(self, letter: ConsumedMessage) -> bool:
        """Whether the letter is among them."""
        origin = _header(letter, names.TOPIC)
        return (
            (self.topic is None or origin == self.topic)
            and (self.stage is None or _header(letter, names.STAGE) == self.stage)
            and (self.reason is None or _header(letter, names.REASON) == self.reason)
            and (self.since is None or letter.timestamp_ms >= self.since.timestamp() * 1000)
            and (not self.positions or (letter.partition, letter.offset) in self.positions)
        )


def _selecting(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options and arguments that select letters."""
    for decorate in (
        click.option(
            "--since",
            type=SINCE,
            metavar="TIME",
            help="Only letters since then: an RFC 3339 time, or an age such as 90s, 30m, 2h, 1d.",
        ),
        click.option("--reason", help="Only letters with this reason: input, process, refused or internal."),
        click.option("--stage", help="Only letters from this agent: intake, extract or publish."),
        click.option("--topic", help="Only letters from this topic."),
        click.argument("positions", nargs=-1, metavar="[PARTITION:OFFSET]..."),
    ):
        function = decorate(function)
    return function


@click.group()
def command() -> None:
    """List, show or replay messages that could not be processed.

    Letters stay on the topic until its retention ends, replayed or not. After a run of them an agent halts at the partition
    until you `resume` it.
    """


@command.command("list")
@_selecting
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per letter.")
@pass_invocation
def show_list(invocation: Invocation, /, as_json: bool, **selection: Any) -> None:
    """List the dead letters, oldest first.

    Each line shows the letter's position, time, origin, key, source file or address, agent and reason, and what was wrong.
    Totals by stage and reason go to stderr, with the partitions where agents have halted.
    """
    settings = invocation.settings()
    counts: Counter[tuple[str, str]] = Counter()
    for letter in _letters(settings, _selection(settings.topics, **selection)):
        counts[_header(letter, names.STAGE), _header(letter, names.REASON)] += 1
        if as_json:
            click.echo(orjson.dumps(_summary(letter)))
            continue
        origin = f"{_header(letter, names.TOPIC)}[{_header(letter, names.PARTITION)}]@{_header(letter, names.OFFSET)}"
        what = printable(_header(letter, names.WHAT) or _header(letter, names.MESSAGE))
        click.echo(
            f"{letter.partition}:{letter.offset}  {_time(letter)}  {printable(origin)}  {_whose(letter)}  "
            f"{_header(letter, names.STAGE)}/{_header(letter, names.REASON)}  {what}"
        )
    said = ", ".join(f"{count:,} {stage}/{reason}" for (stage, reason), count in counts.most_common())
    click.echo(f"{counted(counts.total(), 'dead letter')}{': ' + said if said else ''}", err=True)
    show_halts(settings)


@command.command()
@click.argument("position", metavar="PARTITION:OFFSET")
@click.option("--value", is_flag=True, help="Print only the original bytes.")
@pass_invocation
def show(invocation: Invocation, position: str, value: bool) -> None:
    """Show one dead letter.

    Prints its headers, the error's traceback, and its original value.
    """
    settings = invocation.settings()
    selection = _selection(settings.topics, positions=(position,))
    letter = next(_letters(settings, selection), None)
    if letter is None:
        raise InputError(f"There is no dead letter at {position}", "`newswire dlq list` shows where they are")
    if value:
        click.echo(letter.value or b"", nl=False)
        return
    click.echo(f"set aside  {_time(letter)}")
    click.echo(f"key        {start_of(letter.key) if letter.key is not None else '(none)'}")
    for name, text in letter.headers:
        # A traceback keeps its lines; everything else is shown on one.
        lines = (
            text.decode("utf-8", "replace").splitlines()
            if name == names.STACKTRACE
            else [text.decode("utf-8", "replace")]
        )
        click.echo(f"{printable(name)}: " + "\n    ".join(map(printable, lines)))
    click.echo(f"value      {len(letter.value or b''):,} bytes: {start_of(letter.value)}")


@command.command()
@_selecting
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Send at most this many letters a second.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, without sending.")
@click.option("--all", "every", is_flag=True, help="Send all letters; required unless you select some.")
@pass_invocation
def replay(invocation: Invocation, /, rate: float | None, dry_run: bool, every: bool, **selection: Any) -> None:
    """Send dead letters back to their original topics.

    Value, key and headers are the original ones, without the error headers. Letters that arrive while this runs are skipped,
    so a message that fails again does not loop. Sending one twice is harmless: its records have the same ids.
    """
    if not every and not any(selection.values()):
        raise click.UsageError("Choose letters with --topic, --stage, --reason, --since, PARTITION:OFFSET or --all.")
    settings = invocation.settings()
    letters = _letters(settings, _selection(settings.topics, **selection))
    counts: Counter[str] = Counter()
    if dry_run:
        for letter in letters:
            origin = _origin(letter, settings.topics)
            counts[origin] += 1
            click.echo(f"{letter.partition}:{letter.offset} → {origin}")
    else:
        _send(settings, letters, rate, counts)
    said = ", ".join(f"{count:,} to {topic}" for topic, count in counts.most_common())
    click.echo(
        f"{'would send' if dry_run else 'sent'} {counted(counts.total(), 'letter')}{': ' + said if said else ''}",
        err=True,
    )


command.add_command(resume)


def _send(settings: Settings, letters: Iterator[ConsumedMessage], rate: float | None, counts: Counter[str]) -> None:
    """Sends the letters and counts those that the broker confirmed."""
    from kafka import KafkaProducer
    from kafka.errors import KafkaError

    largest = max(topic.max_message_bytes for topic in TOPICS)
    began = time.monotonic()
    with broker_errors(settings.kafka):
        producer = KafkaProducer(
            **kafka_python_options(settings.kafka),
            **producer_options(settings.topics),
            max_request_size=largest + FRAMING,
        )
        try:
            waiting: list[tuple[ConsumedMessage, str, Any]] = []
            for number, letter in enumerate(letters):
                if rate is not None:
                    time.sleep(max(0.0, began + number / rate - time.monotonic()))
                origin = _origin(letter, settings.topics)
                kept = [
                    (name, value) for name, value in letter.headers if not name.startswith((names.CONNECT, names.OWN))
                ]
                waiting.append(
                    (letter, origin, producer.send(origin, key=letter.key, value=letter.value, headers=kept))
                )
                if len(waiting) >= UNCONFIRMED:
                    _confirm(settings, waiting, counts)
            _confirm(settings, waiting, counts)
        except KafkaError as error:
            raise BrokerError(
                f"Replayed {counted(counts.total(), 'letter')}, then the broker at {settings.kafka.servers} failed: {error}",
                "Run it again when the broker is back; sending twice is harmless",
            ) from None
        finally:
            producer.close(timeout=settings.kafka.request_timeout)


def _confirm(settings: Settings, waiting: list[tuple[ConsumedMessage, str, Any]], counts: Counter[str]) -> None:
    for letter, origin, sent in waiting:
        try:
            sent.get(timeout=settings.kafka.request_timeout)
        except Exception as error:
            raise BrokerError(
                f"Replayed {counted(counts.total(), 'letter')}; {letter.partition}:{letter.offset} was not confirmed by "
                f"{origin}: {error}",
                "Run it again when the broker is back; sending twice is harmless",
            ) from error
        counts[origin] += 1
    waiting.clear()


def _letters(settings: Settings, selection: Selection) -> Iterator[ConsumedMessage]:
    topic = DEAD_LETTERS.full_name(settings.topics)
    begin = {"from_beginning": True} if selection.since is None else {"since": selection.since}
    return filter(selection.takes, follow(settings, [topic], until_end=True, **begin))


def _selection(
    settings: TopicSettings,
    *,
    positions: tuple[str, ...] = (),
    topic: str | None = None,
    stage: str | None = None,
    reason: str | None = None,
    since: datetime | None = None,
) -> Selection:
    places = []
    for position in positions:
        match = POSITION.fullmatch(position)
        if match is None:
            raise click.BadParameter(
                f"{position!r} is not of the form PARTITION:OFFSET, as `newswire dlq list` shows it"
            )
        places.append((int(match[1]), int(match[2])))
    full = next((known.full_name(settings) for known in TOPICS if known.name == topic), topic)
    return Selection(full, stage, reason, since, frozenset(places))


def _origin(letter: ConsumedMessage, settings: TopicSettings) -> str:
    """The topic that a letter came from. Raises TopicError for one that is not of this pipeline."""
    origin = _header(letter, names.TOPIC)
    if origin not in {topic.full_name(settings) for topic in TOPICS if topic is not DEAD_LETTERS}:
        raise TopicError(
            f"The dead letter at {letter.partition}:{letter.offset} came from {origin or 'nowhere'}, which is not a topic "
            f"with the prefix {settings.prefix!r}",
            "Use the --prefix that it was written with, or exclude it with --topic",
        )
    return origin


def _summary(letter: ConsumedMessage) -> dict[str, Any]:
    found: dict[str, Any] = {"partition": letter.partition, "offset": letter.offset, "timestamp": letter.timestamp_ms}
    found["key"] = letter.key.decode("utf-8", "replace") if letter.key is not None else None
    found["source"] = _header(letter, SOURCE_HEADER) or None
    for name in ("topic", "stage", "reason", "what", "format", "where", "message"):
        found[name] = _header(letter, getattr(names, name.upper())) or None
    found["origin"] = {"partition": _header(letter, names.PARTITION), "offset": _header(letter, names.OFFSET)}
    found["bytes"] = len(letter.value or b"")
    return found


def _whose(letter: ConsumedMessage) -> str:
    """The key of a letter, and the file or address that it was fed from where the feeder says one."""
    key = start_of(letter.key) if letter.key is not None else "(no key)"
    source = printable(_header(letter, SOURCE_HEADER))
    return f"{key} from {source}" if source and source != key else key


def _header(letter: ConsumedMessage, name: str) -> str:
    return (letter.header(name) or b"").decode("utf-8", "replace")


def _time(letter: ConsumedMessage) -> str:
    return datetime.fromtimestamp(letter.timestamp_ms / 1000).strftime("%Y-%m-%d %H:%M:%S")

"""What a chaos run did to the messages: what is missing, what nobody expected, what came twice and through whose doing.

Each agent is judged by what it was given: a message that lies twice on its input topic is to come out twice, so a duplicate
counts once, for the agent that made it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from newswire.settings import Settings
from newswire.stream.message import ConsumedMessage
from newswire.topics import ARTICLES, DEAD_LETTERS, EXTRACTIONS, RAW, RECORD_TOPICS, Topic
from tests.chaos.offline import Expected, event_of
from tests.chaos.stories import Raw

__all__ = ("AGENTS", "Holdings", "Outcome", "judge", "judge_tables")

AGENTS = ("intake", "extract", "publish")

Position = tuple[str, int, int]
Holdings = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What a consumer of the tables holds: for each table (`quotes`) the records by id."""
Pair = tuple[bytes, bytes | None]


@dataclass
class Outcome:
    """What was found. Lists hold one line for each message concerned."""

    messages: int = 0
    missing: list[str] = field(default_factory=list)
    hurt: set[bytes] = field(default_factory=set)
    """The articles of which something is missing."""
    unexpected: list[str] = field(default_factory=list)
    table_missing: list[str] = field(default_factory=list)
    """Records that the tables should hold as they are, and do not."""
    table_left_over: list[str] = field(default_factory=list)
    """Records that they should not hold any more."""
    letters: int = 0
    """Dead letters, those of one position counted once."""
    letters_missing: list[str] = field(default_factory=list)
    letters_unexpected: list[str] = field(default_factory=list)
    duplicates: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AGENTS, 0))
    """Articles that an agent brought out again, for each agent."""


def judge(
    sent: Sequence[Raw],
    expected: Sequence[Expected],
    found: Mapping[Topic, Sequence[ConsumedMessage]],
    settings: Settings,
) -> Outcome:
    """Compares all that lies on the topics with what the offline run says."""
    outcome = Outcome(messages=len(sent))
    raw = Counter((m.key or b"", m.value) for m in found[RAW])
    articles = Counter((m.key or b"", m.value) for m in found[ARTICLES])
    extractions = Counter((m.key or b"", m.value) for m in found[EXTRACTIONS])
    letters = _letters(outcome, sent, expected, found, settings)

    inputs: Counter[Pair] = Counter()
    for message, wanted in zip(sent, expected, strict=True):
        if not raw[message.key, message.value]:
            outcome.missing.append(f"{message.key!r} was never fed")
        if wanted.article is not None:
            inputs[wanted.key, wanted.article] += raw[message.key, message.value]
    _compare(outcome, "intake", inputs, articles)

    inputs = Counter()
    for wanted in expected:
        if wanted.extraction is not None:
            inputs[wanted.key, wanted.extraction] += articles[wanted.key, wanted.article]
    _compare(outcome, "extract", inputs, extractions)

    _records(outcome, expected, extractions, found, settings)
    for agent, count in letters.items():
        outcome.duplicates[agent] += count
    return outcome


def judge_tables(outcome: Outcome, extractions: Sequence[ConsumedMessage], held: Holdings) -> None:
    """Compares what a consumer of the tables holds with what the newest valid version of each story says."""
    rules: dict[str, tuple[int, bool, dict[str, Any]]] = {}
    for message in sorted(extractions, key=lambda message: (message.partition, message.offset)):
        found = orjson.loads(message.value or b"")
        article, version = found["article"]["id"], found["article"]["version"]
        killed = found["article"]["status"] != "usable"
        newest, was_killed, _ = rules.get(article, (0, False, {}))
        if version > newest or (version == newest and (killed or not was_killed)):
            rules[article] = (version, killed, {} if killed else found)
    for table, records in held.items():
        wanted = {record["id"]: record for _, _, found in rules.values() for record in found.get(table, ())}
        for id, record in wanted.items():
            if id not in records or any(records[id][name] != value for name, value in record.items()):
                outcome.table_missing.append(f"{table} {id}")
        outcome.table_left_over += [f"{table} {id}" for id in records.keys() - wanted.keys()]


def _compare(outcome: Outcome, agent: str, inputs: Counter[Pair], outputs: Counter[Pair]) -> None:
    for pair, count in inputs.items():
        if outputs[pair] < max(1, count):
            outcome.missing.append(f"{agent}: {outputs[pair]} of {max(1, count)} of {pair[0]!r}")
            outcome.hurt.add(pair[0])
        outcome.duplicates[agent] += max(0, outputs[pair] - max(1, count))
    outcome.unexpected += [f"{agent}: {pair[0]!r}" for pair in outputs if pair not in inputs]


def _records(
    outcome: Outcome,
    expected: Sequence[Expected],
    extractions: Counter[Pair],
    found: Mapping[Topic, Sequence[ConsumedMessage]],
    settings: Settings,
) -> None:
    outputs: Counter[tuple[str, bytes, bytes | None]] = Counter()
    for topic in RECORD_TOPICS:
        name = topic.full_name(settings.topics)
        outputs.update((name, event_of(m.headers), m.value) for m in found[topic])
    known = set()
    for wanted in expected:
        most = least = max(1, extractions[wanted.key, wanted.extraction])
        for (name, id), value in wanted.records.items():
            known.add((name, id, value))
            copies = outputs[name, id, value]
            most = max(most, copies)
            if copies < least:
                outcome.missing.append(f"publish: {copies} of {least} of {name} {id!r}")
                outcome.hurt.add(wanted.key)
        outcome.duplicates["publish"] += most - least
    outcome.unexpected += [f"publish: {name} {id!r}" for name, id, value in outputs if (name, id, value) not in known]


def _letters(
    outcome: Outcome,
    sent: Sequence[Raw],
    expected: Sequence[Expected],
    found: Mapping[Topic, Sequence[ConsumedMessage]],
    settings: Settings,
) -> Counter[str]:
    """Every poisoned message of every agent's input has its letter, with its bytes, and nothing else has one. Gives how many
    each agent wrote again.
    """
    fatal: dict[str, set[Pair]] = defaultdict(set)
    for message, wanted in zip(sent, expected, strict=True):
        if wanted.fails == "intake":
            fatal["intake"].add((message.key, message.value))
        elif wanted.fails == "extract":
            fatal["extract"].add((wanted.key, wanted.article))
    positions: dict[Position, tuple[str, ConsumedMessage]] = {}
    for agent, topic in (("intake", RAW), ("extract", ARTICLES)):
        for taken in found[topic]:
            if (taken.key or b"", taken.value) in fatal[agent]:
                positions[taken.topic, taken.partition, taken.offset] = agent, taken
    copies: Counter[Position] = Counter()
    again: Counter[str] = Counter()
    for letter in found[DEAD_LETTERS]:
        position = _position(letter)
        copies[position] += 1
        if position not in positions:
            outcome.letters_unexpected.append(f"{position}: {letter.header('newswire.errors.what')!r}")
            continue
        agent, source = positions[position]
        if (letter.key, letter.value, letter.header("__connect.errors.stage")) != (
            source.key,
            source.value,
            agent.encode(),
        ):
            outcome.letters_unexpected.append(f"{position}: not as it came")
        again[agent] += copies[position] > 1
    outcome.letters = len(copies)
    outcome.letters_missing = [f"{p}: {positions[p][1].key!r}" for p in positions if not copies[p]]
    return again


def _position(letter: ConsumedMessage) -> Position:
    topic, partition, offset = (
        (letter.header(f"__connect.errors.{name}") or b"").decode() for name in ("topic", "partition", "offset")
    )
    return topic, int(partition), int(offset)

"""`make soak`: workers at a steady rate for a while; lag and memory have to stay flat.

    python -m tests.chaos.soak --minutes 20 --rate 10

Prints a table of the run and a verdict; the exit status is 1 when something did not hold. `.cache/soak/` keeps logs and history.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from newswire.clients import kafka_python_options
from newswire.lag import group_lags
from newswire.local.apache import ApacheKafka
from newswire.settings import Settings, load
from newswire.topic_admin import create_topics
from newswire.topics import DEAD_LETTERS, EXTRACTIONS, RAW, Topic
from tests.chaos.fleet import Fleet
from tests.chaos.run import ROOT, Row, as_table
from tests.chaos.stories import Raw, corpus

__all__ = ("Sample", "Soak", "judge")

# Two workers, so that there is a group that shares its partitions; the pool as a machine of two processors has it.
WORKERS = 2
POOL = {"processes": 2}

# Stories a second: a third of what two processors take in, so that a backlog would be the pipeline's own doing.
RATE = 10.0

# Stories that are made at a time, each batch from a seed of its own: no run is short of new ones.
BATCH = 500

# Seconds between two feedings, and between two samples.
FEED = 0.1
LOOK = 5.0

# The share of the run that is not judged: caches fill, allocators find their size.
WARM_UP = 0.25

# By how much a worker's memory may grow between the first and the last third of what is judged. Samples scatter by a percent or
# two, since long stories come at any time; a leak of a kilobyte a story is more than that within 20 minutes.
GROWTH = 0.05

# Seconds of feeding by which the lag's median may grow in the same time, and that its maximum may reach: what is in work and what
# waits for the next commit is about two seconds' worth, and nobody waits longer than a rebalance would take.
LAG_GROWTH = 1.0
LAG_MOST = 15.0

# Seconds that the rest may take to come through when feeding has ended.
REST = 60.0


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at the run."""

    at: float
    """Seconds since feeding began."""
    fed: int
    through: int
    """Extractions and dead letters so far."""
    lag: int
    """Messages that the agents are behind, all added up."""
    memory: tuple[float, ...]
    """MiB of each worker with its pool, shared pages counted once."""


@dataclass
class Soak:
    """A run at a steady rate."""

    settings: Settings
    fleet: Fleet
    rate: float
    seconds: float
    seed: int
    say: Callable[[str], None] = lambda _: None
    samples: list[Sample] = field(default_factory=list)
    fed: int = 0
    through: int = 0
    """Extractions at the end."""
    letters: int = 0

    def run(self) -> None:
        """Starts the workers, feeds and looks until the time is up, then waits for the rest and drains the workers."""
        producer = KafkaProducer(**kafka_python_options(self.settings.kafka), acks="all", enable_idempotence=True)
        consumer = KafkaConsumer(**kafka_python_options(self.settings.kafka), group_id=None)
        topic = RAW.full_name(self.settings.topics)
        stories = self._stories()
        try:
            for _ in range(WORKERS):
                self.fleet.start()
            _wait(lambda: all(member.ready for member in self.fleet.running), 120.0)
            began, looked = time.monotonic(), -LOOK
            self.say("| minute | fed | through | lag | memory of the workers, MiB |\n|---|---|---|---|---|")
            while (now := time.monotonic() - began) < self.seconds:
                while self.fed < now * self.rate:
                    message = next(stories)
                    producer.send(topic, message.value, key=message.key, headers=list(message.headers))
                    self.fed += 1
                self.fleet.look()
                if now - looked >= LOOK:
                    looked = now
                    self._look(now, consumer)
                time.sleep(FEED)
            producer.flush()
            _wait(lambda: not any(entry.lag for entry in group_lags(self.settings)), REST)
            self._look(time.monotonic() - began, consumer)
            self.through = _count(consumer, self.settings, EXTRACTIONS)
            self.letters = _count(consumer, self.settings, DEAD_LETTERS)
            self.fleet.terminate(list(self.fleet.running))
        finally:
            self.fleet.close()
            producer.close(timeout=5)
            consumer.close()

    def _stories(self) -> Iterator[Raw]:
        batch = self.seed
        while True:
            yield from (message for message in corpus(batch, BATCH) if not message.poison)
            batch += 1

    def _look(self, now: float, consumer: KafkaConsumer) -> None:
        through = sum(_count(consumer, self.settings, topic) for topic in (EXTRACTIONS, DEAD_LETTERS))
        self.fleet.measure(through)
        memory = tuple(member.memory[-1] if member.memory else 0.0 for member in self.fleet.running)
        sample = Sample(now, self.fed, through, sum(entry.lag for entry in group_lags(self.settings)), memory)
        before = self.samples[-1].at if self.samples else -1.0
        self.samples.append(sample)
        if int(now // 60) != int(before // 60):
            sizes = ", ".join(f"{size:.0f}" for size in memory)
            self.say(f"| {now / 60:.0f} | {self.fed:,} | {through:,} | {sample.lag} | {sizes} |")


def judge(samples: Sequence[Sample], rate: float, seconds: float) -> list[Row]:
    """Whether lag and memory stayed flat over what is judged of a run."""
    judged = [sample for sample in samples if WARM_UP * seconds <= sample.at <= seconds]
    third = len(judged) // 3
    if not third:
        return [Row("samples", str(len(judged)), "3", False)]
    first, last = judged[:third], judged[-third:]
    before, after = (statistics.median(sample.lag for sample in part) for part in (first, last))
    most = max(sample.lag for sample in judged)
    rows = [
        Row(
            "lag, median of the first and last third",
            f"{before:.0f}, {after:.0f} messages",
            f"{LAG_GROWTH * rate:+.0f}",
            after - before <= LAG_GROWTH * rate,
        ),
        Row("lag, most", f"{most} messages", f"{LAG_MOST * rate:.0f}", most <= LAG_MOST * rate),
    ]
    for number in range(len(judged[0].memory)):
        begins, ends = (statistics.median(sample.memory[number] for sample in part) for part in (first, last))
        grown = ends / begins - 1
        found = f"{begins:.0f}, {ends:.0f} MiB ({grown:+.1%})"
        rows.append(Row(f"memory of worker {number}, the same", found, f"{GROWTH:+.0%}", grown <= GROWTH))
    return rows


def _count(consumer: KafkaConsumer, settings: Settings, topic: Topic) -> int:
    name = topic.full_name(settings.topics)
    partitions = [TopicPartition(name, partition) for partition in consumer.partitions_for_topic(name) or ()]
    return sum(consumer.end_offsets(partitions).values())


def _wait(condition: Callable[[], bool], timeout: float) -> None:
    """Until it holds, or the time is up: the verdict says what follows from that."""
    end = time.monotonic() + timeout
    while not condition() and time.monotonic() < end:
        time.sleep(FEED)


def soak(minutes: float, rate: float, seed: int, directory: Path, say: Callable[[str], None]) -> list[Row]:
    """The run and its verdict. `directory` gets the workers' logs and the history, a JSON object a line."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    with ApacheKafka() as broker, (directory / "history.jsonl").open("wb") as history:

        def tell(what: str, **facts: Any) -> None:
            history.write(orjson.dumps({"what": what} | facts) + b"\n")

        settings = load(
            kafka=broker.kafka.model_dump(),
            topics={"prefix": f"s{uuid.uuid4().hex[:8]}.", "partitions": 8},
            pool=POOL,
            worker={"data_dir": directory / "data"},
        )
        create_topics(settings)
        fleet = Fleet(settings, directory, tell)
        run = Soak(settings, fleet, rate, minutes * 60, seed, say)
        run.run()
        for sample in run.samples:
            tell("sample", at=sample.at, fed=sample.fed, through=sample.through, lag=sample.lag, memory=sample.memory)
    orphans = len(fleet.orphans())
    end = run.samples[-1].lag
    return [
        Row("stories fed, at how many a second", f"{run.fed:,}, {rate:g}", "", True),
        Row("extractions", f"{run.through:,}", f"{run.fed:,}", run.through == run.fed),
        Row("dead letters", str(run.letters), "0", not run.letters),
        Row("workers that gave up and were replaced", str(fleet.gave_up), "0", not fleet.gave_up),
        *judge(run.samples, rate, run.seconds),
        Row("lag at the end", str(end), "0", not end),
        Row("exit statuses after SIGTERM", str(fleet.statuses), "all 0", not any(fleet.statuses)),
        Row("processes left behind", str(orphans), "0", not orphans),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=RATE, help="stories a second")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    print(f"# soak: seed {options.seed}, {options.minutes:g} minutes, {options.rate:g} stories a second\n", flush=True)
    directory = ROOT / ".cache" / "soak"
    rows = soak(options.minutes, options.rate, options.seed, directory, lambda line: print(line, flush=True))
    holds = all(row.holds for row in rows)
    print(f"\n{as_table(rows)}\n\nHistory: {directory / 'history.jsonl'}\n{'flat' if holds else 'NOT flat'}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

"""One chaos run: real workers on Apache Kafka, stories fed all the while, a schedule of disruptions, and a verdict."""

from __future__ import annotations

import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from newswire.cli.following import follow
from newswire.clients import kafka_python_options
from newswire.errors import NewswireError
from newswire.lag import group_lags
from newswire.local.apache import ApacheKafka
from newswire.settings import Settings, load
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES, CURRENT, DEAD_LETTERS, EXTRACTIONS, RAW, RECORD_TOPICS
from tests.chaos.consumer import holdings
from tests.chaos.fleet import Fleet, Member
from tests.chaos.offline import expect
from tests.chaos.schedule import Disruption, Kind
from tests.chaos.stories import corpus
from tests.chaos.verdict import AGENTS, Outcome, judge, judge_tables

__all__ = ("Plan", "Report", "Row", "as_table", "run")

ROOT = Path(__file__).parents[2]

# Short enough that a run meets many rebalances, in the order of size that the defaults have among each other: an article that
# hangs is found out within a drain (once in company, twice alone), a drain ends within a rebalance.
KAFKA = {
    "session_timeout": 6.0,
    "heartbeat_interval": 1.0,
    "rebalance_timeout": 25.0,
    "request_timeout": 8.0,
    "commit_interval": 0.5,
}
WORKER = {"drain_deadline": 18.0, "max_in_flight": 16}
POOL = {"processes": 2, "tasks": "tests.stream.poison:PoisonTasks"}
POOL_DEADLINE = 5.0
EXTRACT = {"max_body_chars": 20_000}

# Seconds of SIGSTOP: half as long again as the session.
FREEZE = 1.5 * KAFKA["session_timeout"]

# Seconds that the broker is out of reach: more than any request of a worker waits (the longest one waits for the rebalance).
OUTAGE = KAFKA["rebalance_timeout"] + 7.0

# Messages fed beyond what has come through: enough for every worker's windows, few enough that intake works to the end.
LEAD = 300

# Seconds without any progress after which a run has failed.
STALL = 150.0

# Seconds between looks at progress, and at the memory of all processes, which costs more.
LOOK = 0.3
MEASURE = 3.0

# Seconds that the broker gets to take in what stopped workers had sent.
SETTLE = 0.3

# By how much of its memory a worker with its pool may grow between the first and the last third of its life, when it is warm.
# A run is short, and long articles come at any time; whether memory stays flat over hours is for `make soak` to say.
GROWTH = 0.25

# Seconds that a worker may take over its drain deadline: for leaving its groups, and for Python to end.
LEAVE = 10.0


@dataclass(frozen=True)
class Plan:
    """What a run does."""

    name: str
    seed: int
    stories: int
    disruptions: Sequence[Disruption]
    workers: int = 2
    naive: str | None = None
    poison: bool = True
    """Whether there is poison among the stories."""
    task_deadline: float = POOL_DEADLINE
    """Seconds that an article may take; one that hangs holds up a rebalance three times as long."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the verdict."""

    what: str
    found: str
    bound: str
    holds: bool


@dataclass
class Report:
    """What came of it."""

    plan: Plan
    rows: list[Row] = field(default_factory=list)
    history: Path = Path()
    seconds: float = 0.0
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def passed(self) -> bool:
        return all(row.holds for row in self.rows)

    def table(self) -> str:
        """The verdict as a Markdown table."""
        return as_table(self.rows)


def as_table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table."""
    lines = ["| figure | found | bound | |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.found} | {r.bound} | {'holds' if r.holds else '**BROKEN**'} |" for r in rows]
    return "\n".join(lines)


def run(plan: Plan, directory: Path, say: Callable[[str], None] = lambda _: None) -> Report:
    """Runs the plan on a broker of its own. `directory` gets the workers' logs and the history, a JSON object a line."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    os.environ["PYTHONPATH"] = str(ROOT)  # the workers are to find the poison's tasks
    with ApacheKafka() as broker:
        return _Run(plan, directory, broker, say).run()


class _Run:
    def __init__(self, plan: Plan, directory: Path, broker: ApacheKafka, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.broker = broker
        self.say = say
        self.history = (directory / "history.jsonl").open("wb")
        self.report = Report(plan, history=directory / "history.jsonl")
        self.began = time.monotonic()
        self.settings: Settings = load(
            kafka=broker.kafka.model_dump() | KAFKA,
            topics={"prefix": f"c{uuid.uuid4().hex[:8]}.", "partitions": 8},
            pool=POOL | {"task_deadline": plan.task_deadline},
            worker=WORKER | {"data_dir": directory / "data"},
            extract=EXTRACT,
        )
        self.sent = [message for message in corpus(plan.seed, plan.stories) if plan.poison or not message.poison]
        self.fleet = Fleet(self.settings, directory, self.tell, plan.naive)
        self.fed = 0
        self.done = 0
        self.measured = 0.0
        self.moved = time.monotonic()
        self.frozen: dict[Member, float] = {}
        self.allowed = 0
        """Workers hit so far: each may repeat the messages of its windows."""
        self.worked: list[int] = []
        """For each disruption, messages that were still to be done."""
        self.stalled = ""

    def tell(self, what: str, **facts: Any) -> None:
        entry = {"at": round(time.monotonic() - self.began, 1), "done": self.done, "what": what} | facts
        self.history.write(orjson.dumps(entry) + b"\n")
        self.history.flush()
        self.say(" ".join([f"{entry['at']:7.1f} s {self.done:5}", what, *(f"{k}={v}" for k, v in facts.items())]))

    def run(self) -> Report:
        plan = self.plan
        facts = {"seed": plan.seed, "stories": plan.stories, "workers": plan.workers, "naive": plan.naive}
        self.tell(
            "plan", **facts, disruptions=[[d.kind, round(d.at, 3), d.target, d.workers] for d in plan.disruptions]
        )
        create_topics(self.settings)
        expected = expect(self.sent, self.settings)
        self.tell("offline run done", messages=len(self.sent))
        self.producer = KafkaProducer(
            **kafka_python_options(self.settings.kafka),
            acks="all",
            enable_idempotence=True,
            max_request_size=8 * 1024 * 1024,
            delivery_timeout_ms=300_000,
        )
        self.consumer: KafkaConsumer | None = None
        try:
            for _ in range(plan.workers):
                self.fleet.start()
            self._until(lambda: all(member.ready for member in self.fleet.running), "the workers to be ready")
            self.tell("ready")
            for disruption in plan.disruptions:
                self._until(lambda at=disruption.at: self.done >= at * len(self.sent), "progress")
                self._disrupt(disruption)
            self._until(self._through, "everything to be through")
            self._finish(expected)
        finally:
            self.fleet.close()
            self.producer.close(timeout=5)
            self._forget_consumer()
            self.history.close()
        return self.report

    # ---- what happens all the while

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        """Feeds, looks after the workers, and notes progress, until the condition holds or nothing moves any more."""
        self.moved = time.monotonic()
        while not self.stalled and not condition():
            if time.monotonic() - self.moved > STALL:
                self.stalled = f"nothing moved for {STALL:.0f} s while waiting for {what}"
                self.tell("stalled", waiting_for=what)
            self._tick()
            time.sleep(LOOK)

    def _tick(self) -> None:
        now = time.monotonic()
        for member, until in list(self.frozen.items()):
            if now >= until:
                self._thaw(member)
        self.fleet.look()
        if now - self.measured > MEASURE:
            self.measured = now
            self.fleet.measure(self.done)
        if (done := self._count()) > self.done:
            self.done = done
            self.moved = now
        self._feed()

    def _feed(self) -> None:
        topic = RAW.full_name(self.settings.topics)
        while self.fed < min(len(self.sent), self.done + LEAD):
            message = self.sent[self.fed]
            self.producer.send(topic, message.value, key=message.key, headers=list(message.headers))
            self.fed += 1

    def _count(self) -> int:
        """Extractions and dead letters so far; those of before when the broker does not answer."""
        try:
            if self.consumer is None:
                self.consumer = KafkaConsumer(**kafka_python_options(self.settings.kafka), group_id=None)
            names = [topic.full_name(self.settings.topics) for topic in (EXTRACTIONS, DEAD_LETTERS)]
            partitions = [TopicPartition(n, p) for n in names for p in self.consumer.partitions_for_topic(n) or ()]
            return sum(self.consumer.end_offsets(partitions).values())
        except KafkaError:
            self._forget_consumer()
            return self.done

    def _forget_consumer(self) -> None:
        if self.consumer is not None:
            self.consumer.close(timeout_ms=1000)
            self.consumer = None

    def _through(self) -> bool:
        if self.fed < len(self.sent) or self.frozen:
            return False
        try:
            return not any(lag.lag for lag in group_lags(self.settings))
        except NewswireError:
            return False

    def _thaw(self, member: Member) -> None:
        member.signal(signal.SIGCONT)
        member.frozen = False
        del self.frozen[member]
        self.tell("thawed", worker=member.number)

    # ---- what is done to them

    def _disrupt(self, disruption: Disruption) -> None:
        if self.stalled:
            return
        self._until(lambda: any(m.ready and not m.frozen for m in self.fleet.running), "a worker to disrupt")
        able = [member for member in self.fleet.running if member.ready and not member.frozen]
        target = able[disruption.target % len(able)]
        self.worked.append(len(self.sent) - self.done)
        self.tell(disruption.kind, left=self.worked[-1], running=len(self.fleet.running))
        match disruption.kind:
            case Kind.KILL_WORKER:
                self.allowed += 1
                self.fleet.kill(target)
                self.fleet.start()
            case Kind.KILL_IN_DEBT:
                self._until(self._stopped_in_debt, "acknowledged articles that are not published")
                for member in list(self.fleet.running):
                    self.allowed += 1
                    self.fleet.kill(member)
                    self.fleet.start()
            case Kind.KILL_CHILD:
                children = target.children()
                children[disruption.target % len(children)].kill()
            case Kind.FREEZE_WORKER:
                self.allowed += 1
                target.frozen = True
                target.signal(signal.SIGSTOP)
                self.frozen[target] = time.monotonic() + FREEZE
            case Kind.TERMINATE:
                self.fleet.terminate([target])
                self.fleet.start()
            case Kind.SCALE_UP:
                while len(self.fleet.running) < disruption.workers:
                    self.fleet.start()
            case Kind.SCALE_DOWN:
                self._until(lambda: not self.frozen, "the frozen to thaw")
                self.fleet.terminate(self.fleet.running[disruption.workers :])
            case _:
                self._disrupt_broker(disruption.kind)
        self.tell("done", kind=disruption.kind)

    def _stopped_in_debt(self) -> bool:
        """Stops all workers. Lets them go on unless in some partition more articles are acknowledged than Extractions have come
        out, so that whoever is killed now loses some for certain. Key and number of partitions are the same on both topics,
        so articles and their Extractions have the same partition; what came out twice only hides debt.
        """
        for member in self.fleet.running:
            member.signal(signal.SIGSTOP)
        acknowledged, published = self._acknowledged(), self._published()
        time.sleep(SETTLE)
        if published == self._published() and any(acknowledged[p] > end for p, end in published.items()):
            debt = sum(max(0, acknowledged[p] - end) for p, end in published.items())
            self.tell("in debt", articles=debt)
            return True
        for member in self.fleet.running:
            member.signal(signal.SIGCONT)
        return False

    def _acknowledged(self) -> dict[int, int]:
        """The committed offset of each partition of the articles, 0 before the first commit."""
        [lags] = [lags for lags in group_lags(self.settings) if lags.agent == "extract"]
        return {lag.partition: lag.committed or 0 for lag in lags.partitions}

    def _published(self) -> dict[int, int]:
        """The end of each partition of the Extractions."""
        [lags] = [lags for lags in group_lags(self.settings) if lags.agent == "publish"]
        return {lag.partition: lag.end for lag in lags.partitions}

    def _disrupt_broker(self, kind: Kind) -> None:
        self.allowed += len(self.fleet.running)
        self.producer.flush()
        self._forget_consumer()
        match kind:
            case Kind.RESTART_BROKER:
                self.broker.stop()
                self.broker.start()
            case Kind.KILL_BROKER:
                self.broker.kill()
                self.broker.start()
            case Kind.FREEZE_BROKER:
                self.broker.pause()
                end = time.monotonic() + OUTAGE
                while time.monotonic() < end:
                    self.fleet.look()
                    time.sleep(LOOK)
                self.broker.resume()

    # ---- what came of it

    def _finish(self, expected: Sequence[Any]) -> None:
        lag = sum(entry.lag for entry in group_lags(self.settings))
        self.fleet.measure(self.done)
        self.fleet.terminate(list(self.fleet.running))
        orphans = self.fleet.orphans()
        names = {
            t.full_name(self.settings.topics): t for t in (RAW, ARTICLES, EXTRACTIONS, DEAD_LETTERS, *RECORD_TOPICS)
        }
        found: dict[Any, list[Any]] = {topic: [] for topic in names.values()}
        for message in follow(self.settings, list(names), from_beginning=True, until_end=True):
            found[names[message.topic]].append(message)
        outcome = self.report.outcome = judge(self.sent, expected, found, self.settings)
        held = {
            log.name: holdings(self.settings.kafka.servers, table.full_name(self.settings.topics))
            for log, table in CURRENT.items()
        }
        judge_tables(outcome, found[EXTRACTIONS], held)
        self.tell("tables", held={table: len(records) for table, records in held.items()})
        self.report.seconds = time.monotonic() - self.began
        self._judge(outcome, lag, len(orphans))
        for name in (
            "table_missing",
            "table_left_over",
            "missing",
            "unexpected",
            "letters_missing",
            "letters_unexpected",
        ):
            for line in getattr(outcome, name)[:50]:
                self.tell(name, message=line)
        self.tell("verdict", passed=self.report.passed, rows={row.what: row.found for row in self.report.rows})

    def _judge(self, outcome: Outcome, lag: int, orphans: int) -> None:
        plan, fleet = self.plan, self.fleet
        rows = self.report.rows
        allowed = (self.allowed + fleet.gave_up) * self.settings.worker.max_in_flight
        poison = sum(1 for message in self.sent if message.poison)

        def row(what: str, found: object, bound: object, holds: bool) -> None:
            rows.append(Row(what, str(found), str(bound), holds))

        row("messages fed, poison among them", f"{self.fed}, {poison}", len(self.sent), self.fed == len(self.sent))
        row("came through without standing still", self.stalled or "yes", "yes", not self.stalled)
        if plan.disruptions:
            row("messages left to do at each disruption, least", min(self.worked, default=0), "1", min(self.worked) > 0)
        missing = f"{len(outcome.missing)} messages of {len(outcome.hurt)} articles" if outcome.missing else "0"
        row("missing", missing, 0, not outcome.missing)
        row("unexpected", len(outcome.unexpected), 0, not outcome.unexpected)
        row("missing from the tables, or not the newest", len(outcome.table_missing), 0, not outcome.table_missing)
        row("left over in the tables", len(outcome.table_left_over), 0, not outcome.table_left_over)
        row("poison without its dead letter", len(outcome.letters_missing), 0, not outcome.letters_missing)
        row("other dead letters", len(outcome.letters_unexpected), 0, not outcome.letters_unexpected)
        row("dead letters, one for each position", outcome.letters, "", True)
        for agent in AGENTS:
            count = outcome.duplicates[agent]
            row(
                f"articles repeated by {agent}",
                count,
                f"{self.allowed + fleet.gave_up} hit x window = {allowed}",
                count <= allowed,
            )
        row("workers that gave up and were replaced", fleet.gave_up, "", True)
        row("lag at the end", lag, 0, not lag)
        row("processes left behind", orphans, 0, not orphans)
        longest, deadline = max(fleet.drains), self.settings.worker.drain_deadline + LEAVE
        row("longest SIGTERM to exit", f"{longest:.1f} s", f"{deadline:.0f} s", longest <= deadline)
        row("exit statuses after SIGTERM", sorted(set(fleet.statuses)), [0], set(fleet.statuses) == {0})
        grown = [grown for member in (*fleet.running, *fleet.ended) if (grown := member.growth()) is not None]
        most = max(grown, default=0.0)
        row(
            "memory, most that a worker grew by",
            f"{most:+.1%} ({len(grown)} workers)" if grown else "none lived long enough",
            f"{GROWTH:.0%}",
            most <= GROWTH,
        )
        row("seconds", f"{self.report.seconds:.0f}", "", True)

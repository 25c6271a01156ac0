"""How long a worker takes to read what is known of the stories when it is given all partitions of the tables, and what it costs.

    python -m benchmarks.tables [--broker apache] 10000 100000    # numbers of stories

Each story has two versions' states on the log, as before compaction, with 24 records each (a story of 200 words).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from pathlib import Path

import msgspec

from newswire.local.apache import ApacheKafka
from newswire.local.broker import EmbeddedBroker
from newswire.settings import Settings, load
from newswire.stream.memory import resident_bytes
from newswire.stream.table import StoryState
from newswire.stream.table_log import KafkaTableLog
from newswire.stream.table_store import TableStore
from newswire.stream.tables import Tables
from newswire.topic_admin import create_topics
from newswire.topics import STORIES

PARTITIONS = 12
RECORDS = (11, 9, 4)
VERSIONS = 2

# States in one transaction: only to fill the log quickly.
BATCH = 1000


async def fill(settings: Settings, stories: int) -> None:
    """Writes the states of that many stories, evenly on all partitions."""
    log = KafkaTableLog(settings)
    now = int(time.time() * 1000)
    for partition in range(PARTITIONS):
        claim = await log.claim(partition)
        names = [b"urn:newsml:example.org:20260101:story-%08d" % n for n in range(partition, stories, PARTITIONS)]
        for version in range(1, VERSIONS + 1):
            for begin in range(0, len(names), BATCH):
                states = [
                    (name, StoryState(version, "usable", 1, now, tuple(random.randbytes(16 * n) for n in RECORDS)))
                    for name in names[begin : begin + BATCH]
                ]
                await claim.write([], [(name, msgspec.msgpack.encode(state)) for name, state in states])
        await claim.close()


async def restore(settings: Settings) -> str:
    """Reads them as a worker does that has just started."""
    with tempfile.TemporaryDirectory() as directory:
        before, began, worked = resident_bytes(os.getpid()), time.monotonic(), time.process_time()
        store = TableStore(Path(directory))
        tables = Tables(settings, KafkaTableLog(settings), store)
        tables.assign(range(PARTITIONS))
        while tables.unready:  # noqa: ASYNC110 - as whoever asks /readyz sees it
            await asyncio.sleep(0.01)
        seconds, worked = time.monotonic() - began, time.process_time() - worked
        grown = resident_bytes(os.getpid()) - before
        row = (
            f"| {len(store):,} | {seconds:.1f} s | {worked:.1f} s | {store.bytes / 1e6:.0f} MB | {grown / 1e6:.0f} MB |"
        )
        await tables.stop()
    return row


def main() -> None:
    """Prints a row for each number of stories."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("stories", type=int, nargs="+")
    parser.add_argument("--broker", choices=("embedded", "apache"), default="embedded")
    options = parser.parse_args()
    print("| stories | until ready | processor time | file | memory |\n|---|---|---|---|---|", flush=True)
    for stories in options.stories:
        with (ApacheKafka if options.broker == "apache" else EmbeddedBroker)() as broker:
            settings = load(kafka=broker.kafka.model_dump(), topics={"prefix": "b.", "partitions": PARTITIONS})
            create_topics(settings, [STORIES])
            asyncio.run(fill(settings, stories))
            print(asyncio.run(restore(settings)), flush=True)


if __name__ == "__main__":
    main()

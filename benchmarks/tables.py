"""How long a worker takes to read what is known of the stories when it is given all partitions of the tables, and what it costs.

    python -m benchmarks.tables [--broker apache] 10000 100000    # numbers of stories
    python -m benchmarks.tables --size --ids 40 300000            # what their states take on disk, without a broker

Each story has two versions' states on the log, as before compaction, with about so many ids (24: a story of 200 words).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
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
# Shares of the ids in the three tables.
SHARES = (11 / 24, 9 / 24, 4 / 24)

# A version has so much more or fewer ids than the story has on average: what changes its size moves it in the file.
VARIATION = 1 / 8
VERSIONS = 2

# States in one transaction: only to fill the log quickly.
BATCH = 1000


def names(stories: int, partition: int) -> Iterator[list[bytes]]:
    """The stories of a partition, in batches."""
    found = [b"urn:newsml:example.org:20260101:story-%08d" % n for n in range(partition, stories, PARTITIONS)]
    return (found[begin : begin + BATCH] for begin in range(0, len(found), BATCH))


def states(stories: Sequence[bytes], version: int, ids: int, at_ms: int) -> list[tuple[bytes, bytes]]:
    """Keys and states of a version of the stories, with about so many ids each."""
    found = []
    for story in stories:
        size = ids * random.uniform(1 - VARIATION, 1 + VARIATION)
        standing = tuple(random.randbytes(16 * round(size * share)) for share in SHARES)
        found.append((story, msgspec.msgpack.encode(StoryState(version, "usable", 1, at_ms, standing))))
    return found


async def fill(settings: Settings, stories: int, ids: int) -> None:
    """Writes the states of that many stories, evenly on all partitions."""
    log = KafkaTableLog(settings)
    now = int(time.time() * 1000)
    for partition in range(PARTITIONS):
        claim = await log.claim(partition)
        for version in range(1, VERSIONS + 1):
            for batch in names(stories, partition):
                await claim.write([], states(batch, version, ids, now))
        await claim.close()


def size(stories: int, ids: int) -> str:
    """What a worker's copy takes after each version."""
    now, taken = int(time.time() * 1000), []
    with tempfile.TemporaryDirectory() as directory:
        store = TableStore(Path(directory))
        for version in range(1, VERSIONS + 1):
            for partition in range(PARTITIONS):
                for batch in names(stories, partition):
                    store.put(partition, [(story, now, state) for story, state in states(batch, version, ids, now)])
            taken.append(f"{store.bytes / 1e6:.0f} MB")
        store.close()
    return f"| {stories:,} | {ids} | {' | '.join(taken)} |"


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
    parser.add_argument("--ids", type=int, default=24, help="ids of a story, on average")
    parser.add_argument("--size", action="store_true", help="measure what the states take on disk, and nothing else")
    options = parser.parse_args()
    if options.size:
        print("| stories | ids | file, written once | after a second version |\n|---|---|---|---|", flush=True)
        for stories in options.stories:
            print(size(stories, options.ids), flush=True)
        return
    print("| stories | until ready | processor time | file | memory |\n|---|---|---|---|---|", flush=True)
    for stories in options.stories:
        with (ApacheKafka if options.broker == "apache" else EmbeddedBroker)() as broker:
            settings = load(kafka=broker.kafka.model_dump(), topics={"prefix": "b.", "partitions": PARTITIONS})
            create_topics(settings, [STORIES])
            asyncio.run(fill(settings, stories, options.ids))
            print(asyncio.run(restore(settings)), flush=True)


if __name__ == "__main__":
    main()

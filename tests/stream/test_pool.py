"""The pool with real processes: parallel halves, processes that die or hang, and no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import pytest_asyncio

from newswire.errors import InputError, PermanentError, PoolError, SettingsError, WorkerProcessError
from newswire.records import Article, Extraction, decode, encode
from newswire.settings import ExtractSettings, PoolSettings, WorkerSettings
from newswire.stream.cpus import available_cpus
from newswire.stream.jobs import BATCH_BYTES
from newswire.stream.pool import Pool
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

HOSTILE = "tests.stream.hostile:HostileTasks"

MakePool = Callable[..., Awaitable[Pool]]


@pytest_asyncio.fixture
async def make_pool() -> AsyncIterator[MakePool]:
    pools: list[Pool] = []

    async def make(on_failure: Callable[[Any], object] | None = None, **given: Any) -> Pool:
        chosen: dict[str, Any] = {"processes": 2, "tasks": HOSTILE, "task_deadline": 30.0} | given
        settings = PoolSettings(**chosen)
        pool = Pool(settings, ExtractSettings(), on_failure=on_failure)
        pools.append(pool)
        await pool.start()
        return pool

    yield make
    for pool in pools:
        await pool.stop()


def article(id: str = "a", headline: str | None = None, byline: str | None = None) -> bytes:
    return encode(Article(id=id, body="Text.", headline=headline, byline=byline))


async def extracted(pool: Pool, value: bytes) -> Extraction:
    output = await pool.extract(value)
    return decode(output.value, Extraction)


async def until(condition: Callable[[], object]) -> None:
    """Waits for something that only the pool's processes can bring about."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_article_on_an_idle_pool_is_split_over_two_processes(make_pool: MakePool) -> None:
    pool = await make_pool()
    found = await extracted(pool, article())
    how, recogniser = found.model.name.split()
    assert how == "split"
    assert {int(recogniser), int(found.model.version)} == set(pool.pids)


def test_the_worker_itself_never_loads_the_language_model() -> None:
    """What its processes make for each other it passes on unread. Reading it takes a second and a half, and forty megabytes."""
    script = """
        import asyncio, sys
        from newswire.records import Article, encode
        from newswire.settings import ExtractSettings, PoolSettings
        from newswire.stream.pool import Pool

        async def main():
            pool = Pool(PoolSettings(processes=2), ExtractSettings())
            await pool.start()
            await pool.extract(encode(Article(id="a", body="Peru's minister Ana Diaz said: “We are ready.”")))
            await pool.stop()
            print(sorted({"spacy", "numpy", "newswire.extract"} & set(sys.modules)))

        asyncio.run(main())
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_under_saturation_each_process_does_whole_articles(make_pool: MakePool) -> None:
    pool = await make_pool()
    found = await asyncio.gather(*(extracted(pool, article(f"a{i}", "sleep 0.01")) for i in range(20)))
    assert [extraction.article.id for extraction in found] == [f"a{i}" for i in range(20)]
    assert sum(extraction.model.name.startswith("whole") for extraction in found) >= 18
    assert {int(extraction.model.version) for extraction in found} == set(pool.pids)


async def test_under_saturation_articles_are_taken_in_batches_within_their_bounds(make_pool: MakePool) -> None:
    pool = await make_pool(processes=1)
    found = await asyncio.gather(*(extracted(pool, article(f"a{i}")) for i in range(40)))
    sizes = {int(extraction.model.name.split()[1]) for extraction in found}
    assert max(sizes) == WorkerSettings().batch_size
    large = encode(Article(id="large", body="x" * BATCH_BYTES))
    found = await asyncio.gather(*(extracted(pool, large) for _ in range(6)))
    assert {extraction.model.name for extraction in found} == {"whole 1"}


async def test_an_error_in_a_batch_is_that_of_its_article_alone(make_pool: MakePool) -> None:
    pool = await make_pool(processes=1)
    orders = [None, None, None, "refuse", None, "raise surprise", None, None, None, None]
    found = await asyncio.gather(
        *(pool.extract(article(f"a{i}", order)) for i, order in enumerate(orders)), return_exceptions=True
    )
    for i, (order, result) in enumerate(zip(orders, found, strict=True)):
        if order is None:
            assert not isinstance(result, BaseException)
            assert result.article == f"a{i}"
        else:
            assert isinstance(result, PermanentError)


async def test_one_process_alone_does_whole_articles(make_pool: MakePool) -> None:
    pool = await make_pool(processes=1)
    assert (await extracted(pool, article())).model.name == "whole 1"


async def test_light_tasks_go_before_articles_that_wait(make_pool: MakePool, tmp_path: Path) -> None:
    pool = await make_pool(processes=1)
    gate = tmp_path / "gate"
    ended: list[str] = []

    async def note(name: str, waited: Awaitable[object]) -> None:
        await waited
        ended.append(name)

    first = [asyncio.create_task(note("article", pool.extract(article("a", f"wait-for {gate}")))) for _ in range(5)]
    await until(lambda: pool.waiting == 3)
    light = asyncio.create_task(note("message", pool.read(article(), {})))
    await until(lambda: pool.waiting == 4)
    gate.touch()
    await asyncio.gather(light, *first)
    assert ended.index("message") <= 2


async def test_errors_of_the_task_come_out_as_they_are(make_pool: MakePool) -> None:
    pool = await make_pool()
    with pytest.raises(InputError, match="said so") as refused:
        await pool.extract(article(headline="refuse"))
    assert (refused.value.format, refused.value.where) == ("test", "$.headline")
    assert "in obey" in "".join(refused.value.__notes__)
    with pytest.raises(PermanentError, match="RuntimeError: surprise"):
        await pool.extract(article(headline="raise surprise"))
    with pytest.raises(InputError, match="JSON"):
        await pool.read(b"{", {})
    assert (await extracted(pool, article())).article.id == "a"


@pytest.mark.parametrize("byline", ["recogniser", "parser", "entities", "quotes", "join"])
async def test_an_error_in_one_half_does_not_hold_up_the_other(make_pool: MakePool, byline: str) -> None:
    pool = await make_pool()
    for _ in range(3):
        with pytest.raises(InputError, match="said so"):
            await pool.extract(article(headline="refuse", byline=byline))
    await until(lambda: not pool.busy)
    assert (await extracted(pool, article())).model.name.startswith("split")


@pytest.mark.parametrize("byline", [None, "recogniser", "parser", "entities", "quotes", "join"])
async def test_an_article_that_kills_its_process_fails_and_no_other(make_pool: MakePool, byline: str | None) -> None:
    pool = await make_pool()
    before = set(pool.pids)
    killer = asyncio.create_task(pool.extract(article("killer", "die", byline)))
    others = [asyncio.create_task(extracted(pool, article(f"a{i}"))) for i in range(30)]
    assert [found.article.id for found in await asyncio.gather(*others)] == [f"a{i}" for i in range(30)]
    with pytest.raises(WorkerProcessError, match="died, 2 times"):
        await killer
    await until(lambda: pool.warm)
    assert set(pool.pids) != before


async def test_a_process_that_dies_by_itself_costs_no_article(make_pool: MakePool, tmp_path: Path) -> None:
    pool = await make_pool()
    found = await extracted(pool, article("a", f"die-once {tmp_path / 'tried'}"))
    assert found.article.id == "a"
    assert found.model.name == "whole 1"  # the second try is on one process, so that the culprit is known


async def test_an_article_that_hangs_fails_after_its_deadline_and_no_other(make_pool: MakePool) -> None:
    pool = await make_pool(task_deadline=0.4)
    hanging = asyncio.create_task(pool.extract(article("hanging", "hang")))
    others = [asyncio.create_task(extracted(pool, article(f"a{i}"))) for i in range(30)]
    assert len(await asyncio.gather(*others)) == 30
    with pytest.raises(WorkerProcessError, match=r"overran its deadline of 0\.4 s"):
        await hanging


@pytest.mark.parametrize("byline", ["recogniser", "parser", "entities", "quotes", "join"])
async def test_a_half_that_hangs_costs_its_own_process_only(make_pool: MakePool, byline: str) -> None:
    """The other half waits for it just as long, and is let go in time."""
    pool = await make_pool(task_deadline=0.5, attempts=1)
    before = set(pool.pids)
    with pytest.raises(WorkerProcessError, match="overran"):
        await pool.extract(article("hanging", "hang", byline))
    await until(lambda: pool.warm and not pool.busy)
    assert len(before & set(pool.pids)) == 1
    assert (await extracted(pool, article())).model.name.startswith("split")
    assert len(before & set(pool.pids)) == 1


async def test_the_deadline_is_for_one_article_not_for_those_that_wait(make_pool: MakePool) -> None:
    pool = await make_pool(processes=1, task_deadline=1.0)
    found = await asyncio.gather(*(extracted(pool, article(f"a{i}", "sleep 0.25")) for i in range(6)))
    assert len(found) == 6


@contextmanager
def crowd(pids: Iterable[int]) -> Iterator[None]:
    """One processor for these processes, which seven others want too."""
    processor = {min(os.sched_getaffinity(0))}
    others = [subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"]) for _ in range(7)]
    try:
        for pid in (*pids, *(other.pid for other in others)):
            os.sched_setaffinity(pid, processor)
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.parametrize(("processes", "byline"), [(1, None), (2, "recogniser"), (2, "quotes")])
async def test_time_in_line_for_a_processor_is_not_that_of_the_article(
    make_pool: MakePool, processes: int, byline: str | None
) -> None:
    """What takes half its deadline on an idle machine takes several where it gets an eighth of a processor."""
    pool = await make_pool(processes=processes, task_deadline=0.6, attempts=1)
    before = set(pool.pids)
    with crowd(before):
        began = time.monotonic()
        found = await extracted(pool, article(headline="compute 0.3", byline=byline))
        assert time.monotonic() - began > 0.6, "the processor was not crowded"
    assert found.model.name.startswith("whole" if processes == 1 else "split")
    assert set(pool.pids) == before


async def test_time_in_which_the_worker_stood_still_is_not_that_of_the_article(make_pool: MakePool) -> None:
    """After SIGSTOP and SIGCONT all clocks have run out; what came in the meantime is not late."""
    pool = await make_pool(processes=1, task_deadline=0.5, attempts=1)
    before = set(pool.pids)
    found = [asyncio.create_task(extracted(pool, article(f"a{i}", "sleep 0.1"))) for i in range(2)]
    await until(lambda: pool.busy)
    time.sleep(1.0)  # noqa: ASYNC251 - that is what it is about
    await asyncio.gather(*found)
    assert set(pool.pids) == before


async def test_a_process_that_eats_memory_is_stopped_by_its_limit(make_pool: MakePool) -> None:
    pool = await make_pool(max_memory_mb=1_500)
    with pytest.raises(WorkerProcessError):
        await pool.extract(article(headline=f"eat {4_000 * 1024 * 1024}"))
    assert (await extracted(pool, article())).article.id == "a"


async def test_processes_are_replaced_after_their_number_of_tasks(make_pool: MakePool) -> None:
    pool = await make_pool(processes=1, max_tasks=5)
    found = [await extracted(pool, article()) for _ in range(12)]
    assert len({extraction.model.version for extraction in found}) == 3


async def test_the_pool_outlives_its_fork_server(make_pool: MakePool) -> None:
    pool = await make_pool()
    before = set(pool.pids)
    server = psutil.Process(pool.pids[0]).parent()
    assert server is not None
    server.kill()
    await until(lambda: pool.warm and not before & set(pool.pids))
    assert (await extracted(pool, article())).article.id == "a"


async def test_the_pool_gives_up_when_processes_only_die(make_pool: MakePool) -> None:
    failures: list[Exception] = []
    pool = await make_pool(failures.append, attempts=1_000)
    with pytest.raises(PoolError, match="one after the other"):
        await asyncio.gather(*(pool.extract(article(f"a{i}", "die")) for i in range(3)))
    assert isinstance(failures[0], PoolError)
    with pytest.raises(PoolError):
        await pool.extract(article())


async def test_what_is_cancelled_is_not_begun(make_pool: MakePool, tmp_path: Path) -> None:
    pool = await make_pool(processes=1)
    gate, trace = tmp_path / "gate", tmp_path / "trace"
    running = [asyncio.create_task(pool.extract(article("a", f"wait-for {gate}"))) for _ in range(2)]
    waiting = asyncio.create_task(pool.extract(article("b", f"die-once {trace}")))
    await until(lambda: pool.waiting == 1)
    waiting.cancel()
    gate.touch()
    await asyncio.gather(*running)
    await pool.extract(article())
    assert not trace.exists()


async def test_wrong_tasks_or_model_are_said_at_the_start(make_pool: MakePool) -> None:
    with pytest.raises(SettingsError, match=r"nowhere:Nothing"):
        await make_pool(tasks="nowhere:Nothing")
    pool = Pool(PoolSettings(processes=1), ExtractSettings(model="xx_no_such_model"))
    with pytest.raises(SettingsError, match="xx_no_such_model"):
        await pool.start()
    await pool.stop()


async def test_processes_are_marked_for_the_kernel(make_pool: MakePool) -> None:
    pool = await make_pool(max_memory_mb=1_500)
    for pid in pool.pids:
        assert int(Path(f"/proc/{pid}/oom_score_adj").read_text()) >= 500  # noqa: ASYNC240
        assert psutil.Process(pid).rlimit(psutil.RLIMIT_AS)[0] == 1_500 * 1024 * 1024
        assert os.getpgid(pid) != os.getpgid(0)  # a Ctrl-C in the terminal does not reach it
        environment = psutil.Process(pid).environ()
        assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"


async def test_stopping_ends_every_process(make_pool: MakePool) -> None:
    pool = await make_pool()
    family = psutil.Process().children(recursive=True)
    ours = [process for process in family if process.pid in pool.pids]
    assert len(ours) == 2
    hanging = asyncio.create_task(pool.extract(article(headline="hang")))
    await until(lambda: pool.busy)
    await pool.stop()
    assert not psutil.wait_procs(ours, timeout=60)[1]
    with pytest.raises(asyncio.CancelledError):
        await hanging


def test_kill_9_of_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    """While one child hangs and the other is idle."""
    script = textwrap.dedent(
        f"""
        import asyncio, sys
        from newswire.records import Article, encode
        from newswire.settings import ExtractSettings, PoolSettings, WorkerSettings
        from newswire.stream.pool import Pool

        async def main():
            pool = Pool(PoolSettings(processes=2, tasks={HOSTILE!r}), ExtractSettings())
            await pool.start()
            asyncio.create_task(pool.read(encode(Article(id="a", body="b", headline="hang")), {{}}))
            print(*pool.pids, flush=True)
            await asyncio.sleep(600)

        asyncio.run(main())
        """
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        server = psutil.Process(pids[0]).ppid()
        parent.send_signal(signal.SIGKILL)
    assert len(pids) == 2
    wait_for(lambda: not any(map(_runs, [*pids, server])), "children to end", timeout=60)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"cpu.max": "max 100000"}, None),
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
    ],
)
def test_processors_are_counted_by_affinity_and_quota(
    tmp_path: Path, files: dict[str, str], expected: int | None
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    assert available_cpus(tmp_path) == (expected or len(os.sched_getaffinity(0)))

"""Fixtures for everything that talks to a real broker.

`broker` runs a test on each broker there is, `embedded_broker` on the one that is always there. Each pytest process has
brokers of its own, and each test topics and consumer groups of its own (`settings`), so tests run beside each other.
"""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from newswire.local.apache import ApacheKafka, missing_programs
from newswire.local.broker import EmbeddedBroker, LocalBroker
from newswire.local.worker import WorkerProcess
from newswire.settings import Settings, load
from tests import skips

# As the pool's processes have it, and before any test loads numpy: one thread for the matrix products of each pytest process.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A shell ignores Ctrl-C for what it starts in the background, and so would every program that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the code; tests that hold a time measure it themselves.
hypothesis_settings.register_profile(
    "suite", hypothesis_settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")

# `make fuzz` takes this one, and says how many. A round finds how long an example may take by other means.
hypothesis_settings.register_profile("fuzz", max_examples=int(os.environ.get("FUZZ_EXAMPLES", "1000")), deadline=None)

# The tests on one broker stay in one process, so that a parallel run starts each broker, and the worker that several tests
# look at, only once.
BROKERS = [
    pytest.param(name, marks=[pytest.mark.xdist_group(name), pytest.mark.broker]) for name in ("embedded", "apache")
]

# Whoever asks for one of these talks to a broker or starts a worker, and is marked so; `broker` marks by its parameters.
ON_A_BROKER = {"embedded_broker", "apache_broker", "worker"}


def pytest_configure(config: pytest.Config) -> None:
    skips.watch(config)


@pytest.hookimpl(tryfirst=True)  # before pytest picks the tests that `-m` names
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and not ON_A_BROKER.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.broker)


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[LocalBroker]:
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture(scope="session")
def apache_broker() -> Iterator[LocalBroker]:
    if missing := missing_programs():
        pytest.skip(
            f"Apache Kafka needs {' and '.join(missing)}, not found here; the embedded broker runs the same tests"
        )
    with ApacheKafka() as broker:
        yield broker


@pytest.fixture(scope="session", params=BROKERS)
def broker(request: pytest.FixtureRequest) -> LocalBroker:
    """Each broker in turn."""
    running: LocalBroker = request.getfixturevalue(f"{request.param}_broker")
    return running


def fresh_settings(broker: LocalBroker, directory: Path, **groups: dict[str, object]) -> Settings:
    """Settings for a broker: topics and groups of their own, few partitions, one process for the extraction.

    `groups` add to them, as in `load`.
    """
    given: dict[str, Any] = {
        "kafka": broker.kafka.model_dump() | {"session_timeout": 10.0, "commit_interval": 0.2},
        "topics": {"prefix": f"t{uuid.uuid4().hex[:10]}.", "partitions": 4},
        "pool": {"processes": 1},
        "worker": {"data_dir": directory / "worker"},
        "feed": {"state": directory / "feeds.json"},
        "gateway": {"data_dir": directory / "gateway", "port": 0},
    }
    for name, values in groups.items():
        given[name] = given.get(name, {}) | values
    return load(**given)


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """`fresh_settings` with the test's own directory."""
    return partial(fresh_settings, directory=tmp_path)


@pytest.fixture
def settings(broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    """Settings for `broker`; a test on the embedded one alone calls `settings_for(embedded_broker)`."""
    return settings_for(broker)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[[Settings], WorkerProcess]]:
    """Starts workers as processes of their own; their logs are `worker-N.log` in the test's directory. They end with the test."""
    started: list[WorkerProcess] = []

    def start(settings: Settings) -> WorkerProcess:
        process = WorkerProcess(settings, tmp_path / f"worker-{len(started)}.log")
        started.append(process)
        return process.start()

    yield start
    for process in started:
        process.kill()

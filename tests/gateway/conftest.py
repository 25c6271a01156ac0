"""A store with a feed, and a clock that stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newswire.gateway.store import Store
from tests.gateway.records import NOW, Feed


@pytest.fixture
def feed(tmp_path: Path) -> Iterator[Feed]:
    store = Store(tmp_path, 7.0, clock=lambda: NOW)
    yield Feed(store)
    store.close()

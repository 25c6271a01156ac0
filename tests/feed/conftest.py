from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newswire.feed.sender import Sender
from newswire.local.broker import LocalBroker
from newswire.settings import Settings
from newswire.topic_admin import create_topics


@pytest.fixture
def fed(embedded_broker: LocalBroker, settings_for: Callable[..., Settings]) -> Settings:
    """Settings with topics on the embedded broker."""
    settings = settings_for(embedded_broker, feed={"interval": 0.05, "timeout": 1.0, "max_backoff": 0.2})
    create_topics(settings)
    return settings


@pytest.fixture
def sender(fed: Settings) -> Iterator[Sender]:
    with Sender(fed) as running:
        yield running


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """An empty drop folder."""
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder

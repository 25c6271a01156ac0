"""The app of an agent, with Faust's own consumer thread on a real broker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from faust.types.tuples import TP

from newswire.local.broker import LocalBroker
from newswire.stream.agent_app import AgentApp
from newswire.topic_admin import create_topics
from newswire.topics import ARTICLES

# Seconds for what takes milliseconds.
PATIENCE = 20.0


async def test_a_commit_that_meets_a_consumer_thread_on_its_way_out_comes_back_with_nothing(
    settings_for: Callable[..., Any], embedded_broker: LocalBroker
) -> None:
    """A worker that stops on an error used to wait for its answer for ever. The thread is held where it no longer serves
    requests and has not yet closed its loop; in a crash it is there for a moment.
    """
    settings = settings_for(embedded_broker)
    await asyncio.to_thread(create_topics, settings)
    app = AgentApp("extract", settings)
    consumer = app.consumer
    thread = consumer._thread = consumer._new_consumer_thread()
    held = threading.Event()

    async def stay() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            held.wait(PATIENCE)

    await thread.start()
    thread.thread_loop.call_soon_threadsafe(lambda: thread.add_future(stay()))
    thread._stopped_set()
    try:
        await asyncio.wait_for(thread._shutdown.wait(), PATIENCE)
        offsets = {TP(ARTICLES.full_name(settings.topics), 0): 5}
        assert await asyncio.wait_for(consumer._commit(offsets), PATIENCE / 4) is False
        assert app.commit_age == 0.0
    finally:
        held.set()
        await asyncio.to_thread(thread._thread.stop)

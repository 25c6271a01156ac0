"""Holding embargoed stories: until when, and what ends it before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from newswire.errors import InputError
from newswire.stream import embargo
from newswire.stream.embargo import HeldStories, Verdict, embargo_end


class Clock:
    """Unix seconds that a test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(embargo, "LOOK_INTERVAL", 0.001)
    return Clock()


async def nothing(_: bytes) -> None:
    """A probe that nobody reads."""


def reading_probes(stories: HeldStories) -> Callable[[bytes], Awaitable[None]]:
    """Probes that are read at once, as there is nothing before them."""

    async def send(token: bytes) -> None:
        asyncio.get_running_loop().call_soon(stories.probed, token)

    return send


async def started(waiting: Awaitable[str]) -> asyncio.Future[str]:
    task = asyncio.ensure_future(waiting)
    await asyncio.sleep(0)
    return task


async def test_a_story_is_due_when_its_time_has_come_and_not_before(clock: Clock) -> None:
    stories = HeldStories(clock)
    waiting = await started(stories.wait("a", 1, 1_060.0, reading_probes(stories)))
    assert len(stories) == 1
    clock.now = 1_059.0
    await asyncio.sleep(0.01)
    assert not waiting.done()
    clock.now = 1_060.0
    assert await waiting == Verdict.DUE
    assert len(stories) == 0


async def test_a_later_version_takes_the_place_of_an_earlier_one(clock: Clock) -> None:
    stories = HeldStories(clock)
    first, other = (
        await started(stories.wait("a", 1, 2_000.0, reading_probes(stories))),
        await started(stories.wait("b", 1, 1_001.0, reading_probes(stories))),
    )
    second = await started(stories.wait("a", 2, 1_001.0, reading_probes(stories)))
    assert await first == Verdict.SUPERSEDED
    assert await stories.wait("a", 1, 2_000.0, reading_probes(stories)) == Verdict.SUPERSEDED
    clock.now = 1_001.0
    assert (await second, await other) == (Verdict.DUE, Verdict.DUE)


async def test_a_withdrawn_story_does_not_come_out_held_or_put_back(clock: Clock) -> None:
    stories = HeldStories(clock)
    waiting = await started(stories.wait("a", 1, 2_000.0, reading_probes(stories)))
    stories.supersede("a", 2)
    assert await waiting == Verdict.SUPERSEDED
    assert await stories.wait("a", 1, 2_000.0, reading_probes(stories)) == Verdict.SUPERSEDED
    reinstated = await started(stories.wait("a", 3, 1_000.0, reading_probes(stories)))
    assert await reinstated == Verdict.DUE


async def test_a_drain_puts_everything_back(clock: Clock) -> None:
    stories = HeldStories(clock)
    waiting = [await started(stories.wait(article, 1, 2_000.0, reading_probes(stories))) for article in "abc"]
    stories.release()
    assert await asyncio.gather(*waiting) == [Verdict.PUT_BACK] * 3
    assert await stories.wait("d", 1, 2_000.0, reading_probes(stories)) == Verdict.PUT_BACK
    stories.resume()
    assert not (await started(stories.wait("d", 1, 2_000.0, reading_probes(stories)))).done()
    stories.release()


async def test_the_story_with_the_longest_embargo_makes_room_once_it_was_held_a_while(clock: Clock) -> None:
    stories = HeldStories(clock)
    soon, late = (
        await started(stories.wait("a", 1, 2_000.0, reading_probes(stories))),
        await started(stories.wait("b", 1, 3_000.0, reading_probes(stories))),
    )
    clock.now += embargo.MIN_HOLD
    stories.make_room()
    assert await late == Verdict.PUT_BACK
    assert not soon.done()
    stories.release()
    await soon


async def test_a_story_held_for_long_is_written_anew(clock: Clock) -> None:
    stories = HeldStories(clock)
    waiting = await started(stories.wait("a", 1, clock.now + 10 * embargo.MAX_HOLD, reading_probes(stories)))
    clock.now += embargo.MAX_HOLD
    assert await waiting == Verdict.PUT_BACK


async def test_stories_are_overdue_from_the_end_of_their_embargo_until_they_leave(clock: Clock) -> None:
    """A stage that stands still shows in nothing else: its messages are rightly in flight for days."""
    stories = HeldStories(clock)
    assert stories.overdue == 0.0
    tokens: list[bytes] = []

    async def stuck(token: bytes) -> None:
        tokens.append(token)

    first = await started(stories.wait("a", 1, 1_060.0, stuck))
    second = await started(stories.wait("b", 1, 1_090.0, stuck))
    assert stories.overdue == 0.0
    clock.now = 1_100.0
    assert stories.overdue == 40.0
    await asyncio.sleep(0.01)
    stories.probed(tokens[0])
    await first
    assert stories.overdue == 10.0
    stories.probed(tokens[1])
    await second
    assert stories.overdue == 0.0


async def test_a_story_that_no_embargo_holds_any_more_is_overdue_from_when_it_came(clock: Clock) -> None:
    """As one that was put back before `worker.hold_embargoed` was turned off."""
    stories = HeldStories(clock)
    waiting = await started(stories.wait("a", 1, 0.0, nothing))
    clock.now += 5.0
    assert stories.overdue == 5.0
    stories.release()
    await waiting


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (None, None),
        ("2023-11-15T12:00:00Z", 1_700_049_600),
        ("2023-11-15T13:00:00+01:00", 1_700_049_600),
        ("2023-11-15T12:00:00", 1_700_049_600),
    ],
)
def test_the_end_of_an_embargo(text: str | None, end: float | None) -> None:
    assert embargo_end(text) == end


@pytest.mark.parametrize("text", ["", "tomorrow", "2023-13-45"])
def test_an_embargo_that_nobody_can_read_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="embargoed_until"):
        embargo_end(text)


async def test_a_story_that_is_due_waits_until_everything_before_its_probe_was_read(clock: Clock) -> None:
    """A kill that lay on the topic before the embargo ended counts, however late the worker comes to it."""
    stories = HeldStories(clock)
    sent: list[bytes] = []

    async def send(token: bytes) -> None:
        sent.append(token)

    killed, free = await started(stories.wait("a", 1, 900.0, send)), await started(stories.wait("b", 1, 900.0, send))
    await asyncio.sleep(0.01)
    assert len(sent) == 2
    assert not killed.done()
    stories.supersede("a", 2)
    for token in sent:
        stories.probed(token)
    assert (await killed, await free) == (Verdict.SUPERSEDED, Verdict.DUE)


async def test_a_probe_of_somebody_else_releases_nothing(clock: Clock) -> None:
    stories = HeldStories(clock)
    waiting = await started(stories.wait("a", 1, 900.0, nothing))
    stories.probed(b"other")
    stories.probed(None)
    await asyncio.sleep(0.01)
    assert not waiting.done()
    stories.release()
    assert await waiting == Verdict.PUT_BACK


def test_a_notice_goes_round_once(clock: Clock) -> None:
    stories = HeldStories(clock)
    token = stories.send_round()
    assert not stories.came_round(None)
    assert not stories.came_round(b"of another worker")
    assert stories.came_round(token)
    assert not stories.came_round(token)


def test_a_notice_that_was_sent_round_before_partitions_moved_goes_round_again(clock: Clock) -> None:
    """Copies of its story may have been put back behind it meanwhile."""
    stories = HeldStories(clock)
    token = stories.send_round()
    stories.resume()
    assert not stories.came_round(token)

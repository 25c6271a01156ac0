"""The index of stories: which one a notice means that names another story. Its state is what the index topic says, in its order.

A notice withdraws a story where exactly one of its source matches within three days; otherwise it is for somebody to look at. It
may be read before the story that it means, which came by another partition: then it stays open, and the story that comes meets
it. A story that was fed after the notice is another matter: so a withdrawn story comes back.

Nothing here looks at a clock: time is when messages came into the raw topic, so that reading the topic again decides the same.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from newswire.records import IndexedArticle
from newswire.stream.naming import Names, Traits

__all__ = ("Decision", "StoryIndex", "Unsettled", "Withdrawal")

# Milliseconds that a notice looks back.
WINDOW_MS: Final = 3 * 24 * 60 * 60 * 1000

# Milliseconds by which a story may come into the raw topic after the notice that means it: two connections of one wire.
MOMENTS_MS: Final = 60_000

# A version is a 64-bit integer for every reader of the records. At the highest one the later Extraction rules.
HIGHEST_VERSION: Final = 2**63 - 1

USABLE: Final = "usable"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A story to be withdrawn: `version` is above all that were seen of it, `status` what the notice asks for."""

    story: IndexedArticle
    version: int
    status: str
    kind: str
    notice: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A notice for somebody to look at, with the stories that match, the latest first. `arrived` is when it came."""

    notice: IndexedArticle
    arrived: int
    reason: str
    candidates: tuple[IndexedArticle, ...]


Decision = Withdrawal | Unsettled


@dataclass(slots=True)
class _Story:
    """A story as it was seen last. `arrived` is when that version came, in Unix milliseconds, `ours` whether a notice withdrew
    it."""

    article: IndexedArticle
    traits: Traits
    time: float | None
    arrived: int
    ours: bool = False

    @property
    def version(self) -> int:
        return min(self.article.version + self.ours, HIGHEST_VERSION)

    @property
    def is_withdrawn(self) -> bool:
        return self.ours or self.article.status != USABLE


@dataclass(slots=True)
class _Notice:
    """A notice, and what was made of it: the story that it withdrew (its own id where it is that story's own version), or the
    candidates of the last alert, None before there was one."""

    article: IndexedArticle
    names: Names
    time: float | None
    arrived: int
    target: str | None = None
    told: frozenset[str] | None = None


@dataclass(slots=True)
class _Source:
    """What one source has sent, by article id."""

    stories: dict[str, _Story] = field(default_factory=dict)
    notices: dict[str, _Notice] = field(default_factory=dict)


class StoryIndex:
    """The articles of the last three days, at most `limit` of them: where more came, the oldest are forgotten, and no notice that
    looks back as far withdraws a story, for nobody knows whether it is the only one.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sources: dict[str, _Source] = {}
        self._order: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._now = 0
        self._forgotten = -1

    def __len__(self) -> int:
        return len(self._order)

    def take(self, article: IndexedArticle, arrived: int) -> list[Decision]:
        """Works an article in that came at `arrived`, in Unix milliseconds, and says what follows from it."""
        key = (article.source or "").strip().casefold()
        if self._order.get(article.id, (key, 0))[0] != key:
            self.forget(article.id)
        source = self._sources.setdefault(key, _Source())
        if article.names is not None and article.id not in source.stories:
            decisions = self._take_notice(source, article, arrived)
        else:
            decisions = self._take_story(source, article, arrived)
        self._order[article.id] = (key, arrived)
        self._order.move_to_end(article.id)
        self._now = max(self._now, arrived)
        self._shrink()
        return decisions

    def forget(self, id: str) -> None:
        """Forgets an article."""
        key, _ = self._order.pop(id, ("", 0))
        source = self._sources.get(key, _Source())
        source.stories.pop(id, None)
        source.notices.pop(id, None)
        if not source.stories and not source.notices:
            self._sources.pop(key, None)

    def _shrink(self) -> None:
        while self._order:
            id, (_, arrived) = next(iter(self._order.items()))
            if arrived >= self._now - WINDOW_MS:
                if len(self._order) <= self._limit:
                    return
                self._forgotten = max(self._forgotten, arrived)
            self.forget(id)

    def _take_notice(self, source: _Source, article: IndexedArticle, arrived: int) -> list[Decision]:
        known = source.notices.get(article.id)
        if known is not None and known.article.version >= article.version:
            if known.target is not None:  # it is read once more
                return []
            known.arrived = max(known.arrived, arrived)  # or it was fed again, with the story that was missing
            return self._answer(source, known)
        notice = _Notice(article, Names.of(article.names or {}), _time_of(article), arrived)
        source.notices[article.id] = notice
        return self._answer(source, notice)

    def _take_story(self, source: _Source, article: IndexedArticle, arrived: int) -> list[Decision]:
        known = source.stories.get(article.id)
        if known is not None:
            if article.version < known.version:
                return []
            if article == known.article:  # it is read once more
                arrived = min(arrived, known.arrived)
        # A kill need not say what its story was called.
        traits = Traits.of(article) if known is None or article.status == USABLE else known.traits
        story = _Story(article, traits, _time_of(article), arrived)
        source.stories[article.id] = story
        decisions: list[Decision] = []
        for notice in source.notices.values():
            if notice.article.id == article.id:
                notice.target = article.id
            elif self._means(notice, story):
                decisions += self._answer(source, notice)
        return decisions

    def _means(self, notice: _Notice, story: _Story) -> bool:
        """Whether a story is one that a notice may mean, by its names and by when both came and were made."""
        # What comes after a notice that has found its story is what takes that one's place.
        grace = MOMENTS_MS if notice.target is None else 0
        if not -grace <= notice.arrived - story.arrived <= WINDOW_MS:
            return False
        return _were_made_in_days(notice.time, story.time) and notice.names.mean(story.traits)

    def _answer(self, source: _Source, notice: _Notice) -> list[Decision]:
        """What follows from a notice as things stand."""
        found = [
            story
            for story in source.stories.values()
            if story.article.id == notice.target or self._means(notice, story)
        ]
        if len(found) > 1 and notice.target is None:
            named = [story for story in found if notice.names.mean_by_headline(story.traits)]
            found = named if len(named) == 1 else found
        reason = self._reason(notice, found)
        if reason is None:
            [story] = found
            was_open = notice.told is not None and notice.target is None
            notice.target = story.article.id
            withdrawn = [] if story.is_withdrawn else [self._withdraw(story, notice)]
            return [*withdrawn, *([self._tell(notice, "settled", found)] if was_open else ())]
        ids = frozenset(story.article.id for story in found)
        if notice.told is not None and ids == notice.told:
            return []
        return [self._tell(notice, reason, found)]

    def _reason(self, notice: _Notice, found: list[_Story]) -> str | None:
        """Why a notice withdraws nothing; None where it means one story."""
        if not (notice.article.source or "").strip():
            return "sourceless"
        if self._forgotten >= notice.arrived - WINDOW_MS:
            return "incomplete"
        if not found:
            return "unknown"
        return "ambiguous" if len(found) > 1 else None

    def _withdraw(self, story: _Story, notice: _Notice) -> Withdrawal:
        story.ours = True
        article = notice.article
        kind = (article.names or {}).get("kind", "kill")
        return Withdrawal(story.article, story.version, article.status, kind, article.id)

    def _tell(self, notice: _Notice, reason: str, found: list[_Story]) -> Unsettled:
        notice.told = frozenset(story.article.id for story in found)
        latest = sorted(found, key=lambda story: story.arrived, reverse=True)
        return Unsettled(notice.article, notice.arrived, reason, tuple(story.article for story in latest))


def _were_made_in_days(notice: float | None, story: float | None) -> bool:
    """Whether the times that both say themselves allow that one means the other: an archive is fed in an hour, and has a slug of
    every year. Some clocks have no seconds."""
    return notice is None or story is None or -MOMENTS_MS <= 1000 * (notice - story) <= WINDOW_MS


def _time_of(article: IndexedArticle) -> float | None:
    """When an article was made by its own word, in Unix seconds."""
    try:
        found = datetime.fromisoformat(article.modified or article.published or "")
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()

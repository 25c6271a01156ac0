"""Which story a notice withdraws, and when it becomes an alert instead."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newswire.records import IndexedArticle
from newswire.stream.story_index import Decision, StoryIndex, Unsettled, Withdrawal

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
NOON = 20_000 * DAY

Came = tuple[IndexedArticle, int]


def story(
    id: str, slug: str = "ferry", version: int = 1, source: str | None = "Nordwire", **given: Any
) -> IndexedArticle:
    fields: dict[str, Any] = {"id": id, "version": version, "status": "usable", "source": source, "slug": slug}
    return IndexedArticle(**(fields | given))


def kill(
    id: str = "kill", slug: str = "ferry", version: int = 1, source: str | None = "Nordwire", **given: Any
) -> IndexedArticle:
    names = {"kind": "kill", "slug": slug}
    fields: dict[str, Any] = {"id": id, "version": version, "status": "canceled", "source": source, "names": names}
    return IndexedArticle(**(fields | given))


def taken(*came: Came, index: StoryIndex | None = None) -> list[Decision]:
    index = StoryIndex(1_000) if index is None else index
    return [decision for article, arrived in came for decision in index.take(article, arrived)]


def said(decisions: list[Decision]) -> list[tuple[object, ...]]:
    """Withdrawals as id and version, alerts as reason and candidates."""
    return [
        (one.story.id, one.version)
        if isinstance(one, Withdrawal)
        else (one.reason, *(candidate.id for candidate in one.candidates))
        for one in decisions
    ]


def test_a_notice_withdraws_the_one_story_that_it_names_with_a_version_above_it() -> None:
    decisions = taken((story("a", version=7), NOON), (story("b", "flood"), NOON), (kill(), NOON + HOUR))
    assert said(decisions) == [("a", 8)]
    [one] = decisions
    assert isinstance(one, Withdrawal)
    assert (one.status, one.kind, one.notice) == ("canceled", "kill", "kill")


def test_a_hold_withholds() -> None:
    hold = kill(status="withheld", names={"kind": "hold", "slug": "ferry"})
    [one] = taken((story("a"), NOON), (hold, NOON + HOUR))
    assert isinstance(one, Withdrawal)
    assert (one.status, one.kind) == ("withheld", "hold")


def test_of_several_stories_none_is_withdrawn_and_an_alert_names_them_the_latest_first() -> None:
    assert said(taken((story("a"), NOON), (story("b"), NOON + 1), (kill(), NOON + HOUR))) == [("ambiguous", "b", "a")]


def test_the_headline_tells_two_stories_of_one_slug_apart() -> None:
    named = kill(names={"kind": "kill", "slug": "ferry", "headline": "Owner held"})
    first, second = story("a", headline="Ferry aground"), story("b", headline="Owner held")
    assert said(taken((first, NOON), (second, NOON), (named, NOON + HOUR))) == [("b", 2)]


def test_a_notice_that_matches_nothing_is_an_alert() -> None:
    assert said(taken((story("a", "flood"), NOON), (kill(), NOON + HOUR))) == [("unknown",)]


def test_another_sources_story_is_never_meant_and_a_notice_without_a_source_withdraws_nothing() -> None:
    assert said(taken((story("a", source="Surwire"), NOON), (kill(), NOON + HOUR))) == [("unknown",)]
    assert said(taken((story("a", source=None), NOON), (kill(source=None), NOON + HOUR))) == [("sourceless", "a")]
    assert said(taken((story("a", source="NORDWIRE "), NOON), (kill(), NOON + HOUR))) == [("a", 2)]


def test_a_notice_looks_back_three_days_and_no_further() -> None:
    assert said(taken((story("a"), NOON), (kill(), NOON + 3 * DAY))) == [("a", 2)]
    assert said(taken((story("a"), NOON), (kill(), NOON + 3 * DAY + 1))) == [("unknown",)]


def test_of_an_archive_that_is_fed_in_an_hour_the_times_that_the_articles_say_count() -> None:
    old, young = story("a", published="2021-05-01T08:00:00Z"), story("b", published="2024-05-01T08:00:00Z")
    notice = kill(published="2024-05-02T08:00:00Z")
    assert said(taken((old, NOON), (young, NOON), (notice, NOON + 1))) == [("b", 2)]


def test_a_notice_that_comes_before_its_story_within_moments_withdraws_it_and_settles_its_alert() -> None:
    decisions = taken((kill(), NOON), (story("a"), NOON + 20 * SECOND))
    assert said(decisions) == [("unknown",), ("a", 2), ("settled", "a")]


def test_a_story_that_was_fed_before_the_notice_and_is_read_hours_later_is_withdrawn() -> None:
    """Its partition of the raw topic lags."""
    assert said(taken((kill(), NOON), (story("a"), NOON - HOUR)))[1] == ("a", 2)


def test_a_story_that_is_fed_later_than_moments_after_the_notice_is_another_one() -> None:
    assert said(taken((kill(), NOON), (story("a"), NOON + 61 * SECOND))) == [("unknown",)]


def test_a_later_version_revives_a_withdrawn_story_and_the_notice_read_again_does_not_touch_it() -> None:
    index = StoryIndex(100)
    notice = (kill(), NOON + HOUR)
    assert said(taken((story("a"), NOON), notice, index=index)) == [("a", 2)]
    assert taken((story("a", version=2), NOON + HOUR + SECOND), notice, index=index) == []
    assert said(taken((kill("second"), NOON + 2 * HOUR), index=index)) == [("a", 3)]


def test_a_version_that_was_fed_before_the_notice_and_comes_after_it_is_withdrawn_too() -> None:
    came = ((story("a"), NOON - HOUR), (kill(), NOON), (story("a", version=5), NOON - 1))
    assert said(taken(*came)) == [("a", 2), ("a", 6)]


def test_a_second_story_that_lagged_behind_the_notice_is_not_withdrawn_but_told_of() -> None:
    came = ((story("a"), NOON - HOUR), (kill(), NOON), (story("b"), NOON - 2 * HOUR))
    assert said(taken(*came)) == [("a", 2), ("ambiguous", "a", "b")]


def test_a_notice_that_is_a_version_of_the_story_itself_withdraws_it_by_itself() -> None:
    assert taken((story("a"), NOON), (kill("a", version=2), NOON + HOUR)) == []
    assert said(taken((story("a"), NOON), (kill("a", version=2), NOON + HOUR), (kill(), NOON + HOUR + 1))) == []


def test_a_story_that_the_wire_has_withdrawn_needs_no_notice() -> None:
    assert taken((story("a"), NOON), (story("a", version=2, status="canceled"), NOON + 1), (kill(), NOON + HOUR)) == []


def test_where_more_came_than_the_index_holds_no_notice_withdraws_anything() -> None:
    index = StoryIndex(3)
    crowd = [(story(f"c{number}", "flood"), NOON + number) for number in range(4)]
    decisions = taken((story("a"), NOON + HOUR), *crowd, index=index)
    assert (decisions, len(index)) == ([], 3)
    assert said(taken((story("b"), NOON + HOUR), (kill(), NOON + 2 * HOUR), index=index)) == [("incomplete", "b")]
    later = NOON + 5 * DAY
    assert said(taken((story("d"), later), (kill("again"), later + 1), index=index)) == [("d", 2)]


def test_what_is_older_than_three_days_is_forgotten() -> None:
    index = StoryIndex(1_000)
    taken(*((story(f"a{hour}"), NOON + hour * HOUR) for hour in range(200)), index=index)
    assert len(index) == 73


def test_a_purged_story_is_forgotten() -> None:
    index = StoryIndex(100)
    taken((story("a"), NOON), index=index)
    index.forget("a")
    index.forget("never seen")
    assert said(taken((kill(), NOON + HOUR), index=index)) == [("unknown",)]


def test_a_story_whose_source_is_spelled_anew_is_known_once() -> None:
    index = StoryIndex(100)
    taken((story("a"), NOON), (story("a", version=2, source="Nordwire AS"), NOON + 1), index=index)
    assert (len(index), said(taken((kill(), NOON + HOUR), index=index))) == (1, [("unknown",)])


def test_the_highest_version_is_not_passed() -> None:
    assert said(taken((story("a", version=2**63 - 1), NOON), (kill(), NOON + HOUR))) == [("a", 2**63 - 1)]


# ---- in any order, and more than once

SLUGS = ("ferry", "flood", "strike")
STORIES = st.lists(
    st.builds(
        lambda number, slug, version, minutes: (story(f"s{number}", slug, version), NOON - minutes * 60_000),
        st.integers(0, 5),
        st.sampled_from(SLUGS),
        st.integers(1, 3),
        st.integers(1, 600),
    ),
    max_size=8,
    # One slug for each story, as of one that a wire sends.
).map(lambda came: [(story(one.id, SLUGS[int(one.id[1:]) % 3], one.version), arrived) for one, arrived in came])
NOTICES = st.lists(
    st.builds(lambda number, slug: (kill(f"k{number}", slug), NOON), st.integers(0, 2), st.sampled_from(SLUGS)),
    max_size=3,
    unique_by=lambda came: came[0].id,
)


def meant(notice: IndexedArticle, stories: list[Came]) -> set[str]:
    slug = (notice.names or {})["slug"]
    return {one.id for one, _ in stories if one.slug == slug}


@given(STORIES, NOTICES, st.randoms(use_true_random=False))
def test_in_any_order_a_notice_withdraws_the_only_story_that_it_means_in_its_highest_version_and_never_two(
    stories: list[Came], notices: list[Came], chance: random.Random
) -> None:
    came = [*stories, *notices]
    chance.shuffle(came)
    decisions = taken(*came)
    for notice, _ in notices:
        candidates = meant(notice, stories)
        withdrawn = {one.story.id for one in decisions if isinstance(one, Withdrawal) and one.notice == notice.id}
        alerts = [one for one in decisions if isinstance(one, Unsettled) and one.notice.id == notice.id]
        assert len(withdrawn) <= 1
        assert withdrawn <= candidates
        if len(candidates) == 1:
            [only] = candidates
            highest = max(one.version for one, _ in stories if one.id == only)
            versions = [one.version for one in decisions if isinstance(one, Withdrawal) and one.story.id == only]
            assert max(versions) > highest
            assert all(alert.reason in ("unknown", "settled") for alert in alerts)
        else:
            assert alerts
            assert {candidate.id for candidate in alerts[-1].candidates} == candidates


@given(STORIES, NOTICES, st.randoms(use_true_random=False))
def test_what_is_read_again_decides_nothing_new(
    stories: list[Came], notices: list[Came], chance: random.Random
) -> None:
    came = [*stories, *notices]
    chance.shuffle(came)
    index = StoryIndex(1_000)
    taken(*came, index=index)
    again = [*came, *came]
    chance.shuffle(again)
    assert taken(*again, index=index) == []


@given(STORIES, NOTICES, st.randoms(use_true_random=False), st.integers(1, 6))
def test_it_never_holds_more_than_its_limit(
    stories: list[Came], notices: list[Came], chance: random.Random, limit: int
) -> None:
    came = [*stories, *notices]
    chance.shuffle(came)
    index = StoryIndex(limit)
    for article, arrived in came:
        index.take(article, arrived)
        assert len(index) <= limit

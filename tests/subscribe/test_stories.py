"""What stands, told as changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import QuoteRecord
from newswire.subscribe.conditions import parse_all
from newswire.subscribe.stories import Added, Change, Changed, Stories, Withdrawn
from tests.subscribe.messages import Message, messages_of, story

SPEAKERS = ("Mina Holt", "Otto Lind")

Quotes = dict[str, str]

histories = st.lists(
    st.tuples(st.integers(1, 3), st.dictionaries(st.sampled_from("pqrs"), st.sampled_from(SPEAKERS), max_size=3)),
    min_size=1,
    max_size=5,
)


def messages(history: list[tuple[int, Quotes]]) -> list[Message]:
    return [
        message
        for offset, (version, quotes) in enumerate(history)
        for message in messages_of(
            story(version, list(quotes.items()), status="usable" if quotes else "canceled"), offset
        )
    ]


def standing(history: list[tuple[int, Quotes]]) -> Quotes:
    """What the highest version, of equal ones the last Extraction, says; of one that was killed, nothing."""
    _, _, _, quotes = max((version, not quotes, offset, quotes) for offset, (version, quotes) in enumerate(history))
    return quotes


def obey(held: Quotes, change: Change) -> None:
    """A subscriber that does what it is told, and nothing else."""
    assert isinstance(change.record, QuoteRecord)
    id, speaker = change.record.id, change.record.speaker
    name = (speaker.name if speaker else None) or "?"
    match change:
        case Added():
            assert id not in held
            held[id] = name
        case Changed(before=before):
            assert isinstance(before, QuoteRecord)
            assert before.speaker is not None
            assert held[id] == before.speaker.name
            assert held[id] != name
            held[id] = name
        case Withdrawn():
            del held[id]


@given(histories, st.data())
def test_who_obeys_the_changes_holds_what_the_newest_extraction_says_in_whatever_order_and_how_often_messages_come(
    history: list[tuple[int, Quotes]], data: st.DataObject
) -> None:
    every = messages(history)
    twice = every + data.draw(st.lists(st.sampled_from(every), max_size=5), label="repeated")
    stories, held = Stories(), dict[str, str]()
    for value, headers in data.draw(st.permutations(twice), label="order"):
        for change in stories.take(value, headers):
            obey(held, change)
    assert held == standing(history)
    assert sorted(record.id for record in stories.standing()) == sorted(held)


@given(histories)
def test_with_a_condition_it_is_what_of_that_meets_it(history: list[tuple[int, Quotes]]) -> None:
    stories, held = Stories(parse_all("speaker=Holt", [QuoteRecord])), dict[str, str]()
    for value, headers in messages(history):
        for change in stories.take(value, headers):
            obey(held, change)
    assert held == {id: name for id, name in standing(history).items() if name == "Mina Holt"}


def changes(*given: Message) -> list[Change]:
    stories = Stories()
    return [change for value, headers in given for change in stories.take(value, headers)]


def test_a_version_that_repeats_a_record_is_no_news_and_one_with_another_speaker_is() -> None:
    first, again = story(1, [("p", "Mina Holt")]), story(2, [("p", "Mina Holt")])
    corrected = story(3, [("p", "Otto Lind")])
    told = changes(*messages_of(first, 1), *messages_of(again, 2), *messages_of(corrected, 3))
    assert [type(change) for change in told] == [Added, Changed]


def test_a_kill_withdraws_each_record_and_says_that_it_is_one() -> None:
    told = changes(*messages_of(story(1, [("p", "Mina Holt")]), 1), *messages_of(story(2, [], status="canceled"), 2))
    assert [(change.record.id, change.status) for change in told if isinstance(change, Withdrawn)] == [
        ("p", "canceled")
    ]


def test_only_a_higher_version_revives_a_killed_story() -> None:
    first, kill = story(1, [("p", "Mina Holt")]), story(2, [], status="canceled")
    again, revived = story(2, [("p", "Mina Holt")]), story(3, [("p", "Otto Lind")])
    assert changes(*messages_of(kill, 1), *messages_of(first, 2), *messages_of(again, 3)) == []
    told = changes(*messages_of(first, 1), *messages_of(kill, 2), *messages_of(again, 3), *messages_of(revived, 4))
    assert [type(change) for change in told] == [Added, Withdrawn, Added]


def test_a_type_that_nobody_knows_changes_nothing() -> None:
    assert changes((b"{}", {"ce_type": b"newswire.weather.v1"}), (b"{}", {})) == []


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (b"{", {"newswire-extraction-offset": b"1"}),
        (b'{"id": 3}', {"newswire-extraction-offset": b"1"}),
        (b"{}", {}),
        (b"{}", {"newswire-extraction-offset": b"one"}),
    ],
)
def test_what_is_no_record_is_an_error_that_says_why(value: bytes, headers: dict[str, bytes]) -> None:
    with pytest.raises(InputError) as caught:
        Stories().take(value, headers | {"ce_type": b"newswire.quote.v1"})
    assert caught.value.what


@given(st.binary(max_size=40), st.binary(max_size=10))
def test_any_bytes_are_a_record_or_an_error(value: bytes, offset: bytes) -> None:
    headers = {"ce_type": b"newswire.quote.v1", "newswire-extraction-offset": offset}
    with pytest.raises(InputError):
        Stories().take(value, headers)

"""What a change is to a client who asked for a part."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.gateway.changes import EVERYTHING, Change, Wanted, event, narrowed
from newswire.records import QuoteRecord, encode
from newswire.subscribe import Added, Changed
from newswire.subscribe.conditions import parse_all
from newswire.subscribe.stories import Stories
from tests.gateway.records import article, quote
from tests.subscribe.messages import messages_of, story

HOLT = Wanted(tuple((condition,) for condition in parse_all("speaker=Holt", [QuoteRecord])))


def change(before: bytes | None, after: bytes | None) -> Change:
    return Change(1, "quotes", 0, 0, "q", after, before)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, quote("q", "Mina Holt"), "added"),
        (None, quote("q", "Otto Lind"), None),
        (quote("q", "Mina Holt"), quote("q", "Ida Holt"), "changed"),
        (quote("q", "Mina Holt"), quote("q", "Otto Lind"), "withdrawn"),
        (quote("q", "Otto Lind"), quote("q", "Mina Holt"), "added"),
        (quote("q", "Otto Lind"), quote("q", "Ida Berg"), None),
        (quote("q", "Mina Holt"), None, "withdrawn"),
        (quote("q", "Otto Lind"), None, None),
        pytest.param(None, None, "withdrawn", id="of what is forgotten"),
        pytest.param(quote("q"), quote("q", version=2), None, id="a new version that repeats it"),
    ],
)
def test_it_is_what_happens_to_the_part(before: bytes | None, after: bytes | None, told: str | None) -> None:
    assert narrowed(change(before, after), HOLT) == told


SPEAKERS = st.sampled_from(["Mina Holt", "Otto Lind"])
VERSIONS = st.lists(
    st.tuples(st.integers(1, 4), st.dictionaries(st.sampled_from("pqr"), SPEAKERS), st.booleans()), max_size=8
)


@given(VERSIONS, st.sampled_from(["speaker=Holt", "article.version>=2", "speaker=Lind and article.version<=3", ""]))
def test_it_is_what_a_subscriber_with_these_conditions_is_told(
    versions: list[tuple[int, dict[str, str], bool]], where: str
) -> None:
    """The log topics with `subscribe`, and the tables of what stands with the gateway."""
    conditions = parse_all(where, [QuoteRecord]) if where else ()
    wanted = Wanted(tuple((condition,) for condition in conditions))
    subscriber, everything = Stories(conditions), Stories()
    table: dict[str, bytes] = {}
    for offset, (version, quotes, killed) in enumerate(versions):
        status = "canceled" if killed else "usable"
        for value, headers in messages_of(
            story(version, [] if killed else list(quotes.items()), status=status), offset
        ):
            expected = {
                (
                    "added" if isinstance(one, Added) else "changed" if isinstance(one, Changed) else "withdrawn",
                    one.record.id,
                )
                for one in subscriber.take(value, headers)
            }
            everything.take(value, headers)
            standing = {record.id: encode(record) for record in everything.standing()}
            told = {
                (kind, id)
                for id in table.keys() | standing.keys()
                if table.get(id) != standing.get(id)
                and (kind := narrowed(change(table.get(id), standing.get(id)), wanted))
            }
            table = standing
            assert told == expected


def test_an_event_is_the_record_and_a_withdrawal_says_nothing_of_what_stood() -> None:
    added = event("added", change(None, quote("q")), "ID")
    assert added == b"event: added\nid: ID\ndata: " + quote("q") + b"\n\n"
    gone = event("withdrawn", change(quote("q"), None), "ID")
    assert gone == b'event: withdrawn\nid: ID\ndata: {"id":"q","article":"story-q"}\n\n'
    story = Change(1, "articles", 0, 0, "a", None, article("a"))
    assert b'{"id":"a","article":"a"}' in event("withdrawn", story, "ID")


def test_a_record_on_several_lines_is_still_one_event() -> None:
    value = orjson.dumps(orjson.loads(quote("q")), option=orjson.OPT_INDENT_2)
    lines = event("added", change(None, value), "ID").split(b"\n")
    assert [line.partition(b":")[0] for line in lines] == [b"event", b"id", b"data", b"", b""]
    assert orjson.loads(lines[2].removeprefix(b"data: ")) == orjson.loads(quote("q"))


def test_everything_is_wanted_where_nothing_is_asked_for() -> None:
    assert EVERYTHING.holds({})

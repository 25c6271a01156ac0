"""Looking things up: what is found, and that any text may be looked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.gateway import searching
from newswire.gateway.questions import search
from newswire.gateway.schema import open_reader
from newswire.gateway.store import Store
from tests.gateway.records import NOW, Feed, article, quote


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    directory = tmp_path_factory.mktemp("store")
    store = Store(directory, 7.0, clock=lambda: NOW)
    feed = Feed(store)
    feed.take(
        feed.message("p", quote("p", "Mina Holt", text="The ferry stays in port"), age=300),
        feed.message("q", quote("q", "Otto Lind", text="The port is full of ferries"), age=200),
        feed.message("r", quote("r", "Zoë Holt", text="No ferry sails"), age=100),
        feed.message("a", article("a", body="A ferry ran aground."), stream="articles"),
    )
    feed.take(feed.message("s", quote("s", text="a ferry that was withdrawn")))
    feed.take(feed.message("s", None))
    connection = open_reader(directory)
    yield connection
    connection.close()
    store.close()


def ids(connection: sqlite3.Connection, **parameters: str) -> list[str]:
    found = searching.found(connection, search({name.rstrip("_"): [value] for name, value in parameters.items()}))
    assert found.complete
    return [orjson.loads(value)["id"] for _, _, value in found.records]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"q": "ferry"}, ["a", "r", "p"]),
        ({"q": "FERRY port"}, ["p"]),
        ({"q": '"port is full"'}, ["q"]),
        ({"q": '"is port full"'}, []),
        ({"q": "zoe"}, ["r"]),
        ({"q": "ferry", "speaker": "holt"}, ["r", "p"]),
        ({"speaker": "Holt"}, ["r", "p"]),
        ({"speaker": "Hol"}, []),
        ({"q": "ferry", "in_": "quotes", "limit": "1"}, ["r"]),
        ({"where": "text~sails"}, ["r"]),
        ({"q": "ferry", "since": "2999-01-01"}, []),
        ({"q": "withdrawn"}, []),
        ({"q": "ferry NOT port"}, []),
        ({"q": "text:ferry"}, []),
        ({"q": 'ferry "sails'}, ["r"]),
    ],
)
def test_the_newest_that_have_all_words_and_meet_all_conditions(
    filled: sqlite3.Connection, parameters: dict[str, str], found: list[str]
) -> None:
    assert ids(filled, **parameters) == found


@given(text=st.text(max_size=40))
def test_any_text_can_be_looked_for(filled: sqlite3.Connection, text: str) -> None:
    for parameters in ({"q": [text]}, {"speaker": [text]}):
        try:
            question = search(parameters)
        except InputError:
            assert not any(map(str.isalnum, text))
            continue
        assert searching.found(filled, question).complete


def test_a_record_and_an_article_that_stand(filled: sqlite3.Connection) -> None:
    assert searching.record(filled, "q") == quote("q", "Otto Lind", text="The port is full of ferries")
    assert searching.article(filled, "a") == article("a", body="A ferry ran aground.")
    assert searching.record(filled, "s") is None
    assert searching.record(filled, "a") is None
    assert searching.article(filled, "q") is None


def test_a_search_that_takes_too_long_answers_with_what_it_has(
    filled: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "DEADLINE", -1.0)
    monkeypatch.setattr(searching, "STEPS", 1)
    assert not searching.found(filled, search({"where": ["text~nowhere"]})).complete
    monkeypatch.undo()
    assert ids(filled, q="ferry") == ["a", "r", "p"]  # and holds up no other

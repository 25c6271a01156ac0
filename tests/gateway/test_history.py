"""What a client is told out of the store, however it is cut into pieces, and whatever changes meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from newswire.gateway import history
from newswire.gateway.changes import EVERYTHING, Wanted
from newswire.gateway.places import BEGINNING, Place, place
from newswire.gateway.schema import open_reader
from newswire.gateway.store import Store
from newswire.records import QuoteRecord
from newswire.subscribe.conditions import parse_all
from tests.gateway.records import NOW, Feed, quote

HOLT = Wanted(tuple((condition,) for condition in parse_all("speaker=Holt", [QuoteRecord])))
DAY = 24 * 60 * 60.0


def events(frames: bytes) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Of each event its name, id and data."""
    for block in frames.split(b"\n\n")[:-1]:
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n"))
        yield fields[b"event"].decode(), fields[b"id"].decode(), orjson.loads(fields[b"data"])


class Resuming(RuleBasedStateMachine):
    """A client that reads pieces, is cut off anywhere, and comes back with the last id that it saw, while records change and old
    ones are given up. In the end it holds exactly what stands.
    """

    def __init__(self) -> None:
        super().__init__()
        self._directory = tempfile.TemporaryDirectory()
        self._now = NOW
        path = Path(self._directory.name)
        self.store = Store(path, 7.0, clock=lambda: self._now)
        self.feed = Feed(self.store)
        self.connection = open_reader(path)
        self.table: dict[str, bytes] = {}
        self.held: dict[str, object] = {}
        self._rows = pytest.MonkeyPatch()
        self._rows.setattr(history, "ROWS", 3)

    def teardown(self) -> None:
        self.connection.close()
        self.store.close()
        self._directory.cleanup()
        self._rows.undo()

    @initialize(wanted=st.sampled_from([EVERYTHING, HOLT]), from_beginning=st.booleans())
    def begin(self, wanted: Wanted, from_beginning: bool) -> None:
        self.wanted = wanted
        self.place = Place("quotes", (0, 0), BEGINNING if from_beginning else None)
        self.seq: int | None = None

    @rule(
        id=st.sampled_from("pqrstu"),
        speaker=st.sampled_from(["Mina Holt", "Otto Lind", None]),
        text=st.sampled_from("xy"),
    )
    def change(self, id: str, speaker: str | None, text: str) -> None:
        value = None if speaker is None else quote(id, speaker, text=text)
        self.feed.take(self.feed.message(id, value, age=NOW - self._now))
        self.table.pop(id, None)
        if value is not None:
            self.table[id] = value

    @rule()
    def give_up_the_journal(self) -> None:
        """What stands stays: the client would hold that for longer than the store does."""
        self._now += 8 * DAY
        self.store._connection.execute("UPDATE records SET time = ?", (int(self._now * 1000),))
        self.store.trim()

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """A piece, of which the client may see only the beginning."""
        piece = self._piece()
        if piece is None:
            return
        self.place = self.place if piece.frames else piece.place
        blocks = list(events(piece.frames))
        seen = data.draw(st.integers(0, len(blocks)), label="seen")
        for name, id, said in blocks[:seen]:
            self._see(name, id, said)
        if seen == len(blocks):
            self.place, self.seq = (
                piece.place,
                piece.seq if piece.place.standing is None and self.seq is not None else None,
            )
        else:
            self.seq = None  # it comes back with the id that it has

    @rule()
    def come_back(self) -> None:
        self.place, self.seq = place(self.place.id(), "quotes"), None

    @invariant()
    def it_holds_what_stands_once_it_is_through(self) -> None:
        if not hasattr(self, "place"):
            return
        kept = self.place, self.seq, dict(self.held)
        while True:
            piece = self._piece()
            if piece is None:
                continue
            for name, id, said in events(piece.frames):
                self._see(name, id, said)
            done = piece.finished and self.seq is not None
            self.place = piece.place
            self.seq = piece.seq if self.seq is not None else None
            if done:
                break
        expected = {
            id: orjson.loads(value) for id, value in self.table.items() if self.wanted.holds(orjson.loads(value))
        }
        assert {id: _content(record) for id, record in self.held.items()} == {
            id: _content(record) for id, record in expected.items()
        }
        self.place, self.seq, self.held = kept

    def _piece(self) -> history.Piece | None:
        if self.place.standing is not None:
            self.seq = None
            return history.standing(self.connection, self.place, self.wanted)
        if self.seq is None:
            self.seq = history.first_seq(self.connection, self.place)
        try:
            return history.changed(self.connection, self.place, self.wanted, self.seq)
        except history.Expired:
            self.held.clear()
            self.place, self.seq = Place("quotes", history.now(self.connection, "quotes"), BEGINNING), None
            return None

    def _see(self, name: str, id: str, said: dict[str, object]) -> None:
        behind = place(id, "quotes")
        assert behind != self.place, "it is told nothing twice"
        assert (behind.standing or BEGINNING) > (self.place.standing or BEGINNING) or behind.standing is None
        assert all(map(int.__le__, self.place.told, behind.told))
        self.place = behind
        if name == "withdrawn":
            self.held.pop(str(said["id"]), None)
        else:
            self.held[str(said["id"])] = said


def _content(record: object) -> dict[str, object]:
    assert isinstance(record, dict)
    return {name: value for name, value in record.items() if name != "article"}


Resuming.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestResuming = pytest.mark.slow(Resuming.TestCase)


def test_a_batch_that_comes_while_the_beginning_is_looked_for_is_told_as_a_whole(feed: Feed, tmp_path: Path) -> None:
    """Of its two changes, in two partitions, the first was lost: that partition had been looked at already."""
    feed.take(feed.message("p", quote("p"), partition=0), feed.message("q", quote("q"), partition=1))
    connection = open_reader(tmp_path)
    place = Place("quotes", history.now(connection, "quotes"))
    looks = []

    def traced(statement: str) -> None:
        looks.append(statement.startswith("SELECT seq FROM journal"))
        if looks[-1] and sum(looks) == 2:
            feed.take(feed.message("r", quote("r"), partition=0), feed.message("s", quote("s"), partition=1))

    connection.set_trace_callback(traced)
    seq = history.first_seq(connection, place)
    connection.set_trace_callback(None)
    assert sum(looks) == 2
    told = [data["id"] for _, _, data in events(history.changed(connection, place, EVERYTHING, seq).frames)]
    assert told == ["r", "s"]
    connection.close()


def test_what_has_been_withdrawn_since_is_not_told_again(feed: Feed, tmp_path: Path) -> None:
    feed.take(feed.message("p", quote("p")), feed.message("q", quote("q")), feed.message("p", quote("p", "Ida Berg")))
    feed.take(feed.message("p", None))
    connection = open_reader(tmp_path)
    piece = history.changed(connection, Place("quotes", (0, 0)), EVERYTHING, 0)
    assert [(name, said["id"]) for name, _, said in events(piece.frames)] == [("added", "q"), ("withdrawn", "p")]
    connection.close()


def test_what_stands_is_told_in_the_order_of_time_and_from_a_time_on(feed: Feed, tmp_path: Path) -> None:
    feed.take(*(feed.message(id, quote(id), age=age) for id, age in (("p", 300), ("q", 100), ("r", 200))))
    connection = open_reader(tmp_path)
    since = (int((NOW - 250) * 1000), -1, -1)
    piece = history.standing(connection, Place("quotes", history.now(connection, "quotes"), since), EVERYTHING)
    assert [said["id"] for _, _, said in events(piece.frames)] == ["r", "q"]
    assert piece.finished
    connection.close()


def test_a_piece_has_a_bounded_size(feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BYTES", 1000)
    feed.take(*(feed.message(f"q{number}", quote(f"q{number}", text="x" * 500)) for number in range(20)))
    connection = open_reader(tmp_path)
    everything = Place("quotes", history.now(connection, "quotes"), BEGINNING)
    for piece in (
        history.standing(connection, everything, EVERYTHING),
        history.changed(connection, Place("quotes", (0, 0)), EVERYTHING, 0),
    ):
        assert 1000 < len(piece.frames) < 2500
        assert not piece.finished
    connection.close()

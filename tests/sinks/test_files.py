"""Files of rows, read back by what reads such files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InstallationError, SettingsError
from newswire.records import QuoteRecord
from newswire.sinks import files
from newswire.sinks.columns import COLUMNS
from newswire.sinks.files import FORMATS, check, format_of, write
from tests.sinks.test_columns import event, quote

QUOTES = COLUMNS["quotes"]


def parquet(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        found = database.execute("SELECT * REPLACE (epoch(published) AS published) FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


@pytest.mark.parametrize(
    ("name", "format"),
    [("q.parquet", "parquet"), ("q.csv", "csv"), ("q.JSONL", "jsonl"), ("q.ndjson", "jsonl"), ("a.b.csv", "csv")],
)
def test_the_suffix_names_the_format(name: str, format: str) -> None:
    assert format_of(Path(name)) == format


@pytest.mark.parametrize("name", ["quotes", "quotes.xlsx", "quotes.parquet.gz"])
def test_another_suffix_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(SettingsError, match=r"\.parquet, \.csv, \.jsonl, \.ndjson, or name the format: --format"):
        format_of(Path(name))


def test_parquet_has_numbers_times_and_empty_cells_of_their_types(tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    write([quote()], QUOTES, path, "parquet")
    [found] = parquet(path)
    assert (found["id"], found["article_version"], found["confidence"], found["speaker"]) == ("q", 3, 0.9, None)
    assert found["published"] == 1793692800  # 2026-11-03T08:00:00Z
    with duckdb.connect() as database:
        types = dict(database.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()[i][:2] for i in range(9))
    assert types["published"] == "TIMESTAMP WITH TIME ZONE"


def test_a_time_that_no_calendar_has_is_an_empty_cell(tmp_path: Path) -> None:
    leap = msgspec.structs.replace(
        quote(), article=msgspec.structs.replace(quote().article, published="2016-12-31T23:59:60Z")
    )
    write([leap], QUOTES, tmp_path / "q.parquet", "parquet")
    assert [found["id"] for found in parquet(tmp_path / "q.parquet")] == ["q"]


def test_events_are_written_in_every_format(tmp_path: Path) -> None:
    for format in FORMATS:
        write([event()], COLUMNS["events"], tmp_path / format, format)
    [one], [two] = parquet(tmp_path / "parquet"), _csv(tmp_path / "csv")
    three = json.loads((tmp_path / "jsonl").read_text())
    assert {found["actors"] for found in (one, two, three)} == {"Mina Holt; she"}


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@pytest.mark.slow
@given(texts=st.lists(texts(), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    directory = tmp_path_factory.mktemp("files")
    records = [quote(text=text) for text in texts]
    for format in FORMATS:
        write(records, QUOTES, directory / format, format)
    assert [found["text"] for found in parquet(directory / "parquet")] == texts
    assert [found["text"] for found in _csv(directory / "csv")] == texts
    assert [json.loads(line)["text"] for line in (directory / "jsonl").read_bytes().splitlines()] == texts


@pytest.mark.parametrize("format", FORMATS)
def test_what_fails_on_the_way_leaves_the_file_that_was_there(format: str, tmp_path: Path) -> None:
    def failing() -> Iterator[QuoteRecord]:
        yield quote()
        raise RuntimeError("cut off")

    path = tmp_path / "q"
    path.write_text("before")
    with pytest.raises(RuntimeError, match="cut off"):
        write(failing(), QUOTES, path, format)
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("q", "before")]


def test_what_would_keep_it_from_writing_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match="There is no directory"):
        check(tmp_path / "nowhere" / "q.csv", "csv")
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    check(tmp_path / "q.csv", "csv")
    with pytest.raises(InstallationError, match=r"Parquet needs duckdb.*pip install '\.\[export\]'"):
        check(tmp_path / "q.parquet", "parquet")

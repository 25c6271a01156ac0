"""What the speed of reading is measured on is what it is called."""

from __future__ import annotations

from pathlib import Path

from benchmarks.reading import messages, reading_files
from newswire.wire import FORMATS, read

STORY = ["A ferry ran aground off Oslo on Friday, police said.", "“Nobody was hurt,” said the captain."]


def test_each_message_is_one_story_in_its_format() -> None:
    for name, value in messages(STORY).items():
        (article,) = read(value, {})
        assert article.format == name
        assert [" ".join(paragraph.split()) for paragraph in article.body.split("\n\n")] == STORY


def test_every_format_is_measured() -> None:
    assert set(messages(STORY)) == {*FORMATS} - {"unsupported"}


def test_real_files_are_measured_by_format(tmp_path: Path) -> None:
    for name, value in messages(STORY).items():
        (tmp_path / name).write_bytes(value)
    (tmp_path / "nothing").write_bytes(b"")
    found = reading_files(tmp_path, 0)
    assert {name.removesuffix("_slowest_ms") for name in found if "slowest" in name} == {
        f"files.{format}" for format in FORMATS if format != "unsupported"
    }
    assert all(found[name] >= found[name.replace("slowest", "mean")] > 0 for name in found if "slowest" in name)

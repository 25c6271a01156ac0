from __future__ import annotations

import os
from pathlib import Path

import pytest

from newswire.errors import InputError
from newswire.feed.files import expand, items_of
from newswire.topics import RAW

STORY = b'{"id": "a:1", "body": "A ferry ran aground."}'


def test_a_directory_gives_its_stories_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.json", "sub/c.txt", "a.meta.json", "README.md", ".hidden.txt", "d.txt.part", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(STORY)
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.txt")
    found = [str(path.relative_to(tmp_path)) for path in expand(tmp_path)]
    assert found == ["a.json", "b.txt", "sub/c.txt"]


def test_a_file_is_sent_as_it_is_and_keyed_by_its_article(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(STORY)
    (item,) = items_of(tmp_path / "a.json")
    assert (item.value, item.key, item.unreadable) == (STORY, b"a:1", None)
    assert item.headers == {"content-type": b"application/json"}


def test_a_description_beside_the_file_becomes_headers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xe9t\xe9")
    (tmp_path / "a.meta.json").write_text(
        '{"content_type": "text/plain; charset=latin-1", "id": "a:2", "source": "Wire"}'
    )
    (item,) = items_of(tmp_path / "a.txt")
    assert item.key == b"a:2"
    assert item.headers["content-type"] == b"text/plain; charset=latin-1"
    assert item.headers["source"] == b"Wire"


def test_what_cannot_be_read_is_fed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_bytes(STORY[:-9])
    (item,) = items_of(tmp_path / "cut.json")
    assert (item.key, item.value) == (b"cut.json", STORY[:-9])
    assert "JSON" in (item.unreadable or "")


def test_each_line_of_json_lines_is_an_item(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(STORY + b"\r\n\n" + b"nonsense\n" + STORY.replace(b"a:1", b"a:3"))
    found = list(items_of(tmp_path / "a.jsonl"))
    assert [(item.key, item.unreadable is None) for item in found] == [
        (b"a:1", True),
        (b"a.jsonl:3", False),
        (b"a:3", True),
    ]


@pytest.mark.parametrize("name", ["big.txt", "big.jsonl"])
def test_what_no_message_can_hold_is_refused_and_named(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(RAW.max_message_bytes + 1)
    with pytest.raises(InputError, match=name):
        list(items_of(tmp_path / name))


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing-here"):
        list(expand(tmp_path / "nothing-here"))

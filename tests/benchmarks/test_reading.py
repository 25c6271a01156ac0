"""What the speed of reading is measured on is what it is called."""

from __future__ import annotations

from benchmarks.reading import messages
from newswire.wire import FORMATS, read

STORY = ["A ferry ran aground off Oslo on Friday, police said.", "“Nobody was hurt,” said the captain."]


def test_each_message_is_one_story_in_its_format() -> None:
    for name, value in messages(STORY).items():
        (article,) = read(value, {})
        assert article.format == name
        assert [" ".join(paragraph.split()) for paragraph in article.body.split("\n\n")] == STORY


def test_every_format_is_measured() -> None:
    assert set(messages(STORY)) == {*FORMATS} - {"unsupported"}

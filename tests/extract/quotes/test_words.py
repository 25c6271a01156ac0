from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from newswire.extract.quotes.words import load_quote_words
from newswire.lexicon import rows
from tests.extract.lists import LEXICONS

CLASSES = {
    "negation", "verbatim", "day", "service", "thing", "adverbial", "causal", "remark", "quoting", "relay", "medium", "asking",
    "whether", "nobody", "unreal", "withholding", "pressing", "act", "party",
}  # fmt: skip


@pytest.mark.parametrize(("name", "columns"), [("quotes.tsv", 2), ("elisions.tsv", 1)])
def test_a_list_states_its_origin_and_has_no_row_twice(name: str, columns: int) -> None:
    text = (files("newswire.lexicon") / name).read_text(encoding="utf-8")
    assert any("Origin: " in line for line in text.splitlines() if line[:1] == "#")
    found = rows(name, columns)
    assert found
    assert not [row for row, count in Counter(found).items() if count > 1]


def test_every_class_is_read() -> None:
    assert {group for group, _ in rows("quotes.tsv", 2)} == CLASSES
    assert LEXICONS.quote_words.causal <= LEXICONS.quote_words.adverbial


def test_a_users_words_are_added(tmp_path: Path) -> None:
    (tmp_path / "quotes.tsv").write_text("adverbial\tthroughout\nservice\tfire brigade\n", encoding="utf-8")
    words = load_quote_words(tmp_path)
    assert words.adverbial == LEXICONS.quote_words.adverbial | {"throughout"}
    assert words.services == LEXICONS.quote_words.services | {"fire brigade"}

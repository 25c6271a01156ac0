"""Rows that texts are hashed into."""

from __future__ import annotations

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.rows import Rows


@given(st.lists(st.text(st.characters(), max_size=8)))
def test_a_text_has_the_row_of_its_checksum_however_often_it_is_asked_for(texts: list[str]) -> None:
    rows = Rows(16, kept=3)
    for text in [*texts, *texts]:
        assert rows[text] == crc32(text.encode("utf-8", "surrogatepass")) % 16
        assert len(rows) <= 3

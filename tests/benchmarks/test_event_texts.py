"""Texts that training keeps, so as to read them once."""

from pathlib import Path

from newswire.extract.extractor import Extractor
from newswire.records import Article
from training.events.texts import read_texts


def test_a_text_that_has_changed_under_its_id_is_read_anew(tmp_path: Path) -> None:
    extractor, kept = Extractor(), tmp_path / "some.texts"
    for body in ("Peru sued Chile.", "Peru sued Chile.", "Kenya thanked Ghana."):
        (text,) = read_texts([Article(id="1", body=body)], extractor, kept)
        assert text.parse.text == body

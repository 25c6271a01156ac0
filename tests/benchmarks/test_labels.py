"""Labels of our own: they are restored from places in articles of the corpora."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from newswire.extract.events.features import MODALITIES, POLARITIES
from newswire.extract.events.ontology import TYPES
from training import labels
from training.corpora import WORLDWIDE_CLASSES, CorpusError, DescribedArticle

BODY = "Ada Brok met Bel Corr. She did not thank the minister, Corr said."


@pytest.fixture
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one article of Worldwide Newswire and one of PolNeAR, and labels for the first."""
    wide = {"id": "xx_1", "body": BODY, "entities": []}
    near = {"id": "paper_1", "date": "2016-05-06", "title": "A title", "text": BODY, "attributions": []}
    (tmp_path / "worldwide_train.jsonl").write_text(json.dumps(wide) + "\n", encoding="utf-8")
    (tmp_path / "polnear_train.jsonl").write_text(json.dumps(near) + "\n", encoding="utf-8")
    monkeypatch.setattr(labels, "FILES", tmp_path / "labelled")
    (tmp_path / "labelled").mkdir()
    return tmp_path


def label(corpora: Path, kind: str, *, corpus: str = "worldwide_train.jsonl", id: str = "xx_1", **more: Any) -> None:
    line = {"corpus": corpus, "id": id, "sha256": hashlib.sha256(BODY.encode()).hexdigest()[:16], **more}
    (corpora / "labelled" / f"{kind}.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")


def test_events_come_back_with_words_and_names_and_what_is_usual(corpora: Path) -> None:
    told = {"predicate": [9, 12], "types": ["CONSULT", "AGREE"], "actors": [[0, 8, 0, 8, "NOR", "GOV"]], "event": 0}
    thanked = {
        "predicate": [35, 40], "types": ["SUPPORT"], "actors": [[23, 26, 0, 8, None, "GOV"]], "event": 1,
        "polarity": "negated", "core": False, "said": [55, 59],
    }  # fmt: skip
    label(corpora, "events", events=[told, thanked])
    [row] = labels.event_rows(corpora)
    assert (row["id"], row["body"], row["headline"]) == ("ww-xx_1", BODY, None)
    first, second = row["events"]
    assert first["predicate"] == {"start": 9, "end": 12, "text": "met"}
    assert (first["type"], first["alternatives"], first["polarity"], first["modality"]) == (
        "CONSULT", ["AGREE"], "affirmed", "actual",
    )  # fmt: skip
    assert (first["core"], first["recipients"], first["date"]) == (True, [], None)
    assert second["actors"] == [
        {"start": 23, "end": 26, "text": "She", "name": "Ada Brok", "country": None, "sector": "GOV"}
    ]
    assert (second["polarity"], second["core"], second["attributed_to"]) == ("negated", False, "Corr")


def test_an_article_of_polnear_has_its_headline_and_its_day(corpora: Path) -> None:
    label(corpora, "events", corpus="polnear_train.jsonl", id="paper_1", events=[])
    [row] = labels.event_rows(corpora)
    assert (row["id"], row["headline"], row["published"]) == ("pn-paper_1", "A title", "2016-05-06T12:00:00Z")
    assert row["events"] == []


def test_a_story_of_reuters_and_a_text_without_labels_are_found_in_their_corpora(corpora: Path) -> None:
    words = "".join(f"{word} NN I-NP O\n" for word in ("Envoys", "met", "."))
    text = hashlib.sha256(b"Envoys met.\n").hexdigest()[:16]
    (corpora / "conllpp_train.txt").write_text(f"-DOCSTART- -X- O O\n\n{words}\n" * 2, encoding="utf-8")
    (corpora / "unlabelled.jsonl").write_text(json.dumps({"id": "in-1", "body": BODY}) + "\n", encoding="utf-8")
    label(corpora, "events", corpus="unlabelled.jsonl", id="in-1", events=[])
    assert [(row["id"], row["body"]) for row in labels.event_rows(corpora)] == [("un-in-1", BODY)]
    label(corpora, "events", corpus="conllpp_train.txt", id="1", events=[], sha256=text)
    assert [(row["id"], row["body"]) for row in labels.event_rows(corpora)] == [("re-1", "Envoys met.\n")]


def test_the_labels_of_invented_texts_are_words_of_theirs_and_codes() -> None:
    rows = labels.invented_rows()
    assert len({row["body"] for row in rows}) == len(rows) > 1000
    for row in rows:
        for event in row["events"]:
            assert {event["type"], *event["alternatives"]} <= {*TYPES}, row["body"]
            assert (event["polarity"] in POLARITIES, event["modality"] in MODALITIES) == (True, True), row["body"]
            for place in (event["predicate"], *event["actors"], *event["recipients"]):
                assert_is_words(row["body"], place["start"], place["end"])


def assert_is_words(text: str, start: int, end: int) -> None:
    """A stretch of a text begins and ends with a word."""
    assert text[start:end] == text[start:end].strip() != "", text
    assert start == 0 or not re.match(r"\w\w", text[start - 1 : start + 1]), (text, text[start:end])
    assert not re.match(r"\w\w", text[end - 1 : end + 1]), (text, text[start:end])


def test_the_labelled_names_of_invented_texts_are_words_of_theirs_and_of_types_that_are_learnt() -> None:
    texts = labels.named_texts()
    assert len({text for text, _ in texts}) == len(texts) > 500
    for text, names in texts:
        for start, end, kind in names:
            assert kind in WORLDWIDE_CLASSES, text
            assert_is_words(text, start, end)


def test_the_attributions_of_invented_texts_are_words_of_theirs() -> None:
    rows = labels.attributed_rows()
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows) > 400
    assert all(row["id"].startswith(labels.INVENTED_QUOTE) for row in rows)
    for row in rows:
        for one in row["attributions"]:
            assert one["content"], row["text"]
            for start, end in (*one["content"], *one["source"], *one["cue"]):
                assert_is_words(row["text"], start, end)


def test_the_sources_of_invented_texts_are_words_of_theirs_and_so_is_who_is_meant() -> None:
    rows = labels.spoken_rows()
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows) > 200
    for row in rows:
        assert row["speakers"]
        for start, end, *who in row["speakers"]:
            assert_is_words(row["text"], start, end)
            assert all(name in row["text"] for name in who[:1] if name)


def test_the_people_of_invented_texts_are_named_in_them_with_roles_of_their_words() -> None:
    rows = labels.introduced_rows()
    assert len({row["body"] for row in rows}) == len(rows) >= 300
    for row in msgspec.convert(rows, list[DescribedArticle]):
        assert row.people is not None
        for one in (*row.people, *row.organisations):
            assert_is_words(row.body, row.body.index(one.name), row.body.index(one.name) + len(one.name))
            assert all(word in row.body for word in (one.role or "").split()), row.body


def test_the_described_come_back_with_country_and_role(corpora: Path) -> None:
    label(corpora, "people", people=[{"name": [13, 21], "role": [45, 53]}], organisations=[])
    [row] = msgspec.convert(labels.described_rows(corpora), list[DescribedArticle])
    assert row.people is not None
    assert [(one.name, one.country, one.role) for one in row.people] == [("Bel Corr", None, "minister")]


def test_another_edition_of_a_corpus_is_refused(corpora: Path) -> None:
    label(corpora, "people", people=[], organisations=[])
    file = corpora / "worldwide_train.jsonl"
    file.write_text(file.read_text(encoding="utf-8").replace("Ada", "Eda"), encoding="utf-8")
    with pytest.raises(CorpusError, match="xx_1 has another text"):
        labels.described_rows(corpora)
    label(corpora, "people", id="xx_2", people=[], organisations=[])
    with pytest.raises(CorpusError, match="xx_2 is missing"):
        labels.described_rows(corpora)

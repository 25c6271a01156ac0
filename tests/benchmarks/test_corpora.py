"""The readers of the corpora, on invented files in their forms."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from training.corpora import (
    AttributedArticle,
    Attribution,
    CodedSentence,
    CorpusError,
    MarkedSentence,
    existing,
    read_conll,
    read_meantime,
    read_plv,
    read_polnear,
    read_records,
    text_of,
    trimmed,
)

CONLL = """-DOCSTART- -X- -X- O

OSLO NNP B-NP B-LOC

Nora NNP B-NP B-PER
Lind NNP I-NP I-PER
's POS B-NP O
club NN I-NP O
( ( O O
Vik NNP B-NP B-ORG
) ) O O
won VBD B-VP O
. . O O

-DOCSTART- -X- -X- O

SOCCER NN B-NP O
- : O O
RESULTS NNS B-NP O
"""


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_conll_file_is_read_as_text_with_its_names(tmp_path: Path) -> None:
    path = tmp_path / "conll.txt"
    path.write_text(CONLL, encoding="utf-8")
    story, table = read_conll(path)
    assert story.text == "OSLO\nNora Lind's club (Vik) won.\n"
    assert {(story.text[start:end], name) for start, end, name in story.names} == {
        ("OSLO", "LOC"),
        ("Nora Lind", "PER"),
        ("Vik", "ORG"),
    }
    assert (story.sport, table.sport) == (False, True)
    assert (story.parity, table.parity) == ("even", "odd")


def test_names_of_adjacent_words_stay_two(tmp_path: Path) -> None:
    path = tmp_path / "conll.txt"
    path.write_text("-DOCSTART- -X- -X- O\n\nOslo NNP B-NP B-LOC\nVik NNP B-NP B-ORG\n", encoding="utf-8")
    (story,) = read_conll(path)
    assert story.names == {(0, 4, "LOC"), (5, 8, "ORG")}


def test_a_file_without_stories_is_no_conll_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="DOCSTART"):
        read_conll(lines(tmp_path / "conll.txt", {}))


@pytest.mark.parametrize(
    ("name", "kept"), [("the Bank's", "Bank"), ("A Bank", "Bank"), ("Thebes", "Thebes"), ("Ys'", "Ys")]
)
def test_articles_and_possessives_are_trimmed(name: str, kept: str) -> None:
    start, end = trimmed(name, 0, len(name))
    assert name[start:end] == kept


def test_an_article_of_polnear_is_read_with_its_attributions(tmp_path: Path) -> None:
    row = {"id": "a", "date": "2016-05-03", "text": "Lind said yes.", "publisher": "invented"}
    said = {"id": "1", "type": "indirect", "content": [[10, 13]], "source": [[0, 4]], "cue": [[5, 9]], "quoted": False}
    bare = {"id": "2", "source": [], "cue": [[5, 9]], "content": []}
    path = lines(tmp_path / "polnear.jsonl", {**row, "attributions": [said, bare]})
    expected = Attribution("indirect", ((10, 13),), ((0, 4),), ((5, 9),)), Attribution(cue=((5, 9),))
    assert read_polnear(path) == [AttributedArticle("a", "2016-05-03", "Lind said yes.", expected)]


def test_a_row_of_another_form_is_named_by_file_and_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "polnear.jsonl", {"id": "a", "date": "", "text": "", "attributions": []}, {"id": "b"})
    with pytest.raises(CorpusError, match=r"polnear\.jsonl, line 2: .*missing required field"):
        read_polnear(path)


def test_records_have_the_present_types_and_countries(tmp_path: Path) -> None:
    coded = {
        "id": "r",
        "text": "Japan and the UN demand.",
        "event": "DEMAND",
        "source": [{"code": "JAP"}, {"code": "IGO"}, {"sector": "GOV"}],
        "target": None,
    }
    path = lines(tmp_path / "records.jsonl", coded, {"id": "without text", "event": "AID"})
    assert read_records(path) == [
        CodedSentence("r", "Japan and the UN demand.", "REQUEST", frozenset(["JPN"]), frozenset())
    ]


def test_a_sentence_of_plv_is_read_with_its_marked_ends(tmp_path: Path) -> None:
    path = tmp_path / "plv.tsv"
    path.write_text(
        "\tsentence_id\tsentence\tmarked_sentence\tgold_root\n"
        "0\t7\tOslo aids Vik.\t<s>Oslo</s> aids <t>Vik</t>.\tAID\n"
        "1\t8\tNobody knows.\tNobody knows.\t\n"
        "2\t7\tOslo rests.\t<s>Oslo</s> rests.\tYIELD\n",
        encoding="utf-8",
    )
    assert read_plv(path) == [
        MarkedSentence("plv-7-0", "Oslo aids Vik.", (0, 4), (10, 13), "AID"),
        MarkedSentence("plv-7-1", "Oslo rests.", (0, 4), (0, 0), "YIELD"),
    ]


def test_a_table_without_the_columns_of_plv_says_which_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "plv.tsv"
    path.write_text("sentence_id\tsentence\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no column gold_root, marked_sentence"):
        read_plv(path)


def test_a_story_of_meantime_is_joined_from_its_tokens(tmp_path: Path) -> None:
    row = {"id": "m", "tokens": ["Oslo", "Vik", "'s", "won", "."], "sent": [0, 1, 1, 1, 1], "mentions": {}, "timex": {}}
    (story,) = read_meantime(lines(tmp_path / "meantime.jsonl", row))
    text, spans = text_of(story.tokens, story.sent)
    assert text == "Oslo\nVik's won."
    assert [text[start:end] for start, end in spans] == story.tokens


def test_a_missing_corpus_is_named_with_where_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"there is no .*polnear\.jsonl; docs/quality\.md says"):
        existing(str(tmp_path / "polnear.jsonl"))

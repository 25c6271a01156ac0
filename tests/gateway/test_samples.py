"""The samples are real: each is one that our code reads, and that says what stands in its story."""

from __future__ import annotations

import runpy
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest

from newswire.records import RECORD_TYPES, Article, decode, encode
from newswire.topics import ARTICLES, EXTRACTIONS, TOPICS

SAMPLES: list[dict[str, Any]] = orjson.loads((files("newswire.gateway") / "samples.json").read_bytes())
ROOT = Path(__file__).parents[2]
RECORDS = {topic.name: topic.record for topic in (ARTICLES, EXTRACTIONS)}
BODY = next(sample["value"]["body"] for sample in SAMPLES if sample["topic"] == ARTICLES.name)


def kind(sample: dict[str, Any]) -> Any:
    return RECORD_TYPES.get(sample["headers"].get("ce_type")) or RECORDS[sample["topic"]]


def test_there_is_one_of_every_kind_of_record() -> None:
    """Run `python docs/samples.py` after a change of the records."""
    assert {kind(sample) for sample in SAMPLES} == set(RECORD_TYPES.values())
    assert len(SAMPLES) == len(RECORD_TYPES)
    assert {sample["topic"] for sample in SAMPLES} <= {topic.name for topic in TOPICS}


def test_the_program_that_writes_them_makes_the_same_kinds_today() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "samples.py"))["samples"]()
    assert [(kind(sample), sample["key"]) for sample in made] == [(kind(sample), sample["key"]) for sample in SAMPLES]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: kind(sample).__name__)
def test_it_has_every_field_and_says_what_stands_in_its_story(sample: dict[str, Any]) -> None:
    """Run `python docs/samples.py` after a change of the records."""
    value = orjson.dumps(sample["value"])
    record = decode(value, kind(sample))
    assert orjson.loads(encode(record)) == sample["value"]
    if not isinstance(record, Article):
        texts = list(spans(sample["value"]))
        assert [said for start, end, said in texts if BODY[start:end] != said] == []


def spans(value: Any) -> Any:
    """Every stretch of the body that says its text."""
    if isinstance(value, dict):
        if {"start", "end", "text"} <= value.keys():
            yield value["start"], value["end"], value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from spans(item)

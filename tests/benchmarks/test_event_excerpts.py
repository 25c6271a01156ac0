"""Excerpts of labelled articles, which teach the event networks to read alerts and briefs."""

from typing import Any

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.extractor import Extractor
from training.events.excerpts import excerpts, is_cut, is_untold, origin

HEADLINE = "Court jails two mayors"
SENTENCES = [
    "Togo's army shelled a village in northern Ghana late on Sunday evening.",
    "Its soldiers also burned down a barn close to the river.",
    "Nobody knows when the market will open its doors again.",
    "Ghana condemned the attack and recalled its envoy from Lomé.",
]
BODY = "\n\n".join((HEADLINE, " ".join(SENTENCES[:2]), SENTENCES[2], SENTENCES[3]))


def _span(words: str, **more: Any) -> dict[str, Any]:
    start = BODY.index(words)
    return {"start": start, "end": start + len(words), **more}


def _party(words: str, name: str) -> dict[str, Any]:
    return _span(words, name=name, country=None)


def _label(predicate: str, actors: list[dict[str, Any]], recipients: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {
        "predicate": _span(predicate), "actors": actors, "recipients": recipients, "type": kind, "alternatives": [],
        "polarity": "affirmed", "modality": "actual",
    }  # fmt: skip


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.fixture(scope="module")
def parse(extractor: Extractor) -> Parse:
    return extractor.model.parse([BODY])[0]


def _row() -> dict[str, Any]:
    togo, ghana = _party("Togo's army", "Togo's army"), _party("Ghana condemned"[:5], "Ghana")
    return {
        "id": "west-africa-7", "body": BODY, "headline": HEADLINE, "published": "2026-03-02T08:00:00Z",
        "events": [
            _label("shelled", [togo], [_party("a village in northern Ghana", "Ghana")], "ASSAULT"),
            _label("burned", [_party("Its soldiers", "Togo's army")], [_party("a barn", "a barn")], "ASSAULT"),
            _label("condemned", [ghana], [togo], "ACCUSE"),
        ],
    }  # fmt: skip


def _some(parse: Parse) -> list[dict[str, Any]]:
    """What several seeds give."""
    return [one for seed in range(60) for one in excerpts([_row()], [parse], seed)]


def test_labels_stand_in_an_excerpt_where_they_stand_in_its_text(parse: Parse) -> None:
    found = _some(parse)
    assert {len(one["events"]) for one in found} >= {0, 1, 2}
    for one in found:
        assert one["body"] in BODY
        for label in one["events"]:
            told = [one["body"][span["start"] : span["end"]] for span in (label["predicate"], *label["actors"])]
            assert told[0] in {"shelled", "burned", "condemned"}
            assert set(told[1:]) <= {"Togo's army", "Its soldiers", "Ghana"}, told


def test_an_excerpt_never_has_the_headline_that_nobody_labelled(parse: Parse) -> None:
    assert all(HEADLINE not in one["body"] for one in _some(parse))


def test_a_label_whose_ends_stand_elsewhere_is_cut(parse: Parse) -> None:
    for one in _some(parse):
        for label in one["events"]:
            accuses = label["type"] == "ACCUSE"
            assert is_cut(label) == (accuses and "Togo's army" not in one["body"])


def test_an_excerpt_belongs_to_its_article(parse: Parse) -> None:
    found = _some(parse)
    assert len({one["id"] for one in excerpts([_row()], [parse], 1)}) > 1
    assert {origin(one["id"]) for one in found} == {"west-africa-7"}
    assert origin("west-africa-7") == "west-africa-7"


def test_of_an_article_that_was_read_in_part_there_is_none(parse: Parse, extractor: Extractor) -> None:
    (other,) = extractor.model.parse([BODY.removesuffix(SENTENCES[3])])
    assert excerpts([_row()], [other], 1) == []


def test_of_a_cut_label_nobody_can_say_who_its_ends_are(parse: Parse) -> None:
    row = next(one for one in _some(parse) if one["body"] == SENTENCES[3])
    start = row["body"].index("condemned")
    assert is_untold(row, start, start + 4)
    assert not is_untold(row, start - 4, start)
    whole = {**row, "events": [{**label, "cut": False} for label in row["events"]]}
    assert not is_untold(whole, start, start + 4)

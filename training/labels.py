"""Labels of our own, on articles of the corpora that have none, and on invented texts.

`training/labelled/` holds them, a line an article: the file of the corpora that has it, its id there, the beginning of the
SHA-256 of its text, and the labels, which are places in the text and no word of it. What a line leaves out is the usual:
affirmed, actual, core. A line of `invented_*.jsonl` has its text. training/README.md says how they were made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from training.corpora import CorpusError, read_conll, read_plain, read_polnear, read_worldwide

__all__ = (
    "INVENTED_QUOTE",
    "attributed_rows",
    "described_rows",
    "event_rows",
    "introduced_rows",
    "invented_rows",
    "named_texts",
    "spoken_rows",
)

FILES: Final = Path(__file__).parent / "labelled"

# Digits of the hash that a line gives: enough to notice another edition of the corpus.
HASH_DIGITS: Final = 16

# How the id of an invented text with labelled attributions begins.
INVENTED_QUOTE: Final = "iq-"

Row = dict[str, Any]
Span = list[int]


def event_rows(corpora: Path) -> list[Row]:
    """The articles with labelled events, in the form of `events_train.jsonl`. Raises CorpusError when one is not there."""
    return [{**article, "events": _events(article["body"], line)} for article, line in _lines(corpora, "events")]


def invented_rows() -> list[Row]:
    """Texts of our own with labelled events, in the form of `events_train.jsonl`. In most of them each mention is an event of its
    own; all are core, and sector, date and who says it are not labelled."""
    return [
        {**_row(f"iv-{number}", line["text"]), "events": _events(line["text"], line)}
        for number, line in enumerate(_invented("events"))
    ]


def named_texts() -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Texts of our own with labelled names: where each begins and ends, and its type as Worldwide Newswire has it."""
    return [(line["text"], [tuple(name) for name in line["names"]]) for line in _invented("names")]


def attributed_rows() -> list[Row]:
    """Texts of our own with labelled attributions, in the form of `polnear_train.jsonl`."""
    return [{"id": f"{INVENTED_QUOTE}{number}", **line} for number, line in enumerate(_invented("quotes"))]


def spoken_rows() -> list[Row]:
    """Texts of our own with labelled sources: where each begins and ends, and the name of who is meant, none for somebody without
    a name, whom a third cell describes where the source is a pronoun."""
    return [{"id": f"is-{number}", **line} for number, line in enumerate(_invented("speakers"))]


def introduced_rows() -> list[Row]:
    """Texts of our own with described people and organisations, in the form of `events_train.jsonl`. Of the organisations only
    some are described."""
    return [
        {**_row(f"ip-{number}", line["text"]), "people": line["people"], "organisations": line.get("organisations", [])}
        for number, line in enumerate(_invented("people"))
    ]


def described_rows(corpora: Path) -> list[Row]:
    """The articles with described people and organisations, in the form of `events_train.jsonl`. Raises CorpusError when one is
    not there."""
    rows = []
    for article, line in _lines(corpora, "people"):
        body = article["body"]
        described = {
            kind: [
                {
                    "name": _words(body, one["name"]),
                    "country": one.get("country"),
                    "role": _words(body, one.get("role")),
                }
                for one in line[kind]
            ]
            for kind in ("people", "organisations")
        }
        rows.append({**article, **described})
    return rows


def _invented(name: str) -> list[Row]:
    return [json.loads(line) for line in (FILES / f"invented_{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _events(body: str, line: Row) -> list[Row]:
    """The labels of a line."""
    return [
        {
            "event": label["event"],
            "predicate": _place(body, label["predicate"]),
            "type": label["types"][0],
            "alternatives": label["types"][1:],
            **{side: [_party(body, *end) for end in label.get(side, ())] for side in ("actors", "recipients")},
            "polarity": label.get("polarity", "affirmed"),
            "modality": label.get("modality", "actual"),
            "date": label.get("date"),
            "attributed_to": _words(body, label.get("said")),
            "core": label.get("core", True),
        }
        for label in line["events"]
    ]


def _lines(corpora: Path, kind: str) -> Iterator[tuple[Row, Row]]:
    """Each labelled article, with its line."""
    articles: dict[str, dict[str, Row]] = {}
    for text in (FILES / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        name = line["corpus"]
        if name not in articles:
            articles[name] = _articles(corpora / name)
        article = articles[name].get(line["id"])
        if article is None or _hash(article["body"]) != line["sha256"]:
            raise CorpusError(
                f"{corpora / name}: article {line['id']} {'has another text' if article else 'is missing'}; "
                f"{FILES.name}/{kind}.jsonl has labels for it. docs/quality.md says where to get the corpora"
            )
        yield article, line


def _articles(file: Path) -> dict[str, Row]:
    """The articles of a file of the corpora by their id there."""
    match file.stem.partition("_")[0]:
        case "polnear":
            return {one.id: _row(f"pn-{one.id}", one.text, one.title, one.date) for one in read_polnear(file)}
        case "conllpp":
            return {str(one.number): _row(f"re-{one.number}", one.text) for one in read_conll(file) if not one.sport}
        case "unlabelled":
            return {one.id: _row(f"un-{one.id}", one.body) for one in read_plain(file)}
        case _:
            return {one.id: _row(f"ww-{one.id}", one.body) for one in read_worldwide(file)}


def _row(id: str, body: str, headline: str | None = None, day: str | None = None) -> Row:
    return {"id": id, "headline": headline, "published": day and f"{day}T12:00:00Z", "body": body}


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:HASH_DIGITS]


def _words(body: str, span: Span | None) -> str | None:
    return None if span is None else body[span[0] : span[1]]


def _place(body: str, span: Span) -> Row:
    return {"start": span[0], "end": span[1], "text": body[span[0] : span[1]]}


def _party(body: str, start: int, end: int, name_start: int, name_end: int, country: str | None, sector: str) -> Row:
    return {**_place(body, [start, end]), "name": body[name_start:name_end], "country": country, "sector": sector}

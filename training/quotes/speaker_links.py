"""Accuracy of speaker resolution: `python -m training.quotes.speaker_links`.

For the sources in tests/data/speaker_links.tsv (pronouns and common nouns of PolNeAR's dev articles, labelled by hand), whether
the pipeline finds the entity that the label names, or none where there is none. Quotes are the gold ones, so that only the
resolution counts. Prints accuracy over all rows, over rows with a name, and over rows without.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from newswire.extract.coreference import link_mentions
from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.finding import find_entities
from newswire.extract.lexicons import Lexicons

ROOT = Path(__file__).parents[2]
GOLD = ROOT.parent / "shared" / "gold" / "polnear_dev.jsonl"
LABELS = ROOT / "tests" / "data" / "speaker_links.tsv"

Label = tuple[int, int, tuple[int, int] | None]

LEXICONS = Lexicons.load()


def labels() -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = defaultdict(list)
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            article, *cells = line.split("\t")
            numbers = [int(cell) for cell in cells if cell]
            found[article].append((numbers[0], numbers[1], (numbers[2], numbers[3]) if len(numbers) > 2 else None))
    return found


def drafts(parse: Parse, attributions: Iterable[dict[str, Any]], sources: list[Label]) -> list[QuoteDraft]:
    """The gold attributions as quote drafts, then one for each labelled source."""
    made = []
    known = LEXICONS.sources
    for row in attributions:
        spans = [tuple(span) for span in row["content"]] if row["content"] else []
        source = None
        if row["source"] and len(tokens := parse.tokens(*row["source"][0])):
            source = known.draft(parse, tokens[0], tokens[-1])
        inside = tuple(spans) if row.get("type") == "direct" else ()
        made.append(QuoteDraft(str(row.get("type")), "speech", tuple(spans), inside, source, None, 1.0))
    for start, end, _ in sources:
        tokens = parse.tokens(start, end)
        made.append(QuoteDraft("indirect", "speech", (), (), known.draft(parse, tokens[0], tokens[-1]), None, 1.0))
    return made


def judge(article: dict[str, Any], parse: Parse, names: list[NamedSpan], wanted: list[Label]) -> list[bool]:
    entities = find_entities(parse, names, LEXICONS.gazetteer)
    quotes = drafts(parse, article["attributions"], wanted)
    found = link_mentions(parse, entities, quotes, LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    right = []
    for index, (_, _, name) in zip((one.entity for one in found[-len(wanted) :]), wanted, strict=True):
        if index is None or name is None:
            right.append(index is None and name is None)
        else:
            right.append(
                any(m.start < name[1] and name[0] < m.end and m.kind == "name" for m in entities[index].mentions)
            )
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=GOLD)
    gold = parser.parse_args().gold
    if not gold.is_file():
        raise SystemExit(f"{gold} is missing: the texts of PolNeAR are not part of this project")
    from newswire.extract.language.model import load_model

    model, wanted = load_model("en_core_web_sm"), labels()
    right: dict[bool, list[bool]] = {True: [], False: []}
    for line in gold.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        rows = wanted.get(article["id"], [])
        if rows:
            marks = judge(article, model.parse([article["text"]])[0], model.recognise([article["text"]])[0], rows)
            for row, mark in zip(rows, marks, strict=True):
                right[row[2] is not None].append(mark)
    total = right[True] + right[False]
    figures = {"all": total, "named": right[True], "unnamed": right[False]}
    print(json.dumps({name: [round(100 * sum(marks) / len(marks), 1), len(marks)] for name, marks in figures.items()}))


if __name__ == "__main__":
    main()

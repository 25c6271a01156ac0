"""Precision of links to GeoNames: `python -m training.entities.place_links`.

Runs the articles of tests/data/place_links.tsv (200 links drawn at random and judged by hand) and prints how many of the
links are still given, how many of those are right, and how many wrong ones came back.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path

from newswire.extract.entities.finding import find_entities
from newswire.extract.entities.gazetteer import Gazetteer
from training.entities.names import GOLD, read_stories

ROOT = Path(__file__).parents[2]
LINKS = ROOT / "tests" / "data" / "place_links.tsv"
POLNEAR = GOLD.parent / "polnear_dev.jsonl"


def texts() -> dict[tuple[str, str], str]:
    found = {("conll", f"conll-{number}"): text for number, (text, _) in enumerate(read_stories(GOLD))}
    for line in POLNEAR.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found["polnear", row["id"]] = row["text"]
    return found


def main() -> None:
    if not GOLD.is_file() or not POLNEAR.is_file():
        raise SystemExit(f"{GOLD.parent} is missing: the texts are not part of this project")
    from newswire.extract.language.model import load_model

    wanted: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    with LINKS.open(encoding="utf-8") as file:
        for row in csv.reader((line for line in file if line[0] != "#"), delimiter="\t"):
            wanted[row[0], row[1]].append(row[2:])
    model, gazetteer, bodies = load_model("en_core_web_sm"), Gazetteer(), texts()
    given = {"right": 0, "wrong": 0}
    for key, rows in wanted.items():
        text = bodies[key]
        entities = find_entities(model.parse([text])[0], model.recognise([text])[0], gazetteer)
        links = {(m.start, m.end, e.place.geonames) for e in entities if e.place for m in e.mentions}
        for start, end, geonames, verdict in rows:
            given[verdict] += (int(start), int(end), int(geonames)) in links
    total = sum(given.values())
    print(
        json.dumps({**given, "of": sum(map(len, wanted.values())), "precision": round(100 * given["right"] / total, 1)})
    )


if __name__ == "__main__":
    main()

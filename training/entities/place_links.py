"""Precision of links to GeoNames: `python -m training.entities.place_links CORPORA`, the directory of both corpora.

Runs the articles of tests/data/place_links.tsv (200 links drawn at random and judged by hand) and prints how many of the
links are still given, how many of those are right, and how many wrong ones came back.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

from newswire.extract.entities.finding import find_entities
from newswire.extract.entities.gazetteer import Gazetteer
from training.corpora import CorpusError, existing, read_conll, read_polnear

ROOT = Path(__file__).parents[2]
LINKS = ROOT / "tests" / "data" / "place_links.tsv"


def texts(corpora: Path) -> dict[tuple[str, str], str]:
    conll = read_conll(existing(str(corpora / "conllpp_dev.txt")))
    polnear = read_polnear(existing(str(corpora / "polnear_dev.jsonl")))
    found = {("conll", f"conll-{story.number}"): story.text for story in conll}
    return found | {("polnear", article.id): article.text for article in polnear}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "corpora", type=Path, metavar="CORPORA", help="directory of conllpp_dev.txt and polnear_dev.jsonl"
    )
    try:
        bodies = texts(parser.parse_args().corpora)
    except (CorpusError, argparse.ArgumentTypeError) as error:
        sys.exit(f"error: {error}")
    from newswire.extract.language.model import load_model

    wanted: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    with LINKS.open(encoding="utf-8") as file:
        for row in csv.reader((line for line in file if line[0] != "#"), delimiter="\t"):
            wanted[row[0], row[1]].append(row[2:])
    model, gazetteer = load_model("en_core_web_sm"), Gazetteer()
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

"""Scores polarity on predicates that were labelled by hand: `python -m benchmarks.negations [--errors]`.

For the predicates in tests/data/negations.tsv, whether the pipeline says that they are negated: precision, recall and F1 of that
class. The articles are PolNeAR's, on which no rule of polarity was tuned; the table says how the predicates were drawn.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

from meantime import figures

from newswire.extract.events.factuality import status
from newswire.extract.language.model import load_model

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "gold" / "polnear_train.jsonl"
LABELS = ROOT / "tests" / "data" / "negations.tsv"


def main() -> None:
    """Reads, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--errors", action="store_true", help="print the start of each predicate that was misjudged")
    options = parser.parse_args()
    labels: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            article, start, end, label = line.split("\t")
            labels[article].append((int(start), int(end), label))
    model = load_model("en_core_web_sm")
    count: Counter[tuple[str, str]] = Counter()
    with options.gold.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"] not in labels:
                continue
            (parse,) = model.parse([row["text"].replace("\r", " ")])
            for start, end, label in labels[row["id"]]:
                judged = status(parse, parse.tokens(start, end)[0]).polarity
                count[label, judged] += 1
                if options.errors and judged != label:
                    print(row["id"], start, label, "judged", judged)
    right = count["negated", "negated"]
    print(json.dumps(figures(right, right + count["affirmed", "negated"], right + count["negated", "affirmed"])))


if __name__ == "__main__":
    main()

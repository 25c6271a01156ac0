"""Scores polarity on predicates that were labelled by hand: `python -m benchmarks.negations polnear_train.jsonl [--errors]`.

For the predicates in tests/data/negations.tsv, whether the pipeline says that they are negated: precision, recall and F1 of that
class. The articles are PolNeAR's, on which no rule of polarity was tuned; the table says how the predicates were drawn.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.counts import Counts
from newswire.extract.events.factuality import status
from newswire.extract.language.model import load_model
from training.corpora import CorpusError, existing, read_polnear

ROOT = Path(__file__).parent.parent
LABELS = ROOT / "tests" / "data" / "negations.tsv"


def main() -> None:
    """Reads, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=existing, metavar="CORPUS", help="PolNeAR's training articles")
    parser.add_argument("--errors", action="store_true", help="print the start of each predicate that was misjudged")
    options = parser.parse_args()
    labels: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            id, start, end, label = line.split("\t")
            labels[id].append((int(start), int(end), label))
    model = load_model("en_core_web_sm")
    count: Counter[tuple[str, str]] = Counter()
    try:
        articles = [article for article in read_polnear(options.corpus) if article.id in labels]
    except CorpusError as error:
        sys.exit(f"error: {error}")
    for article in articles:
        (parse,) = model.parse([article.text.replace("\r", " ")])
        for first, last, wanted in labels[article.id]:
            judged = status(parse, parse.tokens(first, last)[0]).polarity
            count[wanted, judged] += 1
            if options.errors and judged != wanted:
                print(article.id, first, wanted, "judged", judged)
    right = count["negated", "negated"]
    print("negated ", Counts(right, right + count["affirmed", "negated"], right + count["negated", "affirmed"]))


if __name__ == "__main__":
    main()

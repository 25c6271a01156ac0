"""The scorer's figures on the articles that the quote networks learn from, each read by networks that did not learn from it.

    python -m training.quotes.networks --folds FOLDS     keeps the networks of the folds (25 minutes)
    python -m benchmarks.out_of_folds FOLDS     reads with them and prints what the scorer says (2 minutes)

The articles held back are 89, of which a record more or less is a third of a point of the precision of direct quotes; these are
751. Whatever is learnt was learnt without the article, the forests that decide what is kept too. Gold and scorer are in
../shared, which is no part of the project.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from newswire.extract.quotes.attributions import Networks
from newswire.extract.quotes.finding import find_quotes
from training.slices import FOLDS, fold, held_back

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = ROOT.parent / "shared"

# Articles that are parsed at once.
BATCH: Final = 8


def attribution(quote: QuoteDraft) -> dict[str, Any]:
    """A quote as the scorer takes it."""
    source = [[quote.source.start, quote.source.end]] if quote.source else []
    return {"content": quote.spans, "source": source, "cue": [quote.cue[:2]] if quote.cue else []}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folds", type=Path, help="directory of the networks of the folds")
    folds = options.parse_args().folds
    gold = SHARED / "gold" / "polnear_train.jsonl"
    for path in (gold, *(folds / f"{number}.npz" for number in range(FOLDS))):
        if not path.is_file():
            sys.exit(f"There is no {path}; docs/quality.md says what was measured.")
    by_fold = [Networks(dict(np.load(folds / f"{number}.npz"))) for number in range(FOLDS)]
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if not held_back(row["id"])]
    model, lexicons = load_model("en_core_web_sm"), Lexicons.load()
    found = {}
    for start in range(0, len(rows), BATCH):
        here = rows[start : start + BATCH]
        for i, (row, parse) in enumerate(zip(here, model.parse([row["text"] for row in here]), strict=True), start):
            quotes = find_quotes(
                parse, lexicons.cues, lexicons.sources, lexicons.quote_words, networks=by_fold[fold(i)]
            )
            found[row["id"]] = {"attributions": [attribution(quote) for quote in quotes]}
    sys.path.insert(0, str(SHARED / "score"))
    scorer = importlib.import_module("attributions")
    scorer.show("quotes", scorer.score({row["id"]: row for row in rows}, found))


if __name__ == "__main__":
    main()

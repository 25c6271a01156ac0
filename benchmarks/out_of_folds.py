"""The scorer's figures on the articles that the quote networks learn from, each read by networks that did not learn from it.

    python -m training.quotes.networks --folds FOLDS     keeps the networks of the folds (25 minutes)
    python -m benchmarks.out_of_folds polnear_train.jsonl FOLDS     reads with them and scores (2 minutes)

Of the 89 articles held back, one record more or less moves the precision of direct quotes by a third of a point; these are 751.
Whatever is learnt was learnt without the article, the forests that decide what is kept too. benchmarks/quotes.py defines the
metrics.
"""

from __future__ import annotations

import argparse
import sys
from typing import Final

import numpy as np

from benchmarks.counts import added
from benchmarks.quotes import articles, score
from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from newswire.extract.quotes.attributions import Networks
from newswire.extract.quotes.finding import find_quotes
from training.corpora import Attribution, CorpusError, existing
from training.slices import FOLDS, fold, held_back

# Articles that are parsed at once.
BATCH: Final = 8


def drafted(quote: QuoteDraft) -> Attribution:
    """A quote as an attribution."""
    source = ((quote.source.start, quote.source.end),) if quote.source else ()
    return Attribution(quote.type, quote.spans, source, (quote.cue[:2],) if quote.cue else ())


def main() -> None:
    """Reads, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=existing, metavar="CORPUS", help="PolNeAR's training articles")
    parser.add_argument("folds", type=existing, metavar="FOLDS", help="directory of the networks of the folds")
    options = parser.parse_args()
    paths = [options.folds / f"{number}.npz" for number in range(FOLDS)]
    if missing := [path for path in paths if not path.is_file()]:
        sys.exit(f"error: there is no {missing[0]}; `python -m training.quotes.networks --folds` writes it")
    try:
        rows = [row for row in articles(options.corpus) if not held_back(row.id)]
    except CorpusError as error:
        sys.exit(f"error: {error}")
    by_fold = [Networks(dict(np.load(path))) for path in paths]
    model, lexicons = load_model("en_core_web_sm"), Lexicons.load()
    scores = []
    for start in range(0, len(rows), BATCH):
        here = rows[start : start + BATCH]
        for i, (row, parse) in enumerate(zip(here, model.parse([row.text for row in here]), strict=True), start):
            quotes = find_quotes(
                parse, lexicons.cues, lexicons.sources, lexicons.quote_words, networks=by_fold[fold(i)]
            )
            scores.append(score(row.text, row.attributions, map(drafted, quotes)))
    for name, figure in added(scores).items():
        print(f"{name:<24} {figure}")


if __name__ == "__main__":
    main()

"""Scores the extraction on the gold that lies in ../shared/gold, with the scorers in ../shared/score as they are.

    make score                                       everything there is
    python benchmarks/score.py polnear_dev.jsonl     only that gold file

Of PolNeAR's train part the articles are scored that the quote networks did not learn from (`training/slices.py`).

Neither gold nor scorers belong to this project (they hold other people's texts); without them this says so and ends well.
Articles go through `newswire extract --jsonl`, so that what is scored is what a user gets.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training.slices import held_back  # noqa: E402  the training scripts are no package that is installed

SHARED: Final = ROOT.parent / "shared"

# Which scorer reads which gold file, and with which further arguments. The even stories of the names' gold are for
# tuning, the odd ones for reporting, so both are shown. Its sports stories are the negatives of the events.
RUNS: Final = (
    ("polnear_dev.jsonl", "quotes.py", ()),
    ("polnear_train.jsonl", "quotes.py", ()),
    ("conllpp_dev.txt", "entities.py", ("even",)),
    ("conllpp_dev.txt", "entities.py", ("odd",)),
    ("plover_gsr_dev.jsonl", "events.py", ()),
    ("plv_train.tsv", "events.py", ()),
    ("conllpp_dev.txt", "events.py", ()),
)


def main(names: list[str]) -> int:
    """Prints the figures of each scorer; the number of runs that failed."""
    runs = [run for run in RUNS if (SHARED / "gold" / run[0]).is_file() and (SHARED / "score" / run[1]).is_file()]
    if names:
        runs = [run for run in runs if run[0] in names]
    if not runs:
        print(f"No gold to score against: {SHARED / 'gold'} and {SHARED / 'score'} hold no gold file with its scorer.")
        print("The figures in docs/quality.md say what was measured where they do.")
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as directory:
        for gold, scorer, arguments in runs:
            extractions = Path(directory) / f"{scorer}.{gold}.jsonl"
            print(f"# {scorer} {gold} {' '.join(arguments)}".rstrip(), flush=True)
            path = (
                _held_back(SHARED / "gold" / gold, Path(directory)) if "train.jsonl" in gold else SHARED / "gold" / gold
            )
            if not extractions.exists():
                _extract(scorer, path, extractions)
            run = [sys.executable, SHARED / "score" / scorer, path, extractions, *arguments]
            failed += subprocess.run(run).returncode != 0
    return failed


def _held_back(gold: Path, directory: Path) -> Path:
    """A gold file with only the articles that the quote networks did not learn from."""
    lines = gold.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if held_back(json.loads(line)["id"])]
    print(f"({len(kept)} of its {len(lines)} articles, held back from training)")
    path = directory / gold.name
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


def _extract(scorer: str, gold: Path, extractions: Path) -> None:
    """Writes the extraction of every article of a gold file."""
    articles = extractions.with_suffix(".articles")
    with articles.open("wb") as file:
        subprocess.run([sys.executable, SHARED / "score" / scorer, "--articles", gold], stdout=file, check=True)
    since = time.monotonic()
    with articles.open("rb") as given, extractions.open("wb") as taken:
        subprocess.run([sys.executable, "-m", "pipeline", "extract", "--jsonl"], stdin=given, stdout=taken, check=True)
    count = len(articles.read_bytes().splitlines())
    print(f"({count} articles extracted in {time.monotonic() - since:.0f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
